"""Writing lines into the trail, and reading them back for a record's page."""

import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from zhibu.kernel.actor import Actor
from zhibu.kernel.audit import encoding, heads
from zhibu.kernel.audit.models import AuditDetail, AuditEntry
from zhibu.kernel.bulk import copy_text
from zhibu.kernel.crypto import current_key
from zhibu.kernel.plans import planned_once

ERASED = "audit.detail.erase"
ENTRY_COLUMNS = (*encoding.COLUMNS, "leaf")
MANY = 50  # lines from which PostgreSQL's COPY pays
AT_ONCE = 250  # rows of one statement on SQLite
_TO_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Change:
    """One changed field as a person reads it; sensitive values come masked."""

    field: str
    label: str
    old: str
    new: str


class AuditLine(NamedTuple):
    """A line to be written by `record_many`; the fields mean what they mean in `record`."""

    actor: Actor
    action: str
    summary: str
    object_type: str = ""
    object_id: str = ""
    organization_id: int | None = None
    changes: Sequence[Change] = ()
    reason: str = ""
    for_whom: int | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A line as a record's page shows it."""

    id: int
    at: datetime
    actor_id: int | None
    actor_name: str
    for_whom_id: int | None
    action: str
    summary: str
    reason: str
    changes: tuple[Change, ...]
    erased: bool


def record(
    actor: Actor,
    action: str,
    obj: Model | None = None,
    *,
    summary: str,
    object_type: str = "",
    object_id: str = "",
    organization_id: int | None = None,
    changes: Sequence[Change] = (),
    reason: str = "",
    for_whom: int | None = None,
    at: datetime | None = None,
) -> AuditEntry:
    """Write one line about `obj` (or about object_type and object_id) in the running transaction.

    summary, reason: Chinese sentences; organization_id: where the line is seen (default: the object's own);
    for_whom: the person acted for (default: the actor's). Raises TransactionManagementError outside a transaction.
    """
    if obj is not None:
        object_type, object_id = obj._meta.label, str(obj.pk)
        if organization_id is None:
            organization_id = getattr(obj, "organization_id", None)
    line = AuditLine(
        actor, action, summary, object_type, object_id, organization_id, changes, reason, for_whom, at
    )  # fmt: skip
    (row,) = _write([line])
    values: dict[str, Any] = dict(zip(ENTRY_COLUMNS, row, strict=True))
    entry = AuditEntry(**{**values, "at": line.at or _moment(values["at"])})
    entry._state.adding = False
    return entry


def record_many(lines: Iterable[AuditLine]) -> list[int]:
    """Write many lines in the running transaction (five statements); return their ids in order."""
    return [row[0] for row in _write(list(lines))]


def _moment(value: Any) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment if timezone.is_aware(moment) else moment.replace(tzinfo=UTC)


def _allocate(cursor: Any, vendor: str, count: int) -> list[int]:
    """Reserve ids before the rows are written, because the leaf covers the id.

    SQLite has one writer at a time and takes the counter back with a rolled-back transaction, so ids have no gaps;
    PostgreSQL's sequence leaves gaps, which the seals' ranges leave out.
    """
    if vendor == "sqlite":
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = 'audit_entry'")
        found = cursor.fetchone()
        first = (found[0] or 0 if found else 0) + 1
        return list(range(first, first + count))
    # OFFSET 0: else the name of the sequence would be looked up for each number
    named = "(SELECT pg_get_serial_sequence('audit_entry', 'id')::regclass AS name OFFSET 0) AS series"
    cursor.execute(f"SELECT nextval(name) FROM {named}, generate_series(1, %s)", [count])
    return sorted(row[0] for row in cursor.fetchall())


def _body(line: AuditLine) -> str:
    if not line.changes:  # every line of an import's new records
        return f'{{"summary":{encode_basestring(line.summary)},"reason":{encode_basestring(line.reason)},"changes":[]}}'
    changes = [{"field": c.field, "label": c.label, "old": c.old, "new": c.new} for c in line.changes]
    return _TO_JSON({"summary": line.summary, "reason": line.reason, "changes": changes})


def _write(lines: list[AuditLine]) -> list[tuple[Any, ...]]:
    here = transaction.get_connection()  # once: the proxy costs as much as the hash
    if not here.in_atomic_block:
        raise transaction.TransactionManagementError("an audit line belongs into the transaction of what it tells")
    if not lines:
        return []
    with here.cursor() as cursor:
        entries, details = _rows(lines, _allocate(cursor, here.vendor, len(lines)), here.ops.adapt_datetimefield_value)
        _insert(cursor, here.vendor, "audit_entry", ENTRY_COLUMNS, entries)
        _insert(cursor, here.vendor, "audit_detail", ("entry_id", "salt", "body"), details)
        _insert(cursor, here.vendor, "audit_unsealed", ("id",), [row[:1] for row in entries])
        heads.advance(cursor, here.vendor, [row[0] for row in entries])
    return entries


def _insert(cursor: Any, vendor: str, table: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
    names = ", ".join(columns)
    if vendor == "sqlite" and len(rows) > 1:
        _insert_at_once(table, names, rows)
    elif vendor == "postgresql" and len(rows) > MANY:
        with cursor.cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            copy.write(copy_text(rows))
    else:
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(columns))})", rows)


def _insert_at_once(table: str, names: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert many rows a statement, by the driver itself.

    SQLite copies every page that a statement with a trigger touches: a statement for each row would do so thousands
    of times over.
    """
    here = transaction.get_connection()
    one = f"({', '.join('?' * len(rows[0]))})"
    with here.wrap_database_errors:
        for start in range(0, len(rows), AT_ONCE):
            part = rows[start : start + AT_ONCE]
            statement = f"INSERT INTO {table} ({names}) VALUES {', '.join([one] * len(part))}"
            here.connection.execute(statement, list(chain.from_iterable(part)))


def _rows(
    lines: list[AuditLine], ids: list[int], adapt: Callable[[datetime], Any]
) -> tuple[list[tuple[Any, ...]], list[tuple[int, bytes, str]]]:
    """Return the rows of audit_entry and of audit_detail."""
    now = timezone.now()
    when_now = (adapt(now), encoding.time_text(now).encode())
    key_id, key = current_key("audit")
    salts = os.urandom(16 * len(lines))
    entries, details = [], []
    for place, (entry_id, line) in enumerate(zip(ids, lines, strict=True)):
        salt, body = salts[16 * place : 16 * place + 16], _body(line)
        when = when_now if line.at is None else (adapt(line.at), encoding.time_text(line.at).encode())
        entries.append(_entry_row(entry_id, line, when, encoding.digest(salt, body.encode()), key_id, key))
        details.append((entry_id, salt, body))
    return entries, details


def _entry_row(
    entry_id: int, line: AuditLine, when: tuple[Any, bytes], digest: bytes, key_id: int, key: bytes
) -> tuple[Any, ...]:
    """Return the row in the order of ENTRY_COLUMNS; `when` is the time as stored and as hashed."""
    number = encoding.number
    actor = line.actor
    for_whom = line.for_whom if line.for_whom is not None else actor.for_whom
    name = actor.name[:100]
    leaf = encoding.leaf(
        key,
        (
            number(entry_id), when[1], number(actor.account_id), name.encode(), number(for_whom), line.action.encode(),
            number(line.organization_id), line.object_type.encode(), line.object_id.encode(), digest, number(key_id),
        ),
    )  # fmt: skip
    return (
        entry_id, when[0], actor.account_id, name, for_whom, line.action, line.organization_id, line.object_type,
        line.object_id, digest, key_id, leaf,
    )  # fmt: skip


def erase(entry_id: int, actor: Actor, reason: str) -> AuditEntry:
    """Remove a line's detail as the law asks; the line and its digest stay, and a new line says who did it and why.

    Raises ValueError without a reason, AuditDetail.DoesNotExist when there is nothing (left) to erase.
    """
    if not reason.strip():
        raise ValueError("删除操作记录的内容须写明依据")
    entry = AuditEntry.objects.system("erasing a detail by law").get(pk=entry_id)
    if not AuditDetail.objects.system("erasing a detail by law").filter(pk=entry_id).exists():
        raise AuditDetail.DoesNotExist(entry_id)
    line = record(
        actor, ERASED, entry, summary=f"删除第 {entry_id} 号操作记录的内容", reason=reason,
        organization_id=entry.organization_id,
    )  # fmt: skip
    with connection.cursor() as cursor:
        # the trigger lets a detail go only when the line written above stands
        cursor.execute("DELETE FROM audit_detail WHERE entry_id = %s", [entry_id])
    return line


def last_id() -> int:
    """Return the id of the newest line (0 when there is none): what a form remembers to tell what happened since."""
    with planned_once() as cursor:  # every list asks: wording it takes longer than answering it
        cursor.execute("SELECT COALESCE(MAX(id), 0) FROM audit_entry")
        return int(cursor.fetchone()[0])


def history(object_type: str, object_id: str, *, limit: int = 200, before: int | None = None) -> list[HistoryLine]:
    """Return the lines about one record, newest first, at most `limit`, older than the line `before`.

    For records that the caller has fetched through the actor's scope.
    """
    rows = AuditEntry.objects.system("history of a record fetched in scope")
    rows = rows.filter(object_type=object_type, object_id=str(object_id))
    if before is not None:
        rows = rows.filter(id__lt=before)
    return with_details(rows.order_by("-id")[:limit])


def with_details(entries: Iterable[AuditEntry]) -> list[HistoryLine]:
    """Return the entries (of an opened query) with what they say; one more query."""
    rows = list(entries)
    details = AuditDetail.objects.system("details of entries fetched in scope").filter(pk__in=[row.pk for row in rows])
    bodies = dict(details.values_list("entry_id", "body"))
    return [_shown(row, bodies.get(row.pk)) for row in rows]


def _shown(row: AuditEntry, body: str | None) -> HistoryLine:
    try:
        said: dict[str, Any] = json.loads(body) if body is not None else {"summary": "（内容已依法删除）"}
        changes = tuple(Change(**change) for change in said.get("changes", ()))
        summary, reason = str(said["summary"]), str(said.get("reason", ""))
    except (ValueError, TypeError, KeyError, AttributeError):
        # changed behind the platform's back: say so instead of failing the page; verify names it
        summary, reason, changes = "（内容已损坏，请管理员核验操作记录）", "", ()
    return HistoryLine(
        row.pk, row.at, row.actor_id, row.actor_name, row.for_whom_id, row.action,
        summary, reason, changes, erased=body is None,
    )  # fmt: skip
