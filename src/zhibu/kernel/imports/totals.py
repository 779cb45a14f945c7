"""Lines of a sheet that are no records: totals (合计, 小计, 本页合计 …), whose sums are compared, what stands under a table, the
header again on the next page, the example that the template came with.

A line is one when its first filled cell says so and nothing else in it could be somebody: in the columns that are read
stand only amounts and counts. 小计 in the column of names beside a staff number stays a row like any other.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from zhibu.kernel.imports.refusal import CellError

_WORD = r"(?:合\s*计|总\s*计|小\s*计|共\s*计|累\s*计)"
_COUNT = r"(?:[（(]?\s*共?\s*[0-9０-９,，.]+\s*(?:人|笔|条|元|户|项|行|名)?\s*[)）]?)"
#: 合计, 本页小计：, 合计笔数, 总计 12 笔, 合计（大写）
_LABEL = re.compile(
    rf"(?:本|当|全|总|以上|上述|借方|贷方|收入|支出)?(?:页|日|月|期|年|表|季|季度|部)?\s*{_WORD}\s*"
    rf"(?:人数|金额|笔数|人次|数)?\s*(?:[（(](?:大写|小写|元|人民币)[)）])?\s*[:：]?\s*{_COUNT}?"
).fullmatch
#: 综合部小计, where it cannot be a name
_OF_PART = re.compile(rf"\S.{{0,28}}(?:小\s*计|合\s*计)\s*[:：]?\s*{_COUNT}?").fullmatch
#: 共 12 笔, 30人, a dash; a bare number may be somebody's
_ONLY_COUNT = re.compile(
    r"共?\s*[0-9０-９,，]+\s*(?:人次?|笔|条|户|项|行|名)|[-—/]+|(?:人数|金额|笔数|人次)\s*[:：]?"
).fullmatch
#: what a statement begins and ends its pages with
_CARRIED = re.compile(
    r"(?:(?:期初|期末|上期|本期|上年|年初|年末|月初|月末|上月|上日|昨日|账户|当前)?(?:余额|结余|结转)|承前页|承上页|过次页|转下页|上页结转|结转下页)"
    r"\s*[:：]?\s*[0-9,，.]*(?:元)?"
).fullmatch
#: one sign tells of nearly every row that it is none of these
_HINT = re.compile("[计余结页:：]").search
#: 填表人：张三 under the last row; no name has a colon
_FOOT = re.compile(
    r"(?:(?:填表|填报|制表|审核|复核|经办|联系|负责|主管|打印|报送)(?:人|单位|部门|日期|时间|电话)?|(?:单位|支部|部门)?(?:负责人|盖章|公章)|"
    r"单位[（(]盖?公?章[)）]|备注|说明|注|填表说明|注意事项)\s*[:：]"
).match
#: the sums of so many lines are compared, and so many are named
MOST = 20
_NUMBERS = {"decimal", "integer"}


@dataclass
class Totals:
    """The lines of one sheet that are set aside, told in `notices` as they are met.

    rows: the sheet; first: index of its first row of data; columns: (place, column, …) of those that are read; naming: place
    of the column that says whom a row is about.
    """

    rows: Sequence[Sequence[Any]]
    first: int
    columns: Sequence[tuple[int, Any]]
    naming: int | None
    context: Any
    labels: dict[int, str]
    notices: list[str] = field(default_factory=list)
    count: int = 0
    _met: set[int] = field(default_factory=set)
    #: what the header says over the column that names whom a row is about
    _titles: set[str] = field(default_factory=set)
    #: place -> rows looked at so far, their sum, their sum since the last line of totals
    _sums: dict[int, tuple[int, Any, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        named = [(self.labels.get(at, ""), column.label) for at, column in self.columns if at == self.naming]
        self._titles = {text for texts in named for text in texts if text}

    def is_one(self, index: int) -> bool:
        """Tell whether the row is no record, and note it; most rows are told by their first cell."""
        row = self.rows[index]
        place, said = 0, row[0]
        if said == "" or said is None:
            place, said = next(((n, cell) for n, cell in enumerate(row) if cell not in ("", None)), (0, ""))
        if self.naming is not None and row[self.naming] in self._titles and self._repeats_header(row):
            self._set_aside(index, "是重复的表头，未作为记录读入。")
        elif index == self.first and self._is_example(row):
            self._set_aside(index, "是模板里的示例，未作为记录读入。")
        elif said.__class__ is str and _HINT(said):
            self._look(index, row, place, said.strip())
        return index in self._met

    def _look(self, index: int, row: Sequence[Any], place: int, said: str) -> None:
        if self._says_so(row, place, said):
            self._note(index)
        elif self._is_beside(row, place, said):
            self._set_aside(index, f"是表格以外的说明（{said[:20]}），未作为记录读入。")

    def _is_beside(self, row: Sequence[Any], place: int, said: str) -> bool:
        """Tell whether the row stands beside the table: who filled it in, a balance, a remark."""
        if self.naming is not None and self.naming != place and row[self.naming] not in ("", None, row[place]):
            return False
        return _FOOT(said) is not None or (_CARRIED(said) is not None and self._without_words(row, place))

    def _repeats_header(self, row: Sequence[Any]) -> bool:
        filled = [(row[at], self.labels.get(at), column) for at, column in self.columns if row[at] not in ("", None)]
        return all(cell in (label, column.label) for cell, label, column in filled)

    def _is_example(self, row: Sequence[Any]) -> bool:
        """Tell whether nobody changed the row that the template comes with: every cell is as there, the blank ones too."""
        cells = [("" if row[at] is None else str(row[at]), column.example) for at, column in self.columns]
        return len([cell for cell, _ in cells if cell]) > 3 and all(cell == example for cell, example in cells)

    def _set_aside(self, index: int, words: str) -> None:
        self.count += 1
        if self.count <= MOST:
            self.notices.append(f"第 {index + 1} 行{words}")
        self._met.add(index)

    def _says_so(self, row: Sequence[Any], place: int, said: str) -> bool:
        if not _LABEL(said) and not (self._names_nobody(row, place) and _OF_PART(said)):
            return False
        return self._without_words(row, place)

    def _without_words(self, row: Sequence[Any], place: int) -> bool:
        """Tell whether nothing but amounts and counts stands beside the label in the columns that are read."""
        for at, column in self.columns:
            cell = row[at]
            if at == place or cell in ("", None) or cell == row[place] or column.kind in _NUMBERS:
                continue  # the label again: its cell is merged with those beside it
            if column.kind == "date" or not isinstance(cell, str) or not _ONLY_COUNT(cell.strip()):
                return False
        return True

    def _names_nobody(self, row: Sequence[Any], place: int) -> bool:
        return self.naming is not None and place != self.naming and row[self.naming] in ("", None)

    def _note(self, index: int) -> None:
        numbers = [(at, c) for at, c in self.columns if c.kind in _NUMBERS] if self.count < MOST else []
        compared = "".join([self._compare(index, at, column) for at, column in numbers])
        self._set_aside(index, f"是合计行，未作为记录读入。{compared}")

    def _compare(self, index: int, at: int, column: Any) -> str:
        """Say that the total is the sum neither of the rows since the line before nor of all rows above, "" if it is."""
        start, whole, part = self._sums.get(at, (self.first, 0, 0))
        fresh = [_read(column.parse, self.rows[n][at], self.context) for n in range(start, index) if n not in self._met]
        added = sum(value for value in fresh if value is not None)
        whole, part = whole + added, part + added
        self._sums[at] = (index + 1, whole, 0)
        stated = _read(column.parse, self.rows[index][at], self.context)
        if stated is None or stated in (whole, part):
            return ""
        sums = f"{part}" if part == whole else f"{part}、全部各行之和 {whole} 都"
        label = self.labels.get(at) or column.label
        return f"“{label}”写的是 {stated}，与以上各行之和 {sums}不一致，请核对有没有漏行或错数。"


def _read(parse: Callable[[Any, Any], Any], cell: Any, context: Any) -> Any:
    try:
        return parse(cell, context)
    except CellError:
        return None
