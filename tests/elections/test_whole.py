"""A branch elects its committee: from the request to the approval, with what is refused on the way."""

import re
from datetime import timedelta

import pytest
from dateutil.relativedelta import relativedelta
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from tests import factories
from tests.elections import helpers as h
from tests.reading import pdf_pages, pdf_text
from zhibu.apps.elections import progress, queries
from zhibu.apps.elections.models import Elected, Election
from zhibu.apps.elections.services.assembly import NewBallot
from zhibu.apps.elections.services.committee import Assigned
from zhibu.apps.elections.services.nominating import Nominated
from zhibu.apps.elections.services.planning import Paper, Plan
from zhibu.apps.organizations.models import Organization, Term
from zhibu.apps.people.models import Post
from zhibu.apps.petitions.models import Petition
from zhibu.kernel import inbox
from zhibu.kernel.actions import Refused, Why

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(house: factories.House) -> h.Branch:
    made = h.branch(house)
    for name, kind in (("丁一", "secretary"), ("孙六", "publicity")):
        Post.objects.create(person=made.people[name], organization=house.east, kind=kind, since=factories.LONG_AGO)
    return made


def waiting(here: h.Branch) -> set[str]:
    return {item.title.partition("：")[0] for item in inbox.items(here.secretary)}


def shared_out(here: h.Branch, election: Election) -> None:
    """The new committee elects its secretary, and the others take their posts."""
    made = h.do(here.secretary, "elections.election.posts", election, NewBallot(here.of("王二"), "secretary"))
    h.count(made, {"王二": 3}, present=3)
    h.settle(here, made)
    posts = {"丁一": "organization", "王二": "secretary", "李三": "publicity"}
    rows = [(one, posts[one.name]) for one in queries.elected(election)]
    h.do(here.secretary, "elections.election.assign", election, Assigned(rows))


def test_from_the_request_to_the_approval(here: h.Branch, client: Client) -> None:
    assert "东山支部 换届" in waiting(here)
    election = h.planned(here)
    assert (election.body, election.full_members, election.least, election.timing) == ("committee", 10, 4, "on_time")
    assert waiting(here) == {"报请上级同意选举"}
    election = h.to_nominating_from(here, election)
    assert waiting(here) == {"登记推荐"}
    with pytest.raises(Refused, match="没有被选举权"):
        h.nominate(here, election, "新一")
    with pytest.raises(Refused, match="多于选举名册上的人数（12）"):
        h.do(
            here.secretary,
            "elections.nomination.record",
            election,
            Nominated("大会", localdate(), 13, h.votes_of(election, "丁一")),
        )
    early = Nominated("大会", localdate() - timedelta(days=1), 9, h.votes_of(election, "丁一"))
    with pytest.raises(Refused, match="才同意选举"):
        h.do(here.secretary, "elections.nomination.record", election, early)
    h.nominate(here, election, "丁一", "王二", "李三", "赵四", "钱五")
    with pytest.raises(Refused, match="已经登记过"):
        h.nominate(here, election, "丁一")
    with pytest.raises(Refused, match="候选人至少 4 人"):
        h.propose(here, election, "丁一", "王二", "李三")
    h.propose(here, election, "丁一", "王二", "李三", "赵四")
    assert waiting(here) == set()
    h.answer(here)
    assert waiting(here) == {"提请通过选举办法", "安排选举大会"}
    with pytest.raises(Refused, match="候选人不能担任"):
        h.adopt(here, election, watching="丁一")
    with pytest.raises(Refused, match="以后才能投票"):
        h.ballot(here, election, "丁一", "王二", "李三", "赵四")
    h.adopt(here, election)
    _voted(here, election)
    assert all(step.state == "done" for step in progress.steps(election, progress.parts(election)))
    _pages(here, election, client)


def _voted(here: h.Branch, election: Election) -> None:
    """The assembly votes, the new committee elects its secretary, the superior approves: posts and terms change with it."""
    made = h.ballot(here, election, "丁一", "王二", "李三", "赵四")
    assert made.motion.choose == 3
    h.count(made, {"丁一": 8, "王二": 7, "李三": 6, "赵四": 3}, present=8)
    assert waiting(here) >= {"确认选举结果"}
    h.settle(here, made)
    election.refresh_from_db()
    assert (election.state, h.names(election)) == ("allocating", [("丁一", 8), ("王二", 7), ("李三", 6)])
    with pytest.raises(Refused, match="还没有选出书记"):
        h.do(here.secretary, "elections.election.report", election, Paper("报告", "结果"))
    shared_out(here, election)
    before = list(Post.objects.system("test").filter(until__isnull=True).values_list("person__name", "kind"))
    h.do(here.secretary, "elections.election.report", election, Paper("关于选举结果的报告", "结果如下。"))
    assert sorted(before) == [("丁一", "secretary"), ("孙六", "publicity")]  # nothing changes before the approval
    h.answer(here)
    election.refresh_from_db()
    assert election.state == "done"
    held = Post.objects.system("test").filter(until__isnull=True, organization=here.house.east)
    assert set(held.values_list("person__name", "kind")) == {
        ("丁一", "organization"),
        ("王二", "secretary"),
        ("李三", "publicity"),
    }
    old, new = Term.objects.system("test").filter(organization=here.house.east).order_by("number")
    assert (old.closed_on, new.number, new.since) == (localdate(), 5, localdate())


def _pages(here: h.Branch, election: Election, client: Client) -> None:
    """The page and the file of a finished election, and that the other branch has none."""
    client.force_login(factories.account("shuji", "branch_secretary", here.house.east, of=here.people["丁一"]))
    page = client.get(election.get_absolute_url()).content.decode()
    assert "已生效" in page
    assert "王二" in page
    assert client.get(reverse("elections"), {"q": "东山"}).status_code == 200
    made = client.get(reverse("print", args=["elections.file", election.uid]))
    assert made.status_code == 200, made.content.decode()[-3000:]
    text = re.sub(r"\s", "", pdf_text(made.content))
    for part in (
        "目录",
        "选举名册",
        "推荐情况汇总",
        "候选人名单（第1份）",
        "选举办法",
        "委员选票样张",
        "计票单",
        "当选人名单",
        "批准任职的批复",
    ):
        assert part in text, part
    assert "新一预备党员无" in text
    assert pdf_pages(made.content) > 10
    ballot = queries.ballots(election)[0]
    slips = client.get(reverse("print", args=["elections.ballot", ballot.uid]))
    assert "东山支部委员选票" in re.sub(r"\s", "", pdf_text(slips.content))
    assert pdf_pages(slips.content) == 4  # eight were there, two slips a page
    assert client.get(reverse("print", args=["elections.sheet", ballot.uid])).status_code == 200
    client.force_login(factories.account("west", "branch_secretary", here.house.west))
    assert client.get(election.get_absolute_url()).status_code == 404


def test_the_inbox_tells_of_terms_six_months_ahead_and_of_overdue_ones(house: factories.House) -> None:
    today = localdate()
    ends = {house.east: 5, house.west: 8, house.committee: -2}
    for organization, months in ends.items():
        until = today + relativedelta(months=months)
        Term.objects.create(organization=organization, number=3, since=until - relativedelta(years=3), until=until)
    office = factories.actor(h.MANAGES, house.committee)

    def told() -> dict[str, str]:
        rows = inbox.items(office)
        return {item.title: item.detail for item in rows if item.title.endswith(" 换届")}

    assert set(told()) == {"东山支部 换届", "东江实业党委 换届"}
    assert told()["东山支部 换届"].endswith("六个月内届满")
    assert told()["东江实业党委 换届"].endswith("已届满，应换届")
    Organization.objects.system("test").filter(pk=house.committee.pk).update(dissolved_on=today)
    assert set(told()) == {"东山支部 换届"}


def test_refused_goes_back_with_the_reason(here: h.Branch) -> None:
    election = h.planned(here)
    h.do(here.secretary, "elections.election.ask", election, Paper("请示", "届满。"))
    h.answer(here, "refused", "请先补齐党员名册。")
    election.refresh_from_db()
    assert (election.state, election.note) == ("draft", "请先补齐党员名册。")
    h.do(here.secretary, "elections.election.ask", election, Paper("请示", "已补齐。"))
    h.answer(here, "returned", "请附名册。")
    election.refresh_from_db()
    assert (election.state, election.note) == ("asked", "请附名册。")
    petition = Petition.objects.system("test").get(state="returned")
    h.do(here.secretary, "petitions.petition.withdraw", petition, Why("重写"))
    election.refresh_from_db()
    assert election.state == "draft"


def test_a_result_that_is_not_approved_changes_no_post(here: h.Branch) -> None:
    election = h.to_assembly(here)
    h.settle(
        here,
        h.count(h.ballot(here, election, "丁一", "王二", "李三", "赵四"), {"丁一": 8, "王二": 7, "李三": 6, "赵四": 1}),
    )
    shared_out(here, election)
    h.do(here.secretary, "elections.election.report", election, Paper("报告", "结果"))
    h.answer(here, "refused", "王二另有任用。")
    election.refresh_from_db()
    assert (election.state, election.note) == ("allocating", "王二另有任用。")
    assert Post.objects.system("test").filter(until__isnull=True).count() == 2
    h.do(here.secretary, "elections.election.again", election, Why("上级没有批准"))
    election.refresh_from_db()
    assert (election.state, h.names(election)) == ("assembly", [])
    assert Elected.objects.system("test").filter(stands=False).count() == 3  # what was elected stays to be read


def test_candidates_are_changed_by_a_new_version_with_its_reason(here: h.Branch) -> None:
    election = h.to_assembly(here)
    with pytest.raises(Refused, match="写明为什么调整"):
        h.propose(here, election, "丁一", "王二", "李三", "钱五")
    h.propose(here, election, "丁一", "王二", "李三", "钱五", reason="赵四调离")
    h.answer(here, "refused", "不同意调整。")
    election.refresh_from_db()
    assert election.state == "assembly"
    assert [one.state for one in queries.slates(election)] == ["refused", "agreed"]
    h.propose(here, election, "丁一", "王二", "李三", "钱五", reason="赵四病假")
    h.answer(here)
    assert [one.state for one in queries.slates(election)] == ["agreed", "refused", "replaced"]
    assert "钱五" in [p.name for p in queries.standing_for(election, "")]


def test_one_election_at_a_time_and_early_ones_need_a_reason(here: h.Branch) -> None:
    here.term.until = localdate() + timedelta(days=200)  # type: ignore[union-attr]
    here.term.save()  # type: ignore[union-attr]
    with pytest.raises(Refused, match="提前换届须报上级批准"):
        h.planned(here)
    election = h.planned(here, words="书记调离，委员缺额过半。")
    assert election.timing == "early"
    with pytest.raises(Refused, match="已有一次选举"):
        h.do(
            here.secretary,
            "elections.election.create",
            None,
            Plan(here.house.east, "renewal", 3, localdate() + timedelta(days=190)),
        )
    h.do(here.secretary, "elections.election.ask", election, Paper("请示", "提前。"))
    assert Petition.objects.system("test").get().kind == "election_change"
    h.do(here.secretary, "elections.election.stop", election, Why("暂缓"))
    assert Petition.objects.system("test").get().state == "withdrawn"
    election.refresh_from_db()
    assert election.state == "stopped"


def test_more_than_a_year_away_is_refused_with_the_article(here: h.Branch) -> None:
    here.term.until = localdate() + timedelta(days=500)  # type: ignore[union-attr]
    here.term.save()  # type: ignore[union-attr]
    with pytest.raises(Refused, match="超过 12 个月"):
        h.planned(here, words="理由")


def test_votes_more_than_people_are_refused(here: h.Branch) -> None:
    election = h.to_nominating(here)
    data = Nominated("第一党小组", localdate(), 3, [(h.entries(election, "丁一")[0], 4)])
    with pytest.raises(Refused, match="多于参加人数"):
        h.do(here.secretary, "elections.nomination.record", election, data)
