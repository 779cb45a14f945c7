"""One's own messages and settings: what is unread, who may read it, what was chosen."""

import uuid
from datetime import time
from typing import Any

import pytest
from django.core import mail as sent_mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.messages.conftest import People, messages_of
from tests.notices.conftest import Enter
from zhibu.kernel import messages
from zhibu.kernel.audit.models import AuditEntry
from zhibu.kernel.messages.models import MessageChoice, QuietHours
from zhibu.kernel.messages.sms.gateway import TestGateway

pytestmark = pytest.mark.django_db


def tell(people: People, number: int) -> None:
    for n in range(number):
        messages.tell([people.wired], "affairs" if n % 2 else "notice", title=f"消息{n}", body="正文", key=f"k{n}")


def test_the_bell_counts_what_is_unread_by_one_query(people: People, enter: Enter) -> None:
    tell(people, 3)
    browser = enter(people.account)
    with CaptureQueriesContext(connection) as captured:
        page = browser.get("/").content.decode()
    assert "我的消息，3 条未读" in page
    bell = [q["sql"] for q in captured if "kernel_message" in q["sql"]]
    assert len(bell) == 1
    assert "LIMIT 100" in bell[0]


def test_reading_marks_and_everything_can_be_marked(people: People, enter: Enter) -> None:
    tell(people, 3)
    browser = enter(people.account)
    first = messages_of(people.wired)[0]
    assert "消息0" in browser.get(first.get_absolute_url()).content.decode()
    assert [one.read_at is None for one in messages_of(people.wired)] == [False, True, True]
    browser.post(f"/messages/{first.uid}/unread/")
    assert messages_of(people.wired)[0].read_at is None
    browser.post("/messages/read-all/")
    assert all(one.read_at for one in messages_of(people.wired))
    assert "还没有消息" not in browser.get("/messages/").content.decode()


def test_the_list_is_filtered_and_paged(people: People, enter: Enter) -> None:
    tell(people, 45)
    browser = enter(people.account)
    page = browser.get("/messages/?kind=affairs").content.decode()
    assert "消息43" in page
    assert "消息44" not in page
    page = browser.get("/messages/").content.decode()
    assert "before=" in page
    older = page.partition("before=")[2].partition('"')[0]
    assert "消息24" in browser.get(f"/messages/?before={older}").content.decode()
    for query in ("before=x", "before=99999999999999999999", "kind=nonsense", "unread=2", "before=²"):
        assert browser.get(f"/messages/?{query}").status_code == 200


def test_nobody_reads_what_was_told_to_another(people: People, office: Any, enter: Enter) -> None:
    tell(people, 1)
    url = messages_of(people.wired)[0].get_absolute_url()
    for other in (office, factories.account("somebody", of=people.mobile)):
        assert enter(other).get(url).status_code == 404
        assert enter(other).post(f"{url}unread/").status_code == 404
        enter(other).post("/messages/read-all/")
    assert messages_of(people.wired)[0].read_at is None


def test_what_one_chooses_is_kept_and_written_down(people: People, enter: Enter) -> None:
    browser = enter(people.account)
    body = {
        "kind_notice": ["mail", "chat"],
        "kind_security": ["mail"],
        "kind_meeting": ["sms"],
        "hours": "own",
        "since": "22:00",
        "until": "07:30",
    }
    assert browser.post("/messages/settings/", body).status_code == 302
    chosen = dict(MessageChoice.objects.filter(account_id=people.account.pk).values_list("kind", "channels"))
    assert chosen == {"notice": ["mail", "chat"]}  # only what differs
    assert QuietHours.objects.get().since == time(22)
    assert AuditEntry.objects.system("test").filter(action="messages.own_settings").count() == 1
    assert browser.post("/messages/settings/", {**body, "hours": "house"}).status_code == 302
    assert not QuietHours.objects.exists()
    for wrong in (
        {"hours": "own", "since": "", "until": "7"},
        {"hours": "x"},
        {"kind_notice": ["fax"], "hours": "never"},
    ):
        assert browser.post("/messages/settings/", wrong).status_code == 422


def test_an_administrator_tries_the_channels_and_is_told_plainly(
    house: factories.House, enter: Enter, gateway: TestGateway, mail: None
) -> None:
    browser = enter(factories.account("boss", "admin", house.root))
    url = "/messages/channels/"
    assert "已启用" in browser.get(url).content.decode()
    page = browser.post(url, {"channel": "sms", "address": "13812340001"}).content.decode()
    assert "网关已接收" in page
    gateway.mode = "refuse"
    assert "没有接受" in browser.post(url, {"channel": "sms", "address": "13812340001"}).content.decode()
    assert "邮件服务器已接收" in browser.post(url, {"channel": "mail", "address": "a@example.org"}).content.decode()
    assert len(sent_mail.outbox) == 1
    assert browser.post(url, {"channel": "sms", "address": "0755-1"}).status_code == 422
    for _ in range(10):
        page = browser.post(url, {"channel": "mail", "address": "a@example.org"}).content.decode()
    assert "一小时内最多" in page
    lines = AuditEntry.objects.system("test").filter(action="messages.trial")
    assert lines.count() == 10


def test_the_office_sets_the_usual_channels(house: factories.House, enter: Enter, office: Any) -> None:
    browser = enter(factories.account("boss", "admin", house.root))
    body = {"kind_reminder": ["mail"], "kind_notice": ["sms"], "kind_security": ["mail"], "kind_system": ["mail"]}
    body |= {"kind_meeting": ["sms"]}
    answer = browser.post("/do/messages.defaults/", {"key": str(uuid.uuid4()), **body})
    assert answer.status_code == 302
    assert MessageChoice.objects.get().channels == ["mail"]
    again = browser.post("/do/messages.defaults/", {"key": str(uuid.uuid4()), **body})
    assert "没有改动" in again.content.decode()
    assert enter(office).get("/do/messages.defaults/").status_code == 404
    below = factories.account("small", "admin", house.east)
    assert enter(below).get("/messages/channels/").status_code == 404
