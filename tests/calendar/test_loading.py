"""An administrator loads a year; the trail keeps what changed; nobody else may."""

from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from tests import factories
from zhibu.kernel.audit import history
from zhibu.kernel.calendar import CalendarMissing
from zhibu.kernel.calendar.actions import LOAD
from zhibu.kernel.calendar.models import Holiday, HolidayYear
from zhibu.kernel.calendar.services import work_calendar

pytestmark = pytest.mark.django_db

PAGE = "/do/" + LOAD + "/"
LINES = "2027-01-01 放假 元旦\n2027-02-05 至 2027-02-11 放假 春节\n2027-02-14 上班 春节调休"
NOTICE = "国办发明电〔2026〕7号"


@pytest.fixture
def admin() -> Client:
    client = Client()
    client.force_login(factories.account("admin", "admin", factories.organization("东江实业")))
    return client


def load(client: Client, lines: str = LINES, year: int = 2027, **more: object) -> int:
    sent = {"key": str(uuid4()), "rev": "", "year": year, "source": NOTICE, "lines": lines, "next": "/", **more}
    return client.post(PAGE, sent).status_code


def refusal(client: Client, **sent: object) -> str:
    answer = client.post(PAGE, {"key": str(uuid4()), "year": 2027, "source": NOTICE, **sent})
    assert answer.status_code == 422
    assert not HolidayYear.objects.exists()
    return answer.content.decode()


def test_a_loaded_year_is_known_completely(admin: Client) -> None:
    with pytest.raises(CalendarMissing):
        work_calendar().is_workday(date(2027, 1, 4))
    assert load(admin) == 302
    calendar = work_calendar()
    assert not calendar.is_workday(date(2027, 2, 5))
    assert calendar.is_workday(date(2027, 2, 14))
    assert calendar.is_workday(date(2027, 3, 1))
    page = admin.get(reverse("work-calendar-year", args=[2027])).content.decode()
    assert NOTICE in page
    assert "2月5日（星期五）至 2月11日（星期四），7 天" in page
    assert "载入 2027 年放假安排：放假 8 天，调休上班 1 天" in page


def test_there_is_one_calendar_for_all_so_that_only_a_holder_at_the_root_loads_it() -> None:
    house = factories.house()
    client = Client()
    client.force_login(factories.account("east", "admin", house.east))
    assert client.get(PAGE).status_code == 404
    assert load(client) == 404
    assert not HolidayYear.objects.exists()
    page = client.get(reverse("work-calendar-year", args=[2026])).content.decode()
    assert PAGE not in page


def test_loading_again_replaces_the_year_and_the_trail_says_what_changed(admin: Client) -> None:
    load(admin)
    load(admin, LINES.replace("2027-02-14", "2027-02-13").replace("元旦", "新年"))
    calendar = work_calendar()
    assert calendar.is_workday(date(2027, 2, 13))
    assert not calendar.is_workday(date(2027, 2, 14))
    newest = history("kernel.HolidayYear", "2027")[0]
    assert [(c.label, c.old, c.new) for c in newest.changes] == [
        ("2027-01-01", "放假 元旦", "放假 新年"),
        ("2027-02-13", "", "上班 春节调休"),
        ("2027-02-14", "上班 春节调休", ""),
    ]


def test_the_same_again_is_refused_as_needless(admin: Client) -> None:
    load(admin)
    assert load(admin) == 422
    assert len(history("kernel.HolidayYear", "2027")) == 1


def test_a_loaded_year_wins_over_what_is_built_in(admin: Client) -> None:
    assert load(admin, "2026-01-01 放假 元旦", year=2026) == 302
    assert work_calendar().is_workday(date(2026, 10, 1))  # the new announcement does not name it
    assert not work_calendar().is_workday(date(2025, 10, 1))


def test_where_two_announcements_name_a_day_the_later_year_says(admin: Client) -> None:
    load(admin, "2027-12-31 放假 元旦\n2027-01-01 放假 元旦")
    load(admin, "2027-12-25 上班 元旦调休\n2028-01-01 放假 元旦", year=2028)
    assert Holiday.objects.count() == 4
    load(admin, "2027-12-25 放假 元旦\n2027-01-01 放假 元旦")
    assert work_calendar().is_workday(date(2027, 12, 25))


def test_every_faulty_line_is_named_and_nothing_is_loaded(admin: Client) -> None:
    page = refusal(admin, lines="2027-01-01 放假 元旦\n2027-02-30 放假\n哪天都行")
    assert "第 2 行" in page
    assert "第 3 行" in page
    many = refusal(admin, lines="\n".join(["乱写"] * 30))
    assert "另有 20 处不对" in many


def test_the_source_must_be_named(admin: Client) -> None:
    assert "请填写依据" in refusal(admin, lines=LINES, source="")


def test_neither_lines_nor_sheet_is_no_announcement(admin: Client) -> None:
    assert "还没有填写" in refusal(admin)


def test_a_sheet_is_read_like_the_lines(admin: Client, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    for row in (["日期", "安排", "说明"], [date(2027, 1, 1), "放假", "元旦"], ["2027-01-02", "放假", "元旦"]):
        sheet.append(row)  # type: ignore[union-attr]
    book.save(tmp_path / "2027.xlsx")
    upload = SimpleUploadedFile("2027.xlsx", (tmp_path / "2027.xlsx").read_bytes())
    assert load(admin, "", sheet=upload) == 302
    assert not work_calendar().is_workday(date(2027, 1, 2))


def test_a_gbk_csv_is_read_and_a_program_is_not(admin: Client) -> None:
    assert "这其实是一个程序" in refusal(admin, sheet=SimpleUploadedFile("2027.xlsx", b"MZ\x00\x00 not a sheet"))
    assert "只用一种方式" in refusal(admin, lines=LINES, sheet=SimpleUploadedFile("a.csv", "2027-01-01,放假".encode()))
    csv = "日期,安排,说明\r\n2027-01-01,放假,元旦\r\n".encode("gbk")
    assert load(admin, "", sheet=SimpleUploadedFile("安排.csv", csv)) == 302
    assert Holiday.objects.get().note == "元旦"


def test_who_may_not_load_finds_neither_button_nor_page() -> None:
    secretary = Client()
    secretary.force_login(factories.account("secretary", "branch_secretary", factories.organization("东山支部")))
    page = secretary.get(reverse("work-calendar-year", args=[2030])).content.decode()
    assert "请系统管理员或组织部在这一页载入" in page
    assert PAGE not in page
    assert secretary.get(PAGE).status_code == 404
    assert load(secretary) == 404
    assert not HolidayYear.objects.exists()


def test_the_shipped_year_is_shown_and_years_out_of_reach_are_not_found(admin: Client) -> None:
    assert "随平台自带" in admin.get(reverse("work-calendar-year", args=[2026])).content.decode()
    assert admin.get(reverse("work-calendar-year", args=[1900])).status_code == 404
    assert admin.get(reverse("work-calendar")).status_code == 302
