"""Everything that can be done with a membership here; who is admitted and becomes full is done in `development`."""

from collections.abc import Callable
from datetime import date

from django.db.models import Q

from zhibu.apps.membership import rules_status
from zhibu.apps.membership.models import Member, RecordState
from zhibu.apps.membership.models.change import BY_HAND
from zhibu.apps.membership.models.member import IN_PARTY, living
from zhibu.apps.membership.params import limits
from zhibu.apps.membership.permissions import CONTACT, DISCIPLINE, MANAGE, STATUS
from zhibu.apps.membership.rules import latest_start
from zhibu.kernel.actions import Action, Inbox, register
from zhibu.kernel.calendar import add_months

S = "zhibu.apps.membership.services"
F = "zhibu.apps.membership.forms"
MEMBER, CHANGE = "membership.Member", "membership.MemberChange"
LIVE = Q(state=RecordState.LIVE)
ICONS = {
    "lose": "map-pin", "find": "phone", "go_abroad": "globe-alt", "come_back": "home", "suspend": "pause-circle", "restore": "play-circle",
    "rectify": "clock", "rectified": "check-circle", "observed": "check-circle", "persuade": "hand-raised", "remove": "x-circle",
    "withdraw": "x-circle",
}  # fmt: skip


def when(step: rules_status.Step) -> Q:
    """Condition: the change is possible as far as the status goes."""
    condition = LIVE & Q(status__in=step.leaves)
    if step.code == "rectify":
        condition &= Q(rectify_until__isnull=True)
    if step.code == "rectified":
        condition &= Q(rectify_until__isnull=False)
    if step.code == "observed":
        condition &= Q(rights_until__isnull=False)
    return condition


def waits(title: str, detail: str, column: str, months: int, only: Callable[[date], Q]) -> Inbox:
    """Return the inbox rows of members of whom something falls due so many months after the day in a column."""

    def due(member: Member) -> date | None:
        since: date | None = getattr(member, column)
        return add_months(since, months) if since else None

    return Inbox(
        title=lambda member: f"{title}：{member.person.name}", detail=lambda member: f"{detail}（{member.organization}）", due=due,
        order=(column,), related=("person", "organization"), only=only,
    )  # fmt: skip


def since(status: str, limit: str) -> Callable[[date], Q]:
    """Condition: in that status for as long as the limit says."""
    return lambda today: Q(status=status, status_since__lte=latest_start(today, limits()[limit].months))


#: what waits for a decision because a time is over
INBOXES = {
    "suspend": waits(
        "失联满 6 个月",
        "查找仍没有取得联系的，应停止党籍",
        "status_since",
        limits()["lost"].months,
        since("lost", "lost"),
    ),
    "remove": waits(
        "停止党籍满 2 年",
        "确实无法取得联系的，按自行脱党除名",
        "status_since",
        limits()["suspended"].months,
        since("suspended", "suspended"),
    ),
    "rectified": waits(
        "限期改正到期", "请讨论改正的情况", "rectify_until", 0, lambda today: Q(rectify_until__lte=today)
    ),
    "observed": waits(
        "留党察看到期",
        "恢复党员权利或另作处理，由党组织决定",
        "rights_until",
        0,
        lambda today: Q(rights_until__lte=today),
    ),
}


def form_of(step: rules_status.Step) -> str:
    """Return the name of the form of a change."""
    if step.bounded or step.code in rules_status.GROUNDED:
        return f"{step.code.title()}Form"
    return "DecidedForm" if step.decided else "PlainForm"


register(
    Action(
        "membership.member.edit", "修改党员信息", MANAGE, f"{S}.records.edit", model=MEMBER, form=f"{F}.MemberForm", when=LIVE,
        icon="pencil-square", confirm="修改{obj}的日期、介绍人和备注；入党和转正日期同时写进人员主档，改动写进历史。", audit="修改党员信息",
    ),
    *(
        Action(
            f"membership.member.{step.code}", step.label, STATUS if step.decided else CONTACT, f"{S}.statuses.change", model=MEMBER,
            form=f"{F}.{form_of(step)}",
            when=when(step), when_message=f"现在的党籍状态不能办理{step.label}", not_by=("person_id",), icon=ICONS[step.code],
            style="danger" if step.ends or step.code == "suspend" else "plain", audit=step.label,
            confirm=f"{{obj}}：{step.label}。{step.consequence}依据{step.article}。", leaves_scope=step.ends,
            inbox=INBOXES.get(step.code),
        )
        for step in rules_status.STEPS.values()
    ),
    Action(
        "membership.member.discipline", "登记党纪处分", DISCIPLINE, f"{S}.statuses.discipline", model=MEMBER, form=f"{F}.MeasureForm",
        when=living(), when_message="此人已经不是党员", not_by=("person_id",), icon="scale", style="danger", audit="登记党纪处分",
        leaves_scope=True,
        confirm="登记{obj}受到的党纪处分，同时记入主档的奖惩。留党察看期间没有表决权、选举权和被选举权；撤销党内职务的，现任党内职务同日结束；"
        "开除党籍的，组织关系、党内任职和在党组织的角色同日结束，政治面貌改为群众。",
    ),
    Action(
        "membership.change.reverse", "撤销变动", STATUS, f"{S}.statuses.reverse", model=CHANGE, form=f"{F}.ReverseForm",
        when=Q(reversed_by__isnull=True, kind__in=BY_HAND, source=""), when_message="这一变动不能在这里撤销",
        not_by=("member.person_id",), icon="arrow-uturn-left", style="danger", audit="撤销党籍变动", leaves_scope=True,
        confirm="{obj}是登记错的，要撤销。党籍状态、权利、政治面貌和组织关系恢复到变动之前；随之结束的任职和角色不会自动恢复，请另行办理。"
        "原来的登记和撤销都留在记录里。",
    ),
    Action(
        "membership.member.quiet", "政治生日提醒", "", f"{S}.records.be_quiet", model=MEMBER, when=LIVE & Q(status__in=IN_PARTY),
        personal="person_id", listed=False, icon="bell", audit="政治生日提醒", confirm="打开或关闭入党纪念日当天的提醒，随时可以改。",
    ),
)  # fmt: skip
