"""Pictures that were sent ahead and never used are not kept."""

from datetime import datetime

from zhibu.apps.custody.models import PhotoDraft
from zhibu.kernel.retention import Rows, deleted, retained


@retained("care_photos")
def unused_pictures(before: datetime) -> Rows:
    """Pictures no record names; the content of the file is collected once nothing refers to it."""
    due = PhotoDraft.objects.system("retention table", allow_delete=True).filter(used_at=None, created_at__lt=before)
    return deleted(due)
