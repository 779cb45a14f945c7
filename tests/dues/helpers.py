"""Members who owe dues, and those who deal with them."""

import uuid
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.timezone import localdate

from tests import factories
from tests.membership.helpers import member
from zhibu.apps.dues import months, queries_books
from zhibu.apps.dues.models import Charge, Payment
from zhibu.apps.dues.services.assessing import Start
from zhibu.apps.dues.services.bases import Fix
from zhibu.apps.dues.services.payments import Received
from zhibu.kernel import actions
from zhibu.kernel.actor import SYSTEM, Actor
from zhibu.kernel.jobs import run_now

ALL = ("dues.view", "dues.record", "dues.base", "dues.assess", "dues.approve", "dues.money", "dues.books", "people.view",
       "organizations.view")  # fmt: skip


def this_month() -> date:
    """Return the first of this month; asked again each time, for a run may begin in one month and end in the next."""
    return months.first(localdate())


def do(actor: Actor, code: str, obj: Any, data: Any = None, **more: Any) -> Any:
    """Perform an act and return what came of it."""
    more.setdefault("key", uuid.uuid4())
    return actions.perform(actions.get(code), actor, uid=getattr(obj, "uid", None), data=data, **more).result


def payer(house: factories.House, name: str, at: Any = None, admitted: date = date(2000, 6, 20), **more: Any) -> Any:
    """Make a member; return the person."""
    return member(
        name, house, at=at or house.east, admitted=admitted, full=more.pop("full", date(2001, 6, 20)), **more
    ).person


def fixed(
    actor: Actor, person: Any, base: str = "6000", payer: str = "waged", since: date | None = None, **more: Any
) -> Any:
    """Fix a base."""
    amounts = {"waged": {"post": Decimal(base)}, "retired": {"pension": Decimal(base)}}.get(payer, {})
    since = since or date(this_month().year, 1, 1)
    return do(actor, "dues.base.fix", person, Fix(payer, since, amounts, **more))


def assessed(actor: Actor, at: Any, month: date | None = None) -> Any:
    """Work out a month, by default this one, by its job."""
    made = do(SYSTEM, "dues.assess.run", None, Start(at, month or this_month()))
    job = run_now(made.job)
    assert job.state == "done", job.message + job.error
    made.refresh_from_db()
    return made


def owed(person: Any) -> list[Charge]:
    """Return somebody's standing months, the oldest first."""
    rows = Charge.objects.system("test").filter(person=person, stands=True).select_related("organization", "person")
    return list(rows.order_by("month"))


def pay(actor: Actor, charges: Sequence[Charge], **more: Any) -> Payment:
    """Take cash for months of one branch."""
    branch = charges[0].organization
    values = {"on": localdate(), "origin": "own", "handed_by": "本人", **more}
    made: Payment = do(actor, "dues.payment.collect", branch, Received(branch, charges=charges, **values))
    return made


def agrees(at: Any) -> None:
    """Every check of the books comes out to nothing."""
    wrong = [check for check in queries_books.reconcile(Actor(is_system=True), at) if not check.agrees]
    assert not wrong, wrong
