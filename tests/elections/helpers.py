"""A branch that elects, and each step of it as its people do it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from tests import factories
from tests.membership.helpers import member
from zhibu.apps.elections import queries
from zhibu.apps.elections.models import Ballot, Election
from zhibu.apps.elections.services.assembly import Adopt, Confirmed, NewBallot
from zhibu.apps.elections.services.nominating import NewSlate, Nominated, OnDay
from zhibu.apps.elections.services.planning import Paper, Plan
from zhibu.apps.organizations.models import Term
from zhibu.apps.people.models import Person
from zhibu.apps.petitions.models import Reply
from zhibu.apps.petitions.services.answering import Answer
from zhibu.apps.voting import queries as votes
from zhibu.apps.voting.models import Motion
from zhibu.apps.voting.services import motions, paper
from zhibu.apps.voting.services.deciding import Figures
from zhibu.kernel import actions
from zhibu.kernel.actions import Act
from zhibu.kernel.actor import Actor

MANAGES = (
    "elections.view", "elections.manage", "organizations.view", "petitions.view", "petitions.ask", "meetings.view", "meetings.manage",
    "voting.view", "voting.manage", "voting.count", "people.view",
)  # fmt: skip
NAMES = ("丁一", "王二", "李三", "赵四", "钱五", "孙六", "周七", "吴八", "郑九", "冯十")
FULL = date(2001, 6, 20)


@dataclass
class Branch:
    """The branch of the house with its members, its secretary and the committee's office."""

    house: factories.House
    people: dict[str, Person]
    secretary: Actor
    office: Actor
    term: Term | None = None

    def of(self, *names: str) -> list[Person]:
        return [self.people[name] for name in names]


def branch(house: factories.House, number: int = 10, *, ends: date | None = None) -> Branch:
    """Make the east branch: so many full members, two probationary ones, a term that ends in a month."""
    people = {name: member(name, house, full=FULL).person for name in NAMES[:number]}
    for name in ("新一", "新二"):
        people[name] = member(name, house, admitted=date(2026, 6, 1)).person
    secretary = factories.actor(MANAGES, house.east, account_id=11, person_id=people["丁一"].pk)
    office = factories.actor(("petitions.view", "petitions.answer"), house.committee, account_id=12)
    until = ends or localdate() + timedelta(days=30)
    term = Term.objects.create(organization=house.east, number=4, since=until - timedelta(days=1096), until=until)
    return Branch(house, people, secretary, office, term)


def do(actor: Actor, code: str, obj: Any, data: Any = None) -> Any:
    """Perform an act as somebody, from the record as it stands."""
    if obj is not None:
        obj.refresh_from_db()
    uid = obj.uid if obj is not None else None
    return actions.perform(actions.get(code), actor, uid=uid, data=data, key=uuid.uuid4()).result


def answer(here: Branch, outcome: str = "agreed", words: str = "") -> Any:
    """Let the superior answer what waits."""
    return do(
        here.office,
        "petitions.reply.answer",
        Reply.objects.system("test").get(outcome="waiting"),
        Answer(outcome, words),
    )


def planned(here: Branch, seats: int = 3, **more: Any) -> Election:
    more.setdefault("planned_on", localdate() + timedelta(days=20))
    made: Election = do(
        here.secretary, "elections.election.begin", here.term, Plan(here.house.east, "renewal", seats, **more)
    )
    return made


def to_nominating(here: Branch, seats: int = 3, **more: Any) -> Election:
    return to_nominating_from(here, planned(here, seats, **more))


def to_nominating_from(here: Branch, election: Election) -> Election:
    do(here.secretary, "elections.election.ask", election, Paper("关于换届选举的请示", "任期届满。"))
    answer(here)
    do(here.secretary, "elections.election.roll", election, OnDay(localdate()))
    election.refresh_from_db()
    return election


def entries(election: Election, *names: str) -> list[Any]:
    found = {entry.name: entry for entry in votes.entries(election.roll)}  # type: ignore[arg-type]
    return [found[name] for name in names]


def votes_of(election: Election, *names: str) -> list[Any]:
    return [(entry, 5) for entry in entries(election, *names)]


def nominate(here: Branch, election: Election, *names: str) -> None:
    there = min(9, len(votes.entries(election.roll)))  # type: ignore[arg-type]
    data = Nominated("支部党员大会", localdate(), there, votes_of(election, *names))
    do(here.secretary, "elections.nomination.record", election, data)
    election.refresh_from_db()


def propose(here: Branch, election: Election, *names: str, post: str = "", reason: str = "") -> None:
    chosen = [(entry, post) for entry in entries(election, *names)]
    do(here.secretary, "elections.election.propose", election, NewSlate(chosen, Paper("关于候选人的请示", ""), reason))


def to_assembly(
    here: Branch, names: Sequence[str] = ("丁一", "王二", "李三", "赵四"), seats: int = 3, **more: Any
) -> Election:
    election = to_nominating(here, seats, **more)
    nominate(here, election, *names)
    propose(here, election, *names)
    answer(here)
    adopt(here, election)
    election.refresh_from_db()
    return election


def adopt(here: Branch, election: Election, watching: str = "郑九", counting: Sequence[str] = ("周七", "吴八")) -> None:
    data = Adopt("选举办法", here.of(watching), here.of(*counting))
    do(here.secretary, "elections.election.adopt", election, data)
    election.refresh_from_db()
    hands(here, election.adopted)  # type: ignore[arg-type]


def hands(here: Branch, motion: Motion, present: int = 9, yes: int | None = None) -> None:
    act = Act(here.secretary, "test.act", "测试")
    with transaction.atomic():
        opened(motion, present)
        present = motion.present or 0
        said = present if yes is None else yes
        motions.record_hands(act, motion, motions.Hands([Figures(said, present - said, 0)]))


def opened(motion: Motion, present: int) -> None:
    rows = list(votes.entitled(motion.roll))[:present]
    motions.open_(Act(factories.actor((), motion.organization), "test.act", "测试"), motion, motions.Opening(rows))


def ballot(here: Branch, election: Election, *names: str) -> Ballot:
    made: Ballot = do(here.secretary, "elections.election.ballot", election, NewBallot(here.of(*names)))
    return made


def count(
    made: Ballot, votes_for: dict[str, int], *, present: int = 9, others: dict[str, int] | None = None, issued: int | None = None,
    collected: int | None = None,
) -> Ballot:  # fmt: skip
    """Two counters enter the same figures, and the result is announced."""
    motion = made.motion
    motion.refresh_from_db()
    slips = present if collected is None else collected
    figures = [Figures(votes_for[title], slips - votes_for[title], 0) for title in motion.questions]
    data = paper.Count(present if issued is None else issued, slips, slips, 0, figures, others or {})
    with transaction.atomic():
        opened(motion, present)
        for account in (21, 22):
            act = Act(Actor(account_id=account, name=f"计票{account}"), "test.act", "测试")
            motion.refresh_from_db()
            paper.enter_count(act, motion, data)
        motion.refresh_from_db()
        motions.close(Act(Actor(account_id=11, name="书记"), "test.act", "测试"), motion)
    made.refresh_from_db()
    return made


def settle(here: Branch, made: Ballot, **meant: Person) -> Ballot:
    found: Ballot = do(here.secretary, "elections.ballot.settle", made, Confirmed(meant))
    return found


def names(election: Election) -> list[tuple[str, int]]:
    return [(one.name, one.votes) for one in queries.elected(election)]
