"""Forms of money that comes in: a branch's ticked list, one member, a transfer; and what goes back."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.dues import months, rules, rules_matching
from zhibu.apps.dues.fields import MonthField
from zhibu.apps.dues.models import Charge
from zhibu.apps.dues.params import defaults
from zhibu.apps.dues.permissions import RECORD, VIEW
from zhibu.apps.dues.services import claiming, incoming, member_paying, payments
from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.picking import PersonField, resolve_person
from zhibu.kernel.actions import ActionForm
from zhibu.kernel.actions.fields import AmountField
from zhibu.kernel.tree import under

UID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ORIGINS = [(code, row[0]) for code, row in rules.ORIGINS.items()]
ORIGIN_HINT = "党费由党员自己交；亲属、他人可以代交并写明是谁。垫交和从工资代扣是不允许的，选了会说明依据。"


class TickForm(ActionForm):
    """Base of forms with a list to tick: a line a member, a box for each unpaid month."""

    def ticked(self) -> set[str]:
        """Return the uids that were ticked."""
        sent = self.data.getlist("charge") if self.is_bound else []  # type: ignore[attr-defined]
        return {uid for uid in sent if UID.fullmatch(uid)}

    def gone(self, known: Iterable[str]) -> str:
        """Return what became of months that were ticked and are on the list no more, "" where all of them still are.

        They are never just left out: whoever counted the cash ticked them, and another teller may have been quicker.
        """
        missing = self.ticked() - set(known)
        if not missing:
            return ""
        rows = Charge.objects.visible_to(self.actor, RECORD).filter(uid__in=missing)
        found = rows.select_related("person", "organization").order_by("person__name", "month").first()
        if found is None or (found.stands and not found.settled):
            told = "勾选的月份不在这份名单里"
        else:
            told = payments.already(found) if found.stands else f"{found}已经撤销或重算"
        others = f"；勾选的另外 {len(missing) - 1} 笔也不在名单上了" if len(missing) > 1 else ""
        return f"{told}{others}。请按现在的名单重新勾选。"

    def unpaid(self, branch: Any) -> list[Charge]:
        """Return the unpaid months of a branch within reach."""
        rows = Charge.objects.visible_to(self.actor, RECORD).filter(organization=branch, stands=True, settled=False)
        return list(rows.select_related("person", "organization").order_by("person__name", "person_id", "month"))

    def lines(self, charges: list[Charge]) -> list[dict[str, Any]]:
        """Return the list as the page shows it: name, months with their boxes, the sum."""
        ticked = self.ticked()
        found: dict[int, dict[str, Any]] = {}
        for one in charges:
            row = found.setdefault(one.person_id, {"person": one.person, "months": [], "sum": Decimal("0.00")})
            row["months"].append((one, str(one.uid) in ticked))
            row["sum"] += one.amount
        return list(found.values())


class CollectForm(TickForm):
    """Cash for a ticked list of a branch: one receipt."""

    page_template = "dues/collect.html"
    on = forms.DateField(label="收款日期", widget=forms.DateInput())
    whole = forms.ChoiceField(
        label="交哪些", widget=forms.RadioSelect, initial="ticked",
        choices=[("ticked", "下面勾选的月份"), ("all", "名单上的全部未交月份")],
    )  # fmt: skip
    origin = forms.ChoiceField(label="交款方式", choices=ORIGINS, initial="own", help_text=ORIGIN_HINT)
    handed_by = forms.CharField(
        label="交款人", max_length=100, help_text="把钱交到支部的人；代交的写代交人，例如“王书记”。"
    )
    expected = AmountField(label="收到的金额（元）", required=False, help_text="填了就与勾选的合计核对，不一致不入账。")
    note = forms.CharField(label="备注", max_length=200, required=False)

    def prepare(self) -> None:
        self.initial.setdefault("on", localdate())
        self.charges = self.unpaid(self.obj)
        self.rows = self.lines(self.charges)
        self.whole_sum = sum((one.amount for one in self.charges), Decimal("0.00"))

    def chosen(self) -> list[Charge]:
        """Return the months that are to be paid."""
        ticked = self.ticked()
        return [one for one in self.charges if self.cleaned_data.get("whole") == "all" or str(one.uid) in ticked]

    def clean(self) -> dict[str, Any]:
        gone = "" if self.cleaned_data.get("whole") == "all" else self.gone(str(one.uid) for one in self.charges)
        if gone:
            self.add_error("whole", gone)
        if not self.errors and not self.chosen():
            self.add_error("whole", "请勾选要交的月份")
        return self.cleaned_data

    def to_input(self) -> payments.Received:
        data = self.cleaned_data
        names = ("on", "origin", "handed_by", "expected", "note")
        return payments.Received(branch=self.obj, charges=self.chosen(), **{name: data[name] for name in names})


class MemberForm(ActionForm):
    """Cash from one member: unpaid months, months ahead, and what they give beyond."""

    until = MonthField(label="交到哪个月（含）", back=12, ahead=6)
    voluntary = AmountField(
        label="自愿多交（元）", required=False, help_text="应交以外自愿多交的，一次超过 1000 元的按大额党费全部上缴。"
    )
    on = forms.DateField(label="收款日期", widget=forms.DateInput())
    origin = forms.ChoiceField(label="交款方式", choices=ORIGINS, initial="own", help_text=ORIGIN_HINT)
    handed_by = forms.CharField(
        label="代交人", max_length=100, required=False, help_text="本人交的不填；亲属或他人代交的写姓名。"
    )
    note = forms.CharField(label="备注", max_length=200, required=False)

    def prepare(self) -> None:
        now, ahead = months.first(localdate()), defaults().ahead
        self.initial.setdefault("on", localdate())
        self.initial.setdefault("until", now)
        rows = Charge.objects.visible_to(self.actor, RECORD).filter(person=self.obj, stands=True, settled=False)
        unpaid = list(rows.order_by("month"))
        whole = sum((one.amount for one in unpaid), Decimal("0.00"))
        said = f"未交：{months.words(one.month for one in unpaid)}，共 {whole} 元。" if unpaid else "没有未交的月份。"
        self.fields[
            "until"
        ].help_text = f"{said}以前未交的月份一并交；预交最多 {ahead} 个月；只是自愿多交的，选“（不交月份）”。"
        field: Any = self.fields["until"]
        field.required = False

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("origin") in ("relative", "other") and not data.get("handed_by"):
            self.add_error("handed_by", "代交的要写明代交人")
        return data

    def to_input(self) -> member_paying.MemberPays:
        return member_paying.MemberPays(**self.cleaned_data)


class MatchForm(TickForm):
    """Whose months a transfer pays: proposals by name, then the list of a branch to tick."""

    page_template = "dues/match.html"
    branch = OrganizationField(label="支部", required=False, help_text="换一个支部，先点“列出名单”，再勾选。")
    origin = forms.ChoiceField(label="交款方式", choices=ORIGINS, help_text=ORIGIN_HINT)
    voluntary = AmountField(label="其中自愿多交（元）", required=False)
    voluntary_person = PersonField(label="自愿多交的党员", required=False)
    note = forms.CharField(label="备注", max_length=200, required=False)

    def prepare(self) -> None:
        place = self.obj.organization
        field: Any = self.fields["branch"]
        branches = Organization.objects.visible_to(self.actor, RECORD).filter(
            under("path", [place.path]), kind="branch"
        )
        field.queryset = branches.order_by("path")
        asked = (self.data if self.is_bound else self.initial).get("branch")
        self.chosen_branch = branches.filter(uid=asked).first() if asked and UID.fullmatch(str(asked)) else None
        if self.chosen_branch is None and place.kind == "branch":
            self.chosen_branch = place
        self.initial["branch"] = getattr(self.chosen_branch, "uid", None)
        self.guesses = self._guesses()
        self.initial.setdefault("origin", "own" if any(one["by"] == "name" for one in self.guesses) else "other")
        listed = self.unpaid(self.chosen_branch) if self.chosen_branch is not None else []
        proposed = {one.pk for row in self.guesses for one in row["charges"]}
        self.rows = self.lines([one for one in listed if one.pk not in proposed])
        self.known = {str(one.uid): one for one in [*listed, *(one for row in self.guesses for one in row["charges"])]}
        self.whole_sum = self.obj.left

    def _guesses(self) -> list[dict[str, Any]]:
        """Return whom the name and the note may mean, namesakes all of them, each with their unpaid months."""
        rows = Charge.objects.visible_to(self.actor, RECORD).filter(
            under("organization__path", [self.obj.organization.path])
        )
        rows = rows.filter(stands=True, settled=False).select_related("person", "organization")
        charges = claiming.spoken_of(list(rows.order_by("month", "pk")), self.obj.payer_name, self.obj.note)
        ticked, found = self.ticked(), []
        owed = claiming.debts(charges, self.obj.on)
        for guess in rules_matching.guesses(self.obj.payer_name, self.obj.note, self.obj.left, owed)[:10]:
            own = [one for one in charges if one.person_id == guess.person_id]
            exact = set(guess.charges) if guess.exact else set()
            boxes = [(one, str(one.uid) in ticked) for one in own]
            found.append({"person": own[0].person, "branch": own[0].organization, "charges": own, "boxes": boxes, "exact": exact,
                          "by": guess.by, "months": months.words(one.month for one in own if one.pk in exact)})  # fmt: skip
        return found

    def clean_voluntary_person(self) -> Any:
        return resolve_person(self, "voluntary_person", VIEW) if self.cleaned_data["voluntary_person"] else None

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if gone := self.gone(self.known):
            self.add_error(None, gone)
        if not self.errors and not self._chosen() and not data.get("voluntary"):
            self.add_error(None, "请勾选这笔钱交的是谁的哪几个月")
        return data

    def _chosen(self) -> list[Charge]:
        return [self.known[uid] for uid in self.ticked() if uid in self.known]

    def to_input(self) -> incoming.Match:
        data = self.cleaned_data
        return incoming.Match(
            self._chosen(), data["origin"], data["voluntary"] or Decimal(0), data["voluntary_person"], data["note"]
        )


class RefundForm(ActionForm):
    """Money sent back."""

    input = incoming.Refund
    on = forms.DateField(label="退款日期", widget=forms.DateInput())
    reason = forms.CharField(label="退款原因", max_length=200)

    def prepare(self) -> None:
        self.initial.setdefault("on", localdate())
