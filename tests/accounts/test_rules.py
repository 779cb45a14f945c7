"""User names, first passwords, periods."""

import random
from datetime import date

import pytest

from zhibu.apps.accounts import rules

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("typed", "stored"), [(" ZhangWei ", "zhangwei"), ("１００２３", "10023"), ("a.b-c_1", "a.b-c_1")]
)
def test_user_names_are_half_width_and_lower_case(typed: str, stored: str) -> None:
    assert rules.normal_username(typed) == stored
    assert rules.username_fault(stored) is None


@pytest.mark.parametrize("bad", ["", "a", "张伟", "a b", ".ab", "a" * 41, "a@b", "a\0b"])
def test_other_user_names_are_refused_at_the_field(bad: str) -> None:
    fault = rules.username_fault(bad)
    assert fault is not None
    assert fault.field == "username"


def test_recovery_codes_are_readable_and_understood_however_they_are_typed() -> None:
    code = rules.recovery_code(random.Random(7).choice)
    assert [len(part) for part in code.split("-")] == [4, 4, 4]
    assert set(code.replace("-", "")) <= set(rules.READABLE)
    for typed in (code, code.upper(), code.replace("-", ""), f" {code.replace('-', ' － ')} "):
        assert rules.normal_recovery_code(typed) == code


@pytest.mark.parametrize("bad", ["", "abcd-efgh", "a" * 13, "0000-1111-oooo", "恢复码在这里"])
def test_what_cannot_be_a_recovery_code_is_none(bad: str) -> None:
    assert rules.normal_recovery_code(bad) == ""


def test_first_passwords_are_readable_and_never_the_same() -> None:
    choose = random.Random(7).choice
    made = {rules.first_password(choose) for _ in range(500)}
    assert len(made) == 500
    for password in made:
        assert [len(part) for part in password.split("-")] == [3, 3, 3]
        assert not set("".join(password.split("-"))) & set("0Oo1lIi")


@pytest.mark.parametrize(
    ("since", "until", "fields"),
    [
        (TODAY, None, []),
        (TODAY, date(2026, 11, 25), []),
        (date(2026, 11, 23), None, ["since"]),
        (TODAY, TODAY, ["until"]),
        (date(2026, 12, 5), date(2026, 12, 5), ["until"]),
        (date(2020, 1, 1), date(2021, 1, 1), ["since", "until"]),
    ],
)
def test_a_grant_is_never_backdated_and_never_over_before_it_begins(
    since: date, until: date | None, fields: list[str]
) -> None:
    assert [fault.field for fault in rules.period_faults(since, until, TODAY)] == fields


def test_a_delegation_lasts_90_days_at_most() -> None:
    assert rules.delegation_faults(TODAY, date(2027, 2, 22), TODAY, None) == []  # 90 days
    (fault,) = rules.delegation_faults(TODAY, date(2027, 2, 23), TODAY, None)
    assert "90" in fault.message
    assert "2027-02-22" in fault.message


def test_a_delegation_ends_with_the_lender_s_own_role() -> None:
    assert rules.delegation_faults(TODAY, date(2026, 12, 1), TODAY, date(2026, 12, 1)) == []
    (fault,) = rules.delegation_faults(TODAY, date(2026, 12, 2), TODAY, date(2026, 12, 1))
    assert fault.field == "until"


def test_an_extension_moves_the_end_forward() -> None:
    assert rules.extension_faults(date(2027, 1, 1), date(2026, 12, 1)) == []
    assert rules.extension_faults(None, date(2026, 12, 1)) == []
    assert rules.extension_faults(date(2026, 12, 1), date(2026, 12, 1))
    assert rules.extension_faults(date(2027, 1, 1), None)


def test_half_open_periods_that_touch_do_not_overlap() -> None:
    first, second = (date(2026, 1, 1), date(2026, 2, 1)), (date(2026, 2, 1), None)
    assert not rules.periods_overlap(first, second)
    assert not rules.periods_overlap(second, first)
    assert rules.periods_overlap((date(2026, 1, 1), None), second)
    assert rules.periods_overlap((date(2026, 1, 31), date(2026, 2, 2)), second)


@pytest.mark.parametrize(
    ("password", "classes"), [("", 0), ("abc", 1), ("abc123", 2), ("Abc123", 3), ("Abc123!", 4), ("密码", 1)]
)
def test_classes_of_characters_in_a_password(password: str, classes: int) -> None:
    assert rules.password_classes(password) == classes


def test_a_password_must_not_hold_ones_own_name() -> None:
    own = {"用户名": "zhangwei", "工号": "10"}
    assert rules.own_names_in("ZhangWei2026", own) == "用户名"
    assert rules.own_names_in("spring-1026", own) == ""
