"""Filters that lists of several apps offer."""

from typing import Any

import django_filters


class OngoingFilter(django_filters.ChoiceFilter):  # type: ignore[misc]  # the library has no types
    """Those that go on, or those that are over: periods with an end in `until`."""

    def __init__(self, going_on: str, over: str = "已结束") -> None:
        super().__init__(label="状态", empty_label="全部", choices=[("open", going_on), ("ended", over)])

    def filter(self, qs: Any, value: Any) -> Any:
        """Keep the chosen ones."""
        return qs.filter(until__isnull=value == "open") if value else qs
