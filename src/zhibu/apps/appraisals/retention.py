"""What members wrote of themselves is forgotten in the end; ranks and votes are archives and stay."""

from datetime import datetime

from django.utils import timezone

from zhibu.apps.appraisals.models import Entry, State
from zhibu.kernel.retention import Rows, cleared, retained


@retained("appraisal_own_words")
def old_words(before: datetime) -> Rows:
    """Own assessments of appraisals that ended so long ago."""
    due = Entry.objects.system("retention table").filter(
        appraisal__state__in=[State.CONFIRMED, State.VOID], appraisal__on__lt=timezone.localdate(before)
    )
    return cleared(due, own_words="")
