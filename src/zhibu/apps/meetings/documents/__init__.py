"""What is printed of meetings: the notice, the attendance sheet, the minutes; the plan of a year."""

from zhibu.apps.meetings.documents.plan import PLAN
from zhibu.apps.meetings.documents.sheet import people_on
from zhibu.apps.meetings.permissions import VIEW
from zhibu.kernel.documents import Document, register

D = "zhibu.apps.meetings.documents"
MEETING = "meetings.Meeting"

register(
    Document(
        code="meetings.notice", label="会议通知", permission=VIEW, model=MEETING, template="meetings/notice.typ",
        builder=f"{D}.notice.build", offered=("record",),
    ),
    Document(
        code="meetings.sheet", label="签到表", permission=VIEW, model=MEETING, template="meetings/sheet.typ",
        builder=f"{D}.sheet.build", offered=("record",), size=people_on, inline=400,
    ),
    Document(
        code="meetings.minutes", label="会议记录", permission=VIEW, model=MEETING, template="meetings/minutes.typ",
        builder=f"{D}.minutes.build",
    ),
    PLAN,
)  # fmt: skip
