"""When a duty of organisational life is done, due or overdue. Pure: dates in, dates out, today is passed in.

A light is two days: up to `clear_until` (not included) nothing is asked, from `due_until` on it is overdue, in between it is
due. They depend on the last meeting alone, so that a stored light never goes stale by the mere passing of time.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from zhibu.kernel.calendar.dated import period
from zhibu.kernel.calendar.months import add_months
from zhibu.kernel.rules.answers import Answer, Violation
from zhibu.kernel.rules.inputs import TODAY, Input
from zhibu.kernel.rules.registry import rule

#: months for which nothing may be asked by one decision: this product's own convention, so that nobody is forgotten
EXCUSED_MONTHS = 12
REGULATION = "中国共产党支部工作条例（试行）"


class Every(StrEnum):
    """How often a duty returns."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}
WORDS = {Every.MONTH: "每月", Every.QUARTER: "每季度", Every.YEAR: "每年"}


class State(StrEnum):
    """What a light shows."""

    DONE = "done"
    DUE = "due"
    OVERDUE = "overdue"


STATE_LABELS = {State.DONE: "已开", State.DUE: "待开", State.OVERDUE: "逾期"}


@dataclass(frozen=True)
class Duty:
    """What one kind of organisation owes: a meeting of one of the kinds in every month, quarter or year.

    needs: "committee" or "group" where it is asked for only where there is one, a committee where so many `seats` are held; opens: first month in which a yearly duty
    is asked for; local: the regulation names no number, the frequency is this installation's own.
    """

    code: str
    label: str
    of: str
    kinds: tuple[str, ...]
    every: Every
    opens: int
    needs: str
    seats: int
    since: date
    until: date | None
    article: str
    local: bool

    @property
    def how_often(self) -> str:
        """Return the frequency in words."""
        return f"{WORDS[self.every]} 1 次"

    @property
    def source(self) -> str:
        """Return where it stands."""
        return f"《{REGULATION}》{self.article}" + ("；次数为本单位约定" if self.local else "")


@lru_cache(maxsize=10_000)  # all the organisations of a house share a few hundred answers
def standing(every: Every, opens: int, last: date | None, counted_from: date) -> tuple[date, date]:
    """Return (clear_until, due_until) after the last meeting that fulfils the duty.

    counted_from: the first day on which it is asked for (the organisation was founded, or came to the platform); a period
    that was already under way then is asked for only where its opening still lay ahead. opens: first month in which a
    yearly duty is asked for; 1 elsewhere.
    """
    months = MONTHS[every]
    ahead = opens - 1 if every is Every.YEAR else 0
    if last is not None:
        due = period(months, last)[1]
    else:
        first, after = period(months, counted_from)
        due = first if counted_from <= add_months(first, ahead) else after
    return add_months(due, ahead), add_months(due, months)


def state_of(clear_until: date, due_until: date, today: date) -> State:
    """Return what the light shows on a day."""
    if today < clear_until:
        return State.DONE
    return State.DUE if today < due_until else State.OVERDUE


def due_words(clear_until: date, due_until: date, today: date) -> str:
    """Return what is asked for, in words: by when, or since when it is missing."""
    last_day = date.fromordinal(due_until.toordinal() - 1)
    state = state_of(clear_until, due_until, today)
    if state is State.OVERDUE:
        return f"应在 {last_day.isoformat()} 前召开"
    if state is State.DUE:
        return f"请在 {last_day.isoformat()} 前召开"
    return f"{clear_until.isoformat()} 起再开"


@rule(
    "compliance.light",
    "组织生活是否按期",
    regulation=REGULATION,
    version="2018-10-28",
    article="第十一条至第十八条",
    inputs=[
        Input("every", "choice", "周期", choices=tuple((e.value, WORDS[e]) for e in Every)),
        Input("opens", "integer", "每年从几月起提示", "只对每年一次的有用", default=1, minimum=1, maximum=12),
        Input("last", "date", "最近一次召开", "还没有开过的留空", default=None),
        Input("counted_from", "date", "从哪天起要求", "组织成立或开始使用本平台的日期"),
        Input("today", "date", "今天", default=TODAY),
    ],
    outputs={"state": "状态", "clear_until": "此日之前不再要求", "due_until": "此日起逾期"},
    explanation=(
        "开过一次，所在的月、季度或年度就算完成；下一个周期里没有开的是“待开”，周期过完还没有开的是“逾期”。"
        "中途成立的组织，从下一个完整周期算起。"
    ),
)
def light_rule(every: str, opens: int, last: date | None, counted_from: date, today: date) -> Answer:
    """Return `state`, `clear_until`, `due_until` (ISO); a violation when the last meeting lies in the future."""
    if last is not None and last > today:
        empty = {"state": None, "clear_until": None, "due_until": None}
        return Answer(empty, [Violation("compliance.future", "最近一次召开的日期晚于今天", "")])
    clear, due = standing(Every(every), opens, last, counted_from)
    state = state_of(clear, due, today)
    violations = []
    if state is State.OVERDUE:
        violations.append(
            Violation("compliance.overdue", f"逾期：{due_words(clear, due, today)}", "第十一条至第十八条")
        )
    result = {"state": state.value, "clear_until": clear.isoformat(), "due_until": due.isoformat()}
    return Answer(result, violations)
