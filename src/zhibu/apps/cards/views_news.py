"""What the reader beside the desk took: the page asks, the answer waits for the next tap.

A desk's request is held for a few seconds, so that a tap is on the page at once. Only so many are held at a time in one
process, for each keeps one of its threads; whoever comes after is answered at once and asks again a little later.
"""

import threading
import time
import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from zhibu.apps.cards import desk, queries
from zhibu.apps.cards.models import ReaderDevice, Tap
from zhibu.apps.cards.permissions import IDENTIFY
from zhibu.apps.cards.services.device_taps import is_fresh
from zhibu.apps.cards.views import private
from zhibu.kernel import actions
from zhibu.kernel.actions import Refused
from zhibu.kernel.actor import Actor

#: seconds a request waits, seconds between two looks, requests that wait at once (of eight threads)
HOLD, LOOK, HELD = 4.0, 0.04, 3
_free = threading.BoundedSemaphore(HELD)


@require_POST
def news(request: HttpRequest) -> HttpResponse:
    """Return the next tap and how the reader stands; 204 when nothing changed. Without script: lead to the last tap."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    device = _device(request, actor)
    if request.headers.get("HX-Request") != "true":
        return _plain(request, actor, device)
    after, mark = request.POST.get("after", ""), request.POST.get("mark", "")
    known = int(after) if after.isdecimal() and len(after) < 18 else 0
    now = _await(device, known, mark)
    waited = "" if now is None else _mark(now)
    if now is None or (now.last_sequence <= known and waited == mark):
        return private(HttpResponse(status=204))
    context: dict[str, Any] = {"link": desk.link(now)}
    tap = queries.newest_tap(device, known) if now.last_sequence > known else None
    if tap is not None and is_fresh(tap) and (shown := _show(actor, tap)) is not None:
        context |= {**desk.shown(actor, shown), "new": True}
    response = private(render(request, "cards/_news.html", context))
    response["X-Desk-After"], response["X-Desk-Mark"] = str(now.last_sequence), waited
    return response


def _device(request: HttpRequest, actor: Actor) -> ReaderDevice:
    if not actor.may(IDENTIFY):
        raise Http404
    try:
        uid = uuid.UUID(request.POST.get("device", ""))
    except ValueError as error:
        raise Http404 from error
    found: ReaderDevice | None = ReaderDevice.objects.visible_to(actor, IDENTIFY).filter(uid=uid).first()
    if found is None:
        raise Http404
    return found


def _plain(request: HttpRequest, actor: Actor, device: ReaderDevice) -> HttpResponse:
    tap = queries.newest_tap(device, 0)
    shown = _show(actor, tap) if tap is not None else None
    if shown is None:
        messages.info(request, "刚才没有刷过卡。请把卡放到读卡器上，再点一次。")
        return redirect("desk")
    return redirect(f"{reverse('desk')}?tap={shown.uid}")


def _show(actor: Actor, tap: Tap) -> Tap | None:
    """Show the tap, which is written down; None when it is too long ago."""
    try:
        outcome = actions.perform(actions.get("cards.desk.show"), actor, uid=tap.uid)
    except (Refused, Http404):
        return None
    return desk.recent(actor, outcome.object_id)


def _await(device: ReaderDevice, known: int, mark: str) -> ReaderDevice | None:
    """Return the device as soon as something about it is new, or after HOLD; None when nothing was."""
    held = _free.acquire(blocking=False)
    try:
        until = time.monotonic() + (HOLD if held else 0)
        while True:
            now = queries.device_now(device)
            if now.last_sequence > known or _mark(now) != mark:
                return now
            if time.monotonic() >= until:
                return None
            time.sleep(LOOK)
    finally:
        if held:
            _free.release()


def _mark(device: ReaderDevice) -> str:
    """Return what stands for all that the desk shows of a device."""
    return f"{device.state}-{int(device.present)}-{int(bool(device.readers))}-{device.waiting}"
