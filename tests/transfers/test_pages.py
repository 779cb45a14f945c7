"""Acted out in the browser by the secretary of each side, the department and the member."""

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from tests import factories
from tests.acting import post
from tests.reading import pdf_text
from tests.transfers.helpers import arrival, asked, do, fresh, issued, member
from zhibu.apps.membership.models import Member
from zhibu.apps.transfers.models import Letter, Transfer
from zhibu.kernel.actor import Actor

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def browser(role: str, at: Any) -> Client:
    made = Client()
    made.force_login(factories.account(f"{role}-{at.pk}", role, at))
    return made


def text(page: Any) -> str:
    return str(page.content.decode())


@pytest.mark.django_db
def test_from_the_secretary_by_the_department_to_the_other_secretary(house: factories.House, li: Member) -> None:
    east, west = browser("branch_secretary", house.east), browser("branch_secretary", house.west)
    office = browser("organization_department", house.root)
    factories.account("li", "branch_officer", house.east, of=li.person)
    address = reverse("action-on", args=["transfers.transfer.ask", li.uid])
    assert "平台角色“支部委员”当天结束" in text(east.get(address))
    lost = post(east, "transfers.transfer.ask", li, where="within", target="没有的支部", why="work")
    assert "没有找到这个党组织" in text(lost)
    wrong = post(east, "transfers.transfer.ask", li, where="out", target="", outside="", why="work")
    assert "请写平台外的接收党组织" in text(wrong)
    wrong = post(east, "transfers.transfer.ask", li, where="within", target="西湾支部", why="work", paid_to="九月")
    assert "请写年和月" in text(wrong)
    done = post(east, "transfers.transfer.ask", li, where="within", target="西湾支部", why="work", paid_to="2026年9月")
    assert done.status_code == 302
    transfer = Transfer.objects.system("test").get()
    assert transfer.get_absolute_url() in done["Location"]
    assert west.get(transfer.get_absolute_url()).status_code == 404
    assert "审批接转：李建国" in text(office.get(reverse("inbox")))
    page = text(office.get(reverse("action-on", args=["transfers.transfer.approve", transfer.uid])))
    assert "各地规定不一" in page  # the sources conflict, and the page says so
    assert 'value="2026-9"' in page or 'value="2026-09"' in page
    post(office, "transfers.transfer.approve", transfer, addressee="东江实业党委", days="90", paid_to="2026-09")
    here = arrival(transfer)
    assert "接收党员：李建国" in text(west.get(reverse("inbox")))
    assert west.get(here.get_absolute_url()).status_code == 200
    assert east.get(here.get_absolute_url()).status_code == 404
    assert post(east, "transfers.arrival.accept", here).status_code == 404
    refused = post(west, "transfers.arrival.refuse", here, reason="不想收")
    assert "请" in text(refused)
    assert refused.status_code == 422
    assert post(west, "transfers.arrival.accept", here).status_code == 302
    assert fresh(li).organization == house.west
    again = post(west, "transfers.arrival.accept", fresh(here))
    assert "已经接收、退回" in text(again)
    assert "已接收" in text(east.get(transfer.get_absolute_url()))  # the old branch still reads what happened


@pytest.mark.django_db
def test_the_letter_opens_for_the_department_and_the_receipt_for_the_branch(
    house: factories.House, east: Actor, clerk: Actor, li: Member
) -> None:
    transfer = issued(clerk, asked(east, li, house.west))
    letter = Letter.objects.system("test").get()
    office, west = browser("organization_department", house.root), browser("branch_secretary", house.west)
    page = text(office.get(letter.get_absolute_url()))
    assert "李建国" in page
    assert "存根保存至" in page
    printed = office.get(reverse("print", args=["transfers.letter", letter.uid]))
    assert "介绍信存根" in pdf_text(printed.content)
    assert west.get(letter.get_absolute_url()).status_code == 404
    for words in ("李", letter.code, "1"):
        assert letter.code in text(office.get(reverse("letters"), {"q": words}))
    assert letter.code not in text(office.get(reverse("letters"), {"q": "王"}))
    do(factories.actor(["transfers.receive"], house.west), "transfers.arrival.accept", arrival(transfer), _accept())
    receipt = west.get(reverse("print", args=["transfers.receipt", arrival(transfer).uid]))
    assert "特此回复" in pdf_text(receipt.content)


def _accept() -> Any:
    from zhibu.apps.transfers.services.arriving import Accept

    return Accept()


@pytest.mark.django_db
def test_the_receipt_comes_with_its_scan(house: factories.House, east: Actor, clerk: Actor, li: Member) -> None:
    transfer = issued(clerk, asked(east, li, "滨海市某街道党支部"))
    office = browser("organization_department", house.root)
    scan = SimpleUploadedFile("回执.pdf", PDF, content_type="application/pdf")
    done = post(office, "transfers.transfer.receipt", transfer, on=localdate().isoformat(), scan=scan, reason="")
    assert done.status_code == 302
    assert "回执.pdf" in text(office.get(transfer.get_absolute_url()))
    assert fresh(li).status == "transferred_out"


@pytest.mark.django_db
def test_a_letter_from_outside_is_registered_and_received(house: factories.House) -> None:
    wang = factories.person("王芳", house.root, staff_number="W1")
    office, west = browser("organization_department", house.root), browser("branch_secretary", house.west)
    assert "先<a" in text(office.get(reverse("action", args=["transfers.transfer.register_incoming"])))
    body = {
        "person": "王芳", "organization": house.west.uid, "number": "88", "issuer": "某市委组织部", "from_branch": "某支部",
        "issued_on": localdate().isoformat(), "valid_until": localdate().isoformat(), "as_full": "probationary",
    }  # fmt: skip
    done = post(office, "transfers.transfer.register_incoming", None, **body)
    assert done.status_code == 302, text(done)
    post(west, "transfers.arrival.accept", arrival(Transfer.objects.system("test").get()))
    made = Member.objects.system("test").get(person=wang)
    assert (made.kind, made.organization) == ("probationary", house.west)


@pytest.mark.django_db
def test_a_member_asks_on_the_telephone_and_sees_how_it_stands(
    house: factories.House, clerk: Actor, li: Member
) -> None:
    phone = Client()
    phone.force_login(factories.account("li", of=li.person))
    assert "申请转组织关系" in text(phone.get(reverse("me")))
    post(phone, "transfers.transfer.ask_own", li, where="within", target="西湾支部", why="home")
    phone.get(reverse("me"))  # what was done is told once
    page = text(phone.get(reverse("me")))
    assert "转往西湾支部" in page
    assert "待审批" in page
    assert "申请转组织关系" not in page
    issued(clerk, Transfer.objects.system("test").get())
    assert "有效期至" in text(phone.get(reverse("me")))


@pytest.mark.django_db
def test_many_are_ticked_in_the_lists(house: factories.House, east: Actor) -> None:
    some = [member(house, name) for name in ("赵一", "钱二")]
    for one in some:
        asked(east, one, house.west)
    office, west = browser("organization_department", house.root), browser("branch_secretary", house.west)
    data = {"source": "transfers", "list": "waits=asked", "days": "60", "form_of": "collective"}
    page = post(office, "transfers.transfer.approve_many", None, **data)
    assert page.status_code == 302, text(page)
    assert Letter.objects.system("test").get().count == 2
    assert "赵一等 2 人" in text(office.get(reverse("letters"))) or "钱二等 2 人" in text(
        office.get(reverse("letters"))
    )
    page = post(west, "transfers.arrival.accept_many", None, source="arrivals", list="waits=waiting")
    assert page.status_code == 302, text(page)
    assert {fresh(one).organization for one in some} == {house.west}
    figures = text(office.get(reverse("transfer-figures")))
    assert "西湾支部" in figures
    assert "平台内转入" in figures
    assert office.get(reverse("transfer-figures"), {"year": "x"}).status_code == 200


@pytest.mark.django_db
def test_pasted_names_are_told_line_by_line(house: factories.House) -> None:
    member(house, "赵一")
    east = browser("branch_secretary", house.east)
    body = {
        "where": "within",
        "target": "西湾支部",
        "why": "branch",
        "names": "赵一\n李四\n赵一",
        "key": str(uuid.uuid4()),
    }
    page = text(post(east, "transfers.transfer.ask_many", None, **body))
    assert "第 2 行：李四 不是您管理范围内的党员" in page
    assert "第 3 行：赵一 写了两次" in page
    assert post(east, "transfers.transfer.ask_many", None, **{**body, "names": "赵一"}).status_code == 302
    assert Transfer.objects.system("test").count() == 1


@pytest.mark.django_db
def test_somebody_away_is_registered_from_the_form(house: factories.House, li: Member) -> None:
    east, west = browser("branch_secretary", house.east), browser("branch_secretary", house.west)
    body = {
        "since": "2026-01-05",
        "place": "深圳市",
        "reason": "work",
        "host": "西湾",
        "every": "month",
        "expected_until": "",
    }
    page = text(post(east, "transfers.floating.register", li, **body))
    assert "没有找到这个党组织" in page  # elsewhere a part of a name will not do
    done = post(east, "transfers.floating.register", li, **{**body, "host": "西湾支部"})
    assert done.status_code == 302, text(done)
    assert "李建国" in text(west.get(reverse("guests")))
    assert "正式组织关系仍在流出地支部" in text(west.get(_guest(li)))
    assert east.get(_guest(li)).status_code == 404


def _guest(li: Member) -> str:
    from zhibu.apps.transfers.models import Guest

    return str(Guest.objects.system("test").get(floating__person=li.person).get_absolute_url())


@pytest.mark.django_db
def test_more_than_two_hundred_go_in_the_background(
    house: factories.House, east: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zhibu.apps.transfers.services import arriving, asking, issuing
    from zhibu.kernel.jobs import run_now
    from zhibu.kernel.jobs.models import Job

    for part in (arriving, asking, issuing):
        monkeypatch.setattr(part, "AT_ONCE", 1)
    for name in ("赵一", "钱二"):
        member(house, name)
    first, office = browser("branch_secretary", house.east), browser("organization_department", house.root)
    west = browser("branch_secretary", house.west)
    body = {"where": "within", "target": "西湾支部", "why": "branch", "names": "赵一\n钱二"}
    steps = (
        (first, "transfers.transfer.ask_many", body, "asked"),
        (office, "transfers.transfer.approve_many", {"source": "transfers", "days": "60", "form_of": "each"}, "issued"),
        (west, "transfers.arrival.accept_many", {"source": "arrivals"}, "received"),
    )
    for client, code, data, state in steps:
        assert post(client, code, None, **data).status_code == 302
        job = run_now(Job.objects.system("test").order_by("-pk")[0])
        assert (job.state, job.message) == ("done", "已办理 2 人")
        assert {one.state for one in Transfer.objects.system("test")} == {state}
    assert [one.number for one in Letter.objects.system("test").order_by("pk")] == [1, 2]


@pytest.mark.django_db
@pytest.mark.parametrize("slug", ["transfers", "arrivals", "letters", "floating", "guests", "contact-plans"])
def test_each_list_is_searched_and_written_out(house: factories.House, east: Actor, clerk: Actor, slug: str) -> None:
    from tests.transfers.test_away import away

    li = member(house, "李建国")
    do(east, "transfers.floating.register", li, away(house))
    issued(clerk, asked(east, li, house.west))
    office = browser("organization_department", house.root)
    assert "李建国" in text(office.get(reverse(slug), {"q": "李建"}))
    answer = office.post(reverse(f"{slug}-export"), {"key": str(uuid.uuid4())})
    assert answer.status_code in (200, 302), answer.status_code
    page = office.get(f"/members/{li.uid}/")
    assert "组织关系接转和联系" in text(page)


@pytest.mark.django_db
def test_stubs_of_ten_years_ago_lose_their_telephone_and_keep_their_number(
    house: factories.House, east: Actor, clerk: Actor, li: Member
) -> None:
    from datetime import timedelta

    from zhibu.kernel.retention.registry import kinds, rows_of

    transfer = issued(clerk, asked(east, li, "某支部", phone="13700001111"))
    rows = rows_of(kinds()["transfer_letters"])
    assert rows.count() == 0
    long_ago = localdate() - timedelta(days=3700)
    Transfer.objects.system("test").update(state="left", ended_on=long_ago)
    assert rows_of(kinds()["transfer_letters"]).count() == 1
    erase = rows_of(kinds()["transfer_letters"]).erase
    assert erase is not None
    assert erase(clerk, 10) == 1
    assert (fresh(transfer).phone, Letter.objects.system("test").get().number) == ("", 1)
