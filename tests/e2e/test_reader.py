"""A card on a PC/SC reader, the person on the desk page: the agent, Debian's pcscd, a virtual reader, a real browser."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.cards.machines import CpuCard, PlainCard
from tests.cards.virtual_card import VirtualCard
from tests.e2e.serving import Site, zhibu
from tests.e2e.test_axe import look_at
from tests.e2e.visiting import Open
from tests.pcsc import Service
from zhibu.reader.agent import FLUTTER

pytestmark = [pytest.mark.e2e, pytest.mark.pcsc]
#: make the card of that chip number a CPU card, and tell its key
TO_CPU = """
import sys, django; django.setup()
from zhibu.apps.cards.models import Card
from zhibu.apps.cards.services import card_keys
from zhibu.kernel.crypto import current_key
key_id, key = current_key("card")
Card.objects.system("test").filter(chip=sys.argv[1]).update(kind="cpu", key_id=key_id)
print(card_keys.own_key(key, sys.argv[1]).hex())
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    running = Service(tmp_path_factory.mktemp("pcscd"))
    running.start()
    yield running
    running.stop()


class Agent:
    """`zhibu reader run` on a machine of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder, folder / "agent.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        call = [sys.executable, "-m", "zhibu.cli", "reader", "--folder", str(self.folder), "run"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(call, stdout=log, stderr=subprocess.STDOUT)

    def end(self, how: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(20)
            self.process = None

    def hears(self, words: str, times: int = 1) -> None:
        """Wait until it has said that so often."""
        deadline = time.monotonic() + 30
        while self.log.read_text().count(words) < times:
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Agent]:
    made = Agent(tmp_path)
    yield made
    made.end(signal.SIGKILL)


def ask(site: Site, sql: str) -> list[tuple[str, ...]]:
    with sqlite3.connect(f"file:{site.data / 'zhibu.sqlite3'}?mode=ro", uri=True) as file:
        return file.execute(sql).fetchall()


def enrolled(page: Page, site: Site, agent: Agent) -> None:
    """Make the code on the page, type it at the machine."""
    page.goto("/do/cards.device.create/")
    page.get_by_label("识别台").select_option(label="江北工作站（工作站）")
    page.get_by_label("名称").fill("一号窗口")
    page.get_by_role("button", name="新增联机读卡器").click()
    command = page.locator("code", has_text="zhibu reader enrol").inner_text().split()
    assert not look_at(page)
    assert "已登记为“一号窗口”" in zhibu(site.data, "reader", "--folder", str(agent.folder), *command[2:])


def lay(agent: Agent, card: PlainCard, number: int) -> None:
    """Lay a card on the reader until the agent has it on its disk."""
    with VirtualCard(card):
        agent.hears(f"第 {number} 次刷卡，")


def test_from_the_reader_to_the_desk(sign_in: Open, demo: Site, service: Service, agent: Agent) -> None:
    clerk = sign_in("gongzuozhan")
    page = clerk.page
    enrolled(sign_in("zuzhibu").page, demo, agent)
    agent.start()
    page.goto("/desk/")
    expect(page.locator("#desk-link")).to_contain_text("“一号窗口”已连接")
    (station,) = ask(demo, "SELECT organization_id FROM cards_readerdevice WHERE name = '一号窗口'")[0]
    found = ask(
        demo,
        "SELECT c.chip, p.name FROM cards_card c JOIN people_person p ON p.id = c.holder_id WHERE c.state = 'active' AND"
        f" c.organization_id = {station} AND c.valid_to > '2027-12-31' ORDER BY c.id LIMIT 2",
    )
    (chip, name), (other_chip, other_name) = found
    with VirtualCard(PlainCard(chip)):
        began = time.monotonic()
        expect(page.locator("#desk-name")).to_contain_text(name)
        print(f"card laid down → person on the page: {time.monotonic() - began:.2f} s")
    assert not look_at(page)
    genuine_and_copied(page, demo, agent, other_chip, other_name)
    through_troubles(page, demo, service, agent, chip, name)
    agent.end(signal.SIGTERM)
    numbers = ask(demo, "SELECT sequence FROM cards_tap WHERE device_id IS NOT NULL ORDER BY id")
    assert [number for (number,) in numbers] == list(range(1, len(numbers) + 1))
    assert len(numbers) == 9
    # the browser writes a line for each question while the site was stopped
    clerk.said[:] = [words for words in clerk.said if "net::ERR_" not in words]


def genuine_and_copied(page: Page, site: Site, agent: Agent, chip: str, name: str) -> None:
    """Taps 2 and 3: a CPU card with its key, then its number alone."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("ZHIBU_", "DJANGO_"))}
    env = {**kept, "ZHIBU_DATA": str(site.data), "DJANGO_SETTINGS_MODULE": "zhibu.settings"}
    call = [sys.executable, "-c", TO_CPU, chip]
    key = bytes.fromhex(subprocess.run(call, env=env, capture_output=True, check=True, text=True).stdout)
    with VirtualCard(CpuCard(chip, key)):
        expect(page.locator("#desk-name")).to_contain_text(name)
    time.sleep(FLUTTER)  # sooner, the same number on the same reader is the same card
    with VirtualCard(CpuCard(chip, None)):
        expect(page.get_by_role("alert")).to_contain_text("可能是复制的卡")
    expect(page.locator("#desk-name")).to_have_count(0)
    assert not look_at(page)


def through_troubles(page: Page, site: Site, service: Service, agent: Agent, chip: str, name: str) -> None:
    """Taps 4 to 9: the service is started anew, the reader pulled, the server away, the power cut."""
    service.stop()
    agent.hears("读卡服务（pcscd）没有运行")
    service.start(reader=False)
    agent.hears("没有读卡器，请插上")
    expect(page.locator("#desk-link")).to_contain_text("没有插读卡器")
    service.stop()
    service.start()
    with VirtualCard(PlainCard(chip)):
        expect(page.locator("#desk-name")).to_contain_text(name)
    site.stop()
    expect(page.locator("#desk-link")).to_contain_text("连不上服务器")
    for number in (5, 6, 7):
        lay(agent, PlainCard(f"0499000{number}"), number)
    agent.end(signal.SIGKILL)  # as when the power goes
    agent.start()
    agent.hears("读卡程序开始，识别台“一号窗口”", 2)
    lay(agent, PlainCard("04990008"), 8)
    site.start()
    agent.hears("第 8 次刷卡：没有登记的卡")
    expect(page.locator("#desk-link")).to_contain_text("已连接")
    page.get_by_role("link", name="清除，请刷下一张卡").click()
    with VirtualCard(PlainCard(chip)):
        expect(page.locator("#desk-name")).to_contain_text(name)
    assert ask(site, "SELECT waiting, missing FROM cards_readerdevice WHERE name = '一号窗口'") == [(0, 0)]
