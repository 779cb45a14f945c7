"""Reading a sheet of organisations as a tree: which row is which organisation, under whom, and what is wrong with it.

Pure: works on plain rows and on a snapshot of the tree; the importer in `services.importing` loads and writes.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from zhibu.apps.organizations.rules import KIND_LABELS, Kind, depth, placement
from zhibu.kernel.tree import STEP

FIELDS = ("name", "short_name", "code", "founded_on", "region", "address", "phone", "introduction")


@dataclass(frozen=True)
class Known:
    """An organisation that is there already and within the importer's reach."""

    pk: int
    path: str
    parent_pk: int | None
    kind: Kind
    name: str
    short_name: str
    code: str
    is_open: bool
    values: dict[str, Any]


@dataclass
class Planned:
    """A row of the sheet with what it turned out to be. `issues` are (column key, sentence)."""

    number: int
    values: dict[str, Any]
    known: Known | None = None
    parent_known: Known | None = None
    parent_row: "Planned | None" = None
    resolved: bool = False
    judged: bool = False
    #: another row of the sheet bears the name under the same parent, with another code; that is an issue already
    namesake: bool = False
    issues: list[tuple[str, str]] = field(default_factory=list)

    @property
    def kind(self) -> Kind:
        """Return the kind the row states (the column is required)."""
        return Kind(self.values["kind"])

    @property
    def name(self) -> str:
        """Return the full name."""
        return str(self.values["name"])

    @property
    def code(self) -> str:
        """Return the code, "" where the sheet leaves it open."""
        return str(self.values.get("code") or "")

    @property
    def changes(self) -> dict[str, Any]:
        """Return field -> new value of a known organisation; empty cells change nothing."""
        if self.known is None:
            return {}
        new = {name: self.values.get(name) for name in FIELDS}
        return {name: value for name, value in new.items() if value not in (None, "", self.known.values[name])}

    @property
    def place(self) -> Any:
        """Return what the row stands under: the key of an organisation, or a new row of the sheet."""
        if self.parent_known:
            return self.parent_known.pk
        return ("row", self.parent_row.number) if self.parent_row else None

    @property
    def unique(self) -> tuple[tuple[str, str], ...]:
        """Return what may occur once in the sheet: the code, and the name under one parent."""
        parent = (
            f"#{self.parent_known.pk}" if self.parent_known else f"{self.parent_row.number if self.parent_row else ''}"
        )
        name = f"#{self.known.pk}" if self.known else f"{parent}/{self.name}"
        found = [("code", fold(self.code))] if self.code else []
        return (*found, ("name", name)) if not self.namesake else tuple(found)


Found = Known | Planned


def fold(code: str) -> str:
    """Return the code as it is compared: ZB01 and zb01 are the same to whoever types them."""
    return code.casefold()


def squeezed(name: str) -> str:
    """Return the name as it is looked up: 东江实业 党委 and 东江实业党委 are the same to whoever types them."""
    return "".join(name.split()).casefold()


class Plan:
    """All rows of a sheet against the tree.

    base: where rows without a parent go; taken: folded codes used outside the importer's reach; today: for founding dates.
    """

    def __init__(
        self,
        rows: Iterable[tuple[int, dict[str, Any]]],
        tree: Sequence[Known],
        base: Known,
        taken: frozenset[str],
        today: date,
    ) -> None:
        self.base, self.taken, self.today = base, taken, today
        self.rows = {number: Planned(number, values) for number, values in rows}
        self.by_pk = {known.pk: known for known in tree}
        self.children: dict[int | None, list[Known]] = defaultdict(list)
        self.known_names: dict[str, list[Known]] = defaultdict(list)
        self.known_codes = {fold(known.code): known for known in tree}
        for known in tree:
            self.children[known.parent_pk].append(known)
            for name in {known.name, known.short_name} - {""}:
                self.known_names[squeezed(name)].append(known)
        self.row_names: dict[str, list[Planned]] = defaultdict(list)
        self.row_codes: dict[str, list[Planned]] = defaultdict(list)
        for row in self.rows.values():
            for name in {row.name, row.values.get("short_name") or ""} - {""}:
                self.row_names[squeezed(name)].append(row)
            if row.code:
                self.row_codes[fold(row.code)].append(row)
        self._open: list[Planned] = []
        for row in self.rows.values():
            self._resolve(row)
        for row in self.rows.values():
            self._judge(row)
        self._tell_namesakes_apart()

    def _resolve(self, row: Planned) -> bool:
        """Find the row's parent and whether it is there already; False when it stands above itself."""
        if row.resolved:
            return True
        if row in self._open:
            return False
        self._open.append(row)
        if fold(row.code) in self.known_codes:
            row.known = self.known_codes[fold(row.code)]
        self._find_parent(row)
        if row.known is None:
            row.known = self._known_by_place(row)
        row.resolved = True
        self._open.pop()
        return True

    def _find_parent(self, row: Planned) -> None:
        stated = row.values.get("parent")
        if not stated:
            row.parent_known = self._place_of(row.known)
            return
        found = self._candidates(row, str(stated))
        fitting = [item for item in found if not placement(row.kind, item.kind)] if len(found) > 1 else found
        if len(fitting) > 1:
            row.issues.append(("parent", f"有 {len(fitting)} 个组织叫“{stated}”，分不清是哪一个。请改填上级的编码。"))
        elif not found and self._own(row, str(stated)):
            row.issues.append(("parent", f"“{stated}”是这个组织自己，自己不能做自己的上级。请改正上级。"))
        elif not found:
            message = (
                f"没有找到上级组织“{stated}”。请填已有组织或本表中某一行的编码或全称；它若在本表，请先改正那一行。"
            )
            row.issues.append(("parent", message))
        elif isinstance(one := (fitting or found)[0], Known):
            row.parent_known = one
        elif not self._resolve(one):
            row.issues.append(("parent", f"“{stated}”又在这个组织之下，上下级成了一个圈。请改正上级。"))
        elif one.known is not None:
            row.parent_known = one.known
        else:
            row.parent_row = one

    def _candidates(self, row: Planned, stated: str) -> list[Found]:
        """Return what the cell may mean: codes first, then names; a row and what it already is count once."""
        code = fold(stated)
        rows, known = self.row_codes.get(code, []), [self.known_codes[code]] if code in self.known_codes else []
        if not rows and not known:
            name = squeezed(stated)
            rows, known = self.row_names.get(name, []), self.known_names.get(name, [])
        found: dict[Any, Found] = {}
        for item in rows:
            if item is not row:
                if item not in self._open:
                    self._resolve(item)
                found[item.known.pk if item.known else ("row", item.number)] = item
        for there in known:
            found.setdefault(there.pk, there)
        return list(found.values())

    def _own(self, row: Planned, stated: str) -> bool:
        """Tell whether the cell of the parent names nothing but the row itself."""
        return row in self.row_codes.get(fold(stated), []) or row in self.row_names.get(squeezed(stated), [])

    def _place_of(self, known: Known | None) -> Known | None:
        """Return the parent of a row that states none: where it stands already, else the base."""
        if known is None:
            return self.base
        return self.by_pk.get(known.parent_pk) if known.parent_pk is not None else None

    def _known_by_place(self, row: Planned) -> Known | None:
        """Return the organisation of that name and kind under the row's parent; where none is stated, within reach."""
        if row.parent_row is not None or row.issues:
            return None
        if row.values.get("parent"):
            pool = self.children[row.parent_known.pk] if row.parent_known else []
        else:
            pool = self.known_names.get(squeezed(row.name), [])
        same = [known for known in pool if known.name == row.name and known.kind is row.kind]
        same = [known for known in same if not self._is_another(row, known)]
        same = [known for known in same if known.is_open] or same
        if len(same) > 1:
            codes = "、".join(known.code for known in same[:4])
            message = f"已有 {len(same)} 个组织叫“{row.name}”（编码 {codes}），分不清是哪一个。请在这一行填写编码。"
            row.issues.append(("name", message))
        if not row.values.get("parent"):
            same = same or self._taken_over(row)
            if len(same) == 1:
                row.parent_known = self._place_of(same[0])
        return same[0] if len(same) == 1 else None

    def _is_another(self, row: Planned, known: Known) -> bool:
        """Tell whether the row has a code of its own while another row names the organisation by its code."""
        return bool(row.code) and fold(known.code) in self.row_codes

    def _tell_namesakes_apart(self) -> None:
        """Refuse new names that a sibling bears: lists, and sheets that name a parent, could not tell the two apart."""
        groups: dict[Any, list[Planned]] = defaultdict(list)
        for row in self.rows.values():
            groups[row.place, row.name].append(row)
        for (place, name), rows in groups.items():
            there = [known for known in self.children.get(place, []) if known.is_open and known.name == name]
            for row in rows:
                if row.issues or (row.known is not None and "name" not in row.changes):
                    continue
                others = [other for other in rows if other.code and row.code and fold(other.code) != fold(row.code)]
                if known := next((known for known in there if known is not row.known), None):
                    message = f"同一上级之下已经有“{name}”（{KIND_LABELS[known.kind]}，编码 {known.code}）。"
                    row.issues.append(("name", message + "若就是它，请填它的编码和类别；若是另一个，请换一个全称。"))
                elif others:
                    row.namesake = True
                    message = (
                        f"与第 {others[0].number} 行同名，又在同一上级之下，只有编码不同。请给其中一个换一个全称。"
                    )
                    row.issues.append(("name", message))

    def _taken_over(self, row: Planned) -> list[Known]:
        """The bare root of a new platform becomes the one top row of the first sheet, if that is of the same kind."""
        tops = [other for other in self.rows.values() if not other.values.get("parent")]
        bare = self.base.parent_pk is None and not self.children[self.base.pk]
        return [self.base] if bare and len(tops) == 1 and row.kind is self.base.kind else []

    def _judge(self, row: Planned) -> None:
        """Say what is wrong with a row, after its parent: nothing goes under a row that is not let in."""
        if row.judged:
            return
        row.judged = True
        above = row.parent_row
        if above is not None:
            self._judge(above)
        if row.known is None:
            self._judge_new(row)
        else:
            self._judge_known(row, row.known)
        if above is not None and above.issues and not row.issues:
            row.issues.append(("parent", f"上级在第 {above.number} 行，那一行有错。请先改正那一行。"))

    def _judge_new(self, row: Planned) -> None:
        parent: Found | None = row.parent_row or row.parent_known
        if fold(row.code) in self.taken:
            row.issues.append(("code", f"编码 {row.code} 已被使用。请换一个编码，或留空由系统编号。"))
        if parent is None or row.issues:
            return
        for violation in placement(row.kind, parent.kind):
            row.issues.append(("kind", violation.message + "。请改正类别或上级。"))
        if isinstance(parent, Known) and not parent.is_open:
            row.issues.append(("parent", f"上级“{parent.name}”已撤销，不能再设下级组织。"))
        for violation in depth(self._length(row)):
            row.issues.append(("parent", violation.message + "。"))

    def _judge_known(self, row: Planned, known: Known) -> None:
        if not known.is_open:
            row.issues.append(("", f"“{known.name}”已撤销。请先在它的页面恢复，或从表中删去这一行。"))
        if row.kind is not known.kind:
            message = f"已登记为{KIND_LABELS[known.kind]}，导入不改变类别。请在它的页面修改，或改正这一行。"
            row.issues.append(("kind", message))
        moved = row.values.get("parent") and not row.issues
        if moved and (row.parent_row is not None or (row.parent_known and row.parent_known.pk != known.parent_pk)):
            row.issues.append(("parent", "已有的组织不在这个上级之下，导入不移动组织。请在它的页面办理“移动”。"))
        if "code" in row.changes and fold(row.code) in self.taken:
            row.issues.append(("code", f"编码 {row.code} 已被使用。请换一个编码。"))

    def _length(self, row: Planned) -> int:
        levels, above = 1, row
        while above.parent_row is not None and levels < len(self.rows) + 1:
            levels, above = levels + 1, above.parent_row
        return (len(above.parent_known.path) if above.parent_known else 0) + levels * STEP
