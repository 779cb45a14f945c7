"""A tap at a desk: whose card it is, whether the clerk may know, and the line in the log."""

from dataclasses import dataclass
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.cards import rules
from zhibu.apps.cards.models import Card, Kind, Source, State, Tap
from zhibu.apps.cards.permissions import IDENTIFY
from zhibu.apps.people.models import Person
from zhibu.kernel.actions import Act
from zhibu.kernel.actor import Actor
from zhibu.kernel.cardnumbers import CardNumberError

#: so much of what was read is kept
TAIL = 4


@dataclass(frozen=True)
class Read:
    """What came in at a desk: `raw` as the reader or the clerk wrote it; reader None: only printed numbers are known."""

    organization: Any
    raw: str
    reader: Any = None
    source: str = Source.TYPED


@dataclass(frozen=True)
class LookUp:
    """The desk at which somebody was looked up by name."""

    organization: Any


def tap(act: Act, _: None, data: Read) -> Tap:
    """Recognise a card and log it, whatever came of it."""
    card, chip, readable = find(data)
    outcome, person = without_card(chip, readable), None
    if card is not None:
        outcome, person = judge(act.actor, card)
        if card.kind == Kind.CPU and data.source != Source.TYPED:
            outcome = rules.proven(outcome, answered=None)
    tail = rules.tail(data.raw, TAIL)
    return _log(act, data.organization, data.source, outcome=outcome, card=card, person=person, tail=tail)


def show(act: Act, tap: Tap, data: Any) -> Tap:
    """Show at a desk what its reader took: who sits there stands in the log from now on, others in the trail."""
    if tap.account_id is None:
        tap.account_id, tap.account_name = act.actor.account_id, act.actor.name[:100]
        tap.save(update_fields=["account_id", "account_name"])
    who = f"，{tap.person}" if tap.person is not None and tap.outcome == rules.IDENTIFIED else ""
    act.log(tap, summary=f"识别台显示：{tap.get_outcome_display()}{who}")
    tap.landing = True
    return tap


def look_up(act: Act, person: Person, data: LookUp) -> Tap:
    """Open the desk page of somebody found by name: logged like a tap."""
    return _log(act, data.organization, Source.NAME, outcome=rules.IDENTIFIED, person=person)


def without_card(chip: str, readable: bool) -> str:
    """Return the outcome of a tap that led to no card."""
    if chip and rules.is_random(chip):
        return rules.RANDOM_CHIP
    return rules.UNKNOWN if readable else rules.UNREADABLE


def find(data: Read, *, holders: bool = True) -> tuple[Card | None, str, bool]:
    """Return (card, chip number in normal form or "", whether the text could be a number at all).

    A reader gives a chip number, never a printed one: the same digits may be both. What was typed may be either; where
    the two lead to different cards nobody is identified. holders: whether the holder comes with the card.
    """
    rows = Card.objects.system("a tap looks among all cards, what it may tell is judged afterwards").order_by()
    rows = rows.select_related("holder") if holders else rows
    chip = ""
    if data.reader is not None:
        try:
            chip = rules.normal_form(data.raw, data.reader.form, data.reader.length)
        except CardNumberError:
            chip = ""
    number = rules.printed(data.raw) if data.source in (Source.TYPED, Source.TRIAL) else ""
    found = {card for card in (_one(rows, chip=chip), _one(rows, number=number)) if card is not None}
    if len(found) > 1:
        return None, "", False
    return next(iter(found), None), chip, bool(chip or number)


def _one(rows: Any, **key: str) -> Card | None:
    found: Card | None = next(iter(rows.filter(**key)[:1]), None) if all(key.values()) else None
    return found


def judge(actor: Actor, card: Card) -> tuple[str, Person | None]:
    """Return (outcome, the holder where the actor may know). Nothing is told of cards and people out of reach.

    A card that is kept here and stopped is told to be stopped, though its last holder has died, left or moved away.
    """
    holder: Person | None = card.holder
    outcome = card.meaning(localdate())
    if holder is not None and any(actor.may(IDENTIFY, path) for path in holder.scope_paths()):
        return outcome, holder
    kept_here = any(actor.may(IDENTIFY, path) for path in card.scope_paths())
    return outcome if kept_here and card.state != State.ACTIVE else rules.ELSEWHERE, None


def _log(act: Act, organization: Any, source: str, **more: Any) -> Tap:
    made: Tap = Tap.objects.create(
        organization=organization,
        source=source,
        account_id=act.actor.account_id,
        account_name=act.actor.name[:100],
        **more,
    )
    who = f"，{made.person}" if made.person is not None and made.outcome == rules.IDENTIFIED else ""
    act.log(
        made, organization_id=organization.pk, summary=f"{made.get_source_display()}：{made.get_outcome_display()}{who}"
    )
    made.landing = True
    return made
