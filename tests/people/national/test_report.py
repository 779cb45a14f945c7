"""The report of differences: who sees what, lists, papers, and ticking off."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.acting import post
from tests.people.national.clerk import ONE, SAME, THREE, TWO, compared, found, upload
from tests.reading import pdf_text
from zhibu.apps.people.models import NationalCheck, NationalDifference, Person
from zhibu.kernel import audit
from zhibu.kernel.actor import SYSTEM
from zhibu.kernel.retention import registry as retention

pytestmark = pytest.mark.django_db


def test_the_list_filters_exports_prints_and_is_ticked_off(
    clerk: Client, house: factories.House, people: list[Person]
) -> None:
    check = compared(clerk, house.east, SAME, ("李二", TWO, "正式党员", "西湾支部", "2010-07-01", "13900000001", ""))
    page = clerk.get(check.get_absolute_url()).content.decode()
    address = f"{reverse('national-differences')}?check_of={check.uid}&kind=differs"
    assert address.replace("&", "&amp;") in page
    listed = clerk.get(address).content.decode()
    assert "李二" in listed
    assert "王三" not in listed
    export = clerk.post(f"{reverse('national-differences-export')}?check_of={check.uid}")
    cells = [
        c for row in openpyxl.load_workbook(io.BytesIO(export.content)).active.iter_rows(values_only=True) for c in row
    ]
    assert "王三" in cells
    paper = clerk.post(f"{reverse('print-list', args=['national-differences'])}?check_of={check.uid}",
                       {"document": "people.national.differences", "which": "all"})  # fmt: skip
    text = pdf_text(paper.content)
    assert "所在党支部：本系统东山支部，文件西湾支部" in text
    (row,) = found("differs")
    post(clerk, "people.national.review", row)
    row.refresh_from_db()
    assert row.reviewed_by
    assert "李二" not in clerk.get(f"{address}&reviewed=no").content.decode()
    post(clerk, "people.national.reopen", row)
    assert "李二" in clerk.get(f"{address}&reviewed=no").content.decode()


def test_many_rows_are_ticked_off_at_once(clerk: Client, house: factories.House, people: list[Person]) -> None:
    check = compared(clerk, house.east, ("李二", TWO, "正式党员", "东山支部", "2011-07-01", "", ""))
    listed = f"{reverse('national-differences')}?check_of={check.uid}"
    asked = clerk.post(f"{reverse('national-differences-act')}?check_of={check.uid}",
                       {"act": "people.national.review_many all"})  # fmt: skip
    assert "将标记 3 条" in clerk.get(asked.url).content.decode()
    answer = post(clerk, "people.national.review_many", list=f"check_of={check.uid}&kind=here_only", reason="已更正")
    assert answer.url == check.get_absolute_url()
    assert [bool(row.reviewed_at) for row in found("here_only")] == [True, True]
    assert not found("differs")[0].reviewed_at
    line = audit.history("people.NationalDifference", str(found("here_only")[0].pk))[0]
    assert line.reason == "已更正"
    post(clerk, "people.national.review_many", list=f"check_of={check.uid}", uids=str(found("differs")[0].uid))
    assert "李二" not in clerk.get(f"{listed}&reviewed=no").content.decode()
    again = post(clerk, "people.national.review_many", list=f"check_of={check.uid}", uids="nonsense")
    assert "已经核对过" in again.content.decode()


def test_from_a_row_one_goes_to_the_person_and_corrects_it(
    clerk: Client, house: factories.House, people: list[Person]
) -> None:
    compared(clerk, house.east, ("李二", TWO, "正式党员", "东山支部", "2010-07-01", "13900000009", ""))
    row = next(one for one in found("differs"))
    page = clerk.get(row.get_absolute_url()).content.decode()
    edit = reverse("action-on", args=["people.person.edit.contact", people[1].uid])
    assert people[1].get_absolute_url() in page
    assert f"{edit}?next={row.get_absolute_url()}" in page


def test_numbers_are_masked_in_the_report_and_stored_sealed(
    clerk: Client, house: factories.House, people: list[Person]
) -> None:
    compared(clerk, house.east, ("钱五", "110101199003074442", "正式党员", "东山支部", "", "", ""))
    for row in NationalDifference.objects.system("test").all():
        assert not any(number in (row.values or "") for number in (ONE, TWO, "110101199003074442"))
    with connection.cursor() as cursor:
        cursor.execute('SELECT "values" FROM people_nationaldifference')
        assert not any(b"13900000001" in bytes(value) for (value,) in cursor.fetchall() if value)


def test_numbers_that_differ_behind_the_mask_are_said_to_differ(
    clerk: Client, house: factories.House, people: list[Person]
) -> None:
    head = ("姓名", "公民身份号码", "出生日期")
    compared(clerk, house.east, ("张一", "110102199003071248", "1990-03-07"), head=head)
    (row,) = found("differs")
    assert row.person_id == people[0].pk
    page = clerk.get(row.get_absolute_url()).content.decode()
    assert "110102199003071248" not in page
    assert "1101**********1248" in page


def test_somebody_known_elsewhere_is_opened_from_the_report_by_those_who_may(
    clerk: Client, house: factories.House, people: list[Person]
) -> None:
    compared(clerk, house.east, ("赵四", THREE, "正式党员", "东山支部", "2010-07-01", "", ""))
    (row,) = found("there_only")
    page = clerk.get(row.get_absolute_url()).content.decode()
    assert people[3].get_absolute_url() in page
    assert "不是比对范围内的党员" in page
    local = Client()
    local.force_login(factories.account("local", "organization_department", house.east))
    page = local.get(row.get_absolute_url()).content.decode()
    assert people[3].get_absolute_url() not in page
    assert "不是比对范围内的党员" not in page


def test_another_subtree_is_neither_compared_nor_seen(
    house: factories.House, people: list[Person], client: Client
) -> None:
    from zhibu.apps.accounts.models import Role

    wide = factories.account("zuzhibu", "organization_department", house.root)
    local = factories.account("local", "organization_department", house.west)
    assert "people.national" in Role.objects.system("test").get(code="organization_department").permissions
    client.force_login(wide)
    check = compared(client, house.east, SAME)
    client.force_login(local)
    assert client.get(check.get_absolute_url()).status_code == 404
    assert client.get(found("here_only")[0].get_absolute_url()).status_code == 404
    assert "李二" not in client.get(reverse("national-differences")).content.decode()
    assert upload(client, house.east, SAME).status_code == 422
    client.force_login(factories.account("shuji", "branch_secretary", house.east))
    assert client.get(reverse("national-checks")).status_code == 404


def test_old_rows_are_cleared_and_the_counts_of_their_check_stay(
    clerk: Client, house: factories.House, people: list[Person]
) -> None:
    check = compared(clerk, house.east, SAME)
    kind = retention.kinds()["national_differences"]
    assert retention.rows_of(kind).count() == 0
    long_ago = timezone.now() - timedelta(days=kind.days + 1)
    NationalCheck.objects.system("test").filter(pk=check.pk).update(created_at=long_ago)
    due = retention.rows_of(kind)
    assert due.erase is not None
    assert (due.count(), due.erase(SYSTEM, 1), due.count()) == (2, 1, 1)
    due.erase(SYSTEM, 100)
    page = clerk.get(check.get_absolute_url()).content.decode()
    assert "只在本系统" in page
    assert not found("here_only")
