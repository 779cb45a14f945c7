"""The host's pages at a meeting: the door where cards are tapped, and the wall that everybody sees."""

import uuid
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhibu.apps.cards.queries import readers_at, trials_of
from zhibu.apps.meetings import codes, queries, rules
from zhibu.apps.meetings.forms_there import TapForm
from zhibu.apps.meetings.models import Attendance, Meeting, State
from zhibu.apps.meetings.permissions import MANAGE
from zhibu.apps.meetings.services.signing import Tap
from zhibu.apps.people.models import Person
from zhibu.kernel import actions
from zhibu.kernel.actions import Refused
from zhibu.kernel.actor import Actor

#: seconds until what the door shows is cleared
SHOWN = 20
#: names of the last ones that the host sees
LATEST = 8
LIVE = (State.CALLED, State.UNDER_WAY)


def meeting_of(request: HttpRequest, uid: uuid.UUID) -> Meeting:
    """Return a meeting that the actor runs, else 404."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = Meeting.objects.visible_to(actor, MANAGE).select_related("organization")
    found: Meeting | None = next(iter(rows.filter(uid=uid).order_by()[:1]), None)
    if found is None:
        raise Http404
    return found


def standing(meeting: Meeting) -> dict[str, Any]:
    """Return the figures of this moment and what is missing."""
    rule = meeting.rule
    remote = bool(rule and rule.remote)
    counted = queries.figures(meeting, remote=remote)
    count = rules.count(rule, counted.entitled, counted.present)
    return {"meeting": meeting, "figures": counted, "count": count, "remote_counts": remote}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """GET: the page at the door. POST: a card was tapped; for the script only what came of it."""
    meeting = meeting_of(request, uid)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if request.method != "POST":
        return _private(render(request, "meetings/door.html", _page(request, meeting)))
    live = request.headers.get("HX-Request") == "true"
    context = _tapped(request, meeting, actor) | {"seconds": SHOWN, "meeting": meeting}
    if live:
        return _private(render(request, "meetings/_tapped.html", context))
    return _private(render(request, "meetings/door.html", context | _page(request, meeting)))


def _page(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    readers = readers_at(meeting.organization)
    rows = queries.attendances(meeting).filter(state="present").order_by("-at")
    held = request.POST.get("hold") or request.GET.get("hold")
    trials: list[tuple[str, str, uuid.UUID]] = []
    if settings.DEMO and meeting.state in LIVE:  # no reader is connected to a demonstration
        absent = queries.attendances(meeting).exclude(state="present").exclude(person=None)
        found = trials_of(absent.order_by().values("person"), readers[0] if readers else None)
        trials = [(label, raw, uuid.uuid4()) for label, raw in found]
    return standing(meeting) | {
        "trials": trials, "title": f"{meeting}：签到", "key": uuid.uuid4(), "reader": readers[0] if readers else None, "latest": list(rows[:LATEST]),
        "open": meeting.state in LIVE, "hold": bool(held),
    }  # fmt: skip


def _tapped(request: HttpRequest, meeting: Meeting, actor: Actor) -> dict[str, Any]:
    form = TapForm(request.POST, actor=actor, obj=meeting)
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return {"nothing": "页面已过期，请刷新后重新刷卡。"}
    if not form.is_valid() or "\0" in request.POST.get("raw", ""):
        return {"nothing": "没有读到卡号，请重新刷卡。"}
    try:
        outcome = actions.perform(
            actions.get("meetings.sign.card"), actor, uid=meeting.uid, data=form.to_input(), key=key
        )
    except Refused as refused:
        return {"nothing": str(refused)}
    tap = outcome.result
    if not isinstance(tap, Tap):
        return {"nothing": "这次刷卡已经办过了。"}
    if tap.attendance is None:
        return {"nothing": tap.trouble}
    return {"tap": tap, "one": tap.attendance, "photo_url": _photo(actor, tap.attendance), "confirm_key": uuid.uuid4()}


def _photo(actor: Actor, attendance: Attendance) -> str:
    """Return where the photo is, to who may see people there."""
    held = Person.objects.system("whether there is a photo").filter(pk=attendance.person_id, photo__isnull=False)
    if attendance.person_id is None or not held.exists():
        return ""
    rows = Person.objects.visible_to(actor, "people.view").filter(pk=attendance.person_id)
    uid = rows.values_list("uid", flat=True).first()
    return reverse("people-photo", args=[uid]) if uid else ""


@require_POST
def confirm(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Sign in whom the host has compared with the photo; back to the door."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = Attendance.objects.visible_to(actor, MANAGE).select_related("meeting")
    found = rows.filter(uid=uid).first()
    if found is None:
        raise Http404
    try:
        actions.perform(actions.get("meetings.sign.confirm"), actor, uid=uid)
        messages.success(request, f"{found.name}已签到")
    except Refused as refused:
        messages.warning(request, f"{found.name}：{refused}")
    return redirect(f"{reverse('meeting-door', args=[found.meeting.uid])}?hold=1")


@never_cache
@require_safe
def wall(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show the wall: how many are there, how many are missing, the code to scan. No names."""
    meeting = meeting_of(request, uid)
    return _private(render(request, "meetings/wall.html", _wall(request, meeting)))


@never_cache
@require_safe
def wall_live(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Return what changes on the wall; it stops asking once the meeting is over."""
    meeting = meeting_of(request, uid)
    return _private(render(request, "meetings/_wall.html", _wall(request, meeting)))


def _wall(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    is_open = meeting.state in LIVE
    context = standing(meeting) | {
        "title": meeting.title,
        "open": is_open,
        "refresh_seconds": rules.CODE_SECONDS if is_open else 0,
    }
    if is_open:
        path = reverse("scan-code", args=[codes.code(meeting.uid)])
        # telephones reach the site by its name, whatever the machine at the wall calls it
        link = settings.SITE.rstrip("/") + path if settings.SITE else request.build_absolute_uri(path)
        context["code"] = qr(link)
        context["link"] = link
    return context


def qr(text: str) -> str:
    """Return a QR code as SVG that takes the size of what is around it; drawn without a style attribute."""
    return mark_safe(
        segno.make(text, error="m", micro=False).svg_inline(
            scale=1, border=2, omitsize=True, lineclass=None, svgclass=None
        )
    )


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
