"""Importing cards: judge rows, write them, take them back. A new card is blank, or goes at once to whom the row names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, ProtectedError
from django.utils.timezone import localdate

from zhibu.apps.cards import rules
from zhibu.apps.cards.models import Card, CardBatch, Kind, State
from zhibu.apps.cards.permissions import ISSUE, MANAGE
from zhibu.apps.cards.services.batches import open_batch
from zhibu.apps.cards.services.card_keys import house_key_id
from zhibu.apps.cards.services.cards import HELD, last_day
from zhibu.apps.people import search
from zhibu.apps.people.models import Person
from zhibu.apps.people.staff_numbers import ByNumber, having
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.actor import Actor
from zhibu.kernel.audit import Change
from zhibu.kernel.cardnumbers import CardNumberError
from zhibu.kernel.imports.spec import Effect, ImportChanged, JudgedRow, Row, Verdict, still_right

ELSEWHERE = "已经登记过，请核对；要改持卡人的，在那张卡上办换卡或收回"
BLANK: dict[str, Any] = {"state": State.BLANK, "holder": None, "issued_on": None, "valid_to": None}


@dataclass(slots=True)
class Judged(JudgedRow):
    """A row as it stands against the database."""

    number: str = ""
    chip: str = ""
    kind: str = Kind.UID
    holder: Person | None = None
    valid_to: date | None = None
    known: Card | None = None

    @property
    def issues_card(self) -> bool:
        """Whether a card that is there already is given to somebody."""
        return self.known is not None and self.holder is not None and self.known.holder_id != self.holder.pk


class CardImporter:
    """Judges and writes the rows of one batch."""

    def __init__(self, actor: Actor, batch: Any) -> None:
        self.actor, self.batch = actor, batch

    def check(self, rows: Sequence[Row]) -> list[Verdict]:
        """Judge rows; a constant number of queries."""
        return [_verdict(judged) for judged in self.judge(rows)]

    def apply(self, act: Act, rows: Sequence[Row]) -> list[Effect]:
        """Write new cards together, then hand out those that were there."""
        judged = self.judge(rows)
        still_right(judged)
        effects = self._create(act, [one for one in judged if one.known is None])
        effects += [self._issue(act, one) for one in judged if one.issues_card]
        search.rewrite_keys({one.holder for one in judged if one.holder is not None})
        return sorted(effects, key=lambda effect: effect.number)

    def undo(self, act: Act, effects: Sequence[Any]) -> list[int]:
        """Take back what nobody touched or tapped since."""
        left, holders = [], set()
        rows = Card.objects.system("undo of an import").select_related("holder", "batch")
        known = rows.in_bulk([effect.object_id for effect in effects])
        for effect in effects:
            card = known.get(effect.object_id)
            if card is None or card.rev != effect.rev_after or not _taken_back(act, card, effect.created):
                left.append(effect.row)
            elif card.holder is not None:
                holders.add(card.holder)
        search.rewrite_keys(holders)
        return left

    def judge(self, rows: Sequence[Row]) -> list[Judged]:
        """Return the rows with what they say and what is there."""
        judged = [_read(row) for row in rows]
        self._match_cards(judged)
        self._match_people(judged)
        return judged

    def _match_cards(self, judged: Sequence[Judged]) -> None:
        rows = Card.objects.system("numbers are unique over all organisations")
        wanted = {"number__in": [one.number for one in judged], "chip__in": [one.chip for one in judged]}
        by_number = {card.number: card for card in rows.filter(number__in=wanted["number__in"])}
        by_chip = {card.chip: card for card in rows.filter(chip__in=wanted["chip__in"])}
        found = {card.pk for card in (*by_number.values(), *by_chip.values())}
        mine = set(Card.objects.visible_to(self.actor, MANAGE).filter(pk__in=found).values_list("pk", flat=True))
        for one in judged:
            first, second = by_number.get(one.number), by_chip.get(one.chip)
            if first is None and second is None:
                continue
            if first is not None and second is not None and first.pk == second.pk and first.pk in mine:
                one.known, one.kind = first, first.kind
            else:
                one.wrong("number" if first is not None else "chip", ELSEWHERE)

    def _match_people(self, judged: Sequence[Judged]) -> None:
        numbers = [str(one.row.values["staff_number"]) for one in judged if one.row.values.get("staff_number")]
        reach = Person.objects.visible_to(self.actor, ISSUE).filter(having(numbers), state="live")
        people = ByNumber(reach)
        active = Card.objects.system("who has a card").filter(state=State.ACTIVE, holder__in=people.values())
        held = dict(active.values_list("holder_id", "pk"))
        for one in judged:
            number = one.row.values.get("staff_number")
            if not number:
                continue
            person = people.get(str(number))
            if person is None:
                one.wrong("staff_number", f"没有找到工号“{number}”的人，或不在您的管理范围内")
            elif person.employment == "deceased":
                one.wrong("staff_number", "已去世人员不发卡")
            else:
                one.holder = person
                _judge_issue(one, held.get(person.pk))

    def _create(self, act: Act, judged: Sequence[Judged]) -> list[Effect]:
        if not judged:
            return []
        batch = self._card_batch(len(judged))
        key_id = house_key_id()
        cards = [_new(one, self.batch.organization_id, batch, key_id) for one in judged]
        made = Card.objects.bulk_create(cards, batch_size=500)
        for card in made:
            act.log(card, summary=f"导入：登记卡 {card}{f'，发给{card.holder}' if card.holder is not None else ''}")
        return [
            Effect(one.row.number, card.pk, created=True, rev_after=card.rev)
            for one, card in zip(judged, made, strict=True)
        ]

    def _card_batch(self, count: int) -> CardBatch:
        """Return the card batch of this import, opened with its first new card."""
        note = f"表格导入 {str(self.batch.uid)[:8]}"
        rows = CardBatch.objects.system("the batch of this import").select_for_update(of=("self",))
        found: CardBatch | None = rows.filter(organization_id=self.batch.organization_id, note=note).first()
        if found is None:
            return open_batch(self.batch.organization, localdate(), count, note=note)
        found.count += count
        found.save(update_fields=["count"])
        return found

    def _issue(self, act: Act, one: Judged) -> Effect:
        assert one.known is not None  # `issues_card` asked
        assert one.holder is not None
        rows = Card.objects.system("a card judged in the actor's scope, locked").select_for_update(of=("self",))
        card = rows.get(pk=one.known.pk)
        if card.rev != one.known.rev:
            raise ImportChanged(one.row.number, "这张卡刚刚被别人改过")
        card.state, card.holder, card.issued_on, card.valid_to = State.ACTIVE, one.holder, localdate(), one.valid_to
        card.rev += 1
        card.save(update_fields=["state", "holder", "issued_on", "valid_to", "rev"])
        act.log(card, summary=f"导入：发卡 {card} 给{one.holder}")
        return Effect(one.row.number, card.pk, created=False, rev_after=card.rev)


def _read(row: Row) -> Judged:
    """Read the numbers of a row as the form does."""
    values, one = row.values, Judged(row)
    one.number, one.kind = rules.printed(str(values["number"])), values.get("kind") or Kind.UID
    if not one.number:
        one.wrong("number", "不像卡面号码，应是 4 至 20 位数字，前面可以有字母")
    try:
        one.chip = rules.enrolled(str(values["chip"]), values.get("form") or "hex", 0)
    except CardNumberError as error:
        one.wrong("chip", str(error))
    return one


def _judge_issue(one: Judged, held: int | None) -> None:
    """Whether the card may be given to whom the row names."""
    if one.known is not None and one.known.holder_id == one.holder.pk and one.known.state == State.ACTIVE:  # type: ignore[union-attr]
        return
    if held is not None:
        one.wrong("staff_number", HELD)
    elif one.known is not None and one.known.state != State.BLANK:
        one.wrong("number", "这张卡不是空白卡，请在那张卡上办理")
    try:
        one.valid_to = last_day(one.row.values.get("valid_to"))
    except Refused as refused:
        one.wrong("valid_to", str(refused))


def _new(one: Judged, organization_id: int, batch: CardBatch, key_id: int) -> Card:
    more = {"state": State.ACTIVE, "holder": one.holder, "issued_on": localdate(), "valid_to": one.valid_to}
    return Card(
        organization_id=organization_id, batch=batch, number=one.number, chip=one.chip, kind=one.kind,
        key_id=key_id if one.kind == Kind.CPU else None, **(more if one.holder is not None else {}),
    )  # fmt: skip


def _verdict(one: Judged) -> Verdict:
    unique: Iterable[tuple[str, str]] = [("number", one.number), ("chip", one.chip)]
    if one.holder is not None:
        unique = [*unique, ("staff_number", one.holder.staff_number)]
    changes = (Change("holder", "持卡人", "", str(one.holder)),) if one.issues_card else ()
    kind = "create" if one.known is None else "update" if one.issues_card else "same"
    return Verdict(
        number=one.row.number,
        kind="error" if one.issues else kind,  # type: ignore[arg-type]
        label=one.number,
        issues=tuple(one.issues),
        changes=changes,
        unique=tuple(key for key in unique if key[1]),
    )


def _taken_back(act: Act, card: Card, created: bool) -> bool:
    """Remove a card that the import made and nobody used, or take it back from whom the import gave it to."""
    if not created:
        holder = card.holder
        Card.objects.system("undo of an import").filter(pk=card.pk).update(rev=card.rev + 1, **BLANK)
        act.log(card, summary=f"撤销导入：{card} 不再由{holder}持有")
        return True
    rows = Card.objects.system("undo of an import", allow_delete=True).filter(pk=card.pk)
    try:
        with transaction.atomic():
            rows.delete()
    except ProtectedError:
        return False
    CardBatch.objects.system("undo of an import").filter(pk=card.batch_id).update(count=F("count") - 1)
    act.log(card, summary=f"撤销导入：删去卡 {card}")
    return True
