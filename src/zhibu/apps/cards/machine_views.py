"""Where agents call: no session, no form token, nothing but signatures. No page; nothing here tells of people."""

import json
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from zhibu.apps.accounts.origin import client_address, neighbourhood
from zhibu.apps.cards import rules
from zhibu.apps.cards.models import DeviceState, ReaderDevice
from zhibu.apps.cards.services import devices
from zhibu.apps.cards.services.device_taps import Call, Turned, receive
from zhibu.reader import protocol

#: calls of one device and wrong ones of one address that are heard in a minute
CALLS, WRONG = 3000, 20
KEY = 64
LONGEST_NAME = 100


class _Bad(Exception):
    """The body is not what an agent sends."""


def _refused(code: str, message: str, status: int, **more: Any) -> JsonResponse:
    return JsonResponse({"code": code, "message": message, **more}, status=status)


def _machine(view: Callable[[HttpRequest], JsonResponse]) -> Any:
    """A view for machines: who calls is known by a signature, so there is no session that another site could ride on."""

    def guarded(request: HttpRequest) -> JsonResponse:
        if _count(f"wrong:{_place(request)}", 0) > WRONG:
            return _refused("too_many", "错误太多，请一分钟后再试。", 429)
        try:
            answer = view(request)
        except _Bad:
            answer = _refused("bad", "内容不合格式，请检查程序版本是否与服务器一致。", 400)
        if answer.status_code in (400, 401, 404):
            _count(f"wrong:{_place(request)}", 1)
        answer["Cache-Control"] = "no-store"
        return answer

    return login_not_required(csrf_exempt(require_POST(guarded)))


def _place(request: HttpRequest) -> str:
    return neighbourhood(client_address(request))


def _count(what: str, more: int) -> int:
    key = f"reader:{what}:{int(time.time()) // 60}"
    cache.add(key, 0, timeout=120)
    return int(cache.incr(key, more)) if more else int(cache.get(key, 0))


def _json(request: HttpRequest) -> dict[str, Any]:
    if len(request.body) > protocol.MOST_BYTES:
        raise _Bad
    try:
        data = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise _Bad from error
    if not isinstance(data, dict):
        raise _Bad
    return data


def _text(data: dict[str, Any], name: str, most: int) -> str:
    value = data.get(name)
    if not isinstance(value, str) or "\0" in value:
        raise _Bad
    return value[:most]


def _enrol(request: HttpRequest) -> JsonResponse:
    data = _json(request)
    code, key, machine = (
        _text(data, "code", 40),
        _text(data, "public_key", KEY + 1),
        _text(data, "machine", LONGEST_NAME),
    )
    if len(key) != KEY or set(key) - set("0123456789abcdef"):
        raise _Bad
    device = devices.enrol(code, key, machine or "未命名电脑")
    if device is None:
        return _refused("code", "登记码不对、用过了或已过期，请在网页上重新生成登记码。", 404)
    return JsonResponse({"device": str(device.uid), "name": device.name, "time": timezone.now().isoformat()})


def _call(request: HttpRequest) -> JsonResponse:
    data = _json(request)
    try:
        uid = uuid.UUID(_text(data, "device", 36))
    except ValueError as error:
        raise _Bad from error
    device = ReaderDevice.objects.system("the signature is checked next").filter(uid=uid).first()
    signature = request.headers.get(protocol.SIGNATURE, "")
    if device is None or not device.public_key or not protocol.verified(device.public_key, signature, request.body):
        return _refused("signature", "签名不对：服务器不认识这台电脑，请重新登记。", 401)
    if device.state != DeviceState.ENROLLED:
        return _refused("revoked", "这台联机读卡器已经停用，刷卡不再登记。", 403)
    if _count(f"calls:{device.pk}", 1) > CALLS:
        return _refused("too_many", "呼叫太频繁，请稍后再试。", 429)
    try:
        device, answers, question = receive(device.pk, _read(device, data))
    except Turned as turned:
        status = 403 if turned.code == "revoked" else 409
        return _refused(turned.code, turned.message, status, **turned.more)
    told = [{"sequence": one.sequence, "title": rules.MEANINGS[one.outcome].title} for one in answers]
    body = {"time": timezone.now().isoformat(), "taken": device.last_sequence, "answers": told, "question": question}
    return JsonResponse(body)


def _read(device: ReaderDevice, data: dict[str, Any]) -> Call:
    """Return the call as it was signed; every tap carries a signature of its own."""
    number, waiting, names, taps = data.get("call"), data.get("waiting"), data.get("readers"), data.get("taps")
    if type(number) is not int or not 0 < number < 2**53 or type(waiting) is not int or not 0 <= waiting < 2**31:
        raise _Bad
    if not isinstance(names, list) or not isinstance(taps, list) or len(taps) > protocol.MOST_TAPS:
        raise _Bad
    try:
        sent_at = datetime.fromisoformat(_text(data, "sent_at", 40))
        read = [protocol.read_tap(tap) for tap in taps]
    except ValueError as error:
        raise _Bad from error
    if any(
        not protocol.verified(device.public_key, tap.signature, protocol.words_of(str(device.uid), tap)) for tap in read
    ):
        raise _Bad
    readers = "；".join(str(name)[:60].replace("\0", "") for name in names[:8])[:400]
    sent_at = sent_at if sent_at.tzinfo else sent_at.replace(tzinfo=UTC)
    return Call(number, sent_at, waiting, readers, _text(data, "ask", 20), read)


enrol = _machine(_enrol)
call = _machine(_call)
