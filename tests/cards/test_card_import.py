"""Cards by a sheet: blank ones, ones handed out already, twice without effect, and back again."""

from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.cards.helpers import card
from tests.imports.desk import Desk, sheet, staged
from zhibu.apps.cards.models import Card, CardBatch
from zhibu.apps.people import search
from zhibu.kernel import audit

pytestmark = pytest.mark.django_db
HEADER = ("卡面号码", "芯片号", "写法", "种类", "工号", "有效期至")


@pytest.fixture(autouse=True)
def own_files(tmp_path: Any, settings: Any) -> None:
    settings.FILES, settings.STAGING = tmp_path / "files", tmp_path / "staging"


@pytest.fixture
def desk(client: Client, house: factories.House) -> Desk:
    client.force_login(factories.account("zuzhi", "organization_department", house.root))
    return Desk(client, "cards.cards")


def cards() -> list[tuple[str, str, str, str | None]]:
    rows = Card.objects.system("test").select_related("holder").order_by("number")
    return [(one.number, one.chip, one.state, one.holder and one.holder.name) for one in rows]


def brought(desk: Desk, house: factories.House, *rows: Any) -> Any:
    batch = desk.check(sheet(*rows, header=HEADER), organization=house.station.uid)
    assert batch.counts["error"] == 0, [row.issues for row in staged(batch)]
    desk.act("imports.apply", batch)
    return desk.work(batch.uid)


def test_a_delivery_and_what_was_handed_out_before(desk: Desk, house: factories.House) -> None:
    chen = factories.person("陈桂芳", house.station, staff_number="1001")
    rows = [
        ("K000101", "04A1B2C3", None, None, "1001", "2036-12-31"),
        ("K-000102", "0077705924", "十进制，正序", "CPU 卡", None, None),
        ("K000103", "04A1B2C3D4E5F6", "hex", None, None, None),
    ]
    batch = brought(desk, house, *rows)
    assert batch.state == "done"
    assert cards() == [
        ("K000101", "04A1B2C3", "active", "陈桂芳"), ("K000102", "04A1B2C4", "blank", None), ("K000103", "04A1B2C3D4E5F6", "blank", None),
    ]  # fmt: skip
    delivery = CardBatch.objects.system("test").get()
    assert (str(delivery), delivery.count, delivery.organization) == ("卡2026-0001", 3, house.station)
    cpu = Card.objects.system("test").get(number="K000102")
    assert (cpu.kind, cpu.key_id is not None) == ("cpu", True)
    assert search.find(factories.actor(("people.view",), house.root), "K000101") == [chen]
    assert "导入" in audit.history("cards.Card", str(cpu.pk))[0].summary
    again = desk.check(sheet(*rows, header=HEADER), organization=house.station.uid)
    assert again.counts["same"] == 3
    zhang = factories.person("张伟", house.station, staff_number="1002")
    later = brought(desk, house, ("K000103", "04A1B2C3D4E5F6", None, None, "1002", None))
    assert cards()[2][2:] == ("active", "张伟")
    assert search.find(factories.actor(("people.view",), house.root), "K000103") == [zhang]
    for one in (later, batch):
        desk.act("imports.undo", one, reason="错了")
        desk.work(one.uid)
    # what a later import touched is left alone by the undo of the first
    assert cards() == [("K000103", "04A1B2C3D4E5F6", "blank", None)]
    assert CardBatch.objects.system("test").get().count == 1
    assert search.find(factories.actor(("people.view",), house.root), "K000101") == []


def test_what_is_wrong_is_said_at_the_cell(desk: Desk, house: factories.House) -> None:
    factories.person("陈桂芳", house.station, staff_number="1001", employment="retired")
    factories.person("李四", house.station, staff_number="1003", employment="deceased")
    held = factories.person("王五", house.station, staff_number="1004")
    card(house.root, "04000001", held, number="K000001")
    rows = [
        ("K9", "04A1B2C3", None, None, None, None), ("K000201", "08A1B2C3", None, None, None, None),
        ("K000001", "04A1B2C4", None, None, None, None), ("K000202", "04000001", None, None, None, None),
        ("K000203", "04A1B2C5", None, None, "9999", None), ("K000204", "04A1B2C6", None, None, "1003", None),
        ("K000205", "04A1B2C7", None, None, "1004", None), ("K000206", "04A1B2C8", None, None, "1001", "2020-01-01"),
        ("K000207", "xyz", None, None, None, None), ("K000208", "04A1B2C9", None, None, None, None),
        ("K000208", "04A1B2CA", None, None, None, None),
    ]  # fmt: skip
    batch = desk.check(sheet(*rows, header=HEADER), organization=house.station.uid)
    told = " ".join(str(row.issues) for row in staged(batch, "error"))
    assert batch.counts["error"] >= 10
    for words in (
        "不像卡面号码",
        "随机卡号",
        "已经登记过",
        "没有找到工号“9999”",
        "已去世人员不发卡",
        "已有一张使用中的卡",
        "不能早于今天",
    ):
        assert words in told, words


def test_nobody_imports_cards_for_people_or_of_keepers_elsewhere(client: Client, house: factories.House) -> None:
    client.force_login(factories.account("zuzhi", "organization_department", house.station))
    factories.person("张伟", house.department, staff_number="2001")
    card(house.department, "04000009", number="K000009")
    rows = [("K000301", "04A1B2C3", None, None, "2001", None), ("K000009", "04000009", None, None, None, None)]
    batch = Desk(client, "cards.cards").check(sheet(*rows, header=HEADER), organization=house.station.uid)
    told = " ".join(str(row.issues) for row in staged(batch, "error"))
    assert batch.counts["error"] == 2
    assert "不在您的管理范围内" in told
    assert "综合部" not in told
    assert "张伟" not in told
