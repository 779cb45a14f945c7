"""The filters of this app's lists."""

from typing import Any

import django_filters

from zhibu.apps.appraisals.models import RANK_CHOICES, Appraisal, Entry, State
from zhibu.apps.appraisals.queries import SETTLED
from zhibu.apps.organizations.filters import SubtreeFilter


class AppraisalFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Year, how far it is, where."""

    year = django_filters.NumberFilter(label="年度", min_value=1950, max_value=2200)
    state = django_filters.ChoiceFilter(label="进度", choices=State.choices, empty_label="全部")
    below = SubtreeFilter("在哪个组织之内")

    class Meta:
        model = Appraisal
        fields = ()


class EntryFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Year, rank, where."""

    year = django_filters.NumberFilter(label="年度", field_name="appraisal__year", min_value=1950, max_value=2200)
    rank = django_filters.ChoiceFilter(
        label="等次", choices=[*RANK_CHOICES, ("none", "不评定")], method="by_rank", empty_label="全部"
    )
    below = SubtreeFilter("在哪个组织之内", "appraisal__organization__path")

    class Meta:
        model = Entry
        fields = ()

    def by_rank(self, rows: Any, name: str, value: str) -> Any:
        """Keep the rank that was decided, or those who get none."""
        return rows.filter(ranked=False) if value == "none" else rows.filter(rank=value, appraisal__state__in=SETTLED)
