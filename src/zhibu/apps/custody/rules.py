"""What holds of care: which category is offered when, when the next visit is due, when an agreement ends. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from zhibu.kernel.calendar.months import add_months
from zhibu.kernel.rules.answers import Answer, Violation
from zhibu.kernel.rules.inputs import TODAY, Input
from zhibu.kernel.rules.registry import rule

#: agreements stand in the inbox so many days before they end; from the second number on they are urgent
NOTICE_DAYS, URGENT_DAYS = 90, 30
#: months between visits where no category says otherwise
VISIT_MONTHS = 12
MOST_MONTHS = 60


@dataclass(frozen=True)
class Category:
    """A row of the table of categories: held from `since` on; offered until `until`; allowance in yuan a month."""

    code: str
    label: str
    since: date
    until: date | None
    visit_months: int
    allowance: Decimal | None


def label_of(rows: Iterable[Category], code: str) -> str:
    """Return the latest label of a code; the code itself when the table no longer has it."""
    named = {row.code: row.label for row in sorted(rows, key=lambda row: row.since)}
    return named.get(code, code)


def next_visit(since: date, last: date | None, months: int) -> date:
    """Return the day by which the next visit is due: `months` after the last one, or after the care began."""
    return add_months(last or since, months)


def agreement_state(until: date, today: date, *, ended: bool, followed: bool) -> tuple[str, str]:
    """Return (words, kind) of the state of an agreement whose last day is `until`."""
    if ended:
        return "已终止", "plain"
    if followed:
        return "已续签", "plain"
    if until < today:
        return f"已过期 {(today - until).days} 天", "late"
    left = (until - today).days
    if left <= URGENT_DAYS:
        return f"还有 {left} 天到期", "due"
    return (f"还有 {left} 天到期", "info") if left <= NOTICE_DAYS else ("有效", "ok")


def noticed_from(today: date) -> date:
    """Return the last day up to which agreements that end stand in the inbox."""
    return today + timedelta(days=NOTICE_DAYS)


@rule(
    "custody.next_visit",
    "下次走访日期",
    regulation="本平台托养托管服务约定（走访周期可在 params/categories.yaml 里按类别调整）",
    version="1",
    article="",
    inputs=[
        Input("since", "date", "进入托养托管日期"),
        Input("last", "date", "最近一次走访日期", "还没有走访过的留空", default=None),
        Input("months", "integer", "走访周期（月）", default=VISIT_MONTHS, minimum=1, maximum=MOST_MONTHS),
        Input("today", "date", "今天", default=TODAY),
    ],
    outputs={"due": "应在此日或之前走访", "overdue_days": "逾期天数"},
    explanation="从最近一次走访（没有走访过的，从进入托养托管）起，加上走访周期。那一天没有的，取当月最后一天；当天不算逾期。",
)
def next_visit_rule(since: date, last: date | None, months: int, today: date) -> Answer:
    """Return `due` (ISO) and `overdue_days`; a violation when the last visit lies before the care."""
    if last is not None and last < since:
        empty = {"due": None, "overdue_days": None}
        return Answer(empty, [Violation("custody.last", "最近一次走访早于进入托养托管的日期", "")])
    due = next_visit(since, last, months)
    return Answer({"due": due.isoformat(), "overdue_days": max((today - due).days, 0)})


#: yearly checks are opened, and stand in the inbox, so many days before they are due
CHECK_DAYS = 60
BIRTHDAY = "birthday"


@dataclass(frozen=True)
class Yearly:
    """A yearly check: asked of some categories; due on a day of each year ("06-30") or in the month of birth."""

    code: str
    label: str
    categories: tuple[str, ...]
    due: str
    since: date
    until: date | None


def due_day(kind: Yearly, year: int, birth: date | None) -> date | None:
    """Return the day of that year by which the check is due; None where it depends on a birth date nobody knows."""
    if kind.due == BIRTHDAY:
        if birth is None:
            return None
        month = date(year, birth.month, 1)
    else:
        return date.fromisoformat(f"{year}-{kind.due}")
    return add_months(month, 1) - timedelta(days=1)


def checks_due(
    kinds: Iterable[Yearly], category: str, birth: date | None, since: date, today: date
) -> list[tuple[str, int, date]]:
    """Return (code, year, day) of what is to be checked by CHECK_DAYS from today on, never from before the care."""
    found = []
    for kind in kinds:
        if category not in kind.categories:
            continue
        for year in (today.year, today.year + 1):
            day = due_day(kind, year, birth)
            if day is None or day < max(since, kind.since) or (kind.until is not None and day >= kind.until):
                continue
            if day <= today + timedelta(days=CHECK_DAYS):
                found.append((kind.code, year, day))
    return found
