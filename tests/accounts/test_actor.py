"""From account to actor: what counts today."""

import pytest
from django.test import Client

from tests import factories
from tests.accounts.conftest import days, hold, role
from zhibu.apps.accounts.models import Account, RoleAssignment
from zhibu.apps.accounts.queries import actor_by_id, actor_for, holdings
from zhibu.kernel.actor import ANONYMOUS
from zhibu.kernel.jobs import registry


@pytest.mark.parametrize(
    ("since", "until", "counts"),
    [
        (-10, None, True),
        (0, None, True),
        (0, 1, True),
        (-10, 0, False),
        (-10, -1, False),
        (1, None, False),
        (0, 0, False),
    ],
)
def test_only_roles_in_force_today_give_anything(
    house: factories.House, since: int, until: int | None, counts: bool
) -> None:
    account = factories.account("wang")
    hold(account, "branch_secretary", house.east, since=since, until=until)
    assert actor_for(account).may("people.view", house.east.path) is counts


def test_a_role_reaches_the_subtree_and_nothing_beside_it(house: factories.House) -> None:
    actor = actor_for(factories.account("wang", "branch_secretary", house.committee))
    assert actor.may("people.view", house.east.path)
    assert actor.may("people.view", house.west.path)
    assert not actor.may("people.view", house.station.path)


def test_the_actor_costs_one_query(house: factories.House, django_assert_num_queries: object) -> None:
    account = factories.account("wang", "branch_secretary", house.east)
    for place in (house.west, house.station, house.department):
        hold(account, "leader", place)
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert actor_for(account).may("people.view", house.station.path)


def test_a_disabled_account_is_nobody(house: factories.House) -> None:
    account = factories.account("wang", "branch_secretary", house.east)
    assert actor_by_id(account.pk) is not None
    account.is_active = False
    account.save()
    assert actor_for(account) == ANONYMOUS
    assert actor_by_id(account.pk) is None
    assert registry._resolver is actor_by_id


def lend(lender: RoleAssignment, to: Account, *, since: int = -1, until: int = 30) -> RoleAssignment:
    lent: RoleAssignment = RoleAssignment.objects.create(
        account=to,
        role=lender.role,
        organization=lender.organization,
        since=days(since),
        until=days(until),
        delegated_from=lender,
    )
    return lent


def test_a_stand_in_has_the_role_without_account_management(house: factories.House) -> None:
    own = hold(factories.account("lender"), "admin", house.east)
    deputy = factories.account("deputy")
    lend(own, deputy)
    actor = actor_for(deputy)
    assert actor.may("audit.view", house.east.path)
    assert not actor.may("accounts.manage")
    assert ("audit.view", house.east.path) in holdings(deputy)
    assert ("accounts.manage", house.east.path) not in holdings(deputy)


def test_what_was_lent_falls_with_the_lender(house: factories.House) -> None:
    lender, deputy = factories.account("lender"), factories.account("deputy")
    own = hold(lender, "branch_secretary", house.east)
    lend(own, deputy)
    assert actor_for(deputy).may("people.view", house.east.path)
    own.until = days(0)
    own.save()
    assert not actor_for(deputy).may("people.view")
    own.until = None
    own.save()
    lender.is_active = False
    lender.save()
    assert not actor_for(deputy).may("people.view")


def test_an_expired_delegation_gives_nothing(house: factories.House) -> None:
    lender, deputy = factories.account("lender"), factories.account("deputy")
    lent = lend(hold(lender, "branch_secretary", house.east), deputy)
    client = Client()
    client.force_login(deputy)
    assert client.get("/people/").status_code == 200
    lent.since, lent.until = days(-9), days(0)  # until is the first day without it
    lent.save()
    assert actor_for(deputy).grants == ()
    assert client.get("/people/").status_code == 404, "not even in the session that was open"
    assert actor_for(lender).may("people.view", house.east.path)


def test_holdings_count_what_is_promised_for_later(house: factories.House) -> None:
    account = factories.account("wang")
    hold(account, "payroll_clerk", house.east, since=5)
    hold(account, "leader", house.west, until=0)
    assert {path for _, path in holdings(account)} == {house.east.path}
    assert ("people.see.bank", house.east.path) in holdings(account)
    assert role("payroll_clerk").permissions
