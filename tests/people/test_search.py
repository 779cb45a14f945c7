"""One box finds anyone within reach, however they are written."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils.timezone import localdate

from tests import factories
from zhibu.apps.people import lookup, search
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
    "query", ["lü", "lv", "lyu", "Lǚ", "LÜ", "lu:", "lu：", "lu\u0308", "lvjuan", "lüjuan", "lyujuan", "lǚjuān", "lj"]
)
def test_every_way_to_type_a_u_with_dots(house: factories.House, query: str) -> None:
    factories.person("吕娟", house.east)
    assert found(house, query) == ["吕娟"]


@pytest.mark.parametrize("query", ["linyu", "lín yǔ", "ly"])
def test_what_only_looks_like_one_is_found_too(house: factories.House, query: str) -> None:
    factories.person("林玉", house.east)
    assert found(house, query) == ["林玉"]


@pytest.mark.parametrize(
    "query", ["", "   ", "·", "'; DROP TABLE people_person; --", "%", "_", "李", "999999", "#", "\x00", "张伟伟"]
)
def test_what_finds_nobody(house: factories.House, query: str) -> None:
    assert found(house, query) == []


def test_nobody_is_found_without_the_permission(house: factories.House) -> None:
    assert search.find(factories.actor(["people.create"], house.root), "张伟") == []


#: what forces the search to start from the scope, from the keys, from either as the query is frequent; of a middling
#: scope the first keys do not do, or are expected to
MIDDLING = {"TINY": -1, "SMALL": 10**6}
WAYS: dict[str, dict[str, Any]] = {
    "scope": {"TINY": 10**6, "SMALL": 10**6},
    "keys": {"TINY": -1, "SMALL": -1},
    "as it is frequent": MIDDLING,
    "a few keys first": {**MIDDLING, "FEW": 2},
    "thick in the scope": {**MIDDLING, "_everybody": lambda: 0},
    "more keys than the scope is worth": {**MIDDLING, "FEW": 2, "GATHERED": 0},
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
@pytest.mark.parametrize("query", ["张", "张伟", "z", "zw", "071233", "8000", "1", "10023", "王", "龘"])
def test_every_way_to_search_finds_the_same_people_in_the_same_order(
    house: factories.House, monkeypatch: pytest.MonkeyPatch, way: dict[str, Any], query: str
) -> None:
    for n in range(60):
        factories.person(
            "张王"[n % 2] + "伟明华"[n % 3] * (1 + n % 2), house.east if n % 4 else house.west, staff_number=f"1{n}"
        )
    for name, value in way.items():
        monkeypatch.setattr(lookup, name, value)
    clerk = factories.actor(["people.view"], house.east)
    keys = SearchKey.objects.visible_to(clerk).filter(search.key_condition(query)).order_by("key", "person_id")
    expected = list(dict.fromkeys(keys.values_list("person_id", flat=True)))
    assert [p.pk for p in search.find(clerk, query)] == expected[: search.LIMIT]


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_who_left_or_has_not_come_yet_is_not_found(
    house: factories.House, monkeypatch: pytest.MonkeyPatch, way: dict[str, Any]
) -> None:
    for name, value in way.items():
        monkeypatch.setattr(lookup, name, value)
    today = localdate()
    for name, since, until in (
        ("周离", date(2020, 1, 1), today),
        ("周来", today + timedelta(days=1), None),
        ("周在", today, today + timedelta(days=1)),
    ):
        person = factories.person(name, house.east)
        person.affiliations.system("test").update(since=since, until=until)
    assert found(house, "周") == ["周在"]


def test_somebody_whose_name_repeats_takes_one_line(house: factories.House) -> None:
    for n in range(12):
        factories.person("黎" * (10 + n), house.east)
    assert len(set(found(house, "黎"))) == len(found(house, "黎")) == 12


def test_keys_hold_no_number_in_the_clear() -> None:
    keys = search.keys_of("张伟", identity=NUMBER, mobile="13800138000")
    hashes = {key for key in keys if key.startswith("#")}
    assert len(hashes) == len({"identity", "mobile"})
    assert not [key for key in keys - hashes if any(sign.isdigit() for sign in key)]
    numbers = {NUMBER[-8:], "13800138"}  # four digits may stand in a hash by chance, eight do not
    assert not [key for key in hashes if any(number in key for number in numbers)]


def test_a_tail_finds_who_has_it_and_not_who_has_part_of_it(house: factories.House) -> None:
    """One key answers for a number and its tails; a mobile number ends in four digits that one looks for."""
    for n, (identity, mobile) in enumerate(
        (("110101198506201234", "13911111234"), ("110101198506211109", "13922223333"), ("11010119680101001X", ""))
    ):
        factories.person("甲乙丙"[n], house.east, identity=identity, mobile=mobile)
    assert found(house, "1234") == ["甲"]  # by both numbers, one line
    assert [found(house, query) for query in ("01234", "201234", "101234", "11234", "1109", "211109")] == [
        ["甲"], ["甲"], [], [], ["乙"], ["乙"],
    ]  # fmt: skip
    assert found(house, "3333") == found(house, "13922223333") == ["乙"]
    assert [found(house, query) for query in ("23333", "223333", "922223333", "11010119850620123")] == [[]] * 4


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
    search.find(factories.actor(["people.view"], house.east), "王")  # the size of the scope is known now
    with django_assert_num_queries(2):  # type: ignore[operator]
        assert len(found(house, "王")) == search.LIMIT
