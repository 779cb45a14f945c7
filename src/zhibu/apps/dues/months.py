"""Months as their first day, and what is counted with them. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta


def first(day: date) -> date:
    """Return the month a day lies in, as its first day."""
    return day.replace(day=1)


def later(month: date, by: int) -> date:
    """Return the month so many months later (earlier where `by` is negative)."""
    place = month.year * 12 + month.month - 1 + by
    return date(place // 12, place % 12 + 1, 1)


def between(since: date, until: date) -> int:
    """Return how many months lie between two months: 0 for the same one, negative where `until` is the earlier."""
    return (until.year - since.year) * 12 + until.month - since.month


def last_day(month: date) -> date:
    """Return the last day of a month."""
    return later(month, 1) - timedelta(days=1)


def span(since: date, until: date) -> list[date]:
    """Return the months from one to another, both included."""
    return [later(since, n) for n in range(between(since, until) + 1)]


def quarter_end(month: date) -> date:
    """Return the last month of the quarter a month lies in."""
    return later(month, -month.month % 3)


def longest_run(months: Iterable[date]) -> int:
    """Return the length of the longest run of months that follow one another."""
    longest = run = 0
    before: date | None = None
    for month in sorted(set(months)):
        run = run + 1 if before is not None and between(before, month) == 1 else 1
        longest, before = max(longest, run), month
    return longest


def words(months: Iterable[date]) -> str:
    """Return months as people write them: 2026年1–3月、5月，each run once."""
    runs: list[tuple[date, date]] = []
    for month in sorted(set(months)):
        if runs and between(runs[-1][1], month) == 1 and runs[-1][1].year == month.year:
            runs[-1] = (runs[-1][0], month)
        else:
            runs.append((month, month))
    parts, year = [], 0
    for since, until in runs:
        head = f"{since.year}年" if since.year != year else ""
        year = since.year
        parts.append(f"{head}{since.month}月" if since == until else f"{head}{since.month}—{until.month}月")
    return "、".join(parts)
