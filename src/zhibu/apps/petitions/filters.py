"""The filters of the lists."""

from typing import Any

import django_filters
from django.utils.timezone import localdate

from zhibu.apps.organizations.filters import SubtreeFilter
from zhibu.apps.petitions import queries
from zhibu.apps.petitions.models import Outcome, Petition, Reply, State
from zhibu.apps.petitions.params import kinds

KINDS = [(code, one.label) for code, one in kinds().items()]


class PetitionFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """State, kind, who asks, days."""

    state = django_filters.ChoiceFilter(label="状态", choices=State.choices, empty_label="全部")
    kind = django_filters.ChoiceFilter(label="类别", choices=KINDS, empty_label="全部")
    below = SubtreeFilter("请示的组织（含下级）")
    since = django_filters.DateFilter(label="发出从", field_name="sent_on", lookup_expr="gte")
    until = django_filters.DateFilter(label="发出到", field_name="sent_on", lookup_expr="lte")

    class Meta:
        model = Petition
        fields = ()


class ReplyFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """What became of it, kind, who answers, days."""

    outcome = django_filters.ChoiceFilter(
        label="结果", choices=[*Outcome.choices, ("late", "待批复，已过期")], method="by_outcome", empty_label="全部"
    )
    kind = django_filters.ChoiceFilter(label="类别", choices=KINDS, empty_label="全部")
    below = SubtreeFilter("批复的组织（含下级）")
    since = django_filters.DateFilter(label="收到从", field_name="sent_on", lookup_expr="gte")
    until = django_filters.DateFilter(label="收到到", field_name="sent_on", lookup_expr="lte")

    class Meta:
        model = Reply
        fields = ()

    def by_outcome(self, rows: Any, name: str, value: str) -> Any:
        """Keep one outcome, or what waits too long."""
        return rows.filter(queries.overdue(localdate())) if value == "late" else rows.filter(outcome=value)
