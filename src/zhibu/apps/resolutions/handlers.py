"""What this app does when something happens elsewhere, and what it gives to pages of others."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate

from zhibu.apps.membership.events import MemberMoved
from zhibu.apps.organizations.events import OrganizationDissolving
from zhibu.apps.people import own
from zhibu.apps.people.events import PersonDied, PersonLeft
from zhibu.apps.people.models import Person
from zhibu.apps.resolutions import queries
from zhibu.apps.resolutions.models import Resolution
from zhibu.apps.resolutions.permissions import VIEW
from zhibu.apps.resolutions.services import following
from zhibu.apps.voting.events import MotionVoided
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import bench
from zhibu.kernel.events import Veto, subscribe
from zhibu.kernel.messages import kinds

LATEST = 3
kinds.register(kinds.Kind("resolutions", "支部决议", "本支部通过的决议"))


@subscribe(MotionVoided)
def void_with_the_vote(event: MotionVoided) -> None:
    """What a void vote decided is void."""
    following.void_with(event.motion_id, event.actor)


@subscribe(PersonDied)
def release_with_death(event: PersonDied) -> None:
    """Somebody else carries on."""
    following.release(event.person_id, event.actor, "去世")


@subscribe(PersonLeft)
def release_with_leaving(event: PersonLeft) -> None:
    """Somebody else carries on."""
    following.release(event.person_id, event.actor, "离开单位")


@subscribe(MemberMoved)
def release_with_a_move(event: MemberMoved) -> None:
    """Whoever goes to another branch carries nothing out for the old one."""
    following.leave_branch(event.person_id, event.from_id, event.to_id, event.actor)


@subscribe(OrganizationDissolving)
def refuse_while_something_is_to_be_done(event: OrganizationDissolving) -> None:
    """A branch finishes what it decided, or says that it is done, before it ends."""
    open_ = Resolution.objects.system("resolutions of a closing branch").filter(organization_id=event.organization_id)
    if waiting := open_.filter(state="following").count():
        raise Veto(f"这里还有 {waiting} 份决议没有落实", next_step="请先办结这些决议，再撤销或合并。")


@own.panel(17)
def resolutions_of_ones_branch(request: HttpRequest, person: Person) -> own.Panel | None:
    """The latest resolutions of one's branch."""
    today = localdate()
    found = [(one, *one.standing(today)) for one in queries.own(person, today)[:LATEST]]
    return own.Panel("resolutions/_own.html", {"found": found}) if found else None


def office(request: HttpRequest, person: Person | None) -> bench.Panel | None:
    """How many resolutions are being carried out, and how many of them are overdue."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(VIEW):
        return None
    figures = queries.figures(actor, localdate())
    if not figures["following"]:
        return None
    url = reverse("resolutions")
    return bench.Panel("支部决议", "resolutions/_bench.html", {**figures, "url": url}, (("全部", url),))


bench.register_office(40, office)
