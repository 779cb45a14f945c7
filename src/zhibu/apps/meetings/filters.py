"""The filters of this app's lists."""

from typing import Any

import django_filters

from zhibu.apps.meetings.models import KIND_CHOICES, Meeting, PlanLine, State
from zhibu.apps.organizations.filters import SubtreeFilter


class MeetingFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Kind, state, organisation, days, what is missing."""

    kind = django_filters.ChoiceFilter(label="类别", choices=KIND_CHOICES, empty_label="全部")
    state = django_filters.ChoiceFilter(label="状态", choices=State.choices, empty_label="全部")
    below = SubtreeFilter("党组织（含下级）")
    since = django_filters.DateFilter(label="从", field_name="on", lookup_expr="gte")
    until = django_filters.DateFilter(label="到", field_name="on", lookup_expr="lte")
    lacks = django_filters.ChoiceFilter(
        label="待办", method="by_lack", empty_label="不限",
        choices=[("minutes", "没有会议记录"), ("quorum", "到会人数不足")],
    )  # fmt: skip

    class Meta:
        model = Meeting
        fields = ()

    def by_lack(self, rows: Any, name: str, value: str) -> Any:
        """Keep the meetings that were held and lack something."""
        rows = rows.filter(state=State.HELD)
        return rows.filter(minutes_at__isnull=True) if value == "minutes" else rows.filter(quorate=False)


class PlanFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Year, kind, organisation, state."""

    year = django_filters.NumberFilter(label="年度", field_name="year", min_value=2000, max_value=2100)
    kind = django_filters.ChoiceFilter(label="类别", choices=KIND_CHOICES, empty_label="全部")
    below = SubtreeFilter("党组织（含下级）")
    since = django_filters.DateFilter(label="从", field_name="on", lookup_expr="gte")
    until = django_filters.DateFilter(label="到", field_name="on", lookup_expr="lte")
    state = django_filters.ChoiceFilter(
        label="状态", method="by_state", empty_label="全部",
        choices=[("open", "待安排"), ("used", "已安排"), ("dropped", "已取消")],
    )  # fmt: skip

    class Meta:
        model = PlanLine
        fields = ()

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        """Keep the lines in that state."""
        if value == "dropped":
            return rows.exclude(dropped_why="")
        return rows.filter(used=value == "used", dropped_why="")
