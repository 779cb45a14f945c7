"""Forms of the acts on members."""

from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.membership.models import Introducer, MemberKind
from zhibu.apps.membership.params import grounds, limits, measures
from zhibu.apps.membership.services import records, statuses
from zhibu.kernel.actions import ActionForm
from zhibu.kernel.calendar import add_months

WORDS = forms.Textarea(attrs={"rows": 3})


def _day(label: str, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(), **more)


class MemberForm(ActionForm):
    """Dates, introducers, a note."""

    applied_on = _day("申请入党日期", required=False)
    admitted_on = _day("入党日期", required=False, help_text="支部大会通过为预备党员之日。")
    full_on = _day(
        "转正日期",
        required=False,
        help_text="入党时没有预备期的年代（例如 1969 年 4 月至 1977 年 8 月）不用填，党龄从入党之日算起。",
    )
    first = forms.CharField(label="入党介绍人（一）", max_length=100, required=False)
    second = forms.CharField(label="入党介绍人（二）", max_length=100, required=False)
    note = forms.CharField(label="备注", max_length=200, required=False)
    early = forms.CharField(
        label="预备期不满的情况", max_length=100, required=False, help_text="转正早于当时规定的预备期时才写。"
    )
    reason = forms.CharField(label="修改原因", max_length=200, required=False, help_text="写进历史记录。")

    def prepare(self) -> None:
        for name in records.COLUMNS:
            self.initial.setdefault(name, getattr(self.obj, name))
        rows = Introducer.objects.system("introducers of a member in hand").filter(
            member=self.obj, withdrawn_at__isnull=True
        )
        for name, row in zip(("first", "second"), rows, strict=False):
            self.initial.setdefault(name, row.name)
        if self.obj.kind == MemberKind.PROBATIONARY:
            del self.fields["full_on"]

    def to_input(self) -> records.Details:
        data = dict(self.cleaned_data)
        names = tuple(name for name in (data.pop("first"), data.pop("second")) if name)
        return records.Details(introducers=names, **{"full_on": None, **data})


class PlainForm(ActionForm):
    """A change without a decision: the first day and some words."""

    on = _day("从哪天起")
    words = forms.CharField(
        label="情况说明", max_length=500, required=False, widget=WORDS, help_text="加密保存，例如怎样查找过。"
    )

    def prepare(self) -> None:
        self.initial.setdefault("on", localdate())

    def to_input(self) -> statuses.StatusInput:
        return statuses.StatusInput(**self.cleaned_data)


class DecidedForm(PlainForm):
    """A change by a decision of the assembly, approved above."""

    on = _day("生效日期")
    decided_on = _day("作出决定的日期", help_text="一般是支部党员大会讨论通过的日期。")
    approved_by = forms.CharField(label="批准的党组织", max_length=100)
    approved_on = _day("批准日期", required=False)
    document = forms.CharField(label="决定文号", max_length=60, required=False)
    field_order = (
        "measure", "ground", "on", "until", "effect_until", "decided_on", "approved_by", "approved_on", "document", "words",
    )  # fmt: skip


class RectifyForm(DecidedForm):
    """限期改正: with the last day of it."""

    until = _day("改正到哪一天")

    def prepare(self) -> None:
        super().prepare()
        last = add_months(localdate(), limits()["rectify"].months)
        self.fields["until"].help_text = f"最长 1 年，今天起算到 {last.isoformat()}。"


class GroundedForm(DecidedForm):
    """A change that needs a ground: only those of its act are offered."""

    step = ""
    ground = forms.ChoiceField(label="情形")

    def prepare(self) -> None:
        super().prepare()
        shown = [(one.code, f"{one.label}（{one.article}）") for one in grounds().values() if self.step in one.acts]
        self.fields["ground"].choices = [("", "请选择"), *shown]  # type: ignore[attr-defined]


class SuspendForm(GroundedForm):
    """停止党籍."""

    step = "suspend"


class PersuadeForm(GroundedForm):
    """劝退."""

    step = "persuade"


class RemoveForm(GroundedForm):
    """除名."""

    step = "remove"


class WithdrawForm(GroundedForm):
    """退党."""

    step = "withdraw"


class MeasureForm(DecidedForm):
    """A disciplinary measure."""

    measure = forms.ChoiceField(label="处分种类", choices=[(one.code, one.label) for one in measures().values()])
    until = _day("留党察看到哪一天", required=False, help_text="留党察看填，最长两年；其他处分不填。")
    effect_until = _day("影响期止", required=False, help_text="不填按条例的期限算，请按处分决定核对。")

    def to_input(self) -> statuses.MeasureInput:
        data = dict(self.cleaned_data)
        measure = measures()[data["measure"]]
        start = data["until"] if measure.code == "observe" and data["until"] else data["on"]
        data["effect_until"] = data["effect_until"] or add_months(start, measure.months)
        return statuses.MeasureInput(**data)


class ReverseForm(ActionForm):
    """Why a change is taken back."""

    input = statuses.Reverse
    reason = forms.CharField(label="撤销原因", max_length=200, help_text="例如登记错了人、日期写错。")
