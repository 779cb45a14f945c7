"""What holds where: the policies of committees over the platform's defaults, and setting them."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from zhibu.apps.dues import months
from zhibu.apps.dues.models import Policy
from zhibu.apps.dues.params import defaults
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.tree import ancestors


@dataclass(frozen=True)
class Settled:
    """What holds for one organisation in one month; kept: per cent."""

    rounding: str
    wages: str
    kept: Decimal


@dataclass(frozen=True)
class NewPolicy:
    """A policy of a committee from a month on; what is left empty stays as it is above."""

    organization: Any
    since: date
    ground: str
    rounding: str = ""
    wages: str = ""
    kept: Decimal | None = None


@dataclass
class PolicyBook:
    """All policies in force in a month, looked up by organisation; one query for however many."""

    month: date
    _rows: dict[str, list[Policy]] = field(default_factory=dict)
    _found: dict[str, Settled] = field(default_factory=dict)

    def __post_init__(self) -> None:
        held = (
            Policy.objects.system("policies of the house").filter(since__lte=self.month).select_related("organization")
        )
        for row in held.order_by("-since", "-pk"):
            self._rows.setdefault(row.organization.path, []).append(row)

    def of(self, organization: Any) -> Settled:
        """Return what holds for an organisation: of each part the nearest that was settled."""
        path = organization.path
        if path not in self._found:
            chain = [path, *sorted(ancestors(path), key=len, reverse=True)]
            rows = [row for one in chain for row in self._rows.get(one, ())]
            usual = defaults()
            own = [row.kept for row in self._rows.get(path, ()) if row.kept is not None]
            self._found[path] = Settled(
                next((row.rounding for row in rows if row.rounding), usual.rounding),
                next((row.wages for row in rows if row.wages), usual.wages),
                own[0] if own else usual.kept.get(organization.kind, Decimal(0)),
            )
        return self._found[path]


def set_(act: Act, _: None, data: NewPolicy) -> Policy:
    """Write down a policy; it never changes what was worked out before."""
    if not data.rounding and not data.wages and data.kept is None:
        raise Refused("没有写要设定什么", next_step="四舍五入、工资变化、留存比例至少设一项。")
    made: Policy = Policy.objects.create(
        organization=data.organization, since=months.first(data.since), ground=data.ground, rounding=data.rounding,
        wages=data.wages, kept=data.kept, by_name=act.actor.name[:100],
    )  # fmt: skip
    parts = [made.get_rounding_display() if made.rounding else "", made.get_wages_display() if made.wages else ""]
    parts.append(f"本级留存 {made.kept}%" if made.kept is not None else "")
    act.log(
        made, summary=f"设定党费政策：{made.organization}自 {made.since:%Y-%m} 起，{'；'.join(filter(None, parts))}"
    )
    return made
