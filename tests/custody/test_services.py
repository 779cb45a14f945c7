"""What was done for somebody: with pictures, once, corrected without losing anything, followed up."""

import io
import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from PIL import Image

from tests import factories
from tests.custody.helpers import do, opened, served, visit
from zhibu.apps.custody import queries
from zhibu.apps.custody.models import CareRecord, PhotoDraft, ServiceRecord
from zhibu.apps.custody.services.records import Followed, Service
from zhibu.kernel import files, inbox
from zhibu.kernel.actions import Refused, Why
from zhibu.kernel.actor import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def care(house: factories.House, clerk: Actor) -> CareRecord:
    return opened(clerk, served(house), house.station)


@pytest.fixture
def browser(client: Client, house: factories.House, care: CareRecord) -> Client:
    client.force_login(factories.account("gongzuozhan", "workstation_clerk", house.station))
    return client


def picture(shade: int, name: str = "照片.jpg") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (shade, 90, 90)).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def form_url(care: CareRecord) -> str:
    return reverse("action-on", args=["custody.service.record", care.uid])


def body(**more: Any) -> dict[str, Any]:
    return {
        "key": str(uuid.uuid4()), "kind": "visit", "on": localdate().isoformat(), "words": "上门看望", "place": "家中", **more
    }  # fmt: skip


def ahead(browser: Client, care: CareRecord, shade: int, key: str = "") -> Any:
    sent = {"key": key or str(uuid.uuid4()), "photo": picture(shade)}
    return browser.post(reverse("care-photo", args=[care.uid]), sent)


def test_a_visit_moves_the_day_of_the_next_one_and_leaves_the_inbox(clerk: Actor, care: CareRecord) -> None:
    def due() -> list[str]:
        return [item.title for item in inbox.items(clerk) if item.action.code == "custody.service.record"]

    assert due() == ["应走访：陈桂芳"]
    do(clerk, "custody.service.record", care, visit(days_ago=2))
    care.refresh_from_db()
    assert due() == []
    assert care.last_visit_on == localdate() - timedelta(days=2)
    do(clerk, "custody.service.record", care, visit(kind="call"))
    care.refresh_from_db()
    assert care.last_visit_on == localdate() - timedelta(days=2)


def test_a_form_sent_twice_is_one_service(browser: Client, care: CareRecord) -> None:
    sent = body(cost="300")
    for _ in range(2):
        assert browser.post(form_url(care), sent).status_code == 302
    (only,) = ServiceRecord.objects.system("test")
    assert (only.cost, only.by_name) == (Decimal("300.00"), "gongzuozhan")


def test_pictures_come_with_the_form_where_there_is_no_script(browser: Client, care: CareRecord) -> None:
    answer = browser.post(form_url(care), body(photos=[picture(n * 20) for n in range(3)]))
    assert answer.status_code == 302
    service = ServiceRecord.objects.system("test").get()
    page = browser.get(service.get_absolute_url()).content.decode()
    assert page.count("?size=320") == 3


def test_pictures_sent_ahead_each_arrive_once_and_the_form_names_them(browser: Client, care: CareRecord) -> None:
    keys = [str(uuid.uuid4()) for _ in range(6)]
    first = [ahead(browser, care, n * 20, key).json()["uid"] for n, key in enumerate(keys)]
    again = [ahead(browser, care, n * 20, key).json()["uid"] for n, key in enumerate(keys)]
    assert first == again
    sent = body(uploaded=",".join(first))
    for _ in range(2):
        assert browser.post(form_url(care), sent).status_code == 302
    service = ServiceRecord.objects.system("test").get()
    station = factories.actor(("custody.view",), care.organization)
    assert len(files.attached(station, service)) == 6
    assert PhotoDraft.objects.system("test").filter(used_at=None).count() == 0
    refused = browser.post(form_url(care), body(uploaded=first[0]))
    assert refused.status_code == 422
    assert "没有传完，或已经用在另一份记录上" in refused.content.decode()


def test_a_picture_of_another_account_cannot_be_named(
    browser: Client, care: CareRecord, house: factories.House
) -> None:
    uid = ahead(browser, care, 10).json()["uid"]
    other = Client()
    other.force_login(factories.account("other", "workstation_clerk", house.station))
    assert other.post(form_url(care), body(uploaded=uid)).status_code == 422


@pytest.mark.parametrize("what", ["words", "empty", "text"])
def test_a_bad_picture_is_refused_with_its_reason(browser: Client, care: CareRecord, what: str) -> None:
    content = {"words": b"not a picture", "empty": b"", "text": "名单".encode()}[what]
    sent = {"key": str(uuid.uuid4()), "photo": SimpleUploadedFile("坏照片.jpg", content)}
    answer = browser.post(reverse("care-photo", args=[care.uid]), sent)
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert PhotoDraft.objects.system("test").count() == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"on": "2999-01-01"}, "不能晚于今天"),
        ({"on": "1999-01-01"}, "托管期间"),
        ({"cost": "-3"}, "金额应在"),
        ({"cost": "三百"}, "金额写法不对"),
        ({"follow_up_words": "送药"}, "请填写跟进日期"),
        ({"follow_up_on": "2020-01-01"}, "应在服务日期之后"),
        ({"words": ""}, "请填写情况记录"),
    ],
)
def test_bad_input_is_told_at_its_field_and_nothing_is_written(
    browser: Client, care: CareRecord, change: dict[str, str], words: str
) -> None:
    answer = browser.post(form_url(care), body(**change))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert ServiceRecord.objects.system("test").count() == 0


def test_a_correction_is_a_version_of_its_own_with_the_pictures(
    browser: Client, clerk: Actor, care: CareRecord
) -> None:
    browser.post(form_url(care), body(photos=[picture(1)]))
    old = ServiceRecord.objects.system("test").get()
    new = do(clerk, "custody.service.correct", old, Service("call", localdate(), "", "打电话，没有上门", reason="写错"))
    old.refresh_from_db()
    care.refresh_from_db()
    assert (old.stands, old.words, new.stands, new.corrects) == (False, "上门看望", True, old)
    assert care.last_visit_on is None
    assert len(files.attached(factories.actor(("custody.view",), care.organization), new)) == 1
    assert "更正后的一份" in browser.get(old.get_absolute_url()).content.decode()
    with pytest.raises(Refused, match="已经更正"):
        do(clerk, "custody.service.withdraw", old, Why("重复"))


def test_a_withdrawn_visit_counts_no_more_and_stays_readable(clerk: Actor, care: CareRecord, browser: Client) -> None:
    made = do(clerk, "custody.service.record", care, visit())
    do(clerk, "custody.service.withdraw", made, Why("写错了人"))
    care.refresh_from_db()
    assert care.last_visit_on is None
    assert "写错了人" in browser.get(made.get_absolute_url()).content.decode()


def test_a_follow_up_waits_a_fortnight_ahead_until_it_is_seen_to(clerk: Actor, care: CareRecord) -> None:
    def waits() -> list[str]:
        return [item.detail for item in inbox.items(clerk) if item.action.code == "custody.service.follow"]

    soon, later = (
        do(clerk, "custody.service.record", care, visit(
            follow_up_on=localdate() + timedelta(days=days), follow_up_words=words))
        for days, words in ((14, "送药"), (15, "复查"))
    )  # fmt: skip
    assert waits() == ["送药"]
    do(clerk, "custody.service.follow", soon, Followed("已送到"))
    assert waits() == []
    assert later.followed_at is None


def test_the_board_counts_and_its_figures_lead_to_their_lists(
    browser: Client, clerk: Actor, care: CareRecord, house: factories.House
) -> None:
    visited = opened(clerk, served(house, "李秀英"), house.station)
    do(clerk, "custody.service.record", visited, visit(follow_up_on=localdate() + timedelta(days=3)))
    (row,) = queries.board(clerk)
    assert (row.people, row.overdue, row.follow_ups, row.services) == (2, 1, 1, 1)
    page = browser.get(reverse("care-board")).content.decode()
    assert "走访逾期" in page
    late = browser.get(reverse("care") + "?waits=visit").content.decode()
    assert "陈桂芳" in late
    assert "李秀英" not in late
    here = f"{reverse('care')}?state=open&below={house.station.uid}"
    assert here.replace("&", "&amp;") in page
    assert "共 2 条" in browser.get(here).content.decode()
    assert "李秀英" in browser.get(reverse("services") + "?state=follow").content.decode()
    assert "李秀英" in browser.get(reverse("care") + "?q=lxy").content.decode()


def test_the_desk_shows_care_and_offers_a_service(browser: Client, care: CareRecord, clerk: Actor) -> None:
    from zhibu.apps.cards import panels

    shown = panels.collect(care.person, clerk, localdate())
    assert ("托养托管", "离岗退养") in [(fact.label, fact.value) for fact in shown.facts]
    assert any(words.startswith("走访逾期") for words, _ in shown.tags)
    assert [one.label for one in shown.buttons if one.kind == "go"] == ["登记服务"]
    stranger = factories.actor(("people.view", "cards.identify"), care.organization, account_id=9)
    assert "托养托管" not in [fact.label for fact in panels.collect(care.person, stranger, localdate()).facts]


def test_the_page_of_the_person_shows_care_and_services(browser: Client, care: CareRecord, clerk: Actor) -> None:
    do(clerk, "custody.service.record", care, visit(words="送去慰问信"))
    page = browser.get(care.person.get_absolute_url()).content.decode()
    assert "打开托管档案" in page
    assert "送去慰问信" in page


def test_pictures_that_no_record_used_are_forgotten_after_a_month(browser: Client, care: CareRecord) -> None:
    from zhibu.apps.custody.retention import unused_pictures
    from zhibu.kernel.actor import SYSTEM

    used, left = (ahead(browser, care, n).json()["uid"] for n in (10, 20))
    assert browser.post(form_url(care), body(uploaded=used)).status_code == 302
    soon = timezone.now() + timedelta(minutes=1)
    assert unused_pictures(timezone.now() - timedelta(days=30)).count() == 0
    due = unused_pictures(soon)
    assert (due.count(), due.erase(SYSTEM, 10)) == (1, 1)  # type: ignore[misc]
    assert [str(uid) for uid in PhotoDraft.objects.system("test").values_list("uid", flat=True)] == [used]
    assert left != used
