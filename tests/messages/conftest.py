"""The house with people who are reached in different ways, and a gateway that takes what is sent to them."""

from dataclasses import dataclass
from datetime import time
from typing import Any

import pytest
from django.utils import timezone

from tests import factories
from zhibu.apps.people.models import Person
from zhibu.kernel.messages.models import Delivery, Message, QuietHours


@dataclass
class People:
    """wired: signs in, has mobile and mail; mobile: only a mobile; landline: only a telephone; none: nothing at all."""

    wired: Person
    mobile: Person
    landline: Person
    none: Person
    account: Any

    @property
    def all(self) -> list[Person]:
        return [self.wired, self.mobile, self.landline, self.none]


@pytest.fixture
def people(house: factories.House) -> People:
    place = {"home": house.root, "party": house.east}
    wired = factories.person("𠮷野秀英", mobile="13812340001", email="jy@example.org", staff_number="E1", **place)
    account = factories.account("jiye", of=wired)
    account.last_login = timezone.now()
    account.save()
    return People(
        wired=wired,
        mobile=factories.person("陈桂芳", mobile="13812340002", **place),
        landline=factories.person("黄志强", telephone="0755-88990011", **place),
        none=factories.person("张建国", **place),
        account=account,
    )


@pytest.fixture
def mail(settings: Any) -> None:
    """Mail is on; what is sent lands in django.core.mail.outbox."""
    settings.EMAIL_HOST, settings.DEFAULT_FROM_EMAIL = "mail.example.org", "东江党办 <dangban@example.org>"
    settings.SITE = "https://zhibu.example.org/"


@pytest.fixture(autouse=True)
def no_quiet_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests run by night, too."""
    monkeypatch.setattr("zhibu.kernel.messages.planning.house_hours", lambda: (time(0), time(0)))


def messages_of(person: Person) -> list[Message]:
    """What a person was told."""
    return list(Message.objects.system("test").filter(person=person).order_by("id"))


def states() -> dict[tuple[str, str], str]:
    """(name, channel) -> state of every delivery."""
    rows = Delivery.objects.system("test").select_related("message__person")
    return {(row.message.person.name, row.channel): row.state for row in rows}


def quiet(account_id: int, since: time, until: time) -> None:
    """Let an account choose quiet hours."""
    QuietHours.objects.update_or_create(account_id=account_id, defaults={"since": since, "until": until})
