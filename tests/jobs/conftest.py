"""Jobs under test: handlers are registered for one test only, retries do not wait."""

import pytest

from zhibu.kernel.actor import Actor, Grant
from zhibu.kernel.jobs import registry, runner


@pytest.fixture(autouse=True)
def own_handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_handlers", {})
    monkeypatch.setattr(registry, "_schedules", {})
    monkeypatch.setattr(registry, "_resolver", None)
    monkeypatch.setattr(runner, "RETRY_SECONDS", 0.0)


@pytest.fixture
def li() -> Actor:
    """The clerk who asks for things."""
    return Actor(account_id=11, name="李干事", grants=(Grant("people.import", "0000"),))
