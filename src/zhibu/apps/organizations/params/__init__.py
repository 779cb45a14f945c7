"""The dated parameters of this app as plain values: terms of office (`terms.yaml`)."""

from datetime import date
from functools import cache
from pathlib import Path

from zhibu.apps.organizations.rules import Kind, TermLength, Variant
from zhibu.kernel import tables


@cache
def term_lengths() -> tuple[TermLength, ...]:
    """Return every row of `terms.yaml`, oldest first."""
    rows = tables.read(Path(__file__).parent / "terms.yaml")
    lengths = (
        TermLength(
            kind=Kind(row["kind"]),
            variant=Variant(row["variant"]),
            years=int(row["years"]),
            since=date.fromisoformat(str(row["since"])),
            regulation=str(row["regulation"]),
            provision=str(row["provision"]),
            status=str(row["status"]),
        )
        for row in rows
    )
    return tuple(sorted(lengths, key=lambda length: length.since))
