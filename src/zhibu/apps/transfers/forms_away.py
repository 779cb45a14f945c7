"""Forms of members who are away, their hosts, and of contact plans."""

from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.people.picking import PersonField, person_mark, resolve_person
from zhibu.apps.transfers import rules
from zhibu.apps.transfers.fields import BranchField, resolve_branch, suggestions
from zhibu.apps.transfers.models.away import AwayReason, ContactGround, How
from zhibu.apps.transfers.params import contact_every, floating_rules
from zhibu.apps.transfers.services import contacts, floating
from zhibu.kernel.actions import ActionForm

EVERY = [(code, every.label) for code, every in rules.EVERY.items()]
#: how a report reaches the home branch: a meeting there is none
REPORTED = [choice for choice in How.choices if choice[0] != How.MEETING]


class KeeperMixin(ActionForm):
    """Somebody within reach who keeps in touch; whoever does so already may stay."""

    def propose(self, keeper: Any) -> None:
        """Fill in who it is."""
        self.kept, self.kept_mark = keeper, person_mark(keeper) if keeper is not None else ""
        self.initial.setdefault("keeper", self.kept_mark)

    def clean_keeper(self) -> Any:
        """Return the person meant, None where nobody is named."""
        written = self.cleaned_data["keeper"]
        if not written:
            return None
        return self.kept if written == self.kept_mark else resolve_person(self, "keeper")


class FloatingForm(KeeperMixin):
    """Somebody who is away for six months or more."""

    page_template = "transfers/foreseen.html"
    since = forms.DateField(label="外出日期", widget=forms.DateInput())
    expected_until = forms.DateField(
        label="预计返回日期",
        widget=forms.DateInput(),
        required=False,
        help_text="不知道的留空。外出连续六个月以上才登记为流动党员。",
    )
    place = forms.CharField(label="流向地", max_length=100, help_text="省、市、县（区）和街道、乡镇。")
    reason = forms.ChoiceField(label="外出原因", choices=AwayReason.choices)
    host = BranchField(
        label="流入地党支部（本平台）", required=False, help_text="在本平台的写全称、简称或编码；不在的留空。"
    )
    host_name = forms.CharField(label="流入地党组织（平台外）", max_length=100, required=False)
    host_phone = forms.CharField(label="流入地联系电话", max_length=40, required=False)
    card_number = forms.CharField(label="流动党员活动证编号", max_length=40, required=False)
    every = forms.ChoiceField(label="多久联系一次", choices=EVERY)
    keeper = PersonField(label="联系人", required=False, help_text="由谁负责联系，写姓名或工号；留空由支部委员会负责。")
    words = forms.CharField(label="说明", max_length=200, required=False)

    def prepare(self) -> None:
        row = rules.floating_rule_on(floating_rules(), localdate())
        self.fields[
            "expected_until"
        ].help_text = (
            f"不知道的留空。连续 {row.months} 个月以上才登记为流动党员（{row.article}）；短期外出的，开党员证明信。"
        )
        self.initial.setdefault("every", contact_every("floating"))
        self.initial.setdefault("since", localdate())
        self.propose(None)

    def clean_host(self) -> Any:
        """Return the branch meant, if any."""
        return resolve_branch(self, "host")

    def branches(self) -> list[str]:
        """Return the names that are suggested while typing."""
        return suggestions(self.actor)

    def to_input(self) -> floating.Away:
        return floating.Away(**{name: value for name, value in self.cleaned_data.items() if name in self.fields})


class EditFloatingForm(FloatingForm):
    """The same of somebody registered already."""

    def prepare(self) -> None:
        del self.fields["every"], self.fields["keeper"]
        away = self.obj
        for name in ("since", *floating.COLUMNS):
            self.initial.setdefault(name, getattr(away, name))
        if away.host is not None:
            self.initial.setdefault("host", away.host.code)
            self.initial["host_name"] = ""

    def clean_keeper(self) -> Any:
        return None


class EndFloatingForm(ActionForm):
    """When somebody is back."""

    input = floating.EndAway
    on = forms.DateField(label="结束日期", widget=forms.DateInput(), help_text="从这一天起回到本支部参加组织生活。")
    reason = forms.CharField(label="原因", max_length=200, initial="已返回")

    def prepare(self) -> None:
        self.initial.setdefault("on", localdate())


class ConfirmForm(ActionForm):
    """When somebody reported at the host."""

    input = floating.Confirm
    on = forms.DateField(label="报到日期", widget=forms.DateInput())

    def prepare(self) -> None:
        self.initial.setdefault("on", localdate())


class ContactForm(ActionForm):
    """When and how; nothing of what was said."""

    input = contacts.Reached
    on = forms.DateField(label="联系日期", widget=forms.DateInput())
    how = forms.ChoiceField(label="方式", choices=How.choices, widget=forms.RadioSelect, initial=How.PHONE)
    reached = forms.ChoiceField(
        label="结果", choices=[("yes", "联系上了"), ("no", "没有联系上")], widget=forms.RadioSelect, initial="yes",
        help_text="只记联系过没有，不记谈话内容。",
    )  # fmt: skip

    def prepare(self) -> None:
        self.initial.setdefault("on", localdate())

    def to_input(self) -> contacts.Reached:
        data = self.cleaned_data
        return contacts.Reached(data["on"], data["how"], data["reached"] == "yes")


class ReportForm(ActionForm):
    """When and how somebody reported."""

    input = floating.Reported
    on = forms.DateField(label="汇报日期", widget=forms.DateInput())
    how = forms.ChoiceField(label="方式", choices=REPORTED, widget=forms.RadioSelect, initial=How.PHONE)

    def prepare(self) -> None:
        self.initial.setdefault("on", localdate())


class PlanForm(KeeperMixin):
    """Why, how often, by whom."""

    input = contacts.NewPlan
    ground = forms.ChoiceField(label="联系原因", choices=ContactGround.choices)
    every = forms.ChoiceField(label="多久联系一次", choices=EVERY)
    keeper = PersonField(label="联系人", required=False, help_text="由谁负责联系，写姓名或工号；留空由支部委员会负责。")

    def prepare(self) -> None:
        plan = self.obj if hasattr(self.obj, "every") else None
        self.initial.setdefault("ground", plan.ground if plan else ContactGround.OFF_POST)
        self.initial.setdefault("every", plan.every if plan else contact_every("off_post"))
        self.propose(plan.keeper if plan else None)


class EndPlanForm(ActionForm):
    """Why a plan ends."""

    input = contacts.EndPlan
    on = forms.DateField(label="结束日期", widget=forms.DateInput())
    reason = forms.CharField(label="原因", max_length=200)

    def prepare(self) -> None:
        self.initial.setdefault("on", localdate())
