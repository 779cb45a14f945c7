"""Who is due to retire in the next months."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from zhibu.apps.people import retiring
from zhibu.apps.people.services.retiring import JOB_KIND, RETIRE
from zhibu.kernel.actor import Actor
from zhibu.kernel.jobs.models import OPEN_STATES
from zhibu.kernel.jobs.queries import visible_jobs
from zhibu.kernel.ui.parts import Chip

AHEAD = (3, 6, 12)


@require_GET
def retiring_list(request: HttpRequest) -> HttpResponse:
    """List those due, the first month first; each with the way to the single act, all with the way to the common one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not (actor.may(retiring.WORK) and actor.may(retiring.SEE)):
        raise Http404
    asked = request.GET.get("months", "")
    months = int(asked) if asked in {str(number) for number in AHEAD} else AHEAD[0]
    here, today = reverse("people-retiring"), localdate()
    rows = [
        (row, row.overdue(today), reverse("action-on", args=[RETIRE, row.person.uid]) + f"?next={here}")
        for row in retiring.due(actor, today, months)
    ]
    context = {
        "months": months,
        "rows": rows,
        "chips": [Chip(f"{number} 个月内", f"{here}?months={number}", on=number == months) for number in AHEAD],
        "act_url": reverse("action", args=["people.life.retire_many"]) + f"?next={here}",
        "running": visible_jobs(actor)
        .filter(kind=JOB_KIND, requested_by_id=actor.account_id, state__in=OPEN_STATES)
        .first(),
    }
    return render(request, "people/retiring.html", context)
