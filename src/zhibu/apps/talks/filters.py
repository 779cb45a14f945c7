"""The filters of the list."""

from typing import Any

import django_filters

from zhibu.apps.organizations.filters import SubtreeFilter
from zhibu.apps.talks.models import Talk
from zhibu.apps.talks.rules import LABELS


class TalkFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Kind, branch, days, whether it stands."""

    kind = django_filters.ChoiceFilter(label="种类", choices=list(LABELS.items()), empty_label="全部")
    below = SubtreeFilter("党组织（含下级）")
    since = django_filters.DateFilter(label="从", field_name="on", lookup_expr="gte")
    until = django_filters.DateFilter(label="到", field_name="on", lookup_expr="lte")
    state = django_filters.ChoiceFilter(
        label="状态", choices=[("stands", "有效"), ("gone", "已撤回")], method="by_state", empty_label="全部"
    )

    class Meta:
        model = Talk
        fields = ()

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        """Keep what stands, or what was withdrawn."""
        return rows.filter(stands=value == "stands")
