"""The list and the record of people."""

from typing import Any

import django_filters
from dateutil.relativedelta import relativedelta
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.timezone import localdate

from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people import (  # noqa: F401 - these screens register themselves
    console_national,
    lookup,
    queries,
    reveal_log,
    search,
)
from zhibu.apps.people.codes import choices
from zhibu.apps.people.counted import count_lookup
from zhibu.apps.people.models import Affiliation, Person
from zhibu.apps.people.models.affiliation import current
from zhibu.apps.people.rules import GONE, age
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import Column, Screen, register
from zhibu.kernel.tree import under


def listed(actor: Actor) -> "QuerySet[Person]":
    """Return the people within reach, in a small scope taken from its own instead of out of everybody by name."""
    paths = actor.paths("people.view")
    return queries.list_rows(actor, from_within=bool(paths) and lookup.scope_size(paths) <= lookup.SMALL)


def with_places(actor: Actor, people: list[Person]) -> None:
    """Give the people of a page the names of their current places that the actor may know of."""
    found = queries.place_names(people, actor)
    for person in people:
        person.place_names = found[person.pk]  # type: ignore[attr-defined]


def place(kind: str) -> Any:
    """Return a column function: the organisation of the person's current relation of that kind."""
    return lambda person: person.place_names.get(kind)


def years(person: Person) -> int | None:
    """Return the age today."""
    return age(person.birth_date, localdate()) if person.birth_date else None


class MembersFilter(django_filters.Filter):  # type: ignore[misc]  # the library has no types
    """Those who belong, in any way, to an organisation or to what lies under it."""

    field_class = OrganizationField

    def filter(self, qs: "QuerySet[Person]", value: Organization | None) -> "QuerySet[Person]":
        """Keep the people of the subtree of the chosen organisation."""
        if value is None:
            return qs
        here = Affiliation.objects.system("filter on an organisation the actor may choose").filter(current())
        return qs.filter(Exists(here.filter(under("organization__path", (value.path,)), person_id=OuterRef("pk"))))


class PersonFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Filters of the list of people."""

    organization = MembersFilter(label="组织（含下级）", empty_label="全部组织")
    employment = django_filters.ChoiceFilter(label="人员类别", choices=choices("employment"), empty_label="全部类别")
    political_status = django_filters.ChoiceFilter(
        label="政治面貌", choices=choices("political_status"), empty_label="全部"
    )
    presence = django_filters.ChoiceFilter(
        label="在册情况",
        choices=[("here", "在册（不含已离开、已去世）"), ("gone", "已离开或已去世")],
        method="by_presence",
        empty_label="全部",
    )
    sex = django_filters.ChoiceFilter(label="性别", choices=[("1", "男"), ("2", "女")], empty_label="全部")
    age_from = django_filters.NumberFilter(label="年龄从", method="at_least", min_value=0, max_value=130)
    age_until = django_filters.NumberFilter(label="年龄到", method="at_most", min_value=0, max_value=130)

    class Meta:
        model = Person
        fields: list[str] = []

    def by_presence(self, rows: "QuerySet[Person]", name: str, value: str) -> "QuerySet[Person]":
        """Keep those who belong today, or those who do not."""
        return rows.filter(employment__in=GONE) if value == "gone" else rows.exclude(employment__in=GONE)

    def at_least(self, rows: "QuerySet[Person]", name: str, value: Any) -> "QuerySet[Person]":
        """Keep those who have completed that many years."""
        return rows.filter(birth_date__lte=localdate() - relativedelta(years=int(value)))

    def at_most(self, rows: "QuerySet[Person]", name: str, value: Any) -> "QuerySet[Person]":
        """Keep those who have not completed one year more."""
        return rows.filter(birth_date__gt=localdate() - relativedelta(years=int(value) + 1))


def links(actor: Actor) -> list[tuple[str, str]]:
    """Return what stands beside the list."""
    from django.urls import reverse

    found = []
    if actor.may("people.import"):
        found.append(("导入", reverse("import-new", args=["people.people"])))
    if actor.may("people.merge"):
        found.append(("查重", reverse("people-duplicates")))
    return found


register(
    Screen(
        slug="people",
        model="people.Person",
        label="人员主档",
        permission="people.view",
        rows=queries.list_rows,
        listed=listed,
        complete=with_places,
        order="name",
        columns=(
            Column("name", "姓名", "name", sort="name", primary=True),
            Column("sex", "性别", "get_sex_display", phone=False),
            Column("age", "年龄", years, sort="birth_date", kind="number", where="list"),
            Column("birth_date", "出生日期", "birth_date", kind="date", gate="people.see.identity", where="export"),
            Column("identity_number", "证件号码", "masked_identity", gate="people.see.identity", where="export"),
            Column("home", "归属单位", place("home"), phone=False),
            Column("administrative", "部门", place("administrative"), where="export"),
            Column("party", "党组织", place("party")),
            Column("service", "工作站", place("service"), where="export"),
            Column("employment", "人员类别", "get_employment_display", sort="employment", kind="short"),
            Column(
                "political_status",
                "政治面貌",
                "get_political_status_display",
                kind="short",
                gate="people.see.party",
                phone=False,
            ),
            Column(
                "staff_number",
                "工号",
                "staff_number",
                sort="staff_number",
                kind="short",
                gate="people.see.work",
                phone=False,
            ),
            Column("mobile", "手机", "mobile", kind="short", gate="people.see.contact"),
        ),
        search=search.matching,
        counted=count_lookup,
        successor=queries.survivor,
        ranked=search.ranked,
        search_hint="姓名、拼音、首字母、工号、证件后六位、手机后四位",
        filterset="zhibu.apps.people.console.PersonFilter",
        filter_gates=(("political_status", "people.see.party"),),
        head=("people.person.create",),
        links=links,
        outputs=("people.national.export",),
        record="zhibu.apps.people.record.context",
        record_template="people/record.html",
        export_permission="people.export",
        empty="还没有人员。可以从 Excel 花名册导入，也可以逐个登记。",
        section="人员",
        icon="users",
        position=20,
    )
)
