"""A relief goes up as a numbered request and follows the answer, whichever of the two is opened."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import localdate

from tests import factories
from tests.acting import post
from tests.dues.helpers import agrees, assessed, do, owed, this_month
from zhibu.apps.dues import months
from zhibu.apps.dues.models import Relief
from zhibu.apps.dues.services.easing import AnswerRelief, AskRelief
from zhibu.apps.petitions.models import Outcome, Petition, Reply
from zhibu.apps.petitions.services.answering import Answer
from zhibu.apps.petitions.services.asking import Draft
from zhibu.kernel import inbox
from zhibu.kernel.actions import Refused, Why
from zhibu.kernel.actor import Actor

pytestmark = pytest.mark.django_db
ZERO = Decimal("0.00")


@pytest.fixture
def committee(house: factories.House) -> Actor:
    return factories.actor(("petitions.view", "petitions.answer"), house.root, account_id=7)


@pytest.fixture
def relief(house: factories.House, office: Actor, two: list) -> Relief:
    assessed(office, house.root)
    asked: Relief = do(
        office,
        "dues.relief.ask",
        two[0],
        AskRelief(this_month(), months.later(this_month(), 2), ZERO, "大病", localdate()),
    )
    return asked


def reread(one: Any) -> Any:
    """Return it as it stands."""
    return type(one).objects.system("test").get(pk=one.pk)


def titles(actor: Actor) -> list[str]:
    """Return what lies in somebody's inbox about requests and reliefs."""
    return [item.title for item in inbox.items(actor) if "减免" in item.title]


def of(relief: Relief) -> tuple[Petition, Reply]:
    """Return the request about it and the round that waits or was answered last."""
    petition = Petition.objects.system("test").get(about_type="dues.Relief", about_id=str(relief.pk))
    return petition, Reply.objects.system("test").filter(petition=petition).latest("round")


def test_the_request_is_numbered_and_tells_what_the_branch_studied(house: factories.House, relief: Relief) -> None:
    petition, reply = of(relief)
    assert (petition.state, petition.superior, reply.organization) == ("sent", house.committee, house.committee)
    assert (petition.number, petition.about_url) == (1, relief.get_absolute_url())
    assert [word for word in ("大病", "支部委员会研究", "免交党费") if word not in petition.words] == []


def test_the_reply_of_the_committee_reworks_the_months(
    house: factories.House, committee: Actor, relief: Relief, two: list
) -> None:
    _, reply = of(relief)
    do(committee, "petitions.reply.answer", reply, Answer("agreed", "同意免交"))
    relief = reread(relief)
    assert (relief.state, relief.answer, relief.answered_on) == ("agreed", "同意免交", localdate())
    assert owed(two[0])[0].amount == ZERO
    agrees(house.root)


def test_a_leader_who_may_answer_sends_the_report_back_to_be_completed(
    house: factories.House, client: Client, office: Actor, relief: Relief
) -> None:
    others = [factories.account(f"yuangong{n}", "leader", house.root) for n in range(3)]
    leader = next(one for one in others if one.pk not in {relief.asked_by, office.account_id})
    client.force_login(leader)
    bare = post(client, "dues.relief.answer", relief, agree="returned", words=" ")
    assert "请写明意见" in bare.content.decode()
    assert post(client, "dues.relief.answer", relief, agree="returned", words="请补充病历").status_code == 302
    petition, reply = of(relief)
    assert (petition.state, reply.outcome, reply.by_account_id) == ("returned", "returned", leader.pk)
    assert (reread(relief).state, reread(relief).answer) == ("asked", "退回补充：请补充病历")
    assert titles(office) == ["补充后重报减免：李建国"]


def test_answering_the_relief_answers_the_request_with_a_number(second: Actor, relief: Relief) -> None:
    do(second, "dues.relief.answer", relief, AnswerRelief(Outcome.REFUSED, "收入没有减少"))
    petition, reply = of(relief)
    assert (reread(relief).state, petition.state, reply.outcome, reply.number) == ("refused", "refused", "refused", 1)
    assert petition.answer_words == "收入没有减少"


def test_returned_it_waits_for_the_branch_and_is_answered_after_the_second_sending(
    house: factories.House, committee: Actor, office: Actor, second: Actor, relief: Relief
) -> None:
    """The branch mends the relief itself, and the request says what the relief is now."""
    petition, reply = of(relief)
    do(committee, "petitions.reply.answer", reply, Answer("returned", "请补充病历"))
    assert (reread(relief).state, reread(relief).answer) == ("asked", "退回补充：请补充病历")
    with pytest.raises(Refused, match="退回"):
        do(second, "dues.relief.answer", relief, AnswerRelief(Outcome.AGREED))
    assert titles(second) == ["补充后重报减免：李建国"]  # nothing to be answered while it is not here
    asker = factories.actor(("petitions.view", "petitions.ask"), house.root, account_id=9)
    words = Draft(petition.organization, petition.kind, petition.title, "只改正文", house.committee, send=True)
    with pytest.raises(Refused, match="减免的页面"):
        do(asker, "petitions.petition.edit", petition, words)
    revised = AskRelief(this_month(), months.later(this_month(), 5), Decimal("2.00"), "大病，附病历", localdate())
    do(office, "dues.relief.revise", relief, revised)
    again, second_round = of(relief)
    assert (again.state, again.number, second_round.round) == ("sent", petition.number, 2)
    assert [word for word in ("附病历", "每月交 2.00 元") if word not in second_round.words] == []
    assert "附病历" not in reply.words  # what went up before stays as it was
    assert titles(second) == ["减免党费：李建国"]
    with pytest.raises(Refused, match="没有退回"):
        do(office, "dues.relief.revise", relief, revised)
    do(second, "dues.relief.answer", relief, AnswerRelief(Outcome.AGREED))
    assert (reread(relief).state, of(relief)[0].state) == ("agreed", "agreed")
    assert owed(relief.person)[0].amount == Decimal("2.00")


def test_a_relief_lies_in_the_inbox_once(house: factories.House, relief: Relief) -> None:
    """For who may answer both the relief and the request it is one matter; what is answered by a paper is not lost."""
    both = factories.actor(
        ("dues.approve", "dues.view", "petitions.view", "petitions.answer"), house.root, account_id=7
    )
    assert titles(both) == [f"减免党费：{relief.person.name}"]
    petition, reply = of(relief)
    Petition.objects.system("test").filter(pk=petition.pk).update(superior=None, outside="市直机关工委")
    Reply.objects.system("test").filter(pk=reply.pk).update(external=True)
    assert titles(both) == [f"登记上级批复：{petition.title}"]


@pytest.mark.parametrize("door", ["relief", "petition"])
def test_taken_back_by_either_door_both_are(house: factories.House, office: Actor, relief: Relief, door: str) -> None:
    petition, _ = of(relief)
    if door == "relief":
        do(office, "dues.relief.withdraw", relief, Why("写错了"))
    else:
        asker = factories.actor(("petitions.view", "petitions.ask"), house.root, account_id=9)
        do(asker, "petitions.petition.withdraw", petition, Why("写错了"))
    assert (reread(relief).state, reread(petition).state, of(relief)[1].outcome) == ("withdrawn",) * 3


def test_a_committee_outside_answers_by_its_paper_only(
    house: factories.House, office: Actor, second: Actor, two: list, monkeypatch: pytest.MonkeyPatch
) -> None:
    assessed(office, house.root)
    monkeypatch.setattr("zhibu.apps.petitions.queries.superiors", lambda *_: [])
    data: dict[str, Any] = {
        "since": this_month(),
        "until": this_month(),
        "amount": ZERO,
        "reason": "大病",
        "studied_on": localdate(),
    }
    with pytest.raises(Refused, match="上级组织"):
        do(office, "dues.relief.ask", two[0], AskRelief(**data))
    made = do(office, "dues.relief.ask", two[0], AskRelief(**data, outside="市直机关工委"))
    with pytest.raises(Refused, match="不在本平台"):
        do(second, "dues.relief.answer", made, AnswerRelief(Outcome.AGREED))


def test_the_page_of_the_relief_shows_the_request(house: factories.House, client: Client, relief: Relief) -> None:
    client.force_login(factories.account("zuzhi", "organization_department", house.root))
    page = client.get(relief.get_absolute_url()).content.decode()
    petition, _ = of(relief)
    assert [word for word in (petition.number_text, "待批复", str(house.committee)) if word not in page] == []
