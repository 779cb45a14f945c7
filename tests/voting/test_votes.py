"""From the frozen roll to the announced result: hands, written opinions, exclusions, paper counted twice."""

from datetime import date
from typing import Any

import pytest
from django.utils.timezone import localdate

from tests import factories
from tests.voting.helpers import AGREED, act, branch, motion, open_with, opened
from zhibu.apps.voting import queries
from zhibu.apps.voting.events import MotionDecided
from zhibu.apps.voting.models import Exclusion, Motion, NamedVote, RollEntry
from zhibu.apps.voting.services import exclusions, motions, paper, rolls
from zhibu.apps.voting.services.deciding import Figures
from zhibu.apps.voting.services.exclusions import Exclude
from zhibu.apps.voting.services.motions import Hands, Opening, Written
from zhibu.apps.voting.services.paper import Count
from zhibu.apps.voting.services.papers import Evidence
from zhibu.kernel import audit, events
from zhibu.kernel.actions import Refused, Why
from zhibu.kernel.actor import Actor

pytestmark = pytest.mark.django_db


def entries(made: Any) -> list[RollEntry]:
    return list(queries.entries(made))


def test_a_roll_keeps_everybody_as_they_were_and_probationary_members_do_not_count(house: factories.House) -> None:
    east = branch(house.east, 10, probationary=2)
    roll = east.roll()
    first = east.people[0]
    first.name = "改了名"
    first.save()
    assert [entry.name for entry in entries(roll)][:2] == ["党员00", "党员01"]
    made = opened(roll, present=5)
    assert (made.entitled, made.present) == (10, 5)
    with pytest.raises(Refused, match="没有表决权"):
        motions.open_(act(), motion(roll), Opening([entries(roll)[11]]))


def test_a_roll_without_a_vote_or_with_somebody_twice_is_refused(house: factories.House) -> None:
    east = branch(house.east, 1)
    row = rolls.RollRow(east.people[0].pk, "党员", "正式党员", True)
    for rows in ([], [row, row], [rolls.RollRow(row.person_id, "党员", "预备党员", False)]):
        with pytest.raises(Refused):
            rolls.freeze(act(), organization=house.east, on=localdate(), rule="assembly", rows=rows)


@pytest.mark.parametrize(
    ("present", "yes", "valid", "passed"), [(5, 5, True, False), (6, 6, True, True), (4, 4, False, False)]
)
def test_hands_are_judged_by_those_entitled(
    house: factories.House, present: int, yes: int, valid: bool, passed: bool
) -> None:
    heard: list[MotionDecided] = []
    with events.isolated():
        events.subscribe(MotionDecided)(heard.append)
        made = opened(branch(house.east, 10).roll(), present)
        motions.record_hands(act(), made, Hands([Figures(yes, present - yes, 0)]))
    result = queries.result_of(Motion.objects.system("test").get(pk=made.pk))
    assert (result.valid, result.passed, result.questions[0].poll.yes) == (valid, passed, yes)
    assert "第十一条" in result.article
    assert f"实到 {present} 人" in result.outcome
    assert [(e.motion_id, e.passed, e.on) for e in heard] == [(made.pk, passed, localdate())]


def test_hands_must_add_up_to_those_present_and_a_secret_vote_takes_none(house: factories.House) -> None:
    roll = branch(house.east, 10).roll()
    with pytest.raises(Refused, match="实到 8 人"):
        motions.record_hands(act(), opened(roll, 8), Hands([Figures(6, 1, 0)]))
    with pytest.raises(Refused, match="无记名"):
        motions.record_hands(act(), opened(roll, 8, method="paper"), Hands([Figures(6, 2, 0)]))


def test_an_open_vote_may_be_recorded_by_name(house: factories.House) -> None:
    made = opened(branch(house.east, 3).roll(), 3, named=True)
    said = {voter.entry_id: choice for voter, choice in zip(queries.voters(made), ("yes", "yes", "no"), strict=True)}
    with pytest.raises(Refused, match="态度"):
        motions.record_hands(act(), made, Hands(by_name=dict(list(said.items())[:2])))
    motions.record_hands(act(), made, Hands(by_name=said))
    assert made.passed
    assert NamedVote.objects.system("test").filter(motion=made, choice="no").count() == 1


def test_written_opinions_count_as_votes_and_not_as_attendance(house: factories.House) -> None:
    roll = branch(house.east, 10).roll("development")
    made = motion(roll, "development-2026", "paper")
    motions.write_opinion(act(), made, Written(entries(roll)[9], ["yes"], localdate()))
    with pytest.raises(Refused, match="已经登记过"):
        motions.write_opinion(act(), made, Written(entries(roll)[9], ["no"], localdate()))
    open_with(made, 6)
    for account in (1, 2):
        paper.enter_count(act(Actor(account_id=account, name="计票人")), made, Count(6, 6, 6, 0, [Figures(5, 1, 0)]))
    motions.close(act(), made)
    poll = queries.result_of(made).questions[0].poll
    assert (made.valid, made.passed, made.present, poll.yes, poll.written_yes) == (True, True, 6, 5, 1)
    with pytest.raises(Refused, match="不计书面意见"):
        motions.write_opinion(act(), motion(roll), Written(entries(roll)[9], ["yes"], localdate()))


def test_whoever_came_votes_there_and_not_in_writing(house: factories.House) -> None:
    roll = branch(house.east, 10).roll("development")
    made = motion(roll, "development-2026", "paper")
    motions.write_opinion(act(), made, Written(entries(roll)[0], ["yes"], localdate()))
    with pytest.raises(Refused, match="又勾选了到会"):
        open_with(made, 6)


def test_development_and_elections_are_secret_and_the_version_is_that_of_the_day(house: factories.House) -> None:
    east = branch(house.east, 10)
    with pytest.raises(Refused, match="不能举手"):
        motion(east.roll("development"), "development-2026", "hands")
    with pytest.raises(Refused, match="不适用"):
        motion(east.roll("development"), "development-2014", "paper")
    old = east.roll("development", on=date(2026, 5, 10))
    assert motion(old, "development-2014", "paper").rule == "development-2014"


def exclude(roll: Any, who: RollEntry, consent: Evidence = AGREED) -> Exclusion:
    return exclusions.exclude(act(), who, Exclude("bedridden", "瘫痪在床三年", consent))


def test_a_branch_with_six_bedridden_members_can_still_decide(house: factories.House) -> None:
    roll = branch(house.east, 11).roll()
    assert not queries.result_of(opened(roll, 5)).decided
    everyone = entries(roll)
    short = opened(roll, 5)
    motions.record_hands(act(), short, Hands([Figures(5, 0, 0)]))
    assert not short.valid  # 5 of 11

    with pytest.raises(Refused, match="上级同意"):
        exclude(roll, everyone[10], Evidence())
    for made in Motion.objects.system("test").filter(state="open"):
        motions.void(act(), made, Why("试"))
    out = [exclude(roll, who) for who in everyone[5:]]
    vote = opened(roll, 4, rule="exclusion")
    assert vote.entitled == 5  # those who are not proposed decide
    motions.record_hands(act(), vote, Hands([Figures(4, 0, 0)]))
    assert vote.passed

    again = opened(roll, 5)
    assert (again.entitled, again.present) == (5, 5)
    motions.record_hands(act(), again, Hands([Figures(5, 0, 0)]))
    assert again.passed
    entry = RollEntry.objects.system("test").get(pk=everyone[10].pk)
    assert not entry.entitled
    assert "长期卧床" in entry.ground
    assert AGREED.words in entry.ground
    with pytest.raises(Refused, match="已经用过"):
        motions.void(act(), vote, Why("错"))
    assert {one.state for one in Exclusion.objects.system("test").filter(pk__in=[o.pk for o in out])} == {"passed"}


def test_one_who_comes_after_all_is_back_on_the_roll_and_a_refused_exclusion_changes_nothing(
    house: factories.House,
) -> None:
    roll = branch(house.east, 5).roll()
    everyone = entries(roll)
    one = exclude(roll, everyone[4])
    vote = opened(roll, 4, rule="exclusion")
    with pytest.raises(Refused, match="正在进行"):
        exclude(roll, everyone[3])
    motions.record_hands(act(), vote, Hands([Figures(2, 2, 0)]))
    one.refresh_from_db()
    assert not vote.passed
    assert one.state == "refused"
    assert queries.entitled(roll).count() == 5

    two = exclude(roll, everyone[4])
    motions.record_hands(act(), opened(roll, 4, rule="exclusion"), Hands([Figures(4, 0, 0)]))
    assert queries.entitled(roll).count() == 4
    two.refresh_from_db()
    exclusions.readmit(act(), two, Why("本人到会"))
    assert queries.entitled(roll).count() == 5


def test_a_vote_on_exclusions_made_void_proposes_them_again(house: factories.House) -> None:
    roll = branch(house.east, 5).roll()
    one = exclude(roll, entries(roll)[4])
    vote = opened(roll, 4, rule="exclusion")
    motions.record_hands(act(), vote, Hands([Figures(4, 0, 0)]))
    motions.void(act(), vote, Why("漏报批复"))
    one.refresh_from_db()
    assert one.state == "proposed"
    assert queries.entitled(roll).count() == 5


LI, WANG, LI_AGAIN = (
    Actor(account_id=11, person_id=5, name="李"),
    Actor(account_id=12, person_id=6, name="王"),
    Actor(account_id=13, person_id=5, name="李的第二个账号"),
)


def test_two_people_count_and_neither_sees_the_other_first(house: factories.House) -> None:
    made = opened(branch(house.east, 9).roll(), 9, method="paper")
    right, wrong = Count(9, 9, 8, 1, [Figures(6, 1, 1)]), Count(9, 9, 8, 1, [Figures(5, 2, 1)])
    paper.enter_count(act(LI), made, right)
    assert queries.settled_counts(made) == []
    assert not any(
        "6" in line.summary for line in audit.history("voting.Motion", str(made.pk)) if "录入" in line.summary
    )
    for again in (LI, LI_AGAIN):
        with pytest.raises(Refused, match="已经录入过"):
            paper.enter_count(act(again), made, right)
    paper.enter_count(act(WANG), made, wrong)
    assert [(one.round, one.agreed, one.counts[0]["yes"]) for one in queries.settled_counts(made)] == [
        (1, False, 6), (1, False, 5),
    ]  # fmt: skip
    with pytest.raises(Refused, match="一致"):
        motions.close(act(), made)
    paper.enter_count(act(WANG), made, right)
    paper.enter_count(act(LI), made, right)
    motions.close(act(), made)
    assert (made.valid, made.passed) == (True, True)


def test_more_slips_back_than_handed_out_void_the_vote(house: factories.House) -> None:
    made = opened(branch(house.east, 9).roll(), 9, method="paper")
    for who in (LI, WANG):
        paper.enter_count(act(who), made, Count(8, 9, 9, 0, [Figures(9, 0, 0)]))
    motions.close(act(), made)
    assert (made.valid, made.passed) == (False, None)
    assert "多于发出" in made.outcome


def test_a_ballot_on_candidates_with_somebody_written_in(house: factories.House) -> None:
    roll = branch(house.east, 10).roll("election")
    made = opened(roll, 8, "election-2020", "paper", questions=["甲", "乙", "丙"], choose=2, title="选举支部委员")
    over = Count(8, 8, 8, 0, [Figures(7, 1, 0), Figures(6, 2, 0), Figures(4, 4, 0)])
    with pytest.raises(Refused, match="最多赞成 2 人"):
        paper.enter_count(act(LI), made, over)
    sheet = Count(8, 8, 8, 0, [Figures(7, 1, 0), Figures(5, 3, 0), Figures(2, 6, 0)], {"丁": 2})
    for who in (LI, WANG):
        paper.enter_count(act(who), made, sheet)
    motions.close(act(), made)
    result = queries.result_of(made)
    assert [(q.title, q.passed) for q in result.questions] == [("甲", True), ("乙", False), ("丙", False)]
    assert result.others == {"丁": 2}
    assert result.passed is None
    assert result.valid
