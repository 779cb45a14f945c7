"""The limits of `params/messages.yaml`."""

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def _table() -> dict[str, Any]:
    text = (Path(__file__).parent / "params" / "messages.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


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
