"""One SMS: from number and text to the gateway's answer. Logs carry the masked number and the key, nothing else."""

import json
import logging
import re
import time
from typing import Any
from urllib.parse import urlencode

import urllib3

from zhibu.kernel.crypto.masking import mask_phone
from zhibu.kernel.messages.sms.config import Gateway, gateway, signed
from zhibu.kernel.messages.sms.errors import SmsBadNumber, SmsBadText, SmsRefused, SmsUnreachable

MAX_TEXT = 500
MAX_ANSWER = 64 * 1024
#: answers that say “later”, not “no”
LATER = {408, 425, 429, 500, 502, 503, 504}
PAUSE_SECONDS = 0.4
MOBILE = re.compile(r"1[3-9]\d{9}")
ABROAD = re.compile(r"\+(?!86)[1-9]\d{6,14}")

logger = logging.getLogger("zhibu.sms")
# its own debug lines would name the query string of a GET gateway
logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)
_pool = urllib3.PoolManager(num_pools=4, maxsize=8, retries=False)


def normal_number(number: str) -> str:
    """Return the number as gateways take it: 11 digits, or +… abroad. Raises SmsBadNumber."""
    bare = re.sub(r"[\s\-()（）]", "", number)
    bare = re.sub(r"^(?:\+86|0086|86(?=1\d{10}$))", "", bare)
    if not (MOBILE.fullmatch(bare) or ABROAD.fullmatch(bare)) or not bare.isascii():
        raise SmsBadNumber
    return bare


def may_get_sms(number: str) -> bool:
    """Tell whether an SMS can be sent to this number at all."""
    try:
        return bool(normal_number(number))
    except SmsBadNumber:
        return False


def parts(text: str) -> int:
    """Return how many SMS the operator charges for a text: 70 characters in one, else 67 in each."""
    # operators count UTF-16 units: a character outside the basic plane (a rare name) is two
    units = len(text.encode("utf-16-le")) // 2
    return 1 if units <= 70 else -(-units // 67)


def send_sms(number: str, text: str, key: str) -> None:
    """Send one SMS now and return when the gateway has taken it.

    `key` names this SMS for ever: the same key asks the gateway not to deliver twice. Raises SmsOff, SmsMisconfigured,
    SmsBadNumber, SmsBadText, SmsRefused, and SmsUnreachable (the temporary one).
    """
    if not key or not key.isascii() or not key.isprintable():
        raise ValueError("an SMS has a printable ASCII key")
    way = gateway()
    to = normal_number(number)
    message = signed(text.strip())
    if not text.strip() or len(message) > MAX_TEXT:
        raise SmsBadText
    request = _request(way, {"number": to, "text": message, "key": key, "secret": way.secret})
    for attempt in range(1, way.tries + 1):
        if attempt > 1:
            time.sleep(PAUSE_SECONDS * 2 ** (attempt - 2))
        status, body, failure = _ask(way, request)
        if status and status not in LATER:
            break
        logger.warning("sms %s to %s: try %d: %s", key, mask_phone(to), attempt, failure or f"status {status}")
    else:
        raise SmsUnreachable
    if not accepted(way.success, status, body):
        logger.warning("sms %s to %s: refused, status %d", key, mask_phone(to), status)
        raise SmsRefused(f"短信网关没有接受这条短信（状态 {status}）。请核对网关的余额、签名、模板和密钥。")
    logger.info("sms %s to %s: sent", key, mask_phone(to))


def _request(way: Gateway, values: dict[str, str]) -> dict[str, Any]:
    """Return the arguments of the request: what is written by people is filled in after parsing."""
    headers = {"Idempotency-Key": values["key"], **{k: _fill(v, values) for k, v in way.headers.items()}}
    filled = _filled(way.body, values)
    if way.form == "json":
        headers.setdefault("Content-Type", "application/json; charset=utf-8")
        return {"body": json.dumps(filled, ensure_ascii=False).encode(), "headers": headers}
    encoded = urlencode(filled)
    if way.method == "GET":
        joiner = "&" if "?" in way.url else "?"
        return {"url": f"{way.url}{joiner}{encoded}", "headers": headers}
    headers.setdefault("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
    return {"body": encoded.encode(), "headers": headers}


def _fill(text: str, values: dict[str, str]) -> str:
    # in one pass: a text that itself contains “{secret}” stays as it was written
    return re.sub(r"\{(number|text|key|secret)\}", lambda hit: values[hit[1]], text)


def _filled(body: Any, values: dict[str, str]) -> Any:
    if isinstance(body, str):
        return _fill(body, values)
    if isinstance(body, list | tuple):
        return type(body)(_filled(item, values) for item in body)
    if isinstance(body, dict):
        return {key: _filled(item, values) for key, item in body.items()}
    return body


def _ask(way: Gateway, request: dict[str, Any]) -> tuple[int, bytes, str]:
    """Return (status, start of the answer, ""), or (0, b"", kind of failure): an exception's text may name the number."""
    try:
        answer = _pool.request(
            way.method,
            **{"url": way.url, **request},
            timeout=urllib3.Timeout(connect=way.timeout, read=way.timeout),
            redirect=False,
            preload_content=False,
        )
        try:
            return answer.status, answer.read(MAX_ANSWER), ""
        finally:
            answer.release_conn() if answer.status < 300 else answer.close()
    except (urllib3.exceptions.HTTPError, OSError) as error:
        return 0, b"", type(error).__name__


def accepted(test: str, status: int, body: bytes) -> bool:
    """Tell whether the gateway took it: a 2xx status, and the operator's test if there is one.

    `code=0` or `data.status=OK|QUEUED`: that field of the JSON answer is one of these; anything without `=`: these words
    stand in the answer.
    """
    if not 200 <= status < 300:
        return False
    if not test:
        return True
    path, equals, wanted = test.partition("=")
    if not equals:
        return test in body.decode("utf-8", "replace")
    try:
        value: Any = json.loads(body)
    except ValueError:
        return False
    for name in path.strip().split("."):
        value = value.get(name) if isinstance(value, dict) else None
    shown = json.dumps(value) if isinstance(value, bool | None) else str(value)
    return shown in [one.strip() for one in wanted.split("|")]
