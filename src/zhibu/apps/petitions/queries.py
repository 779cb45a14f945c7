"""Reads: who is above, what was asked about something, the lists of both sides."""

from datetime import date
from typing import Any

from django.db.models import CharField, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.timezone import localdate

from zhibu.apps.organizations.models import Organization
from zhibu.apps.organizations.queries import open_on
from zhibu.apps.petitions import rules
from zhibu.apps.petitions.models import Outcome, Petition, Reply, State
from zhibu.apps.petitions.params import kinds
from zhibu.kernel.actor import Actor
from zhibu.kernel.files.models import Attachment
from zhibu.kernel.tree import ancestors

#: a request that the asking side has still to do something about
UNSENT = Q(state__in=[State.DRAFT, State.RETURNED])
WAITING = Q(outcome=Outcome.WAITING)


def mendable(today: date) -> Q:
    """Condition on requests: not before the superior, and not mended on the record they are about."""
    return UNSENT & ~Q(kind__in=_with_own_acts())


def waits_here(today: date) -> Q:
    """Condition on answers: waiting, and not answered on the record they are about; a paper from outside is entered here."""
    return WAITING & (Q(external=True) | ~Q(kind__in=_with_own_acts()))


def _with_own_acts() -> list[str]:
    return [code for code, one in kinds().items() if one.own_acts]


def of_subject(model: type[Model]) -> "QuerySet[Petition]":
    """Return the requests about the row of `model` that stands outside, for a condition with Exists."""
    rows: QuerySet[Petition] = Petition.objects.system("requests about visible records")
    return rows.filter(about_type=model._meta.label, about_id=Cast(OuterRef("pk"), CharField()))


#: how the name of a paper begins that came with the answer
OF_ANSWER = "批复："


def superiors(organization: Any, to: rules.To = "nearest") -> list[Organization]:
    """Return the organisations that may answer it, the nearest first; their names are shown to whoever asks upward."""
    above = ancestors(organization.path)
    rows = Organization.objects.system("whom one asks upward").filter(open_on(localdate()), kind__in=rules.ANSWERING)
    rows = rows.filter(Q(path__in=above) | Q(parent__path__in=above, parent__kind="unit")).select_related("parent")
    known = {row.pk: row for row in rows}
    places = [rules.Place(row.pk, row.kind, row.path, _unit_path(row)) for row in known.values()]
    return [known[key] for key in rules.superiors(organization.kind, organization.path, places, to)]


def _unit_path(row: Organization) -> str:
    return row.parent.path if row.parent is not None and row.parent.kind == "unit" else ""


def about(obj: Model) -> list[Petition]:
    """Return the requests about a record that the caller may see, the latest first."""
    rows = Petition.objects.system("requests about a visible record")
    return list(
        rows.filter(about_type=obj._meta.label, about_id=str(obj.pk))
        .select_related("organization", "superior")
        .order_by("-pk")
    )


def agreed(obj: Model, kind: str) -> Petition | None:
    """Return the latest request of that kind about the record if the superior agreed to it."""
    latest = next((one for one in about(obj) if one.kind == kind and one.state != State.WITHDRAWN), None)
    return latest if latest is not None and latest.state == State.AGREED else None


def listed(actor: Actor) -> "QuerySet[Petition]":
    """Return the requests within reach."""
    rows: QuerySet[Petition] = Petition.objects.visible_to(actor)
    return rows.select_related("organization", "superior", "asked_by")


def arrived(actor: Actor) -> "QuerySet[Reply]":
    """Return the requests that came to the organisations within reach."""
    rows: QuerySet[Reply] = Reply.objects.visible_to(actor)
    return rows.select_related("organization", "petition__organization", "petition__superior", "petition__asked_by")


def rounds(petition: Petition) -> list[Reply]:
    """Return each sending of a request with its answer, the first one first."""
    rows = Reply.objects.system("rounds of a visible request").filter(petition=petition)
    return list(rows.select_related("organization").order_by("round"))


def attachments(petition: Petition) -> list[Attachment]:
    """Return what hangs on a request in hand, answers that came as papers left out, oldest first."""
    rows = Attachment.objects.system("papers of a request in hand").filter(
        object_type=petition._meta.label, object_id=str(petition.pk), removed_at=None
    )
    return [one for one in rows.select_related("blob").order_by("pk") if not one.name.startswith(OF_ANSWER)]


def overdue(today: date) -> Q:
    """Condition on arrived requests: they wait for an answer longer than expected."""
    return Q(outcome=Outcome.WAITING, due_on__lt=today)
