"""What the identify desk shows of a member."""

from datetime import date

from zhibu.apps.cards.panels import Panel, register
from zhibu.apps.membership import listing
from zhibu.apps.membership.permissions import VIEW
from zhibu.apps.membership.rules import political_birthday
from zhibu.apps.people.models import Person
from zhibu.kernel.actor import Actor
from zhibu.kernel.ui.parts import Fact


def membership(person: Person, actor: Actor, today: date) -> Panel | None:
    """Branch, kind and years of membership; that today is the political birthday."""
    if not actor.may(VIEW):
        return None
    member = listing.listed(actor).filter(person=person).first()
    if member is None or not member.in_party:
        return None
    facts = [
        Fact("党员", f"{member.get_kind_display()} · {listing.branch(member)}", url=member.get_absolute_url()),
        Fact("党龄", listing.years_words(member)),
    ]
    tags = [] if member.status == "normal" else [(str(member.get_status_display()), "due")]
    joined = member.admitted_on
    if joined and joined.year < today.year and political_birthday(joined, today.year) == today:
        tags.append(("今天是政治生日", "ok"))
    return Panel(tuple(fact for fact in facts if not fact.absent), tuple(tags))


register(20, membership)
