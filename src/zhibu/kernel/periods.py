"""Periods that rows hold from `since` until before `until`, open while that is empty; a day in words."""

from datetime import date

from django.db.models import Q


def holding(on: date) -> Q:
    """Condition: the row holds on that day."""
    return Q(since__lte=on) & (Q(until__isnull=True) | Q(until__gt=on))


def day_words(day: date | None) -> str:
    """Return a day as papers bear it, 2026年11月6日; nothing for none."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""
