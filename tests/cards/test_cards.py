"""Registering, issuing, losing, replacing, returning: who may, what follows, what is refused."""

import re
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from tests import factories
from tests.acting import post
from tests.cards.helpers import card, clerk, do, reader
from zhibu.apps.cards import rules
from zhibu.apps.cards.models import Card, CardBatch, State
from zhibu.apps.cards.services.cards import Extend, Issue, IssueTo, Replace
from zhibu.apps.people import search
from zhibu.apps.people.models import Person
from zhibu.apps.people.services.life import LifeInput
from zhibu.kernel import actions, audit
from zhibu.kernel.actions import Refused, Why
from zhibu.kernel.cardnumbers import CardNumberError
from zhibu.kernel.scope import OutsideScope

pytestmark = pytest.mark.django_db


@pytest.fixture
def chen(house: factories.House) -> Person:
    return factories.person("陈桂芳", house.station, party=house.east)


@pytest.fixture
def office(client: Client, house: factories.House) -> Client:
    client.force_login(factories.account("zuzhi", "organization_department", house.root))
    return client


def sent(client: Client, code: str, obj: Any = None, **data: Any) -> tuple[int, str]:
    """Submit an act's form; return the status and the words of the page."""
    answer = post(client, code, obj, **data)
    return answer.status_code, re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.mark.parametrize(
    ("form", "raw", "length"),
    [
        ("hex", "04A1B2C3", 0), ("hex", "0x04a1b2c3", 4), ("hex-reversed", "C3B2A104", 0), ("dec", "0077705923", 0),
        ("dec-reversed", "3283263748", 0), ("8h10d", "0077705923", 0), ("4h4h", "01185,45763", 0), ("dec", "７７７０５９２３", 0),
    ],
)  # fmt: skip
def test_every_way_of_writing_four_bytes_is_the_same_card(form: str, raw: str, length: int) -> None:
    assert rules.enrolled(raw, form, length) == "04A1B2C3"


@pytest.mark.parametrize(
    ("form", "raw"),
    [("hex", "04A1B2C3D4E5F6"), ("hex-reversed", "F6E5D4C3B2A104"), ("dec", str(0x04A1B2C3D4E5F6)),
     ("dec-reversed", str(int.from_bytes(bytes.fromhex("04A1B2C3D4E5F6"), "little")))],
)  # fmt: skip
def test_every_way_of_writing_seven_bytes_is_the_same_card(form: str, raw: str) -> None:
    assert rules.enrolled(raw, form, 0) == "04A1B2C3D4E5F6"


@pytest.mark.parametrize(
    ("raw", "code"), [("08A1B2C3", "cards.random"), ("00000000", "cards.zero"), ("xyz", "cards.format")]
)
def test_what_cannot_be_enrolled(raw: str, code: str) -> None:
    with pytest.raises(CardNumberError) as refused:
        rules.enrolled(raw, "hex", 0)
    assert refused.value.code == code


def test_a_reader_that_loses_bytes_is_refused_at_set_up_with_the_reason(office: Client, house: factories.House) -> None:
    data = {"organization": house.root.uid, "name": "一号窗口", "length": "0", "form": "6h8d"}
    status, text = sent(office, "cards.reader.create", **data)
    assert status == 422
    assert "只保留卡号的后三个字节" in text
    assert sent(office, "cards.reader.create", **{**data, "form": "8h10d"})[0] == 302


def test_a_test_read_shows_what_it_became(office: Client, house: factories.House) -> None:
    made, kept = reader(house.root, "dec"), card(house.root, "04A1B2C3")
    url = made.get_absolute_url()
    assert f'这是卡 <a href="{kept.get_absolute_url()}"' in office.get(url, {"raw": "0077705923"}).content.decode()
    assert "随机卡号" in office.get(url, {"raw": str(0x08A1B2C3)}).content.decode()
    assert "不符" in office.get(url, {"raw": "04A1B2C3"}).content.decode()


def test_a_batch_is_typed_or_scanned_line_by_line(office: Client, house: factories.House) -> None:
    profile = reader(house.root, "dec")
    data = {"organization": house.root.uid, "received_on": "2026-11-02", "reader": profile.uid, "supplier": "某厂"}
    lines = "K000101 0077705923\nK000102\t77705924\n\n K-000103，77705925 "
    status, text = sent(office, "cards.batch.register", **data, lines=lines)
    assert status == 302, text
    made = CardBatch.objects.system("test").get()
    assert str(made) == "卡2026-0001"
    rows = Card.objects.system("test").filter(batch=made).order_by("number")
    assert list(rows.values_list("number", "chip", "state")) == [
        ("K000101", "04A1B2C3", "blank"), ("K000102", "04A1B2C4", "blank"), ("K000103", "04A1B2C5", "blank"),
    ]  # fmt: skip
    status, text = sent(
        office, "cards.batch.register", **data,
        lines=f"K000101 1\nK9 2\nK000109 {0x08000001}\nK000110 77705923\nK000111\nK000112 5\nK000112 6",
    )  # fmt: skip
    assert status == 422
    for told in ("“K9”不像卡面号码", "第 3 行", "随机卡号", "第 5 行：每行先写", "第 7 行与第 6 行重复"):
        assert told in text, told
    status, text = sent(office, "cards.batch.register", **data, lines="K000101 1\nK000110 77705923")
    assert "第 1 行：卡面号码 K000101 已经登记过" in text
    assert "第 2 行：这张卡（K000110）的芯片号已经登记过" in text
    assert CardBatch.objects.system("test").count() == 1


def test_from_blank_to_replaced(house: factories.House, chen: Person) -> None:
    actor, first, second = clerk(house.root), card(house.root), card(house.root)
    do("cards.card.issue", actor, first, Issue(chen))
    first.refresh_from_db()
    assert (first.state, first.holder, first.valid_to.year) == ("active", chen, localdate().year + rules.YEARS)
    with pytest.raises(Refused, match="已有一张使用中的卡"):
        do("cards.card.issue", actor, second, Issue(chen))
    do("cards.card.lost", actor, first, Why("掉了"))
    do("cards.card.found", actor, first, Why("找到了"))
    new = do("cards.card.replace", actor, first, Replace(second, "旧卡损坏"))
    first.refresh_from_db()
    assert (first.state, first.replaced_by, new.state, new.holder) == ("destroyed", second, "active", chen)
    assert first.meaning(localdate()) == rules.REPLACED
    for code in ("cards.card.found", "cards.card.issue", "cards.card.destroy"):
        with pytest.raises(Refused):
            do(code, actor, first, Issue(chen) if code.endswith("issue") else Why("试"))
    do("cards.card.extend", actor, second, Extend(date(2040, 1, 1)))
    with pytest.raises(Refused, match="晚于"):
        do("cards.card.extend", actor, second, Extend(date(2039, 1, 1)))
    do("cards.card.return", actor, second, Why("退休"))
    zhang = factories.person("张伟", house.station)
    do("cards.card.issue_to", actor, zhang, IssueTo(second))
    second.refresh_from_db()
    assert (second.state, second.holder) == ("active", zhang)


def test_a_lost_card_is_not_found_again_while_there_is_another(house: factories.House, chen: Person) -> None:
    actor, lost = clerk(house.root), card(house.root, holder=chen, state="lost")
    card(house.root, holder=chen)
    with pytest.raises(Refused, match="已有一张使用中的卡"):
        do("cards.card.found", actor, lost, Why("找到了"))
    lost.refresh_from_db()
    assert lost.state == State.LOST


def test_nobody_gives_cards_of_or_to_another_subtree(house: factories.House, chen: Person) -> None:
    actor = clerk(house.department)
    with pytest.raises(Http404):
        do("cards.card.issue", actor, card(house.root), Issue(chen))
    with pytest.raises(OutsideScope):
        do("cards.card.issue", actor, card(house.department), Issue(chen))


def test_the_card_is_given_from_the_persons_page(office: Client, house: factories.House, chen: Person) -> None:
    profile, blank = reader(house.root, "dec"), card(house.root, "04A1B2C3")
    page = office.get(chen.get_absolute_url()).content.decode()
    assert reverse("action-on", args=["cards.card.issue_to", chen.uid]) in page
    data = {"reader": profile.uid, "valid_to": "2036-01-01", "rev": chen.rev}
    status, text = sent(office, "cards.card.issue_to", chen, card="77705000", **data)
    assert status == 422
    assert "没有这张可以发的卡" in text
    assert sent(office, "cards.card.issue_to", chen, card="0077705923", **data)[0] == 302
    page = office.get(chen.get_absolute_url()).content.decode()
    assert blank.number in page
    assert f"领用 IC 卡 {blank.number}" in page
    assert reverse("action-on", args=["cards.card.issue_to", chen.uid]) not in page


def test_the_one_box_finds_by_printed_number_as_long_as_the_card_is_theirs(
    house: factories.House, chen: Person
) -> None:
    actor, made = clerk(house.root), card(house.root, number="K000777")
    assert search.find(actor, "K000777") == []
    do("cards.card.issue", actor, made, Issue(chen))
    assert search.find(actor, "k-000777") == [chen]
    assert search.is_number("K000777")
    assert search.find(clerk(house.department), "K000777") == []
    do("cards.card.return", actor, made, Why("退"))
    assert search.find(actor, "K000777") == []


@pytest.mark.parametrize("code", ["leave", "die"])
def test_leaving_and_dying_stop_the_cards(house: factories.House, chen: Person, code: str) -> None:
    used, lost = card(house.root, holder=chen), card(house.root, holder=chen, state="lost")
    actor = factories.actor(("people.view", "people.edit.work", "people.edit.identity"), house.root)
    do(f"people.life.{code}", actor, chen, LifeInput(on=localdate(), reason="批文"))
    for one in (used, lost):
        one.refresh_from_db()
        assert one.state == State.RETURNED
    assert "停用" in audit.history("cards.Card", str(used.pk))[0].summary


def test_an_organisation_that_keeps_cards_is_not_dissolved(house: factories.House) -> None:
    from zhibu.apps.organizations.services.closing import Dissolution

    kept = card(house.department)
    actor = factories.actor(("organizations.restructure", "cards.manage"), house.root)
    data = Dissolution(on=localdate(), reason="撤并")
    with pytest.raises(Refused, match="还保管着 1 张卡"):
        do("organizations.organization.dissolve", actor, house.department, data)
    do("cards.card.destroy", actor, kept, Why("报废"))
    do("organizations.organization.dissolve", actor, house.department, data)


def test_the_list_shows_what_is_about_to_end(office: Client, house: factories.House, chen: Person) -> None:
    soon = card(house.root, holder=chen, valid_to=localdate() + timedelta(days=5))
    later = card(house.root, holder=factories.person("张伟", house.root), valid_to=localdate() + timedelta(days=300))
    page = office.get(reverse("cards"), {"state": "soon"}).content.decode()
    assert soon.number in page
    assert later.number not in page
    assert "陈桂芳" in office.get(reverse("cards"), {"q": "陈桂"}).content.decode()


def test_only_one_submission_counts(house: factories.House, chen: Person) -> None:
    actor, made, key = clerk(house.root), card(house.root), uuid.uuid4()
    act = actions.get("cards.card.issue")
    assert not actions.perform(act, actor, uid=made.uid, data=Issue(chen), key=key).replayed
    assert actions.perform(act, actor, uid=made.uid, data=Issue(chen), key=key).replayed
