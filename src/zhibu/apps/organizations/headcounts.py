"""Head counts per organisation and subtree. The people are counted by whoever holds them (an app above registers)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, OuterRef, Value, When
from django.db.models.functions import Coalesce, Concat

from zhibu.apps.organizations.rules import PARTY_KINDS, Kind
from zhibu.kernel.tree import ancestors, disjoint

PEOPLE, MEMBERS, SERVED, STAFF = "people", "members", "served", "staff"
LABELS = {PEOPLE: "人员", MEMBERS: "党员", SERVED: "服务对象", STAFF: "人员"}


@dataclass
class Heads:
    """People in an organisation and its subtree: kept there (people), Party members there, served by it, working there.

    A person has one open home, one open Party relation and one place of work (the administrative relation, else the
    home), so these add up over a subtree without counting twice. Rosters keep everybody at the unit and name the
    department beside it: a department therefore counts who works there, not whose record it keeps.
    """

    people: int = 0
    members: int = 0
    served: int = 0
    staff: int = 0

    def words(self, kind: str) -> str:
        """Return what is told of an organisation of that kind, e.g. `人员 120 · 党员 34`; "" when there is nobody."""
        figures = ((LABELS[name], getattr(self, name)) for name in measures(kind))
        return " · ".join(f"{label} {count:,}" for label, count in figures if count)


def measures(kind: str) -> tuple[str, ...]:
    """Return the measures that mean something for a kind, the main one first."""
    if Kind(kind) in PARTY_KINDS:
        return (MEMBERS,)
    if Kind(kind) is Kind.DEPARTMENT:
        return (STAFF, MEMBERS)
    return (SERVED, PEOPLE) if Kind(kind) is Kind.WORKSTATION else (PEOPLE, MEMBERS)


#: function(paths) -> (path of the organisation, people, members, served, staff) of every one there that has any; staff is
#: exact below departments, elsewhere nobody asks
Counter = Callable[[Sequence[str]], Iterable[tuple[str, int, int, int, int]]]
#: function(measure, {"organization__path__gte": …, "organization__path__lt": …}) -> expression that counts one subtree
Expression = Callable[[str, dict[str, Any]], Any]
_counter: list[Counter] = []
_expression: list[Expression] = []


def register(counter: Counter, expression: Expression) -> None:
    """Say who counts: all subtrees at once (one query is expected), and one row's subtree as an SQL expression."""
    _counter[:] = [counter]
    _expression[:] = [expression]


def heads(paths: Iterable[str]) -> dict[str, Heads]:
    """Return path -> heads of the whole subtree, for every organisation in the subtrees of `paths` that has anybody."""
    tops = disjoint(paths)
    totals: dict[str, Heads] = {}
    if not tops or not _counter:
        return totals
    for path, people, members, served, staff in _counter[0](tops):
        for above in (*ancestors(path), path):
            if any(above.startswith(top) for top in tops):
                total = totals.setdefault(above, Heads())
                total.people += people
                total.members += members
                total.served += served
                total.staff += staff
    return totals


def with_heads(rows: Any) -> Any:
    """Annotate organisations with `heads`, the main figure of their kind, counted over their subtree."""
    if not _expression:
        return rows.annotate(heads=Value(None, output_field=IntegerField()))
    # every path below p lies in [p, p + "["): "[" comes behind "Z"
    inside = {
        "organization__path__gte": OuterRef("path"),
        "organization__path__lt": Concat(OuterRef("path"), Value("[")),
    }
    count = _expression[0]
    cases = [
        When(kind__in=[kind.value for kind in PARTY_KINDS], then=count(MEMBERS, inside)),
        When(kind=Kind.WORKSTATION.value, then=count(SERVED, inside)),
        When(kind=Kind.DEPARTMENT.value, then=count(STAFF, inside)),
    ]
    figure = Case(*cases, default=count(PEOPLE, inside), output_field=IntegerField())
    return rows.annotate(heads=Coalesce(figure, 0))
