"""Signing in through the enterprise's own sign-in (OIDC): authorization code with PKCE, state and nonce.

It finds the account a claim names and never makes one; the second factor of this platform is asked as after a password.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from zhibu.apps.accounts import backends, oidc
from zhibu.apps.accounts.models import Account
from zhibu.apps.accounts.rules import normal_username
from zhibu.apps.accounts.services import oidc_client, session_list, sessions
from zhibu.kernel.actions import Refused

ASKED, TOKEN, LEAVING = "zhibu.oidc", "zhibu.oidc_token", "zhibu.oidc_leaving"
SECONDS = 600
LONGEST = 200
STALE = "这次统一登录已经过期，或者已经用过。请重新点“统一登录”。"


@dataclass(frozen=True)
class Arrived:
    """Who came back from the provider, where they wanted to go, and the token that takes them out again."""

    account: Account
    target: str
    id_token: str


def begin(request: HttpRequest, target: str) -> str:
    """Return the provider's address to go to, and remember what its answer must fit. Raises Refused."""
    provider = oidc.provider()
    told = oidc_client.metadata(provider)
    asked = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    request.session[ASKED] = {**asked, "target": target, "at": timezone.now().timestamp()}
    challenge = urlsafe_b64encode(sha256(asked["verifier"].encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": _back(request),
        "scope": provider.scope,
        "state": asked["state"],
        "nonce": asked["nonce"],
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return _with(told["authorization_endpoint"], query)


def finish(request: HttpRequest) -> Arrived:
    """Return who came back, once everything about the answer is proved. Raises Refused with what the page says."""
    asked: Any = request.session.pop(ASKED, None)
    given = request.GET
    provider = oidc.provider()
    fresh = isinstance(asked, dict) and timezone.now().timestamp() - asked["at"] < SECONDS
    if not fresh or not hmac.compare_digest(given.get("state", "").encode(), asked["state"].encode()):
        raise Refused(STALE, code="stale")
    if given.get("iss", provider.issuer) != provider.issuer:
        raise Refused(STALE, code="stale")
    if given.get("error"):
        cancelled = given["error"] == "access_denied"
        raise Refused(
            "您取消了统一登录，或者没有使用本系统的权限。" if cancelled else oidc_client.BROKEN, code="denied"
        )
    tokens = oidc_client.exchange(provider, given.get("code", ""), asked["verifier"], _back(request))
    id_token = tokens.get("id_token")
    if not isinstance(id_token, str):
        raise Refused(oidc_client.BROKEN, code="broken")
    claims = oidc_client.claims_of(provider, id_token, asked["nonce"])
    if provider.claim not in claims:
        claims = {**oidc_client.further_claims(provider, tokens, claims["sub"]), **claims}
    return Arrived(_account(provider, claims.get(provider.claim)), asked["target"], id_token)


def leaving(request: HttpRequest) -> str:
    """Return the address at which whoever came from the provider leaves it too, "" for others and where it has none."""
    id_token, provider = request.session.get(TOKEN), oidc.provider()
    if session_list.how_of(request.session) != "oidc" or not isinstance(id_token, str):
        return ""
    try:
        address = str(oidc_client.metadata(provider).get("end_session_endpoint", "")) if oidc.is_on() else ""
    except Refused:
        return ""
    if not oidc.is_safe(address):
        return ""
    back = request.build_absolute_uri(reverse("login"))
    query = {"id_token_hint": id_token, "client_id": provider.client_id, "post_logout_redirect_uri": back}
    return _with(address, query)


def _account(provider: oidc.Provider, value: object) -> Account:
    """Return the account the claim names. Raises Refused: nobody is made by signing in."""
    name = normal_username(value) if isinstance(value, str) and len(value) <= LONGEST and "\0" not in value else ""
    rows = Account.objects.system("single sign-on").select_related("person")
    if provider.match == "username":
        found = list(rows.filter(username=name)[:2]) if name else []
    else:
        matching = rows.filter(person__staff_number__iexact=name, person__merged_into__isnull=True)
        found = list(matching[:2]) if name else []
    if len(found) != 1:
        sessions.note_failure(None)
        what = oidc.MATCHES[provider.match]
        raise Refused(
            f"统一登录成功，但这里没有{what}与您相符的账号。请联系本单位管理员建账号或核对{what}。", code="unknown"
        )
    if not backends.usable(found[0]):
        sessions.note_failure(found[0], "统一登录的账号已停用")
        raise Refused(sessions.DISABLED, code="disabled")
    account: Account = found[0]
    return account


def _back(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("login-sso-back"))


def _with(address: str, query: dict[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"
