"""What this app does when something happens elsewhere, and what it gives to the pages of people."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate

from zhibu.apps.cards import desk_people, queries, rules  # noqa: F401 - the desk's first providers register themselves
from zhibu.apps.cards.models import Card, State
from zhibu.apps.cards.permissions import IDENTIFY, ISSUE, VIEW
from zhibu.apps.cards.services import ending
from zhibu.apps.organizations.events import OrganizationDissolving, OrganizationMerged
from zhibu.apps.people import panels, record, search
from zhibu.apps.people.events import PersonDied, PersonDispatchedOut, PersonLeft
from zhibu.apps.people.models import Person
from zhibu.kernel.actor import Actor
from zhibu.kernel.events import Veto, subscribe
from zhibu.kernel.ui.parts import Happening


@subscribe(PersonDied)
def stop_cards_of_the_dead(event: PersonDied) -> None:
    """Nobody is identified by the card of the dead. Taking the death back brings no card back: it is issued again."""
    ending.stop_cards(event.actor, event.person_id, "去世登记")


@subscribe(PersonLeft)
def stop_cards_of_leavers(event: PersonLeft) -> None:
    """Whoever leaves hands the card in; it is stopped even where they did not."""
    ending.stop_cards(event.actor, event.person_id, "离开单位")


@subscribe(PersonDispatchedOut)
def stop_cards_of_dispatched(event: PersonDispatchedOut) -> None:
    """The same for those an agency takes back."""
    ending.stop_cards(event.actor, event.person_id, "派出")


@subscribe(OrganizationMerged)
def move_with_a_merger(event: OrganizationMerged) -> None:
    """The organisation that remains keeps the cards."""
    ending.move_cards(event.actor, event.source_ids, event.survivor_id, event.reason)


@subscribe(OrganizationDissolving)
def refuse_while_cards_are_kept(event: OrganizationDissolving) -> None:
    """Cards that work are not left without a keeper."""
    if kept := ending.kept_at(event.organization_id):
        raise Veto(f"本组织还保管着 {kept} 张卡", next_step="请先收回并作废这些卡，或把本组织并入另一个组织，再撤销。")
    if standing := ending.devices_at(event.organization_id):
        raise Veto(f"本组织的识别台还有 {standing} 台联机读卡器", next_step="请先停用它们，再撤销。")


def card_panel(request: HttpRequest, person: Person) -> panels.Panel | None:
    """Return the cards of a person on their page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(VIEW):
        return None
    today = localdate()
    cards = [(card, card.state_words(today), card.tone(today)) for card in queries.held_by(person, actor)]
    in_use = Card.objects.system("does a visible person have a card").filter(holder=person, state=State.ACTIVE).exists()
    paths = person.scope_paths()
    issuable = record.allowed(actor, paths, ISSUE) and person.state == "live"
    url = reverse("action-on", args=["cards.card.issue_to", person.uid])
    links: tuple[tuple[str, str], ...] = (
        (("发卡", url),) if issuable and not in_use and person.employment != "deceased" else ()
    )
    if record.allowed(actor, paths, IDENTIFY) and person.state == "live":
        links += (("身份识别", reverse("action-on", args=["cards.desk.look_up", person.uid])),)
    return panels.Panel("IC 卡", "cards/_of_person.html", {"cards": cards, "elsewhere": in_use and not cards}, links)


@record.timeline
def issued_cards(actor: Actor, person: Person) -> list[Happening]:
    """When somebody got a card, as far as its keeper is in the viewer's reach."""
    found = queries.held_by(person, actor) if actor.may(VIEW) else []
    return [
        Happening(f"领用 IC 卡 {card}", card.issued_on, url=card.get_absolute_url()) for card in found if card.issued_on
    ]


def numbers_of(people: Sequence[int]) -> Mapping[int, Iterable[str]]:
    """Return the printed numbers by which people are found: cards in use and lost ones."""
    rows = Card.objects.system("search keys of people in hand").filter(
        holder_id__in=people, state__in=[State.ACTIVE, State.LOST]
    )
    found: dict[int, list[str]] = defaultdict(list)
    for holder, number in rows.values_list("holder_id", "number"):
        found[holder].append(number)
    return found


panels.register(20, card_panel)
search.register_numbers(search.NumberKind("card", rules.printed, numbers_of))
