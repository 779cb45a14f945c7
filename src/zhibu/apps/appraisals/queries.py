"""Reads of appraisals."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from zhibu.apps.appraisals.models import Appraisal, Entry, State
from zhibu.apps.people import search
from zhibu.kernel.actor import Actor

SETTLED = (State.DECIDED, State.CONFIRMED)


def listed(actor: Actor) -> "QuerySet[Appraisal]":
    """Return the appraisals within reach, with how many have written their own assessment."""
    rows: QuerySet[Appraisal] = Appraisal.objects.visible_to(actor).select_related("organization", "meeting")
    return rows


def entries(appraisal: Appraisal) -> "QuerySet[Entry]":
    """Return the members of an appraisal in hand, in their order."""
    rows: QuerySet[Entry] = Entry.objects.system("members of an appraisal in hand").filter(appraisal=appraisal)
    return rows.select_related("appraisal__organization", "person").order_by("place")


def results(actor: Actor) -> "QuerySet[Entry]":
    """Return what every appraisal within reach says of each member, those given up left out."""
    rows: QuerySet[Entry] = Entry.objects.visible_to(actor).exclude(appraisal__state=State.VOID)
    return rows.select_related("appraisal__organization", "person")


def search_results(rows: "QuerySet[Any]", text: str, actor: Actor) -> "QuerySet[Any]":
    """Keep the members meant by what was typed."""
    known = search.ranked(actor, text, 500)
    return rows.filter(Q(person__in=known) | Q(name__contains=text))


def of_person(person_id: int) -> "QuerySet[Entry]":
    """Return the appraisals of a person in hand, the latest first."""
    rows: QuerySet[Entry] = Entry.objects.system("appraisals of a person in hand").filter(person_id=person_id)
    return (
        rows.exclude(appraisal__state=State.VOID).select_related("appraisal__organization").order_by("-appraisal__year")
    )


def by_rank(appraisal: Appraisal) -> dict[str, int]:
    """Return rank -> how many, of an appraisal in hand."""
    rows = Entry.objects.system("ranks of an appraisal in hand").filter(appraisal=appraisal, ranked=True).order_by()
    return dict(rows.values_list("rank").annotate(n=Count("pk")))
