"""Who is asked: one reply a person, made when a campaign opens and looked after every day until it closes."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F
from django.utils.timezone import now

from zhibu.apps.collection import rules
from zhibu.apps.collection.models import Answer, Campaign, CampaignState, Reply
from zhibu.apps.collection.services import telling
from zhibu.apps.people.models import Affiliation
from zhibu.apps.people.models.affiliation import Kind, current
from zhibu.kernel import audit
from zhibu.kernel.actor import SYSTEM
from zhibu.kernel.bulk import insert_models
from zhibu.kernel.tree import under

#: somebody who belongs to the subtree in several ways is counted where they are closest at hand
NEAREST = (Kind.PARTY, Kind.SERVICE, Kind.ADMINISTRATIVE, Kind.HOME)
BATCH = 500


@dataclass(frozen=True)
class Enrolled:
    """What a look at who belongs to a campaign changed."""

    joined: int = 0
    left: int = 0
    moved: int = 0
    newcomers: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.joined or self.left or self.moved)


def belonging(campaign: Campaign) -> dict[int, int]:
    """Return person id -> organisation id of everybody the campaign asks today: one query."""
    rows = Affiliation.objects.system("whom a campaign asks").filter(
        current(), under("organization__path", (campaign.organization.path,)), person__state="live"
    )
    rows = rows.exclude(person__employment="deceased")
    if campaign.relation:
        rows = rows.filter(kind=campaign.relation)
    if campaign.employments:
        rows = rows.filter(person__employment__in=campaign.employments)
    rank = {kind.value: place for place, kind in enumerate(NEAREST)}
    found: dict[int, tuple[int, int]] = {}
    for person_id, organization_id, kind in rows.values_list("person_id", "organization_id", "kind"):
        if person_id not in found or rank[kind] < found[person_id][0]:
            found[person_id] = (rank[kind], organization_id)
    return {person_id: organization_id for person_id, (_, organization_id) in found.items()}


def enrol(campaign: Campaign) -> Enrolled:
    """Ask those who came, leave out those who went, follow those who moved. The number of queries is constant."""
    wanted = belonging(campaign)
    # locked: somebody who sends a reply meanwhile must not find its state set back
    rows = Reply.objects.system("replies of a campaign").filter(campaign=campaign)
    known = list(rows.select_for_update(of=("self",)).order_by("pk"))
    here = {reply.person_id for reply in known if reply.state != rules.LEFT or reply.dropped}
    back = [
        r
        for r in known
        if r.state == rules.LEFT and not r.dropped and r.person_id in wanted and r.person_id not in here
    ]
    gone = [r for r in known if r.state != rules.LEFT and r.person_id not in wanted]
    moved = [
        r for r in known if r.state != rules.LEFT and wanted.get(r.person_id, r.organization_id) != r.organization_id
    ]
    for reply in moved:
        reply.organization_id = wanted[reply.person_id]
    _return(campaign, back)
    for reply in back:
        reply.organization_id = wanted[reply.person_id]
    for reply in gone:
        reply.state = rules.LEFT
    changed = [*moved, *back, *gone]
    rows = Reply.objects.system("replies of a campaign")
    if changed:
        rows.bulk_update(changed, ["organization", "state"], batch_size=BATCH)
        rows.filter(pk__in=[reply.pk for reply in changed]).update(rev=F("rev") + 1)
    returned = {reply.person_id for reply in back}
    fresh = [person_id for person_id in wanted if person_id not in here and person_id not in returned]
    insert_models([Reply(campaign=campaign, person_id=pk, organization_id=wanted[pk]) for pk in fresh])
    return Enrolled(len(fresh) + len(back), len(gone), len(moved), tuple(fresh))


def _return(campaign: Campaign, replies: Iterable[Reply]) -> None:
    """Give those who came back the state of the answers they had left."""
    by_pk = {reply.pk: reply for reply in replies}
    states: dict[int, dict[str, str]] = {pk: {} for pk in by_pk}
    rows = Answer.objects.system("answers of those who came back").filter(reply__in=list(by_pk))
    for reply_id, name, state in rows.values_list("reply_id", "field", "state"):
        states[reply_id][name] = state
    for pk, reply in by_pk.items():
        reply.state = rules.state_of(campaign.fields, states[pk])


def finish_opening(campaign: Campaign) -> Enrolled:
    """Ask everybody, and open the campaign; called by its job in one transaction."""
    found = enrol(campaign)
    campaign.state, campaign.opened_at, campaign.rev = CampaignState.OPEN, now(), campaign.rev + 1
    campaign.save(update_fields=["state", "opened_at", "rev"])
    telling.opened(campaign, found.newcomers)
    return found


def look_after() -> int:
    """Bring every open campaign up to date; returns how many had changes. The daily job."""
    count = 0
    rows = Campaign.objects.system("open campaigns").filter(state=CampaignState.OPEN).select_related("organization")
    for campaign in rows.select_for_update(of=("self",)):
        if found := enrol(campaign):
            count += 1
            telling.opened(campaign, found.newcomers)
            summary = f"更新采集名单：新增 {found.joined} 人，退出 {found.left} 人，换组织 {found.moved} 人"
            audit.record(SYSTEM, "collection.campaign.enrol", campaign, summary=summary)
    return count
