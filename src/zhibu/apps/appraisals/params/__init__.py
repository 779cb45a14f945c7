"""The dated limits of this app as plain values: `limits.yaml`."""

from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

from zhibu.apps.appraisals.rules import Limit
from zhibu.kernel import tables


@cache
def limits() -> tuple[Limit, ...]:
    """Return every row of `limits.yaml`, the earliest first."""
    rows = tables.read(Path(__file__).parent / "limits.yaml")
    found = (
        Limit(
            since=date.fromisoformat(str(row["since"])),
            share=Fraction(str(row["share"])),
            regulation=str(row["regulation"]),
            article=str(row["article"]),
            provision=str(row["provision"]),
        )
        for row in rows
    )
    return tuple(sorted(found, key=lambda row: row.since))
