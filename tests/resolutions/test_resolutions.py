"""What a branch decided: numbered without gaps, from a vote that passed or a meeting, carried out, replaced, read by members."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from tests import factories
from tests.acting import post
from tests.membership.helpers import member
from tests.reading import pdf_text
from tests.voting.helpers import act, branch, opened
from zhibu.apps.meetings.models import Meeting
from zhibu.apps.resolutions import queries, rules
from zhibu.apps.resolutions.models import FollowUp, Resolution
from zhibu.apps.resolutions.services import adopting, following
from zhibu.apps.resolutions.services.adopting import Recorded, Text
from zhibu.apps.resolutions.services.following import Assign, Report
from zhibu.apps.voting.models import Motion
from zhibu.apps.voting.services import motions
from zhibu.apps.voting.services.deciding import Figures
from zhibu.apps.voting.services.motions import Hands
from zhibu.kernel.actions import Refused, Why
from zhibu.kernel.actor import SYSTEM
from zhibu.kernel.messages.models import Message

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 29)


def passed(house: factories.House, yes: int = 6) -> Motion:
    made = opened(branch(house.east, 6).roll(), 6)
    motions.record_hands(act(), made, Hands([Figures(yes, 6 - yes, 0)]))
    return made


def recorded(house: factories.House, title: str = "每月慰问", on: date | None = None, **more: Any) -> Resolution:
    what = Text(title, "每月第一个星期三走访。", **{"tell": False, **more})
    return adopting.record(act(), None, Recorded(house.east, on or localdate(), what, basis="支委会一致通过"))


@pytest.mark.parametrize(
    ("state", "due", "expected"),
    [
        ("done", None, ("已落实", "ok")),
        ("replaced", None, ("已被后来的决议取代", "plain")),
        ("following", None, ("落实中", "info")),
        ("following", date(2026, 11, 28), ("落实逾期 1 天", "late")),
        ("following", date(2026, 11, 29), ("还有 0 天到期", "due")),
        ("following", date(2026, 12, 29), ("还有 30 天到期", "due")),
        ("following", date(2026, 12, 30), ("落实中", "info")),
    ],
)
def test_how_a_resolution_stands(state: str, due: date | None, expected: tuple[str, str]) -> None:
    assert rules.standing(state, due, TODAY) == expected


def test_only_a_vote_that_passed_becomes_a_resolution_and_it_cites_the_vote(house: factories.House) -> None:
    made = adopting.adopt(act(), passed(house), Text("慰问", "内容", tell=False))
    assert (made.number, made.state) == (1, "standing")
    assert made.number_text == f"东山支部决〔{localdate().year}〕1号"
    assert "赞成 6 票" in made.basis
    assert "第十一条" in made.basis
    with pytest.raises(Refused, match="通过了的表决"):
        adopting.adopt(act(), passed(house, yes=3), Text("慰问", "内容"))


def test_numbers_run_without_gaps_a_branch_and_year(house: factories.House) -> None:
    last_year = date(localdate().year - 1, 3, 1)
    assert [recorded(house, on=on).number for on in (last_year, localdate(), localdate(), last_year)] == [1, 1, 2, 2]
    what = Text("西湾的", "内容", due_on=localdate() - timedelta(days=9))
    with pytest.raises(Refused):
        adopting.record(act(), None, Recorded(house.west, localdate(), what, basis="一致通过"))
    fine = adopting.record(act(), None, Recorded(house.west, localdate(), Text("西湾的", "内容"), basis="一致通过"))
    assert fine.number == 1


def test_nothing_was_resolved_before_the_branch_was_there_or_with_too_few(house: factories.House) -> None:
    with pytest.raises(Refused, match="成立于"):
        recorded(house, on=factories.LONG_AGO - timedelta(days=1))
    few = Meeting.objects.create(
        organization=house.east,
        kind="assembly",
        title="大会",
        starts_at=timezone.now(),
        entitled=9,
        present=4,
        quorate=False,
    )
    with pytest.raises(Refused, match="到会人数不足"):
        adopting.record(act(), None, Recorded(house.east, localdate(), Text("慰问", "内容"), few, "一致通过"))


def test_a_later_resolution_replaces_an_earlier_one_which_stays_to_be_read(house: factories.House) -> None:
    old = recorded(house)
    with pytest.raises(Refused, match="通过得更晚"):
        recorded(house, "早的", on=localdate() - timedelta(days=1), replaces=[old])
    new = recorded(house, "新的", replaces=[old])
    old.refresh_from_db()
    assert (old.state, old.replaced_by, old.text) == ("replaced", new, "每月第一个星期三走访。")
    with pytest.raises(Refused, match="不能由这份决议取代"):
        recorded(house, "又一份", replaces=[old])


def test_a_void_vote_voids_its_resolution_and_what_it_replaced_stands_again(house: factories.House) -> None:
    old, vote = recorded(house), passed(house)
    new = adopting.adopt(act(), vote, Text("新的", "内容", replaces=[old], tell=False))
    motions.void(act(), vote, Why("程序不对"))
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, new.state) == ("standing", "void")


def test_carrying_out_from_reports_to_the_end(house: factories.House) -> None:
    li = member("李建国", house, at=house.east).person
    made = recorded(house, responsible=li, due_on=localdate())
    with pytest.raises(Refused, match="通过日期和今天之间"):
        following.report(act(), made, Report(localdate() + timedelta(days=1), "早了"))
    following.report(act(), made, Report(localdate(), "走访 3 户"))
    assert made.state == "following"
    following.follow(act(), made, Report(localdate(), "全部走访", done=True))
    assert (made.state, made.done_on) == ("done", localdate())
    assert [one.by_responsible for one in queries.follow_ups(made)] == [False, True]


def test_whoever_dies_or_leaves_is_released_and_the_branch_names_another(house: factories.House) -> None:
    li, wang = (member(name, house, at=house.east).person for name in ("李建国", "王芳"))
    made = recorded(house, responsible=li)
    following.leave_branch(li.pk, house.east.pk, house.west.pk, SYSTEM)
    made.refresh_from_db()
    assert made.responsible is None
    assert Resolution.objects.system("test").filter(queries.waits(localdate())).count() == 1
    following.assign(act(), made, Assign(wang, localdate() + timedelta(days=9), "接手"))
    assert (made.responsible_name, made.state) == ("王芳", "following")


def test_members_of_the_branch_are_told_and_read_it_others_do_not(house: factories.House) -> None:
    li, zhao = (member(name, house, at=at).person for name, at in (("李建国", house.east), ("赵敏", house.west)))
    made = recorded(house, tell=True, responsible=li, due_on=localdate() + timedelta(days=40))
    hidden = recorded(house, "没有公布的")
    assert Message.objects.system("test").filter(person=li, title__contains="每月慰问").exists()
    here, there = Client(), Client()
    here.force_login(factories.account("li", of=li))
    there.force_login(factories.account("zhao", of=zhao))
    shown = here.get(reverse("own-resolutions")).content.decode()
    assert "每月慰问" in shown
    assert "没有公布的" not in shown
    page = here.get(made.own_url).content.decode()
    assert "每月第一个星期三走访。" in page
    assert "报告落实情况" in page
    assert here.get(hidden.own_url).status_code == 404
    assert there.get(made.own_url).status_code == 404
    assert "每月慰问" not in there.get(reverse("own-resolutions")).content.decode()
    told = post(here, "resolutions.resolution.report", made, on=localdate().isoformat(), words="走访 2 户")
    assert told.status_code == 302
    assert FollowUp.objects.system("test").get().by_responsible
    assert post(there, "resolutions.resolution.report", made, on=localdate().isoformat(), words="x").status_code == 404


def test_a_secretary_makes_one_of_a_vote_follows_it_and_prints_it(house: factories.House, client: Client) -> None:
    client.force_login(factories.account("shuji", "branch_secretary", house.east))
    li = member("李建国", house, at=house.east).person
    vote = passed(house)
    assert "形成决议" in client.get(vote.get_absolute_url()).content.decode()
    sent = {
        "title": "慰问",
        "text": "走访独居老党员。",
        "responsible": li.name,
        "due_on": localdate().isoformat(),
        "tell": "on",
    }
    nobody = post(client, "resolutions.resolution.adopt", vote, **{**sent, "responsible": ""})
    assert nobody.status_code == 422
    assert "要有负责人" in nobody.content.decode()
    assert post(client, "resolutions.resolution.adopt", vote, **sent).status_code == 302
    made = Resolution.objects.system("test").get()
    assert "落实决议：慰问" in client.get(reverse("inbox")).content.decode()
    assert post(client, "resolutions.resolution.adopt", vote, **sent).status_code == 422
    done = {"on": localdate().isoformat(), "words": "都走访了", "done": "on"}
    assert post(client, "resolutions.resolution.follow", made, **done).status_code == 302
    page = client.get(made.get_absolute_url()).content.decode()
    assert "已落实" in page
    assert "都走访了" in page
    answer = client.get(reverse("print", args=["resolutions.paper", made.uid]))
    assert "走访独居老党员" in pdf_text(answer.content)
    by_hand = {
        "organization": house.east.uid, "decided_on": localdate().isoformat(), "basis": "支委会一致通过", "title": "新的",
        "text": "内容", "replaces": made.pk,
    }  # fmt: skip
    assert post(client, "resolutions.resolution.record", **by_hand).status_code == 302
    assert "已被后来的决议取代" in client.get(reverse("resolutions"), {"q": "独居"}).content.decode()
