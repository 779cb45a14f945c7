"""What the kernel itself keeps: the trail's details, messages, staged rows of imports, keys of submissions."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from zhibu.kernel import audit
from zhibu.kernel.actions.models import Submission
from zhibu.kernel.actor import Actor
from zhibu.kernel.audit.models import AuditDetail, AuditEntry
from zhibu.kernel.imports.models import BatchState, ImportBatch
from zhibu.kernel.imports.staging import folder
from zhibu.kernel.messages.models import Delivery, Message, Notice
from zhibu.kernel.retention.registry import Rows, retained

REASON = "retention table"
GROUND = "保留期满，按保留期限表清除"


@retained("audit_detail")
def old_details(before: datetime) -> Rows:
    """Details of lines older than the term; the lines themselves stay and stay provable."""
    details = AuditDetail.objects.system(REASON).filter(entry_id=OuterRef("pk"))
    due = AuditEntry.objects.system(REASON).filter(Exists(details), at__lt=before).exclude(action=audit.ERASED)

    def erase(actor: Actor, most: int) -> int:
        chosen = list(due.order_by("pk").values_list("pk", flat=True)[:most])
        for pk in chosen:
            audit.erase(pk, actor, GROUND)
        return len(chosen)

    return Rows(due.count, erase)


@retained("messages")
def old_messages(before: datetime) -> Rows:
    """Messages with their deliveries, and notices of which nothing is left."""
    due = Message.objects.system(REASON, allow_delete=True).filter(created_at__lt=before)

    def erase(actor: Actor, most: int) -> int:
        chosen = list(due.order_by("pk").values_list("pk", flat=True)[:most])
        Delivery.objects.system(REASON, allow_delete=True).filter(message_id__in=chosen).delete()
        due.filter(pk__in=chosen).delete()
        left = Message.objects.system(REASON).filter(notice__isnull=False).values("notice_id")
        Notice.objects.system(REASON, allow_delete=True).filter(created_at__lt=before).exclude(pk__in=left).delete()
        return len(chosen)

    return Rows(due.count, erase)


@retained("imports_staged")
def staged_rows(before: datetime) -> Rows:
    """Files of staged rows of imports that ended; the nightly job of the imports takes them."""

    def count() -> int:
        ended = (BatchState.DONE, BatchState.UNDONE, BatchState.FAILED, BatchState.CANCELLED)
        due = ImportBatch.objects.system(REASON).filter(state__in=ended, finished_at__lt=before)
        there = {path.stem.replace("-", "") for path in folder().glob("*.sqlite3")}
        return sum(uid.hex in there for uid in due.values_list("uid", flat=True)) if there else 0

    return Rows(count)


@retained("submissions")
def old_submissions(before: datetime) -> Rows:
    """Keys of submissions; the nightly job of the acts takes them."""
    return Rows(Submission.objects.filter(at__lt=before).count)
