"""What can be done with money that was collected: handed up, used, told to the members."""

from django.db.models import Q

from zhibu.apps.dues.permissions import APPROVE, ASSESS, MONEY, RECORD
from zhibu.kernel.actions import Action, Inbox, register
from zhibu.kernel.money.amounts import format_amount

S = "zhibu.apps.dues.services"
F = "zhibu.apps.dues.forms_funds"
PLACE, HAND_UP, SPENDING = "organizations.Organization", "dues.HandUp", "dues.Spending"

register(
    Action(
        "dues.handup.send", "上缴党费", RECORD, f"{S}.funds.hand_up", target="none", form=f"{F}.HandUpForm", style="go",
        icon="arrow-up-tray", audit="上缴党费", leaves_scope=True,
        confirm="把上次以来收到的党费按比例留存后上缴上级，大额党费全部上缴；开出上缴单，等上级确认收到。",
    ),
    Action(
        "dues.handup.receive", "确认收到", MONEY, f"{S}.funds.receive", model=HAND_UP, when=Q(state="sent"),
        when_message="已经确认或撤回", style="go", icon="check-circle", not_by=("sent_by_person_id",), audit="确认收到上缴党费",
        confirm="确认{obj}的钱已经到账，记入上级组织的账。不能确认自己上缴的。",
        inbox=Inbox(
            title=lambda h: f"上缴待确认：{h.organization}", detail=lambda h: f"{h.on.isoformat()} {format_amount(h.whole)} 元，{h.get_method_display()}",
            due=lambda h: None, order=("on",), related=("organization",),
        ),
    ),
    Action(
        "dues.handup.recall", "撤回上缴", RECORD, f"{S}.funds.recall", model=HAND_UP, form="zhibu.apps.dues.forms.WhyForm",
        when=Q(state="sent"), when_message="上级已经确认，或已撤回", style="danger", icon="arrow-uturn-left", audit="撤回上缴党费",
        confirm="{obj}撤回，钱回到本组织账上；编号保留。",
    ),
    Action(
        "dues.deposit", "党费存取", MONEY, f"{S}.funds.deposit", model=PLACE, form=f"{F}.DepositForm",
        when=Q(kind__in=["branch", "general_branch", "committee"], dissolved_on__isnull=True), icon="building-library",
        audit="党费存取", confirm="把库存现金或扫码收的款转为{obj}的银行存款，或从银行取出现金。",
    ),
    Action(
        "dues.budget.set", "设定预算", ASSESS, f"{S}.funds.set_budget", target="none", form=f"{F}.BudgetForm", style="go",
        icon="chart-pie", audit="设定党费预算", confirm="设定一年内某项用途最多用多少。原来的数字保留备查。",
    ),
    Action(
        "dues.spending.ask", "申请使用党费", RECORD, f"{S}.funds.ask", target="none", form=f"{F}.SpendingForm", style="go",
        icon="document-plus", audit="申请使用党费", confirm="提交申请，由另一位同志审批，财务支付。票据作为附件。",
    ),
    Action(
        "dues.spending.answer", "审批支出", APPROVE, f"{S}.funds.answer", model=SPENDING, form=f"{F}.AnswerSpendingForm",
        when=Q(state="asked"), when_message="已经审批", style="go", icon="check-badge", not_by=("asked_by_person_id",),
        audit="审批党费支出", confirm="同意的，在预算和留存里预留这笔钱。不能审批自己的申请。",
        inbox=Inbox(
            title=lambda s: f"党费支出：{s.words}"[:60], detail=lambda s: f"{s.organization}，{format_amount(s.amount)} 元",
            due=lambda s: None, order=("asked_on",), related=("organization",),
        ),
    ),
    Action(
        "dues.spending.pay", "支付", MONEY, f"{S}.funds.pay", model=SPENDING, form=f"{F}.PayForm", when=Q(state="approved"),
        when_message="没有批准，或已经支付", style="go", icon="credit-card", not_by=("asked_by_person_id",), audit="支付党费支出",
        confirm="登记{obj}已经付出。申请、审批、支付由三位同志分别办理。",
        inbox=Inbox(
            title=lambda s: f"待支付：{s.words}"[:60], detail=lambda s: f"{s.payee}，{format_amount(s.amount)} 元",
            due=lambda s: None, order=("answered_on",),
        ),
    ),
    Action(
        "dues.spending.reverse", "冲销支出", MONEY, f"{S}.funds.reverse_spending", model=SPENDING,
        form="zhibu.apps.dues.forms.WhyForm", when=Q(state="paid"), when_message="没有支付，或已经冲销", style="danger",
        icon="arrow-uturn-left", audit="冲销党费支出", confirm="{obj}冲销，钱回到账上；原来的记录保留。",
    ),
    Action(
        "dues.report.publish", "公布收缴使用情况", RECORD, f"{S}.disclosing.publish", target="none", form=f"{F}.ReportForm", style="go",
        icon="megaphone", audit="公布党费收缴使用情况",
        confirm="按今天的数据公布，通知组织内的每名党员，以后可以再看。每年至少向党员公布一次。",
    ),
)  # fmt: skip
