"""The rules of elections at their edges."""

from datetime import date

import pytest

from zhibu.apps.elections import rules
from zhibu.kernel.rules.registry import try_rule

HELD = rules.in_force(date(2026, 11, 29))


def test_the_version_in_force() -> None:
    assert HELD.code == "election-2020"
    assert rules.in_force(date(1990, 1, 1)) is HELD  # before the first one, the first
    assert rules.version("election-2020") is HELD
    assert HELD.source == "《中国共产党基层组织选举工作条例》（2020）"


@pytest.mark.parametrize(("kind", "members", "body"), [
    ("branch", 6, "posts"), ("branch", 7, "committee"), ("general_branch", 6, "committee"),
])  # fmt: skip
def test_seven_full_members_elect_a_committee(kind: str, members: int, body: str) -> None:
    assert rules.body(HELD, kind, members) == body


@pytest.mark.parametrize(("seats", "allowed"), [(2, False), (3, True), (5, True), (7, True), (8, False)])
def test_three_to_seven_members(seats: int, allowed: bool) -> None:
    assert (rules.size_faults(HELD, "branch", "committee", seats, 40) == []) is allowed


@pytest.mark.parametrize(("seats", "allowed"), [(0, False), (1, True), (2, True), (3, False)])
def test_a_small_branch_elects_secretary_and_deputy(seats: int, allowed: bool) -> None:
    assert (rules.size_faults(HELD, "branch", "posts", seats, 6) == []) is allowed


def test_more_seats_than_people() -> None:
    assert [v.code for v in rules.size_faults(HELD, "branch", "committee", 7, 6)] == ["elections.people"]


@pytest.mark.parametrize(("seats", "least"), [(1, 2), (3, 4), (5, 6), (6, 8), (7, 9), (9, 11), (10, 12)])
def test_a_fifth_more_candidates_rounded_up(seats: int, least: int) -> None:
    assert rules.candidates_least(HELD, "committee", seats) == least
    assert rules.candidate_faults(HELD, "committee", seats, least) == []
    assert "20%" in rules.candidate_faults(HELD, "committee", seats, least - 1)[0].message


def test_posts_need_no_surplus() -> None:
    assert rules.candidates_least(HELD, "posts", 2) == 2
    assert "20%" not in rules.candidate_faults(HELD, "posts", 2, 1)[0].message


@pytest.mark.parametrize(("planned", "timing"), [
    (date(2026, 5, 1), "early"), (date(2026, 5, 2), "on_time"), (date(2026, 6, 1), "on_time"), (date(2026, 7, 1), "on_time"),
    (date(2026, 7, 2), "late"),
])  # fmt: skip
def test_a_month_before_and_after_is_on_time(planned: date, timing: str) -> None:
    assert rules.timing(HELD, date(2026, 6, 1), planned) == timing


@pytest.mark.parametrize(("planned", "code"), [
    (date(2025, 5, 31), "elections.early"), (date(2025, 6, 1), ""), (date(2027, 6, 1), ""), (date(2027, 6, 2), "elections.late"),
])  # fmt: skip
def test_nobody_agrees_to_more_than_a_year(planned: date, code: str) -> None:
    assert [v.code for v in rules.timing_faults(HELD, date(2026, 6, 1), planned, date(2026, 5, 1))] == (
        [code] if code else []
    )


@pytest.mark.parametrize(("planned", "allowed"), [(date(2027, 9, 1), True), (date(2027, 9, 2), False)])
def test_who_is_overdue_by_more_than_a_year_still_elects_and_soon(planned: date, allowed: bool) -> None:
    """The year was over on 1 June 2027; asked on 3 June, 90 days are left."""
    assert (rules.timing_faults(HELD, date(2026, 6, 1), planned, date(2027, 6, 3)) == []) is allowed


@pytest.mark.parametrize(("watching", "counting", "standing", "code"), [
    ([1], [2, 3], [4], ""), ([], [2, 3], [4], "elections.officials"), ([1], [2], [4], "elections.officials"),
    ([1], [2, 2], [4], "elections.officials"), ([4], [2, 3], [4], "elections.official_candidate"),
    ([1], [2, 4], [4], "elections.official_candidate"), ([2], [2, 3], [4], "elections.official_both"),
])  # fmt: skip
def test_who_may_watch_and_count(watching: list[int], counting: list[int], standing: list[int], code: str) -> None:
    assert [v.code for v in rules.official_faults(watching, counting, standing)] == ([code] if code else [])


def test_the_rule_may_be_tried() -> None:
    answer = try_rule("elections.candidates", {"kind": "branch", "full_members": 20, "seats": 5, "candidates": 5})
    assert answer["result"] == {"body": "委员会委员", "least": 6, "allowed": False}
    answer = try_rule("elections.candidates", {"kind": "branch", "full_members": 6, "seats": 1, "candidates": 1})
    assert answer["result"] == {"body": "书记（副书记）", "least": 1, "allowed": True}
