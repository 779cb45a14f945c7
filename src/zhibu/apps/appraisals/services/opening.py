"""An appraisal begins with the roll of the branch, and is given up with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.appraisals.models import Appraisal, Entry, State
from zhibu.apps.appraisals.services.saving import saved
from zhibu.apps.membership.models import MemberKind, Status
from zhibu.apps.membership.queries import MemberOn, members_on_many
from zhibu.apps.organizations.models import Kind, Organization
from zhibu.kernel.actions import Act, Refused, Why
from zhibu.kernel.bulk import insert_models
from zhibu.kernel.tree import under

#: branches opened by one act
MOST = 300


@dataclass(frozen=True)
class Open:
    """The branch, or an organisation whose branches all begin; and the year."""

    organization: Any
    year: int


def open_(act: Act, _: Any, data: Open) -> Appraisal:
    """Begin the appraisal of a branch, or of every branch below; those that have begun already are passed over."""
    today = localdate()
    if not today.year - 1 <= data.year <= today.year:
        raise Refused(f"年度应是 {today.year - 1} 年或 {today.year} 年", field="year")
    branches = _branches(data.organization)
    known = Appraisal.objects.system("appraisals that have begun").filter(year=data.year, organization__in=branches)
    begun = set(known.exclude(state=State.VOID).values_list("organization_id", flat=True))
    fresh = [branch for branch in branches if branch.pk not in begun]
    if not fresh:
        raise Refused(f"{data.year} 年的民主评议已经开始", next_step="请打开名单里的那一份办理。", field="organization")
    rolls = members_on_many([branch.pk for branch in fresh], today)
    made = [_begin(act, branch, data.year, rolls[branch.pk]) for branch in fresh if rolls[branch.pk]]
    if not made:
        raise Refused("这里没有党员", next_step="请先核对党员名册。", field="organization")
    return made[0]


def _branches(organization: Organization) -> list[Organization]:
    if organization.kind == Kind.BRANCH:
        return [organization]
    rows = Organization.objects.system("branches below an organisation in hand").filter(
        under("path", [organization.path]), kind=Kind.BRANCH, dissolved_on__isnull=True
    )
    found = list(rows.order_by("path")[: MOST + 1])
    if len(found) > MOST:
        raise Refused(f"一次最多开始 {MOST} 个支部", field="organization", next_step="请分别选择下一级组织。")
    if not found:
        raise Refused("这个组织之下没有党支部", field="organization")
    return found


def _begin(act: Act, branch: Organization, year: int, members: Sequence[MemberOn]) -> Appraisal:
    made: Appraisal = Appraisal.objects.create(
        organization=branch, year=year, on=localdate(), total=len(members), by_name=act.actor.name[:100]
    )
    rows = []
    for place, member in enumerate(members, 1):
        ground = _ground(member)
        rows.append(
            Entry(
                appraisal=made, person_id=member.person_id, place=place, name=member.name, ranked=not ground, ground=ground
            )
        )  # fmt: skip
    insert_models(rows)
    act.log(made, summary=f"开始民主评议：{branch} {year} 年，党员 {len(members)} 人")
    return made


def _ground(member: MemberOn) -> str:
    """Return why a member gets no rank; "" for who does."""
    if member.kind == MemberKind.PROBATIONARY:
        return "预备党员"
    return str(Status.SUSPENDED.label) if member.status == Status.SUSPENDED else ""


def void(act: Act, appraisal: Appraisal, data: Why) -> Appraisal:
    """Give an appraisal up; what was written stays to be read, and the branch may begin anew."""
    appraisal.state = State.VOID
    return saved(act, appraisal, f"作废{appraisal}", data.reason)
