"""The call list (电话通知单): whom nothing else reaches, branch by branch, and what came of the calls."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from zhibu.apps.notices.permissions import SEND
from zhibu.apps.people import queries
from zhibu.apps.people.models import Person, Relative
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.actor import Actor
from zhibu.kernel.messages.models import Delivery, Notice

State = Delivery.State
WAITING = (State.TO_CALL, State.PRINTED, State.NOT_REACHED)
ELSEWHERE = "未编入组织"


@dataclass(frozen=True)
class Call:
    """One line of the list, as the viewer may see it; `phones` and `kin` are blank where they may not."""

    uid: UUID
    place: str
    name: str
    phones: str
    kin: str
    state: str
    label: str
    at: datetime | None
    by: str
    note: str

    @property
    def result(self) -> str:
        """What stands in the column 结果."""
        return "；".join(
            filter(None, [self.label if self.state not in (State.TO_CALL, State.PRINTED) else "", self.note])
        )


def _of(notice: Notice) -> Any:
    return Delivery.objects.system("calls of a notice within reach").filter(message__notice=notice, channel="call")


def waiting(notice: Notice) -> int:
    """Return how many calls are still to be made."""
    return int(_of(notice).filter(state__in=WAITING).count())


def rows(actor: Actor, notice: Notice, *, most: int | None = None, waiting: bool = False) -> list[Call]:
    """Return the list in the order of branches and names; people who left the viewer's reach are left out."""
    found = _of(notice).filter(state__in=WAITING) if waiting else _of(notice)
    people: Any = Person.objects.visible_to(actor, SEND).filter(pk__in=found.values("message__person_id"))
    known = {person.pk: person for person in people.only("pk", "uid", "name", "mobile", "telephone")}
    open_phones = _seen(actor, known, "people.see.contact")
    kin = _kin(actor, known)
    places = queries.place_names(known.values(), actor)
    lines = [
        _line(row, known[row.message.person_id], places, open_phones, kin)
        for row in found.select_related("message")
        if row.message.person_id in known
    ]
    lines.sort(key=lambda line: (line.place == ELSEWHERE, line.place, line.name))
    return lines[:most] if most else lines


def _line(row: Delivery, person: Person, places: Any, open_phones: set[int], kin: dict[int, str]) -> Call:
    where = places.get(person.pk, {})
    phones = "、".join(filter(None, [person.mobile, person.telephone])) if person.pk in open_phones else ""
    return Call(
        uid=row.uid,
        place=where.get("party") or where.get("home") or next(iter(where.values()), ELSEWHERE),
        name=person.name,
        phones=phones,
        kin=kin.get(person.pk, ""),
        state=row.state,
        label=row.get_state_display(),
        at=row.done_at,
        by=row.done_by,
        note=row.note,
    )


def _seen(actor: Actor, known: dict[int, Person], permission: str) -> set[int]:
    rows = Person.objects.visible_to(actor, permission).filter(pk__in=list(known))
    return set(rows.values_list("pk", flat=True))


def _kin(actor: Actor, known: dict[int, Person]) -> dict[int, str]:
    """Return person id -> next of kin with telephone, the emergency contacts first, for whoever may see families."""
    found: dict[int, list[str]] = defaultdict(list)
    relatives = Relative.objects.visible_to(actor).filter(person_id__in=list(known), withdrawn_at__isnull=True)
    for one in relatives.exclude(phone="").order_by("-is_emergency", "id"):
        found[one.person_id].append(f"{one.relation}{one.name} {one.phone}")
    return {pk: "；".join(lines[:2]) for pk, lines in found.items()}


def print_list(act: Act, notice: Notice, data: None) -> Notice:
    """Mark what is to be called as printed, and go to the paper."""
    count = _of(notice).filter(state=State.TO_CALL).update(state=State.PRINTED)
    if not count and not waiting(notice):
        raise Refused("没有待打的电话", next_step="电话都打完了；要看结果，请打开这条通知。")
    act.log(notice, summary=f"打印电话通知单“{notice.title}”")
    notice.landing = reverse("print", args=["notices.calls", notice.uid])
    return notice


@dataclass(frozen=True)
class Called:
    """The result of some calls: uids of deliveries, told or not_reached, when, by whom."""

    deliveries: tuple[str, ...] | list[str]
    result: str
    at: datetime
    by: str
    note: str = ""


def called(act: Act, notice: Notice, data: Called) -> Notice:
    """Enter what came of the calls. A call that somebody else entered as told meanwhile stays as it is."""
    mine = _of(notice).filter(uid__in=list(data.deliveries), state__in=WAITING)
    reached = Person.objects.visible_to(act.actor, SEND)
    count = mine.filter(message__person__in=reached.order_by().values("pk")).update(
        state=data.result, done_at=data.at or timezone.now(), done_by=data.by, note=data.note
    )
    if not count:
        raise Refused("这些人的结果已经登记过了", field="deliveries", next_step="请刷新名单。")
    word = State(data.result).label
    act.log(notice, summary=f"登记电话通知结果：{count} 人{word}（通知“{notice.title}”）")
    return notice
