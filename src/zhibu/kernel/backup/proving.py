"""Proves a restored installation, in a process of its own (COMMAND) that sees nothing else.

ZHIBU_DATA (and ZHIBU_DATABASE) name the installation; the manifest comes on standard input. Prints what is wrong, a
Chinese sentence a line, and ends with 1; ends with 0 when rows, files, keys and the audit are those of the manifest.
"""

import sys

from django.db import connection

from zhibu.kernel import audit
from zhibu.kernel.backup import snapshot
from zhibu.kernel.backup.manifest import Manifest, parse
from zhibu.kernel.files import contents

# ends with who asked for it; the registry of apps must stand before the package's models are imported
COMMAND = (
    sys.executable,
    "-c",
    "from zhibu.kernel.serving.lifeline import hold_on_to_parent; hold_on_to_parent(sig=9); "
    "import django; django.setup(); from zhibu.kernel.backup import proving; raise SystemExit(proving.main())",
)
SHOWN = 20


def prove(known: Manifest) -> list[str]:
    """Return what is wrong with this installation, compared with the manifest."""
    found = snapshot.facts(connection.introspection.table_names(), snapshot.query)
    wrong = [
        f"表 {table} 应有 {known.counts.get(table, 0)} 行，实有 {found.counts.get(table, 0)} 行"
        for table in sorted({*known.counts, *found.counts})
        if known.counts.get(table) != found.counts.get(table)
    ]
    if found.root != known.root:
        wrong.append("操作记录最新封条的根值与清单不同")
    gone = set(known.absent)
    wrong += [
        f"缺少文件 {address[:12]}，或它打不开"
        for address in found.blobs
        if address not in gone and not contents.is_sound(address)
    ]
    if "audit_entry" in found.counts:
        report = audit.verify(known.root[1] if known.root else "")
        wrong += [finding.message for finding in report.findings]
    return wrong


def main() -> int:
    """Run once; return the exit code."""
    wrong = prove(parse(sys.stdin.buffer.read()))
    sys.stdout.buffer.write("".join(f"{line}\n" for line in wrong[:SHOWN]).encode())
    return 1 if wrong else 0
