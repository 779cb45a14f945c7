"""Changes of membership that a clerk enters: 失联, 停止党籍, 限期改正, 除名 and so on, each by its rule; and the measures."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.membership import rules_status
from zhibu.apps.membership.models import ChangeKind, Member, MemberChange, Status
from zhibu.apps.membership.params import grounds, limits, measures
from zhibu.apps.membership.services import changes
from zhibu.apps.membership.services.changes import MASSES, Decision, Entry
from zhibu.apps.membership.services.reversing import last_of, take_back
from zhibu.apps.membership.services.ties import Tie, end_ties
from zhibu.apps.organizations.rules import PARTY_KINDS
from zhibu.apps.people.models import Conduct, Post
from zhibu.apps.people.models.affiliation import current
from zhibu.apps.people.services.affiliations import EndPost, end_post
from zhibu.apps.people.services.parts import PartValues, Withdraw, add_part, withdraw_part
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.rules.answers import Violation


@dataclass(frozen=True)
class StatusInput:
    """Input of every change: the first day, the end of what it opens, ground, and the decision."""

    on: date
    until: date | None = None
    ground: str = ""
    decided_on: date | None = None
    document: str = ""
    approved_by: str = ""
    approved_on: date | None = None
    words: str = ""

    @property
    def decision(self) -> Decision:
        """The decision alone."""
        return Decision(self.decided_on, self.document, self.approved_by, self.approved_on, self.words)


@dataclass(frozen=True)
class MeasureInput(StatusInput):
    """A disciplinary measure; effect_until: the end of its effect, the table's own where left out."""

    measure: str = ""
    effect_until: date | None = None


@dataclass(frozen=True)
class Reverse:
    """Why a change is taken back."""

    reason: str


def facts_of(member: Member) -> rules_status.Facts:
    """Return how a member stands, as the rules take it."""
    last = last_of(member)
    return rules_status.Facts(
        member.status, member.kind, member.status_since, member.admitted_on, member.rights_until, member.rectify_until,
        last.on if last else None,
    )  # fmt: skip


def refuse(found: list[Violation]) -> None:
    """Raise Refused for the first that is wrong, at its field."""
    for fault in found:
        raise Refused(
            fault.message, field=fault.code or None, article=fault.article, code=f"status.{fault.code or 'state'}"
        )


def change(act: Act, member: Member, data: StatusInput) -> Member:
    """Enter the change that the action names (`membership.member.<code of the step>`), whole or not at all."""
    step = rules_status.STEPS[act.code.rpartition(".")[2]]
    member = changes.lock(member)
    if not member.in_party:
        raise Refused("此人已经不是党员", code="ended")
    ground = grounds().get(data.ground)
    refuse(rules_status.check(step, facts_of(member), data.on, localdate(), limits(), ground=ground, until=data.until))
    if step.decided:
        _check_decision(data)
    before = member.status
    article = f"{ground.article}：{ground.label}" if ground else step.article
    entry = Entry(
        ChangeKind(step.code), data.on, _values(step, data), {"political_status": MASSES} if step.ends else {},
        until=data.until, article=article[:120], decision=data.decision,
    )  # fmt: skip
    row = changes.write(act, member, entry)
    if step.ends:
        changes.end_relation(act, member, row, data.on)
    elif step.code == "suspend":
        end_ties(act.actor, [Tie(member.person_id, None, member.organization_id, data.on)])
    changes.tell(act, member, data.on, before)
    return member


def _values(step: rules_status.Step, data: StatusInput) -> dict[str, Any]:
    values: dict[str, Any] = {"status": step.enters} if step.enters else {}
    if step.code == "rectify":
        values["rectify_until"] = data.until
    if step.code == "rectified" or step.ends:
        values["rectify_until"] = None
    if step.code == "observed" or step.ends:
        values |= {"rights_from": None, "rights_until": None}
    return values


def _check_decision(data: StatusInput) -> None:
    """A decision has its day, and who approved it: both in the past, the day of the assembly not after the approval."""
    today = localdate()
    if data.decided_on is None:
        raise Refused("请填写作出决定的日期", field="decided_on")
    for name in ("decided_on", "approved_on"):
        if (day := getattr(data, name)) is not None and day > today:
            raise Refused("日期不能晚于今天", field=name)
    if data.approved_on is not None and data.approved_on < data.decided_on:
        raise Refused("批准日期早于作出决定的日期", field="approved_on")
    if not data.approved_by:
        raise Refused("请填写批准的党组织", field="approved_by")


def discipline(act: Act, member: Member, data: MeasureInput) -> Member:
    """Enter a disciplinary measure: it stands among the person's conduct, and takes rights, posts or membership."""
    member = changes.lock(member)
    if not member.in_party:
        raise Refused("此人已经不是党员", code="ended")
    measure = measures()[data.measure]
    facts = facts_of(member)
    refuse(rules_status.day(facts, data.on, localdate()))
    _check_decision(data)
    kind, before = ChangeKind(measure.code), member.status
    values: dict[str, Any] = {}
    if kind == ChangeKind.OBSERVE:
        refuse(rules_status.observation(facts, data.on, data.until, limits()))
        values = {"rights_from": data.on, "rights_until": data.until}
    if kind == ChangeKind.EXPEL:
        values = {"status": Status.EXPELLED, "rights_from": None, "rights_until": None, "rectify_until": None}
    political = {"political_status": MASSES} if kind == ChangeKind.EXPEL else {}
    until = data.until if kind == ChangeKind.OBSERVE else None
    entry = Entry(kind, data.on, values, political, until=until, article=measure.article[:120], decision=data.decision)
    row = changes.write(act, member, entry)
    _note_conduct(act, member, row, data, measure.label)
    if kind == ChangeKind.EXPEL:
        changes.end_relation(act, member, row, data.on)
    elif kind == ChangeKind.POSTS:
        _end_posts(act, member, data.on)
    changes.tell(act, member, data.on, before)
    return member


def _note_conduct(act: Act, member: Member, row: MemberChange, data: MeasureInput, label: str) -> None:
    values = {
        "kind": Conduct.Kind.DISCIPLINE, "name": f"党内{label}" if not label.startswith(("撤销", "留党", "开除")) else label,
        "decided_on": data.decided_on, "decided_by": data.approved_by, "until": data.effect_until,
        "note": data.document,
    }  # fmt: skip
    made = add_part(act, member.person, PartValues("conduct", values))
    row.data = {**row.data, "conduct": made.pk}
    row.save(update_fields=["data"])


def _end_posts(act: Act, member: Member, on: date) -> None:
    rows = Post.objects.system("Party posts of a member in hand").filter(
        current(), person=member.person_id, organization__kind__in=PARTY_KINDS
    )
    found = list(rows.select_for_update(of=("self",)).select_related("organization", "person"))
    if not found:
        raise Refused("此人现在没有党内职务，不能撤销党内职务", field="measure")
    for post in found:
        end_post(act, post, EndPost(max(on, post.since), act.reason))


def reverse(act: Act, change: MemberChange, data: Reverse) -> MemberChange:
    """Take back a change entered by mistake; posts and roles that ended with it are not opened again by themselves."""
    before = change.member.status
    take_back(act, change)
    if key := change.data.get("conduct"):
        rows = Conduct.objects.system("measure of a change taken back").filter(pk=key, withdrawn_at__isnull=True)
        if (row := rows.select_related("person").first()) is not None:
            withdraw_part(act, row, Withdraw(data.reason))
    changes.tell_return(act, change.member, change.on, before)
    return change
