"""Codes of an authenticator app (RFC 6238: six digits, 30 seconds): setting one up, and spending a code once."""

import hmac
import unicodedata
from datetime import timedelta

import pyotp
import segno
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from zhibu.apps.accounts.models import Account, Factor
from zhibu.apps.accounts.second_factor import factors_of

ISSUER = "知部"
STEP = 30
#: clocks of phones are off by half a minute at most: the code before and the one after count too
DRIFT = 1
DIGITS = 6


def begin(account: Account) -> Factor:
    """Make a new secret, not yet confirmed; one that was begun before and left is replaced."""
    with transaction.atomic():
        unfinished(account.pk, allow_delete=True).delete()
        factor: Factor = Factor.objects.create(account=account, kind=Factor.Kind.TOTP, secret=pyotp.random_base32())
    return factor


def begun(account: Account) -> Factor | None:
    """Return the secret that waits to be confirmed."""
    found: Factor | None = unfinished(account.pk).order_by("-pk").first()
    return found


def unfinished(account_id: int | None = None, *, allow_delete: bool = False) -> "QuerySet[Factor]":
    """Return what was begun and not confirmed, of one account or of all."""
    rows: QuerySet[Factor] = Factor.objects.system("second factors begun", allow_delete=allow_delete).filter(
        kind=Factor.Kind.TOTP, confirmed_at__isnull=True
    )
    return rows if account_id is None else rows.filter(account_id=account_id)


def forget_unfinished() -> int:
    """Remove what was begun a day ago and never confirmed; returns the number."""
    old = unfinished(allow_delete=True).filter(created_at__lt=timezone.now() - timedelta(days=1))
    return int(old.delete()[0])


def address(factor: Factor) -> str:
    """Return what the QR code says: otpauth://totp/…"""
    return pyotp.TOTP(factor.secret or "").provisioning_uri(name=factor.account.username, issuer_name=ISSUER)


def picture(factor: Factor) -> SafeString:
    """Return the QR code as an SVG element; it stands in the page, so that no address leads to the secret."""
    code = segno.make(address(factor), error="m", micro=False)
    drawn = code.svg_inline(border=4, omitsize=True, light="#fff", svgclass="qr", lineclass=None)
    return mark_safe(drawn.replace("<svg ", '<svg role="img" aria-label="二维码" ', 1))  # drawn from our own digits


def spelled(factor: Factor) -> str:
    """Return the key for typing, in groups of four."""
    secret = factor.secret or ""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def confirm(factor: Factor, typed: str) -> bool:
    """Tell whether the first code is right, and spend it."""
    return _spend(factor, _digits(typed))


def spend(account: Account, typed: str) -> Factor | None:
    """Return the factor whose code this is; it is spent. Of two who send the same code at once, one wins."""
    code = _digits(typed)
    if not code:
        return None
    return next((f for f in factors_of(account.pk).filter(kind=Factor.Kind.TOTP) if _spend(f, code)), None)


def _spend(factor: Factor, code: str) -> bool:
    now = timezone.now()
    current = int(now.timestamp()) // STEP
    otp = pyotp.TOTP(factor.secret or "")
    for step in range(current - DRIFT, current + DRIFT + 1):
        if hmac.compare_digest(otp.generate_otp(step), code):
            rows = Factor.objects.system("spending a code").filter(
                pk=factor.pk, last_step__lt=step, removed_at__isnull=True
            )
            if rows.update(last_step=step, used_at=now):
                return True
    return False


def _digits(typed: str) -> str:
    """Return the six digits that were typed, "" for anything else."""
    text = "".join(unicodedata.normalize("NFKC", typed).split())
    return text if len(text) == DIGITS and text.isascii() and text.isdecimal() else ""
