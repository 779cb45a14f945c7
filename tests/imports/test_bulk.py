"""Rows past the ORM: primary keys known before, the same values behind, errors as Django's own."""

import pytest
from django.db import IntegrityError, transaction
from django.db.transaction import TransactionManagementError

from zhibu.kernel.bulk import allocate_ids, insert_rows
from zhibu.kernel.numbering.models import NumberSeries

COLUMNS = ("id", "series", "year", "organization_id", "last")


@pytest.mark.django_db(transaction=True)
def test_keys_are_never_given_twice() -> None:
    with transaction.atomic():
        first, second = allocate_ids(NumberSeries, 3), allocate_ids(NumberSeries, 2)
        assert len({*first, *second}) == 5
        insert_rows(NumberSeries, COLUMNS, ([pk, f"编号“{pk}”'%s?", 2026, 0, 7] for pk in second))
    with transaction.atomic():
        insert_rows("kernel_numberseries", COLUMNS, [(allocate_ids(NumberSeries, 1)[0], "下一个", 2026, 0, 1)])
    made = NumberSeries.objects.create(series="再下一个", year=2026)
    assert made.pk not in {*first, *second}
    assert sorted(NumberSeries.objects.values_list("pk", flat=True))[:2] == second
    assert NumberSeries.objects.get(pk=second[0]).series == f"编号“{second[0]}”'%s?"


@pytest.mark.django_db(transaction=True)
def test_keys_are_reserved_only_where_they_can_be_used() -> None:
    with pytest.raises(TransactionManagementError):
        allocate_ids(NumberSeries, 1)
    with transaction.atomic():
        assert allocate_ids(NumberSeries, 0) == []


@pytest.mark.django_db(transaction=True)
def test_a_broken_constraint_is_djangos_error_and_leaves_nothing() -> None:
    twice = [(1, "同一个", 2026, 0, 1), (2, "同一个", 2026, 0, 2)]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(NumberSeries, COLUMNS, twice)
    assert not NumberSeries.objects.exists()
