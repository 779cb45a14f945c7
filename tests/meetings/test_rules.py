"""How many must come, at the edge; what a year begins with; how long a code on the wall is good."""

from datetime import date

import pytest

from zhibu.apps.meetings import rules
from zhibu.apps.meetings.params import headings, kinds, labels
from zhibu.kernel.calendar.dated import in_force
from zhibu.kernel.rules.registry import try_rule

DAY = date(2026, 5, 8)


@pytest.mark.parametrize(
    ("strict", "entitled", "needed"),
    [
        (False, 10, 5),
        (False, 9, 5),
        (False, 1, 1),
        (False, 0, 1),
        (True, 10, 6),
        (True, 9, 5),
        (True, 1, 1),
        (True, 0, 1),
    ],
)
def test_half_is_enough_for_a_vote_of_the_branch_and_more_than_half_where_it_says_so(
    strict: bool, entitled: int, needed: int
) -> None:
    quorum = rules.Quorum(strict=strict, article="第十一条")
    assert quorum.needed(entitled) == needed
    assert quorum.words == ("超过半数" if strict else "半数以上（含半数）")


def test_the_wall_says_how_many_are_missing_and_by_which_article() -> None:
    kind = in_force(kinds(), DAY)["assembly"]
    short, full = rules.count(kind, 10, 4), rules.count(kind, 10, 5)
    assert (short.needed, short.missing, short.reached) == (5, 1, False)
    assert "还差 1 人" in short.words
    assert "第十一条" in short.words
    assert full.reached
    assert full.missing == 0
    assert "已达到" in full.words
    day = rules.count(in_force(kinds(), DAY)["party_day"], 10, 0)
    assert day.reached
    assert day.needed is None
    assert "没有规定" in day.words
    assert rules.count(None, 10, 0).reached


def test_kinds_are_held_as_often_as_the_regulation_says() -> None:
    found = in_force(kinds(), DAY)
    assert {code: (row.every, row.times) for code, row in found.items() if row.every} == {
        "assembly": ("quarter", 1), "committee": ("month", 1), "group": ("month", 1), "lecture": ("quarter", 1),
        "party_day": ("month", 1), "life": ("year", 1), "appraisal": ("year", 1),
    }  # fmt: skip
    assert found["committee"].frequency == "每月 1 次"
    assert found["other"].frequency == ""
    assert found["assembly"].source.endswith("第十一条")
    assert found["other"].source == ""
    assert found["lecture"].source.endswith("本单位约定")
    assert in_force(kinds(), date(2018, 10, 27)) == {}
    assert labels()["life"] == "组织生活会"
    assert "" in headings()
    old = found["other"].__class__(**{**found["other"].__dict__, "since": date(2020, 1, 1), "until": date(2021, 1, 1)})
    assert "other" in in_force([old], date(2020, 6, 1))
    assert in_force([old], date(2021, 1, 1)) == {}
    assert in_force([found["other"], old], DAY) == {}  # a later row takes the place of the earlier


def test_a_year_is_planned_with_a_fixed_day_for_the_party_day() -> None:
    lines = rules.year_plan(kinds(), "branch", 2027, ["assembly", "committee", "party_day", "group"], party_day=31)
    assert [line.kind for line in lines].count("committee") == 12
    assert not [x for x in lines if x.kind == "group"]
    assert [line.on for line in lines if line.kind == "assembly"] == [date(2027, m, 20) for m in (2, 5, 8, 11)]
    assert [line.on for line in lines if line.kind == "party_day"][:2] == [date(2027, 1, 31), date(2027, 2, 28)]
    assert len(rules.year_plan(kinds(), "group", 2027, ["group"])) == 12


def test_a_code_on_the_wall_is_good_for_seconds() -> None:
    slot = rules.code_slot(1_000_000)
    life = rules.CODE_SECONDS * (rules.CODES_TAKEN + 1)
    assert rules.code_taken(slot, 1_000_000)
    assert rules.code_taken(slot, 1_000_000 + life - 1)
    assert not rules.code_taken(slot, 1_000_000 + life)
    assert not rules.code_taken(slot + 1, 1_000_000)  # none of the future


@pytest.mark.parametrize(
    ("entitled", "present", "valid", "missing", "violation"),
    [
        (10, 5, True, 0, None),
        (10, 4, False, 1, "meetings.quorum"),
        (9, 5, True, 0, None),
        (9, 10, False, 0, "meetings.present"),
    ],
)
def test_the_rule_can_be_tried(entitled: int, present: int, valid: bool, missing: int, violation: str | None) -> None:
    answer = try_rule("meetings.quorum", {"kind": "assembly", "entitled": entitled, "present": present})
    assert (answer["result"]["valid"], answer["result"]["missing"]) == (valid, missing)  # type: ignore[index]
    assert [one["code"] for one in answer["violations"]] == ([violation] if violation else [])


def test_this_year_and_the_next_are_planned() -> None:
    assert rules.too_far(date(2027, 12, 31), date(2026, 1, 1)) == ""
    assert "最多安排到 2027 年" in rules.too_far(date(2028, 1, 1), date(2026, 12, 31))
