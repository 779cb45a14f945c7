"""The list of people: the best match first, a total that need not be counted at every page, rows drawn safely."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django import forms
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from zhibu.apps.accounts.models import Account
from zhibu.apps.organizations.models import Organization
from zhibu.kernel import audit
from zhibu.kernel.actor import SYSTEM
from zhibu.kernel.console import listing
from zhibu.kernel.ui import dropdown

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> Client:
    house = factories.house()
    for name in ("欧阳王", "王芳", "王", "王伟强"):
        factories.person(name, house.root, party=house.east, sex="2" if name == "王芳" else "1")
    factories.person("王外人", house.root, party=house.west)
    cache.clear()
    client = Client()
    client.force_login(factories.account("li", "branch_secretary", house.east))
    return client


def names(client: Client, url: str) -> list[str]:
    return [obj.name for obj, _ in client.get(url).context["page"].records]


def test_the_best_match_comes_first_unless_an_order_is_chosen(clerk: Client) -> None:
    assert names(clerk, "/people/?q=王") == ["欧阳王", "王", "王伟强", "王芳"]
    assert names(clerk, "/people/?q=王&sort=-name") == ["王芳", "王伟强", "王", "欧阳王"]
    assert names(clerk, "/people/?q=王&sex=2") == ["王芳"]
    assert names(clerk, "/people/?q=王&sex=9") == [], "a filter that cannot be read finds nobody"
    assert names(clerk, "/people/?q=外") == [], "whoever lies elsewhere is not found"


def test_pages_of_a_search_follow_one_another(clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE", 3)
    first, second = names(clerk, "/people/?q=王"), names(clerk, "/people/?q=王&page=2")
    assert (len(first), len(second)) == (3, 1)
    assert not set(first) & set(second)


def test_thousands_are_counted_once_a_minute_and_few_always(clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)

    def counts() -> int:
        with CaptureQueriesContext(connection) as queries:
            clerk.get("/people/")
        return sum("COUNT(*)" in query["sql"] and "people_person" in query["sql"] for query in queries)

    counts()
    usual = counts()
    monkeypatch.setattr(listing, "MANY", 3)
    assert counts() == usual
    assert counts() == usual - 1
    assert "共 4 条" in clerk.get("/people/").content.decode()
    assert "共 4 条" not in clerk.get("/people/?sex=2").content.decode(), "another filter is another total"


def test_a_total_is_not_believed_any_more_when_something_was_done(
    clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)
    monkeypatch.setattr(listing, "MANY", 3)
    assert "共 4 条" in clerk.get("/people/").content.decode()
    east = Organization.objects.system("test").get(name="东山支部")
    factories.person("新来的", Organization.objects.system("test").get(name="东江实业"), party=east)
    audit.record(SYSTEM, "people.import", object_type="people.Person", object_id="*", summary="导入人员")
    assert "共 5 条" in clerk.get("/people/").content.decode()


def test_what_a_cell_holds_is_text(clerk: Client) -> None:
    from zhibu.apps.people.models import Person

    Person.objects.system("test").filter(name="王芳").update(mobile="<b>&")
    page = clerk.get("/people/").content.decode()
    assert "<b>&" not in page.split("<tbody>")[1]
    assert "&lt;b&gt;&amp;" in page


class Choosing(forms.Form):
    one = forms.ChoiceField(choices=[("", "请选"), ("a&", "甲<"), ("组", [("b", "乙"), ("c", "丙")])], required=False)


@pytest.mark.parametrize("value", ["", "a&", "b", "gone"])
def test_a_drop_down_says_what_django_says(value: str) -> None:
    field = Choosing({"one": value})["one"]
    widget: Any = field.field.widget
    ours = dropdown.draw(widget, "one", value, {"class": "input", "id": "id_one"})
    theirs = widget.render("one", value, {"class": "input", "id": "id_one"})
    assert "".join(ours.split()) == "".join(theirs.split())


def test_a_day_is_the_day_of_the_office(clerk: Client) -> None:
    account = factories.account("guanli", "admin", Organization.objects.system("test").get(parent=None))
    administrator = Client()
    administrator.force_login(account)
    Account.objects.system("test").filter(pk=account.pk).update(last_login=datetime(2026, 11, 23, 17, tzinfo=UTC))
    rows = administrator.get("/accounts/?q=guanli").content.decode().split("<tbody>")[1]
    assert "2026-11-24" in rows, "one in the morning"
    assert "2026-11-23" not in rows
