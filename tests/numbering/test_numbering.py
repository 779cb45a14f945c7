"""Numbers of a series run without gaps, whatever fails."""

import pytest
from django.db import transaction

from zhibu.kernel.numbering import format_number, next_number


@pytest.mark.django_db
def test_each_series_year_and_organisation_counts_from_one() -> None:
    with transaction.atomic():
        assert [next_number("letter", 2026) for _ in range(3)] == [1, 2, 3]
        assert next_number("letter", 2027) == 1
        assert next_number("voucher", 2026) == 1
        assert next_number("letter", 2026, organization_id=5) == 1
        assert next_number("letter", 2026) == 4


@pytest.mark.django_db(transaction=True)
def test_a_rollback_gives_the_number_back() -> None:
    with transaction.atomic():
        assert next_number("letter", 2026) == 1

    @transaction.atomic
    def write_and_fail() -> None:
        assert next_number("letter", 2026) == 2
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    with transaction.atomic():
        assert next_number("letter", 2026) == 2


@pytest.mark.django_db(transaction=True)
def test_no_number_outside_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="outside a transaction"):
        next_number("letter", 2026)


def test_numbers_are_written_with_year_and_width() -> None:
    assert format_number(7, year=2026, prefix="转") == "转2026-0007"
    assert format_number(12345, year=2026) == "2026-12345"
    assert format_number(3, year=2026, width=2) == "2026-03"
    with pytest.raises(ValueError, match="start at 1"):
        format_number(0, year=2026)
