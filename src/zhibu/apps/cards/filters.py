"""The filters of this app's lists."""

from typing import Any

import django_filters
from django.utils.timezone import localdate

from zhibu.apps.cards import queries
from zhibu.apps.cards.models import (
    OUTCOMES,
    Assistance,
    Card,
    CardBatch,
    DeviceState,
    ReaderDevice,
    ReaderProfile,
    Source,
    State,
    Tap,
)
from zhibu.apps.organizations.filters import SubtreeFilter

KEPT_AT, DESK = "保管单位（含下级）", "识别台（含下级）"


class CardFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """State, keeper, and cards about to end."""

    state = django_filters.ChoiceFilter(
        label="状态", method="by_state", empty_label="全部", choices=[*State.choices, ("soon", "30 天内到期或已过期")]
    )
    below = SubtreeFilter(KEPT_AT)

    class Meta:
        model = Card
        fields = ()

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        """Keep the cards in that state."""
        return queries.expiring(rows) if value == "soon" else rows.filter(state=value)


class BatchFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Keeper."""

    below = SubtreeFilter(KEPT_AT)

    class Meta:
        model = CardBatch
        fields = ()


class ReaderFilter(BatchFilter):
    """Keeper."""

    class Meta:
        model = ReaderProfile
        fields = ()


class DeviceFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """State and desk."""

    state = django_filters.ChoiceFilter(label="状态", choices=DeviceState.choices, empty_label="全部")
    below = SubtreeFilter(DESK)

    class Meta:
        model = ReaderDevice
        fields = ()


class TapFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Desk, outcome, way and day."""

    below = SubtreeFilter(DESK)
    outcome = django_filters.ChoiceFilter(label="结果", choices=OUTCOMES, empty_label="全部")
    source = django_filters.ChoiceFilter(label="方式", choices=Source.choices, empty_label="全部")
    today = django_filters.ChoiceFilter(label="日期", method="by_day", choices=[("today", "今天")], empty_label="全部")

    class Meta:
        model = Tap
        fields = ()

    def by_day(self, rows: Any, name: str, value: str) -> Any:
        """Keep what was tapped today."""
        return rows.filter(at__date=localdate())


class AssistanceFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Desk."""

    below = SubtreeFilter(DESK)

    class Meta:
        model = Assistance
        fields = ()
