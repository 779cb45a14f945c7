"""A question put into words once answers as the queryset does, whatever it is asked about, and whatever changed since."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from zhibu.apps.accounts.models import RoleAssignment
from zhibu.kernel.prepared import HOLES, prepare
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
