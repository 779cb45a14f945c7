"""Signing in: by card, by the code on the wall, from afar, by hand. Everybody once, whatever comes twice."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core import signing
from django.utils import timezone

from zhibu.apps.cards import rules as card_rules
from zhibu.apps.cards.services import taps
from zhibu.apps.meetings import codes, rules
from zhibu.apps.meetings.models import Attendance, AttendanceState, How, Leave, Meeting, Standing, State
from zhibu.apps.meetings.services.saving import keep, logged
from zhibu.kernel.actions import Act, Refused, Why

TOO_EARLY = "还没有到签到时间"
NOT_ON = "不在这次会议的名单上"


@dataclass(frozen=True)
class Scanned:
    """What the browser that scanned the wall was given for it."""

    proof: str


@dataclass(frozen=True)
class Tapped:
    """What the reader at the door wrote; hold: only say who it is, the host signs them in."""

    raw: str
    reader: Any = None
    source: str = "wedge"
    hold: bool = False


@dataclass(frozen=True)
class Ticked:
    """Who is there by the list: uids ticked, and those that were shown as being there when the list was opened."""

    here: Collection[str]
    were: Collection[str]


@dataclass
class Tap:
    """What came of a card: the attendance it led to, whether it had signed in already, or why nothing came of it."""

    attendance: Attendance | None = None
    again: bool = False
    held: bool = False
    trouble: str = ""


def scan(act: Act, attendance: Attendance, data: Scanned) -> Attendance:
    """Sign in by the code on the wall; what it takes is that this person's browser saw it a moment ago."""
    if not codes.proven(data.proof, attendance):
        raise Refused(
            "二维码已经失效，没有签到",
            next_step="请对准会场屏幕上现在的二维码重新扫一次；拍下来的、别人转发的二维码不能用。",
            code="stale",
        )
    _check_open(attendance.meeting)
    return sign(act, attendance, How.QR)[0]


def remote(act: Act, attendance: Attendance, data: None) -> Attendance:
    """Sign in from afar, once the meeting has begun and where it has a link."""
    meeting = attendance.meeting
    if not meeting.link:
        raise Refused("这次会议没有线上会场", next_step="请到会场签到，或请假。")
    if meeting.state != State.UNDER_WAY:
        raise Refused("会议还没有开始", next_step="请等主持人宣布开会后，再点线上签到。")
    return sign(act, attendance, How.REMOTE)[0]


def tap(act: Act, meeting: Meeting, data: Tapped) -> Tap:
    """Sign in whoever's card lies on the reader. Of cards of people not on the list nothing is told but that."""
    _check_open(meeting)
    read = taps.Read(meeting.organization, data.raw, data.reader, data.source)
    card, chip, readable = taps.find(read, holders=False)
    if card is None:
        outcome = taps.without_card(chip, readable)
        return _no(act, meeting, card_rules.MEANINGS[outcome].title)
    if card.meaning(timezone.localdate()) != card_rules.IDENTIFIED:
        return _no(act, meeting, f"这张卡{card.state_words(timezone.localdate())}，不能签到")
    rows = Attendance.objects.system("the list of a meeting in hand").filter(meeting=meeting, person=card.holder_id)
    rows = rows.exclude(standing=Standing.OFF).select_for_update(of=("self",)).order_by()
    found = next(iter(rows[:1]), None) if card.holder_id else None
    if found is None:
        return _no(act, meeting, "持卡人" + NOT_ON)
    found.meeting = meeting
    if data.hold and found.state != AttendanceState.PRESENT:
        logged(act, found, f"签到刷卡核对：{found.name}（{meeting}）")
        return Tap(found, held=True)
    signed, fresh = sign(act, found, How.CARD)
    return Tap(signed, again=not fresh)


def _no(act: Act, meeting: Meeting, words: str) -> Tap:
    act.log(meeting, summary=f"签到刷卡：{words}")
    return Tap(trouble=words)


def confirm(act: Act, attendance: Attendance, data: None) -> Attendance:
    """Sign in whom the host has compared with the photo."""
    _check_open(attendance.meeting)
    return sign(act, attendance, How.CARD)[0]


def by_hand(act: Act, meeting: Meeting, data: Ticked) -> Meeting:
    """Sign in who is ticked; who was shown as there and is not ticked any more was not there after all.

    Whoever signed in by themselves while the list was open stays.
    """
    if meeting.state not in (State.CALLED, State.UNDER_WAY):
        raise Refused("会议已经结束，签到不能再改", next_step="需要更正的，请在那个人一行点“更正”。")
    if meeting.on > timezone.localdate():
        raise Refused(f"会议在 {meeting.on.isoformat()}，{TOO_EARLY}")
    rows = (
        Attendance.objects.system("the list of a meeting in hand")
        .filter(meeting=meeting)
        .select_for_update(of=("self",))
    )
    changed = 0
    for row in rows.exclude(standing=Standing.OFF).order_by("place", "pk"):
        uid = str(row.uid)
        if uid in data.here and row.state != AttendanceState.PRESENT:
            sign(act, row, How.HAND)
            changed += 1
        elif uid in data.were and uid not in data.here and row.state == AttendanceState.PRESENT:
            unsign(act, row, "代签时取消")
            changed += 1
    if not changed:
        act.log(meeting, summary=f"代签：{meeting}，没有变化")
    return meeting


def undo(act: Act, attendance: Attendance, data: Why) -> Attendance:
    """Take a sign-in back: it was somebody else's card."""
    if attendance.meeting.state not in (State.CALLED, State.UNDER_WAY):
        raise Refused("会议已经结束，签到不能再撤回", next_step="请在那个人一行点“更正”。")
    return unsign(act, attendance, data.reason)


def sign(act: Act, attendance: Attendance, how: str) -> tuple[Attendance, bool]:
    """Sign in a locked row, once; return (the row, whether it is new)."""
    if attendance.standing == Standing.OFF:
        raise Refused(f"{attendance.name}{NOT_ON}", next_step="请主持人核定应到名单，或登记为列席。")
    if attendance.state == AttendanceState.PRESENT:
        act.log(
            attendance,
            organization_id=attendance.meeting.organization_id,
            summary=f"再次签到：{attendance.name}（{attendance.meeting}）",
        )
        return attendance, False
    attendance.state, attendance.how, attendance.at = AttendanceState.PRESENT, how, timezone.now()
    attendance.by_name = act.actor.name[:100]
    keep(act, attendance, f"{attendance.get_how_display()}签到：{attendance.name}（{attendance.meeting}）")
    return attendance, True


def unsign(act: Act, attendance: Attendance, why: str) -> Attendance:
    """Take the sign-in of a locked row back; agreed leave holds again."""
    agreed = attendance.leave == Leave.AGREED
    attendance.state = AttendanceState.LEAVE if agreed else AttendanceState.INVITED
    attendance.how, attendance.at, attendance.by_name = "", None, ""
    keep(act, attendance, f"撤回签到：{attendance.name}（{attendance.meeting}），{why}")
    return attendance


def _check_open(meeting: Meeting) -> None:
    """Refuse signing in before its hours, or after its end."""
    if meeting.state == State.UNDER_WAY:
        return
    if meeting.state != State.CALLED:
        raise Refused(f"会议{meeting.get_state_display()}，不能签到")
    if timezone.now() < meeting.starts_at - timedelta(hours=rules.EARLY_HOURS):
        raise Refused(TOO_EARLY, next_step=f"开会前 {rules.EARLY_HOURS} 小时起可以签到。")


__all__ = [
    "Scanned",
    "Tap",
    "Tapped",
    "Ticked",
    "by_hand",
    "confirm",
    "remote",
    "scan",
    "sign",
    "signing",
    "tap",
    "undo",
    "unsign",
]
