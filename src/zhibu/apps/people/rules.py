"""What must agree within one person's record. Pure: dates in, violations out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

#: (earlier, later, message, article): the first must not lie behind the second
ORDER: tuple[tuple[str, str, str, str], ...] = (
    ("birth_date", "work_started_on", "参加工作日期早于出生日期", ""),
    ("birth_date", "joined_unit_on", "进入本单位日期早于出生日期", ""),
    ("birth_date", "joined_party_on", "入党日期早于出生日期", ""),
    (
        "joined_party_on",
        "full_member_on",
        "转正日期早于入党日期",
        "《发展党员工作细则》第三十一条：预备期从支部大会通过之日算起",
    ),
    ("work_started_on", "left_post_on", "离岗日期早于参加工作日期", ""),
    ("work_started_on", "retired_on", "退休日期早于参加工作日期", ""),
)
PAST_ONLY = ("birth_date", "work_started_on", "joined_unit_on", "joined_party_on", "full_member_on")
OLDEST = date(1900, 1, 1)
#: kinds of employment of people who still work here, and of those who are retired: what a date of retirement must fit
WORKING = {"active": "在职", "off_post": "离岗", "dispatched": "劳务派遣"}
RETIRED = {"retired": "退休", "retired_cadre": "离休"}
#: kinds that only life events lead to; such people belong to nothing but the unit that keeps their record
GONE = {"left": "已离开", "deceased": "已去世"}


@dataclass(frozen=True)
class Violation:
    """A fact that cannot stand: the field to mend, what is wrong, and the article where there is one."""

    field: str
    code: str
    message: str
    article: str = ""


def check_person(values: Mapping[str, Any], today: date) -> list[Violation]:
    """Return what contradicts itself in a person's record.

    values: field name -> date or None, and `employment` (missing names are not checked); today: the day of checking.
    Source: the record itself; 发展党员工作细则 (2026) art. 31 for the order of admission and full membership.
    """
    found, get = [], values.get  # an import asks this twice for every row
    for name in PAST_ONLY:
        if (day := get(name)) and not OLDEST <= day <= today:
            if day > today:
                found.append(Violation(name, "future", "日期在今天之后，请核对年份"))
            else:
                found.append(Violation(name, "too_old", "日期早于 1900 年，请核对年份"))
    for first, second, message, article in ORDER:
        if (later := get(second)) and (earlier := get(first)) and later < earlier:
            found.append(Violation(second, "order", message, article))
    if not get("retired_on"):
        return found
    return found + _retirement(str(values.get("employment") or ""), values.get("retired_on"), today)


def _retirement(employment: str, retired_on: date | None, today: date) -> list[Violation]:
    if retired_on and employment in WORKING:
        message = (
            f"人员类别是“{WORKING[employment]}”，却有退休日期 {retired_on.isoformat()}。"
            "已经退休的，请在“人员变动”里办理退休；没有退休的，请清空退休日期"
        )
        return [Violation("retired_on", "still_working", message)]
    if retired_on and employment in RETIRED and retired_on > today:
        message = f"退休日期在今天之后，人员类别却已是“{RETIRED[employment]}”，请核对其中一项"
        return [Violation("retired_on", "not_yet", message)]
    return []


def why_not_belong(employment: str, kind: str) -> str | None:
    """Return why somebody of that kind of employment cannot begin a relation (or "post"), or None.

    The home is where the record is kept, which goes on; the Party relation of who left is moved on its own.
    """
    if kind == "home" or employment not in GONE or (employment == "left" and kind in {"party", "party_post"}):
        return None
    if employment == "deceased":
        return "此人已去世，不能再建立关系或任职。登记有误的，请先在“人员变动”里撤销去世"
    return "此人已离开单位，不能再建立这种关系或任职。重新来的，请在“人员变动”里办理入职"


def identity_agrees(birth: date | None, sex: str, number_birth: date | None, number_sex: str | None) -> list[Violation]:
    """Compare what the identity number says with what was entered; sex in codes of GB/T 2261.1 ("1" male, "2" female).

    Source: GB 11643-1999: digits 7 to 14 are the birth date, an odd 17th digit means male.
    """
    found = []
    if birth and number_birth and birth != number_birth:
        found.append(
            Violation("birth_date", "birth", f"出生日期与身份证号码不一致（号码中为 {number_birth.isoformat()}）")
        )
    if sex in {"1", "2"} and number_sex and sex != number_sex:
        shown = "男" if number_sex == "1" else "女"
        found.append(Violation("sex", "sex", f"性别与身份证号码不一致（号码中为{shown}）"))
    return found


def age(birth: date, today: date) -> int:
    """Return the completed years of life on `today` (a person born on 29 February comes of age on 1 March)."""
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
