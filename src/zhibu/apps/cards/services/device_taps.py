"""What a machine with readers sends: each tap in order and once, however often it comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from zhibu.apps.cards import rules
from zhibu.apps.cards.models import Card, DeviceState, Kind, ReaderDevice, Source, Tap
from zhibu.apps.cards.permissions import IDENTIFY
from zhibu.apps.cards.services import card_keys
from zhibu.apps.cards.services.taps import TAIL, judge, without_card
from zhibu.kernel.actions import Act
from zhibu.kernel.actor import Actor, Grant
from zhibu.reader import protocol

#: a tap that lay on the agent's disk for longer is written down, but nobody waits for it any more
FRESH = timedelta(seconds=20)


class Turned(Exception):
    """The call is not taken: `code` is for the agent, `message` for whoever reads its screen."""

    def __init__(self, code: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.code, self.message, self.more = code, message, more


@dataclass(frozen=True)
class Call:
    """One call of an agent whose signature was found good; so were those of its taps."""

    number: int
    sent_at: datetime
    waiting: int = 0
    readers: str = ""
    ask: str = ""
    taps: Sequence[protocol.Tap] = ()


@dataclass(frozen=True)
class Answer:
    """What came of a tap, and of the card's question."""

    sequence: int
    outcome: str


def receive(device_id: int, call: Call) -> tuple[ReaderDevice, list[Answer], dict[str, str] | None]:
    """Take a call whole or not at all; returns (device, answers to the taps, question to the card asked about).

    Raises Turned. The row of the device is locked: two calls of one machine never mix.
    """
    now = timezone.now()
    with transaction.atomic():
        rows = ReaderDevice.objects.system("it signed the call").select_for_update(of=("self",))
        device = rows.select_related("organization").get(pk=device_id)
        if device.state != DeviceState.ENROLLED:
            raise Turned("revoked", "这台联机读卡器已经停用，刷卡不再登记。")
        if call.number <= device.last_call:
            raise Turned("old_call", "这次呼叫的编号已经用过。", call=device.last_call)
        # how far the agent's clock is off now, it is taken to have been off at the tap
        desk = _Desk(device, now, now - call.sent_at)
        answers = [desk.take(tap) for tap in call.taps]
        question = _question(device, call.ask)
        device.last_call, device.seen_at, device.waiting = call.number, now, call.waiting
        device.readers = call.readers
        device.save(
            update_fields=["last_call", "seen_at", "waiting", "readers", "last_sequence", "missing", "challenges"]
        )  # fmt: skip
    return device, answers, question


def is_fresh(tap: Tap) -> bool:
    """Tell whether somebody at the desk still waits for it."""
    return tap.received_at is not None and tap.received_at - tap.at <= FRESH and timezone.now() - tap.at <= FRESH


class _Desk:
    """The taps of one call, taken one after the other; sees what the desk's own organisation reaches."""

    def __init__(self, device: ReaderDevice, now: datetime, off: timedelta) -> None:
        self.device, self.now, self.off = device, now, off
        grants = (Grant(IDENTIFY, device.organization.path),)
        self.act = Act(Actor(name=f"读卡器 {device}"[:100], grants=grants), "cards.desk.tap", "刷卡识别")

    def take(self, sent: protocol.Tap) -> Answer:
        """Write a tap; a repeat answers what it answered first."""
        device = self.device
        if sent.sequence <= device.last_sequence:
            return self._again(sent)
        gap = sent.sequence - device.last_sequence - 1
        if gap:
            device.missing += gap
            self.act.log(device, summary=f"{device} 缺第 {device.last_sequence + 1} 至 {sent.sequence - 1} 次刷卡")
        card = _card(sent.chip)
        outcome, person = (
            judge(self.act.actor, card) if card else (without_card(sent.chip, bool(_readable(sent.chip))), None)
        )
        if card is not None and card.kind == Kind.CPU:
            outcome = rules.proven(outcome, answered=self._answered(card, sent))
        made: Tap = Tap.objects.create(
            organization=device.organization, at=self._moment(sent.at), received_at=self.now, source=Source.READER,
            outcome=outcome, tail=rules.tail(sent.chip, TAIL), card=card, person=person, device=device,
            sequence=sent.sequence, nonce=sent.nonce,
        )  # fmt: skip
        device.last_sequence = sent.sequence
        who = f"，{person}" if person is not None and outcome == rules.IDENTIFIED else ""
        self.act.log(made, summary=f"{device}：{made.get_outcome_display()}{who}")
        return Answer(sent.sequence, outcome)

    def _again(self, sent: protocol.Tap) -> Answer:
        known = Tap.objects.system("a repeat").filter(device=self.device, sequence=sent.sequence).first()
        if known is None or known.nonce != sent.nonce:
            raise Turned("other_tap", "序号用过了，但不是同一次刷卡：这台电脑的数据被换过或复制过，请停用后重新登记。")
        return Answer(sent.sequence, known.outcome)

    def _answered(self, card: Card, sent: protocol.Tap) -> bool | None:
        if sent.challenge:
            return card_keys.answered(self.device, card, sent.challenge, sent.response)
        return False if sent.storage else None

    def _moment(self, written: str) -> datetime:
        """Return when it was, by the server's clock: never in the future, and no nonsense."""
        try:
            at = datetime.fromisoformat(written)
        except ValueError:
            return self.now
        at = (at if at.tzinfo else at.replace(tzinfo=UTC)) + self.off
        earliest = self.device.enrolled_at or self.now
        return min(max(at, earliest), self.now)


def _question(device: ReaderDevice, chip: str) -> dict[str, str] | None:
    """Return a question for a CPU card, None for all others: the agent learns nothing else of a card."""
    card = _card(chip)
    return card_keys.ask(device, card.chip) if card is not None and card.kind == Kind.CPU else None


def _readable(chip: str) -> str:
    return chip if len(chip) in (8, 14) and not set(chip) - set("0123456789ABCDEF") else ""


def _card(chip: str) -> Card | None:
    rows = Card.objects.system("a tap looks among all cards, what it may tell is judged afterwards")
    found: Card | None = rows.select_related("holder").filter(chip=chip).first() if _readable(chip) else None
    return found
