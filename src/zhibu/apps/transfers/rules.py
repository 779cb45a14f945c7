"""What holds of transfers and of members who are away: validity of letters, who may go, what floating is, next contact. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from zhibu.kernel.calendar.months import add_months
from zhibu.kernel.rules.answers import Answer, Violation
from zhibu.kernel.rules.inputs import TODAY, Input
from zhibu.kernel.rules.registry import rule

EDUCATION = "《中国共产党党员教育管理工作条例》（2019）"
NO_PRETEXT = f"{EDUCATION}：不得无故拒转拒接"
#: letters that run out within so many days are urgent
URGENT_DAYS = 14
DEFAULT_DAYS = 90
MOST_DAYS = 366
FLOATING_MONTHS = 6
#: years of which a month up to which dues are paid may lie back: beyond, the year is a slip of the hand
PAID_YEARS = 10


@dataclass(frozen=True)
class Validity:
    """How long letters hold that are issued from `since` on: proposed and greatest number of days.

    foreign: greatest number of months of letters that come from outside, whose province may allow more.
    """

    since: date
    default: int
    most: int
    foreign: int = 6
    version: str = ""
    article: str = ""
    conflict: str = ""


def validity_on(table: Iterable[Validity], day: date) -> Validity:
    """Return the row in force for letters issued on that day; the earliest one before all of them."""
    rows = sorted(table, key=lambda row: row.since)
    held = [row for row in rows if row.since <= day]
    return held[-1] if held else rows[0]


def last_day(issued_on: date, days: int) -> date:
    """Return the last day on which a letter holds: the day of issue does not count (《民法典》第二百零一条)."""
    return issued_on + timedelta(days=days)


def letter_faults(issued_on: date, days: int, row: Validity) -> list[Violation]:
    """Return what is wrong with a period of validity."""
    if days < 1:
        return [Violation("transfers.days", "有效期至少 1 天", row.article)]
    if days > row.most:
        return [Violation("transfers.days", f"有效期不能超过 {row.most} 天", row.article)]
    return []


def countdown(valid_until: date, today: date) -> tuple[str, str]:
    """Return (words, kind) of how long a letter under way still holds."""
    left = (valid_until - today).days
    if left < 0:
        return f"已过期 {-left} 天", "late"
    if left == 0:
        return "今天到期", "due"
    return f"还有 {left} 天", "due" if left <= URGENT_DAYS else "info"


@rule(
    "transfers.letter_validity",
    "组织关系介绍信有效期",
    regulation=EDUCATION,
    version="2019",
    article="组织关系接转；有效期各地规定不一，本平台最长 90 天",
    inputs=[
        Input("issued_on", "date", "开具日期"),
        Input("days", "integer", "注明的有效期（天）", default=DEFAULT_DAYS, minimum=0, maximum=MOST_DAYS),
        Input("most", "integer", "最长天数", "本单位参数里的上限", default=DEFAULT_DAYS, minimum=1, maximum=MOST_DAYS),
        Input("today", "date", "今天", default=TODAY),
    ],
    outputs={"valid_until": "最后有效的一天", "days_left": "还有几天", "expired": "是否已过期"},
    explanation="开具当天不计，从第二天起算；最后一天当天仍可接收。超过最长天数的不能开具。过期的作废，重新开具另给新号，旧号保留。",
)
def letter_validity(issued_on: date, days: int, most: int, today: date) -> Answer:
    """Return `valid_until` (ISO), `days_left` and `expired`; a violation where the period is too long or too short."""
    row = Validity(date.min, most, most, article="本平台参数 letters.yaml")
    faults = letter_faults(issued_on, days, row)
    if faults:
        return Answer({"valid_until": None, "days_left": None, "expired": None}, faults)
    end = last_day(issued_on, days)
    return Answer({"valid_until": end.isoformat(), "days_left": max((end - today).days, 0), "expired": end < today})


#: status of a member (membership) -> why the formal relation cannot be transferred, and what to do
CANNOT: Mapping[str, tuple[str, str]] = {
    "deceased": ("已去世，不能接转组织关系", ""),
    "expelled": ("已被开除党籍，没有组织关系可转", "重新入党的，按发展党员办理。"),
    "removed": ("已被除名，没有组织关系可转", "重新入党的，按发展党员办理。"),
    "withdrawn": ("已退党，没有组织关系可转", "重新入党的，按发展党员办理。"),
    "persuaded": ("已被劝退，没有组织关系可转", "重新入党的，按发展党员办理。"),
    "transferred_out": ("组织关系已经转出", "要转回来的，凭介绍信办理“登记转入”。"),
    "cancelled": ("已取消预备党员资格，没有组织关系可转", ""),
    "suspended": ("处于停止党籍期间，不能接转组织关系", "请先按规定办理恢复党籍，再接转。"),
    "lost": ("处于失去联系状态，不能接转组织关系", "联系上本人以后，先恢复正常状态，再接转。"),
}


def why_not_go(name: str, status: str) -> tuple[str, str] | None:
    """Return (why, what to do) where the formal relation of a member in that status cannot be transferred."""
    found = CANNOT.get(status)
    return (f"{name}{found[0]}", found[1]) if found else None


@dataclass(frozen=True)
class FloatingRule:
    """From which day on how many consecutive months make a floating member."""

    since: date
    months: int
    version: str = ""
    article: str = ""


def floating_rule_on(table: Iterable[FloatingRule], day: date) -> FloatingRule:
    """Return the rule in force on that day; the earliest one before all of them."""
    rows = sorted(table, key=lambda row: row.since)
    held = [row for row in rows if row.since <= day]
    return held[-1] if held else rows[0]


def floats_from(since: date, months: int) -> date:
    """Return the first day on which somebody away since `since` has been away so many consecutive months."""
    return add_months(since, months)


def is_long_enough(since: date, until: date | None, months: int) -> bool:
    """Tell whether a time away (with its planned end, None when nobody knows it) lasts so many months or longer."""
    return until is None or until >= floats_from(since, months)


@rule(
    "transfers.floating",
    "是否流动党员",
    regulation="关于流动党员管理的意见",
    version="2024",
    article="2024 年 11 月：正式组织关系没有转出，连续六个月以上不能参加所在党组织的活动",
    inputs=[
        Input("since", "date", "从哪一天起外出"),
        Input("until", "date", "预计到哪一天", "不知道的留空", default=None),
        Input("fixed_place", "boolean", "工作、学习或居住地点相对固定", default=False),
        Input("months", "integer", "连续几个月以上", default=FLOATING_MONTHS, minimum=1, maximum=60),
    ],
    outputs={"floating": "是否按流动党员登记", "from_day": "满六个月的一天", "should_transfer": "应否接转组织关系"},
    explanation=(
        "外出连续六个月以上（含六个月）、正式组织关系没有转出、不能参加所在党组织活动的，是流动党员，流出地和流入地都要登记。"
        "地点相对固定、有条件转的，应接转正式组织关系。六个月以内短期外出开会、学习、出差的，用党员证明信。"
    ),
)
def floating(since: date, until: date | None, fixed_place: bool, months: int) -> Answer:
    """Return `floating`, `from_day` (ISO) and `should_transfer`; a violation where the end lies before the beginning."""
    if until is not None and until < since:
        empty = {"floating": None, "from_day": None, "should_transfer": None}
        return Answer(empty, [Violation("transfers.period", "预计结束的日期早于外出的日期", "")])
    long = is_long_enough(since, until, months)
    return Answer(
        {"floating": long, "from_day": floats_from(since, months).isoformat(), "should_transfer": long and fixed_place}
    )


@dataclass(frozen=True)
class Every:
    """How often: label, months and days between two contacts."""

    label: str
    months: int = 0
    days: int = 0


EVERY: Mapping[str, Every] = {
    "week": Every("每周", days=7),
    "fortnight": Every("每两周", days=14),
    "month": Every("每月", months=1),
    "two_months": Every("每两个月", months=2),
    "quarter": Every("每季度", months=3),
    "half_year": Every("每半年", months=6),
}


def next_contact(since: date, last: date | None, every: str) -> date:
    """Return the day by which the next contact is due, from the last one or from the beginning of the plan."""
    step = EVERY[every]
    return add_months(last or since, step.months) + timedelta(days=step.days)


def next_report(since: date, last: date | None, months: int) -> date:
    """Return the day by which a floating member next reports to the home branch."""
    return add_months(last or since, months)


def month_words(day: date | None) -> str:
    """Return a month as letters write it: 2026年9月; "" when it is not known."""
    return f"{day.year}年{day.month}月" if day else ""


def paid_fault(paid_to: date | None, today: date) -> str | None:
    """Return why a month up to which dues are said to be paid cannot be, or None."""
    if paid_to is not None and paid_to > add_months(today.replace(day=1), 12):
        return "党费交至的月份晚得不合理，请核对年份"
    if paid_to is not None and paid_to < add_months(today.replace(day=1), -12 * PAID_YEARS):
        return "党费交至的月份早得不合理，请核对年份"
    return None
