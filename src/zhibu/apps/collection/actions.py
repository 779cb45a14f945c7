"""Everything that can be done with campaigns, replies and corrections."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q

from zhibu.apps.collection import rules
from zhibu.apps.collection.catalogue import groups_asked
from zhibu.apps.collection.models import CampaignState, Reply
from zhibu.apps.collection.queries import sent, to_judge
from zhibu.kernel.actions import Action, Inbox, register

S = "zhibu.apps.collection.services"
F = "zhibu.apps.collection"
DRAFT, OPEN = Q(state=CampaignState.DRAFT), Q(state=CampaignState.OPEN)
ASKED = Q(campaign__state=CampaignState.OPEN)
TO_FILL = Q(state__in=[*rules.OPEN, rules.FILED]) & (ASKED | Q(campaign__isnull=True))
CLOSED_TO_FILLING = "这次采集已经结束，或已经全部收下"


def has_waiting(today: date) -> Q:
    """Condition: a campaign of which answers wait for a decision."""
    return Q(state__in=[CampaignState.OPEN, CampaignState.CLOSED]) & Q(Exists(sent(reply__campaign=OuterRef("pk"))))


def waits(group: str) -> Any:
    """Return the condition: a reply of which answers of a field group wait for a decision."""
    return lambda today: Q(Exists(sent(reply=OuterRef("pk"), group=group)))


def reminded(reply: Reply) -> str:
    """Return what the inbox says of an open reply."""
    if reply.campaign is None:
        return f"“{reply.missing}”被退回，请看原因后重新提交或撤回"
    again = "已再次提醒，" if reply.campaign.reminded_at else ""
    sent_back = "有退回的项目，" if reply.state == rules.RETURNED else ""
    return f"{again}{sent_back}还缺：{reply.missing}"[:120]


register(
    Action(
        "collection.campaign.create", "发起采集", "collection.manage", f"{S}.campaigns.create", target="none",
        form=f"{F}.forms.CampaignForm", style="go", icon="clipboard-document-list",
        confirm="先存为草稿，核对后再开始；开始之前谁也看不到。", audit="拟定采集",
    ),
    Action(
        "collection.campaign.edit", "修改", "collection.manage", f"{S}.campaigns.edit", model="collection.Campaign",
        form=f"{F}.forms.CampaignForm", when=DRAFT, when_message="采集已经开始，只能修改截止日期和说明",
        confirm="草稿随时可以修改。", audit="修改采集草稿", icon="pencil-square",
    ),
    Action(
        "collection.campaign.open", "开始采集", "collection.manage", f"{S}.campaigns.open_", model="collection.Campaign",
        when=DRAFT, when_message="只有草稿可以开始", style="go", icon="play", audit="开始采集",
        confirm="开始后，范围内每个人的待办里出现“{obj}”；此后加入的人每天补上。项目和范围不能再改。",
    ),
    Action(
        "collection.campaign.halt", "退回草稿", "collection.manage", f"{S}.campaigns.halt", model="collection.Campaign",
        when=Q(state=CampaignState.OPENING), when_message="采集没有停在“正在开始”", icon="arrow-uturn-left",
        confirm="任务被取消或失败、采集一直停在“正在开始”时用。退回草稿后可以修改、作废或重新开始；还没有人收到填报。",
        audit="退回草稿",
    ),
    Action(
        "collection.campaign.discard", "作废草稿", "collection.manage", f"{S}.campaigns.discard",
        model="collection.Campaign", when=DRAFT, when_message="只有草稿可以作废", style="danger",
        confirm="草稿作废后不能恢复。", audit="作废采集草稿",
    ),
    Action(
        "collection.campaign.extend", "改截止日期和说明", "collection.manage", f"{S}.campaigns.extend",
        model="collection.Campaign", form=f"{F}.forms.ExtendForm", when=OPEN, when_message="采集没有在进行",
        confirm="修改后，每个人看到新的截止日期和说明。", audit="修改截止日期和说明", icon="calendar",
    ),
    Action(
        "collection.campaign.remind", "提醒没有填的人", "collection.manage", f"{S}.campaigns.remind",
        model="collection.Campaign", when=OPEN, when_message="采集没有在进行", icon="bell",
        confirm="还有项目没有填的人，会看到再次提醒。没有手机的，请打印电话通知单。", audit="提醒填报",
    ),
    Action(
        "collection.campaign.accept_many", "批量收下", "collection.accept", f"{S}.campaigns.accept_many",
        model="collection.Campaign", form=f"{F}.forms.AcceptManyForm", when=has_waiting,
        when_message="没有待审核的填报", icon="check-circle", audit="批量收下填报",
        confirm="收下的内容立即写入主档，并记入各人的历史。敏感信息须逐人审核，不在这里。",
        inbox=Inbox(
            title=lambda c: f"审核填报：{c.title}", detail=lambda c: "有人提交了填报，等待收下或退回",
            due=lambda c: c.due_on, order=("due_on",), url=to_judge,
        ),
    ),
    Action(
        "collection.campaign.close", "结束采集", "collection.manage", f"{S}.campaigns.close", model="collection.Campaign",
        when=OPEN, when_message="采集没有在进行", style="danger", audit="结束采集",
        confirm="结束后不再接受填报，待办随之消失；已提交的仍可审核。",
    ),
)  # fmt: skip

register(
    Action(
        "collection.reply.fill", "填报", "", f"{S}.replies.fill", model="collection.Reply", personal="person_id",
        form=f"{F}.forms_fill.FillForm", when=TO_FILL, when_message=CLOSED_TO_FILLING, style="go", icon="pencil-square",
        confirm="提交后由工作人员核对，收下的内容写入您的主档。", audit="本人填报",
        inbox=Inbox(
            title=lambda r: f"需要补充的信息：{r.about}", detail=reminded,
            due=lambda r: r.campaign.due_on if r.campaign else None, order=("campaign__due_on",),
            related=("campaign", "person"), only=Q(state__in=rules.OPEN),
        ),
    ),
    Action(
        "collection.reply.confirm", "全部没有变化", "", f"{S}.replies.confirm", model="collection.Reply", personal="person_id",
        when=TO_FILL & Q(state__in=rules.OPEN), when_message=CLOSED_TO_FILLING, icon="check",
        confirm="主档里已有的内容全部确认无误；主档里没有的，仍请填写。", audit="本人确认无误",
    ),
    Action(
        "collection.reply.fill_for", "代填", "collection.fill", f"{S}.replies.fill_for", model="collection.Reply",
        form=f"{F}.forms_fill.FillForForm", when=TO_FILL & ASKED, when_message=CLOSED_TO_FILLING,
        not_by=("person_id",), icon="pencil-square", audit="代填",
        confirm="您在替本人填写：须经本人同意，您和本人的名字都会记下来。代填的内容不能由您自己审核。",
    ),
    Action(
        "collection.reply.drop", "不再采集此人", "collection.manage", f"{S}.campaigns.drop", model="collection.Reply",
        form=f"{F}.forms.DropForm", when=ASKED & ~Q(state=rules.LEFT), when_message="此人已不在这次采集里",
        style="danger", confirm="此人不再计入这次采集，待办随之消失；已收下的内容不变。", audit="不再采集",
    ),
    Action(
        "collection.reply.take_up", "重新采集此人", "collection.manage", f"{S}.campaigns.take_up", model="collection.Reply",
        form=f"{F}.forms.TakeUpForm", when=ASKED & Q(state=rules.LEFT, dropped=True, person__state="live"),
        when_message="此人没有被去掉，或采集已经结束", icon="arrow-uturn-left",
        confirm="此人重新计入这次采集；从前填的、收下的内容照旧。", audit="重新采集",
    ),
    Action(
        "collection.correction.ask", "申请更正", "", f"{S}.corrections.ask", model="people.Person", personal="pk",
        form=f"{F}.forms_fill.CorrectionForm", when=Q(state="live"), listed=False, icon="pencil-square",
        confirm="申请交给您归属单位里管这一类信息的人；收下后写入主档，退回会说明原因。", audit="申请更正",
    ),
    Action(
        "collection.correction.withdraw", "撤回申请", "", f"{S}.corrections.withdraw", model="collection.Reply",
        personal="person_id", when=Q(campaign__isnull=True, state__in=[*rules.OPEN, rules.FILED]),
        when_message="这份申请已经办完", style="danger", confirm="撤回后这份申请不再办理。", audit="撤回更正申请",
    ),
    Action(
        "collection.answer.reveal", "查看完整内容", "people.reveal", f"{S}.deciding.reveal", model="collection.Answer",
        form=f"{F}.forms_decide.RevealAnswerForm", listed=False, audit="查看完整填报内容",
        confirm="完整内容只在下一页显示一次；谁在何时因何查看会记录下来，本人可以看到。",
    ),
)  # fmt: skip

for group in groups_asked():
    register(
        Action(
            f"collection.reply.decide.{group.code}", f"审核{group.label}", group.edit, f"{S}.deciding.decide",
            model="collection.Reply", form=f"{F}.forms_decide.Decide{group.code.title()}Form", when=waits(group.code),
            when_message="没有待审核的项目", not_by=("person_id", "sent_by_person_id"), icon="clipboard-document-check",
            confirm="收下的内容立即写入主档；退回的连同原因交还本人，可以再填。", audit=f"审核{group.label}",
            inbox=Inbox(
                title=lambda r: f"更正申请：{r.person.name}", detail=lambda r: r.note or "本人申请更正",
                due=lambda r: None, order=("sent_at",), related=("person",), only=Q(campaign__isnull=True),
            ),
        )
    )  # fmt: skip
