"""The handbook in the browser. What is not public asks to sign in."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from zhibu.kernel.handbook import chapters, rendering, searching
from zhibu.kernel.handbook.chapters import Chapter
from zhibu.kernel.handbook.helping import readable, roles_of
from zhibu.kernel.ui.context import actor_of

TITLE = "使用手册"


@login_not_required
@require_safe
def contents(request: HttpRequest) -> HttpResponse:
    """Contents, or what was found for `q`; `print=1` gives the whole handbook on one page."""
    actor = actor_of(request)
    open_to = readable(actor)
    if request.GET.get("print") == "1":
        pages = [(chapter, rendering.render(chapter, lazy=False, prefix=f"{chapter.slug}-")) for chapter in open_to]
        return render(request, "handbook/print.html", {"title": TITLE, "pages": pages, "back_url": reverse("handbook")})
    query = request.GET.get("q", "").strip()[: searching.LONGEST]
    roles = roles_of(actor)
    own = [chapter for chapter in open_to if roles.intersection(chapter.roles)]
    parts: dict[str, list[Chapter]] = {}
    for chapter in open_to:
        parts.setdefault(chapter.part, []).append(chapter)
    context = {
        **_shell(request),
        "title": TITLE,
        "query_text": query,
        "hits": searching.find(query, open_to) if query else [],
        "own": own,
        "parts": parts,
    }
    return render(request, "handbook/contents.html", context)


@login_not_required
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponseBase:
    """One chapter; `print=1` gives it on paper."""
    try:
        chapter = chapters.chapter(slug)
    except KeyError as missing:
        raise Http404 from missing
    open_to = readable(actor_of(request))
    if chapter not in open_to:
        return redirect_to_login(request.get_full_path())
    here = reverse("handbook-chapter", args=[slug])
    if request.GET.get("print") == "1":
        pages = [(chapter, rendering.render(chapter, lazy=False))]
        return render(request, "handbook/print.html", {"title": chapter.title, "pages": pages, "back_url": here})
    at = open_to.index(chapter)
    context = {
        **_shell(request),
        "title": chapter.title,
        "chapter": chapter,
        "body": rendering.render(chapter),
        "print_url": f"{here}?print=1",
        "before": open_to[at - 1] if at else None,
        "after": open_to[at + 1] if at + 1 < len(open_to) else None,
        "crumbs": [{"label": TITLE, "url": reverse("handbook")}, {"label": chapter.title}],
    }
    return render(request, "handbook/chapter.html", context)


def _shell(request: HttpRequest) -> dict[str, Any]:
    signed_in = actor_of(request).account_id is not None
    return {"layout": "ui/base.html" if signed_in else "ui/plain.html"}
