"""Reads about notices."""

from datetime import date

from django.db.models import Model, QuerySet

from zhibu.kernel.actor import Actor
from zhibu.kernel.publicity.models import Publicity


def listed(actor: Actor) -> "QuerySet[Publicity]":
    """Return the notices within the actor's reach."""
    rows: QuerySet[Publicity] = Publicity.objects.visible_to(actor).select_related("organization")
    return rows


def shown(today: date) -> "QuerySet[Publicity]":
    """Return what everybody may read: the notices that hang and are shown online, the latest first."""
    rows: QuerySet[Publicity] = Publicity.objects.system("public page: what is posted for everybody").filter(
        state="running", online=True
    )
    return rows.select_related("organization").order_by("-posted_on", "-pk")


def about(subject: Model, kind: str = "") -> list[Publicity]:
    """Return the notices about a record in hand, the latest first."""
    rows = Publicity.objects.system("notices about a record in hand").filter(
        subject_type=subject._meta.label, subject_id=str(subject.pk)
    )
    if kind:
        rows = rows.filter(kind=kind)
    return list(rows.select_related("organization").order_by("-pk"))
