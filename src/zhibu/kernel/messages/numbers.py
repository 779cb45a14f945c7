"""The limits of `params/messages.yaml`."""

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from zhibu.kernel import tables


@cache
def _table() -> dict[str, Any]:
    return dict(tables.read(Path(__file__).parent / "params" / "messages.yaml"))


def number(name: str) -> int:
    """Return a limit. Raises KeyError."""
    return int(_table()["numbers"][name]["value"])


def pause_minutes(attempt: int) -> int:
    """Return how long to wait after so many failed tries."""
    pauses: list[int] = _table()["pauses"]
    return pauses[min(attempt, len(pauses)) - 1]


def sms_price() -> Decimal:
    """Return what one SMS costs about, in yuan."""
    return Decimal(_table()["sms_price"])
