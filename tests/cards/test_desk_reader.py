"""The desk and the reader beside it: a tap is shown at once, to those who sit there, and who saw it is written down."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.cards.helpers import card
from tests.cards.machines import CpuCard, Machine, genuine
from zhibu.apps.cards import rules, views_news
from zhibu.apps.cards.models import Card, ReaderDevice, Tap
from zhibu.apps.cards.services import card_keys
from zhibu.apps.people.models import Person
from zhibu.kernel import audit
from zhibu.kernel.crypto import current_key, install

pytestmark = pytest.mark.django_db
CHIP = "04A1B2C3"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(views_news, "HOLD", 0)


@pytest.fixture
def desk(client: Client, house: factories.House) -> Client:
    client.force_login(factories.account("gongzuozhan", "workstation_clerk", house.station))
    return client


def news(desk: Client, machine: Machine, after: int = 0, mark: str = "", **more: Any) -> Any:
    body = {"device": machine.device.uid, "after": after, "mark": mark}
    return desk.post(reverse("desk-news"), body, headers={"HX-Request": "true"}, **more)


def last() -> Tap:
    found: Tap = Tap.objects.system("test").order_by("-pk")[0]
    return found


def test_the_next_tap_comes_to_the_page_and_who_saw_it_is_written_down(
    desk: Client, machine: Machine, house: factories.House, chen: Person
) -> None:
    card(house.root, CHIP, chen)
    page = desk.get(reverse("desk")).content.decode()
    assert "联机读卡器“一号窗口”没有连上" in page
    machine.agent.send()
    first = news(desk, machine)
    assert "联机读卡器“一号窗口”已连接" in first.content.decode()
    mark = first["X-Desk-Mark"]
    assert news(desk, machine, 0, mark).status_code == 204
    machine.tap(CHIP)
    answer = news(desk, machine, 0, mark)
    html = answer.content.decode()
    assert "陈桂芳" in html
    assert "data-new" in html
    assert answer["X-Desk-After"] == "1"
    assert "no-store" in answer["Cache-Control"]
    assert last().account_name == "gongzuozhan"
    lines = [line.summary for line in audit.history("cards.Tap", str(last().pk))]
    assert lines == ["识别台显示：已识别，陈桂芳", "一号窗口：已识别，陈桂芳"]
    assert news(desk, machine, 1, answer["X-Desk-Mark"]).status_code == 204


def test_taps_that_come_late_are_logged_but_not_shown(
    desk: Client, machine: Machine, house: factories.House, chen: Person
) -> None:
    card(house.root, CHIP, chen)
    machine.tap(CHIP)
    Tap.objects.system("test").update(at=timezone.now() - timedelta(minutes=2))
    assert "陈桂芳" not in news(desk, machine).content.decode()


def test_the_desk_says_how_the_reader_stands(desk: Client, machine: Machine) -> None:
    for change, words in (
        ({"seen_at": timezone.now() - timedelta(minutes=2)}, "没有连上"),
        ({"seen_at": timezone.now(), "readers": ""}, "没有插读卡器"),
        ({"readers": "ACR122U", "waiting": 3}, "正在补传 3 次"),
        ({"waiting": 0}, "已连接"),
        ({"state": "revoked"}, "已停用"),
    ):
        ReaderDevice.objects.system("test").update(**change)
        assert words in news(desk, machine).content.decode()


def test_nobody_listens_to_a_reader_elsewhere(client: Client, machine: Machine, house: factories.House) -> None:
    for role, at in (("workstation_clerk", house.department), ("archivist", house.root)):
        client.force_login(factories.account(role, role, at))
        assert news(client, machine).status_code == 404
        assert machine.device.name not in client.get(reverse("desk")).content.decode()
    client.force_login(factories.account("zuzhi", "organization_department", house.root))
    page = client.get(reverse("desk")).content.decode()
    assert f"{machine.device.name}（{house.station}）" in page
    assert "data-news" not in page, "the desk of the root listens to a reader below only when it is chosen"
    assert "data-news" in client.get(reverse("desk"), {"device": machine.device.uid}).content.decode()
    assert "data-news" not in client.get(reverse("desk"), {"device": "-"}).content.decode()
    for nonsense in ("", "x", "\0"):
        assert client.post(reverse("desk-news"), {"device": nonsense}).status_code == 404


def test_without_script_a_button_shows_the_last_tap(
    desk: Client, machine: Machine, house: factories.House, chen: Person
) -> None:
    card(house.root, CHIP, chen)
    body = {"device": machine.device.uid}
    assert "刚才没有刷过卡" in desk.post(reverse("desk-news"), body, follow=True).content.decode()
    machine.tap(CHIP)
    assert "陈桂芳" in desk.post(reverse("desk-news"), body, follow=True).content.decode()


def test_only_so_many_desks_keep_a_thread(desk: Client, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views_news, "HOLD", 30)
    monkeypatch.setattr(views_news, "LOOK", 1000)
    machine.agent.send()
    mark = news(desk, machine)["X-Desk-Mark"]
    taken = [views_news._free.acquire(blocking=False) for _ in range(views_news.HELD)]
    try:
        assert all(taken)
        assert news(desk, machine, 0, mark).status_code == 204
    finally:
        for _ in taken:
            views_news._free.release()


@pytest.fixture
def cpu(house: factories.House, chen: Person) -> Card:
    return card(house.root, CHIP, chen, kind="cpu", key_id=current_key("card")[0])


def test_a_genuine_cpu_card_is_told_from_a_copied_number(
    desk: Client, machine: Machine, cpu: Card, chen: Person
) -> None:
    machine.tap(genuine(CHIP))
    assert (last().outcome, last().person) == (rules.IDENTIFIED, chen)
    for copy in (CpuCard(CHIP, None), CpuCard(CHIP, bytes(16))):
        machine.tap(copy)
        assert last().outcome == rules.FORGED
        html = news(desk, machine).content.decode()
        assert "可能是复制的卡" in html
        assert 'role="alert"' in html
        assert "陈桂芳" not in html
    machine.tap(CHIP)  # a card that only stores
    assert last().outcome == rules.FORGED
    assert "可能是复制的卡" in machine.said[-1]


def test_keys_made_from_an_earlier_house_key_stay_good(machine: Machine, cpu: Card) -> None:
    made = genuine(CHIP)
    install("card", bytes(range(16)))
    machine.tap(made)
    assert last().outcome == rules.IDENTIFIED
    machine.tap(genuine(CHIP))
    assert last().outcome == rules.FORGED


def test_an_answer_is_good_once_for_one_card_and_not_for_long(
    machine: Machine, cpu: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.tap(genuine(CHIP), send=False)
    (tap,) = machine.store.pending(9)
    machine.agent.send()
    machine.store.add(CHIP, storage=False, challenge=tap.challenge, response=tap.response)
    machine.agent.send()
    assert last().outcome == rules.FORGED
    machine.tap(genuine(CHIP), send=False)
    import time

    later = time.time() + 60
    monkeypatch.setattr("zhibu.apps.cards.services.card_keys.time.time", lambda: later)
    machine.agent.send()
    assert last().outcome == rules.FORGED


def test_a_cpu_card_tapped_while_the_server_was_away_is_not_taken_for_genuine(machine: Machine, cpu: Card) -> None:
    machine.line.cut = True
    machine.tap(genuine(CHIP), send=False)
    machine.line.cut = False
    machine.agent.send()
    assert (last().outcome, last().person.name) == (rules.UNPROVEN, "陈桂芳")


def test_a_lost_cpu_card_is_lost_and_a_keyboard_reader_proves_nothing(
    desk: Client, machine: Machine, cpu: Card, house: factories.House
) -> None:
    Card.objects.system("test").update(state="lost")
    machine.tap(genuine(CHIP))
    assert last().outcome == rules.LOST
    Card.objects.system("test").update(state="active")
    from tests.cards.helpers import reader

    reader(house.root, "hex")
    body = {"raw": CHIP, "key": "0" * 32, "source": "wedge"}
    html = desk.post(reverse("desk"), body, headers={"HX-Request": "true"}).content.decode()
    assert "没有验证的 CPU 卡" in html
    assert "陈桂芳" not in html


def test_the_agent_learns_nothing_of_a_card_but_what_it_must_ask(
    machine: Machine, cpu: Card, house: factories.House
) -> None:
    asked = machine.agent.link.call(ask=CHIP)
    assert set(asked["question"]) == {"id", "apdu"}
    assert asked["question"]["apdu"].startswith("0088000010")
    assert machine.agent.link.call(ask="04999999")["question"] is None


def test_the_card_key_is_agreed_with_the_maker(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import io

    from django.core.management import CommandError, call_command

    monkeypatch.setattr("sys.stdin", io.StringIO("0123456789abcdef fedcba9876543210\n"))
    call_command("cardkey", "--set")
    assert current_key("card")[1].hex() == "0123456789abcdeffedcba9876543210"
    told = capsys.readouterr().out
    assert "0123456789abcdef" not in told
    assert f"校验值 {card_keys.check_value(current_key('card')[1])}" in told
    monkeypatch.setattr("sys.stdin", io.StringIO("12\n"))
    with pytest.raises(CommandError, match="32 位"):
        call_command("cardkey", "--set")


def test_a_cards_own_key_is_made_as_cards_are_diversified() -> None:
    house = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    assert card_keys.answer_of(house, house).hex().upper() == "681EDF34D206965E86B3E94F536E4246"  # GB/T 32907, A.1
    factor = bytes.fromhex("0000000004A1B2C3FFFFFFFFFB5E4D3C")
    assert card_keys.own_key(house, CHIP) == card_keys.answer_of(house, factor)
