"""One box finds anyone within reach, however they are written."""

from datetime import date

import pytest

from tests import factories
from zhibu.apps.people import search
from zhibu.apps.people.models import Person, SearchKey

pytestmark = pytest.mark.django_db
NUMBER = "110101199003071233"


@pytest.fixture
def house() -> factories.House:
    made = factories.house()
    factories.person("张伟", made.east, identity=NUMBER, mobile="13800138000", staff_number="10023")
    factories.person("张伟", made.west)
    factories.person("单小曾", made.east)
    factories.person("阿卜杜拉·买买提", made.east)
    factories.person("𠮷野䶮", made.east)
    return made


def found(house: factories.House, query: str) -> list[str]:
    return [p.name for p in search.find(factories.actor(["people.view"], house.east), query)]


@pytest.mark.parametrize(
    "query",
    [
        "张伟",
        "伟",
        "张",
        "zhangwei",
        "ZhangWei",
        "zhang wei",
        "zw",
        "071233",
        "71233",
        "1233",
        NUMBER,
        "8000",
        "13800138000",
        "10023",
        "１００２３",
    ],
)
def test_every_way_of_writing_him_finds_him_and_not_his_namesake_elsewhere(house: factories.House, query: str) -> None:
    assert found(house, query) == ["张伟"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("shanxiaoceng", "单小曾"),
        ("sxc", "单小曾"),
        ("买买提", "阿卜杜拉·买买提"),
        ("abdl", "阿卜杜拉·买买提"),
        ("䶮", "𠮷野䶮"),
        ("𠮷", "𠮷野䶮"),
    ],
)
def test_surnames_minority_names_and_rare_characters(house: factories.House, query: str, name: str) -> None:
    assert found(house, query) == [name]


@pytest.mark.parametrize(
    "query", ["", "   ", "·", "'; DROP TABLE people_person; --", "%", "_", "李", "999999", "#", "\x00", "张伟伟"]
)
def test_what_finds_nobody(house: factories.House, query: str) -> None:
    assert found(house, query) == []


def test_nobody_is_found_without_the_permission(house: factories.House) -> None:
    assert search.find(factories.actor(["people.create"], house.root), "张伟") == []


def test_large_and_small_scopes_answer_alike(house: factories.House, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = factories.actor(["people.view"], house.root)
    small = [p.pk for p in search.find(whole, "张")]
    monkeypatch.setattr(search, "SMALL_SCOPE", 0)
    assert [p.pk for p in search.find(whole, "张")] == small
    assert len(small) == 2


def test_keys_hold_no_number_in_the_clear() -> None:
    keys = search.keys_of("张伟", identity=NUMBER, mobile="13800138000")
    assert not [key for key in keys if "1233" in key or "8000" in key]


def test_renaming_moves_the_keys(house: factories.House) -> None:
    person = Person.objects.system("test").get(name="单小曾")
    person.name = "李小曾"
    search.rewrite_keys([person])
    assert found(house, "单") == []
    assert found(house, "lxc") == ["单小曾"]  # not saved: only the keys were rewritten
    assert SearchKey.objects.system("test").filter(person=person, key="小曾").count() == 1


def test_the_number_of_queries_does_not_grow_with_the_results(
    house: factories.House, django_assert_num_queries: object
) -> None:
    for n in range(30):
        factories.person(f"王{n}", house.east, birth_date=date(1960, 1, 1))
    with django_assert_num_queries(3):  # type: ignore[operator]
        assert len(found(house, "王")) == search.LIMIT
