"""The local test provider: no money moves. It signs its notices by HMAC-SHA256 as a real channel does with its key."""

import hashlib
import hmac
import json
import uuid
from decimal import Decimal, InvalidOperation

from django.conf import settings
from django.urls import reverse

from zhibu.apps.dues.models import TrialTrade
from zhibu.apps.dues.providers import Forged, Notice


def key() -> bytes:
    """Return the key of the signatures; derived, so that nothing need be set for a demonstration."""
    return hashlib.sha256(b"dues test provider\x00" + settings.SECRET_KEY.encode()).digest()


def sign(body: bytes) -> str:
    """Return the signature of a notice."""
    return hmac.new(key(), body, hashlib.sha256).hexdigest()


def notice(trade: TrialTrade, kind: str) -> tuple[bytes, str]:
    """Return a notice about a trade and its signature."""
    said = {
        "order": trade.number,
        "trade": trade.trade_number,
        "kind": kind,
        "amount": str(trade.amount),
        "payer": "测试付款人",
    }
    body = json.dumps(said, ensure_ascii=False, sort_keys=True).encode()
    return body, sign(body)


class LocalProvider:
    """The test provider."""

    name = "local"
    label = "测试支付（不动用真实资金）"

    def open(self, number: str, amount: Decimal, words: str) -> str:
        """Keep the trade; the code leads to the page where one says that it was paid."""
        TrialTrade.objects.create(number=number, amount=amount)
        return reverse("dues-test-pay", args=[number])

    def read(self, body: bytes, signature: str) -> Notice:
        """Return what a notice says. Raises Forged, also for what cannot be read."""
        try:
            said = json.loads(body)
            number = str(said["order"])[:60]
        except (ValueError, TypeError, KeyError, RecursionError):
            raise Forged from None
        if not hmac.compare_digest(sign(body), signature):
            raise Forged(number)
        try:
            try:
                amount = Decimal(str(said["amount"]))
            except InvalidOperation:
                amount = Decimal("NaN")  # signed, but no amount of money: told by who hears it
            return Notice(
                number, str(said["trade"])[:80], str(said["kind"])[:12], amount, str(said.get("payer", ""))[:100]
            )
        except KeyError:
            raise Forged(number) from None

    def ask(self, number: str) -> Notice | None:
        """Return what became of an order."""
        trade = TrialTrade.objects.filter(number=number).first()
        if trade is None or trade.state == "waiting":
            return None
        return Notice(trade.number, trade.trade_number, trade.state, trade.amount, "测试付款人")

    def close(self, number: str) -> None:
        """Close a trade nobody has paid."""
        TrialTrade.objects.filter(number=number, state="waiting").update(state="closed")


def pay(number: str) -> TrialTrade | None:
    """Say on the test page that an order was paid, once; None where there is no such order or it is closed."""
    trade_number = f"T{uuid.uuid4().hex}"
    TrialTrade.objects.filter(number=number, state="waiting").update(state="paid", trade_number=trade_number)
    found: TrialTrade | None = TrialTrade.objects.filter(number=number, state="paid").first()
    return found


provider = LocalProvider()
