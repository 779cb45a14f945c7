"""A relief goes up as a numbered request and follows the answer, whichever of the two is opened."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import localdate

from tests import factories
from tests.dues.helpers import NOW, agrees, assessed, do, owed
from zhibu.apps.dues import months
from zhibu.apps.dues.models import Relief
from zhibu.apps.dues.services.easing import AnswerRelief, AskRelief
from zhibu.apps.petitions.models import Petition, Reply
from zhibu.apps.petitions.services.answering import Answer
from zhibu.apps.petitions.services.asking import Draft
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
        office, "dues.relief.ask", two[0], AskRelief(NOW, months.later(NOW, 2), ZERO, "大病", localdate())
    )
    return asked


def reread(one: Any) -> Any:
    """Return it as it stands."""
    return type(one).objects.system("test").get(pk=one.pk)


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


def test_answering_the_relief_answers_the_request_with_a_number(second: Actor, relief: Relief) -> None:
    do(second, "dues.relief.answer", relief, AnswerRelief(False, "收入没有减少"))
    petition, reply = of(relief)
    assert (reread(relief).state, petition.state, reply.outcome, reply.number) == ("refused", "refused", "refused", 1)
    assert petition.answer_words == "收入没有减少"


def test_returned_it_waits_for_the_branch_and_is_answered_after_the_second_sending(
    house: factories.House, committee: Actor, second: Actor, relief: Relief
) -> None:
    petition, reply = of(relief)
    do(committee, "petitions.reply.answer", reply, Answer("returned", "请补充病历"))
    assert (reread(relief).state, reread(relief).answer) == ("asked", "退回补充：请补充病历")
    with pytest.raises(Refused, match="退回"):
        do(second, "dues.relief.answer", relief, AnswerRelief(True))
    asker = factories.actor(("petitions.view", "petitions.ask"), house.root, account_id=9)
    again = Draft(
        petition.organization, petition.kind, petition.title, petition.words + "附病历。", house.committee, send=True
    )
    do(asker, "petitions.petition.edit", petition, again)
    do(second, "dues.relief.answer", relief, AnswerRelief(True))
    assert (reread(relief).state, of(relief)[0].state) == ("agreed", "agreed")


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
    data: dict[str, Any] = {"since": NOW, "until": NOW, "amount": ZERO, "reason": "大病", "studied_on": localdate()}
    with pytest.raises(Refused, match="上级组织"):
        do(office, "dues.relief.ask", two[0], AskRelief(**data))
    made = do(office, "dues.relief.ask", two[0], AskRelief(**data, outside="市直机关工委"))
    with pytest.raises(Refused, match="不在本平台"):
        do(second, "dues.relief.answer", made, AnswerRelief(True))


def test_the_page_of_the_relief_shows_the_request(house: factories.House, client: Client, relief: Relief) -> None:
    client.force_login(factories.account("zuzhi", "organization_department", house.root))
    page = client.get(relief.get_absolute_url()).content.decode()
    petition, _ = of(relief)
    assert [word for word in (petition.number_text, "待批复", str(house.committee)) if word not in page] == []
