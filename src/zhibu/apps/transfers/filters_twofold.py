"""The filters of the list of members who take part in two places."""

from typing import Any

import django_filters

from zhibu.apps.organizations.filters import SubtreeFilter
from zhibu.apps.transfers.models import Twofold, TwofoldGround


class TwofoldFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """State, why, and the branch."""

    state = django_filters.ChoiceFilter(
        label="状态", method="by_state", empty_label="全部", choices=[("open", "参加中"), ("ended", "已结束")]
    )
    ground = django_filters.ChoiceFilter(label="原因", choices=TwofoldGround.choices, empty_label="全部")
    below = SubtreeFilter("所在党支部（含上级）")

    class Meta:
        model = Twofold
        fields = ()

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        """Keep those that go on, or those that are over."""
        return rows.filter(until__isnull=value == "open")
