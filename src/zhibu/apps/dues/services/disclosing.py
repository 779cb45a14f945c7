"""The yearly report to the members (at least once a year): the figures as they stood on the day, told to every member."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q
from django.utils.timezone import localdate

from zhibu.apps.dues import queries_books
from zhibu.apps.dues.models import Charge, Disclosure, Spending, SpendingState
from zhibu.apps.dues.models.common import Total
from zhibu.apps.dues.params import uses
from zhibu.apps.membership.queries import members_on
from zhibu.apps.organizations.models import Organization
from zhibu.kernel import messages
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.tree import under


@dataclass(frozen=True)
class Publish:
    """Which organisation and year, with words of its own."""

    organization: Any
    year: int
    words: str = ""


def figures(organization: Any, year: int) -> dict[str, Any]:
    """Return the figures of a report as JSON: collection of the subtree, money of the organisation itself and its branches."""
    below = Organization.objects.system("organisations of a report").filter(under("path", [organization.path]))
    ids = list(below.values_list("pk", flat=True))
    charges = Charge.objects.system("collection of a report").filter(
        organization__in=ids, stands=True, month__year=year
    )
    sums = charges.aggregate(
        owed=Total("amount"), paid=Total("amount", filter=Q(settled=True)), free=Count("pk", filter=Q(amount=0)),
        people=Count("person", distinct=True),
    )  # fmt: skip
    money = queries_books.handed_and_used(ids, year)
    own = queries_books.handed_and_used([organization.pk], year)
    rows = Spending.objects.system("uses of a report").filter(
        organization__in=ids, state=SpendingState.PAID, paid_on__year=year
    )
    used = dict(rows.order_by().values_list("use").annotate(whole=Total("amount")))
    return {
        "people": sums["people"] or 0, "free": sums["free"] or 0, "owed": _text(sums["owed"]), "collected": _text(sums["paid"]),
        **{name: _text(money[name]) for name in ("paid", "voluntary", "large", "used", "left")},
        "handed": _text(own["handed"]), "below": _text(own["below"]), "kept": _text(own["kept"]),
        "uses": [[label, _text(used[code])] for code, label in uses().items() if code in used],
    }  # fmt: skip


def _text(amount: Decimal | None) -> str:
    return f"{amount or Decimal(0):.2f}"


def publish(act: Act, _: None, data: Publish) -> Disclosure:
    """Freeze the figures and tell the members; published again, the later one stands beside the earlier."""
    if data.year > localdate().year:
        raise Refused("这一年还没有到", field="year")
    made: Disclosure = Disclosure.objects.create(
        organization=data.organization, year=data.year, words=data.words, figures=figures(data.organization, data.year),
        published_on=localdate(), by_name=act.actor.name[:100],
    )  # fmt: skip
    people = [one.person_id for one in members_on(data.organization, localdate())]
    messages.publish(
        act.actor, data.organization, people, kind="dues", title=f"{made}", key=f"dues-report:{made.uid}", link="/me/dues/",
        body=f"{data.year} 年党费收缴、使用和管理情况已公布，请查看。", audience=f"{data.organization}的党员",
    )  # fmt: skip
    act.log(made, summary=f"公布党费收缴使用情况：{made}，告知 {len(people)} 名党员")
    return made
