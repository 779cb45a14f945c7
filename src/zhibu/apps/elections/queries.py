"""Reads of elections: what is there, what comes next and why not yet, the lists."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from zhibu.apps.elections import rules
from zhibu.apps.elections.models import (
    OPEN,
    Ballot,
    BallotLine,
    Candidate,
    Elected,
    Election,
    Nomination,
    NominationLine,
    Official,
    OfficialRole,
    Slate,
    SlateState,
)
from zhibu.apps.membership.queries import members_on
from zhibu.apps.organizations.models import Term
from zhibu.apps.people.models import Person
from zhibu.apps.voting import queries as votes
from zhibu.apps.voting import rules as voting_rules
from zhibu.apps.voting.models import RollEntry
from zhibu.kernel.actor import Actor
from zhibu.kernel.calendar import add_months
from zhibu.kernel.rules.answers import Violation

S = "parts of an election in hand"
#: how many months before a term ends an election may be begun without more ado
SOON = 6


def listed(actor: Actor) -> "QuerySet[Election]":
    """Return the elections within reach."""
    rows: QuerySet[Election] = Election.objects.visible_to(actor)
    return rows.select_related("organization", "term", "roll", "adopted", "meeting", "committee_roll")


#: of terms: they have not ended, nor has their organisation
RUNNING = Q(closed_on__isnull=True, organization__dissolved_on__isnull=True)


def falling_due(today: date) -> Q:
    """Condition on terms: they end within half a year or have, and no election is under way."""
    open_ = Election.objects.system("is an election under way").filter(
        OPEN, organization_id=OuterRef("organization_id")
    )
    return Q(RUNNING, until__lte=add_months(today, SOON)) & ~Q(Exists(open_))


def running(today: date) -> Q:
    """Condition on terms: they run, and no election is under way (early ones are begun long before the end)."""
    open_ = Election.objects.system("is an election under way").filter(
        OPEN, organization_id=OuterRef("organization_id")
    )
    return RUNNING & ~Q(Exists(open_))


def running_term(organization: Any) -> Term | None:
    """Return the term of office that is not closed."""
    found: Term | None = (
        Term.objects.system("running term").filter(organization=organization, closed_on__isnull=True).first()
    )
    return found


def full_members(organization: Any, day: date) -> int:
    """Return how many members may vote and be elected on that day."""
    return sum(one.has_vote for one in members_on(organization, day))


def eligible(election: Election) -> "QuerySet[RollEntry]":
    """Return those on the roll who may stand, in its order."""
    if election.roll is None:
        return RollEntry.objects.system(S).none()  # type: ignore[no-any-return]
    return votes.entitled(election.roll).select_related("person")


def nominations(election: Election) -> list[Nomination]:
    """Return the nominations, withdrawn ones too, with `lines`."""
    rows = Nomination.objects.system(S).filter(election=election).order_by("pk")
    lines = NominationLine.objects.system(S).filter(election=election).order_by("-votes", "pk")
    found = list(rows)
    by_pk: dict[int, list[NominationLine]] = {one.pk: [] for one in found}
    for line in lines:
        by_pk[line.nomination_id].append(line)
    for one in found:
        one.shown_lines = by_pk[one.pk]
    return found


def nominated(election: Election) -> list[tuple[int, str, int]]:
    """Return (person id, name, votes) of everybody nominated, the most votes first."""
    lines = NominationLine.objects.system(S).filter(election=election, nomination__stands=True)
    sums: dict[int, list[Any]] = {}
    for line in lines:
        sums.setdefault(line.person_id, [line.name, 0])[1] += line.votes
    return sorted(((pk, name, n) for pk, (name, n) in sums.items()), key=lambda one: (-one[2], one[1]))


def slates(election: Election) -> list[Slate]:
    """Return the lists of candidates, the latest first, with `shown` (their candidates)."""
    found = list(Slate.objects.system(S).filter(election=election).order_by("-version"))
    by_pk: dict[int, list[Candidate]] = {one.pk: [] for one in found}
    for candidate in Candidate.objects.system(S).filter(election=election).order_by("place"):
        by_pk[candidate.slate_id].append(candidate)
    for one in found:
        one.shown = by_pk[one.pk]
    return found


def slate_in_force(election: Election) -> Slate | None:
    """Return the list the superior agreed to, which no later one replaced."""
    found: Slate | None = (
        Slate.objects.system(S).filter(election=election, state=SlateState.AGREED).order_by("-version").first()
    )
    return found


def candidates(slate: Slate | None) -> list[Candidate]:
    """Return the candidates of a list in their order."""
    if slate is None:
        return []
    return list(Candidate.objects.system(S).filter(slate=slate).select_related("person").order_by("place"))


def officials(election: Election) -> list[Official]:
    """Return who watches and counts."""
    rows = Official.objects.system(S).filter(election=election, ended=False)
    return list(rows.select_related("person").order_by("-role", "pk"))


def counters(election: Election) -> list[Person]:
    """Return who counts the slips of the assembly, as the assembly voted."""
    return [one.person for one in officials(election) if one.role == OfficialRole.COUNTER]


def ballots(election: Election) -> list[Ballot]:
    """Return the ballots in their order, with `shown` (the names on them)."""
    found = list(
        Ballot.objects.system(S)
        .filter(election=election)
        .select_related("motion__roll", "election__organization")
        .order_by("pk")
    )
    by_pk: dict[int, list[BallotLine]] = {one.pk: [] for one in found}
    for line in BallotLine.objects.system(S).filter(election=election).order_by("place"):
        by_pk[line.ballot_id].append(line)
    for one in found:
        one.shown = by_pk[one.pk]
    return found


def elected(election: Election) -> list[Elected]:
    """Return who was elected and stands, in the order of election."""
    rows = Elected.objects.system(S).filter(election=election, stands=True)
    return list(rows.select_related("person", "ballot").order_by("pk"))


def seats_left(election: Election) -> int:
    """Return how many seats the assembly has still to fill."""
    return election.seats - sum(not (one.ballot and one.ballot.of_committee) for one in elected(election))


def tied_people(election: Election) -> list[Person]:
    """Return those with equal votes on the last confirmed ballot of the assembly, who are voted on again."""
    rows = Ballot.objects.system(S).filter(election=election, of_committee=False, state="settled")
    last = rows.order_by("-pk").first()
    if last is None or not last.tied:
        return []
    lines = BallotLine.objects.system(S).filter(ballot=last, title__in=last.tied).select_related("person")
    return [line.person for line in lines.order_by("place")]


def standing_for(election: Election, post: str) -> list[Person]:
    """Return who may stand on the assembly's next ballot, for members ("") or a post: those tied, else candidates not elected."""
    if tied := tied_people(election):
        return tied
    done = {one.person_id for one in elected(election)}
    rows = candidates(slate_in_force(election))
    found = {one.person_id: one.person for one in rows if (not post or one.post == post) and one.person_id not in done}
    return list(found.values())


@dataclass(frozen=True)
class Outcome:
    """What a counted ballot comes to: elected and tied by title with their votes, names written in with enough votes."""

    valid: bool
    elected: tuple[tuple[str, int], ...]
    tied: tuple[str, ...]
    written_in: tuple[str, ...]
    words: str


def outcome(ballot: Ballot) -> Outcome:
    """Return what a decided ballot comes to by its rule; names written in stand beside the candidates."""
    found = votes.result_of(ballot.motion)
    if not found.valid:
        return Outcome(False, (), (), (), found.outcome)
    tally = [(row.title, row.poll.in_favour) for row in found.questions] + list(found.others.items())
    least = found.majority.win.least(found.entitled or 0)
    names, tied = voting_rules.elected(tally, ballot.seats, least)
    count = dict(tally)
    written = tuple(name for name in (*names, *tied) if name in found.others)
    return Outcome(True, tuple((name, count[name]) for name in names), tuple(tied), written, found.outcome)


def gone(election: Election, today: date | None = None) -> list[str]:
    """Return the names of candidates or elected people who may not be elected there (any more)."""
    if not election.is_open:
        return []
    now = {one.person_id: one for one in members_on(election.organization, today or localdate())}
    people: dict[int, str] = {one.person_id: one.name for one in candidates(slate_in_force(election))}
    people |= {one.person_id: one.name for one in elected(election)}
    return [name for pk, name in people.items() if pk not in now or not now[pk].has_vote]


def faults(election: Election) -> list[Violation]:
    """Return what the rules have against the plan of an election as it stands."""
    held, body = election.held, election.body
    kind = election.organization.kind
    found: list[Violation] = []
    if election.kind != "by":
        found += rules.size_faults(held, kind, body, election.seats, election.full_members)  # type: ignore[arg-type]
    elif election.seats > election.full_members:
        found.append(Violation("elections.people", "有被选举权的人不够"))
    if election.kind == "renewal" and election.term is not None:
        found += rules.timing_faults(held, election.term.until, election.planned_on, localdate())
    return found


def with_(model: Any, **lookup: Any) -> Q:
    """Condition on elections: something of that model hangs on them that fits."""
    return Q(Exists(model.objects.system("what hangs on an election").filter(election=OuterRef("pk"), **lookup)))


def to_nominate(today: date) -> Q:
    """Condition: the roll is there, and nobody was nominated yet."""
    return Q(state="nominating", roll__isnull=False) & ~with_(Nomination, stands=True)


def to_propose(today: date) -> Q:
    """Condition: nominations are there, and no list went to the superior."""
    return Q(state="nominating") & with_(Nomination, stands=True)


def to_ballot(today: date) -> Q:
    """Condition: the assembly adopted the rules, and no ballot is under way."""
    return Q(state="assembly", adopted_on__isnull=False) & ~with_(Ballot, state__in=["open", "counted"])


def to_reduce(today: date) -> Q:
    """Condition: some were elected, but not all seats are filled."""
    return Q(state="assembly", adopted_on__isnull=False) & with_(Elected, stands=True)


def to_elect_posts(today: date) -> Q:
    """Condition: the members are elected, and the new committee has not voted yet."""
    live = ["open", "counted", "settled"]
    return Q(state="allocating", body="committee") & ~with_(Ballot, of_committee=True, state__in=live)


def to_assign(today: date) -> Q:
    """Condition: the committee elected its secretary, and somebody has no post yet."""
    voted = with_(Ballot, of_committee=True, state="settled")
    return Q(state="allocating", body="committee") & voted & with_(Elected, stands=True, post="")


def to_report(today: date) -> Q:
    """Condition: everybody elected has a post."""
    return Q(state="allocating") & ~with_(Elected, stands=True, post="")


def balloted(today: date) -> Q:
    """Condition: there was a ballot, so that there is something to hold anew."""
    return Q(state__in=["assembly", "allocating"]) & with_(Ballot)
