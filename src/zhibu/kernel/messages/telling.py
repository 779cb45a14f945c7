"""`tell`: messages for one or many people, in the transaction of whatever they are about."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from zhibu.kernel.actor import SYSTEM
from zhibu.kernel.bulk import insert_models
from zhibu.kernel.jobs import enqueue
from zhibu.kernel.jobs.models import Job, State
from zhibu.kernel.messages.directory import Contact, directory
from zhibu.kernel.messages.kinds import CALL, Kind
from zhibu.kernel.messages.kinds import kind as kind_of
from zhibu.kernel.messages.models import Delivery, Message, Notice
from zhibu.kernel.messages.planning import channels_for, choices, switched_on

JOB_KIND = "messages.deliver"
#: beyond, rows are inserted past the ORM in one statement a table
FEW = 50


@dataclass
class Told:
    """What came of it: how many messages are new, and by which further channels they go."""

    count: int = 0
    channels: Counter[str] = field(default_factory=Counter)


def tell(
    people: Iterable[Any] = (),
    kind: str = "notice",
    *,
    title: str,
    key: str,
    body: str = "",
    link: str = "",
    sender: str = "",
    accounts: Iterable[int] = (),
    notice: Notice | None = None,
) -> Told:
    """Tell people (records or ids) and accounts (ids, for those without a person) something, once for every `key`.

    Call it inside the transaction of the act: rolled back, it was never told. In the site the message is there with the
    commit; e-mail and SMS follow by the worker, at least once. `link` is a path of this site. With `notice` whoever
    cannot be reached otherwise stands on its call list. Title and text may reach a telephone's lock screen: no secrets.
    Raises ValueError for a foreign link, a missing key or an unknown kind.
    """
    known = _known(kind, key, link)
    found = _contacts(people, accounts)
    with transaction.atomic():
        fresh = _unknown(_keyed(found, key))
        if not fresh:
            return Told()
        values = {
            "kind": kind,
            "title": title.strip()[:100],
            "body": body.strip()[:2000],
            "link": link,
            "sender": sender[:100],
            "notice_id": notice.pk if notice else None,
        }
        made = _few(fresh, values) if len(fresh) <= FEW else _many(fresh, values)
        told = _plan(known, made, calls=notice is not None)
        if set(told.channels) - {CALL}:
            wake()
    return told


def _contacts(people: Iterable[Any], accounts: Iterable[int]) -> list[Contact]:
    ids = list(dict.fromkeys(one.pk if isinstance(one, models.Model) else int(one) for one in people))
    account_ids = list(dict.fromkeys(accounts))
    found: list[Contact] = directory().people(ids) if ids else []
    return [*found, *(directory().accounts(account_ids) if account_ids else [])]


def _known(kind: str, key: str, link: str) -> Kind:
    if not key or len(key) > 120:
        raise ValueError("a message has a key of at most 120 characters")
    if link and (not link.startswith("/") or link.startswith("//") or "\\" in link or len(link) > 300):
        raise ValueError("the link of a message is a path of this site")
    try:
        return kind_of(kind)
    except KeyError:
        raise ValueError(f"unknown kind of message {kind!r}") from None


def _keyed(contacts: Iterable[Contact], key: str) -> dict[str, Contact]:
    """Return the key of each one's message; an account whose person is told already is the same recipient."""
    found: dict[str, Contact] = {}
    for one in contacts:
        found.setdefault(f"{key}#p{one.person_id}" if one.person_id else f"{key}#a{one.account_id}", one)
    return found


def _unknown(keyed: dict[str, Contact]) -> dict[str, Contact]:
    told = Message.objects.system("what was told before").filter(key__in=list(keyed))
    known = set(told.values_list("key", flat=True))
    return {key: one for key, one in keyed.items() if key not in known}


def _few(fresh: dict[str, Contact], values: dict[str, Any]) -> list[tuple[int, Contact]]:
    """Insert so that somebody who tells the same at this moment keeps theirs; return those that became ours."""
    rows = {
        key: Message(key=key, person_id=one.person_id, account_id=one.account_id, **values)
        for key, one in fresh.items()
    }
    Message.objects.bulk_create(rows.values(), ignore_conflicts=True)
    uids = [row.uid for row in rows.values()]
    ours = Message.objects.system("messages just made").filter(uid__in=uids).values_list("pk", "key")
    return [(pk, fresh[key]) for pk, key in ours]


def _many(fresh: dict[str, Contact], values: dict[str, Any]) -> list[tuple[int, Contact]]:
    rows = [
        Message(key=key, person_id=one.person_id, account_id=one.account_id, **values) for key, one in fresh.items()
    ]
    insert_models(rows, with_keys=True)
    return [(row.pk, one) for row, one in zip(rows, fresh.values(), strict=True)]


def _plan(kind: Kind, made: Sequence[tuple[int, Contact]], *, calls: bool) -> Told:
    """Write the deliveries of new messages."""
    chosen = choices(kind, [one.account_id for _, one in made if one.account_id])
    on, now = switched_on(), timezone.now()
    rows: list[Delivery] = []
    for pk, one in made:
        for channel in channels_for(one, kind, chosen, on, calls=calls):
            call = channel == CALL
            state = Delivery.State.TO_CALL if call else Delivery.State.WAITING
            rows.append(Delivery(message_id=pk, channel=channel, state=state, next_at=None if call else now))
    if len(rows) <= FEW:
        Delivery.objects.bulk_create(rows)
    else:
        insert_models(rows, with_keys=True)
    return Told(len(made), Counter(row.channel for row in rows))


def wake() -> None:
    """See that a worker sends what waits: in the caller's transaction, so that none looks before the commit."""
    waiting = Job.objects.system("is a sending job queued").filter(kind=JOB_KIND, state=State.QUEUED)
    if not waiting.exists():
        enqueue(JOB_KIND, actor=SYSTEM)
