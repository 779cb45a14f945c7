"""The dated parameters of this app as plain values: categories of care (`categories.yaml`), yearly checks (`checks.yaml`)."""

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from zhibu.apps.custody.rules import Category, Yearly
from zhibu.kernel import tables


def _rows(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tables.read(Path(__file__).parent / name)
    return rows


def _day(value: Any) -> date | None:
    return date.fromisoformat(str(value)) if value else None


@cache
def categories() -> tuple[Category, ...]:
    """Return every row of `categories.yaml`, in the order of the file."""
    return tuple(
        Category(
            code=str(row["code"]),
            label=str(row["label"]),
            since=_day(row["since"]) or date.min,
            until=_day(row.get("until")),
            visit_months=int(row["visit_months"]),
            allowance=Decimal(row["allowance"]) if row["allowance"] else None,
        )
        for row in _rows("categories.yaml")
    )


@cache
def yearly() -> tuple[Yearly, ...]:
    """Return every row of `checks.yaml`, in the order of the file."""
    return tuple(
        Yearly(
            code=str(row["code"]),
            label=str(row["label"]),
            categories=tuple(str(code) for code in row["categories"]),
            due=str(row["due"]),
            since=_day(row["since"]) or date.min,
            until=_day(row.get("until")),
        )
        for row in _rows("checks.yaml")
    )
