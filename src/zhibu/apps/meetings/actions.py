"""Everything that can be done with year plans, meetings and their agendas."""

from datetime import date, timedelta

from django.db.models import Q

from zhibu.apps.meetings import (
    actions_there,  # noqa: F401 - the acts of who attends register themselves
    rules,
)
from zhibu.apps.meetings.permissions import MANAGE
from zhibu.kernel.actions import Action, Inbox, register
from zhibu.kernel.calendar.dated import period

S = "zhibu.apps.meetings.services"
F = "zhibu.apps.meetings.forms"
LINE, MEETING, ITEM, PAPER = "meetings.PlanLine", "meetings.Meeting", "meetings.AgendaItem", "meetings.Paper"
OPEN_LINE = Q(used=False, dropped_why="")
#: drafts stand in the inbox so many days before their day
DRAFT_DAYS = 7


def this_month(today: date) -> Q:
    """Condition on lines of plans: not arranged, by the end of this month."""
    return OPEN_LINE & Q(on__lt=period(1, today)[1], on__gte=today - timedelta(days=180))


def lingering(state: str, **on: date) -> Q:
    """Condition on meetings: in that state, and their day lies there (`on__lt` and the like).

    The few in such a state are found by their own index, in a question of their own: SQLite would go through every meeting
    ever held by the organisations within reach, for the count on each page.
    """
    from zhibu.apps.meetings.models import Meeting

    return Q(
        pk__in=Meeting.objects.system("meetings that wait, of which those within reach are kept").filter(
            state=state, **on
        )
    )


register(
    Action(
        "meetings.plan.generate", "生成年度计划", MANAGE, f"{S}.plans.generate", target="none", form=f"{F}_plan.GenerateForm",
        style="go", icon="calendar", audit="生成年度计划",
        confirm="按规定的次数列出全年的会议，日期可以再改。计划里已有的不重复列。",
    ),
    Action(
        "meetings.plan.add", "增加计划", MANAGE, f"{S}.plans.add", target="none", form=f"{F}_plan.LineForm", icon="plus",
        audit="增加计划", confirm="在年度计划里增加一项。",
    ),
    Action(
        "meetings.plan.arrange", "安排会议", MANAGE, f"{S}.arranging.from_line", model=LINE, form=f"{F}.ArrangeForm", when=OPEN_LINE,
        when_message="这一项已经安排或取消", style="go", icon="calendar-days", audit="按计划安排会议",
        confirm="把“{obj}”拟成一次会议。先拟定，再通知开会。",
        inbox=Inbox(
            title=lambda p: f"安排会议：{p.title or p.kind_label}", detail=lambda p: f"{p.organization}，计划 {p.on.isoformat()}",
            due=lambda p: p.on, order=("on",), related=("organization",), only=this_month,
        ),
    ),
    Action(
        "meetings.plan.move", "改日期", MANAGE, f"{S}.plans.move", model=LINE, form=f"{F}_plan.MoveForm", when=OPEN_LINE,
        when_message="这一项已经安排或取消", icon="pencil-square", audit="调整计划", confirm="调整“{obj}”。",
    ),
    Action(
        "meetings.plan.drop", "取消这一项", MANAGE, f"{S}.plans.drop", model=LINE, form=f"{F}.ReasonForm", when=OPEN_LINE,
        when_message="这一项已经安排或取消", style="danger", icon="x-circle", audit="取消计划",
        confirm="“{obj}”不再召开。规定的次数不会因此减少。",
    ),
    Action(
        "meetings.plan.restore", "恢复这一项", MANAGE, f"{S}.plans.restore", model=LINE, when=Q(used=False) & ~Q(dropped_why=""),
        when_message="这一项没有取消", icon="arrow-uturn-left", audit="恢复计划", confirm="“{obj}”重新列入计划。",
    ),
)  # fmt: skip

DRAFT, CALLED, UNDER_WAY, HELD = Q(state="planned"), Q(state="called"), Q(state="under_way"), Q(state="held")
TO_COME = Q(state__in=["planned", "called", "under_way"])

register(
    Action(
        "meetings.meeting.create", "安排会议", MANAGE, f"{S}.arranging.create", target="none", form=f"{F}.CreateForm", style="go",
        icon="calendar-days", audit="拟定会议", confirm="先拟定会议和议题，核对后再通知开会。已经开过的也可以补登记。",
    ),
    Action(
        "meetings.meeting.call", "通知开会", MANAGE, f"{S}.calling.call", model=MEETING, form=f"{F}.CallForm", when=DRAFT,
        when_message="会议已经通知或结束", style="go", icon="megaphone", audit="通知开会",
        confirm="定下“{obj}”的参会名单和应到名册（以开会那天的党员为准），通知名单上的每个人。",
        inbox=Inbox(
            title=lambda m: f"通知开会：{m.title}", detail=lambda m: f"{m.kind_label}，{m.on.isoformat()} 召开，还没有通知",
            due=lambda m: m.on, order=("on",), only=lambda today: lingering("planned", on__lte=today + timedelta(days=DRAFT_DAYS)),
        ),
    ),
    Action(
        "meetings.meeting.open", "宣布开会", MANAGE, f"{S}.holding.open_", model=MEETING, when=CALLED,
        when_message="会议还没有通知，或已经开始", style="go", icon="play", audit="宣布开会",
        confirm="“{obj}”开始。应到名单从此不再变动，可以继续签到、表决和记录。",
    ),
    Action(
        "meetings.meeting.close", "散会", MANAGE, f"{S}.holding.close", model=MEETING, when=UNDER_WAY,
        when_message="会议不在进行中", style="go", icon="check-circle", audit="散会",
        confirm="“{obj}”结束：没有签到的记为缺席，缺席和请假的收到补学任务，到会人数从此固定。签到有错的，之后逐人更正。",
        inbox=Inbox(
            title=lambda m: f"还没有散会：{m.title}", detail=lambda m: f"{m.on.isoformat()} 的会议还在进行中",
            due=lambda m: m.on, order=("on",), only=lambda today: lingering("under_way", on__lt=today),
        ),
    ),
    Action(
        "meetings.sign.hand", "代签到", MANAGE, f"{S}.signing.by_hand", model=MEETING, form=f"{F}_there.HandForm",
        when=CALLED | UNDER_WAY, when_message="会议不能签到", icon="clipboard-document-check", audit="代签到",
        confirm="勾选到会的人。已经刷卡、扫码的不用再勾；填写期间自己签到的人不受影响。",
    ),
    Action(
        "meetings.sign.card", "刷卡签到", MANAGE, f"{S}.signing.tap", model=MEETING, form=f"{F}_there.TapForm",
        when=CALLED | UNDER_WAY, when_message="会议不能签到", listed=False, icon="identification", audit="刷卡签到",
        confirm="写卡号给“{obj}”签到。",
    ),
    Action(
        "meetings.minutes.write", "写会议记录", MANAGE, f"{S}.writing.write", model=MEETING, form=f"{F}_minutes.WriteForm",
        when=Q(state__in=["under_way", "held"], minutes_at__isnull=True), when_message="会议还没有开始，或记录已经完成",
        icon="document-text", audit="写会议记录", confirm="按会议类别的模板写“{obj}”的记录。完成以后不能改写，只能更正。",
        inbox=Inbox(
            title=lambda m: f"会议记录未完成：{m.title}", detail=lambda m: f"{m.kind_label}，{m.on.isoformat()} 已开",
            due=lambda m: m.on + timedelta(days=rules.MINUTES_DAYS), order=("on",), only=HELD,
        ),
    ),
    Action(
        "meetings.minutes.amend", "更正会议记录", MANAGE, f"{S}.writing.amend", model=MEETING, form=f"{F}_minutes.AmendForm",
        when=Q(minutes_at__isnull=False), when_message="会议记录还没有完成", icon="pencil-square", audit="更正会议记录",
        confirm="另存一版“{obj}”的记录，写明原因；原来的版本仍看得到。",
    ),
    Action(
        "meetings.agenda.add", "加议题", MANAGE, f"{S}.agenda.add", model=MEETING, form=f"{F}.ItemForm", when=TO_COME,
        when_message="会议已经结束或取消", icon="plus", audit="加入议题", confirm="给“{obj}”加一项议题。",
    ),
    Action(
        "meetings.guest.add", "邀请列席", MANAGE, f"{S}.inviting.add_guest", model=MEETING, form=f"{F}_there.GuestForm", when=TO_COME,
        when_message="会议已经结束或取消", icon="user-plus", audit="邀请列席", confirm="列席“{obj}”的人没有表决权，不算应到。",
    ),
    Action(
        "meetings.paper.upload", "上传材料和照片", MANAGE, f"{S}.writing.upload", model=MEETING, form=f"{F}_minutes.PapersForm",
        when=~Q(state="cancelled"), when_message="会议已经取消", icon="photo", audit="上传会议材料",
        confirm="学习材料发给名单上的人看；照片、签到表和记录的扫描件归入这次会议的档案。",
    ),
    Action(
        "meetings.meeting.remind", "提醒未读的人", MANAGE, f"{S}.calling.remind", model=MEETING, when=CALLED,
        when_message="会议还没有通知，或已经开始", icon="bell", audit="提醒开会", confirm="再发一次通知给还没有读过“{obj}”通知的人。",
    ),
    Action(
        "meetings.study.remind", "提醒补学", MANAGE, f"{S}.holding.remind_study", model=MEETING, when=HELD,
        when_message="会议还没有结束", icon="bell", audit="提醒补学", confirm="提醒还没有补学“{obj}”的人。",
    ),
    Action(
        "meetings.meeting.edit", "修改", MANAGE, f"{S}.arranging.edit", model=MEETING, form=f"{F}.EditForm", when=DRAFT,
        when_message="会议已经通知，请用“改期”", icon="pencil-square", audit="修改会议", confirm="修改拟定中的“{obj}”。",
    ),
    Action(
        "meetings.meeting.move", "改期", MANAGE, f"{S}.calling.move", model=MEETING, form=f"{F}.MoveForm", when=CALLED,
        when_message="会议还没有通知，或已经开始", icon="arrow-path", audit="会议改期",
        confirm="改“{obj}”的时间或地点，通知名单上的每个人。改到另一天的，名单按那一天重新核定。",
    ),
    Action(
        "meetings.meeting.relist", "重新核定名单", MANAGE, f"{S}.calling.relist", model=MEETING, form=f"{F}.ReasonForm", when=CALLED,
        when_message="会议还没有通知，或已经开始", icon="users", audit="重新核定应到名单",
        confirm="按开会那天的党员重新核定“{obj}”的名单和应到名册，原来的名册作废。请假和签到保留。",
    ),
    Action(
        "meetings.meeting.cancel", "取消会议", MANAGE, f"{S}.calling.cancel", model=MEETING, form=f"{F}.ReasonForm", when=TO_COME,
        when_message="会议已经结束或取消", style="danger", icon="x-circle", audit="取消会议",
        confirm="“{obj}”不再召开。已经通知的，告诉名单上的每个人；年度计划的那一项重新等待安排。",
    ),
    Action(
        "meetings.agenda.change", "改议题", MANAGE, f"{S}.agenda.change", model=ITEM, form=f"{F}.PlacedForm",
        when=Q(withdrawn=False, meeting__state__in=["planned", "called", "under_way"]), when_message="议题不能再改", icon="pencil-square",
        audit="修改议题", confirm="修改“{obj}”，或改它的次序。",
    ),
    Action(
        "meetings.agenda.decide", "写议定事项", MANAGE, f"{S}.agenda.decide", model=ITEM, form=f"{F}.DecisionForm",
        when=Q(withdrawn=False, meeting__state__in=["under_way", "held"], meeting__minutes_at__isnull=True),
        when_message="会议进行中和会议记录完成之前，才能写议定事项", icon="document-check", audit="写议定事项",
        confirm="写下“{obj}”议定了什么。票数以表决记录为准。",
    ),
    Action(
        "meetings.agenda.withdraw", "撤下议题", MANAGE, f"{S}.agenda.withdraw", model=ITEM, form=f"{F}.ReasonForm",
        when=Q(withdrawn=False, meeting__state__in=["planned", "called", "under_way"]), when_message="议题不能再改", style="danger",
        icon="x-circle", audit="撤下议题", confirm="“{obj}”不再上会。",
    ),
    Action(
        "meetings.paper.remove", "撤下", MANAGE, f"{S}.writing.remove", model=PAPER, form=f"{F}.ReasonForm", when=Q(removed_why=""),
        when_message="已经撤下", style="danger", icon="x-circle", audit="撤下会议材料", confirm="撤下“{obj}”，原因留在记录里。",
    ),
)  # fmt: skip
