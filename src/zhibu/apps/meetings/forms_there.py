"""Forms about who attends: on the phone, at the door, by the list."""

from typing import Any

from django import forms

from zhibu.apps.cards.models import ReaderProfile
from zhibu.apps.cards.queries import readers_at
from zhibu.apps.meetings.models import Attendance, AttendanceState, Standing
from zhibu.apps.meetings.services import holding, inviting, leaves, signing
from zhibu.apps.people.picking import PersonField, resolve_person
from zhibu.kernel.actions import ActionForm

WORDS = forms.Textarea(attrs={"rows": 3})


class ScanForm(ActionForm):
    """What the browser was given for the code it scanned."""

    input = signing.Scanned
    proof = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)


class LeaveForm(ActionForm):
    """Why somebody cannot come."""

    input = leaves.Ask
    why = forms.CharField(label="请假原因", max_length=200, help_text="例如“出差”。不用写病情。")


class DecideForm(ActionForm):
    """Whether leave is given."""

    agree = forms.ChoiceField(
        label="审批", choices=[("yes", "同意"), ("no", "不同意")], widget=forms.RadioSelect, initial="yes"
    )
    answer = forms.CharField(label="意见", max_length=200, required=False, help_text="告诉本人；不同意的请写明原因。")

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("agree") == "no" and not self.cleaned_data.get("answer"):
            self.add_error("answer", "不同意的，请写明原因")
        return self.cleaned_data

    def to_input(self) -> leaves.Decide:
        return leaves.Decide(self.cleaned_data["agree"] == "yes", self.cleaned_data["answer"])


class StudyForm(ActionForm):
    """What was studied; may be left empty."""

    input = holding.Studied
    words = forms.CharField(
        label="学习体会", max_length=500, required=False, widget=WORDS, help_text="可以不写，只点下面的按钮。"
    )


class CorrectForm(ActionForm):
    """How it really was."""

    input = holding.Correct
    state = forms.ChoiceField(
        label="实际情况", widget=forms.RadioSelect,
        choices=[(s.value, s.label) for s in (AttendanceState.PRESENT, AttendanceState.LEAVE, AttendanceState.ABSENT)],
    )  # fmt: skip
    reason = forms.CharField(label="更正原因", max_length=200)


class GuestForm(ActionForm):
    """A guest: somebody with a record, or a name from outside."""

    person = PersonField(
        label="本系统里的人", required=False, help_text="写姓名、工号或手机号；系统里没有的，填下一格。"
    )
    name = forms.CharField(label="系统外的人", max_length=50, required=False)
    unit = forms.CharField(label="单位", max_length=100, required=False)
    ground = forms.CharField(
        label="列席原因", max_length=100, required=False, help_text="例如“上级派员”“入党积极分子”。"
    )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("person"):
            try:
                data["person"] = resolve_person(self, "person")
            except forms.ValidationError as error:
                self.add_error("person", error)
        else:
            data["person"] = None
        if not data.get("person") and not data.get("name") and not self.errors:
            self.add_error("person", "请填写列席人")
        return data

    def to_input(self) -> inviting.GuestIn:
        return inviting.GuestIn(**self.cleaned_data)


class TapForm(ActionForm):
    """What the reader wrote."""

    raw = forms.CharField(label="卡号", max_length=60)
    hold = forms.BooleanField(label="先核对照片，再点签到", required=False)
    reader = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    source = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)

    def to_input(self) -> signing.Tapped:
        data = self.cleaned_data
        readers: list[ReaderProfile] = readers_at(self.obj.organization)
        reader = next((one for one in readers if str(one.uid) == data["reader"]), readers[0] if readers else None)
        source = data["source"] if data["source"] in ("wedge", "trial") else "typed"
        return signing.Tapped(data["raw"], reader, source, data["hold"])


class HandForm(ActionForm):
    """The list with a tick for everybody who is there."""

    page_template = "meetings/hand.html"

    def prepare(self) -> None:
        rows = Attendance.objects.system("the list of a meeting in hand").filter(meeting=self.obj)
        people = list(rows.exclude(standing=Standing.OFF).order_by("place", "pk"))
        data: Any = self.data
        here = set(data.getlist("here")) if self.is_bound else None
        self.rows = [
            (row, str(row.uid) in here if here is not None else row.state == AttendanceState.PRESENT) for row in people
        ]
        self.were = [str(row.uid) for row in people if row.state == AttendanceState.PRESENT]

    def to_input(self) -> signing.Ticked:
        data: Any = self.data
        return signing.Ticked(frozenset(data.getlist("here")), frozenset(data.getlist("were")))
