"""Taking and writing out gapless numbers."""

from django.db import connection
from django.db.models import F

from zhibu.kernel.numbering.models import NumberSeries


def next_number(series: str, year: int, *, organization_id: int | None = None) -> int:
    """Return the next number (from 1) of the series in this year, inside the caller's transaction.

    The counter's row stays locked until that transaction ends: on rollback the number is free again and nobody has
    seen a later one. Raises RuntimeError outside a transaction, where a crash would leave a gap.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"number of series {series!r} taken outside a transaction")
    key = {"series": series, "year": year, "organization_id": organization_id or 0}
    counter = NumberSeries.objects.filter(**key)
    if not counter.update(last=F("last") + 1):
        # two transactions may open the series at once: the second waits for the first here, then counts on
        NumberSeries.objects.bulk_create([NumberSeries(**key)], ignore_conflicts=True)
        counter.update(last=F("last") + 1)
    number: int = counter.values_list("last", flat=True).get()
    return number


def format_number(number: int, *, year: int, prefix: str = "", width: int = 4) -> str:
    """Write a number as it is printed: `format_number(7, year=2026, prefix="转")` -> '转2026-0007'.

    A number longer than `width` digits is written in full. Raises ValueError for numbers below 1.
    """
    if number < 1:
        raise ValueError("numbers of a series start at 1")
    return f"{prefix}{year}-{number:0{width}d}"
