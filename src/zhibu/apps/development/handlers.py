"""What this app does when notices end, votes are decided and people or organisations change; what it gives to pages of others."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate

from zhibu.apps.cards.panels import Button, register
from zhibu.apps.cards.panels import Panel as DeskPanel
from zhibu.apps.development import queries
from zhibu.apps.development.models import TONES, Case, SpecialAdmission
from zhibu.apps.development.permissions import MANAGE, VIEW
from zhibu.apps.development.services import balloting, following, posting
from zhibu.apps.membership.events import MemberMoved, MemberStatusChanged
from zhibu.apps.organizations.events import OrganizationDissolving, OrganizationMerged, OrganizationSplit
from zhibu.apps.people import own, panels, record
from zhibu.apps.people.events import PersonDied, PersonMerging
from zhibu.apps.people.models import Person
from zhibu.apps.voting.events import MotionDecided, MotionVoided
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import bench
from zhibu.kernel.events import Veto, subscribe
from zhibu.kernel.jobs import daily
from zhibu.kernel.publicity.events import PublicityClosed
from zhibu.kernel.ui.parts import Fact, Happening


@subscribe(PublicityClosed)
def complete_with_publicity(event: PublicityClosed) -> None:
    """The notice ran its time: the step is done, or is told as failed."""
    if event.kind == posting.KIND:
        posting.follow(event)


@subscribe(MotionDecided)
def complete_with_vote(event: MotionDecided) -> None:
    """The assembly voted on a case."""
    balloting.follow(event)


@subscribe(MotionVoided)
def take_back_with_vote(event: MotionVoided) -> None:
    """A vote on a case became void."""
    balloting.unfollow(event)


@subscribe(MemberMoved)
def follow_the_member(event: MemberMoved) -> None:
    """A probationary member went to another branch: the case goes along and is looked through there."""
    following.member_moved(event.actor, event.person_id, event.on)


@subscribe(MemberStatusChanged)
def close_with_membership(event: MemberStatusChanged) -> None:
    """Whoever is no longer in the Party is developed no longer."""
    following.status_changed(event.actor, event.person_id, event.after, event.on)


@subscribe(PersonDied)
def close_with_death(event: PersonDied) -> None:
    """The case of the dead stays to be read."""
    following.died(event.actor, event.person_id, event.on)


@subscribe(PersonMerging)
def settle_one_case(event: PersonMerging) -> None:
    """Of two open cases one is closed before the records become one."""
    following.merging(event.actor, event.kept_id, event.dropped_id)


@subscribe(OrganizationMerged)
def move_with_a_merger(event: OrganizationMerged) -> None:
    """The branch that remains goes on with the cases."""
    following.merged(event.actor, event.source_ids, event.survivor_id, event.reason)


@subscribe(OrganizationSplit)
def move_with_a_split(event: OrganizationSplit) -> None:
    """Those who went to a part are developed there."""
    for part in event.parts:
        if part.keys:
            following.merged(event.actor, (event.source_id,), part.organization_id, event.reason, part.keys)


@subscribe(OrganizationDissolving)
def refuse_while_cases_are_open(event: OrganizationDissolving) -> None:
    """Nobody under development is left without a branch."""
    if open_cases := following.open_at(event.organization_id):
        raise Veto(
            f"这里还有 {open_cases} 名正在发展的人员",
            next_step="请先把他们的材料转接到别的支部，或结束发展过程，再撤销。",
        )


@daily("development.refresh", hour=4)
def set_what_comes_next() -> None:
    """What comes next follows the day: versions come into force, calendars are loaded, notices run out."""
    following.refresh_all()


def development_panel(request: HttpRequest, person: Person) -> panels.Panel | None:
    """Return the cases of a person on their page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(VIEW):
        return None
    cases = list(queries.listed(actor).filter(person=person).order_by("-pk"))
    links = []
    if not any(case.is_open for case in cases) and person.political_status not in ("01", "02") and actor.may(MANAGE):
        links.append(("登记入党申请", f"{reverse('action', args=['development.case.open'])}?person={mark(person)}"))
    if not cases and not links:
        return None
    context = {"cases": [(case, TONES[case.state]) for case in cases]}
    return panels.Panel("发展党员", "development/_of_person.html", context, tuple(links))


def mark(person: Person) -> str:
    """Return how a person is written into a picker's field, for an address."""
    from urllib.parse import quote

    from zhibu.apps.people.picking import person_mark

    return quote(person_mark(person))


@record.timeline
def steps_of_the_path(actor: Actor, person: Person) -> list[Happening]:
    """The great steps of the path, as far as the viewer reaches."""
    if not actor.may(VIEW):
        return []
    found = []
    for case in queries.listed(actor).filter(person=person):
        for step in queries.steps_of(case):
            if step.stands and step.code in ("applied", "activist", "target", "assembly", "full_approved"):
                found.append(Happening(step.label, step.on, str(case.organization), url=case.get_absolute_url()))
    for one in SpecialAdmission.objects.visible_to(actor).filter(person=person, withdrawn_why=""):
        found.append(
            Happening(f"{one.get_kind_display()}为中共党员", one.on, f"{one.organ}批准", url=one.get_absolute_url())
        )
    return found


@own.panel(15)
def my_path(request: HttpRequest, person: Person) -> own.Panel | None:
    """Where one's own development stands."""
    case = queries.case_of(person.pk)
    if case is None:
        return None
    return own.Panel("development/_own.html", {"case": case, "tone": TONES[case.state]})


def desk(person: Person, actor: Actor, today: Any) -> DeskPanel | None:
    """What the identify desk shows of somebody under development."""
    if not actor.may(VIEW):
        return None
    case = queries.listed(actor).filter(person=person, state="open").first()
    if case is None:
        return None
    facts = (Fact("发展党员", case.get_stage_display(), url=case.get_absolute_url()), Fact("下一步", case.next_label))
    late = case.next_due is not None and case.next_due < today
    tags = (("期限已过", "late"),) if late else ()
    return DeskPanel(facts, tags, (Button("打开发展过程", case.get_absolute_url(), "star", ""),))


def office_card(request: HttpRequest, person: Person | None) -> Any:
    """What waits in development, on the first page of whoever sees cases."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(VIEW):
        return None
    figures = [row for row in queries.due_figures(actor, localdate()) if row[1]]
    stages = [row for row in queries.stage_figures(actor) if row[2]]
    if not stages:
        return None
    context = {"stages": stages, "figures": figures, "url": reverse("development")}
    return bench.Panel("发展党员", "development/_bench.html", context, (("概览", reverse("development-board")),))


def own_card(request: HttpRequest, person: Person | None) -> Any:
    """One's own path, on one's first page while it goes on."""
    if person is None:
        return None
    case: Case | None = queries.case_of(person.pk)
    if case is None or not case.is_open:
        return None
    return bench.Panel(
        "我的入党过程", "development/_own_bench.html", {"case": case}, (("查看", reverse("my-development")),)
    )


panels.register(12, development_panel)
register(40, desk)
bench.register_office(25, office_card)
bench.register_own(25, own_card)
