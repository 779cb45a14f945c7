"""The filters of this app's lists."""

from datetime import date
from typing import Any

import django_filters
from django.utils.timezone import localdate

from zhibu.apps.dues import months
from zhibu.apps.dues.models import (
    ArrearCase,
    Base,
    Budget,
    Charge,
    Disclosure,
    HandUp,
    HandUpState,
    Incoming,
    IncomingState,
    Method,
    Payment,
    Relief,
    ReliefState,
    Spending,
    SpendingState,
)
from zhibu.apps.dues.params import payer_labels, uses
from zhibu.apps.organizations.filters import SubtreeFilter


def month_choices() -> list[tuple[str, str]]:
    """Return the months of two years, the latest first."""
    now = months.first(localdate())
    rows = [months.later(now, n) for n in range(6, -25, -1)]
    return [(month.isoformat(), f"{month.year} 年 {month.month} 月") for month in rows]


class ChargeFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Month, state, branch, payer."""

    month = django_filters.ChoiceFilter(label="月份", choices=month_choices, method="by_month", empty_label="全部")
    state = django_filters.ChoiceFilter(
        label="状态", method="by_state", empty_label="全部",
        choices=[("open", "未交"), ("late", "欠交（当月以前）"), ("paid", "已交"), ("free", "免交"), ("gone", "已撤销")],
    )  # fmt: skip
    below = SubtreeFilter("支部（含上级）")
    payer = django_filters.ChoiceFilter(label="人员类别", choices=list(payer_labels().items()), empty_label="全部")

    class Meta:
        model = Charge
        fields = ()

    def by_month(self, rows: Any, name: str, value: str) -> Any:
        """Keep one month."""
        return rows.filter(month=date.fromisoformat(value))

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        """Keep the charges in that state."""
        if value == "gone":
            return rows.filter(stands=False)
        rows = rows.filter(stands=True)
        if value == "late":
            return rows.filter(settled=False, month__lt=months.first(localdate()))
        if value == "free":
            return rows.filter(amount=0)
        return rows.filter(settled=False) if value == "open" else rows.filter(settled=True, amount__gt=0)


class PaymentFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Way, day, branch, whether it stands."""

    method = django_filters.ChoiceFilter(label="方式", choices=Method.choices, empty_label="全部")
    state = django_filters.ChoiceFilter(
        label="状态", method="by_state", empty_label="全部",
        choices=[("stands", "有效"), ("gone", "已冲销"), ("voluntary", "有自愿多交"), ("large", "大额党费"), ("behalf", "代交")],
    )  # fmt: skip
    below = SubtreeFilter("支部（含上级）")
    since = django_filters.DateFilter(label="从", field_name="on", lookup_expr="gte")
    until = django_filters.DateFilter(label="到", field_name="on", lookup_expr="lte")

    class Meta:
        model = Payment
        fields = ()

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        """Keep the payments of that kind."""
        if value in ("stands", "gone"):
            return rows.filter(stands=value == "stands")
        rows = rows.filter(stands=True)
        if value == "behalf":
            return rows.filter(origin__in=["relative", "other"])
        return rows.filter(large=True) if value == "large" else rows.filter(voluntary__gt=0)


class IncomingFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """State, way, place, days."""

    state = django_filters.ChoiceFilter(label="状态", choices=IncomingState.choices, empty_label="全部")
    kind = django_filters.ChoiceFilter(
        label="途径", choices=[("bank", "银行转账"), ("online", "扫码支付")], empty_label="全部"
    )
    below = SubtreeFilter("收款组织（含下级）")
    since = django_filters.DateFilter(label="从", field_name="on", lookup_expr="gte")
    until = django_filters.DateFilter(label="到", field_name="on", lookup_expr="lte")

    class Meta:
        model = Incoming
        fields = ()


class BaseFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Year, payer, branch, whether it stands."""

    year = django_filters.NumberFilter(label="年度", field_name="since__year", min_value=2008, max_value=2100)
    payer = django_filters.ChoiceFilter(label="人员类别", choices=list(payer_labels().items()), empty_label="全部")
    state = django_filters.ChoiceFilter(
        label="状态", method="by_state", empty_label="全部",
        choices=[("stands", "有效"), ("gone", "已更正或撤回"), ("unsigned", "没有签字日期")],
    )  # fmt: skip
    below = SubtreeFilter("支部（含上级）")

    class Meta:
        model = Base
        fields = ()

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        """Keep the bases in that state."""
        rows = rows.filter(stands=value != "gone")
        return rows.filter(confirmed_on__isnull=True) if value == "unsigned" else rows


class ReliefFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """State and branch."""

    state = django_filters.ChoiceFilter(label="状态", choices=ReliefState.choices, empty_label="全部")
    below = SubtreeFilter("支部（含上级）")

    class Meta:
        model = Relief
        fields = ()


class CaseFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Open or closed, branch."""

    state = django_filters.ChoiceFilter(
        label="状态", method="by_state", empty_label="全部", choices=[("open", "待支部研究"), ("closed", "已办结")]
    )
    below = SubtreeFilter("支部（含上级）")

    class Meta:
        model = ArrearCase
        fields = ()

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        """Keep the open ones, or the closed ones."""
        return rows.filter(closed_on__isnull=value == "open")


class HandUpFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """State, year, place."""

    state = django_filters.ChoiceFilter(label="状态", choices=HandUpState.choices, empty_label="全部")
    year = django_filters.NumberFilter(label="年度", min_value=2008, max_value=2100)
    below = SubtreeFilter("上缴组织（含下级）")

    class Meta:
        model = HandUp
        fields = ()


class SpendingFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """State, use, place."""

    state = django_filters.ChoiceFilter(label="状态", choices=SpendingState.choices, empty_label="全部")
    use = django_filters.ChoiceFilter(label="用途", choices=list(uses().items()), empty_label="全部")
    below = SubtreeFilter("支出组织（含下级）")

    class Meta:
        model = Spending
        fields = ()


class BudgetFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Year, use, place."""

    year = django_filters.NumberFilter(label="年度", min_value=2008, max_value=2100)
    use = django_filters.ChoiceFilter(label="用途", choices=list(uses().items()), empty_label="全部")
    below = SubtreeFilter("组织（含下级）")

    class Meta:
        model = Budget
        fields = ()


class PlaceFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Place alone."""

    below = SubtreeFilter("组织（含下级）")

    class Meta:
        model = Disclosure
        fields = ()
