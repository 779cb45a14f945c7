"""Elections: a branch whose term ran out held one and the superior approved it; another is at nominations."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from zhibu.apps.elections import queries, rules, texts
from zhibu.apps.elections.models import Ballot, Election
from zhibu.apps.elections.services import approving, assembly, committee, nominating, planning
from zhibu.apps.organizations.models import Organization, Term
from zhibu.apps.people.models import Person
from zhibu.apps.petitions.models import Petition, Reply
from zhibu.apps.petitions.services.answering import Answer, answer
from zhibu.apps.voting import queries as votes
from zhibu.apps.voting.models import Motion
from zhibu.apps.voting.services import motions, paper
from zhibu.apps.voting.services.deciding import Figures
from zhibu.apps.workbench.demo.scenes import Scene
from zhibu.apps.workbench.demo.scenes.petitions import ANSWERED, set_back
from zhibu.apps.workbench.demo.writing import PastAct, begun
from zhibu.kernel.actor import Actor

#: the branches, where they have enough members
FINISHED, NOMINATING = "江北四支部", "东山二支部"


#: days ago the superior was asked to let the branch elect
ASKED = 26


@dataclass
class Cast:
    """Who does what: the secretary of the branch, the superior's office, two counters."""

    scene: Scene
    secretary: PastAct
    office: PastAct

    def on(self, day: date) -> None:
        """Let what follows be told of that day."""
        self.secretary.at = self.office.at = begun(day)

    def counter(self, number: int) -> PastAct:
        """Return an act of one of the two who enter the count."""
        return _act(self.scene, Actor(account_id=-number, name=f"计票人{number}", is_system=True))


def write(scene: Scene) -> None:
    """Hold one to the end and one to the nominations."""
    for name, finish in ((FINISHED, True), (NOMINATING, False)):
        place = Organization.objects.system("demo elections").filter(short_name=name).first()
        term = queries.running_term(place) if place is not None else None
        if place is None or term is None or queries.full_members(place, scene.today) < 5:
            continue
        election = _begin(_cast(scene, place), place, term)
        if finish:
            _finish(_cast(scene, place), election)


def _act(scene: Scene, actor: Actor) -> PastAct:
    return PastAct(actor=actor, code="elections.election.begin", wording="换届选举", at=None)


def _cast(scene: Scene, place: Organization) -> Cast:
    plan = scene.leaders.held(place, "secretary")
    who = Actor(person_id=plan.pk, name=plan.values["name"], is_system=True) if plan else scene.act.actor
    officer = scene.accounts.get("zuzhibu")
    office = (
        Actor(account_id=officer.pk, person_id=officer.person_id, name=officer.display_name, is_system=True)
        if officer
        else scene.act.actor
    )
    return Cast(scene, _act(scene, who), _act(scene, office))


def _begin(cast: Cast, place: Organization, term: Term) -> Election:
    today = cast.scene.today
    held = rules.in_force(today)
    what = rules.body(held, place.kind, queries.full_members(place, today))
    seats = 1 if what == "posts" else held.sizes[place.kind].least
    planned = max(today, min(term.until, today + timedelta(days=20)))
    asked = today - timedelta(days=ASKED)
    cast.on(asked)
    election = planning.create(cast.secretary, None, planning.Plan(place, "renewal", seats, planned))
    Election.objects.system("demo elections").filter(pk=election.pk).update(created_at=begun(asked))
    planning.ask_to_hold(cast.secretary, election, planning.default_paper(election))
    cast.on(asked + ANSWERED)
    election = _answered(cast, election)
    set_back(Petition.objects.system("demo elections").get(about_id=str(election.pk)), asked, asked + ANSWERED)
    cast.on(today)
    nominating.freeze_roll(cast.secretary, election, nominating.OnDay(today))
    rows = list(queries.eligible(election))
    named = rows[: election.least + 1]
    counted = [(entry, max(len(rows) - n, 1)) for n, entry in enumerate(named)]
    nominating.record(cast.secretary, election, nominating.Nominated("支部党员大会", today, len(rows), counted))
    return election


def _answered(cast: Cast, election: Election, words: str = "") -> Election:
    """Let the superior agree to what waits, and read the election again."""
    waiting = Reply.objects.system("demo elections").get(petition__about_id=str(election.pk), outcome="waiting")
    answer(cast.office, waiting, Answer("agreed", words))
    found: Election = Election.objects.system("demo elections").get(pk=election.pk)
    return found


def _finish(cast: Cast, election: Election) -> None:
    rows = list(queries.eligible(election))
    standing = rows[: election.least]
    post = "secretary" if election.body == "posts" else ""
    names = [entry.name for entry in standing]
    request = planning.Paper(f"关于{election}候选人预备人选的请示", texts.slate_words(election, names, ""))
    nominating.propose(cast.secretary, election, nominating.NewSlate([(entry, post) for entry in standing], request))
    election = _answered(cast, election)
    rest = [entry.person for entry in rows[election.least :]]
    if len(rest) < 3:
        return
    words = texts.regulations(election)
    assembly.adopt(cast.secretary, election, assembly.Adopt(words, rest[:1], rest[1:3]))
    _opened(cast, election.adopted)
    adopted = election.adopted
    assert adopted is not None
    present = adopted.present or 0
    motions.record_hands(cast.secretary, adopted, motions.Hands([Figures(present, 0, 0)]))
    election.refresh_from_db()
    ballot = assembly.prepare(cast.secretary, election, assembly.NewBallot([entry.person for entry in standing], post))
    _voted(cast, ballot)
    election.refresh_from_db()
    if election.body == "committee":
        _shared_out(cast, election)
    approving.report(cast.secretary, election, approving.result_paper(election))
    _answered(cast, election, "望新一届班子团结带领党员做好工作。")


def _shared_out(cast: Cast, election: Election) -> None:
    chosen = queries.elected(election)
    first: Person = chosen[0].person
    ballot = committee.prepare(cast.secretary, election, assembly.NewBallot([first], "secretary"))
    _voted(cast, ballot)
    posts = ["secretary", "organization", "publicity", "discipline", "member"]
    rows = [(one, post) for one, post in zip(queries.elected(election), posts, strict=False)]
    committee.assign(cast.secretary, election, committee.Assigned(rows))


def _opened(cast: Cast, motion: Any) -> None:
    motions.open_(cast.secretary, motion, motions.Opening(list(votes.entitled(motion.roll))))


def _voted(cast: Cast, ballot: Ballot) -> None:
    """The first names are chosen, the last one hardly; two enter the count."""
    motion = ballot.motion
    _opened(cast, motion)
    slips = motion.present or 0
    contested = len(motion.questions) > ballot.seats
    figures = []
    for n in range(len(motion.questions)):
        yes = slips if not contested else slips - n - 1 if n < ballot.seats else 1
        figures.append(Figures(yes, slips - yes, 0))
    count = paper.Count(slips, slips, slips, 0, figures)
    for number in (1, 2):
        motion = Motion.objects.system("demo elections").select_related("roll", "organization").get(pk=motion.pk)
        paper.enter_count(cast.counter(number), motion, count)
    motion = Motion.objects.system("demo elections").select_related("roll", "organization").get(pk=motion.pk)
    motions.close(cast.secretary, motion)
    ballot.refresh_from_db()
    assembly.settle(cast.secretary, ballot, assembly.Confirmed())
