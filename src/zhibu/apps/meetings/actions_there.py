"""Acts of and about who attends: one's own sign-in, leave and study on the phone; what the secretary does for somebody."""

from django.db.models import Q

from zhibu.apps.meetings.permissions import MANAGE
from zhibu.kernel.actions import Action, Inbox, register

S = "zhibu.apps.meetings.services"
F = "zhibu.apps.meetings.forms_there"
HERE = "meetings.Attendance"
ON_LIST = ~Q(standing="off")
BEFORE_END = Q(meeting__state__in=["called", "under_way"])
JOINABLE = Q(meeting__state="under_way") & ON_LIST & ~Q(state="present")
SIGNABLE = BEFORE_END & ON_LIST & ~Q(state="present")
ASKABLE = BEFORE_END & ON_LIST & Q(state="invited", leave__in=["", "refused", "withdrawn"])
TO_STUDY = Q(study="open")

register(
    Action(
        "meetings.sign.scan", "扫码签到", "", f"{S}.signing.scan", model=HERE, personal="person_id", form=f"{F}.ScanForm", listed=False,
        when=BEFORE_END & ON_LIST, when_message="会议还没有通知或已经结束，不能签到", icon="qr-code", audit="扫码签到",
        confirm="对准会场屏幕上的二维码扫一扫，再点签到。",
    ),
    Action(
        "meetings.sign.remote", "线上签到", "", f"{S}.signing.remote", model=HERE, personal="person_id", when=JOINABLE,
        when_message="会议还没有开始、已经结束，或已经签到", style="go", icon="video-camera", audit="线上签到",
        confirm="在线上参加“{obj}”。是否计入到会人数，按会议类别的规定。",
    ),
    Action(
        "meetings.leave.ask", "请假", "", f"{S}.leaves.ask", model=HERE, personal="person_id", form=f"{F}.LeaveForm", when=ASKABLE,
        when_message="已经请假、签到，或会议已经结束", icon="hand-raised", audit="请假", confirm="向支部请假，等待审批。",
    ),
    Action(
        "meetings.leave.withdraw", "撤回请假", "", f"{S}.leaves.withdraw", model=HERE, personal="person_id",
        when=BEFORE_END & Q(leave__in=["asked", "agreed"]) & ~Q(state="present"), when_message="没有请假，或会议已经结束",
        icon="arrow-uturn-left", audit="撤回请假", confirm="不请假了，按时参加。",
    ),
    Action(
        "meetings.study.confirm", "我已补学", "", f"{S}.holding.study", model=HERE, personal="person_id", form=f"{F}.StudyForm", when=TO_STUDY,
        when_message="没有待补学的内容", style="go", icon="academic-cap", audit="补学", confirm="看过会议材料、补上这一课以后，点这里告诉支部。",
        inbox=Inbox(
            title=lambda a: f"补学：{a.meeting.title}", detail=lambda a: f"{a.meeting.on.isoformat()} 没有到会，请看材料补学",
            due=lambda a: a.study_due_on, order=("study_due_on",), related=("meeting",), url=lambda a: a.own_url,
        ),
    ),
    Action(
        "meetings.leave.decide", "审批请假", MANAGE, f"{S}.leaves.decide", model=HERE, form=f"{F}.DecideForm", when=Q(leave="asked"),
        when_message="没有待审批的请假", not_by=("person_id",), style="go", icon="check-circle", audit="审批请假",
        confirm="同意或不同意{obj}请假，结果告诉本人。",
        inbox=Inbox(
            title=lambda a: f"请假待审批：{a.name}", detail=lambda a: f"{a.meeting.title}（{a.meeting.on.isoformat()}）：{a.leave_why}",
            due=lambda a: a.meeting.on, order=("meeting__on",), related=("meeting",),
        ),
    ),
    Action(
        "meetings.leave.record", "登记请假", MANAGE, f"{S}.leaves.record", model=HERE, form=f"{F}.LeaveForm", when=ASKABLE,
        when_message="已经请假、签到，或会议已经结束", not_by=("person_id",), icon="hand-raised", audit="登记请假",
        confirm="登记{obj}口头请过、已经同意的假。",
    ),
    Action(
        "meetings.sign.confirm", "核对签到", MANAGE, f"{S}.signing.confirm", model=HERE, when=SIGNABLE, when_message="已经签到，或不能签到",
        listed=False, icon="check-circle", audit="核对后刷卡签到", confirm="照片与本人一致，给{obj}签到。",
    ),
    Action(
        "meetings.sign.undo", "撤回签到", MANAGE, f"{S}.signing.undo", model=HERE, form="zhibu.apps.meetings.forms.ReasonForm",
        when=BEFORE_END & Q(state="present"), when_message="还没有签到，或会议已经结束", style="danger", icon="arrow-uturn-left",
        audit="撤回签到", confirm="撤回{obj}的签到，例如刷的是别人的卡。",
    ),
    Action(
        "meetings.attendance.correct", "更正到会情况", MANAGE, f"{S}.holding.correct", model=HERE, form=f"{F}.CorrectForm",
        when=Q(meeting__state="held") & ON_LIST, when_message="会议还没有结束", icon="pencil-square", audit="更正到会情况",
        confirm="更正{obj}登记的情况，写明原因；到会人数随之重算，原来的登记仍在历史里。",
    ),
    Action(
        "meetings.study.waive", "免补学", MANAGE, f"{S}.holding.waive", model=HERE, form="zhibu.apps.meetings.forms.ReasonForm", when=TO_STUDY,
        when_message="没有待补学的内容", icon="minus-circle", audit="免补学", confirm="{obj}不用在网上补学，写明原因（例如已上门送学）。",
    ),
)  # fmt: skip
