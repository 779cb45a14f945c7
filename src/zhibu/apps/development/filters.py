"""The filters of this app's lists."""

from typing import Any

import django_filters
from django.utils.timezone import localdate

from zhibu.apps.development.models import Case, Plan, State
from zhibu.apps.development.rules import STAGES
from zhibu.apps.organizations.filters import SubtreeFilter


class CaseFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Stage, state, branch, what waits."""

    stage = django_filters.ChoiceFilter(label="阶段", choices=list(STAGES.items()), empty_label="全部")
    state = django_filters.ChoiceFilter(label="状态", choices=State.choices, empty_label="全部")
    below = SubtreeFilter("党支部（含上级）")
    waits = django_filters.ChoiceFilter(
        label="期限", method="by_waiting", empty_label="不限",
        choices=[("late", "已过期限"), ("month", "一个月内到期"), ("review", "应作半年考察"), ("arriving", "转入待审查")],
    )  # fmt: skip

    class Meta:
        model = Case
        fields = ()

    def by_waiting(self, rows: Any, name: str, value: str) -> Any:
        """Keep what is late, due soon, to be reviewed, or just handed over."""
        from zhibu.kernel.calendar import add_months

        today = localdate()
        rows = rows.filter(state="open")
        return {
            "late": rows.filter(next_due__lt=today),
            "month": rows.filter(next_due__gte=today, next_due__lte=add_months(today, 1)),
            "review": rows.filter(review_due__lte=add_months(today, 1)),
            "arriving": rows.filter(arriving=True),
        }[value]


class PlanFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Year and branch."""

    year = django_filters.NumberFilter(label="年度")
    below = SubtreeFilter("党支部（含上级）")

    class Meta:
        model = Plan
        fields = ()
