"""The registered rule on the statutory month of retirement. Pure; the figures are data in `params/retirement.yaml`."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from zhibu.kernel import tables
from zhibu.kernel.rules.answers import Answer, Violation
from zhibu.kernel.rules.inputs import Input
from zhibu.kernel.rules.registry import rule

REGULATION = "国务院关于渐进式延迟法定退休年龄的办法"
ARTICLE = "第一条及附表"
OLDEST, LATEST = 1900, 2100


@dataclass(frozen=True)
class Ages:
    """One row of the table: the original age, how many months of birth cost one month of delay, the longest delay."""

    category: str
    label: str
    years: int
    births_per_month: int
    cap: int
    since: date


@dataclass(frozen=True)
class Retirement:
    """The delay in months, the statutory age (years and months), and the first day of the month of retirement."""

    delay: int
    years: int
    months: int
    month: date


@cache
def ages() -> dict[str, Ages]:
    """Return category -> row, the one in force last."""
    rows = tables.read(Path(__file__).parent / "params" / "retirement.yaml")
    found = [
        Ages(row["category"], row["label"], row["years"], row["births_per_month"], row["cap"], row["since"])
        for row in rows
    ]
    return {row.category: row for row in sorted(found, key=lambda row: row.since)}


def retirement(birth: date, row: Ages) -> Retirement:
    """Return when somebody born on `birth` reaches the statutory age.

    n = months from the rise's start to the original age, the month of reaching it counted; delay = min(ceil(n / k), cap).
    Source: 全国人大常委会 2024-09-13 决定, 办法 附表, in force since 2025-01-01.
    """
    reached = birth.year + row.years
    n = (reached - row.since.year) * 12 + birth.month
    delay = min(-(-n // row.births_per_month), row.cap) if n > 0 else 0
    years, months = divmod(row.years * 12 + delay, 12)
    place = reached * 12 + birth.month - 1 + delay
    return Retirement(delay, years, months, date(place // 12, place % 12 + 1, 1))


@rule(
    "retirement.date",
    "法定退休月份",
    regulation=REGULATION,
    version="2025",
    article=ARTICLE,
    unit="月",
    inputs=[
        Input("birth", "date", "出生日期"),
        Input(
            "category", "choice", "人员类别", "女职工的类别按岗位性质认定，不能只凭性别和年龄推算",
            choices=tuple((row.category, row.label) for row in ages().values()),
        ),
    ],
    outputs={"delay_months": "延迟月数", "years": "法定退休年龄（岁）", "months": "另加月数", "month": "退休月份"},
    explanation=(
        "2025 年起，男职工和原 55 周岁退休的女职工每 4 个月延迟 1 个月，最多延到 63 岁、58 岁；"
        "原 50 周岁退休的女职工每 2 个月延迟 1 个月，最多延到 55 岁。2025 年以前达到原退休年龄的不延迟。"
        "这里只算法定年龄，弹性提前或延后、特殊工种另行办理。"
    ),
)  # fmt: skip
def retirement_date(birth: date, category: str) -> Answer:
    """Return delay_months, years, months and month ("2025-02"); a violation when the year of birth cannot be."""
    if not OLDEST <= birth.year <= LATEST:
        message = f"出生年份应在 {OLDEST} 年至 {LATEST} 年之间"
        empty = {"delay_months": None, "years": None, "months": None, "month": None}
        return Answer(empty, [Violation("retirement.birth", message, ARTICLE)])
    found = retirement(birth, ages()[category])
    return Answer(
        {"delay_months": found.delay, "years": found.years, "months": found.months, "month": f"{found.month:%Y-%m}"}
    )


def hint(birth: date, sex: str) -> str:
    """Return the statutory month(s) in words; a woman's category is a recorded fact, so both are told."""
    if not OLDEST <= birth.year <= LATEST:
        return ""
    wanted = {"1": ("male60",), "2": ("female55", "female50")}.get(sex, ())
    words = [(ages()[name], retirement(birth, ages()[name]).month) for name in wanted]
    if len(words) == 1:
        return f"{words[0][1]:%Y-%m}"
    return "，".join(f"原 {row.years} 周岁退休的 {month:%Y-%m}" for row, month in words)
