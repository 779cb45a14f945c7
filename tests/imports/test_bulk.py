"""Rows past the ORM: primary keys known before, the same values behind, errors as Django's own."""

from datetime import date
from decimal import Decimal
from uuid import RFC_4122, UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.utils.timezone import now

from tests import factories
from zhibu.apps.people.models import Person, SearchKey
from zhibu.apps.people.services.bulk import blank_row, fresh_uids
from zhibu.kernel.bulk import allocate_ids, copy_text, ids_holding, insert_plain, insert_rows
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


@pytest.mark.django_db
@pytest.mark.parametrize("word", ["张伟", "\\N", "a\\tb", "a\tb", "a\nb", "\r", '"', ""])
def test_pairs_stand_as_they_were_given(word: str) -> None:
    pairs = [(word, 7), ("下一个", 8)]
    insert_plain(SearchKey, ("key", "person_id"), pairs)
    assert set(SearchKey.objects.system("test").values_list("key", "person_id")) == set(pairs)
    insert_plain(SearchKey, ("key", "person_id"), [])


@pytest.mark.django_db
def test_rows_of_every_type_stand_as_they_were_given(house: factories.House) -> None:
    """A column may hold texts, bytes, numbers, days, and nothing here and there."""
    day, blind = date(2026, 11, 30), b"\x00\\x\t\n"
    blank, place_of = blank_row(connection.ops.adapt_datetimefield_value(now()))
    rows = []
    for number, (name, born, hashed) in enumerate((("张\t\\N伟", day, None), ("李\r\n娜", None, blind)), 1):
        row = blank.copy()
        more = {"id": number, "uid": f"{number:032x}", "name": name, "identity_blind": hashed}
        more["birth_date"] = connection.ops.adapt_datefield_value(born) if born else None
        for column, value in more.items():
            row[place_of[column]] = value
        rows.append(row)
    insert_plain(Person, list(place_of), rows)
    found = Person.objects.system("test").order_by("pk").values_list("name", "birth_date", "identity_blind")
    assert [(name, born, hashed and bytes(hashed)) for name, born, hashed in found] == [
        ("张\t\\N伟", day, None),
        ("李\r\n娜", None, blind),
    ]


def test_what_copy_cannot_word_is_an_error_and_not_a_guess() -> None:
    assert copy_text([(1, None, Decimal("2.50"), "a\tb", b"\xff")]) == "1\t\\N\t2.50\ta\\tb\t\\\\xff\n"
    with pytest.raises(TypeError, match="list"):
        copy_text([("a", [1])])


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


def test_uids_made_by_the_thousand_are_proper_random_ones() -> None:
    made = [UUID(text) for text in fresh_uids(2_000)]
    assert len(set(made)) == 2_000
    assert {(uid.version, uid.variant) for uid in made} == {(7, RFC_4122)}
    assert {uid.hex[16] for uid in made} == set("89ab")


@pytest.mark.django_db
def test_rows_holding_a_value_are_found_whatever_their_number(house: factories.House) -> None:
    people = [factories.person(f"陈{n}", house.east, staff_number=f"S{n}") for n in range(4)]
    asked = ["S1", "S3", *(f"nobody {n}" for n in range(25_000))]
    assert sorted(ids_holding(Person, "staff_number", asked)) == [people[1].pk, people[3].pk]
    assert ids_holding(Person, "staff_number", asked, "name = '陈3'") == [people[3].pk]
    assert ids_holding(Person, "staff_number", []) == []
    assert sorted(ids_holding(Person, "id", [one.pk for one in people])) == [one.pk for one in people]
    hashes = [b'"\\', b"\x00,{}"]
    for one, blind in zip(people, hashes, strict=False):
        Person.objects.system("test").filter(pk=one.pk).update(identity_blind=blind)
    assert ids_holding(Person, "identity_blind", [hashes[1], b"nobody's"]) == [people[1].pk]
