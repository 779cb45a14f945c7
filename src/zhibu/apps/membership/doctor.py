"""What `zhibu doctor` looks at in the records of members."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, F, OuterRef

from zhibu.apps.membership.models import Member, RecordState, living
from zhibu.apps.membership.services.keeping import KINDS
from zhibu.apps.people.models import Affiliation, Person
from zhibu.apps.people.models.affiliation import Kind
from zhibu.apps.people.models.person import State
from zhibu.kernel import doctor
from zhibu.kernel.doctor import Finding

REASON, NAMED = "doctor", 3


def _relations(column: str) -> Any:
    return Affiliation.objects.system(REASON).filter(person=OuterRef(column), kind=Kind.PARTY, until=None)


@doctor.check(330, "党员与组织关系")
def in_step(full: bool) -> Finding:
    """Every member stands where the open party relation is, and whoever should have a row has one."""
    members = Member.objects.system(REASON).filter(living())
    there = _relations("person_id").filter(organization=OuterRef("organization_id"))
    apart = members.exclude(Exists(there))
    if count := apart.count():
        return doctor.fault(
            f"{count} 名党员所在的支部与组织关系不一致（人员编号 {_named(apart.values_list('person_id', flat=True)[:NAMED])}）",
            "请把这一行发给技术支持，核对这些人的组织关系。",
        )
    mine = Member.objects.system(REASON).filter(person=OuterRef("pk"), state=RecordState.LIVE)
    people = Person.objects.system(REASON).filter(state=State.LIVE, political_status__in=list(KINDS))
    missing = people.filter(Exists(_relations("pk"))).exclude(Exists(mine))
    if count := missing.count():
        return doctor.fault(
            f"{count} 人是党员、有组织关系，却不在党员名册里（人员编号 {_named(missing.values_list('pk', flat=True)[:NAMED])}）",
            "请把这一行发给技术支持，补上党员记录。",
        )
    unlike = members.exclude(person__political_status__in=list(KINDS)).annotate(said=F("person__political_status"))
    if count := unlike.count():
        return doctor.attention(
            f"{count} 名党员的政治面貌写的不是党员（人员编号 {_named(unlike.values_list('person_id', flat=True)[:NAMED])}）",
            "请核对：确已不是党员的，在党员页办理除名、退党等；政治面貌写错的，在人员主档里改回。",
        )
    return doctor.ok(f"{members.count():,} 名党员都在自己的支部里")


def _named(numbers: Iterable[int]) -> str:
    return "、".join(map(str, numbers))
