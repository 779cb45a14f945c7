"""Forms of services: written on a phone, with pictures that may have been sent ahead of the form."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse
from django.utils.timezone import localdate

from zhibu.apps.custody.models import Proxy, ServiceKind
from zhibu.apps.custody.services import records
from zhibu.kernel.actions import ActionForm, Why
from zhibu.kernel.actions.fields import AmountField, ScanField, ScansField, UploadForm

MOST_COST = Decimal("1000000.00")


class ServiceForm(UploadForm):
    """What was done, when and where; pictures; when to see to it again."""

    page_template = "custody/service_form.html"
    kind = forms.ChoiceField(label="服务类别", choices=ServiceKind.choices)
    on = forms.DateField(label="服务日期", widget=forms.DateInput())
    place = forms.CharField(label="地点", max_length=100, required=False, help_text="例如家中、医院、工作站。")
    words = forms.CharField(label="情况记录", max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))
    photos = ScansField(
        label="照片",
        pictures_only=True,
        most=records.MOST_PHOTOS,
        help_text=f"最多 {records.MOST_PHOTOS} 张，每张 10 MB 以内，可以不传。",
    )
    proxy = forms.ModelChoiceField(
        label="代办人",
        queryset=Proxy.objects.all(),
        required=False,
        to_field_name="uid",
        empty_label="本人在场或不涉及",
        help_text="别人替本人来办的，选登记过的委托代办。",
    )
    cost = AmountField(label="费用（元）", most=MOST_COST, required=False, help_text="慰问金、慰问品等，没有的留空。")
    follow_up_on = forms.DateField(
        label="下次跟进日期", widget=forms.DateInput(), required=False, help_text="到期前两周出现在待办里。"
    )
    follow_up_words = forms.CharField(label="跟进事项", max_length=200, required=False)
    uploaded = forms.CharField(required=False, widget=forms.HiddenInput(), max_length=records.MOST_PHOTOS * 37)

    def prepare(self) -> None:
        self.initial.setdefault("on", localdate())
        self.offer_proxies()

    def offer_proxies(self) -> None:
        """Offer the proxies of this person; the box is left out where there is none."""
        rows = Proxy.objects.system("proxies of a record in hand").filter(care=self.care)
        field: Any = self.fields["proxy"]
        field.queryset = rows
        if not rows.exists():
            field.widget = forms.HiddenInput()

    @property
    def photo_url(self) -> str:
        """Where pictures are sent ahead of the form."""
        return reverse("care-photo", args=[self.care.uid])

    @property
    def care(self) -> Any:
        """The record of care it is about."""
        return self.obj

    @property
    def already(self) -> list[Any]:
        """The pictures sent ahead that the form names, for when it is shown again."""
        return records.drafts(self.actor.account_id, self.care, self._uids(self.data.get("uploaded", "")))

    def clean_uploaded(self) -> tuple[UUID, ...]:
        return self._uids(self.cleaned_data["uploaded"])

    @staticmethod
    def _uids(text: str) -> tuple[UUID, ...]:
        found = []
        for part in text.split(","):
            try:
                found.append(UUID(part.strip()))
            except ValueError:
                continue
        return tuple(found)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("follow_up_words") and not data.get("follow_up_on") and "follow_up_on" not in self.errors:
            self.add_error("follow_up_on", "写了跟进事项，请填写跟进日期")
        return data

    def to_input(self) -> records.Service:
        return records.Service(**self.cleaned_data)


class CorrectForm(ServiceForm):
    """The same, filled with the version that is to be corrected, and why."""

    reason = forms.CharField(label="更正原因", max_length=200)

    @property
    def care(self) -> Any:
        return self.obj.care

    def prepare(self) -> None:
        for name in records.COLUMNS:
            value = getattr(self.obj, name)
            value = value.uid if name == "proxy" and value is not None else value
            self.initial.setdefault(name, "" if value is None else value)
        self.offer_proxies()
        self.fields["photos"].help_text = "原来的照片会保留，这里只加新的。"


class FollowForm(ActionForm):
    """What came of it."""

    input = records.Followed
    words = forms.CharField(label="跟进结果", max_length=200)


class WithdrawForm(ActionForm):
    """Why a record is taken back."""

    input = Why
    reason = forms.CharField(label="撤回原因", max_length=200)


class PhotoForm(UploadForm):
    """One picture sent ahead."""

    photo = ScanField(label="照片", pictures_only=True, required=True, help_text="")

    def to_input(self) -> records.Photo:
        return records.Photo(self.cleaned_data["photo"])
