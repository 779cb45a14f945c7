"""What is printed of people: the registration form, rosters of a list and of an organisation."""

from zhibu.apps.people.documents.roster import head_count
from zhibu.kernel.documents import Document, register

register(
    Document(
        code="people.card",
        label="人员登记表",
        permission="people.view",
        many="people.export",
        model="people.Person",
        template="people/card.typ",
        builder="zhibu.apps.people.documents.card.build",
    ),
    Document(
        code="people.roster",
        label="人员花名册",
        permission="people.export",
        model="people.Person",
        of="all",
        offered=("list",),
        template="people/roster.typ",
        builder="zhibu.apps.people.documents.roster.of_people",
        inline=1_000,
        most=20_000,
    ),
    Document(
        code="people.roster.organization",
        label="组织花名册",
        permission="people.export",
        model="organizations.Organization",
        of="all",
        offered=("record",),
        template="people/roster.typ",
        builder="zhibu.apps.people.documents.roster.of_organization",
        size=head_count,
        inline=1_000,
        most=20_000,
    ),
    Document(
        code="people.national.differences",
        label="差异报告",
        permission="people.national",
        model="people.NationalDifference",
        of="all",
        offered=("list",),
        template="people/differences.typ",
        builder="zhibu.apps.people.documents.differences.build",
        inline=1_000,
        most=20_000,
    ),
)
