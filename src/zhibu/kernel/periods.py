"""Periods that rows hold from `since` until before `until`, open while that is empty."""

from datetime import date

from django.db.models import Q


def holding(on: date) -> Q:
    """Condition: the row holds on that day."""
    return Q(since__lte=on) & (Q(until__isnull=True) | Q(until__gt=on))
