"""Everything that can be done with a case: its steps in their order, then what happens beside them."""

from datetime import date
from typing import Any

from django.db.models import Q

from zhibu.apps.development import actions_beside, queries  # noqa: F401 - what happens beside the steps registers itself
from zhibu.apps.development.models import Case
from zhibu.apps.development.permissions import APPROVE, MANAGE
from zhibu.kernel.actions import Action, Inbox, register
from zhibu.kernel.calendar import add_months

S = "zhibu.apps.development.services"
F = "zhibu.apps.development.forms_steps"
V = "zhibu.apps.development.forms_votes"
CASE = "development.Case"
#: votes wait as “提交支部大会表决”
VOTED = {"assembly", "full_assembly"}
VOTES = {"AssemblyForm", "FullAssemblyForm", "ApprovalTalkForm", "ApprovalForm", "OathForm", "FilingForm"}


def undone(code: str) -> Q:
    """Condition: the case goes on and the step is not done. Whether it is possible yet is judged when it is done, with the article.

    The page offers the steps whose predecessors are done (`record.step_acts`); these acts are not listed by themselves.
    """
    return Q(state="open", arriving=False) & ~queries.has_step(code)


def waiting(code: str) -> Any:
    """Return the condition that a step is what a case waits for now: its first possible day has come."""

    def now(today: date) -> Q:
        if code == "full_applied":  # possible all year, asked for as the probation nears its end
            return Q(next_step=code, next_due__lte=add_months(today, 1))
        return Q(next_step=code) & (Q(next_from__isnull=True) | Q(next_from__lte=today))

    return now


def detail(case: Case) -> str:
    """Return what the inbox says of a case."""
    return f"{case.organization}，{case.get_stage_display()}"


def due(case: Case) -> date | None:
    """Return by when the step is due; without a limit the day from which it is possible."""
    return case.next_due or case.next_from


def step(code: str, label: str, permission: str, service: str, form: str, confirm: str, **more: Any) -> Action:
    """Return the act of a step; it stands in the inbox of those who do it, once it is what the case waits for."""
    return Action(
        f"development.step.{code}", label, permission, f"{S}.{service}", confirm=confirm, audit=label, model=CASE,
        form=f"{V if form in VOTES else F}.{form}", when=undone(code), when_message="这一步已经办过，发展过程已经结束，或转入的材料还没有审查", listed=False, style=more.pop("style", "go"),
        not_by=("person_id",), inbox=None if code in VOTED else Inbox(
            title=lambda c: f"{label}：{c.person.name}", detail=detail, due=due, order=("next_due", "next_from"),
            related=("person", "organization"), only=waiting(code),
        ), **more,
    )  # fmt: skip


SIGNED = "以签字材料（或会议）为准，上传后不能改写，写错了可以撤回。"

register(
    Action(
        "development.case.open", "登记入党申请", MANAGE, f"{S}.opening.open_", target="none", form=f"{F}.ApplyForm", style="go",
        icon="document-plus", audit="登记入党申请", leaves_scope=True,
        confirm="凭本人递交的入党申请书建立发展过程。收到申请书后一个月内应派人谈话（第七条）。",
    ),
    step("talked", "登记谈话", MANAGE, "course.talk", "TalkForm", f"登记派人同{{obj}}的本人谈话。{SIGNED}", icon="chat-bubble-left-right"),
    step("activist", "确定为积极分子", MANAGE, "course.determine", "ActivistForm",
         f"支委会（不设支委会的由支部大会）研究决定，{{obj}}进入积极分子阶段，培养教育考察从这一天起算。{SIGNED}", icon="user-plus"),
    step("activist_filed", "积极分子备案", APPROVE, "course.decide", "DecisionForm", f"上级党委把积极分子备案。{SIGNED}", icon="inbox-arrow-down"),
    step("contact_assigned", "指定培养联系人", MANAGE, "course.assign", "ContactsForm", f"指定一至两名正式党员作培养联系人。{SIGNED}", icon="users"),
    step("target_agreed", "同意拟列为发展对象", APPROVE, "course.decide", "DecisionForm",
         f"上级党委同意把本人拟列为发展对象，之后在工作、学习单位或者居住地公示不少于 5 个工作日。{SIGNED}", icon="check-circle"),
    step("target", "列为发展对象", MANAGE, "course.list_target", "ListForm", "从今天起列为发展对象；公示期满次日起、没有影响发展入党的问题才能办。", icon="star"),
    step("introducers", "确定入党介绍人", MANAGE, "course.introduce", "IntroducersForm", f"确定两名正式党员作入党介绍人。{SIGNED}", icon="users"),
    step("political_review", "登记政治审查", MANAGE, "course.examine", "ReviewForm",
         f"登记政治审查的结论性材料。不合格的，不能发展入党，发展过程随之停止。{SIGNED}", icon="document-magnifying-glass"),
    step("trained", "登记集中培训", MANAGE, "course.train", "TrainingForm", f"登记不少于三天或者不少于二十四个学时的短期集中培训。{SIGNED}", icon="academic-cap"),
    step("committee_reviewed", "支委会审查", MANAGE, "course.sign", "MeetingForm", f"支委会集体讨论认为合格，报上级预审。{SIGNED}", icon="clipboard-document-check"),
    step("pre_examined", "预审", APPROVE, "course.pre_examine", "PreExaminationForm",
         f"具有审批权限的党委预审。合格的发给《入党志愿书》，一个月内提交支部大会讨论；不合格的退回支委会。{SIGNED}", icon="check-badge"),
    step("assembly", "登记支部大会（接收）", MANAGE, "admitting.receive", "AssemblyForm",
         "凭签字的大会记录和票决结果登记。没有通过的也如实登记，须重新审查、预审。预备期从大会通过之日算起。", icon="clipboard-document-list", style="plain"),
    step("approval_talk", "登记审批前谈话", APPROVE, "admitting.talk", "ApprovalTalkForm", f"党委委员或者组织员同本人谈话，意见写入志愿书。{SIGNED}",
         icon="chat-bubble-left-right"),
    step("approved", "审批预备党员", APPROVE, "admitting.approve", "ApprovalForm",
         "党委集体讨论、逐个表决。批准的，从支部大会通过之日起成为预备党员，党员名册随之更新；没有批准的通知支部和本人。", icon="check-badge"),
    step("oath", "登记入党宣誓", MANAGE, "admitting.oath", "OathForm", f"登记面向党旗的入党宣誓。{SIGNED}", icon="flag"),
    step("full_applied", "收到转正申请", MANAGE, "course.sign", "SignedForm", f"登记本人的书面转正申请。{SIGNED}", icon="document-text"),
    step("full_assembly", "登记支部大会（转正）", MANAGE, "probation.discuss", "FullAssemblyForm",
         "凭签字的大会记录和票决结果登记：按期转正、延长预备期或取消资格，都要报上级党委审批。", icon="clipboard-document-list", style="plain"),
    step("full_approved", "审批转正", APPROVE, "probation.decide", "ApprovalForm",
         "上级党委审批支部大会的决议。按期转正的，党龄从预备期满之日算起，党员名册随之更新。", icon="check-badge"),
    step("filed", "材料归档", MANAGE, "probation.file_away", "FilingForm", "材料齐全后存入本人人事档案（无人事档案的由党委保存），发展过程办结。",
         icon="archive-box"),
)  # fmt: skip
