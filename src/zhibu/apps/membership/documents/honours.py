"""The list of those with 50 years of membership on a day."""

from collections.abc import Sequence
from datetime import date

from zhibu.apps.membership.honours import Honoured
from zhibu.kernel.documents import Content


def content(day: date, found: Sequence[Honoured], where: str) -> Content:
    """Return what is printed."""
    rows = [
        [
            str(number), one.member.person.name, one.member.person.get_sex_display(), str(one.branch),
            one.member.admitted_on.isoformat() if one.member.admitted_on else "", one.since.isoformat() if one.since else "",
            str(one.years), "新达到" if one.new else "", "",
        ]
        for number, one in enumerate(found, 1)
    ]  # fmt: skip
    words = f"{day.year} 年 {day.month} 月 {day.day} 日"
    return Content(
        title=f"光荣在党50年名单（截至{words}）",
        data={"rows": rows, "day": words, "where": where},
        sensitive="党员名单",
    )
