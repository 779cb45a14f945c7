"""The books: the reconciliation of a subtree, the accounts and entries of one organisation, what providers told us."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhibu.apps.dues import queries_books
from zhibu.apps.dues.models import Callback
from zhibu.apps.dues.permissions import BOOKS
from zhibu.apps.dues.views.board import place_asked
from zhibu.apps.organizations.models import Organization
from zhibu.kernel.actor import Actor

#: entries of one page
SHOWN = 100


def _open(request: HttpRequest) -> Actor:
    """Return the actor, or raise Http404 for who may read no books."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(BOOKS):
        raise Http404
    return actor


def _page(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return min(max(int(text), 1), 10_000) if text.isdecimal() and len(text) < 6 else 1


@require_safe
def reconcile(request: HttpRequest) -> HttpResponse:
    """Show every check of the books against the records; each must come out to nothing."""
    actor = _open(request)
    place = place_asked(request, BOOKS)
    checks = queries_books.reconcile(actor, place)
    touched = queries_books.places_with_money(actor, place)
    context = {"checks": checks, "agrees": all(one.agrees for one in checks), "place": place, "places": touched}
    return render(request, "dues/reconcile.html", context)


@require_safe
def books(request: HttpRequest, uid: Any) -> HttpResponse:
    """Show the balances and the latest entries of an organisation."""
    actor = _open(request)
    place = Organization.objects.visible_to(actor, BOOKS).filter(uid=uid).first()
    if place is None:
        raise Http404
    page = _page(request)
    found = list(queries_books.entries_of(actor, place)[(page - 1) * SHOWN : page * SHOWN + 1])
    sides = queries_books.sides_of(found, place)
    context = {
        "place": place, "balances": queries_books.books_of(actor, place).rows(), "page": page,
        "rows": [(one, sides.get(one.pk, [])) for one in found[:SHOWN]], "more": len(found) > SHOWN,
        "next": page + 1, "previous": page - 1,
    }  # fmt: skip
    return render(request, "dues/books.html", context)


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Show what payment providers told us, forged notices too."""
    actor = _open(request)
    page = _page(request)
    rows = Callback.objects.visible_to(actor).select_related("organization").order_by("-pk")
    found = list(rows[(page - 1) * SHOWN : page * SHOWN + 1])
    tones = {"paid": "ok", "suspense": "due", "forged": "late"}
    context = {
        "rows": [(one, tones.get(one.verdict, "plain")) for one in found[:SHOWN]], "page": page, "more": len(found) > SHOWN,
        "next": page + 1, "previous": page - 1,
    }  # fmt: skip
    return render(request, "dues/notices.html", context)
