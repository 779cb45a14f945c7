"""Who is invited to a meeting, as what, whether they came and how they signed in; absent ones study later."""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse

from zhibu.apps.meetings.models.meeting import Meeting
from zhibu.apps.meetings.permissions import VIEW
from zhibu.kernel.scope import ScopedModel


class Standing(models.TextChoices):
    """As what somebody attends; OFF: was on the list before it was made anew."""

    ENTITLED = "entitled", "有表决权"
    NO_VOTE = "no_vote", "无表决权"
    GUEST = "guest", "列席"
    OFF = "off", "不在名单"


class State(models.TextChoices):
    """Whether somebody came."""

    INVITED = "invited", "未到"
    LEAVE = "leave", "请假"
    PRESENT = "present", "到会"
    ABSENT = "absent", "缺席"
    MADE_UP = "made_up", "已补学"


class How(models.TextChoices):
    """How somebody signed in."""

    CARD = "card", "刷卡"
    QR = "qr", "扫码"
    REMOTE = "remote", "线上"
    HAND = "hand", "代签"


class Leave(models.TextChoices):
    """What became of a request for leave."""

    ASKED = "asked", "待审批"
    AGREED = "agreed", "已准假"
    REFUSED = "refused", "未准假"
    WITHDRAWN = "withdrawn", "已撤回"


class Study(models.TextChoices):
    """Whether what was missed is studied."""

    OPEN = "open", "待补学"
    DONE = "done", "已补学"
    WAIVED = "waived", "免补学"


STATE_TONES = {"invited": "plain", "leave": "info", "present": "ok", "absent": "late", "made_up": "ok"}


class Attendance(ScopedModel):
    """Somebody on the list of a meeting, once; a guest from outside has a name only.

    unit: the branch or group they come from, as it was then; ground: why somebody has no vote, or is not counted;
    moved: where the member went after the list was made.
    """

    scope_permission = VIEW
    scope_via = "meeting"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, db_index=False, related_name="attendances", verbose_name="会议"
    )
    person = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="人员"
    )
    name = models.CharField("姓名", max_length=50)
    unit = models.CharField("所在支部（小组）", max_length=100, blank=True)
    standing = models.CharField("身份", max_length=10, choices=Standing, default=Standing.ENTITLED)
    ground = models.CharField("说明", max_length=100, blank=True)
    place = models.PositiveIntegerField("序号", default=0)
    state = models.CharField("到会情况", max_length=10, choices=State, default=State.INVITED, editable=False)
    how = models.CharField("签到方式", max_length=10, choices=How, blank=True, editable=False)
    at = models.DateTimeField("签到时间", null=True, editable=False)
    by_name = models.CharField("签到经办", max_length=100, blank=True, editable=False)
    leave = models.CharField("请假", max_length=10, choices=Leave, blank=True, editable=False)
    leave_why = models.CharField("请假原因", max_length=200, blank=True, editable=False)
    leave_answer = models.CharField("审批意见", max_length=200, blank=True, editable=False)
    leave_by = models.CharField("审批人", max_length=100, blank=True, editable=False)
    study = models.CharField("补学", max_length=10, choices=Study, blank=True, editable=False)
    study_due_on = models.DateField("补学期限", null=True, editable=False)
    study_at = models.DateTimeField("补学时间", null=True, editable=False)
    study_words = models.CharField("补学情况", max_length=500, blank=True, editable=False)
    moved = models.CharField("转往", max_length=100, blank=True, editable=False)
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "参会情况"
        ordering = ["meeting_id", "place", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "person"], condition=Q(person__isnull=False), name="attendance_once"
            ),
            models.CheckConstraint(
                name="attendance_signed",
                condition=(Q(state="present") & ~Q(how="") & Q(at__isnull=False))
                | (~Q(state="present") & Q(how="", at__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(fields=["meeting", "place"], name="attendance_list"),
            models.Index(fields=["meeting"], name="attendance_leave", condition=Q(leave="asked")),
            models.Index(fields=["person", "study_due_on"], name="attendance_study", condition=Q(study="open")),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.meeting}）"

    @property
    def tone(self) -> str:
        """Return the colour of its state."""
        return STATE_TONES[self.state]

    @property
    def state_words(self) -> str:
        """Return whether they came and how; a made-up absence stays told as one."""
        if self.state == State.PRESENT:
            return f"到会（{self.get_how_display()}）"
        if self.state == State.INVITED and self.leave == Leave.ASKED:
            return "请假待审批"
        return str(self.get_state_display())

    def get_absolute_url(self) -> str:
        return self.meeting.get_absolute_url()

    @property
    def own_url(self) -> str:
        """Return where somebody sees it themselves."""
        return reverse("attendance-mine", args=[self.uid])
