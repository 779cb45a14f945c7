"""What the record pages of this app show: facts, a table, notices, files; drawn by one template."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.timezone import localdate

from zhibu.apps.dues import months, queries, rules
from zhibu.apps.dues.models import (
    ArrearCase,
    Assessment,
    Base,
    Budget,
    Charge,
    Disclosure,
    HandUp,
    Incoming,
    Payment,
    Policy,
    QuarterlyConsent,
    Relief,
    Settlement,
    Spending,
)
from zhibu.apps.dues.params import caps, payers
from zhibu.apps.dues.permissions import BASE
from zhibu.apps.dues.services import funds
from zhibu.apps.dues.services.policies import PolicyBook
from zhibu.apps.dues.services.reminding import ARTICLE
from zhibu.apps.petitions import queries as petitions
from zhibu.kernel import files
from zhibu.kernel.money.amounts import format_amount
from zhibu.kernel.money.words import upper
from zhibu.kernel.ui.parts import Fact

SIGNS = {"plus": "计入", "minus": "扣除", "none": "不计入"}
Shown = dict[str, Any]


@dataclass(frozen=True)
class Cell:
    """A cell of a table: the label it has on a phone, its text, where it leads."""

    label: str
    text: Any
    url: str
    number: bool = False


@dataclass(frozen=True)
class Table:
    """A table of a page: its title, heads ("#" before a number column), rows of cells (text or (text, url))."""

    title: str
    heads: tuple[str, ...]
    rows: Sequence[Sequence[Any]]
    foot: str = ""
    empty: str = "没有。"

    @property
    def drawn(self) -> list[list[Cell]]:
        """The rows as the template draws them."""
        return [[self._cell(head, cell) for head, cell in zip(self.heads, row, strict=True)] for row in self.rows]

    @staticmethod
    def _cell(head: str, cell: Any) -> Cell:
        words, url = cell if isinstance(cell, tuple) else (cell, "")
        return Cell(head.removeprefix("#"), words, url, head.startswith("#"))


def yuan(amount: Any) -> str | None:
    """Return an amount as a page writes it."""
    return None if amount is None else f"{format_amount(amount)} 元"


def shown(request: HttpRequest, obj: Any, facts: Sequence[Fact], *tables: Table, tag: tuple[str, str] = ("", ""),
          notices: Sequence[tuple[str, str]] = (), title: str = "") -> Shown:  # fmt: skip
    """Return the context of the one template."""
    found = files.attached(request.actor, obj)  # type: ignore[attr-defined]
    return {"facts": [one for one in facts if not one.absent], "tables": tables, "tag": tag, "notices": notices, "files": found,
            "person": getattr(obj, "person", None), "heading": title or str(obj)}  # fmt: skip


def month_words(month: Any) -> str:
    """Return a month in words."""
    return f"{month.year} 年 {month.month} 月"


def charge_page(request: HttpRequest, charge: Charge) -> Shown:
    """What is owed for a month, how it was worked out, and what paid it."""
    may = request.actor.may(BASE, charge.organization.path)  # type: ignore[attr-defined]
    facts = [
        Fact("姓名", charge.person.name), Fact("月份", month_words(charge.month)), Fact("收缴支部", charge.organization),
        Fact("人员类别", charge.get_payer_display()), Fact("应交", yuan(charge.amount)),
        Fact("党费计算基数", yuan(charge.base) if may and charge.rate is not None else None),
        Fact("怎么算的", arithmetic(charge) if may else None, wide=True),
        Fact("减免", charge.relief, url=charge.relief.get_absolute_url() if charge.relief else ""),
        Fact("说明", charge.why), Fact("基数", "沿用上年，新基数核定后可重算" if charge.carried else None),
    ]  # fmt: skip
    paid = (
        Settlement.objects.system("who paid a visible month")
        .filter(charge=charge)
        .select_related("payment__organization")
    )
    rows = [
        ((one.payment.receipt, one.payment.get_absolute_url()), one.payment.on.isoformat(), one.payment.get_method_display(),
         one.payment.handed_by, "有效" if one.stands else "已冲销")
        for one in paid
    ]  # fmt: skip
    table = Table("交纳", ("收据", "日期", "方式", "交款人", "状态"), rows, empty="还没有交。")
    return shown(request, charge, facts, table, tag=charge.state)


def arithmetic(charge: Charge) -> str:
    row = rules.payer_in_force(payers(), charge.payer, charge.month)
    if charge.rate is None or charge.base is None or row is None:
        return f"{charge.get_payer_display()}按月定额交 {charge.computed} 元" + (f"（{row.article}）" if row else "")
    words = f"{format_amount(charge.base)} × {rules.percent(charge.rate)} = {format_amount(charge.computed)} 元（{row.article}，按全额计算）"
    return words if charge.amount == charge.computed else f"{words}；应交 {format_amount(charge.amount)} 元"


def payment_page(request: HttpRequest, payment: Payment) -> Shown:
    """A receipt with whose months it paid."""
    facts = [
        Fact("收据号", payment.receipt), Fact("金额", yuan(payment.amount), hint=upper(payment.amount)), Fact("收款日期", payment.on),
        Fact("方式", payment.get_method_display()), Fact("收款支部", payment.organization), Fact("交款人", payment.handed_by),
        Fact("交款方式", payment.get_origin_display()), Fact("其中自愿多交", yuan(payment.voluntary) if payment.voluntary else None),
        Fact("自愿多交的党员", payment.voluntary_person), Fact("大额党费", "是，全部上缴" if payment.large else None),
        Fact("来款", payment.incoming, url=payment.incoming.get_absolute_url() if payment.incoming else ""),
        Fact("收款人", payment.by_name), Fact("登记时间", payment.recorded_at), Fact("备注", payment.note),
        Fact("冲销", f"{payment.reversed_on}，{payment.reversed_name}：{payment.reversed_why}" if not payment.stands else None, wide=True),
    ]  # fmt: skip
    held = queries.months_of(payment)
    rows = [
        (
            (one.charge.person.name, one.charge.get_absolute_url()),
            month_words(one.charge.month),
            format_amount(one.amount),
        )
        for one in held
    ]
    people = len({one.charge.person_id for one in held})
    table = Table(
        "交了谁的哪几个月",
        ("姓名", "月份", "#金额（元）"),
        rows,
        foot=f"{people} 人，{len(held)} 个月",
        empty="没有月份，只有自愿多交。",
    )
    return shown(request, payment, facts, table, tag=("有效", "ok") if payment.stands else ("已冲销", "plain"))


def incoming_page(request: HttpRequest, incoming: Incoming) -> Shown:
    """Money that arrived, and what became of it."""
    facts = [
        Fact("到账日期", incoming.on), Fact("金额", yuan(incoming.amount)), Fact("未入账", yuan(incoming.left)),
        Fact("付款人", incoming.payer_name), Fact("账号尾号", incoming.account_tail), Fact("附言", incoming.note),
        Fact("流水号", incoming.serial), Fact("途径", incoming.get_kind_display()), Fact("收款组织", incoming.organization),
        Fact("待查原因", incoming.why), Fact("已退", yuan(incoming.refunded) if incoming.refunded else None),
        Fact("订单", incoming.order and incoming.order.number),
    ]  # fmt: skip
    rows = [
        (
            (one.receipt, one.get_absolute_url()),
            one.organization,
            format_amount(one.amount),
            "有效" if one.stands else "已冲销",
        )
        for one in Payment.objects.system("payments of visible money")
        .filter(incoming=incoming)
        .select_related("organization")
    ]
    notices = []
    if incoming.state == "open" and (odd := rules.suspicion(incoming.note)) is not None:
        notices.append(("late", f"{odd.message}（{odd.article}）。这笔钱请退回。"))
    tag = (incoming.get_state_display(), {"open": "due", "settled": "ok"}.get(incoming.state, "plain"))
    table = Table("入账", ("收据", "支部", "#金额（元）", "状态"), rows, empty="还没有入账。")
    return shown(request, incoming, facts, table, tag=tag, notices=notices)


def base_page(request: HttpRequest, base: Base) -> Shown:
    """A base with its arithmetic, line by line."""
    row = rules.payer_in_force(payers(), base.payer, base.since)
    try:
        month = max(base.since, months.first(localdate()))
        unit = PolicyBook(month).of(base.organization).rounding
        monthly = rules.monthly(row, base.amount, rules.cap_in_force(caps(), month), unit) if row else None
    except ValueError:
        monthly = None
    told = (
        "；".join([*monthly.steps, *([f"应交 {format_amount(monthly.amount)} 元"] if monthly.capped else [])])
        if monthly
        else None
    )
    facts = [
        Fact("姓名", base.person.name), Fact("所在支部", base.organization), Fact("人员类别", base.get_payer_display()),
        Fact("起始月份", month_words(base.since)), Fact("党费计算基数" if row is None or row.needs_base else "每月定额", yuan(base.amount)),
        Fact("每月应交", told, wide=True), Fact("来源", base.get_source_display()),
        Fact("依据", base.ground), Fact("本人签字日期", base.confirmed_on), Fact("核定人", base.by_name), Fact("核定时间", base.recorded_at),
        Fact("现行的基数", base.replaced_by, url=base.replaced_by.get_absolute_url() if base.replaced_by else ""),
    ]  # fmt: skip
    lines = [
        (one["label"], SIGNS[one["sign"]], format_amount(one["amount"]), format_amount(one["running"]), one["why"])
        for one in base.arithmetic
    ]
    table = Table(
        "计算明细", ("项目", "计法", "#金额（元）", "#累计基数（元）", "依据"), lines, empty="按月定额，没有明细。"
    )
    return shown(request, base, facts, table, tag=("有效", "ok") if base.stands else ("已失效", "plain"))


def relief_page(request: HttpRequest, relief: Relief) -> Shown:
    """A relief, the request it went up with, and the answer."""
    facts = [
        Fact("姓名", relief.person.name), Fact("所在支部", relief.organization),
        Fact("减免月份", months.words(months.span(relief.since, relief.until))),
        Fact("减后每月交", yuan(relief.amount) if relief.amount else "免交"), Fact("支部研究日期", relief.studied_on),
        Fact("报告人", relief.asked_name), Fact("批准人", relief.answered_name), Fact("批复日期", relief.answered_on),
        Fact("困难情况", relief.reason, wide=True), Fact("批复意见", relief.answer, wide=True),
    ]  # fmt: skip
    actor = request.actor  # type: ignore[attr-defined]
    may = actor.may("petitions.view", relief.organization.path)
    rows = [
        ((one.number_text, one.get_absolute_url()), one.sent_on.isoformat() if one.sent_on else "", one.addressee,
         one.get_state_display(), one.answer_number)
        for one in petitions.about(relief) if may
    ]  # fmt: skip
    empty = "报请时没有发请示。" if may else "查看请示须有“查看请示”的权限。"
    table = Table("请示和批复", ("请示", "发出日期", "上级党委", "状态", "批复文号"), rows, empty=empty)
    return shown(
        request,
        relief,
        facts,
        table,
        tag=(relief.get_state_display(), {"asked": "due", "agreed": "ok"}.get(relief.state, "plain")),
    )


def quarterly_page(request: HttpRequest, consent: QuarterlyConsent) -> Shown:
    """A consent to payment by the quarter."""
    facts = [
        Fact("姓名", consent.person.name), Fact("所在支部", consent.organization), Fact("起始月份", month_words(consent.since)),
        Fact("改回按月", month_words(consent.until) if consent.until else None), Fact("支部同意日期", consent.agreed_on),
        Fact("特殊情况", consent.reason, wide=True), Fact("登记人", consent.by_name),
    ]  # fmt: skip
    return shown(request, consent, facts, tag=("按季", "info") if consent.until is None else ("已改回", "plain"))


def case_page(request: HttpRequest, case: ArrearCase) -> Shown:
    """Long arrears: what is unpaid, and what the branch made of it."""
    facts = [
        Fact("姓名", case.person.name), Fact("所在支部", case.organization), Fact("最早欠交", month_words(case.oldest)),
        Fact("提出日期", case.opened_on), Fact("处理结果", case.get_outcome_display()), Fact("支部研究日期", case.met_on),
        Fact("情况说明", case.words, wide=True), Fact("登记人", case.by_name),
        *_other_matters(case),
    ]  # fmt: skip
    unpaid = queries.listed_charges(request.actor).filter(person=case.person, stands=True, settled=False)  # type: ignore[attr-defined]
    rows = [
        ((month_words(one.month), one.get_absolute_url()), one.organization, format_amount(one.amount))
        for one in unpaid.order_by("month")
    ]
    words = f"党员没有正当理由连续六个月不交党费，按自行脱党处理；须由支部大会决定除名，并报上级党组织批准（{ARTICLE}）。本平台只提醒，党籍不会自动变动。"
    table = Table("现在未交的月份", ("月份", "支部", "#应交（元）"), rows, empty="都已交清。")
    tag = ("待支部研究", "late") if case.closed_on is None else ("已办结", "ok")
    return shown(request, case, facts, table, tag=tag, notices=[("info", words)])


def _other_matters(case: ArrearCase) -> list[Fact]:
    """Return the links between matters of the same months: the one closed before, the one opened as they went on."""
    after = ArrearCase.objects.system("the matter that goes on from one in hand").filter(follows=case)
    pairs = [("接着已办结的", case.follows), ("此后仍未交，又提出", after.select_related("person").first())]
    return [
        Fact(label, f"{other}（{other.opened_on.isoformat()} 提出）", url=other.get_absolute_url())
        for label, other in pairs
        if other is not None
    ]


def assessment_page(request: HttpRequest, assessment: Assessment) -> Shown:
    """A run and what came of it."""
    facts = [
        Fact("范围", assessment.organization), Fact("月份", month_words(assessment.month)), Fact("新增人数", f"{assessment.count} 人"),
        Fact("新增金额", yuan(assessment.total)), Fact("没有核定基数的", f"{assessment.missing} 人"), Fact("发起人", assessment.by_name),
        Fact("开始时间", assessment.begun_at), Fact("完成时间", assessment.done_at),
        Fact("进度", "查看后台任务" if assessment.job else None, url=assessment.job.get_absolute_url() if assessment.job else ""),
    ]  # fmt: skip
    return shown(request, assessment, facts, tag=("已完成", "ok") if assessment.done_at else ("正在计算", "info"))


def hand_up_page(request: HttpRequest, hand_up: HandUp) -> Shown:
    """A hand-up with its arithmetic."""
    facts = [
        Fact("上缴组织", hand_up.organization), Fact("上级组织", hand_up.superior), Fact("上缴日期", hand_up.on),
        Fact("方式", hand_up.get_method_display()), Fact("本次应计党费", yuan(hand_up.base)),
        Fact("留存", f"{format_amount(hand_up.kept)} 元（{hand_up.percent}%）"), Fact("上缴", yuan(hand_up.upward)),
        Fact("大额党费（全部上缴）", yuan(hand_up.large) if hand_up.large else None),
        Fact("上缴合计", yuan(hand_up.whole), hint=upper(hand_up.whole)), Fact("经办人", hand_up.sent_name),
        Fact("上级收款人", hand_up.received_name), Fact("上级收款日期", hand_up.received_on), Fact("备注", hand_up.note),
    ]  # fmt: skip
    tag = (hand_up.get_state_display(), {"sent": "due", "received": "ok"}.get(hand_up.state, "plain"))
    return shown(request, hand_up, facts, tag=tag)


def spending_page(request: HttpRequest, spending: Spending) -> Shown:
    """A use of dues."""
    facts = [
        Fact("支出组织", spending.organization), Fact("用途", spending.get_use_display(), wide=True), Fact("金额", yuan(spending.amount), hint=upper(spending.amount)),
        Fact("收款方", spending.payee), Fact("申请人", spending.asked_name), Fact("申请日期", spending.asked_on),
        Fact("审批人", spending.answered_name), Fact("审批日期", spending.answered_on), Fact("支付日期", spending.paid_on),
        Fact("支付人", spending.paid_name), Fact("支付方式", spending.get_method_display()), Fact("审批意见", spending.answer, wide=True),
    ]  # fmt: skip
    tones = {"asked": "due", "approved": "info", "paid": "ok"}
    return shown(request, spending, facts, tag=(spending.get_state_display(), tones.get(spending.state, "plain")))


def budget_page(request: HttpRequest, budget: Budget) -> Shown:
    """A budget and what was used of it."""
    used = funds.reserved(budget.organization, budget.year, budget.use)
    facts = [
        Fact("组织", budget.organization), Fact("年度", budget.year), Fact("用途", budget.get_use_display(), wide=True),
        Fact("预算", yuan(budget.amount)), Fact("已批准和支出", yuan(used)), Fact("还可用", yuan(budget.amount - used) if budget.stands else None),
        Fact("依据", budget.ground), Fact("设定人", budget.by_name), Fact("设定时间", budget.recorded_at),
    ]  # fmt: skip
    return shown(request, budget, facts, tag=("有效", "ok") if budget.stands else ("已调整", "plain"))


def policy_page(request: HttpRequest, policy: Policy) -> Shown:
    """A policy."""
    facts = [
        Fact("适用组织", policy.organization), Fact("起始月份", month_words(policy.since)),
        Fact("四舍五入", policy.get_rounding_display()), Fact("工资变化", policy.get_wages_display()),
        Fact("本级留存比例", f"{policy.kept}%" if policy.kept is not None else None), Fact("依据", policy.ground),
        Fact("设定人", policy.by_name), Fact("设定时间", policy.recorded_at),
    ]  # fmt: skip
    return shown(request, policy, facts)


LABELS = (
    ("people", "交党费的党员", "人"), ("free", "免交", "人次"), ("owed", "应交", "元"), ("collected", "已交", "元"), ("paid", "全年实收党费", "元"),
    ("voluntary", "自愿多交", "元"), ("large", "大额党费", "元"), ("below", "收到下级上缴（本级）", "元"), ("handed", "上缴上级（本级）", "元"),
    ("kept", "本级留存", "元"), ("used", "支出", "元"), ("left", "留存结余", "元"),
)  # fmt: skip


def report_page(request: HttpRequest, report: Disclosure) -> Shown:
    """A yearly report as it was published."""
    return {**shown(request, report, report_facts(report), *report_tables(report)), "tag": ("已公布", "ok")}


def figure(value: Any, unit: str) -> str:
    """Return a figure of a report with its unit, money as it is written everywhere."""
    return f"{format_amount(Decimal(value)) if unit == '元' else value} {unit}"


def report_facts(report: Disclosure) -> list[Fact]:
    """Return the figures of a report."""
    facts = [
        Fact("公布组织", report.organization),
        Fact("年度", report.year),
        Fact("公布日期", report.published_on),
        Fact("公布人", report.by_name),
    ]
    found = report.figures
    facts += [Fact(label, figure(found[key], unit)) for key, label, unit in LABELS if key in found]
    return [*facts, Fact("说明", report.words, wide=True)]


def report_tables(report: Disclosure) -> list[Table]:
    """Return what the dues were used for."""
    rows = [(label, format_amount(Decimal(amount))) for label, amount in report.figures.get("uses", [])]
    return [Table("党费使用", ("用途", "#金额（元）"), rows, empty="这一年没有支出。")]
