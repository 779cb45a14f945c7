"""Talking to the provider of single sign-on: discovery, keys, exchange of the code, and proof of the ID token.

Nothing is believed that is not signed by a key of the provider for this client and this very sign-in.
"""

import json
import logging
import time
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote_plus, urlencode

import urllib3
from joserfc import errors, jwt
from joserfc.jwk import JWKRegistry, Key
from urllib3.util import make_headers

from zhibu.apps.accounts.oidc import Provider, is_safe
from zhibu.kernel.actions import Refused

#: signatures with a key of the provider's; a shared secret or none at all is no proof
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
KEPT_SECONDS, KEYS_AGAIN_SECONDS = 3600, 30
LEEWAY_SECONDS = 60
LARGEST = 512 * 1024
AWAY = "统一登录服务现在连不上，请稍后再试，或改用密码登录。"
BROKEN = "统一登录服务的回答读不懂，请把这句话告诉管理员，并改用密码登录。"

logger = logging.getLogger("zhibu.oidc")
_pool = urllib3.PoolManager(num_pools=4, retries=False, timeout=urllib3.Timeout(connect=5, read=10))
_kept: dict[tuple[str, str], tuple[float, Any]] = {}


def forget() -> None:
    """Ask the provider anew."""
    _kept.clear()


def metadata(provider: Provider) -> dict[str, Any]:
    """Return the provider's discovery document, an hour old at most. Raises Refused."""
    found = _recall("metadata", provider.issuer)
    if found is not None:
        return dict(found)
    if _age("failure", provider.issuer) < KEYS_AGAIN_SECONDS:  # whoever asks again must not wait for it again
        raise _kept["failure", provider.issuer][1]
    try:
        told = _json("GET", f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    except Refused as refused:
        _keep("failure", provider.issuer, refused)
        raise
    wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if told.get("issuer") != provider.issuer:
        raise _broken(f"issuer is {told.get('issuer')!r}, not {provider.issuer!r}")
    unsafe = [name for name in wanted if not is_safe(str(told.get(name, "")))]
    if unsafe:
        raise _broken(f"no safe {', '.join(unsafe)}")
    _keep("metadata", provider.issuer, told)
    return told


def exchange(provider: Provider, code: str, verifier: str, back: str) -> dict[str, Any]:
    """Return what the token endpoint gives for the code. Raises Refused."""
    told = metadata(provider)
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    methods = told.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if provider.client_secret and "client_secret_basic" in methods:
        pair = f"{quote_plus(provider.client_id)}:{quote_plus(provider.client_secret)}"
        headers |= make_headers(basic_auth=pair)
    else:
        fields["client_id"] = provider.client_id
        fields |= {"client_secret": provider.client_secret} if provider.client_secret else {}
    return _json("POST", told["token_endpoint"], body=urlencode(fields), headers=headers)


def claims_of(provider: Provider, id_token: str, nonce: str) -> dict[str, Any]:
    """Return what the ID token says, once it is proved. Raises Refused, with the reason in a few words."""
    try:
        token = _signed(provider, id_token)
        claims = dict(token.claims)
        wanted: dict[str, Any] = {
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": provider.client_id},
            "exp": {"essential": True},
            "iat": {"essential": True},
            "sub": {"essential": True},
            "nonce": {"essential": True, "value": nonce},
        }
        jwt.JWTClaimsRegistry(leeway=LEEWAY_SECONDS, **wanted).validate(claims)
    except errors.ExpiredTokenError as wrong:
        raise _unproved("已经过期，请检查服务器的时间", wrong) from wrong
    except errors.ClaimError as wrong:
        reasons = {"aud": "不是发给本系统的", "nonce": "不是为这次登录发的", "iss": "不是这个统一登录服务发的"}
        raise _unproved(reasons.get(wrong.claim, "内容不全"), wrong) from wrong
    except (errors.JoseError, ValueError, TypeError, KeyError) as wrong:
        raise _unproved("签名不对", wrong) from wrong
    audience = claims["aud"]
    several = isinstance(audience, list) and len(audience) > 1
    if not isinstance(claims["nonce"], str) or (
        (several or "azp" in claims) and claims.get("azp") != provider.client_id
    ):
        raise _unproved("不是发给本系统的", None)
    return claims


def further_claims(provider: Provider, tokens: dict[str, Any], subject: str) -> dict[str, Any]:
    """Return what the provider says about the person beside the ID token, of the same subject only. Raises Refused."""
    address = str(metadata(provider).get("userinfo_endpoint", ""))
    if not is_safe(address) or not isinstance(tokens.get("access_token"), str):
        return {}
    told = _json("GET", address, headers={"Authorization": f"Bearer {tokens['access_token']}"})
    return told if told.get("sub") == subject else {}


def _signed(provider: Provider, id_token: str) -> Any:
    """Return the token if one of the provider's keys signed it; an unknown key makes the keys be fetched once more."""
    header = jwt_header(id_token)
    fresh = _recall("keys", provider.issuer) is None
    fitting = _fitting(_keys(provider), header)
    if not fitting and not fresh and _age("keys", provider.issuer) > KEYS_AGAIN_SECONDS:
        _kept.pop(("keys", provider.issuer), None)
        fitting = _fitting(_keys(provider), header)
    for key in fitting:
        try:
            return jwt.decode(id_token, key, algorithms=ALGORITHMS)
        except errors.BadSignatureError:
            continue
    raise errors.BadSignatureError


def jwt_header(id_token: str) -> dict[str, Any]:
    """Return the unproved header of a token. Raises ValueError."""
    from joserfc.util import urlsafe_b64decode

    header: Any = json.loads(urlsafe_b64decode(id_token.partition(".")[0].encode()))
    if not isinstance(header, dict):
        raise ValueError("the header is no object")
    return header


def _fitting(keys: Iterable[Key], header: dict[str, Any]) -> list[Key]:
    wanted = header.get("kid")
    return [key for key in keys if wanted is None or key.kid == wanted]


def _keys(provider: Provider) -> list[Key]:
    found = _recall("keys", provider.issuer)
    if found is not None:
        return list(found)
    told = _json("GET", metadata(provider)["jwks_uri"]).get("keys")
    keys = []
    for one in told if isinstance(told, list) else []:
        if not isinstance(one, dict) or one.get("use") == "enc" or one.get("kty") not in {"RSA", "EC", "OKP"}:
            continue
        try:
            keys.append(JWKRegistry.import_key(one))
        except (errors.JoseError, ValueError, TypeError, KeyError) as wrong:
            logger.warning("oidc: a key of the provider cannot be used: %s", wrong)
    _keep("keys", provider.issuer, keys)
    return keys


def _json(method: str, url: str, **more: Any) -> dict[str, Any]:
    """Return the object an address of the provider answers with; no redirect is followed. Raises Refused."""
    try:
        answer = _pool.request(method, url, redirect=False, preload_content=False, **more)
        body = answer.read(LARGEST + 1)
        answer.release_conn()
    except (urllib3.exceptions.HTTPError, OSError) as wrong:
        logger.warning("oidc: %s: %s", url, wrong)
        raise Refused(AWAY, code="away") from wrong
    try:
        told = json.loads(body) if len(body) <= LARGEST else None
    except ValueError:
        told = None
    if answer.status != 200 or not isinstance(told, dict):
        reason = told.get("error") if isinstance(told, dict) else "no JSON object"
        raise _broken(f"{url} answered {answer.status}: {str(reason)[:100]}")
    return told


def _keep(what: str, issuer: str, value: Any) -> None:
    _kept[what, issuer] = (time.monotonic(), value)


def _recall(what: str, issuer: str) -> Any:
    return _kept[what, issuer][1] if _age(what, issuer) < KEPT_SECONDS else None


def _age(what: str, issuer: str) -> float:
    return time.monotonic() - _kept[what, issuer][0] if (what, issuer) in _kept else float("inf")


def _broken(reason: str) -> Refused:
    logger.warning("oidc: %s", reason)
    return Refused(BROKEN, code="broken")


def _unproved(reason: str, wrong: Exception | None) -> Refused:
    logger.warning("oidc: the ID token was not proved: %s", wrong or reason)
    return Refused(
        f"统一登录发来的凭证没有通过核验（{reason}）。请重新登录；仍然不行的，请告诉管理员。", code="unproved"
    )
