"""Statistics of members: every figure with the list behind it, by the same condition; one query a dimension."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse

from zhibu.apps.membership.bands import DIMENSIONS, UNKNOWN, Dimension
from zhibu.apps.membership.models import ChangeKind, Member, MemberChange, RecordState, living
from zhibu.apps.membership.models.change import standing
from zhibu.apps.membership.permissions import VIEW
from zhibu.apps.organizations.models import Kind, Organization
from zhibu.kernel.actor import Actor
from zhibu.kernel.tree import under

#: makes the address of the list behind a figure, from a filter and its value
Link = Callable[[str, str], str]
#: dimensions of the page and of the annual tables, in their order
SHOWN = ("kind", "sex", "age", "education", "ethnic", "employment", "joined", "years", "status")


@dataclass(frozen=True)
class Line:
    """One figure: its label, the number, and the list behind it ("" where the viewer may not see who they are)."""

    label: str
    number: int
    url: str = ""


@dataclass(frozen=True)
class Table:
    """The figures of one dimension; they add up to the total, for each member has exactly one of the values."""

    code: str
    label: str
    lines: tuple[Line, ...]
    total: int

    @property
    def adds_up(self) -> bool:
        """Tell whether the lines sum to the total."""
        return sum(line.number for line in self.lines) == self.total


@dataclass
class Branch:
    """A branch (or another place members stand in directly) with its figures."""

    organization: Any
    direct: bool = False
    numbers: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    url: str = ""


def address(**filters: str) -> str:
    """Return the list of members with filters set."""
    return reverse("members") + (f"?{urlencode(filters)}" if filters else "")


def rows_of(actor: Actor, below: Any = None) -> Any:
    """Return the members of today within reach, of an organisation and what lies under it."""
    rows = Member.objects.visible_to(actor).filter(living())
    return rows.filter(under("organization__path", (below.path,))) if below is not None else rows


def tables(actor: Actor, today: date, below: Any = None, codes: Sequence[str] = SHOWN) -> tuple[int, list[Table]]:
    """Return the total and the figures of the dimensions; one grouped query a dimension, whatever the number."""
    rows = rows_of(actor, below).order_by()
    found = {code: _grouped(rows, DIMENSIONS[code], today) for code in codes}
    total = found[codes[0]].total()
    place = _below(below)
    return total, [
        table(actor, code, found[code], total, lambda d, value: address(**place, **{d: value})) for code in codes
    ]


def _grouped(rows: Any, dimension: Dimension, today: date) -> Counter[str]:
    """Return value -> number."""
    found: Counter[str] = Counter()
    for *columns, number in rows.values_list(*dimension.columns).annotate(number=Count("pk")):
        found[dimension.value_of(tuple(columns), today)] += number
    return found


def table(actor: Actor, code: str, found: Counter[str], total: int, link: Link) -> Table:
    """Return the figures of a dimension."""
    dimension = DIMENSIONS[code]
    gated = bool(dimension.gate) and not sees(actor, dimension.gate)
    lines = []
    for value, label in dimension.values:
        number = found[value]
        if not number and (value == UNKNOWN or code in ("employment", "status")):
            continue
        lines.append(Line(label, number, link(code, value) if number and not gated else ""))
    return Table(code, dimension.label, tuple(lines), total)


def sees(actor: Actor, gate: str) -> bool:
    """Tell whether the viewer holds the gate wherever members are seen."""
    tops = actor.paths(gate)
    return actor.is_system or all(any(path.startswith(top) for top in tops) for path in actor.paths(VIEW))


def _below(below: Any) -> dict[str, str]:
    return {"below": below.uid.hex} if below is not None else {}


#: columns of the table by branch: code -> (label, condition by dimension and values)
COLUMNS: dict[str, tuple[str, tuple[tuple[str, tuple[str, ...]], ...]]] = {
    "total": ("党员", ()),
    "full": ("正式", (("kind", ("full",)),)),
    "probationary": ("预备", (("kind", ("probationary",)),)),
    "women": ("女", (("sex", ("2",)),)),
    "minority": ("少数民族", (("ethnic", ("minority",)),)),
    "young": ("35 岁及以下", (("age", ("30", "35")),)),
    "old": ("61 岁及以上", (("age", ("65", "70", "71")),)),
    "college": ("大专及以上", (("education", ("1", "2", "3")),)),
    "active": ("在职", (("employment", ("active",)),)),
    "off_post": ("离岗", (("employment", ("off_post",)),)),
    "retired": ("退休", (("employment", ("retired", "retired_cadre")),)),
}


def _column(code: str, today: date) -> Q:
    condition = Q()
    for dimension, values in COLUMNS[code][1]:
        some = Q(pk__in=[])
        for value in values:
            some |= DIMENSIONS[dimension].condition(value, today)
        condition &= some
    return condition


def by_branch(actor: Actor, today: date, below: Any = None) -> list[Branch]:
    """Return the branches in the order of the tree with their figures (those of groups added), in two queries."""
    counts = {code: Count("pk", filter=_column(code, today)) for code in COLUMNS}
    rows = list(rows_of(actor, below).order_by().values("organization_id").annotate(**counts))
    return branches([(row["organization_id"], row) for row in rows], lambda name, uid: address(**{name: uid}))


def branches(rows: Sequence[tuple[int, Mapping[str, int]]], link: Link) -> list[Branch]:
    """Add up the figures of organisations, those of groups with their branch, in the order of the tree; one query."""
    places = Organization.objects.system("branches of visible members").select_related("parent")
    by_pk = {place.pk: place for place in places.filter(pk__in={pk for pk, _ in rows})}
    found: dict[int, Branch] = {}
    for pk, numbers in rows:
        place = by_pk[pk]
        top = place.parent if place.kind == Kind.GROUP and place.parent_id else place
        one = found.setdefault(top.pk, Branch(top, direct=top.kind not in (Kind.BRANCH, Kind.GROUP)))
        for code in COLUMNS:
            one.numbers[code] += numbers[code]
    for one in found.values():
        one.url = link("directly" if one.direct else "below", one.organization.uid.hex)
    return sorted(found.values(), key=lambda one: one.organization.path)


#: what happened in a year: code -> (label, kinds of change; () for what the dates of the members tell)
YEARLY: dict[str, tuple[str, tuple[str, ...]]] = {
    "admitted": ("入党（接收为预备党员）", ()),
    "made_full": ("转为正式党员", ()),
    "came": ("组织关系转入、转回", (ChangeKind.RETURN,)),
    "left": ("组织关系转出", (ChangeKind.TRANSFER_OUT,)),
    "died": ("去世", (ChangeKind.DIE,)),
    "suspended": ("停止党籍", (ChangeKind.SUSPEND,)),
    "restored": ("恢复党籍", (ChangeKind.RESTORE,)),
    "cancelled": ("取消预备党员资格", (ChangeKind.CANCEL,)),
    "removed": ("除名、劝退、退党", (ChangeKind.REMOVE, ChangeKind.PERSUADE, ChangeKind.WITHDRAW)),
    "expelled": ("开除党籍", (ChangeKind.EXPEL,)),
}


def happened(code: str, year: int) -> Q:
    """Condition on members of any status: what the figure `code` of the year counts."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    if code == "admitted":
        return Q(admitted_on__range=(first, last))
    if code == "made_full":
        return Q(full_on__range=(first, last))
    rows = MemberChange.objects.system("changes of visible members in a year").filter(
        standing(), kind__in=YEARLY[code][1], on__range=(first, last)
    )
    return Q(pk__in=rows.values("member_id"))


def of_year(actor: Actor, year: int, below: Any = None) -> list[Line]:
    """Return what happened to how many members in a year, in one query."""
    rows = Member.objects.visible_to(actor).filter(state=RecordState.LIVE)
    if below is not None:
        rows = rows.filter(under("organization__path", (below.path,)))
    found = rows.aggregate(**{code: Count("pk", filter=happened(code, year)) for code in YEARLY})
    return [
        Line(
            label,
            found[code],
            address(**_below(below), status="all", happened=code, year=str(year)) if found[code] else "",
        )
        for code, (label, _) in YEARLY.items()
    ]


def sums(branches: Sequence[Branch]) -> dict[str, int]:
    """Return the sum of every column of the table by branch."""
    return {code: sum(one.numbers[code] for one in branches) for code in COLUMNS}
