"""A branch asks its superior: numbers, answers, what comes back, what each side sees."""

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from tests import factories
from tests.acting import post
from tests.matrix.sensitive import picture
from tests.reading import pdf_text
from zhibu.apps.organizations.events import OrganizationDissolving
from zhibu.apps.petitions import queries
from zhibu.apps.petitions.events import PetitionAnswered, PetitionWithdrawn
from zhibu.apps.petitions.models import Petition, Reply
from zhibu.apps.petitions.services import ask
from zhibu.apps.petitions.services.answering import Answer
from zhibu.apps.petitions.services.asking import Draft
from zhibu.apps.voting import registries
from zhibu.kernel import actions, events, files, inbox
from zhibu.kernel.actions import Act, Refused, Why
from zhibu.kernel.actor import SYSTEM, Actor
from zhibu.kernel.files import Scan
from zhibu.kernel.messages.models import Message

pytestmark = pytest.mark.django_db

ASKS = ("petitions.view", "petitions.ask", "organizations.view")
ANSWERS = ("petitions.view", "petitions.answer", "organizations.view")


@pytest.fixture
def secretary(house: factories.House) -> Actor:
    who = factories.person("王书记", house.root, party=house.east)
    return factories.actor(ASKS, house.east, account_id=11, person_id=who.pk)


@pytest.fixture
def office(house: factories.House) -> Actor:
    return factories.actor(ANSWERS, house.committee, account_id=12)


@pytest.fixture
def heard() -> Iterator[list[Any]]:
    found: list[Any] = []
    with events.isolated():
        events.subscribe(PetitionAnswered)(lambda event: found.append(event))  # type: ignore[arg-type]
        events.subscribe(PetitionWithdrawn)(lambda event: found.append(event))  # type: ignore[arg-type]
        yield found


def do(actor: Actor, code: str, obj: Any, data: Any = None) -> Any:
    uid = obj.uid if obj is not None else None
    return actions.perform(actions.get(code), actor, uid=uid, data=data, key=uuid.uuid4()).result


def drafted(actor: Actor, house: factories.House, title: str = "关于开展主题党日的请示", **more: Any) -> Petition:
    made: Petition = do(
        actor, "petitions.petition.draft", None, Draft(house.east, "activity", title, "拟于下月参观。", **more)
    )
    return made


def arrived(petition: Petition) -> Reply:
    found: Reply = Reply.objects.system("test").get(petition=petition, outcome="waiting")
    return found


def test_a_request_is_numbered_answered_and_told(
    house: factories.House, secretary: Actor, office: Actor, heard: list[Any]
) -> None:
    petition = drafted(secretary, house, send=True)
    year = localdate().year
    assert petition.number_text == f"东山支部请〔{year}〕1号"
    assert petition.superior == house.committee
    assert [item.title for item in inbox.items(office)] == ["批复：关于开展主题党日的请示"]
    reply = do(office, "petitions.reply.answer", arrived(petition), Answer("agreed", "注意安全。"))
    petition.refresh_from_db()
    assert (petition.state, petition.answer_number) == ("agreed", f"{house.committee}复〔{year}〕1号")
    assert petition.answered_on == reply.on == localdate()
    offered = [
        len(registries.approvals(secretary, house.east, kind)) for kind in ("activity", "exclusion", "online_vote")
    ]
    assert offered == [1, 0, 0]  # that an outing was agreed to is no consent to leave somebody out of the roll
    assert [type(event).__name__ for event in heard] == ["PetitionAnswered"]
    assert heard[0].agreed
    told = Message.objects.system("test").get()
    assert told.person_id == secretary.person_id
    assert "上级已同意" in told.body
    assert not inbox.items(office)


def test_numbers_have_no_gaps_and_a_draft_takes_none(house: factories.House, secretary: Actor) -> None:
    draft = drafted(secretary, house, "还没有想好的请示")
    assert draft.number is None
    first = drafted(secretary, house, "第一份", send=True)
    with pytest.raises(Refused), transaction.atomic():
        do(secretary, "petitions.petition.draft", None, Draft(house.east, "election_hold", "手写", "不行", send=True))
    assert [first.number, do(secretary, "petitions.petition.send", draft).number] == [1, 2]


def test_what_was_returned_comes_again_under_its_number(
    house: factories.House, secretary: Actor, office: Actor
) -> None:
    petition = drafted(secretary, house, send=True)
    first = arrived(petition)
    with pytest.raises(Refused, match="写明理由"):
        do(office, "petitions.reply.answer", first, Answer("returned", " "))
    do(office, "petitions.reply.answer", first, Answer("returned", "请附预算。"))
    assert [item.title for item in inbox.items(secretary)] == ["补充后再发出：关于开展主题党日的请示"]
    paper = files.store_made(b"%PDF-1.4 budget", mime="application/pdf")
    data = Draft(house.east, "activity", petition.title, "附预算。", attachments=[Scan(paper, "预算.pdf")], send=True)
    do(secretary, "petitions.petition.edit", petition, data)
    again = arrived(petition)
    petition.refresh_from_db()
    assert (again.round, petition.number, petition.state) == (2, 1, "sent")
    assert first.words == "拟于下月参观。"  # what was sent first stays
    assert again.words == "附预算。"
    assert [one.name for one in files.attached(office, again)] == ["预算.pdf"]
    with pytest.raises(Refused, match="已经批复"):
        do(office, "petitions.reply.answer", first, Answer("agreed", ""))


def test_nobody_answers_what_they_asked(house: factories.House, secretary: Actor) -> None:
    petition = drafted(secretary, house, send=True)
    both = factories.actor((*ASKS, *ANSWERS), house.root, account_id=99, person_id=secretary.person_id)
    with pytest.raises(Refused):
        do(both, "petitions.reply.answer", arrived(petition), Answer("agreed", ""))
    same_account = factories.actor(ANSWERS, house.root, account_id=11)
    with pytest.raises(Refused, match="您自己发出"):
        do(same_account, "petitions.reply.answer", arrived(petition), Answer("agreed", ""))
    for_the_asker = factories.actor(ANSWERS, house.root, account_id=13).on_behalf_of(secretary.person_id)
    with pytest.raises(Refused):
        do(for_the_asker, "petitions.reply.answer", arrived(petition), Answer("agreed", ""))


def test_a_request_taken_back_waits_nowhere(
    house: factories.House, secretary: Actor, office: Actor, heard: list[Any]
) -> None:
    petition = drafted(secretary, house, send=True)
    reply = arrived(petition)
    do(secretary, "petitions.petition.withdraw", petition, Why("改期"))
    assert not inbox.items(office)
    with pytest.raises(Refused, match="已撤回"):
        do(office, "petitions.reply.answer", reply, Answer("agreed", ""))
    assert [type(event).__name__ for event in heard] == ["PetitionWithdrawn"]
    assert drafted(secretary, house, "另一份", send=True).number == 2  # its number is not used again


def test_a_committee_does_not_answer_itself_and_the_sibling_sees_nothing(
    house: factories.House, secretary: Actor
) -> None:
    petition = drafted(secretary, house, send=True)
    west = factories.actor((*ASKS, *ANSWERS), house.west, account_id=14)
    assert not queries.listed(west).exists()
    assert not queries.arrived(west).exists()
    head = factories.actor((*ASKS, *ANSWERS), house.east, account_id=15)
    assert queries.listed(head).get() == petition
    assert not queries.arrived(head).exists()  # it came to the committee, not to the branch


def test_a_superior_outside_is_entered_with_its_paper(house: factories.House, office: Actor) -> None:
    asks = factories.actor(ASKS, house.committee, account_id=21)
    with pytest.raises(Refused, match="没有找到"):
        do(
            asks,
            "petitions.petition.draft",
            None,
            Draft(house.committee, "other", "关于印章的请示", "拟刻印章。", send=True),
        )
    data = Draft(house.committee, "other", "关于印章的请示", "拟刻印章。", outside="中共东江市委组织部", send=True)
    petition = do(asks, "petitions.petition.draft", None, data)
    reply = arrived(petition)
    assert reply.external
    with pytest.raises(Refused, match="扫描件"):
        do(office, "petitions.reply.answer", reply, Answer("agreed", "", "东组复〔2026〕9号", localdate()))
    scan = Scan(files.store_made(b"%PDF-1.4 answer", mime="application/pdf"), "来文.pdf")
    early = Answer("agreed", "", "东组复〔2026〕9号", localdate() - timedelta(days=1), [scan])
    with pytest.raises(Refused, match="批复日期"):
        do(office, "petitions.reply.answer", reply, early)
    done = do(office, "petitions.reply.answer", reply, Answer("agreed", "", "东组复〔2026〕9号", localdate(), [scan]))
    assert (done.number, done.number_text) == (None, "东组复〔2026〕9号")


def test_another_app_asks_inside_its_act(house: factories.House, office: Actor) -> None:
    act = Act(SYSTEM, "test.act", "测试")
    with transaction.atomic():
        petition = ask(
            act, organization=house.west, kind="election_hold", title="关于换届的请示", words="届满。", about=house.west
        )
    assert queries.about(house.west) == [petition]
    assert queries.agreed(house.west, "election_hold") is None
    do(office, "petitions.reply.answer", arrived(petition), Answer("agreed", ""))
    assert queries.agreed(house.west, "election_hold") == petition


def test_an_organisation_with_open_requests_is_not_dissolved(house: factories.House) -> None:
    asks = factories.actor(ASKS, house.west, account_id=31)
    do(asks, "petitions.petition.draft", None, Draft(house.west, "other", "关于印章的请示", "拟刻印章。", send=True))
    for place in (house.west, house.committee):
        with pytest.raises(Refused, match="请示"), transaction.atomic():
            events.publish(OrganizationDissolving(place.pk, localdate(), SYSTEM, "合并"))


def test_the_pages_of_both_sides_and_the_paper(client: Client, house: factories.House) -> None:
    own = factories.person("王书记", house.root, party=house.east)
    client.force_login(factories.account("shuji", "branch_secretary", house.east, of=own))
    page = post(
        client, "petitions.petition.draft", organization=house.east.uid, kind="activity", title="关于参观的请示",
        words="拟参观。\n人数 12 人。", when="send", attachments=SimpleUploadedFile("方案.jpg", picture(), "image/jpeg"),
    )  # fmt: skip
    assert page.status_code == 302, page.content.decode()
    petition = Petition.objects.system("test").get()
    shown = client.get(petition.get_absolute_url()).content.decode()
    assert "方案.jpg" in shown
    assert "等待批复" in shown
    reply = arrived(petition)
    assert client.get(reply.get_absolute_url()).status_code == 404
    client.force_login(factories.account("zuzhi", "organization_department", house.root))
    form = client.get(reverse("action-on", args=["petitions.reply.answer", reply.uid])).content.decode()
    assert "拟参观。" in form
    assert post(client, "petitions.reply.answer", reply, outcome="refused").status_code == 422
    assert post(client, "petitions.reply.answer", reply, outcome="agreed", words="").status_code == 302
    made = client.get(reverse("print", args=["petitions.request", petition.uid]))
    text = re.sub(r"\s", "", pdf_text(made.content))
    assert "东山支部请〔" in text
    assert "同意所请事项" in text
    assert "附件：方案" in text
    for slug in ("petitions", "petition-replies"):
        assert "关于参观的请示" in client.get(reverse(slug), {"q": "参观", "below": house.root.uid}).content.decode()
        assert client.post(reverse(f"{slug}-export")).status_code == 200
