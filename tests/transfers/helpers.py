"""Members and those who transfer them, for tests."""

import uuid
from datetime import date
from typing import Any

from tests import factories
from tests.membership.helpers import member as a_member
from zhibu.apps.membership.models import Member
from zhibu.apps.people.models import Affiliation
from zhibu.apps.transfers.models import Arrival, Letter, Transfer
from zhibu.apps.transfers.services.asking import Ask
from zhibu.apps.transfers.services.issuing import Approve
from zhibu.kernel import actions
from zhibu.kernel.actor import Actor

SECRETARY = (
    "transfers.view", "transfers.ask", "transfers.receive", "transfers.floating", "transfers.contact", "people.view",
    "people.see.contact", "organizations.view", "membership.view", "files.view",
)  # fmt: skip
DEPARTMENT = (
    "transfers.view", "transfers.ask", "transfers.issue", "transfers.floating", "people.view", "people.reveal",
    "people.see.identity", "organizations.view", "membership.view", "files.view",
)  # fmt: skip
MONTH = date(2026, 9, 1)


def member(house: factories.House, name: str = "李建国", **more: Any) -> Member:
    """Make a full member of the east branch."""
    more.setdefault("full", date(2001, 6, 20))
    return a_member(name, house, **more)


def do(actor: Actor, code: str, obj: Any, data: Any, **more: Any) -> Any:
    """Perform an act and return what came of it."""
    more.setdefault("key", uuid.uuid4())
    uid = obj.uid if obj is not None else None
    return actions.perform(actions.get(code), actor, uid=uid, data=data, **more).result


def asked(actor: Actor, made: Member, target: Any, **more: Any) -> Transfer:
    """Ask for a transfer to a branch, or out where `target` is a text."""
    outside = target if isinstance(target, str) else ""
    data = Ask(None if outside else target, outside, "work", paid_to=MONTH, **more)
    return do(actor, "transfers.transfer.ask", made, data)  # type: ignore[no-any-return]


def issued(clerk: Actor, transfer: Transfer, days: int = 90) -> Transfer:
    """Approve it."""
    return do(clerk, "transfers.transfer.approve", transfer, Approve("", days, None))  # type: ignore[no-any-return]


def arrival(transfer: Transfer) -> Arrival:
    """Return what the receiving branch has before it."""
    found: Arrival = Arrival.objects.system("test").filter(transfer=transfer).order_by("-pk")[0]
    return found


def branches(made: Member) -> list[tuple[str, bool]]:
    """Return (branch, open) of every party relation the person had, in order."""
    rows = Affiliation.objects.system("test").filter(person=made.person, kind="party").order_by("since", "pk")
    return [(row.organization.name, row.until is None) for row in rows.select_related("organization")]


def fresh(obj: Any) -> Any:
    """Read a record again."""
    return type(obj).objects.system("test").get(pk=obj.pk)


def letters() -> list[tuple[str, str]]:
    """Return (number, state) of every letter, by number."""
    return [(one.code, one.state) for one in Letter.objects.system("test").order_by("year", "number")]
