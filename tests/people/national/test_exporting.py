"""Members written out in the layout of the national member system; every look is noted."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.acting import post
from tests.people.national.clerk import ONE
from zhibu.apps.people.models import NationalCheck, Person, Reveal
from zhibu.apps.people.services import national
from zhibu.kernel import audit
from zhibu.kernel.audit.models import AuditEntry
from zhibu.kernel.jobs import run_now
from zhibu.kernel.jobs.models import Job

pytestmark = pytest.mark.django_db


def test_what_is_written_out_and_compared_again_agrees(
    clerk: Client, house: factories.House, people: list[Person]
) -> None:
    post(clerk, "people.national.export", listed="", reason="报送")
    job = run_now(Job.objects.system("test").get(kind=national.EXPORT_JOB))
    content = b"".join(clerk.get(reverse("national-export", args=[job.uid])).streaming_content)
    file = SimpleUploadedFile("党员基本信息.xlsx", content)
    post(clerk, "people.national.compare", organization=house.committee.uid, file=file, blanks="on")
    check = NationalCheck.objects.system("test").get()
    run_now(check.job)
    check.refresh_from_db()
    assert check.counts == {"differs": 0, "here_only": 0, "there_only": 0, "error": 0, "here": 4, "there": 4, "same": 4}


def test_the_list_as_filtered_is_written_out_in_full_and_every_look_is_noted(
    clerk: Client, house: factories.House, people: list[Person]
) -> None:
    listed = clerk.get(f"/people/?organization={house.east.uid}").content.decode()
    assert f"/do/people.national.export/?listed=organization%3D{house.east.uid}" in listed
    form = clerk.get(f"/do/people.national.export/?listed=organization%3D{house.east.uid}").content.decode()
    assert "将导出 3 名党员" in form
    answer = post(clerk, "people.national.export", listed=f"organization={house.east.uid}", reason="报送季报")
    job = run_now(Job.objects.system("test").get(kind=national.EXPORT_JOB))
    assert answer.url == reverse("job", args=[job.uid])
    assert job.state == "done", (job.message, job.error)
    made = clerk.get(reverse("national-export", args=[job.uid]))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(made.streaming_content)))
    head, *rows = list(book.active.iter_rows())
    names = [cell.value for cell in head]
    assert book.active.title == "党员基本信息"
    assert names[:2] == ["姓名", "公民身份号码"]
    cells = {row[0].value: dict(zip(names, row, strict=True)) for row in rows}
    assert set(cells) == {"张一", "李二", "王三"}
    number = cells["张一"]["公民身份号码"]
    assert (number.value, number.data_type, number.number_format) == (ONE, "s", "@")
    assert cells["张一"]["人员类别"].value == "正式党员"
    assert cells["张一"]["所在党支部"].value == "东山支部"
    assert cells["张一"]["加入党组织日期"].value == "2010-07-01"
    looks = Reveal.objects.system("test").filter(reason="报送季报", page="全国系统版式导出")
    assert {look.person_id for look in looks} == {people[0].pk, people[1].pk}
    assert any("含完整证件号码" in line.summary for line in audit.history("people.Person", str(people[0].pk)))
    assert AuditEntry.objects.system("test").filter(action="people.national.export", object_id="*").count() == 1


def test_who_may_not_see_everything_of_a_person_writes_nothing_of_them(
    house: factories.House, people: list[Person]
) -> None:
    from zhibu.apps.people.national_export import people_of
    from zhibu.apps.people.national_layout import layouts
    from zhibu.apps.people.national_members import needed

    layout = layouts()[0]
    every = [*needed(layout, "people.export", "people.reveal"), "people.view"]
    whole = factories.actor(every, house.root)
    assert people_of(whole, "", layout)[1].count() == 4
    for lacking in every:
        less = factories.actor([code for code in every if code != lacking], house.root)
        assert people_of(less, "", layout)[1].count() == 0, lacking


def test_the_file_is_its_requester_s_alone(clerk: Client, house: factories.House, people: list[Person]) -> None:
    post(clerk, "people.national.export", listed="", reason="报送")
    job = run_now(Job.objects.system("test").get(kind=national.EXPORT_JOB))
    other = Client()
    other.force_login(factories.account("zuzhibu2", "organization_department", house.root))
    assert other.get(reverse("national-export", args=[job.uid])).status_code == 404
    other.force_login(factories.account("renshi", "hr_clerk", house.root))
    assert post(other, "people.national.export", listed="", reason="x").status_code == 404
