"""Browser tests run against real processes: supervisor, web server, worker, each with a data folder of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, StorageState, sync_playwright

from tests.chromium import chromium
from tests.e2e.serving import Site, by_the_first, zhibu
from tests.e2e.visiting import CHROMIUM_FLAGS, PATIENCE, Open, Visitor, open_window
from tests.prepared import lay

PEOPLE = 200


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import expect

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        yield running
        running.close()


def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the data of a new demonstration, to be copied by whoever uses it."""

    def make(data: Path) -> None:
        lay(data)
        zhibu(data, "demo", "--people", str(PEOPLE), "--no-serve")

    return by_the_first(tmp_path_factory, "demo-data", make)


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demonstration, shared by tests that do not mind one another's changes."""
    data: Path = tmp_path_factory.mktemp("demo") / "data"
    shutil.copytree(made_once(tmp_path_factory), data)
    site = Site(data, demo=True)
    yield site
    site.stop()
    assert site.troubles() == []


@pytest.fixture(scope="package")
def states(browser: Browser, demo: Site) -> "States":
    """Signed-in sessions of the demo accounts."""
    return States(browser, demo)


class States:
    """Remembers the cookies of every account that signed in, so that each signs in once."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.browser, self.site = browser, site
        self.known: dict[str, StorageState] = {}

    def of(self, username: str) -> StorageState:
        """Return the cookies of a demo account, signed in by a click on its name."""
        if username not in self.known:
            visitor = open_window(self.browser, self.site)
            visitor.page.goto("/login/")
            visitor.page.locator(f"form:has(input[name=username][value={username}]) button").click()
            visitor.page.wait_for_url(f"{self.site.url}/")
            self.known[username] = visitor.context.storage_state()
            visitor.context.close()
        return self.known[username]


@pytest.fixture
def windows(browser: Browser) -> Iterator[Open]:
    """Opens windows on any site; at the end of the test none may have complained."""
    opened: list[Visitor] = []

    def open_(site: Site, **options: object) -> Visitor:
        opened.append(open_window(browser, site, **options))  # type: ignore[arg-type]
        return opened[-1]

    yield open_
    faults = [fault for visitor in opened for fault in visitor.faults()]
    for visitor in opened:
        visitor.context.close()
    assert faults == []


@pytest.fixture
def sign_in(windows: Open, demo: Site, states: States) -> Open:
    """Opens a window of the demonstration with a demo account signed in; options are those of open_window."""

    def open_(username: str, **options: object) -> Visitor:
        return windows(demo, storage_state=states.of(username), **options)

    return open_
