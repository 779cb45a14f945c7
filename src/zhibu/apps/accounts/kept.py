"""A form that was sent after the time-out: carried through the sign-in page, offered again to the same account.

It travels in the browser, signed, and is never stored here; what was typed was on that screen anyway. Passwords, codes and
files are left out.
"""

from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.http import HttpRequest

SALT = "zhibu.kept-form"
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
