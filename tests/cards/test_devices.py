"""Readers with an agent: enrolled once, each tap in order and once, whatever happens on the way."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.cards.helpers import card, clerk, do
from tests.cards.machines import Line, Machine, PlainCard, Snatched, device
from zhibu.apps.cards import rules
from zhibu.apps.cards.models import DeviceState, ReaderDevice, Tap
from zhibu.apps.people.models import Person
from zhibu.kernel import audit
from zhibu.kernel.actions import Refused, Why
from zhibu.reader import link
from zhibu.reader.agent import CardGone
from zhibu.reader.link import Away, Turned
from zhibu.reader.protocol import Tap as SentTap
from zhibu.reader.protocol import signed_tap
from zhibu.reader.store import Busy, Store

pytestmark = pytest.mark.django_db
KEY = "ab" * 32


@pytest.fixture(autouse=True)
def fresh() -> None:
    cache.clear()


def taps() -> list[Tap]:
    return list(Tap.objects.system("test").order_by("pk"))


def now(machine: Machine) -> ReaderDevice:
    machine.device.refresh_from_db()
    return machine.device


def test_the_code_is_made_on_a_page_and_redeemed_once(client: Client, house: factories.House) -> None:
    client.force_login(factories.account("zuzhi", "organization_department", house.root))
    body = {"organization": house.station.uid, "name": "一号窗口", "key": str(uuid.uuid4()), "rev": ""}
    answer = client.post(reverse("action", args=["cards.device.create"]), body)
    made = ReaderDevice.objects.system("test").get()
    page = client.get(answer["Location"]).content.decode()
    assert f"zhibu reader enrol http://testserver/ {made.code}" in page
    line = Line()
    told = link.enrol(line.post, "http://testserver", made.code.lower().replace("-", " "), KEY, "电脑一")
    assert told["name"] == "一号窗口"
    made.refresh_from_db()
    assert (made.state, made.public_key, made.code, made.machine) == (DeviceState.ENROLLED, KEY, None, "电脑一")
    assert not made.present  # enrolled, but the agent does not run yet
    with pytest.raises(Turned, match="用过了"):
        link.enrol(line.post, "http://testserver", "ABCD-EFGH", KEY, "电脑二")
    assert "登记联机读卡器 一号窗口" in audit.history("cards.ReaderDevice", str(made.pk))[0].summary
    assert "zhibu reader enrol" not in client.get(made.get_absolute_url()).content.decode()


def test_codes_end_are_renewed_and_cannot_be_tried_through(house: factories.House) -> None:
    made, line = device(house.station), Line()
    old = made.code
    ReaderDevice.objects.system("test").update(code_until=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Turned, match="已过期"):
        link.enrol(line.post, "http://testserver", old, KEY, "电脑")
    new = do("cards.device.renew_code", clerk(house.root), made).code
    assert new != old
    for _ in range(30):
        with pytest.raises(Turned) as refused:
            link.enrol(line.post, "http://testserver", "AAAA-AAAA", KEY, "电脑")
    assert refused.value.code == "too_many"
    with pytest.raises(Turned, match="一分钟后"):
        link.enrol(line.post, "http://testserver", new, KEY, "电脑")


def test_a_tap_names_whom_the_desk_serves_and_is_logged(machine: Machine, house: factories.House, chen: Person) -> None:
    card(house.root, "04A1B2C3", chen)
    machine.tap("04A1B2C3")
    (tap,) = taps()
    assert (tap.outcome, tap.person, tap.organization, tap.tail) == (rules.IDENTIFIED, chen, house.station, "B2C3")
    assert (tap.source, tap.device, tap.sequence, tap.account_name) == ("reader", machine.device, 1, "")
    assert "陈桂芳" in audit.history("cards.Tap", str(tap.pk))[0].summary
    assert machine.said == ["第 1 次刷卡，尾号 B2C3", "第 1 次刷卡：已识别"]
    assert b"\xe9\x99\x88" not in b"".join(machine.line.calls)
    assert machine.store.waiting() == 0


@pytest.mark.parametrize(
    ("chip", "outcome"),
    [("04999999", "unknown"), ("08A1B2C3", "random"), ("", "unreadable"), ("01" * 10, "unreadable"), ("04A1B2C3D4E5F6", "identified")],
)  # fmt: skip
def test_what_was_read(machine: Machine, house: factories.House, chen: Person, chip: str, outcome: str) -> None:
    card(house.root, "04A1B2C3D4E5F6", chen)
    machine.tap(chip)
    assert taps()[0].outcome == outcome


@pytest.mark.parametrize("state", ["lost", "returned", "destroyed", "blank", "active"])
def test_of_people_the_desk_does_not_serve_nothing_is_told(
    machine: Machine, house: factories.House, state: str
) -> None:
    stranger = factories.person("张伟", house.department, party=house.west)
    card(house.department, "04A1B2C3", None if state == "blank" else stranger, state=state)
    machine.tap("04A1B2C3")
    assert (taps()[0].outcome, taps()[0].person) == (rules.ELSEWHERE, None)
    assert "挂失" not in " ".join(machine.said)


def test_the_server_is_away_and_comes_back(machine: Machine) -> None:
    machine.line.cut = True
    for number in range(120):
        machine.tap(f"04{number:06X}", send=False)
    with pytest.raises(Away):
        machine.agent.send()
    machine.start()
    assert machine.store.waiting() == 120
    machine.line.cut = False
    assert machine.agent.send() == 120
    assert [tap.sequence for tap in taps()] == list(range(1, 121))
    assert now(machine).waiting == 0


def test_lost_answers_make_no_second_tap(machine: Machine) -> None:
    machine.line.deaf = True
    machine.tap("04000001", send=False)
    for _ in range(3):
        with pytest.raises(Away):
            machine.agent.send()
        machine.start()
    machine.line.deaf = False
    machine.tap("04000002")
    assert [(tap.sequence, tap.tail) for tap in taps()] == [(1, "0001"), (2, "0002")]
    assert now(machine).missing == 0


def test_a_call_that_was_overheard_cannot_be_played_again(machine: Machine) -> None:
    seen: list[dict[str, str]] = []
    post = machine.line.post
    machine.agent.link.post = lambda address, body, headers, seconds: (
        seen.append(headers),  # type: ignore[func-returns-value]
        post(address, body, headers, seconds),
    )[1]
    machine.tap("04000001")
    answer = link.answer_of
    with pytest.raises(Turned) as refused:
        answer(*post("http://testserver/reader/call/", machine.line.calls[0], seen[0], 1))
    assert refused.value.code == "old_call"
    assert len(taps()) == 1


def test_nothing_unsigned_or_changed_on_the_way_or_on_the_disk_is_taken(machine: Machine) -> None:
    machine.tap("04000001", send=False)
    with machine.store._writing() as file:
        file.execute("UPDATE tap SET chip = '04000002'")
    with pytest.raises(Turned) as refused:
        machine.agent.send()
    assert refused.value.code == "bad"
    body = json.dumps({"device": str(machine.device.uid), "call": 9, "sent_at": "2026-11-24T00:00:00+00:00"}).encode()
    status, text = machine.line.post("http://testserver/reader/call/", body, {"X-Zhibu-Signature": "00" * 64}, 1)
    assert status == 401, text
    assert taps() == []


def test_a_copied_folder_is_found_out(machine: Machine) -> None:
    """Two machines with one key would number different taps alike."""
    machine.tap("04000001")
    key, uid = machine.store.key, machine.store.get("device")
    other = signed_tap(key, uid, SentTap(1, "ff" * 16, timezone.now().isoformat(), "04000009", True))
    with pytest.raises(Turned) as refused:
        machine.agent.link.call([other])
    assert refused.value.code == "other_tap"
    assert [tap.tail for tap in taps()] == ["0001"]


def test_lost_numbers_are_counted_and_hold_nothing_up(machine: Machine) -> None:
    machine.tap("04000001")
    machine.tap("04000002", send=False)
    machine.tap("04000003", send=False)
    with machine.store._writing() as file:
        file.execute("DELETE FROM tap WHERE sequence = 2")
    machine.agent.send()
    assert [tap.sequence for tap in taps()] == [1, 3]
    assert now(machine).missing == 1
    assert "缺第 2 至 2 次" in audit.history("cards.ReaderDevice", str(machine.device.pk))[0].summary


@pytest.mark.parametrize("off", [timedelta(days=-800), timedelta(hours=9), timedelta(days=3000)])
def test_a_wrong_clock_at_the_reader_does_not_matter(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, off: timedelta
) -> None:
    import zhibu.reader.link
    import zhibu.reader.store

    class Clock:
        @staticmethod
        def now(zone: Any) -> Any:
            return timezone.now() + off

    monkeypatch.setattr(zhibu.reader.link, "datetime", Clock)
    monkeypatch.setattr(zhibu.reader.store, "datetime", Clock)
    before = timezone.now()
    machine.tap("04000001")
    assert before - timedelta(seconds=1) <= taps()[0].at <= timezone.now()


def test_a_revoked_machine_is_heard_no_more(machine: Machine, house: factories.House) -> None:
    do("cards.device.revoke", clerk(house.root), machine.device, Why("电脑丢失"))
    with pytest.raises(Turned) as refused:
        machine.tap("04000001")
    assert refused.value.code == "revoked"
    assert taps() == []
    with pytest.raises(Refused, match="已经停用"):
        do("cards.device.revoke", clerk(house.root), now(machine), Why("再停"))


def test_a_merged_desk_keeps_its_reader_and_a_desk_with_one_is_not_closed(
    machine: Machine, house: factories.House
) -> None:
    from zhibu.apps.cards.services import ending
    from zhibu.apps.organizations.services.closing import Dissolution

    ending.move_cards(clerk(house.root), [house.station.pk], house.department.pk, "合并")
    assert now(machine).organization == house.department
    actor = factories.actor(("organizations.restructure",), house.root)
    dissolution = Dissolution(on=timezone.localdate(), reason="撤并")
    with pytest.raises(Refused, match="还有 1 台联机读卡器"):
        do("organizations.organization.dissolve", actor, house.department, dissolution)
    do("cards.device.revoke", clerk(house.root), now(machine), Why("撤并"))
    do("organizations.organization.dissolve", actor, house.department, dissolution)


def test_a_card_that_flutters_or_still_lies_there_is_one_tap(machine: Machine) -> None:
    lying = PlainCard("04000001")
    machine.agent.read("reader", lying)
    machine.agent.read("reader", lying)
    machine.start()
    machine.agent.read("reader", lying, first=True)
    machine.agent.read("another reader", lying)
    with pytest.raises(CardGone):
        machine.agent.read("reader", Snatched("04000002"))
    assert machine.store.waiting() == 2


def test_call_numbers_grow_over_restarts_and_after_an_old_copy_of_the_folder(machine: Machine) -> None:
    first = machine.store.next_call()
    machine.start()
    assert machine.store.next_call() > first
    ReaderDevice.objects.system("test").update(last_call=50_000)
    machine.tap("04000001", send=False)
    machine.agent._try(0.0)
    machine.agent._try(0.0)
    assert [tap.sequence for tap in taps()] == [1]


def test_two_agents_do_not_share_a_folder(machine: Machine) -> None:
    with machine.store.alone(), pytest.raises(Busy), Store(machine.folder).alone():
        pass


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b"\xff", b"null", b'{"device": 1}', b'{"device": "x"}', b'{"device": "' + b"x" * 200_000 + b'"}',
     b"[" * 100_000, b'{"code": "\\u0000", "public_key": "", "machine": ""}'],
    ids=lambda body: body[:14],
)  # fmt: skip
@pytest.mark.parametrize("name", ["reader-call", "reader-enrol"])
def test_nonsense_is_refused_in_words(client: Client, name: str, body: bytes) -> None:
    answer = client.post(reverse(name), body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["code"] == "bad"
    assert client.get(reverse(name)).status_code == 405
