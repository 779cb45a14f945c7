"""Forms of rounds: for whom (the list of care, or pasted names), who signed, the signed sheet."""

import re
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.timezone import localdate

from zhibu.apps.custody.forms_service import MOST_COST
from zhibu.apps.custody.models import BatchLine, CareRecord, ServiceKind
from zhibu.apps.custody.permissions import MANAGE
from zhibu.apps.custody.services import batches
from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.staff_numbers import fold
from zhibu.kernel.actions import ActionForm, Why
from zhibu.kernel.actions.fields import AmountField, ScanField, UploadForm
from zhibu.kernel.console import screen
from zhibu.kernel.console.listing import select

#: faults of pasted names that are told one by one
TOLD = 10
#: the form has a field called list
Cares = list[CareRecord]


class BatchForm(ActionForm):
    """A round for the people of the list 托管档案 as filtered or ticked there, or for names that are pasted."""

    page_template = "custody/batch_form.html"
    source = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    list = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)
    uids = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput)
    organization = OrganizationField(label="办理单位", help_text="以哪个单位的名义，印在签领表上。")
    title = forms.CharField(label="名称", max_length=60, help_text="例如“2027 年春节慰问”。")
    kind = forms.ChoiceField(label="服务类别", choices=ServiceKind.choices, initial=ServiceKind.CONDOLENCE)
    on = forms.DateField(label="日期", widget=forms.DateInput(), help_text="可以是以后的日期，到了那一天才能办结。")
    gift = forms.CharField(
        label="每人的内容", max_length=100, required=False, help_text="例如“大米 1 袋、食用油 1 桶”。"
    )
    cost = AmountField(label="每人费用（元）", most=MOST_COST, required=False)
    names = forms.CharField(
        label="名单", required=False, max_length=30_000, widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=f"每行一人，写工号或姓名，可以从表格里粘贴一列；有重名的写工号。最多 {batches.MOST} 人。",
    )  # fmt: skip

    def prepare(self) -> None:
        field: Any = self.fields["organization"]
        field.queryset = Organization.objects.visible_to(self.actor, MANAGE).filter(dissolved_on__isnull=True)
        self.initial.setdefault("organization", getattr(field.queryset.order_by("path").first(), "uid", None))
        self.initial.setdefault("on", localdate())
        self.cares: Cares = []
        self.from_list = self._given("source") == "care"
        if self.from_list:
            del self.fields["names"]
            self.cares = self._listed()

    def _given(self, name: str) -> str:
        return str((self.data if self.is_bound else self.initial).get(name) or "")

    def _possible(self) -> Any:
        rows = CareRecord.objects.visible_to(self.actor, MANAGE).filter(until__isnull=True)
        return rows.select_related("person", "organization").order_by("organization__path", "person__name", "pk")

    def _listed(self) -> Cares:
        """Return the records of the list as filtered there, or those of them that were ticked."""
        rows, _, _, _ = select(screen("care"), self.actor, QueryDict(self._given("list")[:2000]), again=True)
        found = self._possible().filter(pk__in=rows.order_by().values("pk"))
        uids = [uid for uid in self._given("uids").split(",") if re.fullmatch(r"[0-9a-f-]{36}", uid)]
        return list((found.filter(uid__in=uids) if uids else found)[: batches.MOST + 1])

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not self.from_list and data.get("names"):
            self.cares = self._pasted(data["names"])
        if not self.cares and not self.errors:
            self.add_error(None if self.from_list else "names", "名单是空的，请写上工号或姓名，或到托管档案名单里勾选")
        return data

    def _pasted(self, text: str) -> Cares:
        """Return whom the lines mean, in their order; every fault names its line."""
        written = [line.strip() for line in text.splitlines()]
        known: dict[str, Cares] = {}
        for care in self._possible():
            for key in {fold(care.person.name), fold(care.person.staff_number)} - {""}:
                known.setdefault(key, []).append(care)
        found: dict[int, CareRecord] = {}
        faults = []
        for number, line in enumerate(written, 1):
            if not line:
                continue
            meant = known.get(fold(line), [])
            if len(meant) == 1:
                if meant[0].pk in found:
                    faults.append(f"第 {number} 行：{line} 写了两次")
                found[meant[0].pk] = meant[0]
            else:
                why = "有重名，请写工号" if meant else "没有这个人的托管档案，或不在您的管理范围内"
                faults.append(f"第 {number} 行：{line[:30]} {why}")
        for fault in faults[:TOLD]:
            self.add_error("names", fault)
        if len(faults) > TOLD:
            self.add_error("names", f"还有 {len(faults) - TOLD} 行有问题，改好上面几行后再看")
        return list(found.values())

    def to_input(self) -> batches.NewBatch:
        data = self.cleaned_data
        names = ("organization", "title", "kind", "on", "gift", "cost")
        return batches.NewBatch(**{name: data[name] for name in names}, cares=self.cares)


class ReceiveForm(ActionForm):
    """The sheet on the screen: a tick for everybody who signed, and who came for them."""

    page_template = "custody/receive.html"
    whole = forms.ChoiceField(
        label="谁签领了",
        choices=[("ticked", "下面勾选的人"), ("all", "名单上的全部")],
        widget=forms.RadioSelect,
        initial="ticked",
    )

    def prepare(self) -> None:
        rows = BatchLine.objects.system("lines of a round in hand").filter(batch=self.obj)
        self.lines = list(rows.select_related("care__person", "care__organization").order_by("place"))
        ticked = set(self.data.getlist("line")) if self.is_bound else None  # type: ignore[attr-defined]
        self.rows = [
            (
                line,
                line.received if ticked is None else str(line.uid) in ticked,
                self.data.get(f"by-{line.uid}", "") if self.is_bound else line.received_by,
            )
            for line in self.lines
        ]

    def clean(self) -> dict[str, Any]:
        ticked_only = self.cleaned_data.get("whole") == "ticked"
        for line, ticked, by in self.rows:
            if len(by.strip()) > 50:
                self.add_error(None, f"{line.care.person.name}的代领人太长了，最多 50 个字")
            elif by.strip() and not ticked and ticked_only:
                self.add_error(
                    None,
                    f"{line.place}. {line.care.person.name}写了代领人，却没有勾选：领了的请勾选，没领的请删去代领人",
                )
        return self.cleaned_data

    def to_input(self) -> batches.Received:
        everybody = self.cleaned_data["whole"] == "all"
        got = frozenset(str(line.uid) for line, ticked, _ in self.rows if everybody or ticked)
        return batches.Received(got, {str(line.uid): by.strip() for line, _, by in self.rows if by.strip()})


class SheetForm(UploadForm):
    """The signed sheet, scanned."""

    scan = ScanField(label="签领表扫描件", help_text="PDF 或照片，20 MB 以内；几页的请扫成一个 PDF，或分几次上传。")

    def prepare(self) -> None:
        self.fields["scan"].required = True

    def to_input(self) -> batches.Scanned:
        return batches.Scanned(self.cleaned_data["scan"])


class DropForm(ActionForm):
    """Why a round is given up."""

    input = Why
    reason = forms.CharField(label="作废原因", max_length=200)
