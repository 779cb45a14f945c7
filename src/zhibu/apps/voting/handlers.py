"""What this app does when something happens to people and branches, and what it gives to pages of others."""

from django.http import HttpRequest

from zhibu.apps.organizations.events import OrganizationDissolving
from zhibu.apps.people import own
from zhibu.apps.people.events import PersonMerging
from zhibu.apps.people.models import Person
from zhibu.apps.voting import queries, retention  # noqa: F401 - the kinds of data kept register themselves
from zhibu.apps.voting.models import Voter
from zhibu.kernel.events import Veto, subscribe

#: online votes on one's own page
LATEST = 6


@subscribe(OrganizationDissolving)
def refuse_while_a_vote_is_under_way(event: OrganizationDissolving) -> None:
    """A branch that votes comes to a result first."""
    if waiting := queries.under_way(event.organization_id):
        raise Veto(f"这里还有 {waiting} 项表决没有结果", next_step="请先宣布结果或作废这些表决，再撤销或合并。")


@subscribe(PersonMerging)
def refuse_two_votes_of_one_person(event: PersonMerging) -> None:
    """Nobody votes twice because two records of theirs stood on one roll; of votes that are over both entries stay as they were."""
    open_ = Voter.objects.system("votes of merging people").filter(motion__state__in=["open", "counting"])
    both = [
        set(open_.filter(person_id=pk).values_list("motion_id", flat=True)) for pk in (event.kept_id, event.dropped_id)
    ]
    if both[0] & both[1]:
        raise Veto("两份主档都在一项正在进行的表决里", next_step="请先作废那项表决，更正名册后再合并。")


@own.panel(16)
def votes_of_ones_own(request: HttpRequest, person: Person) -> own.Panel | None:
    """Where somebody votes on line, what came of it, and what they do as a scrutineer or a teller."""
    places = list(queries.own_places(person)[:LATEST])
    trusts = list(queries.own_trusts(person)[:LATEST])
    counts = list(queries.own_counts(person)[:LATEST])
    if not places and not trusts and not counts:
        return None
    return own.Panel("voting/_own_votes.html", {"places": places, "trusts": trusts, "counts": counts})
