"""The filters of the list of members."""

from typing import Any

import django_filters
from dateutil.relativedelta import relativedelta
from django.utils.timezone import localdate

from zhibu.apps.membership import listing
from zhibu.apps.membership.bands import DIMENSIONS, at_least
from zhibu.apps.membership.counting import YEARLY, happened
from zhibu.apps.membership.models import Member, living
from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.organizations.filters import SubtreeFilter


def by_band(code: str, label: str = "") -> Any:
    """Return the filter by one dimension of the statistics."""
    dimension = DIMENSIONS[code]
    return django_filters.ChoiceFilter(
        label=label or dimension.label, choices=list(dimension.values), method="by_dimension", empty_label="全部"
    )


class ExactlyFilter(django_filters.Filter):  # type: ignore[misc]  # the library has no types
    """Those whose relation lies with the organisation itself, not under it."""

    field_class = OrganizationField

    def filter(self, qs: Any, value: Any) -> Any:
        """Keep them."""
        return qs.filter(organization=value) if value else qs


class MemberFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Branch, kind, status, age, years of membership and what else members are counted by. Without a status: members today."""

    below = SubtreeFilter("党组织（含下级）")
    kind = by_band("kind")
    status = django_filters.ChoiceFilter(
        label="党籍状态", method="by_status", empty_label="在党（正常、失联、出国、停止党籍）",
        choices=[*DIMENSIONS["status"].values, ("observed", "留党察看中"), ("rectifying", "限期改正中"), ("ended", "已不是党员"), ("all", "不限")],
    )  # fmt: skip
    sex = by_band("sex")
    age = by_band("age")
    education = by_band("education")
    ethnic = by_band("ethnic")
    employment = by_band("employment")
    years = by_band("years")
    joined = by_band("joined")
    years_from = django_filters.NumberFilter(label="党龄满（年）", method="by_years", min_value=0, max_value=100)
    age_from = django_filters.NumberFilter(label="年龄从", method="by_age_from", min_value=0, max_value=130)
    age_until = django_filters.NumberFilter(label="年龄到", method="by_age_until", min_value=0, max_value=130)
    month = django_filters.ChoiceFilter(
        label="政治生日", method="by_month", empty_label="不限", choices=[(str(n), f"{n} 月") for n in range(1, 13)]
    )
    discipline = django_filters.ChoiceFilter(
        label="处分", method="by_discipline", empty_label="不限", choices=[("now", "在影响期内"), ("any", "受过处分")]
    )
    happened = django_filters.ChoiceFilter(
        label="变动",
        method="by_happening",
        empty_label="不限",
        choices=[(code, label) for code, (label, _) in YEARLY.items()],
    )
    year = django_filters.NumberFilter(label="变动的年份", method="by_year", min_value=1921, max_value=2100)
    directly = ExactlyFilter(label="直接编在", empty_label="不限")

    class Meta:
        model = Member
        fields = ()

    def filter_queryset(self, queryset: Any) -> Any:
        """Leave out those who are members no more, unless a status asks for them."""
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("status") else rows.filter(living())

    def by_dimension(self, rows: Any, name: str, value: str) -> Any:
        """Keep one value of a dimension."""
        return rows.filter(DIMENSIONS[name].condition(value, localdate()))

    def by_status(self, rows: Any, name: str, value: str) -> Any:
        """Keep one status, or those whose rights or conduct are under a decision."""
        if value == "all":
            return rows
        if value == "ended":
            return rows.exclude(living())
        if value == "observed":
            return rows.filter(living(), rights_until__isnull=False)
        if value == "rectifying":
            return rows.filter(living(), rectify_until__isnull=False)
        return rows.filter(status=value)

    def by_years(self, rows: Any, name: str, value: Any) -> Any:
        """Keep those with so many completed years of membership."""
        return rows.filter(at_least(int(value), localdate()))

    def by_age_from(self, rows: Any, name: str, value: Any) -> Any:
        """Keep those who have completed that many years."""
        return rows.filter(person__birth_date__lte=localdate() - relativedelta(years=int(value)))

    def by_age_until(self, rows: Any, name: str, value: Any) -> Any:
        """Keep those who have not completed one year more."""
        return rows.filter(person__birth_date__gt=localdate() - relativedelta(years=int(value) + 1))

    def by_month(self, rows: Any, name: str, value: str) -> Any:
        """Keep those who joined in that month of any year."""
        return rows.filter(admitted_on__month=int(value))

    def by_happening(self, rows: Any, name: str, value: str) -> Any:
        """Keep those to whom it happened in the year asked for, this one without any."""
        year = self.form.cleaned_data.get("year") or localdate().year
        return rows.filter(happened(value, int(year)))

    def by_year(self, rows: Any, name: str, value: Any) -> Any:
        """The year belongs to the change; alone it keeps everybody."""
        return rows

    def by_discipline(self, rows: Any, name: str, value: str) -> Any:
        """Keep those with a measure on record."""
        return rows.filter(listing.disciplined(value))
