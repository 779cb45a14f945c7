"""What a member reads on the phone: the resolutions of the own branch."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from zhibu.apps.people.models import Person
from zhibu.apps.resolutions import queries
from zhibu.kernel.actor import Actor

#: on one page; older ones are asked for by year
SHOWN = 50


def _person(request: HttpRequest) -> Person:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = Person.objects.system("one's own record").filter(pk=actor.person_id).first() if actor.person_id else None
    if found is None:
        raise Http404
    person: Person = found
    return person


@require_safe
def own_list(request: HttpRequest) -> HttpResponse:
    """Show the resolutions of one's branch, the latest first; `year` keeps those of a year."""
    person, today = _person(request), localdate()
    rows = queries.own(person, today)
    years = sorted(set(rows.order_by().values_list("year", flat=True)), reverse=True)
    asked = request.GET.get("year", "")
    if asked.isascii() and asked.isdecimal() and len(asked) == 4:
        rows = rows.filter(year=int(asked))
    found = [(one, *one.standing(today)) for one in rows[:SHOWN]]
    return render(request, "resolutions/own_list.html", {"found": found, "years": years, "asked": asked})


@require_safe
def own_record(request: HttpRequest, uid: Any) -> HttpResponse:
    """Show one of them."""
    person, today = _person(request), localdate()
    found = queries.own(person, today).filter(uid=uid).first()
    if found is None:
        raise Http404
    words, tone = found.standing(today)
    mine = found.responsible_id == person.pk and found.state == "following"
    context = {"one": found, "words": words, "tone": tone, "mine": mine, "done": queries.follow_ups(found)}
    return render(request, "resolutions/own_record.html", context)
