"""Quorums and majorities at their edges: exactly half, one more, even and odd, absent people who wrote, two versions of one rule."""

from dataclasses import replace
from datetime import date

import pytest

from zhibu.apps.voting import rules
from zhibu.apps.voting.rules import Poll, Slips, majority
from zhibu.kernel.rules import registry

ORDINARY, NEW, OLD, ELECTION = "ordinary", "development-2026", "development-2014", "election-2020"


@pytest.mark.parametrize(
    ("rule", "entitled", "present", "yes", "written", "valid", "passed"),
    [
        # 支部工作条例 art. 11: at least half there, more than half of those entitled in favour
        (ORDINARY, 10, 5, 5, 0, True, False),
        (ORDINARY, 10, 4, 4, 0, False, False),
        (ORDINARY, 10, 6, 5, 0, True, False),
        (ORDINARY, 10, 6, 6, 0, True, True),
        (ORDINARY, 11, 5, 5, 0, False, False),
        (ORDINARY, 11, 6, 6, 0, True, True),
        (ORDINARY, 11, 6, 5, 0, True, False),
        (ORDINARY, 1, 1, 1, 0, True, True),
        (ORDINARY, 2, 1, 1, 0, True, False),
        (ORDINARY, 3, 2, 2, 0, True, True),
        ("committee", 5, 3, 3, 0, True, True),
        ("committee", 4, 2, 2, 0, True, False),
        # 发展党员细则: more than half there, more than half in favour; written votes count as votes and not as attendance
        (NEW, 10, 5, 5, 0, False, False),
        (NEW, 10, 5, 5, 5, False, False),
        (NEW, 10, 6, 5, 0, True, False),
        (NEW, 10, 6, 6, 0, True, True),
        (NEW, 10, 6, 5, 1, True, True),
        (OLD, 10, 6, 5, 1, True, True),
        (OLD, 10, 5, 5, 0, False, False),
        (NEW, 9, 5, 5, 0, True, True),
        (NEW, 9, 5, 4, 0, True, False),
        (NEW, 9, 4, 4, 5, False, False),
        # 选举: four fifths there
        (ELECTION, 10, 8, 6, 0, True, True),
        (ELECTION, 10, 7, 7, 0, False, False),
        (ELECTION, 10, 8, 5, 0, True, False),
        (ELECTION, 11, 8, 8, 0, False, False),
        (ELECTION, 11, 9, 6, 0, True, True),
        (ELECTION, 5, 4, 3, 0, True, True),
    ],
)
def test_a_vote_is_valid_and_passes(
    rule: str, entitled: int, present: int, yes: int, written: int, valid: bool, passed: bool
) -> None:
    found = rules.verdict(majority(rule), Poll(entitled, present, yes, written_yes=written))
    assert (found.valid, found.passed) == (valid, passed)
    assert bool(found.violations) is not (valid and passed)


@pytest.mark.parametrize(
    ("rule", "poll", "code"),
    [
        (ORDINARY, Poll(0, 0, 0), "voting.nobody"),
        (ORDINARY, Poll(5, 6, 3), "voting.present"),
        (ORDINARY, Poll(9, 5, 4, 1, 1), "voting.votes"),
        (ORDINARY, Poll(9, 8, 4, written_yes=1), "voting.written"),
        (NEW, Poll(9, 8, 4, written_yes=1, written_no=1), "voting.written_more"),
    ],
)
def test_figures_that_cannot_be_are_told(rule: str, poll: Poll, code: str) -> None:
    found = rules.verdict(majority(rule), poll)
    assert not found.passed
    assert code in [violation.code for violation in found.violations]


def test_the_reason_names_the_article_and_the_least_number() -> None:
    quorum = rules.verdict(majority(NEW), Poll(10, 5, 5)).violations[0]
    assert quorum.article == "第十九条"
    assert "至少到 6" in quorum.message
    short = rules.verdict(majority(NEW), Poll(10, 6, 5)).violations[0]
    assert short.article == "第二十条"
    assert "至少 6 票" in short.message
    assert rules.verdict(majority(OLD), Poll(10, 5, 5)).violations[0].article == "第二十条"


def test_the_version_follows_the_day() -> None:
    def code(prefix: str, day: date) -> str | None:
        found = rules.in_force(prefix, day)
        return found.code if found else None

    assert code("development", date(2026, 5, 10)) == OLD
    assert code("development", date(2026, 5, 11)) == NEW
    assert code("election", date(2020, 7, 12)) is None
    assert code("election", date(2026, 11, 29)) == ELECTION


def test_a_row_may_ask_for_a_share_of_those_present() -> None:
    """The wording of 1990 still circulates: an installation may say so in its parameters."""
    of_present = rules._threshold({"op": ">", "share": "1/2", "of": "present", "article": ""})
    held = replace(majority(ELECTION), win=of_present)
    assert rules.verdict(held, Poll(10, 8, 5)).passed
    assert "实到会人数的半数" in rules.verdict(held, Poll(10, 8, 4)).violations[0].message


def test_thresholds_in_words() -> None:
    assert majority(ELECTION).attend.words == "不少于应到会人数的五分之四"
    assert rules._threshold({"op": ">", "share": "3/7", "article": ""}).words == "超过应到会人数的7分之3"
    assert majority(ORDINARY).source == "《中国共产党支部工作条例（试行）》（2018）第十一条"
    assert majority(ELECTION).source == "《中国共产党基层组织选举工作条例》（2020）"
    assert majority("exclusion").source == "上级党组织同意，并经支部党员大会通过"


@pytest.mark.parametrize(
    ("slips", "present", "code"),
    [
        (Slips(9, 8, 7, 1), 9, None),
        (Slips(0, 0, 0, 0), 9, "voting.no_slips"),
        (Slips(10, 8, 7, 1), 9, "voting.issued"),
        (Slips(9, 8, 7, 0), 9, "voting.collected"),
    ],
)
def test_a_count_sheet_adds_up(slips: Slips, present: int, code: str | None) -> None:
    assert [found.code for found in rules.slip_faults(slips, present)] == ([code] if code else [])


def test_more_slips_back_than_handed_out_make_the_vote_void() -> None:
    assert rules.void_by_slips(Slips(8, 9, 9, 0))
    assert not rules.void_by_slips(Slips(8, 8, 8, 0))


@pytest.mark.parametrize(
    ("votes", "seats", "chosen", "tied"),
    [
        ([("甲", 9), ("乙", 8), ("丙", 7), ("丁", 5)], 3, ["甲", "乙", "丙"], []),
        ([("甲", 9), ("乙", 7), ("丙", 7), ("丁", 7)], 3, ["甲"], ["乙", "丙", "丁"]),
        ([("甲", 9), ("乙", 5), ("丙", 5)], 3, ["甲"], []),
        ([("甲", 9), ("乙", 8), ("丙", 8)], 3, ["甲", "乙", "丙"], []),
    ],
)
def test_who_is_elected(votes: list[tuple[str, int]], seats: int, chosen: list[str], tied: list[str]) -> None:
    assert rules.elected(votes, seats, least=6) == (chosen, tied)


def test_grounds_of_leaving_somebody_out() -> None:
    assert set(rules.grounds()) == {"incapable", "abroad", "detained", "bedridden", "unmoved"}
    assert rules.grounds()["abroad"].months == 6


def test_the_trial_answers_as_specified() -> None:
    def asked(**data: object) -> tuple[dict[str, object], list[str]]:
        answer = registry.try_rule("meetings.vote", {"kind": "ordinary", **data})
        return answer["result"], [found["code"] for found in answer["violations"]]

    assert asked(entitled=10, present=5, yes=6) == ({"valid": True, "passed": False}, ["voting.votes"])
    assert asked(entitled=5, present=6, yes=6)[0] == {"valid": False, "passed": False}
    assert asked(entitled=10, present=5, yes=5) == ({"valid": True, "passed": False}, ["voting.majority"])
    assert asked(entitled=10, present=4, yes=4) == ({"valid": False, "passed": False}, ["voting.quorum"])
    assert asked(entitled=11, present=6, yes=6) == ({"valid": True, "passed": True}, [])
    assert asked(entitled=0, present=0, yes=0) == ({"valid": False, "passed": False}, ["voting.nobody"])
    with pytest.raises(registry.BadInput):
        registry.try_rule("meetings.vote", {"kind": "ordinary", "entitled": -1, "present": 0, "yes": 0})


def test_where_all_seats_fall_clearly_nobody_is_tied() -> None:
    assert rules.elected([("甲", 9), ("乙", 8), ("丙", 7)], 2, 6) == (["甲", "乙"], [])
    assert rules.elected([("甲", 9), ("乙", 7), ("丙", 7)], 2, 6) == (["甲"], ["乙", "丙"])
