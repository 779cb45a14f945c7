"""What people are told of meetings: by messages, in the transaction of the act."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone

from zhibu.apps.meetings.models import Attendance, Meeting, Standing
from zhibu.kernel import messages
from zhibu.kernel.actions import Act
from zhibu.kernel.messages import Kind

CALL, OWN = "meeting", "meeting_own"
messages.register_kinds(
    Kind(CALL, "会议通知", "支部通知您开会、会议改期或取消", ("sms",), must_reach=True),
    Kind(OWN, "请假和补学", "您的请假有了答复，或有要补学的内容"),
)


def moment(meeting: Meeting) -> str:
    """Return when it begins, e.g. `11 月 30 日（星期一）9:30`."""
    starts = timezone.localtime(meeting.starts_at)
    return f"{starts.month} 月 {starts.day} 日（星期{'一二三四五六日'[starts.weekday()]}）{starts.hour}:{starts.minute:02d}"


def where(meeting: Meeting) -> str:
    """Return the place, and that one may join by telephone."""
    return "，".join(filter(None, (meeting.place, "可线上参加" if meeting.link else "")))


def invited(meeting: Meeting) -> list[int]:
    """Return who of the list has a record of their own, and is still on it."""
    rows = Attendance.objects.system("who is told of a meeting in hand").filter(meeting=meeting, person__isnull=False)
    return list(rows.exclude(standing=Standing.OFF).values_list("person_id", flat=True))


def announce(act: Act, meeting: Meeting, title: str, body: str, people: Iterable[int] | None = None) -> None:
    """Tell everybody on the list something, once for each revision of the meeting, and keep the notice for its figures."""
    notice = messages.publish(
        act.actor, meeting.organization, invited(meeting) if people is None else people, kind=CALL, title=title[:100], body=body,
        link=reverse("meeting-of", args=[meeting.uid]), key=f"meeting:{meeting.pk}:{act.code}:{meeting.rev}", audience=f"{meeting}的参会人员",
    )  # fmt: skip
    meeting.notice = notice


def called(act: Act, meeting: Meeting) -> None:
    """Tell those invited."""
    lines = [f"时间：{moment(meeting)}", f"地点：{where(meeting)}" if where(meeting) else "", meeting.words]
    announce(act, meeting, f"开会通知：{meeting.title}", "。".join(filter(None, lines)))


def moved(act: Act, meeting: Meeting, reason: str) -> None:
    """Tell those invited of another time or place."""
    body = f"改为 {moment(meeting)}，地点：{where(meeting) or '另行通知'}。{reason}"
    announce(act, meeting, f"会议改期：{meeting.title}", body)


def cancelled(act: Act, meeting: Meeting, reason: str) -> None:
    """Tell those invited that it will not take place."""
    announce(act, meeting, f"会议取消：{meeting.title}", f"原定 {moment(meeting)} 的会议取消。{reason}")


def answered(attendance: Attendance, words: str) -> None:
    """Tell somebody what became of their request for leave."""
    if attendance.person_id is not None:
        messages.tell(
            [attendance.person_id], OWN, title=f"{words}：{attendance.meeting.title}"[:100], body=attendance.leave_answer,
            link=attendance.own_url, key=f"attendance:{attendance.pk}:{attendance.rev}",
        )  # fmt: skip


def to_study(meeting: Meeting, attendances: Iterable[Attendance], round_: str) -> None:
    """Tell absent ones what they are to study, once a round."""
    people = [one.person_id for one in attendances if one.person_id is not None]
    if people:
        messages.tell(
            people, OWN, title=f"请补学：{meeting.title}"[:100], body="打开后看会议材料，学完点“我已补学”。",
            link=reverse("meeting-of", args=[meeting.uid]), key=f"meeting:{meeting.pk}:study:{round_}",
        )  # fmt: skip
