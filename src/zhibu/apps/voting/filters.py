"""The filters of this app's lists."""

from typing import Any

import django_filters

from zhibu.apps.organizations.filters import SubtreeFilter
from zhibu.apps.voting import rules
from zhibu.apps.voting.models import Method, Motion, MotionState, Roll, RollKind

RESULTS = [("passed", "通过"), ("failed", "不通过"), ("invalid", "无效")]


class MotionFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """State, result, method, rule, organisation."""

    state = django_filters.ChoiceFilter(label="状态", choices=MotionState.choices, empty_label="全部")
    result = django_filters.ChoiceFilter(label="结果", choices=RESULTS, method="by_result", empty_label="全部")
    method = django_filters.ChoiceFilter(label="表决方式", choices=Method.choices, empty_label="全部")
    rule = django_filters.ChoiceFilter(
        label="适用规则", choices=[(row.code, row.label) for row in rules.majorities().values()], empty_label="全部"
    )
    below = SubtreeFilter("党组织（含下级）")

    class Meta:
        model = Motion
        fields = ()

    def by_result(self, rows: Any, name: str, value: str) -> Any:
        """Keep the votes with that result."""
        decided = rows.filter(state=MotionState.DECIDED)
        if value == "invalid":
            return decided.filter(valid=False)
        return decided.filter(valid=True, passed=value == "passed")


class RollFilter(django_filters.FilterSet):  # type: ignore[misc]
    """What for, organisation."""

    rule = django_filters.ChoiceFilter(label="用于", choices=RollKind.choices, empty_label="全部")
    below = SubtreeFilter("党组织（含下级）")

    class Meta:
        model = Roll
        fields = ()
