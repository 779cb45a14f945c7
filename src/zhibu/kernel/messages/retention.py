"""Old messages go: after `kept_days` nobody needs to know who was told what by which channel."""

from datetime import timedelta

from django.utils import timezone

from zhibu.kernel.jobs import every
from zhibu.kernel.messages.models import Delivery, Message, Notice
from zhibu.kernel.messages.numbers import number

REASON = "retention of messages"
#: at once, so that the write lock is held for a moment only
MOST = 5_000


@every("messages.retention", minutes=60)
def forget_old() -> None:
    """Delete messages older than `kept_days` with their deliveries, and notices nothing is left of."""
    before = timezone.now() - timedelta(days=number("kept_days"))
    old = list(
        Message.objects.system(REASON).filter(created_at__lt=before).order_by("id").values_list("pk", flat=True)[:MOST]
    )
    if old:
        Delivery.objects.system(REASON, allow_delete=True).filter(message_id__in=old).delete()
        Message.objects.system(REASON, allow_delete=True).filter(pk__in=old).delete()
    left = Message.objects.system(REASON).filter(notice__isnull=False).values("notice_id")
    Notice.objects.system(REASON, allow_delete=True).filter(created_at__lt=before).exclude(pk__in=left).delete()
