"""What this app gives to the pages of people: the own assessment, the result, when it was."""

from django.http import HttpRequest

from zhibu.apps.appraisals import queries, retention  # noqa: F401 - the kinds of data kept register themselves
from zhibu.apps.appraisals.permissions import VIEW
from zhibu.apps.membership import panels as member_panels
from zhibu.apps.membership.models import Member
from zhibu.apps.people import own, panels, record
from zhibu.apps.people.events import PersonMerging
from zhibu.apps.people.models import Person
from zhibu.kernel.actor import Actor
from zhibu.kernel.events import Veto, subscribe
from zhibu.kernel.ui.parts import Happening

SHOWN = 5


@subscribe(PersonMerging)
def refuse_two_lines_of_one_appraisal(event: PersonMerging) -> None:
    """Two lines in one list cannot become one by themselves."""
    kept = {entry.appraisal_id: entry for entry in queries.of_person(event.kept_id)}
    both = [entry for entry in queries.of_person(event.dropped_id) if entry.appraisal_id in kept]
    if both:
        raise Veto(f"两份档案都在{both[0].appraisal}的名单里", next_step="请先把那次民主评议作废重开，再合并。")


def of_member(request: HttpRequest, person: Person) -> panels.Panel | None:
    """Return the results on a person's page, for those who may see appraisals there."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(VIEW):
        return None
    found = list(queries.results(actor).filter(person=person).order_by("-appraisal__year")[:SHOWN])
    return panels.Panel("民主评议", "appraisals/_results.html", {"entries": found}) if found else None


def on_the_member(request: HttpRequest, member: Member) -> panels.Panel | None:
    """Return the same on the page of a member."""
    return of_member(request, member.person)


@own.panel(45)
def of_ones_own(request: HttpRequest, person: Person) -> own.Panel | None:
    """One's own assessment and results, nobody else's."""
    found = list(queries.of_person(person.pk)[:SHOWN])
    return own.Panel("appraisals/_own.html", {"entries": found}) if found else None


@record.timeline
def decided(actor: Actor, person: Person) -> list[Happening]:
    """The results that were confirmed, as far as the viewer reaches."""
    if not actor.may(VIEW):
        return []
    rows = queries.results(actor).filter(person=person, appraisal__state="confirmed")
    return [
        Happening(f"{entry.appraisal.year} 年民主评议", entry.appraisal.confirmed_on, entry.rank_words, url=entry.get_absolute_url())
        for entry in rows
    ]  # fmt: skip


panels.register(45, of_member)
member_panels.register(25, on_the_member)
