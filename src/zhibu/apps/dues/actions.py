"""Everything that can be done about dues."""

from datetime import date

from django.db.models import Q

from zhibu.apps.dues import actions_funds, queries  # noqa: F401 - the acts of money going out register themselves
from zhibu.apps.dues.permissions import APPROVE, ASSESS, MONEY, RECORD
from zhibu.apps.dues.services import requesting
from zhibu.kernel.actions import Action, Inbox, register
from zhibu.kernel.money.amounts import format_amount

S = "zhibu.apps.dues.services"
F = "zhibu.apps.dues.forms"
PERSON, PLACE = "people.Person", "organizations.Organization"
NO_MEMBER = "此人现在不是党支部的党员"
BRANCH = Q(kind="branch", dissolved_on__isnull=True)


def member(today: date) -> Q:
    """Condition on people: members."""
    return queries.is_member()


register(
    Action(
        "dues.policy.set", "设定党费政策", ASSESS, f"{S}.policies.set_", target="none", form=f"{F}.PolicyForm", style="go",
        icon="adjustments-horizontal", audit="设定党费政策", confirm="从所选月份起，计算党费和上缴时按新的规定；以前算过的不变。",
    ),
    Action(
        "dues.base.fix", "核定党费基数", ASSESS, f"{S}.bases.fix", model=PERSON, form=f"{F}.BaseForm", when=member,
        when_message=NO_MEMBER, icon="calculator", audit="核定党费基数",
        confirm="按填写的各项算出{obj}的党费计算基数，逐项留存。未交的月份随之重算，已交的不变；原来的核定仍可查看。",
    ),
    Action(
        "dues.base.withdraw", "撤回基数", ASSESS, f"{S}.bases.withdraw", model="dues.Base", form=f"{F}.WhyForm",
        when=Q(stands=True), when_message="这个基数已经失效", style="danger", icon="arrow-uturn-left", audit="撤回党费基数",
        confirm="{obj}不再有效。已按它计算过月份的，不能撤回，请更正。",
    ),
    Action(
        "dues.assess.run", "计算本月党费", ASSESS, f"{S}.assessing.begin", target="none", form=f"{F}.AssessForm", style="go",
        icon="calculator", audit="计算党费", confirm="给范围内每个支部的党员算出这个月应交的党费。已经算过的不重复；再算一次，只补上新来的和新核定的。",
    ),
    Action(
        "dues.charge.renew", "重算", ASSESS, f"{S}.charging.renew", model="dues.Charge", form=f"{F}.WhyForm",
        when=Q(stands=True) & ~Q(settled=True, amount__gt=0), when_message="已经交了或已撤销", icon="arrow-path",
        audit="重算应交党费", confirm="按现在的基数和减免重算{obj}；原来的一笔保留并标为已撤销。",
    ),
    Action(
        "dues.charge.cancel", "撤销应交", ASSESS, f"{S}.charging.cancel", model="dues.Charge", form=f"{F}.WhyForm",
        when=Q(stands=True) & ~Q(settled=True, amount__gt=0), when_message="已经交了或已撤销", style="danger", icon="x-circle",
        audit="撤销应交党费", confirm="{obj}不用交了（例如当月已在别处交纳）。撤销后，统一计算会再算这个月。",
    ),
    Action(
        "dues.payment.collect", "收党费", RECORD, f"{S}.payments.collect", model=PLACE, form=f"{F}_money.CollectForm", when=BRANCH,
        when_message="只有党支部收党费", style="go", icon="banknotes", audit="收党费",
        confirm="按勾选的月份入账，开一张收据。一个月只能交一次；收错了可以冲销，收据号不会重用。",
    ),
    Action(
        "dues.payment.member", "收党费", RECORD, f"{S}.member_paying.collect", model=PERSON, form=f"{F}_money.MemberForm", when=member,
        when_message=NO_MEMBER, style="go", icon="banknotes", audit="收党费",
        confirm="收{obj}的党费，开一张收据。可以补交以前的、预交以后的，也可以自愿多交。",
    ),
    Action(
        "dues.payment.reverse", "冲销", RECORD, f"{S}.payments.reverse", model="dues.Payment", form=f"{F}.WhyForm",
        when=Q(stands=True), when_message="这张收据已经冲销", style="danger", icon="arrow-uturn-left", audit="冲销党费收款",
        confirm="{obj}作废，所交的月份变回未交；银行和网上来的款回到待查款。收据号保留，不再使用。",
    ),
    Action(
        "dues.incoming.match", "认领入账", RECORD, f"{S}.incoming.match", model="dues.Incoming", form=f"{F}_money.MatchForm",
        when=Q(state="open"), when_message="这笔来款已经入账或退款", style="go", icon="link", audit="来款入账",
        confirm="选择这笔钱交的是谁的哪几个月。同名的不会自动选，请核对后再勾选；没有用完的仍留在待查款。",
        inbox=Inbox(
            title=lambda i: f"待查来款 {format_amount(i.left)} 元", detail=lambda i: f"{i.on.isoformat()} {i.payer_name or '未知付款人'}：{i.why}",
            due=lambda i: None, order=("on",),
        ),
    ),
    Action(
        "dues.incoming.certain", "自动认领来款", RECORD, f"{S}.claiming.match_certain", model=PLACE, icon="bolt",
        when=Q(kind__in=["branch", "general_branch", "committee", "unit"], dissolved_on__isnull=True), audit="自动认领来款",
        confirm="把姓名、金额都对得上、又没有同名党员的银行来款一次入账。有一点疑问的都留给人工选择。",
    ),
    Action(
        "dues.incoming.refund", "退款", MONEY, f"{S}.incoming.refund", model="dues.Incoming", form=f"{F}_money.RefundForm",
        when=Q(state="open"), when_message="这笔来款已经入账或退款", style="danger", icon="arrow-uturn-left", audit="退回来款",
        confirm="把{obj}还没有入账的部分登记为已退回付款人。请先在银行或支付渠道办好退款。",
    ),
    Action(
        "dues.relief.ask", "报请减免党费", RECORD, f"{S}.easing.ask_relief", model=PERSON, form=f"{F}_easing.ReliefForm", when=member,
        when_message=NO_MEMBER, icon="hand-raised", audit="报请减免党费",
        confirm="困难党员少交或免交，经支部委员会研究，报上一级党委批准（第七条）。提交后编号发出请示，批准以前照常计算。",
    ),
    Action(
        "dues.relief.answer", "批复减免", APPROVE, f"{S}.easing.answer_relief", model="dues.Relief",
        form=f"{F}_easing.AnswerReliefForm", when=Q(state="asked"), when_message="已经批复或撤回", style="go", icon="check-badge",
        not_by=("asked_by_person_id",), audit="批复减免党费", confirm="批复随请示编号发给支部。同意的，减免期内未交的月份立即重算；退回补充的，支部改好后用原来的文号再报。不能批自己报的。",
        inbox=Inbox(
            title=lambda r: f"减免党费：{r.person.name}", detail=lambda r: f"{r.organization}：{r.reason}"[:60],
            due=requesting.due_on, order=("asked_at",), related=("person", "organization"), only=requesting.is_before_us,
        ),
    ),
    Action(
        "dues.relief.revise", "补充后重报", RECORD, f"{S}.easing.revise_relief", model="dues.Relief", form=f"{F}_easing.ReviseForm",
        when=requesting.is_returned, when_message="没有退回补充", style="go", icon="pencil-square", audit="重报减免党费",
        confirm="按上级的意见改好，{obj}用原来的文号再报一次；请示的正文随之改写，上次报的原样留着。",
        inbox=Inbox(
            title=lambda r: f"补充后重报减免：{r.person.name}", detail=lambda r: r.answer[:60], due=lambda r: None,
            order=("studied_on",), related=("person",),
        ),
    ),
    Action(
        "dues.relief.withdraw", "撤回", RECORD, f"{S}.easing.withdraw_relief", model="dues.Relief", form=f"{F}.WhyForm",
        when=Q(state="asked"), when_message="已经批复或撤回", style="danger", icon="arrow-uturn-left", audit="撤回减免报告",
        confirm="{obj}连同请示撤回，不再等待批复。",
    ),
    Action(
        "dues.relief.end", "提前结束", RECORD, f"{S}.easing.end_relief", model="dues.Relief", form=f"{F}.WhyForm",
        when=lambda today: Q(state="agreed", until__gt=today.replace(day=1)), when_message="没有批准，或已经到期",
        icon="archive-box", audit="提前结束减免", confirm="{obj}从下个月起不再减免；已经减免的月份不变。",
    ),
    Action(
        "dues.quarterly.agree", "同意按季交纳", RECORD, f"{S}.easing.agree_quarterly", model=PERSON,
        form=f"{F}_easing.QuarterlyForm", when=member, when_message=NO_MEMBER, icon="calendar-days", audit="同意按季交纳党费",
        confirm="有特殊情况的党员经支部同意可以按季交党费（第十二条）。每季末以前不算欠交。",
    ),
    Action(
        "dues.quarterly.end", "改回按月", RECORD, f"{S}.easing.end_quarterly", model="dues.QuarterlyConsent", form=f"{F}.WhyForm",
        when=Q(until__isnull=True), when_message="已经改回按月", icon="calendar", audit="改回按月交纳党费",
        confirm="{obj}从本月起改回按月。",
    ),
    Action(
        "dues.case.discuss", "登记支部研究结果", RECORD, f"{S}.easing.discuss", model="dues.ArrearCase",
        form=f"{F}_easing.DiscussForm", when=Q(closed_on__isnull=True), when_message="已经办结", style="go",
        icon="chat-bubble-left-right", audit="登记支部研究结果",
        confirm="写下支部了解到的情况和研究结果。党籍不会因此变动：须支部大会决定并报上级批准的，另行办理。",
        inbox=Inbox(
            title=lambda c: f"连续 {c.run} 个月未交党费：{c.person.name}",
            detail=lambda c: f"{c.opened_on.isoformat()} 提出，{'上次办结后仍未交，' if c.follows_id else ''}请支部了解情况，必要时提交支部大会"
            "（党章第九条、党费规定第十三条）",
            due=lambda c: None, order=("opened_on",), related=("person",),
        ),
    ),
    Action(
        "dues.order.make", "扫码交党费", "", f"{S}.ordering.order", model=PERSON, personal="pk", form=f"{F}_own.OrderForm", when=member,
        when_message="您现在不是党支部的党员", style="go", icon="qr-code", audit="扫码交党费", listed=False,
        confirm="勾选要交的月份，生成一个二维码，用手机扫码支付。半小时内有效。",
    ),
    Action(
        "dues.order.cancel", "取消订单", "", f"{S}.ordering.cancel", model="dues.Order", personal="person_id", when=Q(state="open"),
        when_message="订单已经结束", icon="x-circle", audit="取消扫码订单",
        confirm="取消{obj}。已经付了的请不要取消，稍等片刻会自动入账。",
    ),
)  # fmt: skip
