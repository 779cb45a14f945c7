"""Drafts that were never sent go; what was sent has a number and is an archive."""

from datetime import datetime

from zhibu.apps.petitions.models import Petition, State
from zhibu.kernel import files
from zhibu.kernel.actor import Actor
from zhibu.kernel.files.models import Attachment
from zhibu.kernel.retention import Rows, deleted, retained


@retained("petition_drafts")
def old_drafts(before: datetime) -> Rows:
    """Drafts written so long ago that never got a number, with their papers."""
    due = Petition.objects.system("retention table", allow_delete=True).filter(
        state=State.DRAFT, number__isnull=True, created_at__lt=before
    )
    rows = deleted(due)

    def erase(actor: Actor, most: int) -> int:
        keys = [str(pk) for pk in due.order_by("pk").values_list("pk", flat=True)[:most]]
        papers = Attachment.objects.system("retention table").filter(object_type="petitions.Petition", removed_at=None)
        for paper in papers.filter(object_id__in=keys):
            files.remove(paper)
        return rows.erase(actor, most) if rows.erase is not None else 0

    return Rows(rows.count, erase)
