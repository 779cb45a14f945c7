"""What the retention table says of people: looks at sensitive fields and rows of comparisons are forgotten in the end."""

from datetime import datetime

from zhibu.apps.people.models import NationalDifference, Reveal
from zhibu.kernel.retention import Rows, deleted, retained

REASON = "retention table"


@retained("reveals")
def old_looks(before: datetime) -> Rows:
    """Looks older than the term; the line in the trail stays."""
    due = Reveal.objects.system(REASON, allow_delete=True).filter(at__lt=before)
    return deleted(due)


@retained("national_differences")
def old_differences(before: datetime) -> Rows:
    """Rows of reports older than the term; the check with its counts stays."""
    due = NationalDifference.objects.system(REASON, allow_delete=True).filter(check_of__created_at__lt=before)
    return deleted(due)
