"""How many talks each branch had this year, and with whom nobody has talked yet."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from zhibu.apps.talks import queries, rules
from zhibu.apps.talks.permissions import RECORD, VIEW
from zhibu.kernel.actor import Actor

#: the earliest year that may be looked at
FIRST = 2000
#: names of those nobody has talked with, shown for one branch
NAMED = 60


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show the branches within reach with their talks of a year."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(VIEW):
        raise Http404
    this = localdate().year
    given = request.GET.get("year", "")
    year = int(given) if given.isdecimal() and len(given) == 4 and FIRST <= int(given) <= this else this
    rows = [
        (
            row,
            [(label, row.counts[kind]) for kind, label in rules.LABELS.items()],
            row.left[:NAMED],
            actor.may(RECORD, row.organization.path),
        )
        for row in queries.board(actor, year)
    ]
    context = {
        "rows": rows, "year": year, "earlier": str(year - 1) if year > FIRST else "", "later": str(year + 1) if year < this else "",
        "labels": list(rules.LABELS.values()), "source": rules.SOURCE, "few": len(rows) <= 3, "is_now": year == this,
    }  # fmt: skip
    return render(request, "talks/board.html", context)
