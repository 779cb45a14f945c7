"""Sealing: every minute and before a backup, what is not sealed yet becomes the next link of a chain.

root = HMAC-SM3(seal key, header ‖ leaves in id order), where the header holds number, time, ranges, count and the root
before it. The markers are taken with DELETE … RETURNING, so a line that commits late is simply covered by a later seal;
"everything up to the newest id" would lose it. A line younger than its seal is protected against changes only; a root
printed elsewhere (daily mail, backup) also protects the chain from somebody who holds the keys.
"""

import json
from collections.abc import Iterable

from django.db import connection, transaction
from django.utils import timezone

from zhibu.kernel.audit import encoding, reading
from zhibu.kernel.audit.models import AuditSeal
from zhibu.kernel.crypto import current_key, keyed_mac

START = bytes(32)  # what the first seal has before it
LIMIT = 100_000  # lines a seal, so that the write lock stays well under a second


def root(key: bytes, header: bytes, leaves: Iterable[bytes]) -> bytes:
    """HMAC-SM3 over header and leaves; 32 bytes."""
    mac = keyed_mac(key)
    mac.update(header)
    for leaf in leaves:
        mac.update(leaf)
    return mac.finalize()


def seal_pending(limit: int = LIMIT) -> AuditSeal | None:
    """Seal the oldest unsealed lines, at most `limit`; return the seal, or None when nothing waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM audit_unsealed LIMIT 1")
        if cursor.fetchone() is None:  # looked first: an idle minute takes no lock
            return None
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # one sealer at a time; readers and writers of lines go on
                cursor.execute("LOCK TABLE audit_seal IN SHARE ROW EXCLUSIVE MODE")
        ids = _take(limit)
        return _make(ids) if ids else None


def seal_all() -> list[AuditSeal]:
    """Seal until nothing waits; return the seals made."""
    made = []
    while (seal := seal_pending()) is not None:
        made.append(seal)
    return made


def _take(limit: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM audit_unsealed WHERE id IN (SELECT id FROM audit_unsealed ORDER BY id LIMIT %s) RETURNING id",
            [limit],
        )
        return sorted(row[0] for row in cursor.fetchall())


def _make(ids: list[int]) -> AuditSeal:
    last = AuditSeal.objects.order_by("-n").first()
    n, prev = (last.n + 1, bytes(last.root)) if last else (1, START)
    key_id, key = current_key("seal")
    at = timezone.now()
    ranges = reading.as_ranges(ids)
    written = json.dumps(ranges, separators=(",", ":"))
    time = encoding.time_text(at).encode()
    header = reading.header(n, time, written.encode(), b"%d" % len(ids), prev, b"%d" % key_id)
    covered = (leaf for first, last in ranges for leaf in reading.leaves(first, last))
    seal: AuditSeal = AuditSeal.objects.create(
        n=n, at=at, ranges=written, count=len(ids), prev=prev, root=root(key, header, covered), key_id=key_id
    )
    return seal


def last_root() -> tuple[int, str] | None:
    """Return number and root (hex) of the newest seal: what is printed in the daily mail and the backup."""
    last = AuditSeal.objects.order_by("-n").first()
    return (last.n, bytes(last.root).hex()) if last else None
