"""Papers of a branch that belong to no single record: the monthly list to sign, the 核定表 of a year."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from zhibu.apps.dues import queries
from zhibu.apps.dues.documents import LIST, SHEET, lists
from zhibu.apps.dues.permissions import BASE, VIEW
from zhibu.apps.dues.views.board import month_asked
from zhibu.apps.organizations.models import Organization
from zhibu.kernel.actor import Actor
from zhibu.kernel.documents import answer_with


def _branch(request: HttpRequest, uid: Any, permission: str) -> Organization:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = Organization.objects.visible_to(actor, permission).filter(uid=uid, kind="branch").first()
    if found is None:
        raise Http404
    place: Organization = found
    return place


@require_safe
def monthly_list(request: HttpRequest, uid: Any) -> HttpResponse:
    """Print a branch's month to sign."""
    place, month = _branch(request, uid, VIEW), month_asked(request)
    charges = queries.branch_month(request.actor, place, month)  # type: ignore[attr-defined]
    return answer_with(request, LIST, lists.monthly(place, month, charges), large=request.GET.get("size") == "large")


@require_safe
def base_sheet(request: HttpRequest, uid: Any) -> HttpResponse:
    """Print the bases of a branch's members that stand in a year, to be signed and scanned."""
    place = _branch(request, uid, BASE)
    text = request.GET.get("year", "")
    year = int(text) if text.isdecimal() and len(text) == 4 else localdate().year
    rows = queries.listed_bases(request.actor).filter(organization=place, stands=True, since__year=year)  # type: ignore[attr-defined]
    latest = {base.person_id: base for base in rows.order_by("since")}
    bases = sorted(latest.values(), key=lambda base: (base.person.name, base.pk))
    return answer_with(request, SHEET, lists.sheet(place, year, bases), large=request.GET.get("size") == "large")
