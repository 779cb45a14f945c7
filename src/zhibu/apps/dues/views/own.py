"""One's own dues on the phone: what is owed and paid by month, paying by code, receipts, the yearly report."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from zhibu.apps.dues import documents_own, months, pages, queries
from zhibu.apps.dues.models import Disclosure, OrderState, Payment, Settlement
from zhibu.apps.dues.providers import by_name, current
from zhibu.apps.dues.qr import drawn
from zhibu.apps.membership.queries import branch_of
from zhibu.apps.people.models import Person
from zhibu.kernel.actor import Actor

#: months that the page shows
SHOWN = 24


def _person(request: HttpRequest) -> Person:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = Person.objects.system("one's own record").filter(pk=actor.person_id, state="live")
    found = rows.first() if actor.person_id is not None else None
    if found is None:
        raise Http404
    person: Person = found
    return person


@require_safe
def dues(request: HttpRequest) -> HttpResponse:
    """Show one's own dues."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.person_id is None:
        return render(request, "dues/mine.html", {"person": None})
    person = _person(request)
    now = months.first(localdate())
    rows = queries.own_charges(person.pk, months.later(now, -SHOWN))
    unpaid = [one for one in rows if not one.settled and one.month <= now]
    branch = branch_of(person.pk, localdate())
    reports = (
        Disclosure.objects.system("reports for one's own branch").filter(organization__in=_above(branch))
        if branch
        else []
    )
    context = {
        "person": person, "branch": branch, "rows": [(one, *_of(one)) for one in rows], "unpaid": unpaid,
        "whole": sum(one.amount for one in unpaid), "words": months.words(one.month for one in unpaid),
        "late": queries.late_months([one for one in unpaid if one.month < now]) if unpaid else [],
        "payments": [(one, months.words(held), amount) for one, held, amount in queries.own_payments(person.pk)],
        "orders": list(queries.own_orders(person.pk).filter(state=OrderState.OPEN, expires_at__gt=timezone.now())[:3]),
        "provider": current(), "reports": reports,
    }  # fmt: skip
    return render(request, "dues/mine.html", context)


def _of(charge: Any) -> tuple[str, str, str]:
    """Return (words, kind, arithmetic) of a month of one's own; one may see one's own base."""
    words = ("未到", "plain") if not charge.settled and charge.month > localdate() else charge.state
    return (*words, pages.arithmetic(charge))


def _above(branch: Any) -> Any:
    from zhibu.apps.organizations.models import Organization
    from zhibu.kernel.tree import ancestors

    rows = Organization.objects.system("one's own branch and above").filter(
        path__in=[branch.path, *ancestors(branch.path)]
    )
    return rows.values("pk")


@require_safe
def latest_order(request: HttpRequest) -> HttpResponse:
    """Lead on to the order that was made last: where one arrives after making one."""
    person = _person(request)
    found = queries.own_orders(person.pk).order_by("-pk").first()
    return HttpResponseRedirect(found.get_absolute_url() if found is not None else reverse("my-dues"))


@require_safe
def order(request: HttpRequest, uid: Any) -> HttpResponse:
    """Show one's own order with its code."""
    person = _person(request)
    found = queries.own_orders(person.pk).filter(uid=uid).first()
    if found is None:
        raise Http404
    address = request.build_absolute_uri(found.code_text) if found.code_text.startswith("/") else found.code_text
    items = found.items.system("months of one's own order").select_related("charge").order_by("charge__month")
    # of a channel that was turned off since no notice is read: nobody may pay into it
    live = found.state == OrderState.OPEN and found.expires_at > timezone.now() and by_name(found.provider) is not None
    context = {
        "order": found, "items": items, "code": drawn(address) if live else "", "address": address, "live": live,
        "tone": {"open": "due", "paid": "ok", "odd": "late"}.get(found.state, "plain"),
    }  # fmt: skip
    return render(request, "dues/order.html", context)


@require_safe
def receipt(request: HttpRequest, uid: Any) -> HttpResponse:
    """Print one's own receipt: of a lump payment one's own lines only."""
    person = _person(request)
    payment = Payment.objects.system("a receipt of one's own").filter(uid=uid).select_related("organization").first()
    held = Settlement.objects.system("a receipt of one's own").filter(payment=payment, charge__person=person)
    if payment is None or not (held.exists() or payment.voluntary_person_id == person.pk):
        raise Http404
    return documents_own.receipt(request, payment, person)


@require_safe
def report(request: HttpRequest, uid: Any) -> HttpResponse:
    """Show a yearly report to a member of the organisation that published it."""
    person = _person(request)
    branch = branch_of(person.pk, localdate())
    rows = Disclosure.objects.system("a report for one's own branch").filter(uid=uid).select_related("organization")
    found = rows.filter(organization__in=_above(branch)).first() if branch is not None else None
    if found is None:
        raise Http404
    facts = [fact for fact in pages.report_facts(found) if not fact.absent]
    return render(request, "dues/report.html", {"report": found, "facts": facts, "tables": pages.report_tables(found)})
