"""That two people talked is not kept for ever; what they said never was."""

from datetime import datetime

from django.utils import timezone

from zhibu.apps.talks.models import Talk
from zhibu.kernel.retention import Rows, deleted, retained


@retained("talks")
def old_talks(before: datetime) -> Rows:
    """Talks of so long ago, withdrawn ones as well."""
    day = timezone.localdate(before)
    return deleted(Talk.objects.system("retention table", allow_delete=True).filter(on__lt=day))
