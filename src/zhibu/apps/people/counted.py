"""Look-ups by number are counted and written down, so that nobody tries numbers through."""

from django.core.cache import cache
from django.db import transaction
from django.utils.timezone import localdate

from zhibu.apps.people import search
from zhibu.kernel import audit
from zhibu.kernel.actor import Actor

#: look-ups by number tails allowed per account and minute: enough for a desk, too few to try numbers through
NUMBER_LOOKUPS = 60


def count_lookup(actor: Actor, query: str) -> bool:
    """Tell whether the account may look that up now; a look-up by number is counted and written down.

    The search box, the list's own field, pickers and form fields share one count.
    """
    if not search.is_number(query):
        return True
    key = f"number-lookups:{actor.account_id}:{localdate():%j}"
    cache.add(key, 0, timeout=60)
    if cache.incr(key) > NUMBER_LOOKUPS:
        return False
    if len(query) >= max(search.IDENTITY_TAILS):
        with transaction.atomic():
            audit.record(
                actor, "people.search.number", object_type="people.Person", object_id="*", summary="按号码查找人员"
            )
    return True
