"""Reading a year's announcement as a clerk pastes it."""

from datetime import date

import pytest

from zhibu.kernel.calendar.announcement import SpecialDay, read_announcement, row_text
from zhibu.kernel.calendar.work import WorkCalendar
from zhibu.kernel.calendar.year import built_in_days, months, spans

LINES = """日期	安排	说明
2027-01-01 放假 元旦

2月5日至2月11日 放假 春节
2027/2/14，上班，春节调休
２０２７年５月１日～５日　放假调休　劳动节
"""


def faults(*lines: str, year: int = 2027) -> list[str]:
    return read_announcement(lines, year)[1]


def test_days_and_spans_in_the_ways_offices_write_them() -> None:
    days, wrong = read_announcement(LINES.splitlines(), 2027)
    assert wrong == []
    assert days[0] == SpecialDay(date(2027, 1, 1), False, "元旦")
    assert [d.day.isoformat() for d in days if d.note == "春节"][::6] == ["2027-02-05", "2027-02-11"]
    assert [d for d in days if d.works] == [SpecialDay(date(2027, 2, 14), True, "春节调休")]
    assert [d.day.day for d in days if d.note == "劳动节"] == [1, 2, 3, 4, 5]


def test_a_span_may_reach_over_new_year() -> None:
    days, wrong = read_announcement(["2022-12-31 至 2023-01-02 放假 元旦"], 2023)
    assert wrong == []
    assert [d.day.isoformat() for d in days] == ["2022-12-31", "2023-01-01", "2023-01-02"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("春节放假七天", "看不懂"),
        ("2027-02-30 放假", "没有"),
        ("2027-13-01 放假", "没有"),
        ("2027-02-05 也许 春节", "看不懂"),
        ("2027-02-08 上班 春节调休", "星期一，本来就上班"),
        ("2028-02-08 放假 春节", "不在 2027 年"),
        ("10月7日至1日 放假", "结束日期早于开始日期"),
        ("2027-01-01 至 2027-12-31 放假", "超过 31 天"),
        ("<script>alert(1)</script>", "看不懂"),
    ],
)
def test_a_line_that_does_not_fit_is_named_with_its_number(line: str, reason: str) -> None:
    (fault,) = faults("2027-01-01 放假 元旦", line)
    assert fault.startswith("第 2 行")
    assert reason in fault


def test_a_day_said_twice_is_a_fault() -> None:
    assert "前面已经写过" in faults("2027-10-01 放假", "10月1日至7日 放假 国庆节")[0]


def test_nothing_and_no_day_off_are_no_announcement() -> None:
    assert "还没有填写" in faults("", "  ")[0]
    assert "没有一天是 2027 年的放假" in faults("2027-02-14 上班 春节调休")[0]


def test_more_days_than_a_year_can_have_off_are_refused() -> None:
    assert "超过 120 天" in faults(*(f"{month}月1日至28日 放假" for month in range(1, 6)))[0]


def test_a_row_of_a_sheet_reads_like_a_line() -> None:
    assert row_text([date(2027, 1, 1), "放假", "", "元旦"]) == "2027-01-01 放假 元旦"


def test_the_shipped_year_2026_folds_into_its_spans() -> None:
    found = spans(built_in_days(2026))
    assert (found[0].first, found[0].last, found[0].note) == (date(2026, 1, 1), date(2026, 1, 3), "元旦")
    assert found[0].text == "1月1日（星期四）至 1月3日（星期六），3 天"
    assert (found[1].works, found[1].text) == (True, "1月4日（星期日）")
    national = [span for span in found if span.note == "国庆节" and not span.works]
    assert [(span.first.day, span.last.day) for span in national] == [(1, 7)]


def test_a_month_marks_every_kind_of_day() -> None:
    off = {special.day for special in built_in_days(2026) if not special.works}
    october = months(2026, WorkCalendar(), off)[9]
    kinds = {cell.day.day: cell.kind for week in october.weeks for cell in week if cell}
    assert [kinds[day] for day in (1, 3, 10, 11, 12)] == ["off", "off", "makeup", "rest", "work"]
    assert len(kinds) == 31
    assert october.workdays == 18
