"""The forms of notices: whom, what, then what it will cost, and only then out."""

import hashlib
import uuid
from typing import Any

from django import forms
from django.utils.timezone import localtime

from zhibu.apps.notices import audience
from zhibu.apps.notices.fields import channels_field
from zhibu.apps.notices.permissions import SEND
from zhibu.apps.notices.services import calls, sending, settings
from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.organizations.models import Organization
from zhibu.kernel.actions import ActionForm
from zhibu.kernel.messages import directory, kinds
from zhibu.kernel.messages.models import Delivery
from zhibu.kernel.messages.numbers import number
from zhibu.kernel.messages.preview import Preview, foresee

#: so many people are offered for ticking
TICKED = 200
SEEN_FIRST = "还没有发出。请核对下面的发送情况，无误后再点一次“确认发出”。"


class SendForm(ActionForm):
    """First whom (by GET, or from the list of people), then what (by POST), then once more after the preview."""

    input = sending.NewNotice
    page_template = "notices/send.html"

    source = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    list = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)
    uids = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput)
    organization = OrganizationField(label="发给哪个组织", required=False, help_text="包括它的全部下级。")
    group = forms.ChoiceField(label="其中哪些人", required=False, choices=audience.GROUPS)
    office = OrganizationField(label="以哪个单位的名义发出", help_text="收到的人会看到这个名称。")
    title = forms.CharField(
        label="标题", max_length=100, help_text="短信和手机通知只显示前面的字，请把要紧的写在前面。"
    )
    body = forms.CharField(
        label="内容",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="写清时间、地点、要做什么。短信可能被旁人看到，不要写证件号码、病情等隐私。",
    )
    whole = forms.ChoiceField(
        label="发给谁",
        choices=[("all", "下面全部人员"), ("ticked", "只发给勾选的人员")],
        widget=forms.RadioSelect,
        initial="all",
    )
    people = forms.MultipleChoiceField(label="人员", required=False, widget=forms.CheckboxSelectMultiple)
    preview: Preview | None = None
    #: what was shown in the preview, sent back with the second submission
    seen = ""

    def prepare(self) -> None:
        for name in ("organization", "office"):
            field: Any = self.fields[name]
            field.queryset = Organization.objects.visible_to(self.actor, SEND).filter(dissolved_on__isnull=True)
        self.chosen: Organization | None = None
        self.found: Any = audience.reachable(self.actor).none()
        self.total = self.shown = 0
        self.words = ""
        if self._given("source") == "people":
            uids = [uid for uid in self._given("uids").split(",") if uid]
            self.found = audience.of_list(self.actor, self._given("list"), uids)
            self.words = "名单中勾选的人员" if uids else "名单中的全部人员"
            tops: Any = self.fields["office"]
            self.fields["office"].initial = getattr(tops.queryset.order_by("path").first(), "uid", None)
        elif self._given("organization"):
            self._choose_subtree()
        if self.words:
            self._list_people()

    def _given(self, name: str) -> str:
        return str((self.data if self.is_bound else self.initial).get(name) or "")

    def _choose_subtree(self) -> None:
        field: Any = self.fields["organization"]
        try:
            self.chosen = field.clean(self._given("organization"))
        except forms.ValidationError:
            return
        group = self._given("group")
        group = group if group in dict(audience.GROUPS) else ""
        self.found = audience.of_subtree(self.actor, self.chosen, group)
        self.words = f"{self.chosen}及其下级：{dict(audience.GROUPS)[group].partition('（')[0]}"
        self.fields["office"].initial = self.chosen.uid

    def _list_people(self) -> None:
        self.total = self.found.count()
        people: Any = self.fields["people"]
        people.choices = [
            (str(p.uid), f"{p.name}（{p.staff_number}）" if p.staff_number else p.name)
            for p in self.found.order_by("name", "pk").only("uid", "name", "staff_number")[:TICKED]
        ]
        self.shown = len(people.choices)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.words:
            self.add_error("organization", "请先选择发给哪个组织")
            return data
        if data.get("whole") == "ticked" and not data.get("people") and "people" not in self.errors:
            self.add_error("people", "请至少勾选一个人")
        if data.get("whole") == "all" and data.get("people"):
            self.add_error(
                "whole",
                f"下面勾选了 {len(data['people'])} 人，这里却选了全部人员。请改选“只发给勾选的人员”，或去掉勾选",
            )
        if self.errors:
            return data
        self.recipients = self._recipients(data)
        if not self.recipients:
            self.add_error(None, "没有可以通知的人。请另选组织或人员")
        elif len(self.recipients) > number("recipients"):
            self.add_error(None, f"一次最多通知 {number('recipients'):,} 人。请选较小的组织，分几次发")
        else:
            self._foresee(data)
        return data

    def _recipients(self, data: dict[str, Any]) -> Any:
        rows = self.found if data["whole"] == "all" else self.found.filter(uid__in=data["people"])
        return tuple(rows.order_by("pk").values_list("pk", flat=True)[: number("recipients") + 1])

    def _foresee(self, data: dict[str, Any]) -> None:
        """Show how many are reached by which channel and what it costs, before anything goes out."""
        shown = f"{data['title']}|{data['body']}|{data['office'].pk}|{self.recipients}"
        self.seen = hashlib.sha256(shown.encode()).hexdigest()[:20]
        if self.data.get("foreseen") != self.seen:
            contacts = directory().people(self.recipients)
            self.preview = foresee(kinds.kind("notice"), contacts, data["title"], data["body"])
            self.add_error(None, SEEN_FIRST)

    def to_input(self) -> sending.NewNotice:
        """Return what was seen in the preview."""
        data = self.cleaned_data
        words = self.words if data["whole"] == "all" else f"{self.words}（勾选 {len(self.recipients)} 人）"
        return sending.NewNotice(
            office=data["office"],
            title=data["title"],
            body=data["body"],
            people=self.recipients,
            audience=words,
            key=f"notice:{uuid.uuid4()}",
        )


class ToCallsForm(ActionForm):
    """Who is to be telephoned instead."""

    input = sending.ToCalls
    whom = forms.ChoiceField(
        label="哪些人改为电话通知",
        choices=[("failed", "短信、邮件没有发出的人"), ("unread", "以上的人，以及还没有在站内阅读的人")],
        widget=forms.RadioSelect,
        initial="failed",
    )


class CalledForm(ActionForm):
    """What came of the calls, for one or for many at once."""

    input = calls.Called
    page_template = "notices/called.html"

    deliveries = forms.MultipleChoiceField(label="打过电话的人", widget=forms.CheckboxSelectMultiple)
    result = forms.ChoiceField(
        label="结果",
        choices=[(Delivery.State.TOLD.value, "已通知"), (Delivery.State.NOT_REACHED.value, "未联系上")],
        widget=forms.RadioSelect,
        initial=Delivery.State.TOLD.value,
    )
    at = forms.DateTimeField(label="通知时间", help_text="例如 2026-11-24 14:30")
    by = forms.CharField(label="通知人", max_length=100)
    note = forms.CharField(label="说明", max_length=200, required=False, help_text="例如：由其女儿转告。")

    def prepare(self) -> None:
        self.rows = calls.rows(self.actor, self.obj, most=TICKED, waiting=True)
        self.left = max(0, calls.waiting(self.obj) - len(self.rows))
        field: Any = self.fields["deliveries"]
        field.choices = [(str(row.uid), row.name) for row in self.rows]
        field.error_messages = {"required": "请至少勾选一个人", "invalid_choice": "名单已变化，请刷新后重新勾选"}
        self.initial.setdefault("at", localtime().strftime("%Y-%m-%d %H:%M"))
        self.initial.setdefault("by", self.actor.name)

    @property
    def ticked(self) -> set[str]:
        """The uids ticked in a refused submission."""
        return set(self.data.getlist("deliveries")) if self.is_bound and hasattr(self.data, "getlist") else set()

    def clean_at(self) -> Any:
        """A call lies behind us."""
        at = self.cleaned_data["at"]
        if at > localtime():
            raise forms.ValidationError("通知时间不能晚于现在")
        return at


class DefaultsForm(ActionForm):
    """Which channels each kind of message uses unless a person chose otherwise."""

    input = settings.Defaults

    def prepare(self) -> None:
        chosen = settings.office_choices()
        for kind in kinds.all_kinds():
            self.fields[f"kind_{kind.code}"] = channels_field(kind, chosen.get(kind.code, kind.channels))

    def to_input(self) -> settings.Defaults:
        """Return kind -> channels."""
        return settings.Defaults({name.removeprefix("kind_"): tuple(v) for name, v in self.cleaned_data.items()})
