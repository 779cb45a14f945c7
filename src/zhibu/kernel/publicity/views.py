"""The public pages: what hangs now, and one notice. No sign-in; nothing but what has to be shown."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from zhibu.kernel.publicity import queries
from zhibu.kernel.publicity.models import PublicityPlace

#: nobody reads further on one page; older ones have run out by then
MOST = 100


def _private(response: HttpResponse) -> HttpResponse:
    """Names of people are for those who pass by, not for search engines and their stores."""
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Cache-Control"] = "no-store"
    return response


@login_not_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """List the notices that hang."""
    today = localdate()
    rows = list(queries.shown(today)[: MOST + 1])
    context = {"title": "公示", "rows": rows[:MOST], "more": len(rows) > MOST, "today": today}
    return _private(render(request, "publicity/board.html", context))


@login_not_required
@require_safe
def notice(request: HttpRequest, uid: Any) -> HttpResponse:
    """Show one notice while it hangs; afterwards there is no such page."""
    today = localdate()
    found = queries.shown(today).filter(uid=uid).first()
    if found is None:
        raise Http404
    places = PublicityPlace.objects.system("places of a notice everybody may read").filter(publicity=found)
    context = {
        "title": found.title,
        "notice": found,
        "places": list(places),
        "clock": found.clock(today),
        "today": today,
    }
    return _private(render(request, "publicity/notice.html", context))
