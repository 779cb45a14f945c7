"""Ballots at their edges: attendance, majority, ties, too few, written-in names; small branches, by-elections, appointments."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from tests import factories
from tests.acting import post
from tests.elections import helpers as h
from tests.membership.helpers import member
from zhibu.apps.compliance.documents.yearbook import this_year
from zhibu.apps.elections import queries
from zhibu.apps.elections.models import Election
from zhibu.apps.elections.services.approving import Appointment
from zhibu.apps.elections.services.assembly import Convened, NewBallot
from zhibu.apps.elections.services.committee import Assigned
from zhibu.apps.elections.services.nominating import NewSlate, OnDay
from zhibu.apps.elections.services.planning import Paper, Plan
from zhibu.apps.meetings import queries as meetings
from zhibu.apps.meetings.models import Attendance, Meeting
from zhibu.apps.meetings.services.calling import Call
from zhibu.apps.people.events import PersonMerging
from zhibu.apps.people.models import Affiliation, Person, Post
from zhibu.apps.voting import queries as votes
from zhibu.apps.voting.services import motions, paper
from zhibu.apps.voting.services.deciding import Figures
from zhibu.kernel import actions, events, files
from zhibu.kernel.actions import Act, Refused, Why
from zhibu.kernel.actor import SYSTEM, Actor
from zhibu.kernel.events import Veto
from zhibu.kernel.files import Scan

pytestmark = pytest.mark.django_db
FOUR = ("丁一", "王二", "李三", "赵四")


@pytest.fixture
def here(house: factories.House) -> h.Branch:
    return h.branch(house)


@pytest.fixture
def election(here: h.Branch) -> Election:
    return h.to_assembly(here)


@pytest.mark.parametrize(("present", "state"), [(8, "counted"), (7, "void")])
def test_four_fifths_must_be_there(here: h.Branch, election: Election, present: int, state: str) -> None:
    made = h.count(h.ballot(here, election, *FOUR), dict.fromkeys(FOUR, 5), present=present)
    assert made.state == state
    if state == "void":
        assert h.ballot(here, election, *FOUR).round == 2


def test_those_named_by_the_assembly_enter_the_count_from_their_own_accounts(
    here: h.Branch, election: Election
) -> None:
    """周七 and 吴八 have no role at all; whoever watches, or stands, is no counter."""
    made = h.ballot(here, election, *FOUR)
    h.opened(made.motion, 9)
    right = {
        "issued": "9",
        "collected": "9",
        "valid": "9",
        "invalid": "0",
        "others": "冯十　２",
    }  # as an input method types it
    for n in range(4):
        right |= {f"yes{n}": "6", f"no{n}": "3", f"abstain{n}": "0"}
    named = {one.name: one for one in votes.tellers(made.motion)}
    assert list(named) == ["周七", "吴八"]
    for name, teller in named.items():
        window = Client()
        window.force_login(factories.account(f"u{teller.pk}", of=here.people[name]))
        assert "录入计票" in window.get(reverse("inbox")).content.decode()
        assert post(window, "voting.teller.count", teller, **right).status_code == 302
    agreed = votes.agreed_count(made.motion)
    assert agreed is not None
    assert agreed.others == {"冯十": 2}
    # the assembly voted for them: the host does not name others
    host = actions.get("voting.motion.tellers")
    made.motion.refresh_from_db()
    with pytest.raises(Refused, match="选举的计票人由大会通过"):
        actions.perform(host, here.secretary, uid=made.motion.uid, data=paper.Named(here.of("王二", "李三")))


def test_more_than_half_of_those_entitled(here: h.Branch, election: Election) -> None:
    """Ten may vote: five are not enough, six are; eight were there."""
    made = h.count(h.ballot(here, election, *FOUR), {"丁一": 6, "王二": 5, "李三": 5, "赵四": 4}, present=8)
    h.settle(here, made)
    assert h.names(election) == [("丁一", 6)]
    election.refresh_from_db()
    assert election.state == "assembly"


def test_of_two_who_enter_the_count_one_is_no_candidate(here: h.Branch, election: Election) -> None:
    ballot = h.ballot(here, election, *FOUR)
    h.opened(ballot.motion, 9)
    ballot.motion.refresh_from_db()
    count = paper.Count(9, 9, 9, 0, [Figures(6, 3, 0)] * 4)
    ding, wang, office = here.people["丁一"], here.people["王二"], None

    def enters(account: int, person: Person | None) -> None:
        ballot.motion.refresh_from_db()
        who = Actor(account_id=account, name="录入", person_id=person.pk if person is not None else None)
        with transaction.atomic():
            paper.enter_count(Act(who, "test.act", "测试"), ballot.motion, count)

    enters(21, ding)
    with pytest.raises(Veto, match="都是这张选票上的候选人"):
        enters(22, wang)
    enters(23, office)
    assert votes.agreed_count(ballot.motion) is not None


def test_more_slips_back_than_out_is_void(here: h.Branch, election: Election) -> None:
    made = h.count(h.ballot(here, election, *FOUR), dict.fromkeys(FOUR, 5), present=8, issued=8, collected=9)
    assert made.state == "void"
    with pytest.raises(Refused, match="还没有宣布"):
        h.settle(here, made)


def test_equal_votes_at_the_edge_are_voted_on_again(here: h.Branch, election: Election) -> None:
    made = h.count(h.ballot(here, election, *FOUR), {"丁一": 7, "王二": 6, "李三": 6, "赵四": 6}, present=9)
    with pytest.raises(Refused, match="还没有结束"):
        h.ballot(here, election, *FOUR)
    h.settle(here, made)
    assert h.names(election) == [("丁一", 7)]  # three share two seats: none of them yet
    with pytest.raises(Refused, match="票数相等"):
        h.ballot(here, election, "王二", "李三")
    again = h.count(h.ballot(here, election, "王二", "李三", "赵四"), {"王二": 8, "李三": 6, "赵四": 2}, present=9)
    h.settle(here, again)
    election.refresh_from_db()
    assert (election.state, [name for name, _ in h.names(election)]) == ("allocating", ["丁一", "王二", "李三"])


def test_too_few_elected_another_ballot_among_the_rest(here: h.Branch, election: Election) -> None:
    h.settle(here, h.count(h.ballot(here, election, *FOUR), {"丁一": 9, "王二": 8, "李三": 5, "赵四": 5}, present=9))
    assert queries.seats_left(election) == 1
    with pytest.raises(Refused, match="已经当选"):
        h.ballot(here, election, "丁一", "李三")
    with pytest.raises(Refused, match="不在上级同意的候选人名单"):
        h.ballot(here, election, "李三", "钱五")
    with pytest.raises(Refused, match="至少 3 人，不能减少名额"):
        h.do(here.secretary, "elections.election.fewer", election)
    second = h.ballot(here, election, "李三", "赵四")
    assert (second.round, second.seats, second.motion.choose) == (2, 1, 1)


def test_the_assembly_may_do_with_fewer_seats(here: h.Branch) -> None:
    five = ("丁一", "王二", "李三", "赵四", "钱五")
    election = h.to_assembly(here, five, seats=4)
    h.settle(
        here,
        h.count(h.ballot(here, election, *five), {"丁一": 9, "王二": 8, "李三": 7, "赵四": 5, "钱五": 5}, present=9),
    )
    h.do(here.secretary, "elections.election.fewer", election)
    election.refresh_from_db()
    assert election.reducing is not None
    h.hands(here, election.reducing)
    election.refresh_from_db()
    assert (election.state, election.seats) == ("allocating", 3)


def test_a_name_written_in_is_said_whose_it_is(here: h.Branch, election: Election) -> None:
    votes = {"丁一": 7, "王二": 6, "李三": 2, "赵四": 2}
    made = h.count(h.ballot(here, election, *FOUR), votes, present=9, others={"孙六": 6, "孙七": 1})
    assert queries.outcome(made).written_in == ("孙六",)
    with pytest.raises(Refused, match="请指明"):
        h.settle(here, made)
    h.settle(here, made, 孙六=here.people["孙六"])
    assert [(one.name, one.written_in) for one in queries.elected(election)] == [
        ("丁一", False),
        ("王二", False),
        ("孙六", True),
    ]


def test_a_ballot_is_void_with_its_vote_until_it_was_confirmed(here: h.Branch, election: Election) -> None:
    made = h.ballot(here, election, *FOUR)
    act = Act(Actor(account_id=1, name="书记"), "voting.motion.void", "作废")
    with transaction.atomic():
        motions.void(act, made.motion, Why("印错了"))
    made.refresh_from_db()
    assert made.state == "void"
    done = h.count(h.ballot(here, election, *FOUR), {"丁一": 9, "王二": 8, "李三": 7, "赵四": 1}, present=9)
    h.settle(here, done)
    with pytest.raises(Refused, match="已经确认"), transaction.atomic():
        motions.void(act, done.motion, Why("反悔"))


def test_who_watches_is_no_candidate_and_who_left_is_not_voted_on(here: h.Branch) -> None:
    election = h.to_nominating(here)
    h.nominate(here, election, *FOUR)
    h.propose(here, election, *FOUR)
    h.answer(here)
    h.adopt(here, election)
    relation = Affiliation.objects.system("test").filter(person=here.people["赵四"], kind="party")
    relation.update(until=localdate())  # moved away
    assert queries.gone(election) == ["赵四"]
    with pytest.raises(Refused, match="没有被选举权"):
        h.ballot(here, election, *FOUR)


def test_the_roll_is_that_of_the_day_before_anything_is_voted_by_it(here: h.Branch) -> None:
    """Somebody moves away after the roll was frozen: how many should be there would be wrong."""
    election = h.to_nominating(here)
    h.nominate(here, election, *FOUR)
    h.propose(here, election, *FOUR)
    h.answer(here)
    Affiliation.objects.system("test").filter(person=here.people["冯十"], kind="party").update(until=localdate())
    with pytest.raises(Refused, match="冯十有变动"):
        h.adopt(here, election)
    h.do(here.secretary, "elections.election.roll", election, OnDay(localdate()))
    h.adopt(here, election)
    assert election.adopted is not None
    assert election.adopted.entitled == 9


def test_the_assembly_meets_after_the_consent_and_may_be_called_off(here: h.Branch) -> None:
    election = h.to_nominating(here)
    h.nominate(here, election, *FOUR)
    h.propose(here, election, *FOUR)
    h.answer(here)
    early = Convened(timezone.now() - timedelta(days=2))
    with pytest.raises(Refused, match="才同意候选人"):
        h.do(here.secretary, "elections.election.convene", election, early)
    for _ in range(2):
        h.do(here.secretary, "elections.election.convene", election, Convened(timezone.now()))
        election.refresh_from_db()
        meeting = election.meeting
        h.do(here.secretary, "meetings.meeting.cancel", meeting, Why("改日再开"))
        election.refresh_from_db()
        assert election.meeting is None  # so that another one can be arranged


def test_the_minutes_of_the_assembly_and_the_year_book_tell_the_ballots(here: h.Branch) -> None:
    election = h.to_nominating(here)
    h.nominate(here, election, *FOUR)
    h.propose(here, election, *FOUR)
    h.answer(here)
    h.do(here.secretary, "elections.election.convene", election, Convened(timezone.now()))
    election.refresh_from_db()
    meeting = election.meeting
    assert meeting is not None
    h.do(here.secretary, "meetings.meeting.call", meeting, Call())
    h.do(here.secretary, "meetings.meeting.open", meeting)
    rows = Attendance.objects.system("test").filter(meeting=meeting, standing="entitled")
    rows.update(state="present", how="hand", at=timezone.now())
    h.adopt(here, election)
    ballot = h.ballot(here, election, *FOUR)
    meeting.refresh_from_db()
    assert [one.pk for one in meetings.motions(meeting)] == [election.adopted_id, ballot.motion_id]
    Meeting.objects.system("test").filter(pk=meeting.pk).update(state="held")
    book = this_year(here.secretary, [here.house.east]).data["books"][0]
    assert [len(one["votes"]) for one in book["meetings"]] == [2]


def test_a_small_branch_elects_its_secretary_directly(house: factories.House) -> None:
    here = h.branch(house, 6)
    with pytest.raises(Refused, match="不设委员会"):
        h.planned(here, 3)
    election = h.to_nominating(here, 2)
    assert election.body == "posts"
    h.nominate(here, election, "丁一", "王二")
    rows = h.entries(election, "丁一", "王二", "李三")
    with pytest.raises(Refused, match="副书记候选人"):
        h.do(
            here.secretary,
            "elections.election.propose",
            election,
            NewSlate([(rows[0], "secretary")], Paper("请示", "")),
        )
    chosen = list(zip(rows, ("secretary", "secretary", "deputy_secretary"), strict=True))
    h.do(here.secretary, "elections.election.propose", election, NewSlate(chosen, Paper("请示", "")))
    h.answer(here)
    h.adopt(here, election, "赵四", ("钱五", "孙六"))
    first = h.count(h.ballot(here, election, "丁一", "王二"), {"丁一": 4, "王二": 1}, present=5)
    h.settle(here, first)
    second = h.ballot(here, election, "李三")
    assert (first.post, second.post) == ("secretary", "deputy_secretary")
    h.settle(here, h.count(second, {"李三": 5}, present=5))
    h.do(here.secretary, "elections.election.report", election, Paper("报告", "结果"))
    h.answer(here)
    held = Post.objects.system("test").filter(until__isnull=True)
    assert set(held.values_list("person__name", "kind")) == {("丁一", "secretary"), ("李三", "deputy_secretary")}


def test_a_by_election_fills_one_seat_of_the_term_that_runs(here: h.Branch) -> None:
    house = here.house
    for name, kind in (("丁一", "secretary"), ("李三", "publicity")):
        Post.objects.create(person=here.people[name], organization=house.east, kind=kind, since=factories.LONG_AGO)
    data = Plan(house.east, "by", 1, localdate() + timedelta(days=10))
    with pytest.raises(Refused, match="为什么补选"):
        h.do(here.secretary, "elections.election.create", None, data)
    data = Plan(house.east, "by", 1, localdate() + timedelta(days=10), words="组织委员调离，缺额 1 名。")
    election = h.to_nominating_from(here, h.do(here.secretary, "elections.election.create", None, data))
    h.nominate(here, election, "王二", "赵四")
    with pytest.raises(Refused, match="至少 2 人"):
        h.propose(here, election, "王二")
    h.propose(here, election, "王二", "赵四")
    h.answer(here)
    h.adopt(here, election)
    h.settle(here, h.count(h.ballot(here, election, "王二", "赵四"), {"王二": 8, "赵四": 1}, present=9))
    election.refresh_from_db()
    h.do(
        here.secretary,
        "elections.election.assign",
        election,
        Assigned([(queries.elected(election)[0], "organization")]),
    )
    h.do(here.secretary, "elections.election.report", election, Paper("报告", "结果"))
    h.answer(here)
    held = Post.objects.system("test").filter(until__isnull=True).values_list("person__name", "kind")
    assert set(held) == {("丁一", "secretary"), ("李三", "publicity"), ("王二", "organization")}
    assert here.term is not None
    here.term.refresh_from_db()
    assert here.term.closed_on is None


def test_an_appointment_is_noted_as_such(here: h.Branch) -> None:
    house = here.house
    Post.objects.create(person=here.people["丁一"], organization=house.east, kind="secretary", since=factories.LONG_AGO)
    office = factories.actor(("elections.view", "elections.appoint", "people.view", "organizations.view"), house.root)
    data = Appointment(house.east, here.people["王二"], "secretary", localdate(), "东党任〔2026〕8号", ())
    with pytest.raises(Refused, match="扫描件"):
        h.do(office, "elections.appointment.record", None, data)
    scan = Scan(files.store_made(b"%PDF-1.4 paper", mime="application/pdf"), "任命.pdf")
    data = Appointment(house.east, here.people["王二"], "secretary", localdate(), "东党任〔2026〕8号", (scan,))
    made = h.do(office, "elections.appointment.record", None, data)
    assert (made.kind, made.state, str(made)) == ("appointment", "done", "东山支部上级任命")
    post = Post.objects.system("test").get(until__isnull=True)
    assert (post.person.name, post.note) == ("王二", "上级任命：东党任〔2026〕8号")


def test_the_committee_elects_from_its_own_members(here: h.Branch, election: Election) -> None:
    h.settle(here, h.count(h.ballot(here, election, *FOUR), {"丁一": 9, "王二": 8, "李三": 7, "赵四": 1}, present=9))
    with pytest.raises(Refused, match="不是委员"):
        h.do(here.secretary, "elections.election.posts", election, NewBallot(here.of("赵四"), "secretary"))
    made = h.do(here.secretary, "elections.election.posts", election, NewBallot(here.of("丁一", "王二"), "secretary"))
    assert h.count(made, {"丁一": 1, "王二": 1}, present=2).state == "void"  # of three all must be there: four fifths


def test_two_records_in_one_election_are_not_merged(here: h.Branch, election: Election) -> None:
    one, two = here.of("丁一", "王二")
    with pytest.raises(Refused, match="同一次选举"), transaction.atomic():
        events.publish(PersonMerging(one.pk, two.pk, SYSTEM))


def test_namesakes_are_told_apart_and_forms_open_at_every_step(here: h.Branch, client: Client) -> None:
    twin = member("王二", here.house, full=h.FULL, staff_number="W-2").person
    here.people["王二"].staff_number = "W-1"
    here.people["王二"].save()
    client.force_login(factories.account("shuji", "branch_secretary", here.house.east, of=here.people["丁一"]))
    election = h.to_nominating(here)
    page = client.get(reverse("action-on", args=["elections.nomination.record", election.uid])).content.decode()
    assert "王二（W-1）" in page
    body = {"source": "第一党小组", "on": localdate(), "attended": "9"}
    body |= {f"votes-{entry.pk}": "3" for entry in h.entries(election, "丁一", "李三", "赵四")}
    assert post(client, "elections.nomination.record", election, **body).status_code == 302
    for code in ("elections.election.propose", "elections.election.roll", "elections.election.stop"):
        assert client.get(reverse("action-on", args=[code, election.uid])).status_code == 200
    assert post(client, "elections.election.propose", election, people=[], title="请示").status_code == 422
    keys = [
        entry.pk
        for entry in queries.eligible(election)
        if entry.person_id in {twin.pk, *(here.people[n].pk for n in ("丁一", "王二", "李三"))}
    ]
    assert post(client, "elections.election.propose", election, people=keys, title="请示").status_code == 302
    h.answer(here)
    for code in ("elections.election.adopt", "elections.election.convene"):
        assert client.get(reverse("action-on", args=[code, election.uid])).status_code == 200
    h.adopt(here, election)
    page = client.get(reverse("action-on", args=["elections.election.ballot", election.uid])).content.decode()
    assert "王二（W-2）" in page
    uids = [person.uid for person in queries.standing_for(election, "")]
    election.refresh_from_db()
    assert post(client, "elections.election.ballot", election, people=uids).status_code == 302
    made = queries.ballots(election)[0]
    h.count(made, {title: 9 - 2 * n for n, title in enumerate(made.motion.questions)}, present=9)
    assert "当选" in client.get(reverse("action-on", args=["elections.ballot.settle", made.uid])).content.decode()
    assert post(client, "elections.ballot.settle", made).status_code == 302
    for code in (
        "elections.election.posts",
        "elections.election.again",
        "elections.election.report",
        "elections.election.assign",
    ):
        assert client.get(reverse("action-on", args=[code, election.uid])).status_code == 200
