"""A resolution comes to be: of a vote that passed, or of a meeting; numbered, told to the members, replacing an earlier one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.timezone import localdate

from zhibu.apps.meetings.models import Meeting
from zhibu.apps.meetings.queries import quorum_words
from zhibu.apps.people.models import Person
from zhibu.apps.resolutions import queries, rules
from zhibu.apps.resolutions.models import IN_FORCE, Resolution, State
from zhibu.apps.voting.models import Motion
from zhibu.kernel import messages
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.numbering import next_number

SERIES = "resolutions"


@dataclass(frozen=True)
class Text:
    """What was decided, who carries it out by when, which one it replaces, whether the members are told now."""

    title: str
    text: str
    responsible: Person | None = None
    due_on: date | None = None
    replaces: Sequence[Resolution] = ()
    tell: bool = True


@dataclass(frozen=True)
class Recorded:
    """A resolution without a vote of its own: whose, of which meeting or how else, decided when."""

    organization: Any
    decided_on: date
    what: Text
    meeting: Meeting | None = None
    basis: str = ""


def adopt(act: Act, motion: Motion, data: Text) -> Resolution:
    """Make a resolution of a vote that passed."""
    if not motion.passed:
        raise Refused("只有通过了的表决才能形成决议", article=motion.article)
    basis = f"{motion.outcome}依据：{motion.article}"[:300]
    return _make(act, motion.organization, motion.opened_on or motion.roll.on, data, motion=motion, basis=basis)


def record(act: Act, _: None, data: Recorded) -> Resolution:
    """Write down a resolution of a meeting that had no vote of its own."""
    if data.decided_on > localdate():
        raise Refused("通过日期不能晚于今天", field="decided_on")
    founded = data.organization.founded_on
    if founded is not None and data.decided_on < founded:
        raise Refused(f"{data.organization}成立于 {founded.isoformat()}，决议不能在这以前", field="decided_on")
    if data.meeting is None and not data.basis.strip():
        raise Refused("请选择会议，或写明决议是怎样形成的", field="basis")
    kept = {}
    if data.meeting is not None:
        if data.meeting.quorate is False:
            raise Refused(f"这次会议到会人数不足：{quorum_words(data.meeting)}", field="meeting")
        kept = {"meeting_type": data.meeting._meta.label, "meeting_id": str(data.meeting.pk)}
    return _make(act, data.organization, data.decided_on, data.what, basis=data.basis, **kept)


def tell(act: Act, resolution: Resolution, data: None = None) -> Resolution:
    """Make it known to the members of the branch."""
    _tell(act, resolution)
    resolution.rev += 1
    resolution.save(update_fields=["published_at", "rev"])
    act.log(resolution, summary=f"公布决议：{resolution.number_text}《{resolution}》")
    return resolution


def _make(act: Act, organization: Any, on: date, data: Text, **more: Any) -> Resolution:
    if wrong := rules.due_fault(data.due_on, on, localdate()):
        raise Refused(wrong, field="due_on")
    if data.due_on is not None and data.responsible is None:
        raise Refused("定了期限的，要有负责人", field="responsible")
    number = next_number(SERIES, on.year, organization_id=organization.pk)
    made: Resolution = Resolution.objects.create(
        organization=organization, year=on.year, number=number, number_text=rules.number_text(str(organization), on.year, number),
        title=data.title, text=data.text, decided_on=on, responsible=data.responsible,
        responsible_name=data.responsible.name if data.responsible else "", due_on=data.due_on,
        state=State.FOLLOWING if data.responsible else State.STANDING, by_name=act.actor.name[:100], **more,
    )  # fmt: skip
    for old in data.replaces:
        _replace(act, old, made)
    if data.tell:
        _tell(act, made)
        made.save(update_fields=["published_at"])
    act.log(made, summary=f"形成决议：{made.number_text}《{made}》")
    return made


def _replace(act: Act, old: Resolution, new: Resolution) -> None:
    """An earlier resolution gives way; it stays to be read."""
    kept: Resolution = (
        Resolution.objects.system("a resolution to replace").select_for_update(of=("self",)).get(pk=old.pk)
    )
    if kept.organization_id != new.organization_id or kept.state not in IN_FORCE:
        raise Refused(f"{kept.number_text}不能由这份决议取代", field="replaces")
    if kept.decided_on > new.decided_on:
        raise Refused(f"{kept.number_text}通过得更晚", field="replaces", next_step="只有后来的决议才能取代先前的决议。")
    kept.state, kept.replaced_by = State.REPLACED, new
    kept.rev += 1
    kept.save(update_fields=["state", "replaced_by", "rev"])
    act.log(kept, summary=f"{kept.number_text}由{new.number_text}取代")


def _tell(act: Act, resolution: Resolution) -> None:
    people = queries.readers(resolution.organization, localdate())
    if people:
        messages.publish(
            act.actor, resolution.organization, people, title=f"支部决议：{resolution.title}"[:100], body=resolution.text[:300],
            link=resolution.own_url, key=f"resolution:{resolution.uid}", kind="resolutions", audience=f"{resolution.organization}党员",
        )  # fmt: skip
    resolution.published_at = timezone.now()
