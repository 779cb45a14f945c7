"""A question put into words once answers as the queryset does, whatever it is asked about, and whatever changed since."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from zhibu.apps.accounts.models import RoleAssignment
from zhibu.kernel.prepared import HOLES, MANY, prepare
from zhibu.kernel.scope import Unscoped

pytestmark = pytest.mark.django_db


def held(account_id: int) -> Any:
    rows = RoleAssignment.objects.system("test").filter(account_id=account_id).order_by("pk")
    return rows.values_list("role__permissions", "organization__path", "since", "uid", "delegated_from_id")


def test_it_answers_as_the_queryset_it_is_made_of(house: factories.House) -> None:
    one = factories.account("one", "branch_secretary", house.east)
    two = factories.account("two", "leader", house.west)
    question = prepare(held(HOLES[0]))
    for account in (one, two):
        factories.assign(account, "auditor", house.root)  # written after the question was put
        assert list(question.rows(account.pk)) == list(held(account.pk))
        assert question.count(account.pk) == 2
    assert list(question.rows(0)) == []


def test_asking_is_one_query(house: factories.House) -> None:
    account = factories.account("one", "leader", house.east)
    question = prepare(held(HOLES[0]))
    with CaptureQueriesContext(connection) as asked:
        list(question.rows(account.pk))
    assert len(asked) == 1


def test_a_closed_queryset_is_refused() -> None:
    with pytest.raises(Unscoped):
        prepare(RoleAssignment.objects.values_list("pk"))


def test_many_numbers_go_into_one_place(house: factories.House) -> None:
    accounts = [factories.account(name, "leader", house.east) for name in ("one", "two", "three")]
    rows = RoleAssignment.objects.system("test").filter(account_id__in=MANY, organization=house.east).order_by("pk")
    question = prepare(rows.values_list("account_id"))
    for asked in (accounts, accounts[:1], accounts[1:]):
        numbers = [account.pk for account in asked]
        assert [number for (number,) in question.rows(many=numbers)] == numbers
    with pytest.raises(ValueError, match="one place"):
        prepare(rows.filter(role_id__in=[1, 2], pk__in=MANY).values_list("pk"))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's driver keeps statements by itself")
def test_postgresql_plans_such_a_question_once(house: factories.House) -> None:
    account = factories.account("one", "leader", house.east)
    question = prepare(held(HOLES[0]))
    for _ in range(3):
        list(question.rows(account.pk))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*), SUM(generic_plans + custom_plans) FROM pg_prepared_statements WHERE statement LIKE %s",
            ["%delegated_from_id%"],
        )
        assert cursor.fetchone() == (1, 3)
