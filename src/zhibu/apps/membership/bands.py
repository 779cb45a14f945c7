"""By what members are counted: each dimension with its values, and the condition of each value.

A figure of the statistics and the list behind it use the same condition, so that they agree.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Q

from zhibu.apps.membership.models import MemberKind, Status
from zhibu.apps.membership.params import eras
from zhibu.apps.membership.rules import latest_start, whole_years, years_of_membership
from zhibu.apps.people.codes import choices, labels

UNKNOWN = "unknown"
Condition = Callable[[str, date], Q]
ValueOf = Callable[[tuple[Any, ...], date], str]


@dataclass(frozen=True)
class Dimension:
    """A dimension: values with their labels in order; `gate` is what it takes to see who is behind a figure.

    condition: value, day -> the members of that value, for lists; columns, value_of: the same the other way round, for
    counting: a row of these columns -> its value. Tests hold them together.
    """

    code: str
    label: str
    values: tuple[tuple[str, str], ...]
    condition: Condition
    columns: tuple[str, ...]
    value_of: ValueOf
    gate: str = ""

    @property
    def labels(self) -> dict[str, str]:
        """Value -> label."""
        return dict(self.values)


#: value -> (from this age, up to and including this one)
AGES: dict[str, tuple[int, int]] = {
    "30": (0, 30), "35": (31, 35), "40": (36, 40), "45": (41, 45), "50": (46, 50), "55": (51, 55), "60": (56, 60), "65": (61, 65),
    "70": (66, 70), "71": (71, 150),
}  # fmt: skip
#: value -> (from so many years of membership, below so many)
YEARS: dict[str, tuple[int, int]] = {
    "5": (0, 5), "10": (5, 10), "20": (10, 20), "30": (20, 30), "40": (30, 40), "50": (40, 50), "51": (50, 150),
}  # fmt: skip
#: when somebody joined, as the annual tables have it: value -> (label, from, before)
TIMES: dict[str, tuple[str, date, date]] = {
    "before1949": ("新中国成立前", date(1921, 1, 1), date(1949, 10, 1)),
    "1949": ("1949 年 10 月至 1966 年 4 月", date(1949, 10, 1), date(1966, 5, 1)),
    "1966": ("1966 年 5 月至 1976 年 10 月", date(1966, 5, 1), date(1976, 11, 1)),
    "1976": ("1976 年 11 月至 2012 年 10 月", date(1976, 11, 1), date(2012, 11, 1)),
    "2012": ("2012 年 11 月（党的十八大）以来", date(2012, 11, 1), date(9999, 1, 1)),
}
#: value -> (label, codes of GB/T 4658 begin with)
LEVELS: dict[str, tuple[str, str]] = {
    "1": ("研究生", "1"), "2": ("大学本科", "2"), "3": ("大学专科", "3"), "4": ("中专、职高、技校", "4"), "6": ("高中", "6"),
    "7": ("初中及以下", "789"),
}  # fmt: skip


def aged(years: int, today: date) -> date:
    """Return the last day of birth of those who have completed so many years."""
    return today - relativedelta(years=years)


def _age(value: str, today: date) -> Q:
    if value == UNKNOWN:
        return Q(person__birth_date__isnull=True)
    least, most = AGES[value]
    return Q(person__birth_date__lte=aged(least, today), person__birth_date__gt=aged(most + 1, today))


def _level(value: str, today: date) -> Q:
    if value == UNKNOWN:
        return Q(person__education="")
    condition = Q(pk__in=[])
    for digit in LEVELS[value][1]:
        condition |= Q(person__education__startswith=digit)
    return condition


def _ethnic(value: str, today: date) -> Q:
    if value == UNKNOWN:
        return Q(person__ethnic_group="")
    han = Q(person__ethnic_group="01")
    return han if value == "han" else ~han & ~Q(person__ethnic_group="")


def _sex(value: str, today: date) -> Q:
    known = Q(person__sex__in=["1", "2"])
    return ~known if value == UNKNOWN else Q(person__sex=value)


def _kind(value: str, today: date) -> Q:
    return Q(kind=value)


def _status(value: str, today: date) -> Q:
    return Q(status=value)


def _employment(value: str, today: date) -> Q:
    return Q(person__employment=value)


def _joined(value: str, today: date) -> Q:
    if value == UNKNOWN:
        return Q(admitted_on__isnull=True) | Q(admitted_on__lt=TIMES["before1949"][1])
    _, since, until = TIMES[value]
    return Q(admitted_on__gte=since, admitted_on__lt=until)


def at_least(years: int, today: date) -> Q:
    """Condition: full members with so many completed years of membership on a day, by the rule of their time."""
    start = latest_start(today, 12 * years)
    counted = Q(full_on__lte=start)
    for era in eras():
        end = latest_start(start, era.probation_months)
        inside = Q(full_on__isnull=True, admitted_on__gte=era.since, admitted_on__lte=end)
        counted |= inside & Q(admitted_on__lt=era.until) if era.until else inside
    return counted & Q(kind=MemberKind.FULL)


def dated() -> Q:
    """Condition: full members of whom a day is known from which years of membership count."""
    first = min(era.since for era in eras())
    return Q(kind=MemberKind.FULL) & (Q(full_on__isnull=False) | Q(admitted_on__gte=first))


def _years(value: str, today: date) -> Q:
    if value == MemberKind.PROBATIONARY:
        return Q(kind=MemberKind.PROBATIONARY)
    if value == UNKNOWN:
        return Q(kind=MemberKind.FULL) & ~dated()
    least, below = YEARS[value]
    return dated() & (at_least(least, today) if least else Q()) & ~at_least(below, today)


def _age_label(least: int, most: int) -> str:
    if not least:
        return f"{most} 岁及以下"
    return f"{least} 岁及以上" if most > 100 else f"{least} 至 {most} 岁"


def _years_label(least: int, below: int) -> str:
    if not least:
        return f"不满 {below} 年"
    return f"{least} 年及以上" if below > 100 else f"{least} 年以上不满 {below} 年"


def _plain(row: tuple[Any, ...], today: date) -> str:
    return str(row[0])


def _sex_of(row: tuple[Any, ...], today: date) -> str:
    return row[0] if row[0] in ("1", "2") else UNKNOWN


def _age_of(row: tuple[Any, ...], today: date) -> str:
    if row[0] is None:
        return UNKNOWN
    years = whole_years(row[0], today)
    return next((value for value, (least, most) in AGES.items() if least <= years <= most), UNKNOWN)


def _level_of(row: tuple[Any, ...], today: date) -> str:
    return next((value for value, (_, digits) in LEVELS.items() if row[0] and row[0][0] in digits), UNKNOWN)


def _ethnic_of(row: tuple[Any, ...], today: date) -> str:
    return UNKNOWN if not row[0] else "han" if row[0] == "01" else "minority"


def _joined_of(row: tuple[Any, ...], today: date) -> str:
    if row[0] is None:
        return UNKNOWN
    return next((value for value, (_, since, until) in TIMES.items() if since <= row[0] < until), UNKNOWN)


def _years_of(row: tuple[Any, ...], today: date) -> str:
    kind, admitted, full = row
    if kind == MemberKind.PROBATIONARY:
        return str(MemberKind.PROBATIONARY)
    years = years_of_membership(admitted, full, full=True, today=today, eras=eras()).years
    if years is None:
        return UNKNOWN
    return next((value for value, (least, below) in YEARS.items() if least <= years < below), UNKNOWN)


_NOT_SAID = ((UNKNOWN, "没有登记"),)
DIMENSIONS: dict[str, Dimension] = {
    one.code: one
    for one in (
        Dimension("kind", "人员类别", tuple((str(v), str(label)) for v, label in MemberKind.choices), _kind, ("kind",), _plain),
        Dimension("sex", "性别", (("1", "男"), ("2", "女"), *_NOT_SAID), _sex, ("person__sex",), _sex_of),
        Dimension("age", "年龄", (*((v, _age_label(*band)) for v, band in AGES.items()), *_NOT_SAID), _age, ("person__birth_date",), _age_of),
        Dimension("education", "学历", (*((v, row[0]) for v, row in LEVELS.items()), *_NOT_SAID), _level, ("person__education",), _level_of, "people.see.work"),
        Dimension("ethnic", "民族", (("han", "汉族"), ("minority", "少数民族"), *_NOT_SAID), _ethnic, ("person__ethnic_group",), _ethnic_of, "people.see.identity"),
        Dimension("employment", "岗位情况", tuple(choices("employment")), _employment, ("person__employment",), _plain),
        Dimension("joined", "入党时间", (*((v, row[0]) for v, row in TIMES.items()), *_NOT_SAID), _joined, ("admitted_on",), _joined_of),
        Dimension(
            "years", "党龄",
            (("probationary", "预备党员"), *((v, _years_label(*band)) for v, band in YEARS.items()), (UNKNOWN, "日期没有登记")), _years, ("kind", "admitted_on", "full_on"), _years_of,
        ),
        Dimension("status", "党籍状态", tuple((str(s.value), str(s.label)) for s in Status), _status, ("status",), _plain),
    )
}  # fmt: skip
EMPLOYMENT = labels("employment")
