"""Forms of meetings and agendas."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.timezone import localdate

from zhibu.apps.meetings.models import AgendaItem, Meeting, Participant, PlanLine
from zhibu.apps.meetings.params import kinds
from zhibu.apps.meetings.permissions import MANAGE
from zhibu.apps.meetings.services import agenda, arranging, calling
from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.organizations.models import Kind, Organization
from zhibu.apps.organizations.queries import choices
from zhibu.apps.people.models import Person, Post
from zhibu.apps.people.models.affiliation import PostKind, current
from zhibu.apps.people.picking import PersonField, person_mark, resolve_person
from zhibu.kernel.actions import ActionForm, Why
from zhibu.kernel.actor import Actor
from zhibu.kernel.calendar.dated import in_force

PARTY_KINDS = (Kind.COMMITTEE, Kind.GENERAL_BRANCH, Kind.BRANCH, Kind.GROUP)
AGENDA_HINT = "每行一项，报告人写在“/”后面，例如“讨论第三季度工作 / 王建国”。可以以后再加。"
#: when a meeting begins where nothing else is said
USUAL = time(9, 0)


def kind_choices(at: str = "") -> list[tuple[str, str]]:
    """Return the kinds that are held today, those of one kind of organisation where it is known."""
    rows = in_force(kinds(), localdate())
    return [(code, row.label) for code, row in rows.items() if not at or at in row.at]


class ReasonForm(ActionForm):
    """Why."""

    input = Why
    reason = forms.CharField(label="原因", max_length=200)


class _WhenWhere(ActionForm):
    """When and where, and by whom it is led."""

    title = forms.CharField(
        label="名称", max_length=100, required=False, help_text="留空的，按党组织、月份和类别取名。"
    )
    starts_at = forms.DateTimeField(label="开始时间", widget=forms.DateTimeInput())
    ends_at = forms.DateTimeField(
        label="结束时间", widget=forms.DateTimeInput(), required=False, help_text="可以不填。"
    )
    place = forms.CharField(label="地点", max_length=100, required=False)
    link = forms.URLField(
        label="线上会议链接",
        max_length=300,
        required=False,
        assume_scheme="https",
        help_text="可以线上参加的，填会议链接。",
    )
    host = PersonField(label="主持人", required=False)
    recorder = PersonField(label="记录人", required=False)
    words = forms.CharField(
        label="会议要求", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写进通知，例如带什么材料。通知可能显示在手机锁屏上，不要写不宜外传的内容。",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        for name in ("host", "recorder"):
            if name in self.fields and self.cleaned_data.get(name):
                try:
                    self.cleaned_data[name] = resolve_person(self, name)
                except forms.ValidationError as error:
                    self.add_error(name, error)
            elif name in self.fields:
                self.cleaned_data[name] = None
        return self.cleaned_data


class _Together(_WhenWhere):
    """A joint meeting names those that hold it together."""

    together = forms.ModelMultipleChoiceField(
        label="共同召开的党组织", queryset=Organization.objects.all(), to_field_name="uid", required=False,
        widget=forms.CheckboxSelectMultiple, help_text="几个支部一起开的，勾选其他支部；会议算在每个支部头上。",
    )  # fmt: skip

    def offer_together(self) -> None:
        """Offer the branches within reach; the field is left out where there is but one."""
        rows = choices(self.actor, MANAGE, kinds=[Kind.BRANCH, Kind.GENERAL_BRANCH])
        field: Any = self.fields["together"]
        field.queryset = rows
        if not 1 < rows[:61].count() <= 60:
            del self.fields["together"]


class CreateForm(_Together):
    """A new meeting."""

    organization = OrganizationField(label="召集的党组织")
    kind = forms.ChoiceField(label="类别", choices=())
    agenda = forms.CharField(
        label="议题", required=False, max_length=6000, widget=forms.Textarea(attrs={"rows": 5}), help_text=AGENDA_HINT
    )
    field_order = (
        "organization",
        "kind",
        "title",
        "starts_at",
        "ends_at",
        "place",
        "link",
        "host",
        "recorder",
        "agenda",
        "words",
        "together",
    )

    def prepare(self) -> None:
        field: Any = self.fields["organization"]
        field.queryset = choices(self.actor, MANAGE, kinds=PARTY_KINDS)
        first = field.queryset.first()
        self.initial.setdefault("organization", getattr(first, "uid", None))
        self.fields["kind"].choices = kind_choices()  # type: ignore[attr-defined]
        self.initial.setdefault("starts_at", _usual(localdate() + timedelta(days=7)))
        if first is not None and first.kind == Kind.BRANCH:  # who keeps many branches names the host for each
            self.initial.setdefault("host", _presides(first.pk, self.actor))
        self.offer_together()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        data["agenda"] = self._items(data.get("agenda", ""))
        return data

    def _items(self, text: str) -> list[tuple[str, str]]:
        found = []
        for line in filter(None, map(str.strip, text.splitlines())):
            title, _, who = line.replace("／", "/").partition("/")
            if len(title.strip()) > 200 or len(who.strip()) > 50 or not title.strip():
                self.add_error("agenda", f"“{line[:20]}…”：议题最多 200 字，报告人最多 50 字")
            found.append((title.strip(), who.strip()))
        if len(found) > agenda.MOST:
            self.add_error("agenda", f"一次会议最多 {agenda.MOST} 项议题")
        return found

    def to_input(self) -> arranging.NewMeeting:
        data = self.cleaned_data
        names = (
            "organization",
            "kind",
            "title",
            "starts_at",
            "ends_at",
            "place",
            "link",
            "host",
            "recorder",
            "words",
            "agenda",
        )
        return arranging.NewMeeting(**{name: data[name] for name in names}, together=tuple(data.get("together") or ()))


class ArrangeForm(CreateForm):
    """A meeting of a line of the year plan."""

    obj: PlanLine

    def prepare(self) -> None:
        self.fields.pop("organization")
        self.fields.pop("kind")
        self.initial.setdefault("title", self.obj.title)
        self.initial.setdefault("starts_at", _usual(self.obj.on))
        self.initial.setdefault("host", _presides(self.obj.organization_id, self.actor))
        self.offer_together()

    def to_input(self) -> arranging.NewMeeting:
        data = self.cleaned_data
        names = ("title", "starts_at", "ends_at", "place", "link", "host", "recorder", "words", "agenda")
        return arranging.NewMeeting(
            organization=self.obj.organization, kind=self.obj.kind, plan_line=self.obj, together=tuple(data.get("together") or ()),
            **{name: data[name] for name in names},
        )  # fmt: skip


class EditForm(_Together):
    """A draft."""

    kind = forms.ChoiceField(label="类别", choices=())
    field_order = ("kind", "title", "starts_at", "ends_at", "place", "link", "host", "recorder", "words", "together")
    obj: Meeting

    def prepare(self) -> None:
        meeting = self.obj
        self.fields["kind"].choices = kind_choices(meeting.organization.kind)  # type: ignore[attr-defined]
        self.fields["title"].required = True
        self.offer_together()
        held = Participant.objects.system("who holds a draft in hand").filter(meeting=meeting)
        self.initial.update({name: getattr(meeting, name) for name in ("kind", "title", "place", "link", "words")})
        self.initial.update({name: _local(getattr(meeting, name)) for name in ("starts_at", "ends_at")})
        self.initial.update(
            {name: person_mark(who) if (who := getattr(meeting, name)) else "" for name in ("host", "recorder")}
        )
        self.initial["together"] = [row.organization.uid for row in held.select_related("organization")]

    def to_input(self) -> arranging.Edit:
        data = dict(self.cleaned_data)
        data["together"] = tuple(data.get("together") or ())
        return arranging.Edit(**data)


class CallForm(ActionForm):
    """Whether people are told now."""

    input = calling.Call
    tell = forms.BooleanField(
        label="发通知给名单上的人", required=False, initial=True, help_text="补登记已经开过的会，不用发通知，去掉勾选。"
    )

    def prepare(self) -> None:
        self.initial.setdefault("tell", self.obj.on >= localdate())


class MoveForm(ActionForm):
    """Another time or place."""

    input = calling.Move
    starts_at = forms.DateTimeField(label="开始时间", widget=forms.DateTimeInput())
    ends_at = forms.DateTimeField(label="结束时间", widget=forms.DateTimeInput(), required=False)
    place = forms.CharField(label="地点", max_length=100, required=False)
    link = forms.URLField(label="线上会议链接", max_length=300, required=False, assume_scheme="https")
    reason = forms.CharField(label="改期原因", max_length=200, help_text="写进通知。")

    def prepare(self) -> None:
        self.initial.update({name: getattr(self.obj, name) for name in ("place", "link")})
        self.initial.update({name: _local(getattr(self.obj, name)) for name in ("starts_at", "ends_at")})


class ItemForm(ActionForm):
    """An item of the agenda."""

    input = agenda.Item
    title = forms.CharField(label="议题", max_length=200)
    reporter = forms.CharField(label="报告人", max_length=50, required=False)


class PlacedForm(ItemForm):
    """An item with its place."""

    input = agenda.Placed  # type: ignore[assignment]
    place = forms.IntegerField(label="第几项", min_value=1, max_value=agenda.MOST)
    obj: AgendaItem

    def prepare(self) -> None:
        self.initial.update({name: getattr(self.obj, name) for name in ("title", "reporter", "place")})


class DecisionForm(ActionForm):
    """What was decided of an item."""

    input = agenda.Decided
    decision = forms.CharField(label="议定事项", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))

    def prepare(self) -> None:
        self.initial.setdefault("decision", self.obj.decision)


def _presides(organization_id: int, actor: Actor) -> str:
    """Return who presides unless somebody else is named: the secretary of the branch, the leader of the group."""
    rows = Post.objects.system("who presides at a meeting").filter(current(localdate()), organization=organization_id)
    posts = rows.filter(kind__in=[PostKind.SECRETARY, PostKind.GROUP_LEADER])
    seen = Person.objects.visible_to(actor).filter(state="live", pk__in=posts.values("person"))
    found = list(seen[:2])
    return person_mark(found[0]) if len(found) == 1 else ""


def _usual(day: Any) -> datetime:
    return datetime.combine(day, USUAL)


def _local(moment: datetime | None) -> datetime | None:
    return timezone.localtime(moment).replace(tzinfo=None) if moment else None
