"""The filters of the list of resolutions."""

from datetime import timedelta
from typing import Any

import django_filters
from django.utils.timezone import localdate

from zhibu.apps.organizations.filters import SubtreeFilter
from zhibu.apps.resolutions.models import Resolution, State

OVERDUE = [("overdue", "落实逾期"), ("month", "30 天内到期"), ("nobody", "负责人待定")]


class ResolutionFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """State, what waits, organisation, year."""

    state = django_filters.ChoiceFilter(label="状态", choices=State.choices, empty_label="全部")
    waits = django_filters.ChoiceFilter(label="落实", choices=OVERDUE, method="by_waiting", empty_label="不限")
    below = SubtreeFilter("党组织（含下级）")
    year = django_filters.NumberFilter(label="年度", field_name="year", min_value=2000, max_value=2100)

    class Meta:
        model = Resolution
        fields = ()

    def by_waiting(self, rows: Any, name: str, value: str) -> Any:
        """Keep what is overdue, due soon, or has nobody."""
        following, today = rows.filter(state=State.FOLLOWING), localdate()
        if value == "overdue":
            return following.filter(due_on__lt=today)
        if value == "nobody":
            return following.filter(responsible__isnull=True)
        return following.filter(due_on__gte=today, due_on__lte=today + timedelta(days=30))
