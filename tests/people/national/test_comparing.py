"""A file of the national member system compared; nobody is changed."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories
from tests.acting import post
from tests.imports.desk import sheet
from tests.people.national.clerk import HEAD, ONE, SAME, TWO, compared, found, upload
from zhibu.apps.people import national_compare, national_sheet
from zhibu.apps.people.models import NationalCheck, NationalDifference, Person
from zhibu.kernel import files, jobs
from zhibu.kernel.actor import SYSTEM
from zhibu.kernel.jobs import run_now

pytestmark = pytest.mark.django_db


def test_the_report_names_who_is_on_one_side_only_and_what_differs(
    clerk: Client, house: factories.House, people: list[Person]
) -> None:
    before = {p.pk: p.rev for p in Person.objects.system("test").all()}
    check = compared(
        clerk, house.east, SAME,
        ("李二", TWO, "预备党员", "东山支部", "2011-07-01", "13900000009", ""),
        ("钱五", "110101199003074442", "正式党员", "东山支部", "", "", ""),
    )  # fmt: skip
    assert check.counts == {"differs": 1, "here_only": 1, "there_only": 1, "error": 0, "here": 3, "there": 3, "same": 1}
    (differs,) = found("differs")
    page = clerk.get(differs.get_absolute_url()).content.decode()
    for words in ("正式党员", "预备党员", "2010-07-01", "2011-07-01", "13900000009"):
        assert words in page
    assert [row.person_id for row in found("here_only")] == [people[2].pk]
    assert [(row.name, row.row) for row in found("there_only")] == [("钱五", 4)]
    assert {p.pk: p.rev for p in Person.objects.system("test").all()} == before


def test_without_a_number_name_and_birth_date_tell_who_is_meant(
    clerk: Client, house: factories.House, people: list[Person]
) -> None:
    head = ("姓名", "公民身份号码", "出生日期", "手机号码")
    compared(clerk, house.east, ("王三", "", "1960-01-02", "13711112222"), head=head)
    (row,) = found("differs")
    assert row.person_id == people[2].pk
    assert "13711112222" in row.values
    assert len(found("here_only")) == 2


def test_rows_that_cannot_be_read_or_come_twice_are_named(
    clerk: Client, house: factories.House, people: list[Person]
) -> None:
    compared(clerk, house.east, SAME, SAME, ("坏人", "110101199003071242", "正式党员", "", "", "", ""),
             ("李二", TWO, "积极分子", "", "昨天", "13900000009", ""))  # fmt: skip
    rows = {row.name: row for row in found("error")}
    assert "与第 2 行是同一个人" in rows["张一"].note
    assert "证件号码" not in rows["坏人"].note
    pages = {name: clerk.get(row.get_absolute_url()).content.decode() for name, row in rows.items()}
    assert "最后一位校验码不对" in pages["坏人"]
    assert "110101199003071242" not in pages["坏人"]
    assert "本系统 （空）" not in clerk.get(reverse("national-differences")).content.decode().partition("坏人")[2]
    for words in ("“积极分子”", "“昨天”", "13900000009"):
        assert words in pages["李二"]
    assert people[1].get_absolute_url() in pages["李二"]
    assert [row.person_id for row in found("here_only")] == [people[2].pk]


def test_a_wrong_name_is_told_beside_the_right_one(clerk: Client, house: factories.House, people: list[Person]) -> None:
    compared(clerk, house.east, ("张乙", *SAME[1:]))
    (row,) = found("differs")
    assert row.name == "张一"
    assert "张乙" in clerk.get(row.get_absolute_url()).content.decode()


def test_old_numbers_of_fifteen_digits_mean_the_same_person(
    clerk: Client, house: factories.House, people: list[Person]
) -> None:
    old = factories.person(
        "周六", house.department, party=house.east, identity="110101195301200023", political_status="01",
    )  # fmt: skip
    head = ("姓名", "公民身份号码")
    check = compared(clerk, house.east, ("周六", "110101530120002"), ("周七", "110101530132002"), head=head)
    assert check.counts["same"] == 1
    assert old.pk not in [row.person_id for row in found("here_only")]
    assert [row.name for row in found("error")] == ["周七"]


def test_a_number_decides_before_any_name(clerk: Client, house: factories.House, people: list[Person]) -> None:
    """A row that only seems to be somebody does not take the person from the row that has the number."""
    head = ("姓名", "公民身份号码", "出生日期")
    compared(clerk, house.east, ("张一", "", "1990-03-07"), ("张一", ONE, "1990-03-07"), head=head)
    assert not found("differs")
    assert [row.row for row in found("there_only")] == [2]


def test_blank_cells_are_differences_where_asked_for(
    clerk: Client, house: factories.House, people: list[Person]
) -> None:
    blank = ("张一", ONE, "正式党员", "东山支部", "", "13900000001", "大学本科毕业")
    assert compared(clerk, house.east, blank).counts["same"] == 1
    file = SimpleUploadedFile("党员.xlsx", sheet(blank, header=HEAD))
    post(clerk, "people.national.compare", organization=house.east.uid, file=file, blanks="on")
    check = NationalCheck.objects.system("test").get(blanks=True)
    run_now(check.job)
    (row,) = found("differs")
    assert "2010-07-01" in clerk.get(row.get_absolute_url()).content.decode()


def test_the_page_of_a_comparison_follows_it_until_it_is_done(
    clerk: Client, house: factories.House, people: list[Person]
) -> None:
    upload(clerk, house.east, SAME)
    check = NationalCheck.objects.system("test").get()
    page = clerk.get(check.get_absolute_url()).content.decode()
    assert f'hx-get="{check.job.get_absolute_url()}" hx-trigger="every 1s"' in page
    assert '<noscript><meta http-equiv="refresh"' in page
    run_now(check.job)
    assert "every 1s" not in clerk.get(check.get_absolute_url()).content.decode()


def test_a_comparison_whose_job_was_cancelled_is_not_said_to_go_on(
    clerk: Client, house: factories.House, people: list[Person]
) -> None:
    upload(clerk, house.east, SAME)
    check = NationalCheck.objects.system("test").get()
    jobs.cancel(check.job, SYSTEM)
    page = clerk.get(check.get_absolute_url()).content.decode()
    assert "没有完成" in page
    assert "正在比对" not in page


@pytest.mark.parametrize(
    ("head", "said"), [(("工号", "车间"), "姓名"), (("姓名", "民族"), "公民身份号码（或出生日期）")]
)
def test_a_file_without_its_columns_is_refused_with_what_is_missing(
    clerk: Client, house: factories.House, people: list[Person], head: tuple[str, ...], said: str
) -> None:
    upload(clerk, house.east, ("1", "汉族"), head=head)
    check = NationalCheck.objects.system("test").get()
    job = run_now(check.job)
    check.refresh_from_db()
    assert (job.state, check.state) == ("failed", "failed")
    assert said in check.message
    assert said in clerk.get(check.get_absolute_url()).content.decode()
    assert not NationalDifference.objects.system("test").exists()


def test_a_broken_file_is_refused_at_the_field(clerk: Client, house: factories.House) -> None:
    for name, content in (("党员.xlsx", b"PK\x03\x04broken"), ("党员.pdf", b"%PDF-1.7"), ("党员.xlsx", b"")):
        answer = post(
            clerk, "people.national.compare", organization=house.east.uid, file=SimpleUploadedFile(name, content)
        )
        assert answer.status_code == 422
    assert not NationalCheck.objects.system("test").exists()


def test_many_rows_take_no_more_queries_than_few(house: factories.House, people: list[Person]) -> None:
    counts = []
    for extra in (0, 60):
        for n in range(extra):
            factories.person(
                f"新人{n}", house.department, party=house.east, political_status="01", mobile="13900000001"
            )
        rows = [SAME, *((f"别人{n}", "", "正式党员", "东山支部", "", "", "") for n in range(extra))]
        file = files.store_made(
            sheet(*rows, header=HEAD), mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        )
        check = NationalCheck.objects.create(
            organization=house.east, layout="member-2019", file=file, file_name="党员.xlsx"
        )
        with CaptureQueriesContext(connection) as queries:
            comparison = national_compare.Comparison(check, SYSTEM)
            made = list(comparison.differences(national_sheet.read(check)))
        counts.append(len(queries))
        assert len(made) == 2 + 2 * extra
    assert counts[0] == counts[1]
