"""Everything that can be done with records of care, agreements and services."""

from datetime import date

from django.db.models import Exists, OuterRef, Q

from zhibu.apps.custody import actions_help, queries  # noqa: F401 - the acts of help register themselves
from zhibu.apps.custody.models import Agreement, CareRecord
from zhibu.apps.custody.permissions import ALLOWANCE, MANAGE, SERVE
from zhibu.kernel.actions import Action, Inbox, register
from zhibu.kernel.console.declare import offer

S = "zhibu.apps.custody.services"
F = "zhibu.apps.custody.forms"
CARE, AGREEMENT, SERVICE = "custody.CareRecord", "custody.Agreement", "custody.ServiceRecord"
OPEN = Q(until__isnull=True)
ENDED = "托管已经结束"


def unextended(today: date) -> Q:
    """Condition: an agreement of somebody in care, not ended, that nothing follows."""
    follower = Agreement.objects.system("is it extended").filter(extends=OuterRef("pk"))
    return Q(ended_on__isnull=True, care__until__isnull=True) & ~Q(Exists(follower))


def visited(care: CareRecord) -> str:
    """Return what the inbox says of a visit that is due."""
    last = f"上次 {care.last_visit_on.isoformat()}" if care.last_visit_on else "还没有走访过"
    return f"{care.category_label or '类别待补'}，{last}"


register(
    Action(
        "custody.care.open", "建立托管档案", MANAGE, f"{S}.cares.open_", model="people.Person", form=f"{F}.OpenForm",
        when=queries.without_care, when_message="此人已有托管档案，或不能建立", icon="heart", audit="建立托管档案",
        confirm="给{obj}建立托管档案。还不由所选工作站服务的，同日建立服务关系；人员类别不变。",
    ),
    Action(
        "custody.service.record", "登记服务", SERVE, f"{S}.records.record", model=CARE, form=f"{F}_service.ServiceForm",
        when=OPEN, when_message=ENDED, style="go", icon="pencil-square", audit="登记服务",
        confirm="写下做了什么。登记后不能改写，写错了可以更正或撤回，原来的内容仍看得到。",
        inbox=Inbox(
            title=lambda c: f"应走访：{c.person.name}", detail=visited, due=lambda c: c.next_visit_on,
            order=("next_visit_on",), related=("person",), only=queries.to_visit,
        ),
    ),
    Action(
        "custody.care.edit", "修改", MANAGE, f"{S}.cares.edit", model=CARE, form=f"{F}.CareForm", when=OPEN,
        when_message=ENDED, icon="pencil-square", confirm="修改{obj}的内容，改动写进历史。", audit="修改托管档案",
        inbox=Inbox(
            title=lambda c: f"补全托管档案：{c.person.name}", detail=lambda c: f"{c.since.isoformat()} 进入托养托管，类别还没有填",
            due=lambda c: None, order=("since",), related=("person",), only=Q(category=""),
        ),
    ),
    Action(
        "custody.care.allowance", "核定补贴", ALLOWANCE, f"{S}.cares.set_allowance", model=CARE, form=f"{F}.AllowanceForm",
        when=OPEN, when_message=ENDED, icon="banknotes", audit="核定补贴标准",
        confirm="记录{obj}里约定的补贴标准。这里不发放。",
    ),
    Action(
        "custody.agreement.sign", "登记协议", MANAGE, f"{S}.agreements.sign", model=CARE, form=f"{F}.AgreementForm",
        when=OPEN, when_message=ENDED, icon="document-plus", audit="登记托管协议",
        confirm="登记一份托管协议。到期前 90 天起在待办里提醒续签。",
    ),
    Action(
        "custody.care.move", "移交工作站", MANAGE, f"{S}.cares.move", model=CARE, form=f"{F}.MoveForm", when=OPEN,
        when_message=ENDED, icon="arrows-right-left", leaves_scope=True, audit="移交托管档案",
        confirm="把{obj}交给另一个工作站：新的服务关系同日开始，原来的同日结束，档案、服务记录和照片一并移交。",
    ),
    Action(
        "custody.care.close", "结束托管", MANAGE, f"{S}.cares.close", model=CARE, form=f"{F}.CloseForm", style="danger",
        when=OPEN, when_message=ENDED, icon="archive-box", audit="结束托管档案",
        confirm="{obj}从这一天起结束，没有到期的协议同日终止。已有的服务记录仍可查阅。人员类别是“托养托管”的，请改在他的主档“人员变动”里办理。",
    ),
    Action(
        "custody.agreement.extend", "续签", MANAGE, f"{S}.agreements.extend", model=AGREEMENT, form=f"{F}.ExtendForm",
        when=unextended, when_message="这份协议已经终止或续签，或托管已经结束", style="go", icon="document-plus", audit="续签协议",
        confirm="接着{obj}登记一份新的协议，原协议保留。",
        inbox=Inbox(
            title=lambda a: f"协议到期：{a.care.person.name}", detail=lambda a: f"协议 {a.number}，请续签或终止",
            due=lambda a: a.until, order=("until",), related=("care__person",), only=queries.ending_agreements,
        ),
    ),
    Action(
        "custody.agreement.end", "终止", MANAGE, f"{S}.agreements.end_agreement", model=AGREEMENT, form=f"{F}.EndForm",
        when=Q(ended_on__isnull=True), when_message="这份协议已经终止", style="danger", icon="x-circle", audit="终止协议",
        confirm="{obj}从这一天起终止，不再提醒。",
    ),
    Action(
        "custody.service.follow", "跟进办结", SERVE, f"{S}.records.follow", model=SERVICE, form=f"{F}_service.FollowForm",
        when=Q(stands=True, follow_up_on__isnull=False, followed_at__isnull=True), when_message="没有待跟进的事项",
        style="go", icon="check-circle", audit="跟进办结", confirm="写下跟进的结果，待办随之消失。再上门的，另登记一次服务。",
        inbox=Inbox(
            title=lambda s: f"跟进：{s.care.person.name}", detail=lambda s: s.follow_up_words or "按约定跟进",
            due=lambda s: s.follow_up_on, order=("follow_up_on",), related=("care__person",), only=queries.to_follow,
        ),
    ),
    Action(
        "custody.service.correct", "更正", SERVE, f"{S}.records.correct", model=SERVICE, form=f"{F}_service.CorrectForm",
        when=Q(stands=True), when_message="这份记录已经更正或撤回", icon="pencil-square", audit="更正服务",
        confirm="另写一份正确的，原来的一份标为“已更正”，仍看得到。照片随新的一份保留。",
    ),
    Action(
        "custody.service.withdraw", "撤回", SERVE, f"{S}.records.withdraw", model=SERVICE, form=f"{F}_service.WithdrawForm",
        when=Q(stands=True), when_message="这份记录已经更正或撤回", style="danger", icon="arrow-uturn-left", audit="撤回服务",
        confirm="{obj}标为“已撤回”，不再计入走访和统计，原文和原因仍看得到。",
    ),
    Action(
        "custody.photo.keep", "上传照片", SERVE, f"{S}.records.keep_photo", model=CARE, form=f"{F}_service.PhotoForm",
        when=OPEN, when_message=ENDED, listed=False, icon="photo", audit="上传照片",
        confirm="先传照片，登记服务时再选用。没有选用的，只有上传的人能用。",
    ),
)  # fmt: skip

BATCH = "custody.ServiceBatch"
UNDER_WAY, NOT_OPEN = Q(state="open"), "这份名单已经办结或作废"

register(
    Action(
        "custody.batch.create", "批量走访慰问", MANAGE, f"{S}.batches.create", target="none", form=f"{F}_batch.BatchForm",
        style="go", icon="user-group", audit="建立走访慰问名单",
        confirm="先建立名单，打印签领表；回来登记谁签领了，办结时每人登记一次服务。",
    ),
    Action(
        "custody.batch.receive", "登记签领", MANAGE, f"{S}.batches.receive", model=BATCH, form=f"{F}_batch.ReceiveForm",
        when=UNDER_WAY, when_message=NOT_OPEN, style="go", icon="clipboard-document-check", audit="登记签领",
        confirm="按签领表勾选。可以分几次登记，办结之前都可以改。",
        inbox=Inbox(
            title=lambda b: f"登记签领：{b.title}", detail=lambda b: f"{b.count} 人，签领登记好以后办结",
            due=lambda b: b.on, order=("on",), only=lambda today: UNDER_WAY & Q(on__lte=today),
        ),
    ),
    Action(
        "custody.batch.sheet", "上传签领表", MANAGE, f"{S}.batches.attach_sheet", model=BATCH, form=f"{F}_batch.SheetForm",
        when=Q(state__in=["open", "closed"]), when_message="这份名单已经作废", icon="paper-clip", audit="上传签领表",
        confirm="把签好字的表扫描后存在这里。",
    ),
    Action(
        "custody.batch.close", "办结", MANAGE, f"{S}.batches.close", model=BATCH, when=UNDER_WAY, when_message=NOT_OPEN,
        icon="check-circle", audit="办结走访慰问",
        confirm="给“{obj}”里已签领的每个人登记一次服务。没有签领的不登记。办结后不能再改签领。",
    ),
    Action(
        "custody.batch.drop", "作废", MANAGE, f"{S}.batches.drop", model=BATCH, form=f"{F}_batch.DropForm", when=UNDER_WAY,
        when_message=NOT_OPEN, style="danger", icon="x-circle", audit="作废走访慰问名单", confirm="“{obj}”作废，不登记任何服务。",
    ),
)  # fmt: skip

offer("care", "custody.batch.create")

CHECK, PROXY = "custody.YearlyCheck", "custody.Proxy"
TO_CHECK = Q(done_on__isnull=True, care__until__isnull=True)

register(
    Action(
        "custody.check.do", "办理认证", SERVE, f"{S}.duties.do_check", model=CHECK, form=f"{F}_duty.CheckForm", when=TO_CHECK,
        when_message="已经办过，或托管已经结束", style="go", icon="check-badge", audit="办理年度认证",
        confirm="写下{obj}的办理情况，待办随之消失。可以附上证明材料。",
        inbox=Inbox(
            title=lambda c: f"{c.kind_label}：{c.care.person.name}", detail=lambda c: f"{c.year} 年度",
            due=lambda c: c.due_on, order=("due_on",), related=("care__person",),
        ),
    ),
    Action(
        "custody.check.undo", "撤回认证", SERVE, f"{S}.duties.undo_check", model=CHECK, form=f"{F}_duty.UndoForm",
        when=Q(done_on__isnull=False), when_message="还没有办过", style="danger", icon="arrow-uturn-left", audit="撤回年度认证",
        confirm="{obj}重新成为待办；已附的材料和历史仍在。",
    ),
    Action(
        "custody.proxy.record", "登记委托代办", SERVE, f"{S}.duties.record_proxy", model=CARE, form=f"{F}_duty.ProxyForm",
        when=OPEN, when_message=ENDED, icon="users", audit="登记委托代办",
        confirm="本人不便来的，登记谁可以替他办、办什么、到哪一天。请核对代办人的证件，收下委托书。",
    ),
    Action(
        "custody.proxy.revoke", "撤销委托", SERVE, f"{S}.duties.revoke_proxy", model=PROXY, form=f"{F}_duty.RevokeForm",
        when=Q(revoked_on__isnull=True), when_message="这份委托已经撤销", style="danger", icon="x-circle", audit="撤销委托代办",
        confirm="{obj}从这一天起不能再替本人办事。",
    ),
)  # fmt: skip
