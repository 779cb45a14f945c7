"""The sheet of first passwords: what is on it, opening it for printing."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from zhibu.apps.accounts.documents import SLIPS
from zhibu.apps.accounts.documents.slips import content
from zhibu.apps.accounts.models import Slip, SlipSheet
from zhibu.apps.accounts.permissions import MANAGE
from zhibu.apps.accounts.services import slips
from zhibu.kernel import actions
from zhibu.kernel.actor import Actor
from zhibu.kernel.documents import answer_with
from zhibu.kernel.jobs.queries import visible_jobs


def _sheet(request: HttpRequest, uid: UUID) -> SlipSheet:
    """Return the requester's own sheet; for everybody else there is none."""
    actor = request.actor  # type: ignore[attr-defined]
    sheet = SlipSheet.objects.visible_to(actor).filter(uid=uid).first() if actor.may(MANAGE) else None
    if sheet is None:
        raise Http404
    return sheet  # type: ignore[no-any-return]


@require_safe
def sheet(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show what the sheet holds and for how long, without a password; while it is being filled, the job's page."""
    found = _sheet(request, uid)
    if found.job_uid:
        job = visible_jobs(request.actor).filter(uid=found.job_uid).first()  # type: ignore[attr-defined]
        if job is not None and job.is_open:
            return redirect("job", job.uid)
    waiting = Slip.objects.system("slips of the requester's sheet").filter(sheet=found, password__isnull=False).count()
    context = {"title": found.label, "sheet": found, "waiting": waiting, "confirm_url": _confirm_url(found)}
    return render(request, "accounts/slips.html", context)


@never_cache
@require_POST
def open_sheet(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Note the opening and show the slips as a page; by POST, so that no address leads to passwords."""
    found, answer = _opened(request, uid)
    if answer is not None:
        return answer
    context = {
        "title": found.label,
        "sheet": found,
        "slips": slips.printed(found, request.actor),  # type: ignore[attr-defined]
        "confirm_url": _confirm_url(found),
        "back_url": found.get_absolute_url(),
        "site": request.build_absolute_uri("/"),
    }
    return render(request, "accounts/slips_print.html", context)


@never_cache
@require_POST
def print_sheet(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Note the opening and send the slips as PDF, to be cut, folded and sealed."""
    found, answer = _opened(request, uid)
    if answer is not None:
        return answer
    printed = slips.printed(found, request.actor)  # type: ignore[attr-defined]
    return answer_with(request, SLIPS, content(printed, found.label, request.build_absolute_uri("/")))


def _opened(request: HttpRequest, uid: UUID) -> tuple[SlipSheet, HttpResponse | None]:
    """Return the sheet, its opening noted, and what to answer instead when it may no longer be opened."""
    found = _sheet(request, uid)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    try:
        actions.perform(actions.get("accounts.slips.open"), actor, uid=found.uid)
    except actions.Refused as refused:
        messages.error(request, str(refused))
        return found, redirect(found.get_absolute_url())
    return found, None


def _confirm_url(found: SlipSheet) -> str:
    return reverse("action-on", args=["accounts.slips.confirm", found.uid])
