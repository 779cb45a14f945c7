"""The dated parameters of this app as plain values: terms of office (`terms.yaml`)."""

from datetime import date
from functools import cache
from pathlib import Path

import yaml

from zhibu.apps.organizations.rules import Kind, TermLength, Variant


@cache
def term_lengths() -> tuple[TermLength, ...]:
    """Return every row of `terms.yaml`, oldest first."""
    rows = yaml.safe_load((Path(__file__).parent / "terms.yaml").read_text(encoding="utf-8"))
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
