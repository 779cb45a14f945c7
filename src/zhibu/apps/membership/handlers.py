"""What this app does when something happens to people and organisations."""

from django.db.models import Q
from django.utils.timezone import localdate

from zhibu.apps.membership import desk, faces, rosters  # noqa: F401 - their panels register themselves
from zhibu.apps.membership.models import Member
from zhibu.apps.membership.services import following, keeping, reminding
from zhibu.apps.people.events import PartyFactsChanged, PersonChangeReversed, PersonDied, PersonMerging
from zhibu.apps.people.services.bulk import follows
from zhibu.kernel.events import subscribe
from zhibu.kernel.jobs import daily
from zhibu.kernel.messages import kinds


@subscribe(PartyFactsChanged)
def keep_in_step(event: PartyFactsChanged) -> None:
    """Rows of members appear, and follow branch, kind and dates."""
    keeping.keep(event.people, event.actor, strict=event.by_hand)


@subscribe(PersonDied)
def close_with_death(event: PersonDied) -> None:
    """The record of a dead member stays to be read."""
    following.die(event.actor, event.person_id, event.on, event.event_id)


@subscribe(PersonChangeReversed)
def take_back_with_the_event(event: PersonChangeReversed) -> None:
    """A death taken back leaves the member as before."""
    if event.kind == "die":
        following.revive(event.actor, event.person_id, event.event_id)


@subscribe(PersonMerging)
def settle_members(event: PersonMerging) -> None:
    """One person, one row: of two the one of longer standing goes on."""
    following.merge(event.actor, event.kept_id, event.dropped_id)


follows(Member, Q(rev=1))
kinds.register(kinds.Kind(reminding.KIND, "政治生日", "您的入党纪念日；书记还会收到本支部的", (), brief=True))


@daily("membership.birthdays", hour=8)
def remind_of_birthdays() -> None:
    """Tell members and secretaries of political birthdays."""
    reminding.remind(localdate())
