"""Passkeys (WebAuthn): made for the host of the site, always with the person verified by the device itself.

A challenge lies in the session until it is answered once. Nothing of what a browser sends is believed before `webauthn`
has verified it.
"""

import secrets
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import webauthn
from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from zhibu.apps.accounts.models import Account, Factor
from zhibu.apps.accounts.second_factor import factors_of
from zhibu.kernel.actions import Refused
from zhibu.kernel.ui.context import in_wechat

CHALLENGE = "zhibu.passkey"
SECONDS = 300
LONGEST = 20_000
NOT_VERIFIED = "通行密钥没有通过验证，请再试一次；仍然不行的，请改用动态码。"
REQUIRED = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True)
class Site:
    """The host passkeys are made for, and the origins their answers may come from."""

    rp_id: str
    origins: list[str]


def site(request: HttpRequest) -> Site:
    """Return where we are, as the browser sees it: ZHIBU_PASSKEY_HOST, else the host asked for (one of ZHIBU_HOSTS).

    Only what ZHIBU_HTTPS makes the site believe of its proxy is believed here.
    """
    own = f"{request.scheme}://{request.get_host()}"
    rp_id = settings.PASSKEY_HOST or _host(own)
    trusted = [origin for origin in settings.CSRF_TRUSTED_ORIGINS if _belongs(_host(origin), rp_id)]
    return Site(rp_id, list(dict.fromkeys([own, *trusted])))


def hindrance(request: HttpRequest) -> str:
    """Return in Chinese why this browser at this address can have no passkey; "" when it can."""
    where = site(request)
    if in_wechat(request):
        return "微信里的浏览器不能用通行密钥。请点右上角“…”，选“在浏览器打开”，再设置或使用；也可以用动态码。"
    if _is_address(where.rp_id):
        return "现在用的是数字网址（IP 地址），通行密钥只能用在域名上。请用动态码，或请管理员为网站配置域名。"
    if not (request.is_secure() or where.rp_id == "localhost"):
        return "通行密钥要求网站使用 HTTPS。请用动态码，或请管理员启用 HTTPS。"
    if not _belongs(_host(where.origins[0]), where.rp_id):
        return "现在的网址与通行密钥的网站不一致，请用单位公布的网址打开。"
    return ""


def usable(request: HttpRequest, account_id: int) -> bool:
    """Tell whether the account has a passkey that works here."""
    return not hindrance(request) and _of(account_id, site(request)).exists()


def creation_options(request: HttpRequest, account: Account) -> str:
    """Return the JSON a browser makes a passkey from, and remember its challenge."""
    challenge = _challenge(request, "create")
    known = [_descriptor(factor) for factor in _of(account.pk, site(request))]
    options = webauthn.generate_registration_options(
        rp_id=site(request).rp_id,
        rp_name="知部",
        user_id=account.uid.bytes,
        user_name=account.username,
        user_display_name=account.display_name,
        challenge=challenge,
        exclude_credentials=known,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=REQUIRED
        ),
    )
    return webauthn.options_to_json(options)


def created(request: HttpRequest, account: Account, answer: str) -> Factor:
    """Return the new passkey, not yet confirmed nor saved. Raises Refused."""
    challenge, where = _answered(request, "create"), site(request)
    try:
        made = webauthn.verify_registration_response(
            credential=answer[:LONGEST],
            expected_challenge=challenge,
            expected_rp_id=where.rp_id,
            expected_origin=where.origins,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as wrong:
        raise Refused(NOT_VERIFIED, code="failed") from wrong
    credential_id = bytes_to_base64url(made.credential_id)
    if Factor.objects.system("is this passkey known").filter(credential_id=credential_id).exists():
        raise Refused("这个通行密钥已经登记过", next_step="请换一个设备，或先删除原来的。")
    return Factor(
        account=account,
        kind=Factor.Kind.PASSKEY,
        credential_id=credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        rp_id=where.rp_id,
    )


def request_options(request: HttpRequest, account: Account | None) -> str:
    """Return the JSON a browser answers with a passkey: one of the account's, or any the device knows."""
    challenge = _challenge(request, "get")
    known = [_descriptor(factor) for factor in _of(account.pk, site(request))] if account else []
    options = webauthn.generate_authentication_options(
        rp_id=site(request).rp_id, challenge=challenge, allow_credentials=known, user_verification=REQUIRED
    )
    return webauthn.options_to_json(options)


def answered(request: HttpRequest, answer: str) -> Factor:
    """Return the passkey that answered the challenge; its counter has moved. Raises Refused."""
    challenge, where = _answered(request, "get"), site(request)
    try:
        told = webauthn.helpers.parse_authentication_credential_json(answer[:LONGEST])
        rows = Factor.objects.system("the passkey that answers").filter(Factor.in_use(), rp_id=where.rp_id)
        factor = rows.select_related("account").filter(credential_id=told.id).first()
        if factor is None:
            raise Refused("这个通行密钥没有在本系统登记，或已被删除", code="unknown")
        proved = webauthn.verify_authentication_response(
            credential=told,
            expected_challenge=challenge,
            expected_rp_id=where.rp_id,
            expected_origin=where.origins,
            credential_public_key=bytes(factor.public_key),
            credential_current_sign_count=factor.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as wrong:
        raise Refused(NOT_VERIFIED, code="failed") from wrong
    handle = told.response.user_handle
    if handle is not None and bytes(handle) != factor.account.uid.bytes:
        raise Refused(NOT_VERIFIED, code="failed")
    # of two answers with one counter (a copy of the device) only one moves it
    moved = rows.filter(pk=factor.pk, sign_count=factor.sign_count)
    if not moved.update(sign_count=proved.new_sign_count, used_at=timezone.now()):
        raise Refused(NOT_VERIFIED, code="failed")
    return factor  # type: ignore[no-any-return]


def _of(account_id: int, where: Site) -> Any:
    return factors_of(account_id).filter(Q(kind=Factor.Kind.PASSKEY, rp_id=where.rp_id))


def _descriptor(factor: Factor) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(id=base64url_to_bytes(factor.credential_id or ""))


def _challenge(request: HttpRequest, purpose: str) -> bytes:
    challenge = secrets.token_bytes(32)
    kept = {"for": purpose, "at": timezone.now().timestamp(), "challenge": bytes_to_base64url(challenge)}
    request.session[CHALLENGE] = kept
    return challenge


def _answered(request: HttpRequest, purpose: str) -> bytes:
    """Return the challenge and forget it. Raises Refused when there is none for this purpose, or it is too old."""
    kept = request.session.pop(CHALLENGE, None)
    if not kept or kept["for"] != purpose or timezone.now().timestamp() - kept["at"] >= SECONDS:
        raise Refused("这一步已经过期，请再点一次按钮。", code="expired")
    return base64url_to_bytes(kept["challenge"])


def _host(origin: str) -> str:
    return (urlsplit(origin).hostname or "").lower()


def _belongs(host: str, rp_id: str) -> bool:
    return host == rp_id or host.endswith(f".{rp_id}")


def _is_address(host: str) -> bool:
    try:
        return bool(ip_address(host))
    except ValueError:
        return False
