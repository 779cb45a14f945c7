"""The search box, photos, the reveal page, duplicates, the record as of a day, one's own record."""

import uuid
from dataclasses import replace
from datetime import date
from html import escape
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_POST

from zhibu.apps.people import own, queries, record, search
from zhibu.apps.people.codes import labels
from zhibu.apps.people.counted import count_lookup
from zhibu.apps.people.forms import RevealForm
from zhibu.apps.people.groups import GROUP_OF_FIELD, GROUPS
from zhibu.apps.people.models import BankAccount, Person, Reveal
from zhibu.apps.people.picking import person_mark
from zhibu.apps.people.rules import age
from zhibu.kernel import actions, files
from zhibu.kernel.actor import Actor
from zhibu.kernel.ui.parts import Fact

_NOBODY = uuid.UUID(int=0)


def person_in_reach(request: HttpRequest, uid: uuid.UUID, permission: str = "people.view") -> Person:
    """Return the person, or raise Http404."""
    rows = Person.objects.visible_to(request.actor, permission)  # type: ignore[attr-defined]
    person: Person | None = rows.filter(uid=uid).first()
    if person is None:
        raise Http404
    return person


@require_GET
def search_box(request: HttpRequest) -> HttpResponse:
    """Answer the one box: a page, an htmx fragment while typing, or JSON for pickers."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may("people.view"):
        raise Http404
    query = request.GET.get("q", "").strip()[:64]
    refused = bool(query) and not count_lookup(actor, query)
    people = [] if refused or not query else search.find(actor, query)
    places = queries.place_names(people, actor)
    today, sexes, employments = localdate(), labels("sex"), labels("employment")
    before, behind = reverse("people-record", args=[_NOBODY]).split(str(_NOBODY))
    # words, not objects: drawing a line is most of the time it takes to answer
    results = [
        {
            "number": str(number),
            "url": f"{before}{person.uid}{behind}",
            "name": person.name,
            "sex": sexes.get(person.sex, ""),
            "age": str(age(person.birth_date, today)) if person.birth_date else "",
            "place": next(iter(places[person.pk].values()), ""),
            "party": places[person.pk].get("party", ""),
            "employment": employments.get(person.employment, ""),
        }
        for number, person in enumerate(people, 1)
    ]
    context = {"searched_for": query, "results": results, "refused": refused, "limit": search.LIMIT}
    if request.headers.get("HX-Request"):
        return render(request, "people/_search_results.html", {**context, "lines": _draw(results)})
    return render(request, "people/search.html", context)


def _draw(results: list[dict[str, str]]) -> SafeString:
    """Return the lines below the box, drawn here: while somebody types, twenty of them through a template are felt."""
    lines = []
    for row in results:
        years = f" {row['age']} 岁" if row["age"] else ""  # a number, as are the line's and the address, made above
        lines.append(
            f'<li role="none"><a role="option" id="search-option-{row["number"]}" aria-selected="false"'
            f' href="{row["url"]}" tabindex="-1"><strong>{escape(row["name"])}</strong>'
            f' <span class="muted">{escape(row["sex"])}{years}</span>'
            f' <span class="small muted">{escape(row["party"] or row["place"])}</span></a></li>'
        )
    return mark_safe(f'<ul role="listbox" id="search-listbox" aria-label="查找结果">{"".join(lines)}</ul>')


@require_GET
def photo(request: HttpRequest, uid: uuid.UUID) -> HttpResponseBase:
    """Send the photo of a person within reach, or one's own."""
    person = own_person(request)
    if person is None or person.uid != uid:
        person = person_in_reach(request, uid)
    if person.photo is None:
        raise Http404
    return files.serve_image(person.photo, size=request.GET.get("size", ""))


def reveal(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Ask for a reason, log the look, and show the number once: to those who may see it masked, too."""
    person = person_in_reach(request, uid, "people.reveal")
    person_in_reach(request, uid, GROUP_OF_FIELD["identity_number"].see)
    form = RevealForm(request.POST if "reason" in request.POST else None, actor=request.actor, obj=person)  # type: ignore[attr-defined]
    number = ""
    if form.is_bound and form.is_valid():
        actions.perform(actions.get("people.person.reveal"), request.actor, data=form.to_input(), uid=uid)  # type: ignore[attr-defined]
        number = person.identity_number or ""
    context = {"person": person, "form": form, "number": number, "action": actions.get("people.person.reveal")}
    response = render(
        request, "people/reveal.html", context, status=422 if form.is_bound and not form.is_valid() else 200
    )
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def duplicates(request: HttpRequest) -> HttpResponse:
    """List pairs that may be one person."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may("people.merge"):
        raise Http404
    pairs = queries.duplicates(actor)
    places = queries.places([p for pair in pairs for p in (pair.first, pair.second)], actor)
    rows = [(pair, places[pair.first.pk].get("home"), places[pair.second.pk].get("home")) for pair in pairs]
    return render(request, "people/duplicates.html", {"rows": rows})


@require_GET
def as_of(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show the record as it stood on a past day."""
    person = person_in_reach(request, uid)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    text = request.GET.get("day", "")
    error, day = "", localdate()
    try:
        day = date.fromisoformat(text) if text else day
    except ValueError:
        error = "日期应写成 2026-01-31 的样子"
    if day > localdate():
        error, day = "不能选今天以后的日期", localdate()
    past, existed = record.as_of(person, day)
    paths = person.scope_paths()
    groups = [
        (group, [(str(Person._meta.get_field(n).verbose_name), past.as_of_values[n]) for n in group.fields])  # type: ignore[attr-defined, union-attr]
        for group in GROUPS
        if group.fields and record.allowed(actor, paths, group.see)
    ]
    relations = [
        r for r in queries.affiliations(person, actor) if r.since <= day and (r.until is None or day < r.until)
    ]
    context = {
        "person": person,
        "day": day,
        "error": error,
        "existed": existed,
        "groups": groups,
        "relations": relations,
    }
    return render(request, "people/as_of.html", context)


@require_GET
def life(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show what happened in a person's working life, and what may be entered now."""
    person = person_in_reach(request, uid)
    return render(request, "people/life.html", {"person": person, **record.life(request.actor, person)})  # type: ignore[attr-defined]


def own_person(request: HttpRequest) -> Person | None:
    """Return the signed-in account's own person."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.person_id is None:
        return None
    person: Person | None = Person.objects.system("one's own record").filter(pk=actor.person_id).first()
    return person


@require_GET
def me(request: HttpRequest) -> HttpResponse:
    """Show one's own record, and who looked at its sensitive fields."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.account_id is None:
        raise Http404
    person = own_person(request)
    context: dict[str, Any] = {"person": person}
    if person is not None:
        may = lambda permission: permission.startswith("people.see.")  # noqa: E731
        blocks = [
            replace(record.block(actor, person, group, may), ask_url=own.correction_url(person, group))
            for group in GROUPS
        ]
        rows = person.affiliations.system("one's own relations").select_related("organization")
        looks = Reveal.objects.system("who looked at one's own number").filter(person=person)[:50]
        context |= {"blocks": blocks, "affiliations": list(rows), "reveals": looks, "age": None}
        context["panels"] = own.panels(request, person)
        context["has_numbers"] = bool(person.identity_number) or bool(own_accounts(person))
        if person.birth_date:
            context["age"] = age(person.birth_date, localdate())
        if person.photo_id:
            context["photo_url"] = reverse("people-photo", args=[person.uid])
    return render(request, "people/me.html", context)


def own_accounts(person: Person) -> list[BankAccount]:
    """Return one's own bank accounts."""
    rows = BankAccount.objects.system("one's own accounts").filter(person=person, withdrawn_at__isnull=True)
    return list(rows)


@require_POST
def reveal_own(request: HttpRequest) -> HttpResponse:
    """Show one's own numbers in full, once; the look is logged like any other."""
    person = own_person(request)
    if person is None:
        raise Http404
    actions.perform(actions.get("people.person.reveal_own"), request.actor, uid=person.uid)  # type: ignore[attr-defined]
    facts = [Fact("证件号码", person.identity_number)]
    facts += [Fact(f"{account.bank}账号", account.account) for account in own_accounts(person)]
    response = render(request, "people/reveal_own.html", {"facts": facts})
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def picker(request: HttpRequest) -> HttpResponse:
    """Answer the person picker of forms with a few suggestions, only within reach."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may("people.view"):
        raise Http404
    query = request.GET.get("q", "").strip()[:64]
    people = search.find(actor, query, limit=8) if query and count_lookup(actor, query) else []
    places = queries.place_names(people, actor)
    items = [{"mark": person_mark(p), "detail": next(iter(places[p.pk].values()), "")} for p in people]
    return JsonResponse({"items": items})
