"""From the rows of a sheet to staged rows: every cell parsed, every bad one named."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from zhibu.kernel.imports.blocks import Fresh
from zhibu.kernel.imports.cell_text import says_nothing
from zhibu.kernel.imports.cells import CellError, Context
from zhibu.kernel.imports.coordinates import column_letter
from zhibu.kernel.imports.reading import Row
from zhibu.kernel.imports.spec import ImportColumn, ImportSpec
from zhibu.kernel.imports.staging import Issue, seen, to_json
from zhibu.kernel.imports.totals import Totals

#: half of the columns of a roster say the same few things again and again: so many different texts of each are kept
#: with what they were read as
KNOWN = 1_000
# place, column, its parser, how its values are written down, texts read before
_Cell = tuple[int, ImportColumn, Callable[[Any, Any], Any], Callable[[Any], Any] | None, dict[str, Any]]
#: how a parsed value is written down; what is not named here JSON knows
_ENCODERS: dict[str, Callable[[Any], Any]] = {"date": date.isoformat, "decimal": Decimal.__str__}


@dataclass(frozen=True)
class Plan:
    """How the columns of a sheet are read: matched columns in the order of the sheet, and their labels there."""

    columns: tuple[tuple[int, ImportColumn], ...]
    labels: dict[int, str]
    #: key of the column that says whom or what a row is about: the first one that every row must have
    naming: str = ""

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """Return (key, kind) of the parsed values in order."""
        return [(column.key, column.kind) for _, column in self.columns]

    @property
    def letters(self) -> dict[str, tuple[str, str]]:
        """Return column key -> (letter, label in the sheet)."""
        return {c.key: (column_letter(index), self.labels.get(index) or c.label) for index, c in self.columns}


def make_plan(spec: ImportSpec, mapping: dict[str, str], labels: dict[str, str]) -> Plan:
    """Return the plan for a stored mapping (column index as text -> key)."""
    columns = {column.key: column for column in spec.columns}
    chosen = sorted((int(index), columns[key]) for index, key in mapping.items() if key in columns)
    naming = next((column.key for column in spec.columns if column.required), "")
    return Plan(tuple(chosen), {int(index): label for index, label in labels.items()}, naming)


def totals_of(rows: Sequence[Row], first: int, plan: Plan, context: Context) -> Totals:
    """Return what tells lines of totals from records, to be handed to `staged_rows`."""
    naming = next((index for index, column in plan.columns if column.key == plan.naming), None)
    return Totals(rows, first, plan.columns, naming, context, plan.labels)


def staged_rows(
    rows: Sequence[Row], first: int, plan: Plan, context: Context, totals: Totals | None = None
) -> Iterator[Fresh]:
    """Yield what `Staging.fill` takes for each row from index `first` on, but for rows blank in all matched columns.

    Lines of totals and what stands under the table are left out, too, and told in `totals`.

    Rows count as Excel shows them: index 0 is row 1.
    """
    cells: list[_Cell] = [(index, c, c.parse, _ENCODERS.get(c.kind), {}) for index, c in plan.columns]
    places = [index for index, _ in plan.columns]
    naming = next((index for index, column in plan.columns if column.key == plan.naming), None)
    for number in range(first + 1, len(rows) + 1):
        row = rows[number - 1]
        if not any(row[index] not in ("", None) for index in places):
            continue
        if totals is not None and totals.is_one(number - 1):
            continue
        values, issues = _parsed(row, cells, plan, context)
        if not issues:
            yield Fresh(number, row, values)
        elif not _blank(row, places):
            named = "" if naming is None else seen(row[naming]).strip()
            yield Fresh(number, row, None, named, len(issues), to_json([asdict(issue) for issue in issues]))


def _parsed(row: Row, cells: Sequence[_Cell], plan: Plan, context: Context) -> tuple[list[Any], list[Issue]]:
    values: list[Any] = []
    issues: list[Issue] = []
    for index, column, parse, encode, known in cells:
        raw: Any = row[index]
        if raw.__class__ is str and raw in known:
            values.append(known[raw])
            continue
        try:
            value = parse(raw, context)
        except CellError as error:
            issues.append(_issue(plan, index, column, raw, str(error)))
            continue
        if value is None and column.required:
            issues.append(_issue(plan, index, column, raw, f"{column.label}不能为空，请填写。"))
            continue
        if value is not None and encode is not None:
            value = encode(value)
        values.append(value)
        if len(known) < KNOWN and raw.__class__ is str:
            known[raw] = value
    return values, issues


def _blank(row: Row, places: Sequence[int]) -> bool:
    """Tell whether only white space and invisible signs are there, which a required column alone would complain about."""
    cells = [row[index] for index in places]
    return all(cell is None or (isinstance(cell, str) and says_nothing(cell)) for cell in cells)


def _issue(plan: Plan, index: int, column: ImportColumn, raw: Any, message: str) -> Issue:
    label = plan.labels.get(index) or column.label
    return Issue(column.key, column_letter(index), label, seen(raw), message)
