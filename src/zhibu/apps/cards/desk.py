"""What the desk page is made of: where it stands, how its reader writes, what a tap showed."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from zhibu.apps.cards import panels, queries, rules
from zhibu.apps.cards.models import KEPT, Card, DeviceState, ReaderDevice, ReaderProfile, Source, State, Tap
from zhibu.apps.cards.permissions import IDENTIFY, ISSUE, MANAGE
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people import record
from zhibu.apps.people.models import Person
from zhibu.apps.people.rules import age
from zhibu.kernel.actor import Actor
from zhibu.kernel.tree import under

#: seconds until what the desk shows is cleared: a person's page, and what is wrong with a card
SHOWN, WARNED = 60, 20
REMEMBERED = "desk"
#: chosen instead of a device: none
NO_DEVICE = "-"


@dataclass(frozen=True)
class Desk:
    """Where the clerk sits: the organisations to choose from, the readers there, and what was chosen."""

    places: list[Organization]
    place: Organization
    readers: list[ReaderProfile]
    reader: ReaderProfile | None
    devices: list[ReaderDevice]
    device: ReaderDevice | None


def of(request: HttpRequest, chosen: Any, *, listening: bool = True) -> Desk | None:
    """Return the desk that `chosen` (parameters at, reader, device) or the session names; None without any place.

    listening: whether the page listens to a machine with readers; an answer to a keyboard reader need not look for one.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    places = queries.desks(actor)
    if not places:
        return None
    before = request.session.get(REMEMBERED, {})
    wanted = {name: chosen.get(name) or before.get(name, "") for name in ("at", "reader", "device")}
    place = next((one for one in places if str(one.uid) == wanted["at"]), places[0])
    readers = queries.readers_at(place)
    reader = next((one for one in readers if str(one.uid) == wanted["reader"]), readers[0] if readers else None)
    devices = queries.devices_at(place, actor) if listening else []
    device = _device(devices, place, wanted["device"])
    chosen_device = (
        str(device.uid) if device else wanted["device"] if wanted["device"] == NO_DEVICE or not listening else ""
    )
    kept = {"at": str(place.uid), "reader": str(reader.uid) if reader else "", "device": chosen_device}
    if kept != before:
        request.session[REMEMBERED] = kept
    return Desk(places, place, readers, reader, devices, device)


def _device(devices: list[ReaderDevice], place: Organization, wanted: str) -> ReaderDevice | None:
    """Return the device listened to: the chosen one, else the first of the desk itself; never one of those below unasked."""
    if wanted == NO_DEVICE:
        return None
    chosen = next((one for one in devices if str(one.uid) == wanted), None)
    return chosen or next((one for one in devices if one.organization_id == place.pk), None)


def link(device: ReaderDevice) -> tuple[str, str]:
    """Return (words, kind) of how a device stands, as the desk shows it."""
    if device.state != DeviceState.ENROLLED:
        return f"联机读卡器“{device}”已停用", "late"
    if not device.present:
        return f"联机读卡器“{device}”没有连上：请看那台电脑开着没有、读卡程序在不在运行", "late"
    if not device.readers:
        return f"“{device}”没有插读卡器：请插好读卡器的线；插好了还这样，请找管电脑的人看读卡服务", "due"
    if device.waiting:
        return f"“{device}”正在补传 {device.waiting} 次刷卡", "due"
    return f"联机读卡器“{device}”已连接", "ok"


def recent(actor: Actor, uid: Any) -> Tap | None:
    """Return a tap that the same account made a moment ago, else None: results are not to be looked up later."""
    rows = Tap.objects.system("one's own tap of a moment ago, or one of the reader at the desk")
    since = timezone.now() - KEPT
    found: Tap | None = rows.select_related("person", "card", "organization").filter(uid=uid, at__gte=since).first()
    if found is None or found.account_id == actor.account_id:
        return found
    return found if found.device is not None and actor.may(IDENTIFY, found.organization.path) else None


def shown(actor: Actor, tap: Tap, *, judged: bool = False) -> dict[str, Any]:
    """Return what the desk says about a tap; of a person only within the actor's reach as it is now.

    judged: the tap was made for this actor a moment ago in the same request, its outcome is their reach.
    """
    meaning = rules.MEANINGS[tap.outcome]
    person = tap.person if tap.outcome == rules.IDENTIFIED else None
    if (
        person is not None
        and not judged
        and not Person.objects.visible_to(actor, IDENTIFY).filter(pk=person.pk).exists()
    ):
        person, meaning = None, rules.MEANINGS[rules.ELSEWHERE]
    if person is None:
        return {"tap": tap, "meaning": meaning, "seconds": WARNED, "links": _next_steps(actor, tap)}
    today, paths = localdate(), person.scope_paths()
    # every provider asks where the person belongs: they get the same answer, from one query
    vars(person)["scope_paths"] = lambda: paths
    photo = person.photo_id is not None and record.allowed(actor, paths, "people.view")
    return {
        "tap": tap, "meaning": meaning, "person": person, "seconds": SHOWN, "panel": panels.collect(person, actor, today),
        "age": age(person.birth_date, today) if person.birth_date else None, "card": _card(person, tap, today),
        "photo_url": reverse("people-photo", args=[person.uid]) if photo else "",
    }  # fmt: skip


def _card(person: Person, tap: Tap, today: Any) -> tuple[str, str]:
    """Return (words, kind) of the state of the person's card."""
    card = tap.card
    if card is None:
        rows = Card.objects.system("the card of a person in reach").filter(holder=person)
        card = rows.filter(state__in=[State.ACTIVE, State.LOST]).order_by("state").first()
    if card is None:
        return "没有发卡", "plain"
    if card.meaning(today) == rules.IDENTIFIED:
        soon = rules.ends_soon(card.valid_to, today)
        return (f"卡 {card.valid_to:%m-%d} 到期", "due") if soon else ("卡有效", "ok")
    return f"卡{card.state_words(today)}", card.tone(today)


def _next_steps(actor: Actor, tap: Tap) -> list[tuple[str, str]]:
    """Return where the clerk may see to the card, if it is theirs to see to."""
    card = tap.card
    if card is None or not any(actor.may(ISSUE, path) or actor.may(MANAGE, path) for path in card.scope_paths()):
        return []
    seen = Card.objects.visible_to(actor).filter(pk=card.pk).exists()
    return [("打开这张卡", card.get_absolute_url())] if seen else []


def trials(actor: Actor, desk: Desk) -> list[tuple[str, str]]:
    """Return (label, what the reader would type) of cards to try in a demonstration: some that work, one of each that does not."""
    rows = Card.objects.system("cards to try in a demonstration").select_related("holder").order_by("pk")
    reach = Person.objects.visible_to(actor, IDENTIFY)
    today = localdate()
    good = rows.filter(state=State.ACTIVE, valid_to__gte=today)
    mine = rows.filter(holder__in=reach.values("pk"))
    held = {
        f"{card.holder}的卡": card for card in good.filter(holder__in=reach.values("pk"))[: 10 * queries.TRIALS]
    }  # namesakes once
    found = list(held.items())[: queries.TRIALS]
    odd = {
        "已挂失的卡": mine.filter(state=State.LOST), "过期的卡": mine.filter(state=State.ACTIVE, valid_to__lt=today),
        "换新后的旧卡": mine.filter(replaced_by__isnull=False), "空白卡": rows.filter(under("organization__path", actor.paths(IDENTIFY)), state=State.BLANK),
        "别处人员的卡": good.exclude(holder__in=reach.values("pk")),
    }  # fmt: skip
    found += [(label, card) for label, some in odd.items() if (card := some.first()) is not None]
    if desk.reader is None:
        return [(label, card.number) for label, card in found] + [("没登记的卡", "K999999")]
    form = desk.reader.form
    chips = [(label, card.chip) for label, card in found] + [("没登记的卡", "0A99EE01")]
    return [(label, rules.written(chip, form)) for label, chip in chips]


def source_of(text: str) -> str:
    """Return how a number came in, as the page says."""
    return text if text in (Source.WEDGE, Source.TRIAL) else Source.TYPED
