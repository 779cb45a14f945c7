"""Look-ups by number are counted and written down, so that nobody tries numbers through."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils.timezone import now

from zhibu.apps.people import search
from zhibu.apps.people.models import LookupCount
from zhibu.kernel import audit
from zhibu.kernel.actor import Actor

#: look-ups by number tails allowed per account and minute: enough for a desk, too few to try numbers through
NUMBER_LOOKUPS = 60
MINUTE = timedelta(minutes=1)


def count_lookup(actor: Actor, query: str) -> bool:
    """Tell whether the account may look that up now; a look-up by number is counted and written down.

    The search box, the list's own field, pickers and form fields share one count.
    """
    if not search.is_number(query):
        return True
    if _counted(actor.account_id or 0) > NUMBER_LOOKUPS:
        return False
    if len(query) >= max(search.IDENTITY_TAILS):
        with transaction.atomic():
            audit.record(
                actor, "people.search.number", object_type="people.Person", object_id="*", summary="按号码查找人员"
            )
    return True


def _counted(account_id: int) -> int:
    """Count one more and return how many there were this minute, in whatever process of the web server."""
    with transaction.atomic():
        LookupCount.objects.get_or_create(account_id=account_id, defaults={"since": now()})
        mine = LookupCount.objects.filter(account_id=account_id)
        mine.select_for_update().get()
        mine.filter(since__lte=now() - MINUTE).update(count=0, since=now())
        mine.update(count=F("count") + 1)
        return int(mine.get().count)
