"""Reads of campaigns: who sees which, how far they are, what one still has to fill in oneself."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse

from zhibu.apps.collection import rules
from zhibu.apps.collection.catalogue import asked
from zhibu.apps.collection.models import Answer, Campaign, CampaignState, Reply
from zhibu.apps.organizations.models import Organization
from zhibu.kernel.actor import Actor
from zhibu.kernel.files.models import Attachment
from zhibu.kernel.tree import ancestors, under

VIEW = "collection.view"
#: states in which those below a campaign's organisation see it
SHOWN = (CampaignState.OPEN, CampaignState.CLOSED)


@dataclass
class Tally:
    """People of one organisation in a campaign: how many, how many have filed or finished."""

    total: int = 0
    done: int = 0
    filed: int = 0
    started: int = 0

    def add(self, state: str, number: int) -> None:
        """Count `number` replies of that state."""
        self.total += number
        self.done += number if state == rules.DONE else 0
        self.filed += number if state == rules.FILED else 0
        self.started += number if state in {rules.PART, rules.RETURNED} else 0

    @property
    def replied(self) -> int:
        """Those who need not do anything more."""
        return self.done + self.filed

    @property
    def percent(self) -> int:
        return self.replied * 100 // self.total if self.total else 0


@dataclass
class OrganizationBar(Tally):
    """The bar of an organisation; `url` leads to who is missing, for those who may see names there."""

    organization: Any = None
    url: str = ""


@dataclass(frozen=True)
class FieldBar:
    """How far one field is: how many answers of each state there are among `total` people."""

    code: str
    label: str
    total: int
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def settled(self) -> int:
        return self.counts.get(rules.SAME, 0) + self.counts.get(rules.ACCEPTED, 0)

    @property
    def sent(self) -> int:
        return self.counts.get(rules.SENT, 0)

    @property
    def refused(self) -> int:
        return self.counts.get(rules.REFUSED, 0)

    @property
    def missing(self) -> int:
        return self.total - self.settled - self.sent - self.refused


def listed(actor: Actor) -> "QuerySet[Campaign]":
    """Return the campaigns of the actor's subtrees, and those from above that ask people of these subtrees."""
    own: QuerySet[Campaign] = Campaign.objects.visible_to(actor, VIEW)
    paths = actor.paths(VIEW)
    if actor.is_system or not paths:
        return own.select_related("organization")
    above = {path for top in paths for path in ancestors(top)}
    condition = under("organization__path", paths) | Q(organization__path__in=above, state__in=SHOWN)
    rows: QuerySet[Campaign] = Campaign.objects.system("campaigns that ask people of the actor's subtrees")
    return rows.filter(condition).select_related("organization")


def asks(actor: Actor, uid: Any) -> Campaign | None:
    """Return the campaign if it asks the actor, or people the actor looks after; None otherwise."""
    found: Campaign | None = listed(actor).filter(uid=uid).first()
    if found is None and actor.person_id is not None:
        mine = Reply.objects.system("is one asked").filter(campaign=OuterRef("pk"), person_id=actor.person_id)
        rows = Campaign.objects.system("a campaign that asks oneself").filter(Exists(mine), uid=uid, state__in=SHOWN)
        found = rows.select_related("organization").first()
    return found


def whole(campaign: Campaign) -> Tally:
    """Return the counts of the whole campaign: no names, for everybody it asks."""
    found = Tally()
    for state, number in _states(campaign).values_list("state").annotate(n=Count("pk")):
        found.add(state, number)
    return found


def _states(campaign: Campaign) -> "QuerySet[Reply]":
    rows: QuerySet[Reply] = Reply.objects.system("counts of a campaign").filter(campaign=campaign)
    return rows.exclude(state=rules.LEFT).order_by()


def bars(actor: Actor, campaign: Campaign) -> list[OrganizationBar]:
    """Return a bar for every organisation with people in the campaign, in the order of the tree.

    Of a public campaign all; else those within the actor's reach and the actor's own. Three queries.
    """
    rows = _states(campaign).values_list("organization_id", "state").annotate(n=Count("pk"))
    found: dict[int, OrganizationBar] = {}
    for organization_id, state, number in rows:
        found.setdefault(organization_id, OrganizationBar()).add(state, number)
    places = Organization.objects.system("organisations of a campaign").filter(pk__in=found)
    shown = []
    mine = set()
    if actor.person_id is not None and not campaign.is_public:
        own = _states(campaign).filter(person_id=actor.person_id)
        mine = set(own.values_list("organization_id", flat=True))
    for place in places.select_related("parent").order_by("path"):
        bar, reached = found[place.pk], actor.may(VIEW, place.path)
        if not (campaign.is_public or reached or place.pk in mine):
            continue
        # every unit has an office: a department is named with what it belongs to
        nested = place.parent is not None and place.kind == "department"
        bar.organization = f"{place.parent} {place}" if nested else str(place)
        if reached:
            bar.url = f"?campaign={campaign.uid}&organization={place.uid}&open=1"
        shown.append(bar)
    return shown


def field_bars(actor: Actor, campaign: Campaign) -> list[FieldBar]:
    """Return how far each field is among the people within the actor's reach: two queries."""
    replies = Reply.objects.visible_to(actor, VIEW).filter(campaign=campaign).exclude(state=rules.LEFT)
    total = replies.count()
    answers = Answer.objects.visible_to(actor, VIEW).filter(reply__campaign=campaign).exclude(reply__state=rules.LEFT)
    counts: dict[str, dict[str, int]] = {}
    for code, state, number in answers.order_by().values_list("field", "state").annotate(n=Count("pk")):
        counts.setdefault(code, {})[state] = number
    return [FieldBar(one.code, one.label, total, counts.get(one.code, {})) for one in asked(campaign.fields)]


def listed_replies(actor: Actor) -> "QuerySet[Reply]":
    """Return the replies within reach with what their list shows."""
    rows: QuerySet[Reply] = Reply.objects.visible_to(actor, VIEW)
    answers = Answer.objects.visible_to(actor, VIEW).order_by("pk")
    return rows.select_related("person", "organization", "campaign__organization").prefetch_related(
        Prefetch("answers", queryset=answers, to_attr="_answered")
    )


def own_replies(person: Any) -> list[Reply]:
    """Return what the person is asked now, and their corrections, the latest first; `proofs` are the files they sent."""
    rows = Reply.objects.system("one's own replies").filter(person=person).exclude(state=rules.LEFT)
    rows = rows.filter(Q(campaign__isnull=True) | Q(campaign__state__in=SHOWN))
    found = list(rows.select_related("campaign", "organization", "person").order_by("-pk")[:20])
    sent = Attachment.objects.system("one's own proofs").filter(object_type=Reply._meta.label, removed_at=None)
    by_reply: dict[str, list[Attachment]] = {}
    for one in sent.filter(object_id__in=[str(reply.pk) for reply in found]).order_by("pk"):
        by_reply.setdefault(str(one.object_id), []).append(one)
    for reply in found:
        reply.proofs = by_reply.get(str(reply.pk), [])
    return found


def waiting_for(actor: Actor, campaign: Campaign) -> int:
    """Return how many replies of a campaign wait for a decision within the actor's reach."""
    rows: QuerySet[Reply] = Reply.objects.visible_to(actor, VIEW).filter(campaign=campaign)
    return rows.filter(Exists(sent(reply=OuterRef("pk")))).count()


def to_judge(campaign: Campaign) -> str:
    """Return the address of the replies of a campaign that wait for a decision."""
    return f"{reverse('replies')}?campaign={campaign.uid}&waiting=1"


def sent(**which: Any) -> "QuerySet[Answer]":
    """Return the answers that wait for a decision: of replies withdrawn, and of people no longer asked, none does."""
    rows: QuerySet[Answer] = Answer.objects.system("states of visible replies").filter(state=rules.SENT, **which)
    return rows.exclude(reply__state=rules.LEFT)
