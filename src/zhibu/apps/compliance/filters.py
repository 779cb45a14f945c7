"""The filters of the list of lights."""

from typing import Any

import django_filters
from django.utils.timezone import localdate

from zhibu.apps.compliance.models import QUIET, QUIET_LABEL, Light, of_state
from zhibu.apps.compliance.params import duties
from zhibu.apps.compliance.rules import STATE_LABELS
from zhibu.apps.organizations.filters import SubtreeFilter


class LightFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Duty, what it shows, where."""

    duty = django_filters.ChoiceFilter(
        label="组织生活", choices=list({duty.code: duty.label for duty in duties()}.items()), empty_label="全部"
    )
    state = django_filters.ChoiceFilter(
        label="状态",
        choices=[*((s.value, label) for s, label in STATE_LABELS.items()), (QUIET, QUIET_LABEL)],
        method="by_state",
        empty_label="全部",
    )
    below = SubtreeFilter("在哪个组织之内")

    class Meta:
        model = Light
        fields = ()

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        """Keep what shows that state today."""
        return rows.filter(of_state(value, localdate()))
