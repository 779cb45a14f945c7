"""The filters of this app's lists."""

from typing import Any

import django_filters
from django.utils.timezone import localdate

from zhibu.apps.custody import queries, rules
from zhibu.apps.custody.models import (
    Agreement,
    BatchState,
    CareRecord,
    HelpRequest,
    HelpState,
    Living,
    Proxy,
    ServiceBatch,
    ServiceKind,
    ServiceRecord,
    YearlyCheck,
)
from zhibu.apps.custody.params import categories, yearly
from zhibu.apps.organizations.filters import SubtreeFilter
from zhibu.kernel.console.filters import OngoingFilter

AT = "工作站（含上级）"


def category_choices() -> list[tuple[str, str]]:
    """Return every category there is or was, and those still without one."""
    known = dict.fromkeys(row.code for row in categories())
    return [*((code, rules.label_of(categories(), code)) for code in known), ("none", "还没有填")]


class CareFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """State, category, workstation, how they live, what waits."""

    state = OngoingFilter("在托管")
    category = django_filters.ChoiceFilter(
        label="类别", choices=category_choices(), method="by_category", empty_label="全部"
    )
    below = SubtreeFilter(AT)
    living = django_filters.ChoiceFilter(label="居住情况", choices=Living.choices, empty_label="全部")
    waits = django_filters.ChoiceFilter(
        label="待办", method="by_waiting", empty_label="不限",
        choices=[("visit", "走访逾期"), ("agreement", "协议 90 天内到期或已过期"), ("none", "没有协议")],
    )  # fmt: skip

    class Meta:
        model = CareRecord
        fields = ()

    def by_category(self, rows: Any, name: str, value: str) -> Any:
        """Keep one category."""
        return rows.filter(category="" if value == "none" else value)

    def by_waiting(self, rows: Any, name: str, value: str) -> Any:
        """Keep those of whom something waits."""
        rows, today = rows.filter(until__isnull=True), localdate()
        if value == "visit":
            return rows.filter(next_visit_on__lt=today)
        if value == "none":
            return rows.filter(agreed_until__isnull=True)
        return rows.filter(agreed_until__lte=rules.noticed_from(today))


class AgreementFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """State and workstation."""

    state = django_filters.ChoiceFilter(
        label="状态", method="by_state", empty_label="全部",
        choices=[("held", "有效"), ("ending", "90 天内到期或已过期"), ("ended", "已终止或已续签")],
    )  # fmt: skip
    below = SubtreeFilter(AT, "care__organization__path")

    class Meta:
        model = Agreement
        fields = ()

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        """Keep the agreements in that state."""
        today = localdate()
        if value == "ending":
            return rows.filter(queries.ending_agreements(today))
        live = queries.open_agreements().values("pk")
        return rows.filter(pk__in=live, until__gte=today) if value == "held" else rows.exclude(pk__in=live)


class ServiceFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Kind, workstation, days, and whether it stands."""

    kind = django_filters.ChoiceFilter(label="服务类别", choices=ServiceKind.choices, empty_label="全部")
    below = SubtreeFilter(AT, "care__organization__path")
    since = django_filters.DateFilter(label="从", field_name="on", lookup_expr="gte")
    until = django_filters.DateFilter(label="到", field_name="on", lookup_expr="lte")
    state = django_filters.ChoiceFilter(
        label="状态", method="by_state", empty_label="全部",
        choices=[("stands", "有效"), ("follow", "待跟进"), ("gone", "已更正或已撤回")],
    )  # fmt: skip

    class Meta:
        model = ServiceRecord
        fields = ()

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        """Keep the records in that state."""
        if value == "follow":
            return rows.filter(stands=True, follow_up_on__isnull=False, followed_at__isnull=True)
        return rows.filter(stands=value == "stands")


class BatchFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """State, kind and who does it."""

    state = django_filters.ChoiceFilter(label="状态", choices=BatchState.choices, empty_label="全部")
    kind = django_filters.ChoiceFilter(label="服务类别", choices=ServiceKind.choices, empty_label="全部")
    below = SubtreeFilter("办理单位（含下级）")

    class Meta:
        model = ServiceBatch
        fields = ()


class CheckFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Kind, year, state and workstation."""

    kind = django_filters.ChoiceFilter(
        label="认证种类", choices=[(row.code, row.label) for row in yearly()], empty_label="全部"
    )
    state = django_filters.ChoiceFilter(
        label="状态",
        method="by_state",
        empty_label="全部",
        choices=[("open", "待办"), ("late", "逾期"), ("done", "已办")],
    )
    year = django_filters.NumberFilter(label="年度", min_value=2000, max_value=2100)
    below = SubtreeFilter(AT, "care__organization__path")

    class Meta:
        model = YearlyCheck
        fields = ()

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        """Keep the checks in that state."""
        if value == "done":
            return rows.filter(done_on__isnull=False)
        rows = rows.filter(done_on__isnull=True, care__until__isnull=True)
        return rows.filter(due_on__lt=localdate()) if value == "late" else rows


class ProxyFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Whether it holds, and the workstation."""

    state = django_filters.ChoiceFilter(
        label="状态", method="by_state", empty_label="全部", choices=[("held", "有效"), ("gone", "已过期或已撤销")]
    )
    below = SubtreeFilter(AT, "care__organization__path")

    class Meta:
        model = Proxy
        fields = ()

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        """Keep those that hold today, or those no more."""
        held = {"revoked_on__isnull": True, "until__gte": localdate()}
        return rows.filter(**held) if value == "held" else rows.exclude(**held)


class HelpFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """State and workstation."""

    state = django_filters.ChoiceFilter(label="状态", choices=HelpState.choices, empty_label="全部")
    below = SubtreeFilter(AT, "care__organization__path")

    class Meta:
        model = HelpRequest
        fields = ()
