"""What the retention table says of cards: taps are forgotten in the end."""

from datetime import datetime

from django.db.models import F

from zhibu.apps.cards.models import Tap
from zhibu.kernel.retention import Rows, deleted, retained


@retained("card_taps")
def old_taps(before: datetime) -> Rows:
    """Taps older than the term; of each agent the last one stays, by which a repeat of it is known."""
    due = Tap.objects.system("retention table", allow_delete=True).filter(at__lt=before)
    return deleted(due.exclude(sequence=F("device__last_sequence")))
