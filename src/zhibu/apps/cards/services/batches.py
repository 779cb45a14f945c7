"""Cards come in batches: a gapless number for the batch, one row for each card."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhibu.apps.cards import rules
from zhibu.apps.cards.models import Card, CardBatch, Kind
from zhibu.apps.cards.services.card_keys import house_key_id
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.cardnumbers import CardNumberError
from zhibu.kernel.numbering import next_number

SERIES = "cards.batch"
#: so many faulty lines are told at once
TOLD = 5


@dataclass(frozen=True)
class Line:
    """One card as it was typed or scanned: place in the list, printed number, chip number in normal form."""

    place: int
    number: str
    chip: str


@dataclass(frozen=True)
class NewBatch:
    """A delivery of cards; the faults of its lines were told by the form."""

    organization: Any
    received_on: date
    lines: Sequence[Line]
    supplier: str = ""
    note: str = ""
    kind: str = Kind.UID


def register_batch(act: Act, _: None, data: NewBatch) -> CardBatch:
    """Register a batch with all its cards. Raises Refused where a number or chip is registered already."""
    if faults := known(data.lines):
        raise Refused("；".join(faults[:TOLD]), field="lines")
    batch = open_batch(data.organization, data.received_on, len(data.lines), supplier=data.supplier, note=data.note)
    add(batch, data.lines, data.kind)
    act.log(batch, summary=f"登记卡片批次 {batch}：{batch.count} 张")
    return batch


def open_batch(organization: Any, received_on: date, count: int, **more: Any) -> CardBatch:
    """Take the next number of the year and write the batch."""
    number = next_number(SERIES, received_on.year)
    made: CardBatch = CardBatch.objects.create(
        organization=organization, year=received_on.year, number=number, received_on=received_on, count=count, **more
    )
    return made


def add(batch: CardBatch, lines: Iterable[Line], kind: str = Kind.UID) -> None:
    """Write the blank cards of a batch; CPU cards remember which card key theirs was made from."""
    more = {"organization_id": batch.organization_id, "batch": batch, "kind": kind}
    if kind == Kind.CPU:
        more["key_id"] = house_key_id()
    Card.objects.bulk_create([Card(number=line.number, chip=line.chip, **more) for line in lines], batch_size=500)


def known(lines: Sequence[Line]) -> list[str]:
    """Return a sentence for every line whose card is registered already, anywhere: numbers are unique over the house."""
    rows = Card.objects.system("numbers are unique over all organisations")
    numbers = set(rows.filter(number__in=[line.number for line in lines]).values_list("number", flat=True))
    chips = set(rows.filter(chip__in=[line.chip for line in lines]).values_list("chip", flat=True))
    found = []
    for line in lines:
        if line.number in numbers:
            found.append(f"第 {line.place} 行：卡面号码 {line.number} 已经登记过")
        elif line.chip in chips:
            found.append(f"第 {line.place} 行：这张卡（{line.number}）的芯片号已经登记过")
    return found


def read_lines(text: str, form: str, length: int, most: int) -> tuple[list[Line], list[str]]:
    """Return (lines, faults) of pasted or scanned text: on each line the printed number, then what the reader typed."""
    lines: list[Line] = []
    faults: list[str] = []
    seen: dict[str, int] = {}
    rows = [(place, row) for place, row in enumerate(text.splitlines(), 1) if row.strip()]
    if len(rows) > most:
        return [], [f"一次最多登记 {most} 张，这里有 {len(rows)} 行；更多的请用表格导入"]
    for place, row in rows:
        try:
            line = _read(place, row, form, length)
        except CardNumberError as error:
            faults.append(f"第 {place} 行：{error}")
            continue
        for key in (line.number, f"#{line.chip}"):
            if key in seen:
                faults.append(f"第 {place} 行与第 {seen[key]} 行重复")
                break
            seen[key] = place
        else:
            lines.append(line)
    return lines, faults


def _read(place: int, row: str, form: str, length: int) -> Line:
    head, gap, rest = _halves(row)
    if not gap or not rest:
        raise CardNumberError("cards.line", "每行先写卡面号码，再空一格或加逗号，然后刷卡")
    number = rules.printed(head)
    if not number:
        raise CardNumberError("cards.printed", f"“{head[:30]}”不像卡面号码，应是 4 至 20 位数字，前面可以有字母")
    return Line(place, number, rules.enrolled(rest, form, length))


def _halves(row: str) -> tuple[str, str, str]:
    plain = row.strip()
    for at, character in enumerate(plain):
        if character in "\t ,，;；\u3000":
            return plain[:at], character, plain[at + 1 :].strip(" \t,，;；\u3000")
    return plain, "", ""
