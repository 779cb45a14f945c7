"""Stubs are kept ten years; that somebody was in touch with somebody is not kept for ever."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from zhibu.apps.transfers.models import Contact, ContactPlan, Floating, Transfer
from zhibu.kernel import files
from zhibu.kernel.actor import Actor
from zhibu.kernel.files.models import Attachment
from zhibu.kernel.retention import Rows, cleared, deleted, retained


@retained("transfer_letters")
def old_stubs(before: datetime) -> Rows:
    """Telephone numbers and scans of transfers that ended so long ago; the numbered rows of the register stay."""
    day = timezone.localdate(before)
    due = Transfer.objects.system("retention table").filter(ended_on__lt=day)
    papers = Attachment.objects.system("retention table").filter(object_type="transfers.Transfer", removed_at=None)

    def left() -> Any:
        return due.exclude(phone="") | due.filter(pk__in=[int(key) for key in _keys(papers)])

    def erase(actor: Actor, most: int) -> int:
        chosen = list(left().order_by("pk").values_list("pk", flat=True)[:most])
        for paper in papers.filter(object_id__in=[str(pk) for pk in chosen]):
            files.remove(paper)
        due.filter(pk__in=chosen).update(phone="")
        return len(chosen)

    return Rows(lambda: left().count(), erase)


def _keys(papers: Any) -> list[str]:
    return list(papers.values_list("object_id", flat=True).distinct())


@retained("transfer_contacts")
def old_contacts(before: datetime) -> Rows:
    """Contacts of so long ago."""
    day = timezone.localdate(before)
    return deleted(Contact.objects.system("retention table", allow_delete=True).filter(on__lt=day))


@retained("transfer_plans")
def old_plans(before: datetime) -> Rows:
    """Plans that ended so long ago, once no contact of theirs is left."""
    day = timezone.localdate(before)
    due = ContactPlan.objects.system("retention table", allow_delete=True).filter(until__lt=day)
    return deleted(due.filter(~Exists(Contact.objects.system("retention table").filter(plan=OuterRef("pk")))))


@retained("transfer_floating")
def old_floating(before: datetime) -> Rows:
    """Telephone numbers and words of those who are back for so long; where they were and when stays."""
    due = Floating.objects.system("retention table").filter(until__lt=timezone.localdate(before))
    return cleared(due, host_phone="", words="")
