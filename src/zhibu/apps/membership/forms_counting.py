"""What is asked above the pages of figures: the part of the tree, the year, the day, the month."""

from datetime import date
from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.membership.bands import DIMENSIONS
from zhibu.apps.membership.counting import SHOWN
from zhibu.apps.membership.honours import next_first_of_july
from zhibu.apps.membership.permissions import VIEW
from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.organizations.models import Organization
from zhibu.apps.organizations.rules import PARTY_KINDS
from zhibu.kernel.actions import ActionForm


class PlaceForm(ActionForm):
    """A Party organisation within reach; none means all."""

    below = OrganizationField(
        queryset=Organization.objects.filter(kind__in=PARTY_KINDS, dissolved_on__isnull=True), label="党组织（含下级）",
        required=False, empty_label="管理范围内全部",
    )  # fmt: skip

    def prepare(self) -> None:
        rows: Any = self.fields["below"].queryset  # type: ignore[attr-defined]
        self.fields["below"].queryset = rows.visible_to(self.actor, VIEW)  # type: ignore[attr-defined]

    def value(self, name: str, otherwise: Any) -> Any:
        """Return what was chosen, `otherwise` where nothing or nothing right was."""
        if not self.is_bound or not self.is_valid():
            return otherwise
        found = self.cleaned_data.get(name)
        return otherwise if found in (None, "") else found


class ScopeForm(PlaceForm):
    """Statistics: of which day, where, and the changes of which year."""

    day = forms.DateField(label="统计日期", widget=forms.DateInput(), required=False)
    year = forms.IntegerField(label="变动的年份", min_value=1921, max_value=2100, required=False)

    def prepare(self) -> None:
        super().prepare()
        self.initial.setdefault("day", localdate())
        self.initial.setdefault("year", localdate().year)

    def clean_day(self) -> date | None:
        """Refuse days of which nothing is known."""
        day: date | None = self.cleaned_data["day"]
        if day is not None and not date(1921, 7, 1) <= day <= localdate():
            raise forms.ValidationError("请填今天或以前的日期")
        return day

    def chosen(self) -> tuple[date, Any, int]:
        """Return the day, the organisation (None: all) and the year: that of the day, unless another is written."""
        day: date = self.value("day", localdate())
        return day, self.value("below", None), int(self.value("year", day.year))


class BehindForm(ScopeForm):
    """The list behind a figure of a past day: by which dimension, which value; of an organisation alone."""

    by = forms.ChoiceField(choices=[(code, DIMENSIONS[code].label) for code in SHOWN], required=False)
    of = forms.CharField(max_length=20, required=False)
    directly = OrganizationField(queryset=Organization.objects.filter(kind__in=PARTY_KINDS), required=False)

    def prepare(self) -> None:
        super().prepare()
        for name in ("below", "directly"):
            rows: Any = Organization.objects.filter(kind__in=PARTY_KINDS)  # one that ended since had members then
            self.fields[name].queryset = rows.visible_to(self.actor, VIEW)  # type: ignore[attr-defined]


class HonourForm(PlaceForm):
    """50 years of membership: on which day, where, and whether only those who reach them newly."""

    day = forms.DateField(label="截至日期", widget=forms.DateInput(), required=False)
    new = forms.BooleanField(label="只看一年内新达到的", required=False)
    field_order = ("day", "below", "new")

    def prepare(self) -> None:
        super().prepare()
        self.initial.setdefault("day", next_first_of_july(localdate()))

    def clean_day(self) -> date | None:
        """Refuse days at which nobody can be looked."""
        day: date | None = self.cleaned_data["day"]
        if day is not None and not 1971 <= day.year <= localdate().year + 30:
            raise forms.ValidationError("请填 1971 年以后、三十年以内的日期")
        return day

    def chosen(self) -> tuple[date, Any, bool]:
        """Return the day, the organisation (None: all), and whether only new ones."""
        return (
            self.value("day", next_first_of_july(localdate())),
            self.value("below", None),
            bool(self.value("new", False)),
        )


class BirthdayForm(PlaceForm):
    """Political birthdays: of which month, where."""

    month = forms.TypedChoiceField(
        label="月份", choices=[(n, f"{n} 月") for n in range(1, 13)], coerce=int, required=False, empty_value=None
    )
    field_order = ("month", "below")

    def prepare(self) -> None:
        super().prepare()
        self.initial.setdefault("month", localdate().month)

    def chosen(self) -> tuple[int, Any]:
        """Return the month and the organisation (None: all)."""
        return int(self.value("month", localdate().month)), self.value("below", None)
