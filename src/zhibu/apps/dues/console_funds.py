"""The declared lists of money that was handed up and used, of policies and of yearly reports."""

from zhibu.apps.dues import queries
from zhibu.apps.dues.links import beside_spendings
from zhibu.apps.dues.pages import month_words
from zhibu.apps.dues.permissions import VIEW
from zhibu.kernel.console import Column, Screen, register

SECTION = "党费"
F = "zhibu.apps.dues.filters"
P = "zhibu.apps.dues.pages"
T = "dues/record.html"

C = Column
register(
    Screen(
        slug="dues-handups", model="dues.HandUp", label="党费上缴", permission=VIEW, rows=queries.listed_hand_ups, order="-on",
        columns=(
            C("number", "编号", lambda h: f"{h.year}-{h.number:03d}", sort="number", kind="short", primary=True),
            C("organization", "上缴组织", "organization", sort="organization__path", kind="short"),
            C("superior", "上级组织", "superior", kind="short", phone=False),
            C("on", "日期", "on", sort="on", kind="date"),
            C("base", "应计党费（元）", "base", kind="money", phone=False),
            C("kept", "留存（元）", "kept", kind="money", phone=False),
            C("whole", "上缴合计（元）", "whole", kind="money"),
            C("state", "状态", "get_state_display", sort="state", kind="short",
              tone=lambda h: {"sent": "due", "received": "ok"}.get(h.state, "plain")),
        ),
        filterset=f"{F}.HandUpFilter", head=("dues.handup.send",), record=f"{P}.hand_up_page", record_template=T, section=SECTION,
        icon="arrow-up-tray", position=67, empty="还没有上缴过。收到党费后点“上缴党费”。",
    ),
    Screen(
        slug="dues-spendings", model="dues.Spending", label="党费支出", permission=VIEW, rows=queries.listed_spendings,
        order="-asked_on",
        columns=(
            C("words", "事由", "words", primary=True),
            C("organization", "支出组织", "organization", sort="organization__path", kind="short"),
            C("use", "用途", "get_use_display", sort="use", phone=False),
            C("amount", "金额（元）", "amount", sort="amount", kind="money"),
            C("payee", "收款方", "payee", phone=False),
            C("asked", "申请日期", "asked_on", sort="asked_on", kind="date"),
            C("by", "申请人", "asked_name", kind="short", phone=False),
            C("state", "状态", "get_state_display", sort="state", kind="short",
              tone=lambda s: {"asked": "due", "approved": "info", "paid": "ok"}.get(s.state, "plain")),
        ),
        filterset=f"{F}.SpendingFilter", head=("dues.spending.ask",), links=beside_spendings, record=f"{P}.spending_page",
        record_template=T, section=SECTION, icon="credit-card", position=68, empty="还没有支出。",
    ),
    Screen(
        slug="dues-budgets", model="dues.Budget", label="党费预算", permission=VIEW, rows=queries.listed_budgets, order="-year",
        columns=(
            C("use", "用途", "get_use_display", sort="use", primary=True),
            C("organization", "组织", "organization", sort="organization__path", kind="short"),
            C("year", "年度", "year", sort="year", kind="number"),
            C("amount", "预算（元）", "amount", kind="money"),
            C("state", "状态", lambda b: "有效" if b.stands else "已调整", kind="short", tone=lambda b: "ok" if b.stands else "plain"),
        ),
        filterset=f"{F}.BudgetFilter", head=("dues.budget.set",), record=f"{P}.budget_page", record_template=T, empty="还没有预算。",
    ),
    Screen(
        slug="dues-policies", model="dues.Policy", label="党费政策", permission=VIEW, rows=queries.listed_policies, order="-since",
        columns=(
            C("organization", "适用组织", "organization", sort="organization__path", primary=True),
            C("since", "起始月份", lambda p: month_words(p.since), sort="since", kind="short"),
            C("rounding", "四舍五入", "get_rounding_display", kind="short"),
            C("wages", "工资变化", "get_wages_display", phone=False),
            C("kept", "留存比例（%）", "kept", kind="number"),
            C("ground", "依据", "ground", phone=False),
        ),
        filterset=f"{F}.PlaceFilter", head=("dues.policy.set",), record=f"{P}.policy_page", record_template=T,
        empty="没有另设政策：四舍五入到分，基数年初核定，党委留存一半（请按省级或主管党委的规定设定）。",
    ),
    Screen(
        slug="dues-reports", model="dues.Disclosure", label="收缴使用公布", permission=VIEW, rows=queries.listed_reports, order="-year",
        columns=(
            C("organization", "公布组织", "organization", sort="organization__path", primary=True),
            C("year", "年度", "year", sort="year", kind="number"),
            C("on", "公布日期", "published_on", sort="published_on", kind="date"),
            C("by", "公布人", "by_name", kind="short"),
        ),
        filterset=f"{F}.PlaceFilter", head=("dues.report.publish",), record=f"{P}.report_page", record_template=T, section=SECTION,
        icon="megaphone", position=69, empty="还没有公布过。每年至少向党员公布一次党费收缴、使用和管理情况。",
    ),
)  # fmt: skip
