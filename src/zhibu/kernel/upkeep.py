"""Nightly housekeeping of the kernel: what nobody can need any more goes."""

from datetime import timedelta

from django.utils.timezone import now

from zhibu.kernel.actions.models import Submission
from zhibu.kernel.files import collect
from zhibu.kernel.jobs import daily

#: a form that was opened longer ago is refused as stale by its revision; its key need not be remembered
KEPT_DAYS = 90


@daily("actions.submissions", hour=3)
def forget_submissions() -> None:
    """Forget submission keys older than KEPT_DAYS."""
    Submission.objects.filter(at__lt=now() - timedelta(days=KEPT_DAYS)).delete()


@daily("files.collect", hour=3)
def collect_files() -> None:
    """Remove content that nothing has named for longer than the longest backup is kept."""
    collect()
