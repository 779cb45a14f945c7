"""Who may import what where, and who sees what of an import."""

import re
from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.factories import House
from tests.imports.desk import CHEN, HUANG, Desk, batch, sheet
from zhibu.apps.accounts.models import RoleAssignment
from zhibu.apps.people.models import Person
from zhibu.kernel.files import contents
from zhibu.kernel.imports.models import ImportBatch
from zhibu.kernel.jobs import run_now

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = ("", "match/", "check/", "errors/", "original/")
ACTS = ("imports.match", "imports.apply", "imports.stop", "imports.undo", "imports.cancel")


def signed_in(username: str, role: str, at: Any) -> Client:
    client = Client()
    client.force_login(factories.account(username, role, at))
    return client


@pytest.fixture
def checked(desk: Desk, house: House) -> ImportBatch:
    """An import of people into the root unit, one row of it wrong."""
    return desk.check(sheet(CHEN, (*HUANG[:4], "138", "1002")), organization=house.root.uid)


def answers(client: Client, of: ImportBatch) -> dict[str, int]:
    urls = [f"/imports/{of.uid}/{page}" for page in PAGES] + [f"/do/{code}/{of.uid}/" for code in ACTS]
    return {url: client.get(url).status_code for url in urls}


@pytest.mark.parametrize(
    ("role", "place"),
    [("hr_clerk", "department"), ("branch_secretary", "east"), ("organization_department", "west"), ("member", "root")],
)
def test_whoever_is_beside_or_below_finds_nothing(checked: ImportBatch, house: House, role: str, place: str) -> None:
    stranger = signed_in("wang", role, getattr(house, place))
    assert set(answers(stranger, checked).values()) == {404}
    listing = stranger.get("/imports/")
    assert checked.file_name not in listing.content.decode()


def test_an_auditor_sees_figures_but_no_row_cell_or_file(checked: ImportBatch, house: House) -> None:
    auditor = signed_in("shen", "auditor", house.root)
    found = answers(auditor, checked)
    assert found.pop(f"/imports/{checked.uid}/") == 200
    assert set(found.values()) == {404}
    page = auditor.get(checked.get_absolute_url()).content.decode()
    page = re.sub(r'value="\w{64}"', "", page)  # a form's token may hold any two letters
    assert "有错（行）" in page
    for secret in (CHEN[0], CHEN[1], HUANG[1], "E3"):
        assert secret not in page


def test_people_are_imported_only_where_the_clerk_may(house: House) -> None:
    clerk = Desk(signed_in("wang", "hr_clerk", house.department))
    page = clerk.client.get("/imports/new/people.people/").content.decode()
    assert house.department.name in page
    assert house.root.name not in page.split("<form", 2)[-1]
    answer = clerk.upload(sheet(CHEN), organization=house.root.uid)
    assert (answer.status_code, ImportBatch.objects.system("test").count()) == (422, 0)


def test_a_kind_one_may_not_import_does_not_exist(house: House) -> None:
    clerk = signed_in("wang", "hr_clerk", house.root)
    assert clerk.get("/imports/new/people.people/").status_code == 200
    for url in ("/imports/new/organizations.organizations/", "/imports/template/organizations.organizations/"):
        assert clerk.get(url).status_code == 404
    assert clerk.get("/imports/new/no.such/").status_code == 404
    secretary = signed_in("zhao", "branch_secretary", house.east)
    assert secretary.get("/imports/new/people.people/").status_code == 404
    assert secretary.get("/do/imports.upload/").status_code == 404


def test_nothing_is_written_once_the_permission_is_gone(desk: Desk, clerk: Any, house: House) -> None:
    checked = desk.check(sheet(CHEN), organization=house.root.uid)
    assert desk.act("imports.apply", checked).status_code == 302
    RoleAssignment.objects.system("test").filter(account=clerk).update(until=factories.LONG_AGO)
    waiting = batch(checked.uid)
    assert waiting.job is not None
    job = run_now(waiting.job)
    assert job.state == "failed"
    assert "没有在这个单位办理这类导入的权限" in job.message
    assert not Person.objects.system("test").exists()
    assert set(answers(desk.client, waiting).values()) == {200, 404}
    assert desk.client.get(f"/imports/{checked.uid}/check/").status_code == 404


def test_a_colleague_may_take_an_import_back(desk: Desk, house: House) -> None:
    done = desk.apply(desk.check(sheet(CHEN), organization=house.root.uid))
    colleague = Desk(signed_in("he", "organization_department", house.root))
    undone = colleague.undo(done)
    assert undone.state == "undone"
    assert not Person.objects.system("test").filter(state="live").exists()


def test_taking_the_original_is_written_down(desk: Desk, checked: ImportBatch) -> None:
    answer = desk.client.get(f"/imports/{checked.uid}/original/")
    assert b"".join(answer.streaming_content) == sheet_of(checked)  # type: ignore[attr-defined]
    assert "下载导入的原始文件" in desk.client.get(checked.get_absolute_url()).content.decode()


def sheet_of(of: ImportBatch) -> bytes:
    return contents.read(of.file_id)
