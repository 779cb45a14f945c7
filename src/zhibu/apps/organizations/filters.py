"""The filters of the list."""

from typing import Any

import django_filters
from django.db.models import Q
from django.utils.timezone import localdate

from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.organizations.models import Kind, Organization
from zhibu.kernel.tree import under


class SubtreeFilter(django_filters.Filter):  # type: ignore[misc]
    """An organisation and everything below it; `field_name` is the path column ("path", "organization__path")."""

    field_class = OrganizationField

    def __init__(self, label: str, field_name: str = "organization__path", empty_label: str = "全部") -> None:
        super().__init__(field_name, label=label, empty_label=empty_label)

    def filter(self, qs: Any, value: Any) -> Any:
        """Keep the subtree of the chosen organisation."""
        return qs.filter(under(self.field_name, [value.path])) if value else qs


class OrganizationFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Kind, state, region and the part of the tree."""

    kind = django_filters.ChoiceFilter(label="类别", choices=Kind.choices, empty_label="全部")
    state = django_filters.ChoiceFilter(
        label="状态", choices=[("open", "存续"), ("dissolved", "已撤销")], method="by_state", empty_label="全部"
    )
    region = django_filters.CharFilter(label="所在地区", lookup_expr="icontains", max_length=60)
    below = SubtreeFilter("在哪个组织之内", "path")

    class Meta:
        model = Organization
        fields = ()

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        """Keep the ones that exist today, or the dissolved ones."""
        gone = Q(dissolved_on__isnull=False, dissolved_on__lte=localdate())
        return rows.filter(gone) if value == "dissolved" else rows.exclude(gone)
