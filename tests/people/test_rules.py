"""What must agree within a person's record."""

from datetime import date

import pytest

from zhibu.apps.people.rules import age, check_person, identity_agrees, why_not_belong
from zhibu.apps.people.rules_retirement import hint

TODAY = date(2026, 11, 24)
LI = {"birth_date": date(1958, 3, 12), "work_started_on": date(1976, 7, 1), "joined_party_on": date(1981, 7, 1)}


def codes(**values: date | None) -> list[tuple[str, str]]:
    return [(found.field, found.code) for found in check_person({**LI, **values}, TODAY)]


def test_a_life_in_order_has_nothing_against_it() -> None:
    assert codes() == []


def test_dates_after_today_and_before_1900_are_named_at_their_field() -> None:
    assert ("birth_date", "future") in codes(birth_date=date(2027, 1, 1))
    assert ("birth_date", "too_old") in codes(birth_date=date(1858, 3, 12))


def test_nobody_starts_to_work_or_joins_before_birth() -> None:
    assert codes(birth_date=date(1980, 1, 1)) == [("work_started_on", "order")]
    assert codes(joined_party_on=date(1957, 7, 1)) == [("joined_party_on", "order")]


def test_full_membership_follows_admission_with_the_article() -> None:
    (found,) = check_person({"joined_party_on": date(2025, 7, 1), "full_member_on": date(2025, 6, 30)}, TODAY)
    assert (found.field, "第三十一条" in found.article) == ("full_member_on", True)


@pytest.mark.parametrize("employment", ["active", "off_post", "dispatched"])
def test_who_still_works_has_no_date_of_retirement(employment: str) -> None:
    values = {"employment": employment, "retired_on": date(2018, 3, 12)}
    (found,) = check_person({**LI, **values}, TODAY)
    assert (found.field, found.code) == ("retired_on", "still_working")
    assert "办理退休" in found.message
    assert check_person({**LI, **values, "retired_on": None}, TODAY) == []
    assert check_person({**LI, **values, "employment": "retired"}, TODAY) == []


def test_nobody_is_retired_before_the_day() -> None:
    (found,) = check_person({**LI, "employment": "retired", "retired_on": date(2026, 12, 1)}, TODAY)
    assert (found.field, found.code) == ("retired_on", "not_yet")


@pytest.mark.parametrize(
    ("employment", "kind", "possible"),
    [
        ("active", "administrative", True),
        ("left", "home", True),
        ("left", "party", True),
        ("left", "administrative", False),
        ("left", "service", False),
        ("left", "post", False),
        ("deceased", "home", True),
        ("deceased", "party", False),
        ("deceased", "party_post", False),
    ],
)
def test_who_has_gone_begins_no_relation(employment: str, kind: str, possible: bool) -> None:
    assert (why_not_belong(employment, kind) is None) is possible


@pytest.mark.parametrize(
    ("birth", "sex", "expected"),
    [
        (date(1958, 3, 12), "1", []),
        (date(1958, 3, 21), "1", ["birth"]),
        (date(1958, 3, 12), "2", ["sex"]),
        (None, "0", []),
        (date(1958, 3, 21), "2", ["birth", "sex"]),
    ],
)
def test_birth_and_sex_agree_with_the_identity_number(birth: date | None, sex: str, expected: list[str]) -> None:
    assert [found.code for found in identity_agrees(birth, sex, date(1958, 3, 12), "1")] == expected


def test_the_words_name_the_sex_in_the_number() -> None:
    assert "女" in identity_agrees(None, "1", None, "2")[0].message


def test_completed_years_of_life() -> None:
    assert age(date(1958, 11, 24), TODAY) == 68
    assert age(date(1958, 11, 25), TODAY) == 67
    assert age(date(2004, 2, 29), date(2022, 2, 28)) == 17


def test_no_month_of_retirement_is_told_for_a_birth_the_rule_does_not_know() -> None:
    assert hint(date(1850, 1, 1), "1") == ""
