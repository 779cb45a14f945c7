"""The dated parameters of this app as plain values; each file names its source."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from zhibu.apps.membership.rules import Era


def rows(name: str) -> list[dict[str, Any]]:
    """Return the rows of a file of this folder."""
    found: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / name).read_text(encoding="utf-8"))
    return found


def _day(value: Any) -> date | None:
    return date.fromisoformat(str(value)) if value else None


@cache
def eras() -> tuple[Era, ...]:
    """Return every row of `eras.yaml`, in the order of the file."""
    return tuple(
        Era(
            code=str(row["code"]),
            label=str(row["label"]),
            since=_day(row["since"]) or date.min,
            until=_day(row.get("until")),
            probation_months=int(row["probation_months"]),
            source=str(row["source"]),
        )
        for row in rows("eras.yaml")
    )
