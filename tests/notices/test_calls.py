"""The call list: by branch, with what the viewer may see, on paper and as a sheet, and its results."""

import io
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from tests import factories
from tests.messages.conftest import People, states
from tests.notices.conftest import Enter, send, submit
from zhibu.apps.accounts.queries import actor_for
from zhibu.apps.notices.services import calls
from zhibu.apps.people.models import Relative
from zhibu.kernel import inbox
from zhibu.kernel.messages.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice(house: factories.House, people: People, secretary: Any, enter: Enter) -> Notice:
    """SMS is off: everybody who does not sign in is to be called."""
    Relative.objects.create(person=people.none, name="张小红", relation="女儿", phone="13700001111", is_emergency=True)
    factories.person("西湾人", house.root, party=house.west)
    return send(enter(factories.account("top", "organization_department", house.root)), house.root)


def test_by_branch_with_telephone_and_kin_where_they_may_be_seen(
    house: factories.House, notice: Notice, office: Any
) -> None:
    rows = calls.rows(actor_for(office), notice)
    assert [row.place for row in rows] == sorted(row.place for row in rows)
    named = {row.name: row for row in rows}
    assert named["黄志强"].phones == "0755-88990011"
    assert named["张建国"].kin == "女儿张小红 13700001111"
    assert "𠮷野秀英" not in named
    clerk = factories.account("hr", "information_officer", house.root)
    from zhibu.kernel.actor import Actor, Grant

    blind = Actor(account_id=clerk.pk, grants=(Grant("messages.send", house.root.path),))
    assert {(row.phones, row.kin) for row in calls.rows(blind, notice)} == {("", "")}


def test_results_one_by_one_and_many_at_once(notice: Notice, office: Any, enter: Enter) -> None:
    browser, url = enter(office), f"/do/messages.notice.called/{notice.uid}/"
    rows = {row.name: str(row.uid) for row in calls.rows(actor_for(office), notice)}
    body = {"result": "told", "at": "2026-11-24 09:00", "by": "王敏"}
    assert submit(browser, url, deliveries=[], **body).status_code == 422
    assert submit(browser, url, deliveries=[rows["黄志强"]], **{**body, "at": "2999-01-01 09:00"}).status_code == 422
    assert submit(browser, url, deliveries=[rows["黄志强"]], **{**body, "result": "not_reached"}).status_code == 302
    assert states()["黄志强", "call"] == "not_reached"
    assert (
        submit(browser, url, deliveries=[rows["黄志强"], rows["张建国"]], note="由女儿转告", **body).status_code == 302
    )
    assert states()["黄志强", "call"] == states()["张建国", "call"] == "told"
    page = browser.get(f"/notices/{notice.uid}/calls/").content.decode()
    assert "由女儿转告" in page
    assert "王敏" in page
    assert submit(browser, url, deliveries=[rows["张建国"]], **body).status_code == 422  # entered already


def test_a_secretary_enters_only_for_the_own_notices(notice: Notice, secretary: Any, enter: Enter) -> None:
    uid = str(calls.rows(factories.actor(["messages.send"], notice.organization), notice)[0].uid)
    answer = submit(
        enter(secretary), f"/do/messages.notice.called/{notice.uid}/", deliveries=[uid], result="told",
        at=timezone.localtime().strftime("%Y-%m-%d %H:%M"), by="李秀兰",
    )  # fmt: skip
    assert answer.status_code == 404
    assert set(states().values()) == {"to_call"}


def test_printed_it_is_a_pdf_with_every_name_and_marked(notice: Notice, office: Any, enter: Enter) -> None:
    browser = enter(office)
    answer = submit(browser, f"/do/messages.notice.print_calls/{notice.uid}/")
    assert set(states().values()) == {"printed"}
    paper = browser.get(answer.url)
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")


def test_a_rare_name_is_printed_and_exported(house: factories.House, people: People, office: Any, enter: Enter) -> None:
    people.account.last_login = None
    people.account.save()
    notice = send(enter(office), house.east)
    assert enter(office).get(f"/print/notices.calls/{notice.uid}/").status_code == 200
    answer = enter(office).post(f"/notices/{notice.uid}/calls/xlsx/")
    sheet: Any = load_workbook(io.BytesIO(answer.content)).active
    assert "𠮷野秀英" in [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert enter(office).get(f"/notices/{notice.uid}/calls/xlsx/").status_code == 405


def test_calls_to_be_made_stand_in_the_inbox_until_they_are(notice: Notice, office: Any) -> None:
    actor = actor_for(office)
    assert "电话通知：召开党员大会" in [item.title for item in inbox.items(actor)]
    from zhibu.kernel.messages.models import Delivery

    Delivery.objects.system("test").update(state="told")
    assert "电话通知：召开党员大会" not in [item.title for item in inbox.items(actor_for(office))]
