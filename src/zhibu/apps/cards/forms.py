"""The forms of the acts on cards, batches and readers."""

from typing import Any

from dateutil.relativedelta import relativedelta
from django import forms
from django.utils.timezone import localdate

from zhibu.apps.cards import queries, rules
from zhibu.apps.cards.fields import CardInput, ReaderField
from zhibu.apps.cards.models import LENGTHS, Card, Kind
from zhibu.apps.cards.permissions import ISSUE, MANAGE
from zhibu.apps.cards.services import batches, cards, readers
from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.picking import PersonField, resolve_person
from zhibu.kernel.actions import ActionForm, Why
from zhibu.kernel.cardnumbers import FORMATS, CardNumberError

#: cards typed or scanned into one form; larger deliveries come as a sheet
MOST = 500


def keepers(actor: Any) -> Any:
    """Return the organisations that may keep cards and readers for the actor."""
    rows = Organization.objects.visible_to(actor, MANAGE)
    return rows.filter(dissolved_on__isnull=True)


def _reason(required: bool = True, help_text: str = "写进历史记录。") -> forms.CharField:
    return forms.CharField(label="事由", max_length=200, required=required, help_text=help_text)


def _last_day(**kwargs: Any) -> forms.DateField:
    return forms.DateField(label="有效期至", widget=forms.DateInput(), **kwargs)


class BatchForm(ActionForm):
    """A delivery: where it is kept, from whom, and the cards one by one."""

    organization = OrganizationField(label="保管单位")
    received_on = forms.DateField(label="到货日期", widget=forms.DateInput())
    supplier = forms.CharField(label="供应商", max_length=100, required=False)
    kind = forms.ChoiceField(
        label="种类",
        choices=Kind.choices,
        initial=Kind.UID,
        required=False,
        help_text="CPU 卡能用密钥证明自己是真卡，须由卡厂按本单位的卡密钥写好（见手册）；只报卡号的选识别卡。",
    )
    reader = ReaderField(help_text="登记用的读卡器；没有的先到“读卡器”里设置。")
    lines = forms.CharField(
        label="卡片",
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=f"每行一张：先写卡面号码，空一格，再刷卡。可以从表格里两列一起粘贴，一次最多 {MOST} 张。",
    )
    note = forms.CharField(label="备注", max_length=200, required=False)

    def prepare(self) -> None:
        self.fields["organization"].queryset = keepers(self.actor)  # type: ignore[attr-defined]
        self.fields["reader"].queryset = queries.readers(self.actor, MANAGE)  # type: ignore[attr-defined]
        self.initial.setdefault("received_on", localdate())

    def clean_received_on(self) -> Any:
        day = self.cleaned_data["received_on"]
        if day > localdate() or day.year < 2000:
            raise forms.ValidationError("到货日期应在 2000 年以后，不晚于今天")
        return day

    def clean(self) -> dict[str, Any]:
        """Read the lines as the chosen reader writes; every fault names its line."""
        data = self.cleaned_data
        if "lines" in data and "reader" in data:
            reader = data["reader"]
            found, faults = batches.read_lines(data["lines"], reader.form, reader.length, MOST)
            faults += [] if faults else batches.known(found)
            for fault in faults[: batches.TOLD]:
                self.add_error("lines", fault)
            if len(faults) > batches.TOLD:
                self.add_error("lines", f"还有 {len(faults) - batches.TOLD} 行有问题，改好上面几行后再看")
            data["found"] = found
        return data

    def to_input(self) -> batches.NewBatch:
        data = self.cleaned_data
        return batches.NewBatch(
            data["organization"], data["received_on"], data["found"], data["supplier"], data["note"],
            data["kind"] or Kind.UID,
        )  # fmt: skip


class ReaderForm(ActionForm):
    """How a reader writes. Formats that lose bytes are listed, so that whoever has such a reader is told why not."""

    name = forms.CharField(label="名称", max_length=40, help_text="例如“一号窗口读卡器”。")
    form = forms.ChoiceField(
        label="卡号写法", choices=list(FORMATS.items()), help_text="见读卡器说明书，或拿一张卡试一试。"
    )
    length = forms.TypedChoiceField(label="卡号字节数", choices=LENGTHS, coerce=int, initial=0)
    sample = forms.CharField(
        label="试刷一张卡",
        max_length=60,
        required=False,
        widget=CardInput(),
        help_text="把光标放在这里刷一张卡，保存后看它读成了什么；空着也可以。",
    )

    def prepare(self) -> None:
        if self.obj is not None:
            for name in ("name", "form", "length"):
                self.initial.setdefault(name, getattr(self.obj, name))

    def clean(self) -> dict[str, Any]:
        """Refuse lossy formats with the reason, and a sample that the format cannot read."""
        data = self.cleaned_data
        if "form" in data and "length" in data:
            try:
                rules.normal_form("1,1" if data["form"] == "4h4h" else "1", data["form"], data["length"])
            except CardNumberError as error:
                self.add_error("form", str(error))
            else:
                self._try(data)
        return data

    def _try(self, data: dict[str, Any]) -> None:
        if data.get("sample"):
            try:
                rules.normal_form(data["sample"], data["form"], data["length"])
            except CardNumberError as error:
                self.add_error("sample", str(error))

    def to_input(self) -> readers.Profile:
        data = self.cleaned_data
        return readers.Profile(data["name"], data["form"], data["length"], data.get("organization"))


class NewReaderForm(ReaderForm):
    """A new one belongs somewhere."""

    organization = OrganizationField(label="使用单位", help_text="这里和它的下级都可以选用。")
    field_order = ("organization", "name", "form", "length", "sample")

    def prepare(self) -> None:
        self.fields["organization"].queryset = keepers(self.actor)  # type: ignore[attr-defined]
        self.order_fields(self.field_order)


class IssueForm(ActionForm):
    """Who gets this card."""

    input = cards.Issue
    person = PersonField(label="持卡人")
    valid_to = _last_day()
    reason = _reason(required=False)

    def prepare(self) -> None:
        self.initial.setdefault("valid_to", localdate() + relativedelta(years=rules.YEARS))

    def clean_person(self) -> Any:
        return resolve_person(self, "person", ISSUE)


class ChoosingCard(ActionForm):
    """A card meant by its printed number or by a tap."""

    card = forms.CharField(
        label="新卡",
        max_length=60,
        widget=CardInput(),
        help_text="刷一下要发的卡，或写卡面号码。须是空白卡或已收回的卡。",
    )
    reader = ReaderField(required=False, empty_label="（写卡面号码，不刷卡）")

    def prepare(self) -> None:
        found = queries.readers(self.actor, ISSUE).order_by("-organization__path", "pk")
        self.fields["reader"].queryset = found  # type: ignore[attr-defined]
        if first := found.first():
            self.initial.setdefault("reader", first.uid)

    def clean(self) -> dict[str, Any]:
        """Find the card among those the actor may issue; the same words for “none” and “not yours”."""
        data = self.cleaned_data
        if written := data.get("card"):
            found = self._find(str(written), data.get("reader"))
            if found is None:
                self.add_error(
                    "card", "没有这张可以发的卡：它没有登记，已经发出，或不由您所在单位保管。请核对后换一张空白卡"
                )
            data["card"] = found
        return data

    def _find(self, written: str, reader: Any) -> Card | None:
        rows = queries.issuable(self.actor)
        if (number := rules.printed(written)) and (card := rows.filter(number=number).first()):
            return card
        if reader is None:
            return None
        try:
            chip = rules.normal_form(written, reader.form, reader.length)
        except CardNumberError:
            return None
        found: Card | None = rows.filter(chip=chip).first()
        return found


class IssueToForm(ChoosingCard):
    """Which card this person gets."""

    valid_to = _last_day()
    reason = _reason(required=False)

    def prepare(self) -> None:
        super().prepare()
        self.initial.setdefault("valid_to", localdate() + relativedelta(years=rules.YEARS))

    def to_input(self) -> cards.IssueTo:
        data = self.cleaned_data
        return cards.IssueTo(data["card"], data["valid_to"], data["reason"])


class ReplaceForm(ChoosingCard):
    """Which card takes its place, and why."""

    reason = _reason(help_text="例如“旧卡损坏”“旧卡丢失”。")

    def to_input(self) -> cards.Replace:
        return cards.Replace(self.cleaned_data["card"], self.cleaned_data["reason"])


class ReasonForm(ActionForm):
    """Only why."""

    input = Why
    reason = _reason()


class ExtendForm(ActionForm):
    """A later last day."""

    input = cards.Extend
    valid_to = _last_day()
    reason = _reason(required=False)

    def prepare(self) -> None:
        start = max(self.obj.valid_to or localdate(), localdate())
        self.initial.setdefault("valid_to", start + relativedelta(years=1))
