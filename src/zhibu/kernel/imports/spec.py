"""What an app declares to be importable: its columns, and the importer that judges and writes rows."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol, Self

from zhibu.kernel.actions import Act
from zhibu.kernel.actor import Actor
from zhibu.kernel.audit import Change


@dataclass(frozen=True)
class ImportColumn:
    """A column: how it is called in offices, how its cells are read, what the template shows as an example.

    parse: a parser of `cells` (value, context -> value; raises CellError); kind: how the parsed value is staged;
    gate: the permission to see such values, where the kind's own is not enough.
    """

    key: str
    label: str
    parse: Callable[[Any, Any], Any]
    synonyms: tuple[str, ...] = ()
    required: bool = False
    kind: Literal["text", "date", "integer", "decimal"] = "text"
    example: str = ""
    help: str = ""
    gate: str = ""


class Row(NamedTuple):
    """A row whose cells could all be read: its number in the sheet (as Excel shows it) and column key -> value.

    Keys of columns that the sheet does not have are absent; empty cells are None.
    """

    number: int
    values: dict[str, Any]


@dataclass(frozen=True)
class CellIssue:
    """What is wrong with a row, at which column (key; "" for the row as a whole), in Chinese, saying what to do."""

    column: str
    message: str


@dataclass(slots=True)
class JudgedRow:
    """What an importer keeps of a row while it judges it: what it would change, and what is wrong with it."""

    row: Row
    values: dict[str, Any] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    issues: list[CellIssue] = field(default_factory=list)

    @classmethod
    def read(cls, rows: Sequence[Row]) -> list[Self]:
        """Return the rows with their filled cells: an empty one says nothing."""
        return [cls(row, {key: value for key, value in row.values.items() if value is not None}) for row in rows]

    def wrong(self, column: str, message: str) -> None:
        """Note what is wrong."""
        self.issues.append(CellIssue(column, message))

    def kind_for(self, known: object) -> Literal["create", "update", "same", "error"]:
        """Return what becomes of the row; known: the record it means, None for a new one."""
        if self.issues:
            return "error"
        if known is None:
            return "create"
        return "update" if self.changes else "same"


class Verdict(NamedTuple):
    """What would become of a row. `unique` holds keys that may occur once in the file, e.g. ("staff_number:1001",)."""

    number: int
    kind: Literal["create", "update", "same", "error"]
    label: str = ""
    issues: tuple[CellIssue, ...] = ()
    changes: tuple[Change, ...] = ()
    unique: tuple[tuple[str, str], ...] = ()


class Effect(NamedTuple):
    """What a row did: the record, whether it was made, its revision after and its values before (JSON)."""

    number: int
    object_id: int
    created: bool
    rev_after: int
    before: dict[str, Any] | None = None


class Importer(Protocol):
    """Judges and writes rows of one batch for one actor. Made anew for every chunk run; may preload look-ups."""

    def __init__(self, actor: Actor, batch: Any) -> None: ...

    def check(self, rows: Sequence[Row]) -> list[Verdict]:
        """Judge up to 5,000 rows against the database as it stands, in a constant number of queries. Writes nothing."""

    def apply(self, act: Act, rows: Sequence[Row]) -> list[Effect]:
        """Write rows inside the caller's transaction, judged again; same rows have no effect. Writes the audit lines.

        Raises ImportChanged when a row can no longer be written (somebody changed the data since the check).
        """

    def undo(self, act: Act, effects: Sequence[Any]) -> list[int]:
        """Take back the effects whose records nobody touched since (rev == rev_after); return the rows left alone."""


class ImportChanged(Exception):
    """The data changed between check and writing: the batch goes back to the check. Carries row number and message."""

    def __init__(self, number: int, message: str) -> None:
        super().__init__(f"第 {number} 行：{message}")
        self.number = number
        self.message = message


def still_right(judged: Iterable[JudgedRow]) -> None:
    """Go on to write rows judged again. Raises ImportChanged at the first that is no longer right."""
    for one in judged:
        if one.issues:
            raise ImportChanged(one.row.number, one.issues[0].message)


@dataclass(frozen=True)
class ImportSpec:
    """Something that can be imported.

    importer: dotted name of the Importer; needs_organization: the clerk chooses the organisation new records go to;
    organization_kinds: which kinds may be chosen.
    """

    code: str
    label: str
    permission: str
    columns: tuple[ImportColumn, ...]
    importer: str
    needs_organization: bool = True
    organization_kinds: tuple[str, ...] = ()
    organization_label: str = "归属单位"
    intro: str = ""
    done_url_name: str = ""


_SPECS: dict[str, ImportSpec] = {}


def register(*specs: ImportSpec) -> None:
    """Add specs to the register. Raises ValueError when a code is taken."""
    for item in specs:
        if item.code in _SPECS:
            raise ValueError(f"import {item.code} is declared twice")
        _SPECS[item.code] = item


def get(code: str) -> ImportSpec:
    """Return the spec of that code. Raises KeyError."""
    return _SPECS[code]


def all_specs() -> list[ImportSpec]:
    """Return every spec in the order of declaration."""
    return list(_SPECS.values())
