"""Pictures that were sent ahead and never used are not kept."""

from datetime import datetime

from zhibu.apps.custody.models import PhotoDraft
from zhibu.kernel.actor import Actor
from zhibu.kernel.retention import Rows, retained

REASON = "retention table"


@retained("care_photos")
def unused_pictures(before: datetime) -> Rows:
    """Pictures no record names; the content of the file is collected once nothing refers to it."""
    due = PhotoDraft.objects.system(REASON).filter(used_at=None, created_at__lt=before)

    def erase(actor: Actor, most: int) -> int:
        chosen = list(due.order_by("pk").values_list("pk", flat=True)[:most])
        PhotoDraft.objects.system(REASON, allow_delete=True).filter(pk__in=chosen).delete()
        return len(chosen)

    return Rows(due.count, erase)
