"""Payment providers behind one interface, as the rest of the app sees them.

A real channel (a bank's aggregate code, WeChat, Alipay) is a module with the four functions of `Provider`, named in the setting
`ZHIBU_DUES_PROVIDER`. The platform comes with `local`, the test provider: it signs its notices as a real one does.
"""

from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module
from typing import Protocol

from django.conf import settings


@dataclass(frozen=True)
class Notice:
    """What a provider tells of an order, its signature verified. kind: "paid", "closed" or "refunded"."""

    order_number: str
    trade_number: str
    kind: str
    amount: Decimal
    payer: str = ""


class Forged(Exception):
    """The signature does not fit: nothing in it may be believed. Carries the order number it claims, for the log."""

    def __init__(self, order_number: str = "") -> None:
        super().__init__(order_number)
        self.order_number = order_number


class Provider(Protocol):
    """A payment channel."""

    name: str
    label: str

    def open(self, number: str, amount: Decimal, words: str) -> str:
        """Tell the provider of an order; return the text of its QR code."""

    def read(self, body: bytes, signature: str) -> Notice:
        """Return what a notice says. Raises Forged."""

    def ask(self, number: str) -> Notice | None:
        """Ask what became of an order: the notice that would have come, None while nothing has happened."""

    def close(self, number: str) -> None:
        """Tell the provider that an order is not to be paid any more; it may be too late."""


def current() -> Provider | None:
    """Return the channel that is on, None where there is none."""
    name = getattr(settings, "DUES_PROVIDER", "")
    if not name:
        return None
    found: Provider = import_module(f"zhibu.apps.dues.providers.{name}").provider
    return found


def by_name(name: str) -> Provider | None:
    """Return the channel of that name, if it is the one that is on: no notice of another is read."""
    found = current()
    return found if found is not None and found.name == name else None
