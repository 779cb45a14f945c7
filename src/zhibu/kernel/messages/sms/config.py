"""The gateway as the operator described it: `settings.SMS`, raw texts of the environment, checked and parsed here.

`{number}`, `{text}`, `{key}`, `{secret}` stand in the body and the headers. The body is parsed before they are filled in,
so that no text of a user can change its structure.
"""

import json
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings

from zhibu.kernel.messages.sms.errors import SmsMisconfigured, SmsOff

DEFAULT_BODY = {
    "json": '{"number": "{number}", "text": "{text}", "key": "{key}"}',
    "form": "number={number}&text={text}&key={key}",
}
LOOPBACK = ("localhost", "127.0.0.1", "::1")
MAX_TRIES = 5


@dataclass(frozen=True)
class Gateway:
    """A usable description. body: JSON value, or pairs of a form; success: see `sending.accepted`."""

    url: str
    method: Literal["POST", "PUT", "GET"]
    form: Literal["json", "form"]
    body: Any
    headers: dict[str, str] = field(default_factory=dict)
    secret: str = ""
    success: str = ""
    sign: str = ""
    timeout: float = 5.0
    tries: int = 2


def is_on() -> bool:
    """Tell whether a gateway is set and its settings can be read."""
    return bool(settings.SMS["url"]) and not problems()


def gateway() -> Gateway:
    """Return the gateway. Raises SmsOff, SmsMisconfigured."""
    if not settings.SMS["url"]:
        raise SmsOff
    parsed, wrong = _read(tuple(sorted(settings.SMS.items())))
    if parsed is None or wrong:
        raise SmsMisconfigured(f"短信网关的设置有误：{wrong[0]}")
    return parsed


def problems() -> list[str]:
    """Return what is wrong with the settings, in Chinese; nothing when SMS is simply off."""
    raw = settings.SMS
    if not raw["url"]:
        left = [name for name in ("body", "headers", "secret", "success", "sign") if raw[name]]
        names = "、".join(f"ZHIBU_SMS_{name.upper()}" for name in left)
        return [f"设置了 {names}，但没有设置网关地址 ZHIBU_SMS_URL，短信不会发出"] if left else []
    return list(_read(tuple(sorted(raw.items())))[1])


def in_the_clear() -> bool:
    """Tell whether numbers and texts would cross the network unencrypted."""
    parts = urlsplit(settings.SMS["url"])
    return parts.scheme == "http" and parts.hostname not in LOOPBACK


@lru_cache(maxsize=4)
def _read(items: tuple[tuple[str, str], ...]) -> tuple[Gateway | None, tuple[str, ...]]:
    raw = dict(items)
    wrong: list[str] = []
    if urlsplit(raw["url"]).scheme not in ("http", "https") or not urlsplit(raw["url"]).hostname:
        wrong.append("ZHIBU_SMS_URL 应是 http:// 或 https:// 开头的完整地址")
    method = raw["method"].upper() or "POST"
    if method not in ("POST", "PUT", "GET"):
        wrong.append("ZHIBU_SMS_METHOD 只能是 POST、PUT 或 GET")
    form = raw["format"].lower() or ("form" if method == "GET" else "json")
    if form not in DEFAULT_BODY or (method == "GET" and form == "json"):
        wrong.append("ZHIBU_SMS_FORMAT 只能是 json 或 form，用 GET 时只能是 form")
        return None, tuple(wrong)
    body = _body(raw["body"] or DEFAULT_BODY[form], form, wrong)
    headers = _headers(raw["headers"], wrong)
    if "{secret}" in f"{raw['body']}{raw['headers']}" and not raw["secret"]:
        wrong.append("正文或请求头里写了 {secret}，但 ZHIBU_SMS_SECRET 没有设置")
    timeout = _number(raw["timeout"], 5.0, 0.2, 10, "ZHIBU_SMS_TIMEOUT 应是 0.2 到 10 之间的秒数", wrong)
    tries = _number(raw["tries"], 2, 1, MAX_TRIES, f"ZHIBU_SMS_TRIES 应是 1 到 {MAX_TRIES} 之间的次数", wrong)
    found = Gateway(
        raw["url"], method, form, body, headers, raw["secret"], raw["success"], raw["sign"], timeout, int(tries)  # type: ignore[arg-type]
    )  # fmt: skip
    return found, tuple(wrong)


def _body(text: str, form: str, wrong: list[str]) -> Any:
    try:
        body: Any = json.loads(text) if form == "json" else parse_qsl(text, keep_blank_values=True, strict_parsing=True)
    except ValueError:
        wrong.append("ZHIBU_SMS_BODY 写法不对：json 时应是一个 JSON 对象，form 时应是 a={number}&b={text} 的样子")
        return None
    if "{number}" not in text or "{text}" not in text:
        wrong.append("ZHIBU_SMS_BODY 里必须有 {number} 和 {text}")
    return body


def _headers(text: str, wrong: list[str]) -> dict[str, str]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        found = None
    good = isinstance(found, dict) and all(isinstance(v, str) and v.isascii() for v in found.values())
    if not good:
        wrong.append('ZHIBU_SMS_HEADERS 应是 JSON 对象，例如 {"Authorization": "Bearer {secret}"}')
        return {}
    return dict(found)


def _number(text: str, default: float, low: float, high: float, message: str, wrong: list[str]) -> float:
    try:
        value = float(text) if text else default
    except ValueError:
        value = low - 1
    if not low <= value <= high:
        wrong.append(message)
        return default
    return value


def signed(text: str) -> str:
    """Return the text as it goes out, behind the operator's sign."""
    return f"{settings.SMS['sign']}{text}"
