"""Two records of one person, each with an account: one is left to sign in by, and the other is kept for itself."""

import pytest
from django.test import Client

from tests import factories
from zhibu.apps.accounts.models import Account
from zhibu.apps.people.models import Person
from zhibu.apps.people.services.merge import MergeInto
from zhibu.kernel import actions, audit
from zhibu.kernel.actions import Refused

pytestmark = pytest.mark.django_db
MAY = ("people.view", "people.merge", "organizations.view")


@pytest.fixture
def twins(house: factories.House) -> tuple[Person, Person]:
    kept, dropped = (factories.person("陈桂芳", house.department) for _ in range(2))
    factories.account("chen", "member", house.department, of=kept)
    factories.account("chen2", "member", house.department, of=dropped)
    return kept, dropped


def merge(house: factories.House, twins: tuple[Person, Person]) -> None:
    data = MergeInto(dropped=twins[1], reason="同一人")
    actions.perform(actions.get("people.person.merge"), factories.actor(MAY, house.root), uid=twins[0].uid, data=data)


def disable(name: str) -> None:
    Account.objects.system("test").filter(username=name).update(is_active=False)


def owner(name: str) -> int | None:
    found: int | None = Account.objects.system("test").get(username=name).person_id
    return found


def test_while_both_sign_in_the_clerk_is_told_what_to_do_first(
    house: factories.House, twins: tuple[Person, Person]
) -> None:
    with pytest.raises(Refused, match="先在“账号”里停用其中一个"):
        merge(house, twins)
    assert (owner("chen"), owner("chen2")) == (twins[0].pk, twins[1].pk)


@pytest.mark.parametrize("name", ["chen", "chen2"])
def test_the_one_that_is_used_goes_on_with_the_record_that_is_left(
    client: Client, house: factories.House, twins: tuple[Person, Person], name: str
) -> None:
    other = {"chen": "chen2", "chen2": "chen"}[name]
    disable(other)
    merge(house, twins)
    assert (owner(name), owner(other)) == (twins[0].pk, None)
    gone = Account.objects.system("test").get(username=other)
    assert "不再与人员关联" in audit.history("accounts.Account", str(gone.pk))[0].summary
    client.force_login(Account.objects.system("test").get(username=name))
    assert client.get("/me/").status_code == 200


def test_of_two_that_are_disabled_that_of_the_record_given_up_goes(
    house: factories.House, twins: tuple[Person, Person]
) -> None:
    disable("chen")
    disable("chen2")
    merge(house, twins)
    assert (owner("chen"), owner("chen2")) == (twins[0].pk, None)
