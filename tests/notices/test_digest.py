"""The daily reminder: once a day on working days, for whoever has something due; and the report to administrators."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail as sent_mail
from django.utils import timezone
from django.utils.timezone import localdate

from tests import factories
from zhibu.apps.notices import digest
from zhibu.apps.organizations.models import Term
from zhibu.kernel import audit, jobs
from zhibu.kernel.actor import SYSTEM
from zhibu.kernel.jobs.models import Job
from zhibu.kernel.messages.models import Message, MessageChoice
from zhibu.kernel.messages.outbox import deliver_some

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(house: factories.House) -> Any:
    made = factories.account("zuzhi", "organization_department", house.root)
    made.last_login = timezone.now()
    made.save()
    return made


def term(organization: Any, ends: int) -> None:
    day = localdate() + timedelta(days=ends)
    Term.objects.create(organization=organization, number=3, since=day - timedelta(days=1000), until=day)


def run(day: date | None = None) -> Job:
    job = jobs.enqueue(digest.KIND, actor=SYSTEM, payload={"day": (day or localdate()).isoformat()})
    return jobs.run_now(job)


def reminders() -> list[Message]:
    return list(Message.objects.system("test").filter(kind="reminder"))


def test_one_reminder_a_day_with_what_is_due(house: factories.House, clerk: Any) -> None:
    term(house.east, -4)
    term(house.west, 20)
    term(house.committee, 170)
    for _ in range(2):  # the worker was started again
        assert run().state == "done"
    [message] = reminders()
    assert message.title == "您有 2 件待办，其中 1 件已逾期"
    assert message.body.splitlines() == ["· 逾期 4 天：东山支部 换届", "· 还剩 20 天：西湾支部 换届"]
    assert message.link == "/inbox/"
    run(localdate() + timedelta(days=1))
    assert len(reminders()) == 2


def test_nobody_is_reminded_of_nothing(house: factories.House, clerk: Any) -> None:
    term(house.committee, 170)
    run()
    assert reminders() == []


def test_an_account_that_was_never_used_or_is_closed_gets_none(house: factories.House, clerk: Any) -> None:
    term(house.east, 3)
    clerk.last_login = None
    clerk.save()
    run()
    assert reminders() == []


def test_the_digest_goes_by_the_channels_one_chose(house: factories.House, mail_on: None) -> None:
    own = factories.person("王敏", house.root, email="wm@example.org")
    account = factories.account("wm", "organization_department", house.root, of=own)
    account.last_login = timezone.now()
    account.save()
    term(house.east, 3)
    run()
    deliver_some()
    assert sent_mail.outbox == []
    MessageChoice.objects.create(account_id=account.pk, kind="reminder", channels=["mail"])
    run(localdate() + timedelta(days=1))
    deliver_some()
    assert [one.to for one in sent_mail.outbox] == [["wm@example.org"]]


@pytest.fixture
def mail_on(settings: Any) -> None:
    settings.EMAIL_HOST, settings.DEFAULT_FROM_EMAIL = "mail.example.org", "dangban@example.org"


def test_administrators_get_the_root_of_the_audit(house: factories.House, mail_on: None) -> None:
    own = factories.person("彭管", house.root, email="admin@example.org")
    factories.account("boss", "admin", house.root, of=own)
    audit.record(SYSTEM, "test.note", summary="记事", object_type="", object_id="1")
    audit.seal_pending()
    run()
    run()
    deliver_some()
    [letter] = sent_mail.outbox
    known = audit.last_root()
    assert known is not None
    assert known[1] in letter.body
    assert "还没有备份" in letter.body or "最近一次备份" in letter.body


@pytest.mark.parametrize(
    ("day", "worked"), [(date(2026, 11, 24), True), (date(2026, 11, 22), False), (date(2026, 10, 1), False)]
)
def test_working_days_only(day: date, worked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest, "localdate", lambda: day)
    digest.start()
    assert Job.objects.system("test").filter(kind=digest.KIND).exists() == worked
    assert digest.is_workday(date(2099, 1, 5))  # a Monday of a year nobody has loaded
