"""Forms of transfers: asking, approving with a letter, receiving, calling back."""

from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.organizations.models import Organization
from zhibu.apps.transfers import paid_to, queries, rules
from zhibu.apps.transfers.fields import BranchField, MonthField, resolve_branch, suggestions
from zhibu.apps.transfers.models import Direction
from zhibu.apps.transfers.models.transfer import Reason
from zhibu.apps.transfers.params import grounds, validity
from zhibu.apps.transfers.services import arriving, asking, issuing, outside
from zhibu.apps.transfers.services.foreseeing import foresee
from zhibu.kernel.actions import ActionForm, Why
from zhibu.kernel.actions.fields import ScanField, UploadForm

WHERE = [(Direction.WITHIN.value, "本平台的党组织"), (Direction.OUT.value, "平台外的党组织")]
PAID_HELP = "写年和月，例如 2026-11；随介绍信转给对方。"


class ToForm(ActionForm):
    """Where to: a branch of the platform by its name, or an organisation elsewhere."""

    where = forms.ChoiceField(label="转到哪里", choices=WHERE, widget=forms.RadioSelect, initial=Direction.WITHIN.value)
    target = BranchField(label="接收党支部（本平台）", required=False)
    outside = forms.CharField(
        label="接收党组织（平台外）",
        max_length=100,
        required=False,
        help_text="具体到党支部，例如“某市某街道某社区党支部”。",
    )
    addressee = forms.CharField(
        label="介绍信抬头", max_length=100, required=False,
        help_text="对方有接转权限的党组织，例如“某市某区委组织部”；留空按接收党组织所属的党委。",
    )  # fmt: skip

    def clean_target(self) -> Any:
        """Return the branch meant, where the transfer stays in the platform."""
        return resolve_branch(self, "target") if self.cleaned_data.get("where") == Direction.WITHIN else None

    def branches(self) -> list[str]:
        """Return the names that are suggested while typing."""
        return suggestions(self.actor)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        within = data.get("where") == Direction.WITHIN
        if within and not data.get("target") and "target" not in self.errors:
            self.add_error("target", "请写接收党支部的名称")
        if not within and not data.get("outside") and "outside" not in self.errors:
            self.add_error("outside", "请写平台外的接收党组织")
        return data


class AskForm(ToForm):
    """A transfer of a member; what it will bring about stands above."""

    page_template = "transfers/foreseen.html"
    why = forms.ChoiceField(label="转接原因", choices=Reason.choices)
    phone = forms.CharField(
        label="党员联系电话", max_length=40, required=False, help_text="印在介绍信上，方便对方联系。"
    )
    paid_to = MonthField(label="党费交至", help_text=PAID_HELP)
    words = forms.CharField(label="说明", max_length=200, required=False)

    def prepare(self) -> None:
        self.told = (
            foresee(self.actor, self.obj.person_id, asking.branch_of(self.obj), None) if self.obj is not None else []
        )
        self.paid()

    def paid(self) -> None:
        """Fill in the month where dues are kept here: then nobody types it."""
        known = paid_to.known([self.obj.person_id], localdate()).get(self.obj.person_id)
        if known is not None:
            self.fields["paid_to"].disabled = True
            self.initial["paid_to"] = known
            self.fields["paid_to"].help_text = "由党费记录得出。"

    def to_input(self) -> asking.Ask:
        data = self.cleaned_data
        return asking.Ask(
            data["target"], data.get("outside", ""), data["why"], data.get("addressee", ""), data.get("words", ""),
            data.get("phone", ""), data.get("paid_to"),
        )  # fmt: skip


class AskOwnForm(AskForm):
    """One's own transfer: the office writes the head of the letter and the dues."""

    def prepare(self) -> None:
        del self.fields["addressee"], self.fields["paid_to"]
        self.told = foresee(self.actor, self.obj.person_id, asking.branch_of(self.obj), None)


class ApproveForm(ActionForm):
    """The letter: to whom, for how long, dues up to when."""

    page_template = "transfers/foreseen.html"
    addressee = forms.CharField(label="介绍信抬头", max_length=100, help_text="对方有接转权限的党组织。")
    days = forms.IntegerField(label="有效期（天）", min_value=1, max_value=rules.MOST_DAYS)
    paid_to = MonthField(label="党费交至", help_text=PAID_HELP)

    def prepare(self) -> None:
        row = rules.validity_on(validity(), localdate())
        self.initial.setdefault("days", row.default)
        self.fields["days"].help_text = f"最长 {row.most} 天，开具当天不计。{row.conflict}"
        transfer = self.obj
        if transfer is None:
            return
        target = transfer.target
        proposed = transfer.addressee or (queries.issuer_of(target).name if target else transfer.target_name)
        self.initial.setdefault("addressee", proposed)
        known = paid_to.known([transfer.person_id], localdate()).get(transfer.person_id)
        self.initial.setdefault("paid_to", known or transfer.paid_to)
        if known is not None:
            self.fields["paid_to"].disabled = True
            self.fields["paid_to"].help_text = "由党费记录得出。"
        self.told = foresee(self.actor, transfer.person_id, transfer.organization, target)

    def to_input(self) -> issuing.Approve:
        data = self.cleaned_data
        return issuing.Approve(data["addressee"], data["days"], data["paid_to"])


class ReissueForm(ToForm):
    """A new letter for one that came back or ran out."""

    page_template = "transfers/foreseen.html"
    days = forms.IntegerField(label="有效期（天）", min_value=1, max_value=rules.MOST_DAYS)
    paid_to = MonthField(label="党费交至", help_text=PAID_HELP)

    def prepare(self) -> None:
        transfer, row = self.obj, rules.validity_on(validity(), localdate())
        self.initial.setdefault("days", row.default)
        self.fields["days"].help_text = f"最长 {row.most} 天，开具当天不计。{row.conflict}"
        self.initial.setdefault("where", transfer.direction)
        if transfer.target is not None:
            self.initial.setdefault("target", transfer.target.name)
        else:
            self.initial.setdefault("outside", transfer.target_name)
        self.initial.setdefault("addressee", transfer.addressee)
        self.initial.setdefault("paid_to", transfer.paid_to)

    def to_input(self) -> issuing.Reissue:
        data = self.cleaned_data
        return issuing.Reissue(data["target"], data["outside"], data["addressee"], data["days"], data["paid_to"])


class GroundForm(ActionForm):
    """A refusal names its ground and says what is the matter (不得无故拒转拒接)."""

    side = "receive"
    ground = forms.ChoiceField(label="正当理由", widget=forms.RadioSelect)
    reason = forms.CharField(
        label="具体情况",
        max_length=150,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="对方和本人看得到，请写清楚怎么改正。",
    )

    def prepare(self) -> None:
        field: Any = self.fields["ground"]
        field.choices = list(grounds(self.side).items())


class DeclineForm(GroundForm):
    """Why somebody is not let go."""

    side = "source"
    input = issuing.Decline


class RefuseForm(GroundForm):
    """Why somebody is not taken."""

    input = arriving.Refuse


class AcceptForm(ActionForm):
    """The group of the branch that the member joins."""

    page_template = "transfers/accept.html"
    group = forms.ModelChoiceField(
        label="编入党小组", queryset=Organization.objects.none(), required=False, empty_label="不编组"
    )

    def prepare(self) -> None:
        place = self.obj.organization
        rows = Organization.objects.system("groups of the branch in hand").filter(
            parent=place, kind="group", dissolved_on__isnull=True
        )
        field: Any = self.fields["group"]
        field.queryset = rows.order_by("sort", "path")
        field.to_field_name = "uid"
        if not rows.exists():
            del self.fields["group"]

    def to_input(self) -> arriving.Accept:
        return arriving.Accept(self.cleaned_data.get("group"))


class ReceiptForm(UploadForm):
    """The receipt of the other side."""

    on = forms.DateField(
        label="回执日期", widget=forms.DateInput(), help_text="对方接收的日期；组织关系从这一天起离开本平台。"
    )
    scan = ScanField(label="回执扫描件")
    reason = forms.CharField(label="说明", max_length=200, required=False)

    def prepare(self) -> None:
        self.initial.setdefault("on", localdate())

    def to_input(self) -> outside.Receipt:
        data = self.cleaned_data
        return outside.Receipt(data["on"], data["scan"] or None, data["reason"])


class CameBackForm(UploadForm):
    """Why the other side sent the letter back."""

    ground = forms.ChoiceField(label="对方的理由", widget=forms.RadioSelect)
    reason = forms.CharField(label="具体情况", max_length=150, widget=forms.Textarea(attrs={"rows": 3}))
    scan = ScanField(label="退回函扫描件")

    def prepare(self) -> None:
        field: Any = self.fields["ground"]
        field.choices = list(grounds("receive").items())

    def to_input(self) -> outside.CameBack:
        data = self.cleaned_data
        return outside.CameBack(data["ground"], data["reason"], data["scan"] or None)


class ReasonForm(ActionForm):
    """Why."""

    input = Why
    reason = forms.CharField(label="原因", max_length=200)
