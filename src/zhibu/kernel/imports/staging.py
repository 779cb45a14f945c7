"""The rows of an import on their way in: a SQLite file of its own, so that reading them does not lock the database.

What cells say is sealed, each text for itself (see cellbox.py); row numbers, kinds and counts are not. The file goes
away soon after the import is done, and can always be made again from the original.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from django.conf import settings

from zhibu.kernel.audit import Change
from zhibu.kernel.imports import blocks
from zhibu.kernel.imports.blocks import PIECE, Blocks, Fresh
from zhibu.kernel.imports.cellbox import CellBox
from zhibu.kernel.imports.coordinates import column_number
from zhibu.kernel.imports.spec import Row, Verdict

#: kinds of a staged row: "read" is not judged yet
READ, CREATE, UPDATE, SAME, ERROR = "read", "create", "update", "same", "error"

_SCHEMA = """
DROP TABLE IF EXISTS rows; DROP TABLE IF EXISTS uniques; DROP TABLE IF EXISTS meta;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE rows (
  number INTEGER PRIMARY KEY, raw TEXT NOT NULL DEFAULT '', parsed TEXT, kind TEXT NOT NULL,
  label TEXT NOT NULL DEFAULT '', faults INTEGER NOT NULL DEFAULT 0, issues TEXT NOT NULL DEFAULT '[]',
  changes TEXT NOT NULL DEFAULT '[]'
);
CREATE TABLE uniques (key TEXT NOT NULL, number INTEGER NOT NULL, field TEXT NOT NULL)
"""
_INSERT = """
INSERT INTO rows (number, kind, label, faults, issues)
VALUES (?1, 'error', seal(?2, 'label', ?1), ?3, seal(?4, 'issues', ?1))
"""
_JUDGE = """
UPDATE rows SET kind = ?1, label = seal(?2, 'label', ?6), faults = ?3, issues = seal(?4, 'issues', ?6),
  changes = seal(?5, 'changes', ?6)
WHERE number = ?6
"""
_DUPLICATES = """
SELECT DISTINCT u.number, u.field, u.key FROM uniques u
WHERE u.key IN (SELECT key FROM uniques GROUP BY key HAVING count(DISTINCT number) > 1)
ORDER BY u.field = '', u.key, u.number
"""

#: characters of a uid
UID = 36
_SEAL_OLD = (
    "UPDATE meta SET value = seal(value, 'meta', key) WHERE typeof(value) = 'text'",
    "UPDATE sheets SET sheet = seal(sheet, 'sheet', place) WHERE typeof(sheet) = 'text'",
    "UPDATE uniques SET key = mark(key) WHERE typeof(key) = 'text'",
    """
    UPDATE rows SET raw = seal(raw, 'raw', number), parsed = seal(parsed, 'parsed', number),
      label = seal(label, 'label', number), issues = seal(issues, 'issues', number),
      changes = seal(changes, 'changes', number)
    WHERE (raw <> '' AND typeof(raw) = 'text') OR (label <> '' AND typeof(label) = 'text')
    """,
)


class NotStaged(Exception):
    """The staged rows are gone (cleaned away, or made anew by another check)."""


@dataclass(frozen=True, slots=True)
class Issue:
    """A bad cell as the clerk sees it: column letter and label ("" for the whole row), its content, what to do."""

    key: str
    letter: str
    label: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class StagedRow:
    """A row as a page shows it. `changes` come from the importer, sensitive values masked."""

    number: int
    kind: str
    label: str
    issues: tuple[Issue, ...]
    changes: tuple[Change, ...]


def plain(value: Any) -> Any:
    """Return what JSON keeps of a cell's value that JSON does not know (json's `default`)."""
    if isinstance(value, datetime):
        return value.isoformat(" ") if value.time() != time() else value.date().isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (Decimal, timedelta, UUID)):
        return str(value)
    raise TypeError(f"cannot be staged: {type(value).__name__}")


#: a compact writer of lists of cells
to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=plain).encode


def seen(value: Any) -> str:
    """Return a cell's value as the clerk sees it in Excel, cut to 60 characters."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return f"{value:.15g}".upper()
    text = str(value if isinstance(value, (str, int)) else plain(value))
    return text if len(text) <= 60 else text[:59] + "…"


_DECODERS: dict[str, Any] = {"date": date.fromisoformat, "decimal": Decimal}


def folder() -> Path:
    """Return the folder of the staging files; it is made when absent."""
    path = Path(settings.STAGING)
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def path_of(uid: UUID) -> Path:
    """Return where the rows of a batch are staged."""
    return folder() / f"{uid}.sqlite3"


def files() -> list[Path]:
    """Return all staging files."""
    return [path for path in folder().glob("*.sqlite3") if len(path.stem) == UID]


def seal_old(path: Path) -> bool:
    """Seal what an earlier version staged in the clear; tells whether there was anything."""
    with Staging(UUID(path.stem)) as staged:
        return staged.seal_old()


def remove(uid: UUID) -> None:
    """Remove a batch's staged rows; none is fine."""
    for suffix in ("", "-journal"):
        path = path_of(uid)
        path.with_name(path.name + suffix).unlink(missing_ok=True)


class Staging:
    """An open staging file: `with Staging(batch.uid) as staged`. Raises NotStaged where rows are read but not there."""

    def __init__(self, uid: UUID) -> None:
        path = path_of(uid)
        path.touch(mode=0o600)
        self.db = sqlite3.connect(path, timeout=20, isolation_level=None)
        # lost by a power cut at worst, and then made again; a killed process is rolled back all the same
        CellBox(uid).install(self.db)
        self.blocks = Blocks(self.db, self._read, to_json)
        self.db.executescript("PRAGMA synchronous=OFF; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16384;")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.db.close()

    @contextmanager
    def _writing(self, owner: str | None = None) -> Iterator[None]:
        """One transaction; with `owner`, only while the rows still belong to that check."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            if owner is not None and self.meta("owner") != owner:
                raise NotStaged
            yield
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    # The sheets of the book, kept so that the matching page need not open it again

    def put_sheets(self, sheets: Sequence[dict[str, Any]]) -> None:
        """Keep name, size, merged ranges and first rows of every sheet."""
        with self._writing():
            self.db.execute("CREATE TABLE IF NOT EXISTS sheets (place INTEGER PRIMARY KEY, sheet TEXT NOT NULL)")
            self.db.execute("DELETE FROM sheets")
            self.db.executemany(
                "INSERT INTO sheets VALUES (?1, seal(?2, 'sheet', ?1))", ((n, to_json(s)) for n, s in enumerate(sheets))
            )

    def sheets(self) -> list[dict[str, Any]]:
        """Return what `put_sheets` kept; empty when nothing was."""
        try:
            found = self.db.execute("SELECT unseal(sheet, 'sheet', place) FROM sheets ORDER BY place").fetchall()
        except sqlite3.OperationalError:
            return []
        return [json.loads(text) for (text,) in found]

    # The rows

    def meta(self, key: str) -> str:
        """Return a remembered word. Raises NotStaged when no rows were staged."""
        for (value,) in self._read("SELECT unseal(value, 'meta', key) FROM meta WHERE key = ?", [key]):
            return str(value)
        raise NotStaged

    def _read(self, statement: str, values: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
        """Yield rows. Raises NotStaged when they are not there or do not open: both are mended by another check."""
        try:
            yield from self.db.execute(statement, values)
        except sqlite3.OperationalError as error:
            raise NotStaged from error

    def fill(self, owner: str, columns: Sequence[tuple[str, str]], rows: Iterable[Fresh], naming: str = "") -> None:
        """Stage all rows anew in one transaction.

        owner: which check they belong to; columns: (key, kind) in the order of the parsed values; naming: key of the
        column that says what a row is about.
        """
        with self._writing():
            for statement in (*_SCHEMA.split(";"), *blocks.SCHEMA.split(";")):
                self.db.execute(statement)
            words = (("owner", owner), ("columns", to_json([list(column) for column in columns])), ("naming", naming))
            self.db.executemany("INSERT INTO meta VALUES (?1, seal(?2, 'meta', ?1))", words)
            for piece in self.blocks.put(rows):
                read = [(row.number,) for row in piece if row.values is not None]
                self.db.executemany("INSERT INTO rows (number, kind) VALUES (?, 'read')", read)
                wrong = [(row.number, row.label, row.faults, row.issues) for row in piece if row.values is None]
                self.db.executemany(_INSERT, wrong)

    def rows(self, kinds: Sequence[str], after: int = 0, limit: int = -1) -> list[Row]:
        """Return rows with their parsed values as the parsers gave them, in order of their numbers."""
        columns = json.loads(self.meta("columns"))
        keys = [key for key, _ in columns]
        decoders = [(place, _DECODERS[kind]) for place, (_, kind) in enumerate(columns) if kind in _DECODERS]
        marks = ", ".join("?" * len(kinds))
        found = self._read(
            f"SELECT number FROM rows WHERE number > ? AND kind IN ({marks}) ORDER BY number LIMIT ?",
            [after, *kinds, limit],
        )
        numbers = [number for (number,) in found]
        everything = self.blocks.values(numbers)
        for place, decode in decoders:
            for values in everything:
                if values[place] is not None:
                    values[place] = decode(values[place])
        pairs = zip(numbers, everything, strict=True)
        return [Row(number, dict(zip(keys, values, strict=True))) for number, values in pairs]

    def _names(self, numbers: Sequence[int]) -> dict[int, str]:
        """Return row number -> what its naming column says, for those of the rows that could be read."""
        try:
            place = [key for key, _ in json.loads(self.meta("columns"))].index(self.meta("naming"))
            return {number: str(name or "") for number, name in self.blocks.column(sorted(numbers), place)}
        except (NotStaged, ValueError):  # staged by an earlier version, or a sheet without that column
            return {}

    def judge(self, owner: str, verdicts: Sequence[Verdict], letters: dict[str, tuple[str, str]]) -> None:
        """Write down what the importer found; letters: column key -> (letter, label in the file)."""
        plain = [v for v in verdicts if not v.issues and not v.changes]  # nearly every row of a first import
        with self._writing(owner):
            # the label is that of the naming column, which the file holds already
            self.db.executemany("UPDATE rows SET kind = ? WHERE number = ?", [(v.kind, v.number) for v in plain])
            self.db.executemany(_JUDGE, [self._judged(v, letters) for v in verdicts if v.issues or v.changes])
            self.db.executemany(
                "INSERT INTO uniques (key, number, field) VALUES (mark(?), ?, ?)",
                [(f"{field}\x1f{value}", v.number, field) for v in verdicts for field, value in v.unique],
            )

    def _judged(self, verdict: Verdict, letters: dict[str, tuple[str, str]]) -> tuple[Any, ...]:
        issues = []
        for found in verdict.issues:
            letter, label = letters.get(found.column, ("", ""))
            value = self._raw(verdict.number, letter) if letter else ""
            issues.append(asdict(Issue(found.column, letter, label, value, found.message)))
        kind = ERROR if issues else verdict.kind
        changes = [[c.field, c.label, c.old, c.new] for c in verdict.changes]
        return kind, verdict.label, len(issues), to_json(issues), to_json(changes), verdict.number

    def _raw(self, number: int, letter: str) -> str:
        return seen(self.blocks.cell(number, column_number(letter)))

    def name_duplicates(self, owner: str, letters: dict[str, tuple[str, str]]) -> None:
        """Make errors of all rows that hold the same key, each naming the others. Repeatable."""
        with self._writing(owner):
            groups: dict[bytes, tuple[str, list[int]]] = {}
            for number, field, key in self.db.execute(_DUPLICATES):
                groups.setdefault(key, (field, []))[1].append(number)
            named = [(number, field, numbers) for field, numbers in groups.values() for number in numbers]
            for number, field, numbers in sorted(named, key=itemgetter(0)):
                self._add_duplicate(number, field, [n for n in numbers if n != number], letters)

    def _add_duplicate(self, number: int, field: str, others: list[int], letters: dict[str, tuple[str, str]]) -> None:
        letter, label = letters.get(field, ("", ""))
        named = "、".join(f"第 {n} 行" for n in others[:3]) + ("等" if len(others) > 3 else "")
        message = f"与{named}重复。同一个{label or '记录'}只能出现一次，请删去多余的行或改正。"
        (text,) = self.db.execute(
            "SELECT unseal(issues, 'issues', number) FROM rows WHERE number = ?", [number]
        ).fetchone()
        issues = json.loads(text)
        if any(issue["message"].startswith(f"与{named}重复") for issue in issues):
            return
        value = self._raw(number, letter) if letter else ""
        issues.append(asdict(Issue(field, letter, label, value, message)))
        self.db.execute(
            "UPDATE rows SET kind = ?1, faults = ?2, issues = seal(?3, 'issues', ?4) WHERE number = ?4",
            [ERROR, len(issues), to_json(issues), number],
        )

    # What pages ask

    def counts(self) -> dict[str, int]:
        """Return how many rows there are of each kind, "rows" in all and "issues" bad cells."""
        self.meta("owner")
        found = self.db.execute("SELECT kind, count(*), sum(faults) FROM rows GROUP BY kind").fetchall()
        counts = dict.fromkeys((CREATE, UPDATE, SAME, ERROR), 0)
        counts.update({kind: count for kind, count, _ in found})
        return {**counts, "rows": sum(row[1] for row in found), "issues": sum(row[2] for row in found)}

    def page(self, kinds: Sequence[str], after: int = 0, limit: int = -1) -> Iterator[StagedRow]:
        """Yield rows of these kinds behind row number `after`, in order."""
        self.meta("owner")
        marks = ", ".join("?" * len(kinds))
        found = self._read(
            "SELECT number, kind, unseal(label, 'label', number), unseal(issues, 'issues', number), "
            "unseal(changes, 'changes', number) FROM rows "
            f"WHERE number > ? AND kind IN ({marks}) ORDER BY number LIMIT ?",
            [after, *kinds, limit],
        )
        while part := list(islice(found, PIECE)):
            names = self._names([number for number, _, label, _, _ in part if not label])
            for number, kind, label, issues, changes in part:
                yield StagedRow(
                    number,
                    kind,
                    label or names.get(number, ""),
                    tuple(Issue(**issue) for issue in json.loads(issues)),
                    tuple(Change(*change) for change in json.loads(changes)),
                )

    def labels(self, numbers: Sequence[int]) -> dict[int, str]:
        """Return row number -> what the row is about, as far as it is known."""
        marks = ", ".join("?" * len(numbers))
        try:
            found = self.db.execute(
                f"SELECT number, unseal(label, 'label', number) FROM rows WHERE number IN ({marks})", list(numbers)
            )
            labels: dict[int, str] = dict(found)
        except sqlite3.OperationalError:
            return {}
        return labels | self._names([number for number, label in labels.items() if not label])

    # What earlier versions left

    def seal_old(self) -> bool:
        """Seal every text that lies in the clear; tells whether there was any."""
        tables = {name for (name,) in self.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        seals = [one for one in _SEAL_OLD if one.split()[1] in tables]
        with self._writing():
            changed = sum(self.db.execute(one).rowcount for one in seals)
        if changed:
            self.db.execute("VACUUM")
        return changed > 0
