"""What is done beside the steps: publicity, papers, reviews, overrides, stops, moves, plans, settings, the votes."""

from datetime import date

from django.db.models import Q

from zhibu.apps.development import queries
from zhibu.apps.development.models import RESTARTABLE
from zhibu.apps.development.permissions import APPROVE, MANAGE, OVERRIDE, PLAN, SETTINGS
from zhibu.kernel.actions import Action, Inbox, register
from zhibu.kernel.calendar import add_months

S = "zhibu.apps.development.services"
F = "zhibu.apps.development.forms_beside"
N = "zhibu.apps.development.forms_notices"
SPECIAL = "zhibu.apps.development.forms_special"
CASE, NOTICE, OBJECTION = "development.Case", "kernel.Publicity", "kernel.PublicityObjection"
OPEN, ENDED = Q(state="open"), "发展过程已经结束"
OURS = Q(kind__startswith="development.")
RUNNING = OURS & Q(state="running")
#: what the committee above decides
ASKED = ("activist_filed", "target_agreed", "pre_examined", "approval_talk", "approved", "full_approved")
BEFORE_PARTY = Q(stage__in=["applicant", "activist", "target"])


def review_due(today: date) -> Q:
    """Condition: the half-yearly review is due within a month."""
    return Q(review_due__lte=add_months(today, 1))


def to_post(today: date) -> Q:
    """Condition: the committee has agreed, no publicity has ended yet; whether the version of the day has one is judged later."""
    agreed = Q(ready__contains=",target_publicised,") | Q(ready__contains=",target,")
    idle = ~queries.has_step("target_publicised") & ~queries.is_publicised()
    return OPEN & Q(stage="activist", arriving=False) & agreed & idle


def to_call(today: date) -> Q:
    """Condition: the assembly is what the case waits for; at the end of a probation a month ahead."""
    soon = Q(next_from__lte=add_months(today, 1))
    return Q(next_step="assembly") | Q(next_step="full_assembly") & soon


def to_ask() -> Q:
    """Condition: a decision of the committee above is what comes next."""
    return Q(*(("ready__contains", f",{code},") for code in ASKED), _connector=Q.OR)


def over(today: date) -> Q:
    """Condition: the last day of a notice is past."""
    return RUNNING & Q(ends_on__lt=today)


register(
    Action(
        "development.publicity.post", "公示", MANAGE, f"{S}.posting.post", model=CASE, form=f"{N}.PostForm", style="go",
        when=to_post, when_message="上级党委同意拟列为发展对象以后才公示",
        not_by=("person_id",), icon="megaphone", audit="张贴公示",
        confirm="登记已经张贴的公示。张贴当天不计，从次日起数满 5 个工作日；内容有变化的重新起算。公开页面只写姓名、支部和两个年月。",
        inbox=Inbox(
            title=lambda c: f"公示：{c.person.name}", detail=lambda c: f"{c.organization}，上级已同意拟列为发展对象", due=lambda c: c.next_due,
            order=("next_due",), related=("person", "organization"), only=Q(next_step="target_publicised"),
        ),
    ),
    Action(
        "development.publicity.close", "记录公示结果", MANAGE, f"{S}.posting.close", model=NOTICE, form=f"{N}.CloseForm", style="go",
        when=RUNNING, when_message="这次公示已经结束或撤下", icon="check-circle", audit="记录公示结果",
        confirm="届满的次日起记录“{obj}”的结果。异议都处理完才能记录；结论有影响的，不能列为发展对象。",
        inbox=Inbox(
            title=lambda n: f"记录公示结果：{n.title}", detail=lambda n: f"{n.ends_on} 届满", due=lambda n: n.ends_on, order=("ends_on",),
            only=over,
        ),
    ),
    Action(
        "development.publicity.change", "变更公示", MANAGE, f"{S}.posting.change", model=NOTICE, form=f"{N}.ChangeForm", when=RUNNING,
        when_message="这次公示已经结束或撤下", icon="pencil-square", audit="变更公示", confirm="公示的内容或地点有变化的，从重新张贴的次日起重新计算。",
    ),
    Action(
        "development.publicity.object", "登记异议", MANAGE, f"{S}.posting.object_", model=NOTICE, form=f"{N}.ObjectionForm", when=RUNNING,
        when_message="这次公示已经结束或撤下", icon="exclamation-triangle", audit="登记公示异议",
        confirm="登记收到的异议。处理以前，公示不能结束。反映人的姓名不必写。",
    ),
    Action(
        "development.publicity.handle", "处理异议", MANAGE, f"{S}.posting.handle", model=OBJECTION, form=f"{N}.HandleForm", style="go",
        when=Q(handled_on__isnull=True, publicity__kind__startswith="development."), when_message="这一条异议已经处理", icon="check-circle",
        audit="处理公示异议", confirm="写下核查情况和结论。有影响的，公示结果随之为“有影响”。",
        inbox=Inbox(
            title=lambda o: f"处理公示异议：{o.publicity.title}", detail=lambda o: f"{o.received_on.isoformat()} 收到", due=lambda o: None,
            order=("received_on",), related=("publicity",), only=Q(publicity__state="running"),
        ),
    ),
    Action(
        "development.publicity.withdraw", "撤下公示", MANAGE, f"{S}.posting.withdraw", model=NOTICE, form=f"{F}.ReasonForm", style="danger",
        when=RUNNING, when_message="这次公示已经结束或撤下", icon="x-circle", audit="撤下公示", confirm="“{obj}”从公开页面撤下，已公示的天数不算。",
    ),
    Action(
        "development.publicity.extra", "本地公示", MANAGE, f"{S}.posting.post_extra", model=CASE, form=f"{N}.ExtraForm", when=OPEN,
        when_message=ENDED, icon="megaphone", audit="张贴公示", listed=False, confirm="本单位另外要求的公示；细则没有这一项。没有这种要求的不用办。",
    ),
    Action(
        "development.case.call_assembly", "提交支部大会表决", MANAGE, f"{S}.balloting.call", model=CASE, form=f"{F}.CallForm", style="go",
        when=OPEN & (Q(ready__contains=",assembly,") | Q(ready__contains=",full_assembly,")), when_message="还不到支部大会讨论这一步",
        not_by=("person_id",), icon="hand-raised", audit="提交支部大会表决",
        confirm="给已经通知的支部大会建立无记名（纸质）表决，一人一案。计票由两人分别录入；宣布结果后，这一步自动完成。",
        inbox=Inbox(
            title=lambda c: f"提交支部大会：{c.person.name}", detail=lambda c: f"{c.organization}，{c.next_label}", due=lambda c: c.next_due,
            order=("next_due",), related=("person", "organization"), only=to_call,
        ),
    ),
    Action(
        "development.case.ask", "请示上级", MANAGE, f"{S}.asking.ask", model=CASE, form=f"{SPECIAL}.AskForm",
        when=OPEN & Q(arriving=False) & to_ask(), when_message="现在没有等上级党委决定的事", icon="arrow-up-tray", audit="请示上级",
        listed=False, not_by=("person_id",),
        confirm="就{obj}向上级党委发出请示，编号并进入上级的待办。批复以后，上级凭签字的批复登记备案、同意、预审或审批。",
    ),
    Action(
        "development.case.tell", "告知和宣布", MANAGE, f"{S}.telling.tell", model=CASE, form=f"{SPECIAL}.TellForm", style="go",
        when=queries.has_untold() & ~Q(state="left"), when_message="没有等着告知的审批结果", icon="megaphone", audit="告知和宣布审批结果",
        not_by=("person_id",),
        confirm="党委批准的，支部及时通知本人并在党员大会上宣布；没有批准入党的，通知本人，做好思想工作；转正的，由支部书记同本人谈话，结果在党员大会上宣布。",
        inbox=Inbox(
            title=lambda c: f"告知和宣布审批结果：{c.person.name}", detail=lambda c: f"{c.organization}，通知本人，在支部党员大会上宣布",
            due=lambda c: None, related=("person", "organization"),
        ),
    ),
    Action(
        "development.case.early", "提请取消或延长（违纪）", MANAGE, f"{S}.probation.discuss", model=CASE,
        form="zhibu.apps.development.forms_votes.EarlyForm", when=OPEN & Q(stage="probationary", proposal=""),
        when_message="只有预备党员、还没有提请的才能办", not_by=("person_id",), style="danger", icon="exclamation-triangle",
        audit="提请取消或延长", listed=False, confirm="预备党员违犯党纪的，支部大会可以不等预备期满，讨论延长预备期或取消资格，报上级党委审批。",
    ),
    Action(
        "development.case.contacts", "调整培养联系人", MANAGE, f"{S}.course.change_contacts", model=CASE,
        form="zhibu.apps.development.forms_steps.ChangeContactsForm", when=OPEN & Q(stage__in=["activist", "target"]), when_message=ENDED,
        icon="arrows-right-left", audit="调整培养联系人", listed=False, confirm="不适宜担任培养联系人的，应当及时调整（第九条）。",
        inbox=Inbox(
            title=lambda c: f"调整培养联系人：{c.person.name}", detail=lambda c: f"{c.organization}，有联系人已不是本支部的正式党员",
            due=lambda c: None, related=("person", "organization"), only=queries.has_unfit_contact(),
        ),
    ),
    Action(
        "development.case.review", "登记半年考察", MANAGE, f"{S}.others.review", model=CASE, form=f"{F}.HalfYearForm",
        when=OPEN & Q(stage__in=["activist", "target"]), when_message="只有入党积极分子和发展对象才有半年考察", icon="clipboard-document-list",
        audit="登记半年考察", confirm="党支部每半年考察一次（第十一条）。",
        inbox=Inbox(
            title=lambda c: f"半年考察：{c.person.name}", detail=lambda c: str(c.organization), due=lambda c: c.review_due, order=("review_due",),
            related=("person", "organization"), only=review_due,
        ),
    ),
    Action(
        "development.case.report", "递交思想汇报", "", f"{S}.others.report", model=CASE, form=f"{F}.ReportForm", when=OPEN,
        when_message=ENDED, icon="document-text", audit="递交思想汇报", personal="person_id",
        confirm="上传本人写的思想汇报，支部书记可以看到。只有本单位要求定期递交的才需要。",
    ),
    Action(
        "development.case.edit", "修改情况", MANAGE, f"{S}.opening.edit", model=CASE, form=f"{F}.EditForm", when=OPEN, when_message=ENDED,
        icon="pencil-square", audit="修改发展情况", listed=False, confirm="流动人员的两处地点、预计离开日期、志愿书编号。改动写进历史。",
    ),
    Action(
        "development.case.paper", "放入材料", MANAGE, f"{S}.steps.add_paper", model=CASE, form=f"{F}.PaperForm", icon="paper-clip",
        audit="放入发展材料", listed=False, confirm="把签好字的材料扫描后放进材料册。",
    ),
    Action(
        "development.paper.withdraw", "撤下", MANAGE, f"{S}.steps.withdraw_paper", model="development.Paper", form=f"{F}.ReasonForm",
        when=Q(withdrawn_at__isnull=True), when_message="已经撤下", style="danger", icon="x-circle", audit="撤下发展材料",
        confirm="“{obj}”不再算在材料册里，撤下的原因写进历史。",
    ),
    Action(
        "development.case.undo", "撤回一步", MANAGE, f"{S}.steps.take_back", model=CASE, form=f"{F}.UndoForm", when=OPEN, when_message=ENDED,
        style="danger", icon="arrow-uturn-left", audit="撤回一步", listed=False, confirm="登记错了的，从最后一步起撤回。撤回的一步和原因仍然看得到。",
    ),
    Action(
        "development.case.override", "特许", OVERRIDE, f"{S}.steps.override", model=CASE, form=f"{F}.OverrideForm", when=OPEN,
        when_message=ENDED, not_by=("person_id",), style="danger", icon="shield-exclamation", audit="特许",
        listed=False, confirm="准许一步不合规定的办理。批准的上级组织、批准人、理由和批件永久显示，不能撤销。",
    ),
    Action(
        "development.case.stop", "停止培养", MANAGE, f"{S}.opening.stop", model=CASE, form=f"{F}.StopForm", when=OPEN & BEFORE_PARTY,
        when_message="发展过程已经结束，或已是预备党员", style="danger", icon="pause-circle", audit="停止培养",
        listed=False, confirm="{obj}到此停止，以后可以恢复；停止的时间不算在培养教育时间里。",
    ),
    Action(
        "development.case.withdraw", "本人撤回申请", MANAGE, f"{S}.opening.withdraw", model=CASE, form=f"{F}.StopForm", when=OPEN & BEFORE_PARTY,
        when_message="发展过程已经结束，或已是预备党员", style="danger", icon="arrow-uturn-left", audit="本人撤回申请",
        listed=False, confirm="本人书面撤回入党申请，{obj}到此结束。",
    ),
    Action(
        "development.case.restart", "恢复培养", MANAGE, f"{S}.opening.restart", model=CASE, form=f"{F}.RestartForm",
        when=Q(state__in=[str(one) for one in RESTARTABLE]), when_message="只有停止、撤回或未获批准的才能恢复", icon="play-circle", audit="恢复培养",
        confirm="{obj}接着办。已办的步骤仍有效，停止的天数不算在一年的培养教育时间里。",
    ),
    Action(
        "development.case.move", "转接材料", MANAGE, f"{S}.others.move", model=CASE, form=f"{F}.MoveForm", when=OPEN & Q(arriving=False),
        when_message="发展过程已经结束，或转入材料还没有审查", icon="arrows-right-left", leaves_scope=True, audit="转接发展材料",
        listed=False, confirm="把{obj}连同材料转交现单位的党支部，培养教育时间连续计算（第十二条）。转出后由对方办理。",
    ),
    Action(
        "development.case.receive", "审查转入材料", MANAGE, f"{S}.others.receive", model=CASE, form=f"{F}.ReceiveForm",
        when=OPEN & Q(arriving=True), when_message="没有待审查的转入材料", style="go", leaves_scope=True, icon="clipboard-document-check",
        audit="审查转入材料", confirm="对转入的材料认真审查，审查合格后接续培养。",
        inbox=Inbox(
            title=lambda c: f"审查转入材料：{c.person.name}", detail=lambda c: str(c.organization), due=lambda c: c.next_due, order=("next_due",),
            related=("person", "organization"),
        ),
    ),
    Action(
        "development.case.defer", "推迟讨论转正", APPROVE, f"{S}.probation.defer", model=CASE, form=f"{F}.DeferForm",
        when=OPEN & Q(stage="probationary"), when_message="只有预备党员才能推迟", icon="clock", audit="推迟讨论转正",
        listed=False, confirm="转入的预备党员预备期满时，认为有必要的可以推迟讨论转正，不超过六个月；转正时间仍自预备期满之日算起（第三十五条）。",
    ),
    Action(
        "development.special.record", "登记直接接收、追认", APPROVE, f"{S}.special.admit", target="none", form=f"{SPECIAL}.AdmissionForm",
        style="go", icon="document-plus", audit="登记直接接收、追认",
        confirm="凭党中央或省一级党委的批准文件登记。直接接收的，从批准之日起列入党员名册；追认的只作记录，不列入名册。",
    ),
    Action(
        "development.special.withdraw", "撤销登记", APPROVE, f"{S}.special.take_back", model="development.SpecialAdmission",
        form=f"{F}.ReasonForm", when=Q(withdrawn_why=""), when_message="已经撤销", style="danger", icon="arrow-uturn-left",
        audit="撤销直接接收、追认的登记", confirm="{obj}登记错了的，在这里撤销；撤销的记录和原因仍看得到。",
    ),
    Action(
        "development.analysis.write", "登记积极分子分析", APPROVE, f"{S}.special.analyse", target="none", form=f"{SPECIAL}.AnalysisForm",
        style="go", icon="chart-bar", audit="登记积极分子队伍分析",
        confirm="县级党委组织部门和基层党委每年对入党积极分子队伍状况作一次分析（第十一条）。当天的数据自动记下；同一年再登记的，改写并留下历史。",
    ),
    Action(
        "development.plan.set", "下达发展计划", PLAN, f"{S}.others.set_plan", target="none", form=f"{F}.PlanForm", style="go",
        icon="calendar-days", audit="下达发展计划", confirm="规定一个支部一年可以接收多少名预备党员。已有的计划随之修改，改动写进历史。",
    ),
    Action(
        "development.setting.set", "发展党员设置", SETTINGS, f"{S}.others.set_setting", model="organizations.Organization",
        form=f"{F}.SettingForm", icon="adjustments-horizontal", audit="发展党员设置",
        confirm="{obj}在发展党员工作中的审批权限，和本地规定另外要求的思想汇报、公示。细则没有这些要求，一般不设。",
    ),
)  # fmt: skip
