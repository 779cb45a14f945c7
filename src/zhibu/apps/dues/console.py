"""The declared lists of what is owed and what came in."""

from zhibu.apps.dues import console_funds, queries  # noqa: F401 - its lists register themselves
from zhibu.apps.dues.links import beside_bases, beside_charges, beside_incoming
from zhibu.apps.dues.pages import month_words
from zhibu.apps.dues.permissions import BASE, VIEW
from zhibu.kernel.console import Column, Screen, register

SECTION = "党费"
F = "zhibu.apps.dues.filters"
P = "zhibu.apps.dues.pages"
T = "dues/record.html"
NAMES = "姓名、拼音、首字母、工号"

C = Column
register(
    Screen(
        slug="dues-charges", model="dues.Charge", label="应交党费", permission=VIEW, rows=queries.listed_charges, order="-month",
        columns=(
            C("name", "姓名", "person.name", sort="person__name", primary=True),
            C("month", "月份", lambda c: month_words(c.month), sort="month", kind="short"),
            C("organization", "收缴支部", "organization", sort="organization__path", kind="short"),
            C("payer", "人员类别", "get_payer_display", sort="payer", kind="short", phone=False),
            C("base", "基数", "base", kind="money", gate=BASE, where="export"),
            C("rate", "比例", "rate", kind="number", gate=BASE, where="export"),
            C("amount", "应交（元）", "amount", sort="amount", kind="money"),
            C("state", "状态", lambda c: c.state[0], kind="short", tone=lambda c: c.state[1]),
        ),
        search=queries.of_people, search_hint=NAMES, filterset=f"{F}.ChargeFilter", links=beside_charges, head=("dues.assess.run",),
        record=f"{P}.charge_page", record_template=T, section=SECTION, icon="calendar-days", position=61,
        empty="还没有算过党费。先核定每名党员的基数，再点“计算本月党费”。",
    ),
    Screen(
        slug="dues-payments", model="dues.Payment", label="收款和收据", permission=VIEW, rows=queries.listed_payments, order="-on",
        columns=(
            C("receipt", "收据号", "receipt", kind="short", primary=True),
            C("on", "日期", "on", sort="on", kind="date"),
            C("handed", "交款人", "handed_by", sort="handed_by"),
            C("origin", "交款方式", "get_origin_display", kind="short", phone=False),
            C("method", "方式", "get_method_display", kind="short"),
            C("amount", "金额（元）", "amount", sort="amount", kind="money"),
            C("voluntary", "其中自愿多交", "voluntary", kind="money", where="export"),
            C("organization", "收款支部", "organization", sort="organization__path", kind="short", phone=False),
            C("by", "收款人", "by_name", kind="short", phone=False),
            C("state", "状态", lambda p: "有效" if p.stands else "已冲销", kind="short", tone=lambda p: "ok" if p.stands else "plain"),
        ),
        search=queries.of_payers, search_hint="党员或交款人的姓名", filterset=f"{F}.PaymentFilter", record=f"{P}.payment_page",
        record_template=T, section=SECTION, icon="banknotes", position=62,
        empty="还没有收款。打开“收缴情况”里的支部，点“收党费”。",
    ),
    Screen(
        slug="dues-incoming", model="dues.Incoming", label="来款和待查款", permission=VIEW, rows=queries.listed_incoming, order="-on",
        columns=(
            C("payer", "付款人", lambda i: i.payer_name or "未知付款人", sort="payer_name", primary=True),
            C("on", "到账日期", "on", sort="on", kind="date"),
            C("amount", "金额（元）", "amount", sort="amount", kind="money"),
            C("left", "未入账（元）", "left", sort="left", kind="money"),
            C("note", "附言", "note", phone=False),
            C("kind", "途径", "get_kind_display", kind="short", phone=False),
            C("why", "待查原因", "why"),
            C("organization", "收款组织", "organization", sort="organization__path", kind="short", phone=False),
            C("state", "状态", "get_state_display", sort="state", kind="short",
              tone=lambda i: {"open": "due", "settled": "ok"}.get(i.state, "plain")),
        ),
        search=queries.of_transfers, search_hint="付款人、附言、流水号", filterset=f"{F}.IncomingFilter", links=beside_incoming,
        record=f"{P}.incoming_page", record_template=T, section=SECTION, icon="inbox-arrow-down", position=63,
        empty="还没有银行或网上来款。点“导入银行流水”。",
    ),
    Screen(
        slug="dues-bases", model="dues.Base", label="党费基数", permission=BASE, rows=queries.listed_bases, order="-since",
        columns=(
            C("name", "姓名", "person.name", sort="person__name", primary=True),
            C("staff", "工号", "person.staff_number", kind="short", where="export"),
            C("organization", "所在支部", "organization", sort="organization__path", kind="short"),
            C("payer", "人员类别", "get_payer_display", sort="payer", kind="short"),
            C("since", "起始月份", lambda b: month_words(b.since), sort="since", kind="short"),
            C("amount", "基数（元）", "amount", sort="amount", kind="money"),
            C("source", "来源", "get_source_display", kind="short", phone=False),
            C("signed", "签字日期", "confirmed_on", sort="confirmed_on", kind="date", phone=False),
            C("state", "状态", lambda b: "有效" if b.stands else "已失效", kind="short", tone=lambda b: "ok" if b.stands else "plain"),
        ),
        search=queries.of_people, search_hint=NAMES, filterset=f"{F}.BaseFilter", links=beside_bases, record=f"{P}.base_page",
        record_template=T, section=SECTION, icon="calculator", position=64,
        empty="还没有核定基数。用“导入工资构成”一次导入，或在党员的主档里点“核定党费基数”。",
    ),
    Screen(
        slug="dues-reliefs", model="dues.Relief", label="党费减免", permission=VIEW, rows=queries.listed_reliefs, order="-since",
        columns=(
            C("name", "姓名", "person.name", sort="person__name", primary=True),
            C("organization", "所在支部", "organization", sort="organization__path", kind="short"),
            C("since", "起始月份", lambda r: month_words(r.since), sort="since", kind="short"),
            C("until", "截止月份", lambda r: month_words(r.until), sort="until", kind="short"),
            C("amount", "减后每月交（元）", "amount", kind="money"),
            C("state", "状态", "get_state_display", sort="state", kind="short",
              tone=lambda r: {"asked": "due", "agreed": "ok"}.get(r.state, "plain")),
        ),
        search=queries.of_people, search_hint=NAMES, filterset=f"{F}.ReliefFilter", record=f"{P}.relief_page", record_template=T,
        section=SECTION, icon="hand-raised", position=65, empty="没有减免。在困难党员的主档里点“报请减免党费”。",
    ),
    Screen(
        slug="dues-quarterly", model="dues.QuarterlyConsent", label="按季交纳", permission=VIEW, rows=queries.listed_quarterly,
        order="-since",
        columns=(
            C("name", "姓名", "person.name", sort="person__name", primary=True),
            C("organization", "所在支部", "organization", sort="organization__path", kind="short"),
            C("since", "起始月份", lambda q: month_words(q.since), sort="since", kind="short"),
            C("until", "改回按月", lambda q: month_words(q.until) if q.until else "", kind="short"),
            C("reason", "特殊情况", "reason", phone=False),
        ),
        search=queries.of_people, search_hint=NAMES, filterset=f"{F}.PlaceFilter", record=f"{P}.quarterly_page", record_template=T,
        empty="没有按季交纳的党员。",
    ),
    Screen(
        slug="dues-arrears", model="dues.ArrearCase", label="连续未交", permission=VIEW, rows=queries.listed_cases, order="-opened_on",
        columns=(
            C("name", "姓名", "person.name", sort="person__name", primary=True),
            C("organization", "所在支部", "organization", sort="organization__path", kind="short"),
            C("run", "连续未交（月）", "run", sort="run", kind="number"),
            C("oldest", "最早欠交", lambda c: month_words(c.oldest), sort="oldest", kind="short"),
            C("opened", "提出日期", "opened_on", sort="opened_on", kind="date"),
            C("outcome", "处理结果", "get_outcome_display", kind="short"),
            C("state", "状态", lambda c: "已办结" if c.closed_on else "待支部研究", kind="short",
              tone=lambda c: "ok" if c.closed_on else "late"),
        ),
        search=queries.of_people, search_hint=NAMES, filterset=f"{F}.CaseFilter", record=f"{P}.case_page", record_template=T,
        section=SECTION, icon="exclamation-triangle", position=66, empty="没有连续六个月未交党费的党员。",
    ),
    Screen(
        slug="dues-assessments", model="dues.Assessment", label="党费计算", permission=VIEW, rows=queries.listed_assessments,
        order="-month",
        columns=(
            C("month", "月份", lambda a: month_words(a.month), sort="month", primary=True),
            C("organization", "范围", "organization", sort="organization__path", kind="short"),
            C("count", "新增人数", "count", kind="number"),
            C("total", "新增金额（元）", "total", kind="money"),
            C("missing", "未核定基数", "missing", kind="number"),
            C("by", "发起人", "by_name", kind="short", phone=False),
            C("begun", "开始时间", lambda a: a.begun_at.date(), kind="date", phone=False),
        ),
        filterset=f"{F}.PlaceFilter", record=f"{P}.assessment_page", record_template=T, head=("dues.assess.run",),
        empty="还没有算过。点“计算本月党费”。",
    ),
)  # fmt: skip
