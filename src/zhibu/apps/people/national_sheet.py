"""Reading a file from the national member system: every row with what could be read of it, every bad cell named."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.people.models import NationalCheck
from zhibu.apps.people.national_layout import layout
from zhibu.kernel.imports import matching
from zhibu.kernel.imports.cells import CellError, Context
from zhibu.kernel.imports.parsing import Plan, make_plan
from zhibu.kernel.imports.reading import SheetRefused, is_blank, read_rows
from zhibu.kernel.imports.spec import ImportSpec
from zhibu.kernel.imports.staging import seen
from zhibu.kernel.jobs import JobFailed

#: texts of a column that are kept with what they were read as: most columns say the same few things again and again
KNOWN = 1_000


@dataclass
class Line:
    """A row of the file as Excel numbers it: fields that could be read, and field -> (as it stands, what is wrong)."""

    number: int
    name: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    wrong: dict[str, tuple[str, str]] = field(default_factory=dict)


def read(check: NationalCheck) -> list[Line]:
    """Read the file of a check by its layout. Raises JobFailed with what to mend."""
    spec = layout(check.layout).spec()
    try:
        book = matching.open_stored(check.file_id, check.file_name)
        sheet, found = matching.propose(spec, book)
        wanted = _missing(spec, list(found.mapping.values()))
        if wanted:
            raise JobFailed(f"文件里没有找到这些列：{wanted}。请检查是否从全国系统导出的党员名单，表头名称是否被改过。")
        rows = read_rows(book.sheet(sheet))
    except SheetRefused as refused:
        raise JobFailed(str(refused)) from refused
    plan = make_plan(
        spec,
        {str(place): key for place, key in found.mapping.items()},
        {str(place): label for place, label in found.labels.items()},
    )
    lines = list(_lines(rows, found.first_data_row, plan, Context(localdate(), book.date1904)))
    if not lines:
        raise JobFailed("表头下面没有数据。请检查是否选错了文件，或导出时没有选中党员。")
    return lines


def _missing(spec: ImportSpec, keys: Sequence[str]) -> str:
    wanted = matching.missing_labels(spec, keys)
    if not wanted and "identity_number" not in keys and "birth_date" not in keys:
        return "公民身份号码（或出生日期）"
    return wanted


def _lines(rows: Sequence[Any], first: int, plan: Plan, context: Context) -> Iterator[Line]:
    """Yield the rows that hold anything, with their numbers in Excel: index 0 is row 1."""
    known: dict[str, dict[str, Any]] = {column.key: {} for _, column in plan.columns}
    for number in range(first + 1, len(rows) + 1):
        row = rows[number - 1]
        if is_blank([row[place] for place, _ in plan.columns]):
            continue
        line = Line(number)
        for place, column in plan.columns:
            raw, read_before = row[place], known[column.key]
            if isinstance(raw, str) and raw in read_before:
                line.values[column.key] = read_before[raw]
                continue
            try:
                value = line.values[column.key] = column.parse(raw, context)
            except CellError as error:
                line.wrong[column.key] = (seen(raw), str(error))
                continue
            if isinstance(raw, str) and len(read_before) < KNOWN:
                read_before[raw] = value
        line.name = str(line.values.get("name") or line.wrong.get("name", ("",))[0])
        if not line.name:
            line.wrong["name"] = ("", "姓名不能为空，请填写。")
        yield line
