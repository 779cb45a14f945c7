"""Carrying a resolution out: reports, the end, another person, another day; and what happens elsewhere."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.timezone import localdate

from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.models import Person
from zhibu.apps.resolutions import rules
from zhibu.apps.resolutions.models import FollowUp, Resolution, State
from zhibu.apps.resolutions.permissions import VIEW
from zhibu.apps.voting.services.papers import Evidence, keep
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.actor import Actor


@dataclass(frozen=True)
class Report:
    """What was done on a day; done: nothing is left to do; scan: a paper or picture of it."""

    on: date
    words: str
    done: bool = False
    scan: Evidence | None = None


@dataclass(frozen=True)
class Assign:
    """Who carries it out from now on, by when, and why it changes."""

    responsible: Person
    due_on: date | None
    reason: str


def follow(act: Act, resolution: Resolution, data: Report) -> Resolution:
    """Write down what was done; with `done` the resolution is carried out."""
    _write(act, resolution, data, by_responsible=False)
    if data.done:
        resolution.state, resolution.done_on = State.DONE, data.on
    resolution.rev += 1
    resolution.save(update_fields=["state", "done_on", "rev"])
    act.log(
        resolution, summary=f"{'办结' if data.done else '登记落实情况'}：{resolution.number_text}，{data.words}"[:200]
    )
    return resolution


def report(act: Act, resolution: Resolution, data: Report) -> Resolution:
    """Tell as the one responsible what was done; the branch decides whether that was all."""
    _write(act, resolution, data, by_responsible=True)
    resolution.rev += 1
    resolution.save(update_fields=["rev"])
    act.log(resolution, summary=f"负责人报告落实情况：{resolution.number_text}，{data.words}"[:200])
    return resolution


def assign(act: Act, resolution: Resolution, data: Assign) -> Resolution:
    """Give it to somebody, or another day; a resolution that only stood is followed from now on."""
    if wrong := rules.due_fault(data.due_on, resolution.decided_on, localdate()):
        raise Refused(wrong, field="due_on")
    before = (resolution.responsible_name or "无", resolution.due_on.isoformat() if resolution.due_on else "无")
    resolution.responsible, resolution.responsible_name = data.responsible, data.responsible.name
    resolution.due_on, resolution.state = data.due_on, State.FOLLOWING
    resolution.rev += 1
    resolution.save(update_fields=["responsible", "responsible_name", "due_on", "state", "rev"])
    after = (resolution.responsible_name, resolution.due_on.isoformat() if resolution.due_on else "无")
    act.log(
        resolution,
        summary=f"调整落实：{resolution.number_text}，负责人 {before[0]} → {after[0]}，期限 {before[1]} → {after[1]}",
    )
    return resolution


def void_with(motion_id: int, actor: Actor) -> None:
    """The vote was made void: so is what it decided; the number stays taken, what it replaced stands again."""
    for made in (
        Resolution.objects.system("resolution of a void vote").filter(motion_id=motion_id).exclude(state=State.VOID)
    ):
        act = Act(actor=actor, code="resolutions.resolution.void", wording="决议作废")
        for old in Resolution.objects.system("what it replaced").filter(replaced_by=made, state=State.REPLACED):
            old.state, old.replaced_by = (
                State.FOLLOWING if old.responsible_id and not old.done_on else State.STANDING,
                None,
            )
            if old.done_on:
                old.state = State.DONE
            old.rev += 1
            old.save(update_fields=["state", "replaced_by", "rev"])
            act.log(old, summary=f"{old.number_text}恢复有效：取代它的{made.number_text}作废")
        made.state, made.void_why = State.VOID, "表决作废"
        made.rev += 1
        made.save(update_fields=["state", "void_why", "rev"])
        act.log(made, summary=f"决议随表决作废：{made.number_text}")


def release(person_id: int, actor: Actor, why: str, only: Q | None = None) -> None:
    """Whoever was responsible is gone: the branch is asked to name somebody else."""
    rows = Resolution.objects.system("resolutions of somebody who left").filter(
        only or Q(), responsible_id=person_id, state=State.FOLLOWING
    )
    for one in rows:
        one.responsible = None
        one.rev += 1
        one.save(update_fields=["responsible", "rev"])
        act = Act(actor=actor, code="resolutions.resolution.release", wording="负责人离开")
        act.log(one, summary=f"{one.number_text}的负责人{one.responsible_name}{why}，请另定负责人")


def leave_branch(person_id: int, from_id: int, to_id: int, actor: Actor) -> None:
    """Release a member from the resolutions of the branch they left; a move between its groups changes nothing."""
    rows = Organization.objects.system("branches of a move in hand").filter(pk__in=[from_id, to_id])
    branch = {row.pk: row.parent_id if row.kind == "group" else row.pk for row in rows}
    if branch.get(from_id) != branch.get(to_id):
        release(person_id, actor, "转出本支部", Q(organization_id=branch.get(from_id)))


def _write(act: Act, resolution: Resolution, data: Report, *, by_responsible: bool) -> None:
    if data.on > localdate() or data.on < resolution.decided_on:
        raise Refused("日期应在通过日期和今天之间", field="on")
    made: FollowUp = FollowUp.objects.create(
        resolution=resolution, on=data.on, words=data.words, by_name=act.actor.name[:100], by_responsible=by_responsible
    )
    if data.scan is not None and data.scan.blob is not None:
        keep(act, made, data.scan, organization_id=resolution.organization_id, permission=VIEW)
