"""What this app does when something happens to people and workstations, and what it gives to pages of others."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate

from zhibu.apps.custody import desk, queries  # noqa: F401 - the desk's panel registers itself
from zhibu.apps.custody.models import CareRecord, Ending
from zhibu.apps.custody.models.help import HELP_TONES
from zhibu.apps.custody.permissions import ALLOWANCE, MANAGE, VIEW
from zhibu.apps.custody.services import duties, following
from zhibu.apps.organizations.events import OrganizationDissolving, OrganizationMerged, OrganizationSplit
from zhibu.apps.people import own, panels, record
from zhibu.apps.people.events import (
    PersonChangeReversed,
    PersonDied,
    PersonEnteredCare,
    PersonLeft,
    PersonLeftCare,
    PersonRetired,
    PersonTransferred,
)
from zhibu.apps.people.models import Person
from zhibu.apps.people.services.life import home_of
from zhibu.kernel import audit
from zhibu.kernel.actions.history import redactor
from zhibu.kernel.actor import Actor
from zhibu.kernel.events import Veto, subscribe
from zhibu.kernel.jobs import daily
from zhibu.kernel.ui.parts import Happening

#: services on the timeline of a person
LATEST = 12


@subscribe(PersonEnteredCare)
def open_with_care(event: PersonEnteredCare) -> None:
    """Whoever enters care gets a record at the workstation."""
    following.enter(event.actor, event.person_id, event.on, event.home_before, event.event_id)


@subscribe(PersonLeftCare)
def close_with_care(event: PersonLeftCare) -> None:
    """The care ended."""
    following.leave(event.actor, event.person_id, event.on, Ending.LEFT_CARE, event.event_id)


@subscribe(PersonRetired)
def close_with_retirement(event: PersonRetired) -> None:
    """Whoever retires out of care is no longer in care."""
    if event.before == "in_care":
        following.leave(event.actor, event.person_id, event.on, Ending.RETIRED, event.event_id)


@subscribe(PersonLeft)
def close_with_leaving(event: PersonLeft) -> None:
    """Whoever leaves the unit is served no longer."""
    following.leave(event.actor, event.person_id, event.on, Ending.LEFT, event.event_id)


@subscribe(PersonDied)
def close_with_death(event: PersonDied) -> None:
    """The record of the dead stays to be read."""
    following.leave(event.actor, event.person_id, event.on, Ending.DIED, event.event_id)


@subscribe(PersonTransferred)
def follow_to_a_new_home(event: PersonTransferred) -> None:
    """The unit that keeps the person's record now is the one that sends."""
    following.new_home(event.actor, event.person_id, event.home_after)


@subscribe(PersonChangeReversed)
def take_back_with_the_event(event: PersonChangeReversed) -> None:
    """What a life event did here goes back with it."""
    following.take_back(event.actor, event.person_id, event.event_id)
    if event.kind == "transfer":
        home = home_of(Person.objects.system("home of a person in hand").get(pk=event.person_id))
        following.new_home(event.actor, event.person_id, home.organization_id if home else None)


@subscribe(OrganizationMerged)
def move_with_a_merger(event: OrganizationMerged) -> None:
    """The workstation that remains serves."""
    following.move_with(event.actor, event.source_ids, event.survivor_id, event.reason)


@subscribe(OrganizationSplit)
def move_with_a_split(event: OrganizationSplit) -> None:
    """Those who went to a part are served there."""
    for part in event.parts:
        if part.keys:
            following.move_with(event.actor, (event.source_id,), part.organization_id, event.reason, part.keys)


@subscribe(OrganizationDissolving)
def refuse_while_somebody_is_served(event: OrganizationDissolving) -> None:
    """Nobody in care is left without a workstation."""
    if kept := following.kept_at(event.organization_id):
        raise Veto(
            f"这里还服务着 {kept} 名托养托管人员", next_step="请先把他们移交别的工作站，或把本站并入另一个，再撤销。"
        )


@daily("custody.checks", hour=4)
def open_yearly_checks() -> None:
    """Open the yearly checks that fall due soon."""
    duties.open_due(localdate())


def care_panel(request: HttpRequest, person: Person) -> panels.Panel | None:
    """Return the care of a person on their page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(VIEW):
        return None
    cares = queries.care_of(person, actor)
    current = next((care for care in cares if care.is_open), None)
    paths, links = person.scope_paths(), []
    if current is not None:
        links.append(("打开托管档案", current.get_absolute_url()))
        if queries.may_serve(actor, current):
            links.append(("登记服务", reverse("action-on", args=["custody.service.record", current.uid])))
    possible = record.allowed(actor, paths, MANAGE) and person.state == "live"
    known = CareRecord.objects.system("is a visible person in care").filter(person=person, until__isnull=True).exists()
    if possible and not known and person.employment not in ("deceased", "left"):
        links.append(("建立托管档案", reverse("action-on", args=["custody.care.open", person.uid])))
    if not cares and not links:
        return None
    context = {"cares": [(care, care.is_overdue(localdate())) for care in cares]}
    return panels.Panel("托养托管", "custody/_of_person.html", context, tuple(links))


@record.timeline
def care_and_services(actor: Actor, person: Person) -> list[Happening]:
    """When care began and ended, and the latest services, as far as the viewer reaches."""
    if not actor.may(VIEW):
        return []
    found = []
    for care in queries.care_of(person, actor):
        url = care.get_absolute_url()
        found.append(Happening(f"建立托管档案（{care.organization}）", care.since, care.category_label, url=url))
        if care.until:
            found.append(Happening("结束托管档案", care.until, care.get_ending_display(), url=url))
    services = queries.listed_services(actor).filter(care__person=person, stands=True)[:LATEST]
    found += [Happening(s.get_kind_display(), s.on, s.words[:40], url=s.get_absolute_url()) for s in services]
    return found


@redactor("custody.CareRecord")
def visible_changes(actor: Actor, care: CareRecord, changes: Sequence[audit.Change]) -> list[audit.Change]:
    """Return the changes without the allowance, except to those who see amounts there."""
    if actor.is_system or actor.may(ALLOWANCE, care.organization.path):
        return list(changes)
    return [change for change in changes if change.field != "allowance"]


@own.panel(20)
def help_of_ones_own(request: HttpRequest, person: Person) -> own.Panel | None:
    """Where somebody in care asks for help, and what became of it."""
    rows = CareRecord.objects.system("one's own care").filter(person=person, until__isnull=True)
    care = rows.first()
    if care is None:
        return None
    asked = [(one, HELP_TONES[one.state]) for one in queries.own_help(person)[:LATEST]]
    return own.Panel("custody/_own_help.html", {"care": care, "requests": asked})


panels.register(15, care_panel)
