"""The house of tests/messages with a secretary of one branch, and a browser for whoever is named."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.messages.conftest import People, mail, no_quiet_hours, people

__all__ = ["mail", "no_quiet_hours", "people"]

SEND = "/do/messages.notice.send/"
Enter = Callable[[Any], Client]


@pytest.fixture
def secretary(house: factories.House) -> Any:
    """The secretary of the east branch."""
    own = factories.person("李秀兰", house.east, mobile="13812349999")
    return factories.account("shuji", "branch_secretary", house.east, of=own)


@pytest.fixture
def office(house: factories.House) -> Any:
    """The organisation department, at the root."""
    return factories.account("zuzhi", "organization_department", house.root)


@pytest.fixture
def enter() -> Enter:
    """Sign an account in, in a browser of its own."""

    def signed_in(account: Any) -> Client:
        browser = Client()
        browser.force_login(account, backend="zhibu.apps.accounts.backends.AccountBackend")
        return browser

    return signed_in


def submit(browser: Client, url: str, **fields: Any) -> Any:
    """Post a form with a fresh submission key."""
    return browser.post(url, {"key": str(uuid.uuid4()), **fields})


def preview(browser: Client, **fields: Any) -> dict[str, Any]:
    """Post a notice for the first time; returns the body that sends it."""
    body = {"key": str(uuid.uuid4()), "whole": "all", "title": "召开党员大会", "body": "周五下午", **fields}
    page = browser.post(SEND, body)
    found = re.search(r'name="foreseen" value="(\w+)"', page.content.decode())
    assert page.status_code == 422, page
    assert found, page.content.decode()
    return {**body, "foreseen": found[1]}


def send(browser: Client, office: Any, **fields: Any) -> Any:
    """Write a notice to a subtree, look at the preview and send it; returns the notice."""
    from zhibu.kernel.messages.models import Notice

    body = preview(browser, organization=office.uid, office=office.uid, **fields)
    assert browser.post(SEND, body).status_code == 302
    return Notice.objects.system("test").latest("pk")


__all__ += ["People"]
