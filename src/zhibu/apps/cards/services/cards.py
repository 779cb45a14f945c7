"""The life of a card: issue, lost, found again, replace, return, destroy, extend."""

import copy
from dataclasses import dataclass
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from zhibu.apps.cards import rules
from zhibu.apps.cards.models import Card, State
from zhibu.apps.people import search
from zhibu.apps.people.models import Person
from zhibu.kernel.actions import Act, Refused, Why, diff

COLUMNS = ("state", "holder", "issued_on", "valid_to", "replaced_by", "organization")
HELD = "此人已有一张使用中的卡"
SEE_TO_IT = "请先办理挂失、收回，或在那张卡上办理换卡。"


@dataclass(frozen=True)
class Issue:
    """Who gets the card, and the last day on which it is good (default: rules.YEARS from today)."""

    person: Person
    valid_to: date | None = None
    reason: str = ""


@dataclass(frozen=True)
class IssueTo:
    """Which card a person gets."""

    card: Card
    valid_to: date | None = None
    reason: str = ""


@dataclass(frozen=True)
class Replace:
    """The card that takes the place of the old one."""

    card: Card
    reason: str = ""


@dataclass(frozen=True)
class Extend:
    """The new last day."""

    valid_to: date
    reason: str = ""


def issue(act: Act, card: Card, data: Issue) -> Card:
    """Bind a blank or returned card to a person. One card in use for each person."""
    _refuse_gone(data.person)
    today = localdate()
    values = {"state": State.ACTIVE, "holder": data.person, "issued_on": today, "valid_to": last_day(data.valid_to)}
    return change(act, card, f"发卡 {card} 给{data.person}", **values)


def issue_to(act: Act, person: Person, data: IssueTo) -> Card:
    """The same from the person's page; the card is locked here."""
    return issue(act, _locked(data.card), Issue(person, data.valid_to, data.reason))


def last_day(chosen: date | None) -> date:
    """Return the last day of a card issued today. Raises Refused for a day that has passed."""
    today = localdate()
    if chosen is not None and chosen < today:
        raise Refused("有效期不能早于今天", field="valid_to")
    return chosen or today + relativedelta(years=rules.YEARS)


def report_lost(act: Act, card: Card, data: Why) -> Card:
    """Stop a card at once; it may be found again."""
    return change(act, card, f"挂失 {card}（{card.holder}）", state=State.LOST)


def found_again(act: Act, card: Card, data: Why) -> Card:
    """Put a lost card back into use."""
    return change(act, card, f"解除挂失 {card}（{card.holder}）", state=State.ACTIVE)


def replace(act: Act, card: Card, data: Replace) -> Card:
    """Give the holder another card in one act: the old one is dead from that moment."""
    new = _locked(data.card)
    if new.pk == card.pk:
        raise Refused("新卡不能是同一张卡", field="card")
    holder = card.holder
    _refuse_gone(holder)
    change(act, card, f"换卡：{card} 作废，换成 {new}", state=State.DESTROYED, replaced_by=new)
    values = {"state": State.ACTIVE, "holder": holder, "issued_on": localdate(), "valid_to": last_day(None)}
    return change(act, new, f"换卡：{new} 给{holder}，替换 {card}", **values)


def take_back(act: Act, card: Card, data: Why) -> Card:
    """The card is handed in; it may be issued again."""
    return change(act, card, f"收回 {card}（{card.holder}）", state=State.RETURNED)


def destroy(act: Act, card: Card, data: Why) -> Card:
    """The card is broken or thrown away and never comes back."""
    return change(act, card, f"作废 {card}", state=State.DESTROYED)


def extend(act: Act, card: Card, data: Extend) -> Card:
    """Move the last day."""
    if data.valid_to < localdate():
        raise Refused("有效期不能早于今天", field="valid_to")
    if card.valid_to and data.valid_to <= card.valid_to:
        raise Refused(f"新的有效期应晚于现在的 {card.valid_to.isoformat()}", field="valid_to")
    return change(act, card, f"延长 {card} 的有效期", valid_to=data.valid_to)


def change(act: Act, card: Card, summary: str, **values: Any) -> Card:
    """Write the values, the audit line and the search keys of whoever has or had the card."""
    before = copy.copy(card)
    for name, value in values.items():
        setattr(card, name, value)
    card.rev += 1
    try:
        with transaction.atomic():
            card.save(update_fields=[*values, "rev"])
    except IntegrityError as error:
        raise Refused(HELD, field="person", next_step=SEE_TO_IT, code="one_active") from error
    act.log(card, changes=diff(before, card, [name for name in COLUMNS if name in values]), summary=summary)
    search.rewrite_keys({one for one in (before.holder, card.holder) if one is not None})
    return card


def _locked(card: Card) -> Card:
    """Return the card as it stands, locked. Raises Refused when somebody else gave it away meanwhile."""
    rows = Card.objects.system("a card chosen in the actor's scope, locked").select_for_update(of=("self",))
    found: Card = rows.get(pk=card.pk)
    if found.state not in (State.BLANK, State.RETURNED) or found.replaced_by_id:
        raise Refused(f"这张卡刚刚{found.get_state_display()}，不能再发", field="card", next_step="请换一张空白卡。")
    return found


def _refuse_gone(person: Person | None) -> None:
    if person is None or person.state != "live":
        raise Refused("这份主档已合并或撤回", field="person", next_step="请到合并后的主档上办理。")
    if person.employment == "deceased":
        raise Refused("已去世人员不发卡", field="person")
