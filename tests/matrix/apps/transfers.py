"""Transfers of each side in the states that matter, letters, who is away, and plans; nothing leads across the sides."""

from datetime import date, timedelta
from typing import Any

from tests import factories
from zhibu.apps.membership.models import Member
from zhibu.apps.transfers.models import (
    Arrival,
    Contact,
    ContactPlan,
    Floating,
    Guest,
    Letter,
    LetterLine,
    Report,
    Transfer,
    Twofold,
)

TODAY = date.today()
#: the member asks already, and asking twice is refused; nobody has left yet; their own tests perform these
NOT_FILLED = {"transfers.transfer.ask_own", "transfers.transfer.undo_receipt"}


def side(side: Any) -> None:
    """Make them: one asked for, one to be received, one out, one that came back, one from outside; one away."""
    word, branch, other, committee = side.word, side.of("branch"), side.organizations[7], side.of("committee")
    side.keep(factories.person(f"{word}来人", side.unit))
    side.keep(_transfer(side, "待批", state="asked"))
    _with_letter(side, 1, _transfer(side, "待收", state="issued"))
    _with_letter(
        side, 2, _transfer(side, "转出", state="issued", direction="out", target=None, target_name=f"{word}街道")
    )
    back = _with_letter(
        side, 3, _transfer(side, "退回", state="returned", ended_words=f"{word}退回", ground="letter"), arrives=False
    )
    side.keep(
        Arrival.objects.create(
            organization=other, transfer=side.objects["transfers.Transfer"][-1], letter=back, arrived_on=TODAY, answer="refused",
            ground="letter", words=f"{word}退回", answered_on=TODAY, answered_name=f"{word}经办",
        )
    )  # fmt: skip
    Letter.objects.system("test").filter(pk=back.pk).update(state="void", void_on=TODAY, void_why=f"{word}退回")
    came = _transfer(
        side, "外来", state="issued", direction="in", organization=branch, target=branch, their_number=f"{word}来信",
        their_issuer=f"{word}外委", their_issued_on=TODAY - timedelta(days=9), their_valid_until=TODAY + timedelta(days=30), member=False,
    )  # fmt: skip
    side.keep(came, Arrival.objects.create(organization=branch, transfer=came, letter=None, arrived_on=TODAY))
    person = side.people[1]
    away = side.keep(
        Floating.objects.create(
            person=person, organization=branch, place=f"{word}外地", words=f"{word}说明", host=other, host_name=other.name,
            since=TODAY - timedelta(days=400), next_report_on=TODAY - timedelta(days=30), by_name=f"{word}经办",
        )
    )  # fmt: skip
    guests = {"organization": other, "floating": away, "since": away.since}
    side.keep(Guest.objects.create(**guests))
    side.keep(Guest.objects.create(**guests, until=TODAY, confirmed_on=TODAY, confirmed_name=f"{word}经办"))
    plan = side.keep(_plan(side, person))
    side.keep(Contact.objects.create(plan=plan, on=TODAY - timedelta(days=50), how="phone", by_name=f"{word}联系"))
    side.keep(Report.objects.create(floating=away, on=TODAY - timedelta(days=300), how="visit", by_name=f"{word}登记"))
    _twofold(side)
    assert committee is not None


def _twofold(side: Any) -> None:
    word, branch, other = side.word, side.of("branch"), side.organizations[7]
    side.keep(
        Twofold.objects.create(
            person=side.people[2], organization=branch, host=other, ground="link", words=f"{word}说明", since=TODAY, by_name=f"{word}经办",
        )
    )  # fmt: skip


def _transfer(side: Any, what: str, *, member: bool = True, **more: Any) -> Transfer:
    word, branch, other = side.word, side.of("branch"), side.organizations[7]
    person = factories.person(f"{word}{what}", side.unit, party=branch if member else None, political_status="01")
    if member:
        Member.objects.create(person=person, organization=branch, kind="full", admitted_on=date(2010, 7, 1))
    values = {
        "direction": "within", "organization": branch, "source_name": branch.name, "target": other, "target_name": other.name,
        "addressee": f"{word}党委", "words": f"{word}说明", "phone": side.code, "paid_to": date(2026, 9, 1), "asked_on": TODAY,
        "asked_name": f"{word}经办",
    }  # fmt: skip
    made: Transfer = Transfer.objects.create(person=person, **{**values, **more})
    return made


def _with_letter(side: Any, number: int, transfer: Transfer, *, arrives: bool = True) -> Letter:
    letter: Letter = Letter.objects.create(
        organization=side.of("committee"), year=TODAY.year, number=number, addressee=transfer.addressee, source_name=transfer.source_name,
        target_name=transfer.target_name, outside=transfer.target_id is None, issued_on=TODAY - timedelta(days=3), valid_days=90,
        valid_until=TODAY + timedelta(days=87), issued_name=f"{side.word}经办",
    )  # fmt: skip
    side.keep(letter, LetterLine.objects.create(letter=letter, transfer=transfer, name=transfer.person.name))
    Transfer.objects.system("test").filter(pk=transfer.pk).update(letter=letter)
    transfer.letter = letter
    if arrives and transfer.target_id is not None:
        side.keep(
            Arrival.objects.create(organization=transfer.target, transfer=transfer, letter=letter, arrived_on=TODAY)
        )
    side.keep(transfer)
    return letter


def _plan(side: Any, person: Any, **more: Any) -> ContactPlan:
    values = {
        "ground": "floating",
        "every": "month",
        "since": TODAY - timedelta(days=400),
        "next_on": TODAY - timedelta(days=20),
    }
    made: ContactPlan = ContactPlan.objects.create(
        person=person, organization=side.of("branch"), ended_why=f"{side.word}原因", **{**values, **more}
    )
    return made


def world(root: Any, seen: Any, other: Any, accounts: Any) -> None:
    """The member asks for their own transfer and keeps in touch with somebody."""
    own, branch = accounts["member"].person, seen.of("branch")
    seen.keep(Member.objects.create(person=own, organization=branch, kind="full", admitted_on=date(2010, 7, 1)))
    target = seen.organizations[7]
    seen.keep(
        Transfer.objects.create(
            direction="within", person=own, organization=branch, source_name=branch.name, target=target, target_name=target.name,
            asked_on=TODAY, asked_by=own, asked_name=own.name, by_self=True,
        )
    )  # fmt: skip
    seen.keep(_plan(seen, seen.people[2], keeper=own))


def own(world: Any) -> dict[str, dict[str, Any]]:
    """What the form does not tell by itself."""
    to = {"target": world.seen.organizations[7].code}
    stranger = next(p for p in world.seen.objects["people.Person"] if p.name == f"{world.seen.word}来人")
    return {
        "transfers.transfer.ask": to,
        "transfers.transfer.ask_own": to,
        "transfers.transfer.ask_many": {**to, "names": f"{world.seen.word}甲"},
        "transfers.floating.register": {"reason": "work"},
        "transfers.twofold.register": {"host": to["target"]},
        "transfers.floating.edit": {"reason": "work"},
        "transfers.transfer.approve_many": {"source": "transfers", "list": "waits=asked"},
        "transfers.arrival.accept_many": {"source": "arrivals", "list": "waits=waiting"},
        "transfers.transfer.register_incoming": {"person": str(stranger.uid)},
    }
