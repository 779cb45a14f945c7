"""What a member sees on the phone: coming meetings, one of them, the code that was scanned, papers to read."""

import time
import uuid
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from zhibu.apps.meetings import codes, queries, rules
from zhibu.apps.meetings.models import Attendance, Meeting, Paper, PaperKind, State
from zhibu.apps.meetings.services.signing import Scanned
from zhibu.kernel import actions, files, messages
from zhibu.kernel.actions import Refused
from zhibu.kernel.actor import Actor
from zhibu.kernel.files.models import Attachment

#: what the session of a browser keeps of a good code, until its person is known
SEEN = "meeting_scan"
PAST = 20


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks; whoever has no record of their own has no meetings."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.person_id is None:
        raise Http404
    return actor


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show one's meetings: those to come, what is to be studied, those that were."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.account_id is None:
        raise Http404
    if actor.person_id is None:
        return render(request, "meetings/mine.html", {"title": "我的会议", "nobody": True})
    rows = queries.of_person(actor.person_id).exclude(standing="off")
    coming = list(rows.filter(meeting__state__in=[State.CALLED, State.UNDER_WAY]).order_by("meeting__starts_at"))
    past = rows.filter(meeting__state=State.HELD)
    context = {
        "title": "我的会议", "coming": coming, "past": list(past[:PAST]), "study": list(past.filter(study="open")),
        "called_off": list(rows.filter(meeting__state=State.CANCELLED, meeting__on__gte=localdate())),
    }  # fmt: skip
    return render(request, "meetings/mine.html", context)


@require_safe
def mine_one(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show one meeting to somebody on its list, with what they may do now; whoever has seen it has read its notice."""
    attendance = _own(request, uid)
    messages.seen(actor_of(request), attendance.meeting.notice_id)
    return render(request, "meetings/mine_one.html", own_page(request, attendance))


@require_safe
def of_meeting(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Lead from a notice to one's own page of that meeting; whoever is not on the list goes to the meeting, if they may."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = Attendance.objects.system("one's own place on a list").filter(meeting__uid=uid, person_id=actor.person_id)
    found = rows.exclude(meeting__state=State.PLANNED).first() if actor.person_id else None
    if found is not None:
        return redirect(found.own_url)
    meeting = Meeting.objects.visible_to(actor).filter(uid=uid).first()
    if meeting is None:
        raise Http404
    return redirect(meeting)


@require_safe
def paper(request: HttpRequest, uid: uuid.UUID) -> HttpResponseBase:
    """Send a paper to somebody on the list of its meeting: what is for everybody to read."""
    actor = actor_of(request)
    rows = Paper.objects.system("papers of one's own meeting").filter(uid=uid, kind=PaperKind.MATERIAL, removed_why="")
    listed = (
        Attendance.objects.system("one's own place on a list").filter(person_id=actor.person_id).exclude(standing="off")
    )
    found = rows.filter(meeting__in=listed.exclude(meeting__state=State.PLANNED).values("meeting_id")).first()
    if found is None:
        raise Http404
    on_it = {"object_type": found._meta.label, "object_id": str(found.pk), "removed_at": None}
    attachment = Attachment.objects.system("paper of one's own meeting").filter(**on_it).select_related("blob").first()
    if attachment is None:
        raise Http404
    return files.serve_blob(attachment.blob, name=attachment.name)


@login_not_required
@never_cache
@require_safe
def scanned(request: HttpRequest, code: str) -> HttpResponse:
    """Take a code from the wall: this browser has seen it. Whoever is not signed in yet signs in first."""
    uid = codes.taken(code)
    if uid is None:
        return render(request, "meetings/stale.html", {"title": "二维码已经失效"}, status=422)
    if request.user.is_authenticated:
        return _sign_in(request, uid, seen=True)
    request.session[SEEN] = {"meeting": str(uid), "at": time.time()}
    return redirect_to_login(reverse("meeting-scan", args=[uid]))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def scan(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """One tap: whoever's browser has just seen the code signs in."""
    return _sign_in(request, uid, seen=_seen(request, uid))


def _sign_in(request: HttpRequest, uid: uuid.UUID, *, seen: bool) -> HttpResponse:
    """Show the page with the one button to who saw the code a moment ago, or what the tap came to.

    The page carries the proof for this person; no session is written for it, so that a crowd does not queue for the database.
    """
    actor = actor_of(request)
    rows = Attendance.objects.system("one's own place on a list").filter(meeting__uid=uid, person_id=actor.person_id)
    # no more columns than the page shows: a crowd is at it
    attendance = next(iter(rows.select_related("meeting").order_by()[:1]), None)
    if attendance is None:
        meeting = Meeting.objects.system("the meeting whose code was seen").filter(uid=uid).first() if seen else None
        if meeting is None:
            raise Http404
        return render(request, "meetings/not_listed.html", {"title": "您不在名单上", "meeting": meeting}, status=403)
    if attendance.state == "present":
        return render(request, "meetings/signed.html", {"title": "已经签到", "one": attendance})
    proof = codes.proof(uid, attendance.person_id) if seen else request.POST.get("proof", "")[:400]
    if not codes.proven(proof, attendance):
        return render(request, "meetings/stale.html", {"title": "请重新扫码"}, status=422)
    context: dict[str, Any] = {"title": "签到", "one": attendance, "proof": proof}
    if request.method != "POST":
        return render(request, "meetings/scan.html", context)
    try:
        outcome = actions.perform(actions.get("meetings.sign.scan"), actor, data=Scanned(proof), uid=attendance.uid)
    except Refused as refused:
        return render(request, "meetings/scan.html", context | {"refused": refused}, status=422)
    return render(request, "meetings/signed.html", {"title": "签到成功", "one": outcome.result, "fresh": True})


def _seen(request: HttpRequest, uid: uuid.UUID) -> bool:
    kept = request.session.get(SEEN) or {}
    return kept.get("meeting") == str(uid) and 0 <= time.time() - float(kept.get("at", 0)) <= rules.SCAN_MINUTES * 60


def _own(request: HttpRequest, uid: uuid.UUID) -> Attendance:
    actor = actor_of(request)
    rows = Attendance.objects.system("one's own place on a list").filter(uid=uid, person_id=actor.person_id)
    rows = rows.exclude(meeting__state=State.PLANNED)
    found: Attendance | None = rows.select_related("meeting__organization", "meeting__host", "person").first()
    if found is None:
        raise Http404
    return found


def own_page(request: HttpRequest, attendance: Attendance) -> dict[str, Any]:
    """Return what somebody on the list sees of a meeting."""
    meeting = attendance.meeting
    actor: Actor = request.actor  # type: ignore[attr-defined]
    materials = Paper.objects.system("papers of one's own meeting").filter(
        meeting=meeting, kind=PaperKind.MATERIAL, removed_why=""
    )
    offered = [act for act in actions_of(actor, attendance) if act.code != "meetings.sign.remote" or meeting.link]
    return {
        "title": meeting.title, "one": attendance, "meeting": meeting, "offered": offered, "materials": list(materials),
        "agenda": list(meeting.agenda.system("agenda of one's own meeting").filter(withdrawn=False).order_by("place", "pk")),
        "study_due": attendance.study == "open", "today": localdate(),
    }  # fmt: skip


def actions_of(actor: Actor, attendance: Attendance) -> list[Any]:
    """Return one's own acts that are possible now, none of those an officer does."""
    return [act for act in actions.available(actor, attendance) if act.personal]
