"""The dated parameters of this app as plain values: `letters.yaml`, `grounds.yaml`, `floating.yaml`."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from zhibu.apps.transfers.rules import FloatingRule, Validity
from zhibu.kernel import tables


@cache
def _table(name: str) -> dict[str, Any]:
    found: dict[str, Any] = tables.read(Path(__file__).parent / name)
    return found


def _day(value: Any) -> date:
    return date.fromisoformat(str(value))


@cache
def validity() -> tuple[Validity, ...]:
    """Return how long letters hold, by the day of their issue."""
    return tuple(
        Validity(
            _day(row["since"]),
            int(row["default"]),
            int(row["most"]),
            int(row["foreign"]),
            row["version"],
            row["article"],
            row["conflict"],
        )
        for row in _table("letters.yaml")["validity"]
    )


@cache
def stub_years() -> int:
    """Return how many years stubs are kept."""
    return int(_table("letters.yaml")["stub_years"])


@cache
def grounds(side: str) -> Mapping[str, str]:
    """Return code -> label of the grounds on which a side ("receive", "source") may say no."""
    return {str(row["code"]): str(row["label"]) for row in _table("grounds.yaml")[side]}


@cache
def floating_rules() -> tuple[FloatingRule, ...]:
    """Return what makes a floating member, by the day."""
    return tuple(
        FloatingRule(_day(row["since"]), int(row["months"]), str(row["version"]), str(row["article"]))
        for row in _table("floating.yaml")["floating"]
    )


@cache
def report_months() -> int:
    """Return at least how often (months) a floating member reports."""
    return int(_table("floating.yaml")["report_months"])


@cache
def contact_every(ground: str) -> str:
    """Return the proposed frequency of contact (code of rules.EVERY) for a ground."""
    return str(_table("floating.yaml")["contact"][ground])


@cache
def off_post() -> frozenset[str]:
    """Return the kinds of employment whose members are given a contact plan by themselves."""
    return frozenset(str(code) for code in _table("floating.yaml")["off_post"])
