"""A round for 300 people: a list from a filter or pasted, the printed sheet, who signed, one service each."""

import re
import time
import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from tests import factories
from tests.custody.helpers import do, opened, served
from tests.reading import pdf_text
from zhibu.apps.custody.models import BatchLine, CareRecord, ServiceBatch, ServiceRecord
from zhibu.apps.custody.services.batches import MOST, NewBatch, Received
from zhibu.apps.people.models import Affiliation, Person
from zhibu.kernel import audit, inbox
from zhibu.kernel.actions import Refused, Why
from zhibu.kernel.actor import Actor
from zhibu.kernel.jobs import run_now
from zhibu.kernel.jobs.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client: Client, house: factories.House) -> Client:
    client.force_login(factories.account("gongzuozhan", "workstation_clerk", house.station))
    return client


def many(house: factories.House, number: int) -> list[CareRecord]:
    """Make so many people in care, quickly."""
    people = Person.objects.bulk_create(
        Person(name=f"职工{n:03d}", staff_number=f"N{n:03d}", employment="in_care") for n in range(number)
    )
    Affiliation.objects.bulk_create(
        Affiliation(person=person, organization=at, kind=kind, since=factories.LONG_AGO)
        for person in people
        for kind, at in (("home", house.root), ("service", house.station))
    )
    since = localdate() - timedelta(days=500)
    made: list[CareRecord] = CareRecord.objects.bulk_create(
        CareRecord(person=person, organization=house.station, since=since, category="agreement") for person in people
    )
    return made


def round_of(clerk: Actor, house: factories.House, cares: list[CareRecord], **more: Any) -> ServiceBatch:
    values = {"kind": "condolence", "on": localdate(), "gift": "大米 1 袋", "cost": Decimal("200.00"), **more}
    made: ServiceBatch = do(
        clerk, "custody.batch.create", None, NewBatch(house.station, "中秋慰问", cares=cares, **values)
    )
    return made


def lines(batch: ServiceBatch) -> list[BatchLine]:
    return list(BatchLine.objects.system("test").filter(batch=batch).order_by("place"))


def test_three_hundred_people_are_one_round_and_each_who_signed_has_one_service(
    house: factories.House, clerk: Actor
) -> None:
    batch = round_of(clerk, house, many(house, 300))
    rows = lines(batch)
    signed = frozenset(str(line.uid) for line in rows[:297])
    began = time.monotonic()
    do(clerk, "custody.batch.receive", batch, Received(signed, {str(rows[0].uid): "女儿"}))
    do(clerk, "custody.batch.close", batch, None)
    assert time.monotonic() - began < 10
    services = ServiceRecord.objects.system("test").select_related("care")
    assert services.count() == 297
    assert {(s.kind, s.cost, s.on) for s in services} == {("condolence", Decimal("200.00"), localdate())}
    first = services.get(care=rows[0].care_id)
    assert first.words == "中秋慰问：大米 1 袋，由女儿代领。"
    assert first.care.last_visit_on == localdate()
    last = CareRecord.objects.system("test").get(pk=rows[299].care_id)
    assert last.last_visit_on is None
    told = audit.AuditEntry.objects.system("test").filter(action="custody.service.record")
    assert told.count() == 297
    with pytest.raises(Refused, match="已经办结"):
        do(clerk, "custody.batch.receive", batch, Received(frozenset(), {}))


def test_the_sheet_of_three_hundred_is_made_by_a_job(house: factories.House, browser: Client, clerk: Actor) -> None:
    batch = round_of(clerk, house, many(house, 300))
    answer = browser.get(reverse("print", args=["custody.sheet", batch.uid]))
    job = Job.objects.system("test").get(kind="documents.print")
    assert answer.status_code == 302
    assert job.label == "打印签领表（300 行）"
    assert run_now(job).state == "done"
    made = browser.get(reverse("print-made", args=[job.uid]))
    text = pdf_text(b"".join(made.streaming_content) if made.streaming else made.content)
    assert int(re.findall(r"共(\d+)页", text)[0]) >= 15  # rows of 9 mm, in which a hand can sign
    for words in ("中秋慰问签领表", "职工000", "职工299", "60,000.00", "陆万元整", "代领人"):
        assert words in text


def test_a_filtered_list_becomes_the_list_of_a_round(house: factories.House, browser: Client, clerk: Actor) -> None:
    opened(clerk, served(house, "甲某"), house.station, category="sick")
    opened(clerk, served(house, "乙某"), house.station, category="agreement")
    address = reverse("action", args=["custody.batch.create"])
    chosen = {"source": "care", "list": "category=sick", "uids": ""}
    page = browser.get(address, chosen).content.decode()
    assert "名单上有" in page
    assert "甲某" in page
    assert "乙某" not in page
    sent = {
        "key": str(uuid.uuid4()), **chosen, "organization": house.station.uid, "title": "病休走访", "kind": "visit",
        "on": localdate().isoformat(),
    }  # fmt: skip
    assert browser.post(address, sent).status_code == 302
    assert [line.care.person.name for line in lines(ServiceBatch.objects.system("test").get())] == ["甲某"]


def test_pasted_names_are_found_and_every_fault_names_its_line(
    house: factories.House, browser: Client, clerk: Actor
) -> None:
    for name, number in (("甲某", "1"), ("乙某", "2"), ("乙某", "3")):
        opened(clerk, served(house, name, staff_number=number), house.station)
    address = reverse("action", args=["custody.batch.create"])
    sent = {
        "organization": house.station.uid, "title": "走访", "kind": "visit", "on": localdate().isoformat(),
    }  # fmt: skip
    wrong = browser.post(address, {**sent, "key": str(uuid.uuid4()), "names": "甲某\n乙某\n丙某\n1\n"})
    assert wrong.status_code == 422
    page = wrong.content.decode()
    for words in ("第 2 行：乙某 有重名，请写工号", "第 3 行：丙某 没有这个人", "第 4 行：1 写了两次"):
        assert words in page
    right = browser.post(address, {**sent, "key": str(uuid.uuid4()), "names": "3\n\n甲某"})
    assert right.status_code == 302
    found = lines(ServiceBatch.objects.system("test").get())
    assert [(line.place, line.care.person.staff_number) for line in found] == [(1, "3"), (2, "1")]


def test_nobody_is_served_by_a_round_after_their_care_ended(house: factories.House, clerk: Actor) -> None:
    cares = many(house, 2)
    batch = round_of(clerk, house, cares)
    do(clerk, "custody.batch.receive", batch, Received(frozenset(str(line.uid) for line in lines(batch)), {}))
    CareRecord.objects.system("test").filter(pk=cares[0].pk).update(until=localdate() - timedelta(days=1))
    batch.refresh_from_db()
    with pytest.raises(Refused, match=f"{cares[0].person.name}在这一天不在托管期间"):
        do(clerk, "custody.batch.close", batch, None)
    CareRecord.objects.system("test").filter(pk=cares[0].pk).update(until=localdate())
    do(clerk, "custody.batch.close", batch, None)
    assert ServiceRecord.objects.system("test").filter(on=localdate()).count() == 2


def test_ticks_on_the_screen_and_the_signed_sheet(house: factories.House, browser: Client, clerk: Actor) -> None:
    batch = round_of(clerk, house, many(house, 3))
    first, second, _ = lines(batch)
    address = reverse("action-on", args=["custody.batch.receive", batch.uid])
    sent = {"whole": "ticked", "line": [str(first.uid), str(second.uid)], f"by-{second.uid}": "儿子"}
    assert browser.post(address, {**sent, "key": str(uuid.uuid4()), "rev": batch.rev}).status_code == 302
    assert [(line.received, line.received_by) for line in lines(batch)] == [(True, ""), (True, "儿子"), (False, "")]
    third = lines(batch)[2]
    forgotten = browser.post(address, {**sent, f"by-{third.uid}": "女儿", "key": str(uuid.uuid4())})
    assert forgotten.status_code == 422
    assert f"{third.care.person.name}写了代领人，却没有勾选" in forgotten.content.decode()
    scan = SimpleUploadedFile("签领表.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n", "application/pdf")
    sheet = reverse("action-on", args=["custody.batch.sheet", batch.uid])
    assert browser.post(sheet, {"key": str(uuid.uuid4()), "scan": scan}).status_code == 302
    page = browser.get(batch.get_absolute_url()).content.decode()
    assert "签领表.pdf" in page
    assert "2 / 3 人" in page
    browser.post(address, {"whole": "all", "key": str(uuid.uuid4())})
    assert all(line.received for line in lines(batch))


def test_a_round_waits_in_the_inbox_from_its_day_on_and_is_not_done_before(
    house: factories.House, clerk: Actor
) -> None:
    def waits() -> list[str]:
        return [item.title for item in inbox.items(clerk) if item.action.code == "custody.batch.receive"]

    cares = many(house, 1)
    later = round_of(clerk, house, cares, on=localdate() + timedelta(days=1))
    assert waits() == []
    with pytest.raises(Refused, match="还没有到"):
        do(clerk, "custody.batch.close", later, None)
    now = round_of(clerk, house, cares)
    assert waits() == ["登记签领：中秋慰问"]
    with pytest.raises(Refused, match="还没有登记任何人签领"):
        do(clerk, "custody.batch.close", now, None)
    do(clerk, "custody.batch.drop", now, Why("改期"))
    assert waits() == []
    assert ServiceRecord.objects.system("test").count() == 0


def test_more_than_the_most_are_refused(house: factories.House, clerk: Actor) -> None:
    with pytest.raises(Refused, match="请分几次"):
        round_of(clerk, house, many(house, 1) * (MOST + 1))
