"""The filters of the list."""

from typing import Any

import django_filters

from zhibu.apps.elections.models import OPEN, Election, Kind, State
from zhibu.apps.organizations.filters import SubtreeFilter


class ElectionFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """State, kind, organisation, days."""

    state = django_filters.ChoiceFilter(
        label="状态", choices=[("open", "正在办理"), *State.choices], method="by_state", empty_label="全部"
    )
    kind = django_filters.ChoiceFilter(label="种类", choices=Kind.choices, empty_label="全部")
    below = SubtreeFilter("党组织（含下级）")
    since = django_filters.DateFilter(label="大会从", field_name="planned_on", lookup_expr="gte")
    until = django_filters.DateFilter(label="大会到", field_name="planned_on", lookup_expr="lte")

    class Meta:
        model = Election
        fields = ()

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        """Keep one state, or all that is under way."""
        return rows.filter(OPEN) if value == "open" else rows.filter(state=value)
