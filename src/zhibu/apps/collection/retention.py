"""What the retention table says of answers: their content goes once nobody needs it; that there was one stays."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q

from zhibu.apps.collection import rules
from zhibu.apps.collection.models import Answer, CampaignState, Reply
from zhibu.apps.collection.services.replies import settle
from zhibu.kernel import files
from zhibu.kernel.actor import Actor
from zhibu.kernel.files.models import Attachment
from zhibu.kernel.retention import Rows, retained

REASON = "retention table"
UNJUDGED = "保留期满，没有审核"
CLOSED = Q(reply__campaign__state=CampaignState.CLOSED)


def _content(due: Any) -> Rows:
    def erase(actor: Actor, most: int) -> int:
        chosen = list(due.order_by("pk").values_list("pk", "reply_id")[:most])
        rows = Answer.objects.system(REASON).filter(pk__in=[pk for pk, _ in chosen])
        unjudged = set(rows.filter(state=rules.SENT).values_list("reply_id", flat=True))
        # nobody may accept what is gone
        rows.filter(state=rules.SENT).update(state=rules.REFUSED, reason=UNJUDGED)
        rows.update(value=None, photo=None)
        for reply in Reply.objects.system(REASON).filter(pk__in=unjudged).select_related("campaign"):
            settle(reply)
        _forget_proofs({reply for _, reply in chosen})
        return len(chosen)

    return Rows(due.count, erase)


def _forget_proofs(replies: Iterable[int]) -> None:
    """Take proofs from replies of which no content is left."""
    kept = Answer.objects.system(REASON).filter(reply__in=replies, value__isnull=False)
    gone = {str(pk) for pk in set(replies) - set(kept.values_list("reply_id", flat=True))}
    rows = Attachment.objects.system(REASON).filter(object_type="collection.Reply", object_id__in=gone, removed_at=None)
    for attachment in rows:
        files.remove(attachment)


def _kept() -> Any:
    return Answer.objects.system(REASON).filter(value__isnull=False)


@retained("collection_drafts")
def drafts(before: datetime) -> Rows:
    """Drafts of campaigns that closed."""
    return _content(_kept().filter(CLOSED, state=rules.DRAFT, reply__campaign__closed_at__lt=before))


@retained("collection_refused")
def refused(before: datetime) -> Rows:
    """Answers that were refused, or never judged, of campaigns that closed; of corrections that ended."""
    left = Q(reply__campaign__isnull=True, reply__state=rules.LEFT, changed_at__lt=before)
    closed = CLOSED & Q(reply__campaign__closed_at__lt=before)
    return _content(_kept().filter(closed | left, state__in=[rules.REFUSED, rules.SENT]))


@retained("collection_accepted")
def accepted(before: datetime) -> Rows:
    """Copies of what stands in the record."""
    return _content(_kept().filter(state=rules.ACCEPTED, decided_at__lt=before))
