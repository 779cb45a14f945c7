"""The filters of this app's lists."""

from typing import Any

import django_filters
from django.utils.timezone import localdate

from zhibu.apps.organizations.filters import SubtreeFilter
from zhibu.apps.transfers import queries
from zhibu.apps.transfers.models import OPEN, Arrival, ContactPlan, Direction, Floating, Guest, Letter, Transfer
from zhibu.apps.transfers.models.away import AwayReason, ContactGround
from zhibu.apps.transfers.models.letter import LetterState
from zhibu.apps.transfers.models.transfer import Reason, State
from zhibu.kernel.console.filters import OngoingFilter


class TransferFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """What waits, direction, state, branch, days."""

    waits = django_filters.ChoiceFilter(
        label="进展", method="by_waiting", empty_label="全部",
        choices=[("open", "正在办理"), ("asked", "待审批"), ("issued", "待接收、待回执"), ("stuck", "退回或过期"), ("done", "已办结")],
    )  # fmt: skip
    direction = django_filters.ChoiceFilter(label="方向", choices=Direction.choices, empty_label="全部")
    state = django_filters.ChoiceFilter(label="状态", choices=State.choices, empty_label="全部")
    why = django_filters.ChoiceFilter(label="转接原因", choices=Reason.choices, empty_label="全部")
    below = SubtreeFilter("党组织（含下级）")
    since = django_filters.DateFilter(label="提出日期从", field_name="asked_on", lookup_expr="gte")
    until = django_filters.DateFilter(label="到", field_name="asked_on", lookup_expr="lte")
    year = django_filters.NumberFilter(label="办结年度", field_name="ended_on__year", min_value=1950, max_value=2200)

    class Meta:
        model = Transfer
        fields = ()

    def by_waiting(self, rows: Any, name: str, value: str) -> Any:
        """Keep the transfers that wait for something."""
        if value == "open":
            return rows.filter(state__in=OPEN)
        if value == "stuck":
            return rows.filter(queries.run_out(localdate()))
        return rows.exclude(state__in=OPEN) if value == "done" else rows.filter(state=value)


class ArrivalFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """What waits, and the branch."""

    waits = django_filters.ChoiceFilter(
        label="状态", method="by_state", empty_label="全部",
        choices=[("waiting", "待接收"), ("accepted", "已接收"), ("refused", "已退回"), ("gone", "转出方已收回")],
    )  # fmt: skip
    direction = django_filters.ChoiceFilter(
        label="从哪里来", field_name="transfer__direction", empty_label="全部",
        choices=[("within", "平台内"), ("in", "平台外")],
    )  # fmt: skip
    below = SubtreeFilter("接收党支部（含上级）")
    year = django_filters.NumberFilter(label="接收年度", field_name="answered_on__year", min_value=1950, max_value=2200)

    class Meta:
        model = Arrival
        fields = ()

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        """Keep those in that state."""
        waiting = queries.waiting_here(localdate())
        if value == "waiting":
            return rows.filter(waiting)
        return rows.filter(answer="").exclude(waiting) if value == "gone" else rows.filter(answer=value)


class LetterFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """State, year, committee, whether it holds much longer."""

    state = django_filters.ChoiceFilter(label="状态", choices=LetterState.choices, empty_label="全部")
    year = django_filters.NumberFilter(label="年度", min_value=1950, max_value=2200)
    outside = django_filters.ChoiceFilter(
        label="转往", choices=[("1", "平台外"), ("0", "平台内")], method="by_place", empty_label="全部"
    )
    below = SubtreeFilter("开具党组织（含下级）")

    class Meta:
        model = Letter
        fields = ()

    def by_place(self, rows: Any, name: str, value: str) -> Any:
        """Keep the letters to one side."""
        return rows.filter(outside=value == "1")


class FloatingFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """State, reason, branch, what waits."""

    state = OngoingFilter("在外")
    reason = django_filters.ChoiceFilter(label="外出原因", choices=AwayReason.choices, empty_label="全部")
    waits = django_filters.ChoiceFilter(
        label="待办", method="by_waiting", empty_label="不限",
        choices=[("report", "汇报到期或逾期"), ("back", "已到预计返回日期"), ("host", "流入地在本平台")],
    )  # fmt: skip
    below = SubtreeFilter("流出地党支部（含上级）")

    class Meta:
        model = Floating
        fields = ()

    def by_waiting(self, rows: Any, name: str, value: str) -> Any:
        """Keep those of whom something waits."""
        today = localdate()
        if value == "host":
            return rows.filter(until__isnull=True, host__isnull=False)
        return rows.filter(queries.to_report(today) if value == "report" else queries.overstayed(today))


class GuestFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """State and branch."""

    state = django_filters.ChoiceFilter(
        label="状态", method="by_state", empty_label="全部",
        choices=[("open", "在本支部"), ("waiting", "待报到"), ("ended", "已结束")],
    )  # fmt: skip
    below = SubtreeFilter("流入地党支部（含上级）")

    class Meta:
        model = Guest
        fields = ()

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        """Keep those in that state."""
        if value == "waiting":
            return rows.filter(until__isnull=True, confirmed_on__isnull=True)
        return rows.filter(until__isnull=value == "open")


class PlanFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Whether a contact is due, why, and the branch."""

    state = django_filters.ChoiceFilter(
        label="状态", method="by_state", empty_label="全部",
        choices=[("open", "在执行"), ("late", "逾期没有联系"), ("soon", "七天内应联系"), ("ended", "已结束")],
    )  # fmt: skip
    ground = django_filters.ChoiceFilter(label="联系原因", choices=ContactGround.choices, empty_label="全部")
    below = SubtreeFilter("党支部（含上级）")

    class Meta:
        model = ContactPlan
        fields = ()

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        """Keep the plans in that state."""
        if value == "ended":
            return rows.filter(until__isnull=False)
        return rows.filter(queries.to_contact_within(localdate(), {"late": -1, "soon": 7}.get(value)))
