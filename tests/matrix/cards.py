"""Cards of one side: one in every state, the readers, and what was tapped at its desk."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from zhibu.apps.cards.models import Assistance, Card, CardBatch, ReaderDevice, ReaderProfile, Tap
from zhibu.apps.people import search

#: printed numbers of the seen side's blank cards, given to somebody by the acts that are tried
BLANK, SPARE = "DS0001", "DS0006"


def cards_of(side: Any) -> None:
    """Make them, kept by the side's unit."""
    unit, code = side.unit, side.code
    reader = side.keep(ReaderProfile.objects.create(organization=unit, name=f"{side.word}窗口", form="hex", length=0))
    off = ReaderProfile.objects.create(
        organization=unit, name=f"{side.word}旧读卡器", form="dec", length=4, in_use=False
    )
    side.keep(off)
    number = 1 if code == "DS" else 2
    batch = CardBatch.objects.create(
        organization=unit, year=2025, number=number, received_on=date(2025, 1, 5), supplier=f"{side.word}卡厂", count=6,
        note=f"{side.word}备注",
    )  # fmt: skip
    side.keep(batch)
    holder, other = side.people[0], side.people[2]
    for place, state in enumerate(("blank", "active", "lost", "returned", "destroyed", "blank"), 1):
        held = state in {"active", "lost", "returned"}
        made = Card.objects.create(
            organization=unit, batch=batch, number=f"{code}{place:04d}", chip=f"0{number}00000{place}", state=state,
            holder=(holder if state == "active" else other) if held else None, issued_on=date(2026, 2, 1) if held else None,
            valid_to=date(2036, 2, 1) if held else None,
        )  # fmt: skip
        side.keep(made)
    search.rewrite_keys([holder, other])
    side.keep(
        Tap.objects.create(
            organization=side.of("workstation"), account_name=f"{side.word}经办", source="wedge", outcome="identified",
            tail=code[:4], card=made, person=holder,
        )
    )  # fmt: skip
    assert reader.in_use
    _devices(side, made, holder)
    helped = Assistance.objects.create(
        organization=side.of("workstation"), person=holder, account_id=side.accounts[0].pk, account_name=f"{side.word}经办",
        consent="spoken", done=[f"念了通知：{side.word}通知"],
    )  # fmt: skip
    side.keep(helped)


def _devices(side: Any, card: Card, holder: Any) -> None:
    """A machine with readers in every state; its tap stays a new one for as long as the world lasts."""
    station, soon = side.of("workstation"), timezone.now() + timedelta(hours=2)
    waiting = ReaderDevice(
        organization=station, name=f"{side.word}新窗口", code_until=soon, code_key=f"{side.code}-key"
    )
    waiting.code = f"{side.code}-CODE"
    waiting.save()
    off = ReaderDevice.objects.create(organization=station, name=f"{side.word}旧窗口", state="revoked")
    device = ReaderDevice.objects.create(
        organization=station, name=f"{side.word}一号窗口", state="enrolled", public_key=f"{side.code}-public", machine=f"{side.word}电脑",
        readers=f"{side.word}读卡器型号", seen_at=soon, enrolled_at=soon, last_sequence=1,
        challenges={f"{side.code}-id": [f"{side.code}-chip", "00", 0]},
    )  # fmt: skip
    side.keep(waiting, device, off)
    side.keep(
        Tap.objects.create(
            organization=station, source="reader", outcome="identified", tail=side.code[:4], card=card, person=holder, device=device,
            sequence=1, nonce=f"{side.code}-nonce", at=soon, received_at=soon,
        )
    )  # fmt: skip
