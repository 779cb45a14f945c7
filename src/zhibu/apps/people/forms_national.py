"""The forms of the national member system: why a list is written out, which file is compared with which organisation."""

from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.organizations.models import Kind, Organization
from zhibu.apps.people.models.national import PERMISSION
from zhibu.apps.people.national_export import people_of
from zhibu.apps.people.national_layout import layout_on
from zhibu.apps.people.services.national import CompareFile, ExportMembers, ReviewMany, open_rows
from zhibu.kernel.actions import ActionForm
from zhibu.kernel.files import SHEET, FileRefused, display_name, store
from zhibu.kernel.imports import matching
from zhibu.kernel.imports.reading import SheetRefused

PARTY = (Kind.COMMITTEE, Kind.GENERAL_BRANCH, Kind.BRANCH, Kind.UNIT)


class ExportForm(ActionForm):
    """The list comes from where the button stood; the reason is told to everyone whose number is written out."""

    input = ExportMembers
    listed = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2_000)
    reason = forms.CharField(label="导出事由", max_length=200, help_text="会写入每个人的查看记录，本人可以看到。")

    def prepare(self) -> None:
        query = str(self.data.get("listed") or self.initial.get("listed") or "")[:2_000]
        self.initial["listed"] = query
        listed, rows = people_of(self.actor, query, layout_on(localdate()))
        count, all_of_it = rows.count(), listed.count()
        less = f"；另有 {all_of_it - count} 人的信息您无权全部查看，不导出" if all_of_it > count else ""
        heads = "、".join(column.heading for column in layout_on(localdate()).columns)
        self.fields[
            "reason"
        ].help_text = f"将导出 {count} 名党员{less}。列：{heads}。事由会写入每个人的查看记录，本人可以看到。"


class CompareForm(ActionForm):
    """The organisation whose members the file should hold, and the file."""

    organization: Any = OrganizationField(
        label="比对哪个组织（含下级）的党员", help_text="只与这个组织及其下级的党员比对。"
    )
    file = forms.FileField(
        label="从全国系统导出的文件",
        help_text="可选 .xlsx、.xls 或 .csv，不超过 40 MB。按表头认列，多余的列不看。比对只出报告，不改动任何人员信息。",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.xls,.csv,.txt"}),
        error_messages={"required": "请选择文件。", "empty": "这个文件是空的，请重新选择。"},
        max_length=255,
    )
    blanks = forms.BooleanField(
        label="文件里空着、本系统有内容的格子也列出", required=False, help_text="不勾选时，空着的格子不算不一致。"
    )

    def prepare(self) -> None:
        rows = Organization.objects.visible_to(self.actor, PERMISSION)
        self.fields["organization"].queryset = rows.filter(dissolved_on=None, kind__in=PARTY).order_by("path")  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        uploaded = self.cleaned_data["file"]
        if "organization" not in self.cleaned_data:  # nothing is stored for a form that is refused anyway
            return uploaded
        try:
            self.blob = store(uploaded, name=uploaded.name, policy=SHEET)
            self.file_name = display_name(uploaded.name, self.blob.mime)
            matching.open_stored(self.blob.address, self.file_name)
        except (FileRefused, SheetRefused) as refused:
            raise forms.ValidationError(str(refused)) from refused
        return uploaded

    def to_input(self) -> CompareFile:
        """Return the stored file."""
        return CompareFile(self.cleaned_data["organization"], self.blob, self.file_name, self.cleaned_data["blanks"])


class ReviewManyForm(ActionForm):
    """The rows come from the list, ticked or all of them."""

    list = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2_000)
    uids = forms.CharField(widget=forms.HiddenInput, required=False, max_length=4_000)
    reason = forms.CharField(label="处理情况", max_length=200, required=False)

    def prepare(self) -> None:
        query, uids = self._given()
        count = open_rows(self.actor, query, uids).count()
        self.fields[
            "reason"
        ].help_text = f"将标记 {count} 条。可以写一句怎样处理的，例如“已在全国系统更正”；记入每一条的历史。"

    def _given(self) -> tuple[str, tuple[str, ...]]:
        given = self.data if self.is_bound else self.initial
        query, uids = (str(given.get(name) or "") for name in ("list", "uids"))
        return query[:2_000], tuple(uid for uid in uids[:4_000].split(",") if uid)

    def to_input(self) -> ReviewMany:
        """Return the list and the rows."""
        query, uids = self._given()
        return ReviewMany(query, uids, self.cleaned_data["reason"])
