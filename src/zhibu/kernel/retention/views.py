"""The page 保留期限: what is kept how long on which ground, and how much of it is due."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from zhibu.kernel.actions import get
from zhibu.kernel.retention.services import RUN, table


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the table with what is due, to those who may act on it."""
    action = get(RUN)
    if not action.open_to(request.actor):  # type: ignore[attr-defined]
        raise Http404
    rows = table()
    context = {
        "title": "保留期限",
        "rows": rows,
        "due": sum(row.count for row in rows if row.by_act),
        "act_url": f"{reverse('action', args=[RUN])}?next={request.path}",
    }
    return render(request, "retention/page.html", context)
