"""What elections do when the superior answers, a vote is decided, people and organisations change."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate

from zhibu.apps.elections import queries
from zhibu.apps.elections.models import OPEN, TONES, Candidate, Elected, Election, Official
from zhibu.apps.elections.permissions import MANAGE, VIEW
from zhibu.apps.elections.services import approving, assembly
from zhibu.apps.meetings.events import MeetingCancelled
from zhibu.apps.meetings.queries import present_person_ids
from zhibu.apps.meetings.services.holding import admit_vote
from zhibu.apps.organizations import panels as organization_panels
from zhibu.apps.organizations.events import OrganizationDissolving
from zhibu.apps.organizations.models import Organization, Term
from zhibu.apps.people.events import PersonMerging
from zhibu.apps.people.models import Person
from zhibu.apps.people.record import timeline
from zhibu.apps.petitions.events import PetitionAnswered, PetitionWithdrawn
from zhibu.apps.petitions.models import Petition
from zhibu.apps.voting import registries
from zhibu.apps.voting.events import CountsCompared, MotionDecided, MotionOpening, MotionVoided
from zhibu.apps.voting.models import Roll
from zhibu.kernel.actions import Act
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import bench
from zhibu.kernel.events import Veto, subscribe
from zhibu.kernel.ui.parts import Happening

LABEL = "elections.Election"
#: elections that a card shows
SHOWN = 5


@subscribe(PetitionAnswered)
def go_on_with_the_answer(event: PetitionAnswered) -> None:
    """The superior answered a request of an election."""
    if event.about_type == LABEL:
        words = (
            Petition.objects.system("the request answered")
            .values_list("answer_words", flat=True)
            .get(pk=event.petition_id)
        )
        approving.answered(event.actor, event.about_id, event.kind, event.outcome, event.on, words)


@subscribe(PetitionWithdrawn)
def go_back_without_the_request(event: PetitionWithdrawn) -> None:
    """A request of an election was taken back."""
    if event.about_type == LABEL:
        approving.taken_back(event.actor, event.about_id, event.kind)


def _assembly(label: str, subject_id: str, rule: str) -> int | None:
    """Return the key of the assembly that votes by this roll, None where it is not an election's or none was convened."""
    if label != LABEL or rule != "election":
        return None
    rows = Election.objects.system("the election a roll was made for").filter(pk=subject_id)
    found: int | None = rows.values_list("meeting_id", flat=True).first()
    return found


def signed_in(roll: Roll) -> set[int] | None:
    """Return who has signed in to the election assembly: whom the opening of a ballot begins with."""
    meeting = _assembly(roll.subject_type, roll.subject_id, roll.rule)
    return None if meeting is None else present_person_ids(meeting)


@subscribe(MotionOpening)
def admit_only_who_signed_in(event: MotionOpening) -> None:
    """The assembly votes while it meets, and those vote who are there."""
    meeting = _assembly(event.roll_type, event.roll_subject_id, event.roll_rule)
    if meeting is not None:
        admit_vote(meeting, event.present)


@subscribe(CountsCompared)
def one_of_two_is_no_candidate(event: CountsCompared) -> None:
    """What is said of a ballot does not rest on those alone whose names stand on it."""
    if event.subject_type == LABEL:
        assembly.refuse_candidates(event.motion_id, event.person_ids)


@subscribe(MotionDecided)
def note_the_result(event: MotionDecided) -> None:
    """A vote of an election has a result."""
    if event.subject_type == LABEL:
        act = Act(event.actor, "voting.motion.close", "宣布表决结果")
        assembly.decided(act, event.motion_id, valid=event.valid, passed=event.passed, on=event.on)


@subscribe(MotionVoided)
def undo_the_result(event: MotionVoided) -> None:
    """A vote of an election was made void."""
    if event.subject_type == LABEL:
        assembly.voided(event.motion_id)


@subscribe(MeetingCancelled)
def arrange_another(event: MeetingCancelled) -> None:
    """The assembly was called off."""
    assembly.cancelled(event.meeting_id)


@subscribe(OrganizationDissolving)
def refuse_while_an_election_is_under_way(event: OrganizationDissolving) -> None:
    """An organisation that is electing does not end."""
    rows = Election.objects.system("elections of an organisation").filter(OPEN, organization_id=event.organization_id)
    if rows.exists():
        raise Veto("这里有一次选举正在办理", next_step="请先办完，或在选举里办理“终止”。")


@subscribe(PersonMerging)
def refuse_two_in_one_election(event: PersonMerging) -> None:
    """Two records that stand side by side in one election are two people until somebody says which one stood."""
    for model in (Candidate, Elected, Official):
        rows = model.objects.system("both records in one election").filter(
            election__state__in=["assembly", "allocating", "reported"]
        )
        mine, other = (
            set(rows.filter(person_id=pk).values_list("election_id", flat=True))
            for pk in (event.kept_id, event.dropped_id)
        )
        if mine & other:
            raise Veto("这两份档案在同一次选举里都有", next_step="请先在选举里更换候选人，或等选举办完再合并。")


@timeline
def elections_of(actor: Actor, person: Person) -> list[Happening]:
    """When somebody was elected or appointed, as far as the viewer reaches."""
    if not actor.may(VIEW):
        return []
    rows = Elected.objects.visible_to(actor).filter(person=person, stands=True, election__state="done")
    return [
        Happening(
            f"{'任命' if one.election.kind == 'appointment' else '当选'}：{one.election.organization}{one.get_post_display() or '委员'}",
            one.election.effective_on, str(one.election), url=one.election.get_absolute_url(),
        )
        for one in rows.select_related("election__organization")
    ]  # fmt: skip


def of_organization(request: HttpRequest, organization: Organization) -> organization_panels.Panel | None:
    """Return the elections of an organisation on its page, and the way to begin one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if organization.kind not in ("branch", "general_branch", "committee") or not actor.may(VIEW, organization.path):
        return None
    rows = list(queries.listed(actor).filter(organization=organization)[:SHOWN])
    term = (
        Term.objects.system("term of a visible organisation")
        .filter(queries.running(localdate()), organization=organization)
        .first()
    )
    links = []
    if actor.may(MANAGE, organization.path) and term is not None:
        links.append(("办理换届选举", reverse("action-on", args=["elections.election.begin", term.uid])))
    if not rows and not links:
        return None
    context = {"elections": [(one, TONES[one.state]) for one in rows]}
    return organization_panels.Panel("换届选举", "elections/_of_organization.html", context, tuple(links))


def on_the_bench(request: HttpRequest, person: Person | None) -> bench.Panel | None:
    """Return the elections under way on the first page of those who manage them."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(VIEW):
        return None
    rows = list(queries.listed(actor).filter(OPEN).order_by("planned_on")[:SHOWN])
    if not rows:
        return None
    context = {"elections": [(one, TONES[one.state]) for one in rows]}
    return bench.Panel("换届选举", "elections/_of_organization.html", context, (("全部", reverse("elections")),))


organization_panels.register(20, of_organization)
registries.register_attendance(signed_in)
bench.register_office(45, on_the_bench)
