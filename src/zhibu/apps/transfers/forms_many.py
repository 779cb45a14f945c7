"""Forms of what is done for many: asking, approving, receiving; and the letter that comes from outside."""

import re
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.timezone import localdate

from zhibu.apps.membership.models import Member, living
from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.picking import PersonField, resolve_person
from zhibu.apps.people.staff_numbers import fold
from zhibu.apps.transfers import queries, rules
from zhibu.apps.transfers.fields import MonthField
from zhibu.apps.transfers.forms import PAID_HELP, ToForm
from zhibu.apps.transfers.models import Arrival, Transfer
from zhibu.apps.transfers.models.transfer import Reason
from zhibu.apps.transfers.params import validity
from zhibu.apps.transfers.permissions import ASK, ISSUE, RECEIVE
from zhibu.apps.transfers.services import arriving, asking, issuing, outside
from zhibu.kernel.actions import ActionForm
from zhibu.kernel.actions.fields import ScanField, UploadForm
from zhibu.kernel.calendar import add_months
from zhibu.kernel.console import screen
from zhibu.kernel.console.listing import select

#: faults of pasted names that are told one by one
TOLD = 10
_UID = re.compile(r"[0-9a-f-]{36}")


class FromList(ActionForm):
    """Rows of a list as filtered or ticked there."""

    slug = ""
    source = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    list = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)
    uids = forms.CharField(required=False, max_length=8000, widget=forms.HiddenInput)

    def given(self, name: str) -> str:
        """Return a hidden field as it came."""
        return str((self.data if self.is_bound else self.initial).get(name) or "")

    def chosen(self, rows: Any, most: int) -> Any:
        """Return those of the possible rows that the list means, at most one more than `most`."""
        if self.given("source") != self.slug:
            return []
        listed, _, _, _ = select(screen(self.slug), self.actor, QueryDict(self.given("list")[:2000]), again=True)
        found = rows.filter(pk__in=listed.order_by().values("pk"))
        uids = [uid for uid in self.given("uids").split(",") if _UID.fullmatch(uid)]
        return [*(found.filter(uid__in=uids) if uids else found)[: most + 1]]


class AskManyForm(FromList, ToForm):
    """Members of the list as ticked there, or names that are pasted, all to one place."""

    page_template = "transfers/many.html"
    slug = "members"
    why = forms.ChoiceField(label="转接原因", choices=Reason.choices, initial=Reason.BRANCH)
    words = forms.CharField(label="说明", max_length=200, required=False)
    names = forms.CharField(
        label="名单", required=False, max_length=30_000, widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text="每行一人，写工号或姓名，可以从表格里粘贴一列；有重名的写工号。",
    )  # fmt: skip

    def prepare(self) -> None:
        self.rows: Any = self.chosen(self._possible(), asking.MOST)
        self.from_list = self.given("source") == self.slug
        if self.from_list:
            del self.fields["names"]

    def _possible(self) -> Any:
        rows = Member.objects.visible_to(self.actor, ASK).filter(living())
        return rows.select_related("person").order_by("organization__path", "person__name", "pk")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.from_list and data.get("names"):
            self.rows = self._pasted(data["names"])
        if not self.rows and not self.errors:
            self.add_error(None if self.from_list else "names", "名单是空的，请写上工号或姓名，或到党员名单里勾选")
        return data

    def _pasted(self, text: str) -> Any:
        known: dict[str, Any] = {}
        for member in self._possible():
            for key in {fold(member.person.name), fold(member.person.staff_number)} - {""}:
                known.setdefault(key, []).append(member)
        found, faults = {}, []
        for number, line in enumerate((part.strip() for part in text.splitlines()), 1):
            meant = known.get(fold(line), [])
            if not line:
                continue
            if len(meant) != 1:
                why = "有重名，请写工号" if meant else "不是您管理范围内的党员"
                faults.append(f"第 {number} 行：{line[:30]} {why}")
            elif meant[0].pk in found:
                faults.append(f"第 {number} 行：{line} 写了两次")
            else:
                found[meant[0].pk] = meant[0]
        for fault in faults[:TOLD]:
            self.add_error("names", fault)
        if len(faults) > TOLD:
            self.add_error("names", f"还有 {len(faults) - TOLD} 行有问题，改好上面几行后再看")
        return [*found.values()]

    def to_input(self) -> asking.AskMany:
        data = self.cleaned_data
        ask = asking.Ask(data["target"], data["outside"], data["why"], data["addressee"], data["words"])
        return asking.AskMany(tuple(member.uid for member in self.rows), ask)


class ApproveManyForm(FromList):
    """The transfers of the list that wait for approval."""

    page_template = "transfers/many.html"
    slug = "transfers"
    form_of = forms.ChoiceField(
        label="介绍信", choices=[("each", "每人一封"), ("collective", "合开一封（集体介绍信）")], widget=forms.RadioSelect,
        initial="each", help_text="集体介绍信上的人应从同一个支部转往同一个党组织。",
    )  # fmt: skip
    days = forms.IntegerField(label="有效期（天）", min_value=1, max_value=rules.MOST_DAYS)

    def prepare(self) -> None:
        row = rules.validity_on(validity(), localdate())
        self.initial.setdefault("days", row.default)
        self.fields["days"].help_text = f"最长 {row.most} 天，开具当天不计。{row.conflict}"
        waiting = Transfer.objects.visible_to(self.actor, ISSUE).filter(state="asked").select_related("person")
        self.rows: Any = self.chosen(waiting.order_by("organization__path", "person__name", "pk"), asking.MOST)
        self.from_list = True

    def clean(self) -> dict[str, Any]:
        if not self.rows:
            self.add_error(None, "名单里没有待审批的，请回到组织关系接转名单里勾选")
        return self.cleaned_data

    def to_input(self) -> issuing.ApproveMany:
        data = self.cleaned_data
        return issuing.ApproveMany(tuple(one.uid for one in self.rows), data["days"], data["form_of"] == "collective")


class AcceptManyForm(FromList):
    """The arrivals of the list that wait."""

    page_template = "transfers/many.html"
    slug = "arrivals"

    def prepare(self) -> None:
        waiting = Arrival.objects.visible_to(self.actor, RECEIVE).filter(queries.waiting_here(localdate()))
        self.rows: Any = self.chosen(
            waiting.select_related("transfer__person").order_by("organization__path", "pk"), asking.MOST
        )
        self.from_list = True

    def clean(self) -> dict[str, Any]:
        if not self.rows:
            self.add_error(None, "名单里没有待接收的，请回到转入接收名单里勾选")
        return self.cleaned_data

    def to_input(self) -> arriving.AcceptMany:
        return arriving.AcceptMany(tuple(one.uid for one in self.rows))


class IncomingForm(UploadForm):
    """A letter from outside."""

    page_template = "transfers/incoming.html"
    person = PersonField(
        label="党员", help_text="写姓名、工号、手机号或证件后六位；人员里还没有的，先登记人员，再回到这里。"
    )
    organization = OrganizationField(label="接收党支部")
    number = forms.CharField(label="来信编号", max_length=60)
    issuer = forms.CharField(label="开具单位", max_length=100, help_text="介绍信上盖章的党组织。")
    from_branch = forms.CharField(label="原所在党支部", max_length=100)
    issued_on = forms.DateField(label="来信日期", widget=forms.DateInput())
    valid_until = forms.DateField(
        label="有效期至", widget=forms.DateInput(), help_text="信上写天数的，从来信日期的第二天起算。"
    )
    as_full = forms.ChoiceField(
        label="党员类别", choices=[("full", "正式党员"), ("probationary", "预备党员")], widget=forms.RadioSelect
    )
    paid_to = MonthField(label="党费交至", help_text=PAID_HELP)
    phone = forms.CharField(label="党员联系电话", max_length=40, required=False)
    scan = ScanField(label="介绍信扫描件")
    words = forms.CharField(label="说明", max_length=200, required=False)

    def prepare(self) -> None:
        field: Any = self.fields["organization"]
        rows = Organization.objects.visible_to(self.actor, ISSUE).filter(
            kind__in=queries.BRANCHES, dissolved_on__isnull=True
        )
        field.queryset = rows.exclude(kind="group")
        self.initial.setdefault("issued_on", localdate())
        self.initial.setdefault("valid_until", add_months(localdate(), 3))
        self.initial.setdefault("as_full", "full")

    def clean_person(self) -> Any:
        return resolve_person(self, "person")

    def to_input(self) -> outside.Incoming:
        data = self.cleaned_data
        return outside.Incoming(
            data["person"], data["organization"], data["number"], data["issuer"], data["from_branch"], data["issued_on"],
            data["valid_until"], data["as_full"] == "full", data["paid_to"], data["phone"], data["words"], data["scan"] or None,
        )  # fmt: skip
