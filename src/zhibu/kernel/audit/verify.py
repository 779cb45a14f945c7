"""Verification: names every line that was changed or removed, and every seal that is not what it was.

Walks the seals in order and the lines they cover, then what lies between; memory stays flat for any number of lines.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db import DatabaseError, connection
from django.utils import timezone

from zhibu.kernel.audit import encoding, heads, reading, seals
from zhibu.kernel.audit.reading import Range, Row, Seal
from zhibu.kernel.audit.records import ERASED
from zhibu.kernel.crypto import KeyMissing, key_of
from zhibu.kernel.crypto.keyring import Purpose

SHOWN = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong. code: stable; message: Chinese; entry_id, seal_n: what it is about."""

    code: str
    message: str
    entry_id: int | None = None
    seal_n: int | None = None


@dataclass
class Report:
    """What was looked at and what was found; at most SHOWN findings are kept, `wrong` counts them all."""

    entries: int = 0
    seals: int = 0
    unsealed: int = 0
    erased: int = 0
    wrong: int = 0
    root: str = ""
    findings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Nothing was changed or removed."""
        return self.wrong == 0

    def add(self, finding: Finding) -> None:
        """Count a finding and keep it while there is room."""
        self.wrong += 1
        if len(self.findings) < SHOWN:
            self.findings.append(finding)


def verify(known_root: str = "") -> Report:
    """Check the whole trail from one moment. `known_root`: a root printed earlier (hex); the chain must hold it."""
    report = Report()
    try:
        with reading.snapshot():
            _Walk(report, known_root.strip().lower()).run()
    except DatabaseError as error:
        report.add(Finding("unreadable", f"数据库无法读完，文件可能已损坏：{error}"))
    return report


class _Walk:
    def __init__(self, report: Report, known_root: str) -> None:
        self.report = report
        self.known_root = known_root
        self.sealed: list[Range] = []
        self.keys: dict[tuple[Purpose, int], bytes | None] = {}
        self.heads = list(heads.heads())
        self.missing = 0  # lines already named as gone

    def run(self) -> None:
        counted = self._heads()
        self._seals()
        self._between()
        self._strays()
        self._count(counted)

    def add(self, code: str, message: str, entry_id: int | None = None, seal_n: int | None = None) -> None:
        self.report.add(Finding(code, message, entry_id, seal_n))

    # seals

    def _seals(self) -> None:
        expected, prev, known = 1, seals.START, not self.known_root
        for seal in reading.seals():
            self.report.seals += 1
            if seal.n != expected:
                self.add("seal-missing", f"{_span('封条', expected, seal.n - 1)}不见了", seal_n=expected)
            elif seal.prev != prev:
                self.add("chain-broken", f"第 {seal.n} 号封条与前一封条接不上，其中之一被改动", seal_n=seal.n)
            self._seal(seal)
            expected, prev = seal.n + 1, seal.root
            known = known or seal.root.hex() == self.known_root
        self.report.root = prev.hex() if self.report.seals else ""
        if not known:
            self.add("root-unknown", "封条链中找不到您给出的根值：在它打印之后，封条被删除或重做过")

    def _seal(self, seal: Seal) -> None:
        ranges = seal.ranges
        count = sum(last - first + 1 for first, last in ranges or ())
        if ranges is None or seal.count != b"%d" % count:
            self.add("seal-edited", f"第 {seal.n} 号封条（{_local(seal.at)}）的内容被改动", seal_n=seal.n)
            if ranges is None:
                return
        for known in ranges:
            _insert(self.sealed, known)
        wrong = self.report.wrong
        key = self._key("seal", seal.key_id)
        root = seals.root(key or b"", seal.header(), self._covered(seal, ranges))
        # a changed or missing line already explains a root that does not fit
        if key is not None and root != seal.root and wrong == self.report.wrong:
            self.add("seal-edited", f"第 {seal.n} 号封条（{_local(seal.at)}）被改动", seal_n=seal.n)

    def _covered(self, seal: Seal, ranges: list[Range]) -> Iterator[bytes]:
        for first, last in ranges:
            expected = first
            for row in self._checked(first, last):
                self._gone(expected, row.id - 1, seal)
                if row.marked:
                    self.add("marked-twice", f"{_name(row)}已封存，却又被列为待封存", row.id, seal.n)
                expected = row.id + 1
                yield row.leaf
            self._gone(expected, last, seal)

    def _gone(self, first: int, last: int, seal: Seal | None = None) -> None:
        if first <= last:
            self.missing += last - first + 1
            where = f"（由第 {seal.n} 号封条于 {_local(seal.at)} 封存）" if seal else ""
            self.add("row-missing", f"{_span('记录', first, last)}不见了{where}", first, seal.n if seal else None)

    # lines

    def _checked(self, first: int, last: int) -> Iterator[Row]:
        without: list[Row] = []
        for row in reading.rows(first, last):
            self.report.entries += 1
            self._row(row)
            if row.salt is None or row.body is None:
                without.append(row)
                if len(without) == reading.PAGE:
                    self._erased(without)
                    without = []
            yield row
        self._erased(without)

    def _row(self, row: Row) -> None:
        key = self._key("audit", row.key_id)
        if key is not None and encoding.leaf(key, row.parts) != row.leaf:
            self.add("row-edited", f"{_name(row)}被改动", row.id)
        elif row.salt is not None and row.body is not None:
            digest = row.parts[encoding.COLUMNS.index("detail_digest")]
            if encoding.digest(row.salt, row.body) != digest:
                self.add("detail-edited", f"{_name(row)}的内容被改动", row.id)

    def _erased(self, without: list[Row]) -> None:
        if not without:
            return
        marks = ", ".join(["%s"] * len(without))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT object_id FROM audit_entry WHERE object_type = 'kernel.AuditEntry' AND action = %s "
                f"AND object_id IN ({marks})",
                [ERASED, *(str(row.id) for row in without)],
            )
            lawful = {found[0] for found in cursor.fetchall()}
        for row in without:
            if str(row.id) in lawful:
                self.report.erased += 1
            else:
                self.add("detail-missing", f"{_name(row)}的内容不见了，且没有依法删除的记录", row.id)

    def _key(self, purpose: Purpose, key_id: int) -> bytes | None:
        if (purpose, key_id) not in self.keys:
            try:
                self.keys[purpose, key_id] = key_of(purpose, key_id)
            except KeyMissing:
                self.keys[purpose, key_id] = None
                self.add("key-missing", f"密钥文件中没有编号为 {key_id} 的密钥，用它写下的记录无法核验")
        return self.keys[purpose, key_id]

    # how many there were

    def _heads(self) -> int | None:
        """Return how many lines were ever written; None when that cannot be told."""
        told = True
        for head in self.heads:
            if self._key("audit", head.key_id) is None:
                told = False
            elif not head.opens():
                told = False
                self.add("head-edited", f"操作记录的计数（第 {head.slot} 号）被改动")
        return sum(head.count for head in self.heads) if told else None

    def _count(self, counted: int | None) -> None:
        if counted is None:
            return
        lost = counted - self.report.entries - self.missing
        if lost > 0:
            self.add("rows-missing", f"共写下过 {counted} 条记录，现存 {self.report.entries} 条：有 {lost} 条不见了")
        elif lost < 0 and self.report.ok:
            self.add("head-missing", f"现存 {self.report.entries} 条记录，计数只有 {counted}：计数被删除或改回过")

    # what no seal covers

    def _between(self) -> None:
        gapless = connection.vendor == "sqlite"
        end = self._counter() if gapless else 2**63 - 1
        start = 1
        for first, last in [*self.sealed, (end + 1, end + 1)]:
            expected = start
            for row in self._checked(start, first - 1):
                if not row.marked:
                    self.add("row-stray", f"{_name(row)}既未封存，也未列为待封存", row.id)
                if gapless:
                    self._gone(expected, row.id - 1)
                expected = row.id + 1
            if gapless:
                self._gone(expected, first - 1)
            start = last + 1

    def _counter(self) -> int:
        """The newest id that was ever given on SQLite; it never falls, so missing newest lines show."""
        given = max((head.last_id for head in self.heads), default=0)
        with connection.cursor() as cursor:
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = 'audit_entry'")
            found = cursor.fetchone()
            counter = int(found[0] or 0) if found else 0
            cursor.execute("SELECT max(id) FROM audit_entry")
            newest = cursor.fetchone()[0] or 0
        if newest > counter:
            self.add("counter-edited", f"编号计数器（{counter}）小于最新的记录（{newest}），被改动过", newest)
        return max(counter, newest, given)

    def _strays(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM audit_unsealed")
            self.report.unsealed = cursor.fetchone()[0]
            cursor.execute(
                "SELECT u.id FROM audit_unsealed u LEFT JOIN audit_entry e ON e.id = u.id WHERE e.id IS NULL "
                "ORDER BY u.id LIMIT %s",
                [SHOWN],
            )
            lost = [row[0] for row in cursor.fetchall()]
            cursor.execute(
                "SELECT d.entry_id FROM audit_detail d LEFT JOIN audit_entry e ON e.id = d.entry_id WHERE e.id IS NULL "
                "ORDER BY d.entry_id LIMIT %s",
                [SHOWN],
            )
            orphans = [row[0] for row in cursor.fetchall()]
        for entry_id in lost:
            self.add("marked-missing", f"第 {entry_id} 号记录列为待封存，但记录本身不见了", entry_id)
        for entry_id in orphans:
            self.add("detail-stray", f"有第 {entry_id} 号记录的内容，但没有这条记录", entry_id)


def _insert(known: list[Range], new: Range) -> None:
    """Keep the sealed ranges sorted and merged; new ones come nearly in order, so this looks at the end only."""
    place = len(known)
    while place and known[place - 1][0] > new[0]:
        place -= 1
    known.insert(place, new)
    first = max(place - 1, 0)
    while first + 1 < len(known) and first <= place:
        (a, b), (c, d) = known[first], known[first + 1]
        if c <= b + 1:
            known[first : first + 2] = [(a, max(b, d))]
        else:
            first += 1


def _local(text: bytes) -> str:
    try:
        moment = datetime.fromisoformat(text.decode()).replace(tzinfo=UTC)
        return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S")
    except (ValueError, OverflowError):
        return "时间不可读"


def _name(row: Row) -> str:
    at = _local(row.parts[encoding.COLUMNS.index("at")] or b"")
    return f"第 {row.id} 号记录（{at}，{row.text('actor_name') or '无名'}，{row.text('action')}）"


def _span(noun: str, first: int, last: int) -> str:
    return f"第 {first} 号{noun}" if first == last else f"第 {first} 至 {last} 号{noun}（共 {last - first + 1} 个）"
