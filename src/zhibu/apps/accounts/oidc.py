"""What the operator set for single sign-on (OIDC); off unless issuer and client are named."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings

MATCHES = {"username": "用户名", "staff_number": "工号"}


@dataclass(frozen=True)
class Provider:
    """The provider and how we are known there; `claim` holds the `match` (user name or staff number) of an account."""

    issuer: str
    client_id: str
    client_secret: str
    claim: str
    match: str
    label: str
    scope: str


def provider() -> Provider:
    """Return what was set, whole or not."""
    given = settings.OIDC
    return Provider(
        issuer=given["issuer"],
        client_id=given["client_id"],
        client_secret=given["client_secret"],
        claim=given["claim"] or "preferred_username",
        match=given["match"] or "username",
        label=given["label"] or "单位统一登录",
        scope=given["scope"] or "openid profile",
    )


def is_on() -> bool:
    """Tell whether people may sign in through the provider: everything that is needed is set, and nothing is wrong."""
    return bool(settings.OIDC["issuer"]) and not problems()


def problems() -> list[str]:
    """Return in Chinese what is missing or wrong; nothing when single sign-on is off altogether."""
    set_up = provider()
    if not any(settings.OIDC.values()):
        return []
    found = []
    if not set_up.issuer:
        found.append("设了 ZHIBU_OIDC_ 的其他项，却没有设 ZHIBU_OIDC_ISSUER（统一登录的地址）")
    elif not is_safe(set_up.issuer):
        found.append("ZHIBU_OIDC_ISSUER 须是 https 开头的网址")
    if not set_up.client_id:
        found.append("没有设 ZHIBU_OIDC_CLIENT_ID（在统一登录那边登记的应用编号）")
    if set_up.match not in MATCHES:
        found.append("ZHIBU_OIDC_MATCH 须是 username（用户名）或 staff_number（工号）")
    if "openid" not in set_up.scope.split():
        found.append("ZHIBU_OIDC_SCOPE 里须有 openid")
    return found


def is_safe(url: str) -> bool:
    """Tell whether secrets may travel there: by https, or without leaving this machine."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        return bool(parts.hostname)
    return parts.scheme == "http" and _is_loopback(parts.hostname or "")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
