"""The registered rule on the dues of a month, to be tried by anybody. Pure; the figures are data in `params/`."""

from datetime import date
from decimal import Decimal

from zhibu.apps.dues import months, rules
from zhibu.apps.dues.params import caps, payers
from zhibu.apps.dues.params import first_month as first_known
from zhibu.kernel.rules.answers import Answer, Violation
from zhibu.kernel.rules.inputs import TODAY, Input
from zhibu.kernel.rules.registry import rule

_EMPTY: dict[str, object] = {"rate": None, "amount": None, "computed": None, "steps": []}


@rule(
    "dues.monthly",
    "每月应交党费",
    regulation="关于中国共产党党费收缴、使用和管理的规定（中组发〔2008〕3号）；组电明字〔2017〕5号",
    version="2008；2017",
    article="第一条至第六条",
    unit="元",
    inputs=[
        Input("payer", "choice", "交费人员类别", choices=tuple({row.code: row.label for row in payers()}.items())),
        Input("base", "money", "党费计算基数（元/月）", "农民填支部定的每月数额；学生、下岗失业等每月 0.2 元，不看这一项", default=None),
        Input("on", "date", "哪一天所在的月份", default=TODAY),
    ],
    outputs={"rate": "比例", "amount": "每月应交", "computed": "按比例算得", "steps": "怎么算的"},
    explanation=(
        "按基数所在的一档，用基数全额乘比例，不分段累进；每档含上限，所以 3000.00 元交 15.00 元，3000.01 元交 30.00 元。"
        "2017 年起每人每月一般不超过 1000 元，自愿多交不限。四舍五入到分（全国没有统一规定，可以在党费政策里改为角或元）。"
    ),
)  # fmt: skip
def monthly_dues(payer: str, base: Decimal | None, on: date) -> Answer:
    """Return rate (a fraction, None for a fixed amount), amount, computed (before the usual most) and the steps in words."""
    month, ignored = months.first(on), None
    row = rules.payer_in_force(payers(), payer, month)
    if row is None:
        known = first_known()
        message = f"这里只有 {known.year} 年 {known.month} 月以后的规定"
        return Answer(dict(_EMPTY), [Violation("dues.before", message, "中组发〔2008〕3号")])
    if (
        not row.needs_base
        and row.fixed is not None
        and (row.fixed[0] == row.fixed[1] or not base or base > row.fixed[1])
    ):
        ignored, base = base, None
    if base is None and row.needs_base:
        return Answer(dict(_EMPTY), [Violation("dues.base", "请填写党费计算基数", row.article)])
    try:
        found = rules.monthly(row, base, rules.cap_in_force(caps(), month))
    except ValueError as error:
        return Answer(dict(_EMPTY), [Violation("dues.base", str(error), row.article)])
    violations = []
    if found.capped:
        violations.append(Violation("dues.capped", "每月一般不超过 1000 元，多出的由党员自愿", rules.NOTICE))
    steps = list(found.steps)
    if ignored:
        steps.append(f"所填的 {ignored} 元没有采用：{row.label}的党费不按基数计算（{row.article}）")
    return Answer({"rate": found.rate, "amount": found.amount, "computed": found.computed, "steps": steps}, violations)
