"""A form that was sent after the time-out: carried through the sign-in page, offered again to the same account.

It travels in the page, signed; what was typed was on that screen anyway. Who goes on by another way (SMS, single sign-on, a
recovery code) leaves that page: for them it waits sealed in the session, until somebody signs in there. Passwords, codes
and files are left out.
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.http import HttpRequest

from zhibu.kernel.crypto import KeyringError, Tampered, seal, unseal

SALT = "zhibu.kept-form"
WAITING = "zhibu.kept"
PLACE = {"table": "session", "column": "kept", "uid": "form"}
MAX_AGE = 12 * 3600
#: characters; no form of this platform comes near
LARGEST = 300_000
NEVER = frozenset({"csrfmiddlewaretoken", "password", "old", "new", "again", "code", "credential", "kept"})


@dataclass(frozen=True)
class KeptForm:
    """A form as it was sent: where to, and its (name, value) pairs in their order."""

    url: str
    fields: list[tuple[str, str]]
    files: bool


def pack(request: HttpRequest, account_id: int) -> str:
    """Return the request's form, signed for that account; "" when there is nothing to be kept."""
    fields = [(name, value) for name, values in request.POST.lists() if name not in NEVER for value in values]
    if not fields or sum(len(name) + len(value) for name, value in fields) > LARGEST:
        return ""
    told: dict[str, Any] = {"account": account_id, "url": request.get_full_path(), "fields": fields}
    return signing.dumps({**told, "files": bool(request.FILES)}, salt=SALT, compress=True)


def unpack(token: str, account_id: int | None) -> KeptForm | None:
    """Return the form if the token is genuine and the account's own; any account's when None is given."""
    if not token:
        return None
    try:
        told = signing.loads(token, salt=SALT, max_age=MAX_AGE)
    except signing.BadSignature:
        return None
    if account_id is not None and told["account"] != account_id:
        return None
    return KeptForm(told["url"], [(name, value) for name, value in told["fields"]], told["files"])


def leave(request: HttpRequest, token: str) -> None:
    """Let the form wait in this browser's session for who goes on by another page."""
    request.session[WAITING] = b64encode(seal(token, **PLACE)).decode()


def waits(request: HttpRequest) -> bool:
    """Tell whether a form waits in this browser's session."""
    return WAITING in request.session


def take(request: HttpRequest) -> str:
    """Return the token of the form that waits, and let it wait no more; "" when there is none."""
    sealed = request.session.pop(WAITING, "")
    try:
        return unseal(b64decode(sealed), **PLACE) if sealed else ""
    except (Tampered, KeyringError, ValueError):
        return ""
