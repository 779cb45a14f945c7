"""What the regulations say about a membership. Pure: facts and days in, answers out; the figures are data in params/."""

from calendar import isleap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from zhibu.apps.membership.params import Era, Limit, articles
from zhibu.kernel.calendar.months import add_months
from zhibu.kernel.rules.answers import Violation

Limits = Mapping[str, Limit]


@dataclass(frozen=True)
class Years:
    """Years of membership: complete years, the day they count from, in which era, and whether that day was worked out.

    `since` None: nothing can be said; years 0 for who is on probation.
    """

    years: int | None
    since: date | None
    era: Era | None = None
    estimated: bool = False


def article(code: str, on: date) -> str:
    """Return what the rules in force on a day say of probation (`probation`) or of becoming a full member (`full`)."""
    return next(row.article for row in reversed(articles()) if row.code == code and row.since <= on)


def era_of(day: date, eras: Iterable[Era]) -> Era | None:
    """Return the era in which somebody joined on that day; None before the first."""
    return next((era for era in eras if era.since <= day and (era.until is None or day < era.until)), None)


def whole_years(since: date, today: date) -> int:
    """Return the completed years from one day to another; 29 February completes on 28 February of common years."""
    day = since.day
    if day == 29 and since.month == 2 and not isleap(today.year):
        day = 28
    # plain numbers: the statistics ask this of everybody
    return today.year - since.year - ((today.month, today.day) < (since.month, day))


def counts_from(admitted: date | None, full: date | None, eras: Iterable[Era]) -> tuple[date | None, Era | None, bool]:
    """Return (the day years of membership count from, era, worked out).

    The day of full membership where it is known; without one the day of joining in years without a probation, and
    otherwise the day the least probation of the time ended (worked out, to be mended from the file).
    Source: params/eras.yaml; 发展党员工作细则 (2026) art. 33.
    """
    era = era_of(admitted, eras) if admitted else None
    if full is not None:
        return full, era, False
    if admitted is None or era is None:
        return None, era, False
    if era.probation_months == 0:
        return admitted, era, False
    return add_months(admitted, era.probation_months), era, True


def years_of_membership(
    admitted: date | None, full_on: date | None, *, full: bool, today: date, eras: Iterable[Era]
) -> Years:
    """Return the years of membership on a day; nobody on probation has any yet."""
    if not full:
        return Years(0, None, era_of(admitted, eras) if admitted else None)
    since, era, estimated = counts_from(admitted, full_on, eras)
    if since is None:
        return Years(None, None, era)
    return Years(max(0, whole_years(since, today)), since, era, estimated)


def has_vote(kind: str, status: str, *, observed: bool) -> str:
    """Return why a member has no vote, "" for who has one.

    Source: 党章 and 发展党员工作细则: 预备党员, 留党察看期间 and 停止党籍 take no part in votes and elections.
    """
    if status == "suspended":
        return "停止党籍"
    if kind == "probationary":
        return "预备党员没有表决权、选举权和被选举权"
    if observed:
        return "留党察看期间没有表决权、选举权和被选举权"
    return ""


def full_on(kind: str, full: date | None, day: date) -> bool:
    """Tell whether somebody who is a member of that kind today was a full one on a day."""
    return kind == "full" and (full is None or full <= day)


def dates(birth: date | None, admitted: date | None, full: date | None, today: date, limits: Limits) -> list[Violation]:
    """Return what cannot be in the dates of a membership; the code names the date to mend."""
    found = []
    if admitted and admitted > today:
        found.append(Violation("admitted_on", "入党日期不能晚于今天"))
    if full and full > today:
        found.append(Violation("full_on", "转正日期不能晚于今天"))
    adult = limits["adult"]
    if birth and admitted and admitted < add_months(birth, adult.months):
        found.append(Violation("admitted_on", "入党时未满 18 周岁，请核对出生日期和入党日期", adult.article))
    if admitted and full and full < admitted:
        found.append(Violation("full_on", "转正日期早于入党日期", article("probation", full)))
    return found


def admission(birth: date | None, applied: date | None, on: date, today: date, limits: Limits) -> list[Violation]:
    """Return why nobody can be admitted on that day."""
    found = dates(birth, on, None, today, limits)
    adult = limits["adult"]
    if applied and applied > on:
        found.append(Violation("applied_on", "申请日期晚于支部大会日期"))
    if applied and birth and applied < add_months(birth, adult.months):
        found.append(Violation("applied_on", "申请入党时未满 18 周岁", adult.article))
    return found


def probation_end(admitted: date | None, extended: date | None, eras: Iterable[Era]) -> date | None:
    """Return the first day on which a probation may end in full membership; None where nothing is known."""
    if extended is not None:
        return extended
    era = era_of(admitted, eras) if admitted else None
    return add_months(admitted, era.probation_months) if admitted and era else None


def becoming_full(
    admitted: date | None, ends: date | None, on: date, today: date, *, reason: str = ""
) -> list[Violation]:
    """Return why nobody can become full on that day; a reason lets a shorter probation of old times stand."""
    if on > today:
        return [Violation("future", "转正日期不能晚于今天")]
    if admitted is not None and on < admitted:
        return [Violation("order", "转正日期早于入党日期", article("probation", on))]
    if ends is not None and on < ends and not reason:
        words = f"预备期到 {ends.isoformat()} 才满，不能提前转正"
        return [Violation("early", words, article("probation", on))]
    return []


def extension(ends: date | None, until: date, *, again: bool, limits: Limits) -> list[Violation]:
    """Return why a probation cannot be extended to that day: once, by 6 to 12 months after its end (art. 31)."""
    least, most = limits["extension_least"], limits["extension_most"]
    if again:
        return [Violation("again", "预备期已经延长过一次，不能再延长", least.article)]
    if ends is None:
        return []
    first, last = add_months(ends, least.months), add_months(ends, most.months)
    if not first <= until <= last:
        words = f"延长的预备期应为半年到一年，即到 {first.isoformat()} 至 {last.isoformat()} 之间"
        return [Violation("length", words, least.article)]
    return []


def short_probation(admitted: date | None, full: date | None, eras: Iterable[Era], reason: str) -> list[Violation]:
    """Return that a probation on record was shorter than the rule of its time, unless a reason is written down."""
    ends = probation_end(admitted, None, eras)
    if full is None or ends is None or full >= ends or reason:
        return []
    words = f"预备期不满：按入党时的规定，最早 {ends.isoformat()} 转正。确有其事的，请写明情况"
    return [Violation("full_on", words, article("probation", full))]


def latest_start(today: date, months: int) -> date:
    """Return the last day from which so many months are complete on `today` (month's ends included)."""
    day = add_months(today, -months)
    while add_months(day + timedelta(days=1), months) <= today:
        day += timedelta(days=1)
    return day


def political_birthday(admitted: date, year: int) -> date:
    """Return the day of a year on which somebody joined; 29 February is kept on the 28th of common years."""
    return add_months(admitted, 12 * (year - admitted.year))
