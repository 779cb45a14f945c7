"""What happens in a working life: which event is possible when, what it ends and begins. Pure: facts in, answers out.

Which kinds of employment an event leads from and to, and which relations it ends, is this product's own convention
(docs/architecture.md); no regulation is quoted because none says it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from zhibu.apps.people.rules import Violation

#: relations, as `models.affiliation.Kind` stores them
HOME, ADMINISTRATIVE, PARTY, SERVICE = "home", "administrative", "party", "service"
REVERSAL = "reversal"
OLDEST = date(1900, 1, 1)

Posts = Literal["none", "administrative", "all"]


@dataclass(frozen=True)
class Step:
    """A kind of life event.

    leaves  kinds of employment it is possible from; enters: the one it leads to, "" when it stays
    ends    relations that end on that day unless the form names a new organisation for them (the home never ends)
    posts   which posts end: those in administrative organisations, all, or none
    asks, needs   fields of the form that may or must be filled, beside the day and the reason
    stamps, clears   date columns of the person that take the day, or become empty
    """

    code: str
    label: str
    leaves: tuple[str, ...]
    enters: str = ""
    ends: tuple[str, ...] = ()
    posts: Posts = "none"
    asks: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    stamps: str = ""
    clears: tuple[str, ...] = ()
    consequence: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of what its form asks beside the day and the reason."""
        return (*self.needs, *self.asks)

    @property
    def form_name(self) -> str:
        """The name of its form class."""
        return "".join(part.title() for part in self.code.split("_")) + "Form"


_WORKING = ("active", "off_post", "dispatched", "in_care")
_ALIVE = (*_WORKING, "retired", "retired_cadre", "external", "left")

STEPS: dict[str, Step] = {
    step.code: step
    for step in (
        Step(
            "join", "入职", ("external", "dispatched", "left"), "active", (ADMINISTRATIVE,), asks=("home", "administrative", "position"),
            stamps="joined_unit_on", clears=("left_post_on",),
            consequence="人员类别改为“在职”；填写了新的归属单位或部门的，原有的在同一天结束。",
        ),
        Step(
            "change_post", "岗位变动", ("active", "dispatched"), asks=("administrative", "position"),
            consequence="从生效日期起改到新的部门或职务，原部门关系在同一天结束；人员类别不变。",
        ),
        Step(
            "off_post", "离岗", ("active",), "off_post", (ADMINISTRATIVE,), "administrative", stamps="left_post_on",
            consequence="人员类别改为“离岗”，部门关系和行政任职同日结束；归属单位、组织关系和党内任职不变。",
        ),
        Step(
            "retire", "退休", ("active", "off_post", "in_care"), "retired", (ADMINISTRATIVE,), "administrative",
            asks=("home", "service"), stamps="retired_on",
            consequence="人员类别改为“退休”，部门关系和行政任职同日结束；组织关系和党内任职不变，需要转接的另行办理。",
        ),
        Step(
            "dispatch_in", "劳务派遣派入", ("external", "left"), "dispatched", (ADMINISTRATIVE,), needs=("administrative",),
            asks=("home", "position"), stamps="joined_unit_on", clears=("left_post_on",),
            consequence="人员类别改为“劳务派遣”，从生效日期起在所选部门用工。",
        ),
        Step(
            "dispatch_out", "劳务派遣派出", ("dispatched",), "left", (ADMINISTRATIVE, SERVICE), "administrative",
            consequence="结束在本单位的派遣用工，人员类别改为“已离开”，部门、服务关系和行政任职同日结束；组织关系另行转出。",
        ),
        Step(
            "enter_care", "进入托养托管", ("active", "off_post"), "in_care", (ADMINISTRATIVE,), "administrative",
            needs=("service",),
            consequence="人员类别改为“托养托管”，从生效日期起由所选工作站服务；部门关系和行政任职同日结束。",
        ),
        Step(
            "leave_care", "结束托养托管", ("in_care",), "", (SERVICE,), needs=("employment",), asks=("administrative",),
            consequence="工作站的服务关系同日结束，人员类别改为所选的类别。",
        ),
        Step(
            "transfer", "调动", (*_WORKING, "retired", "retired_cadre"), "", (ADMINISTRATIVE,), "administrative",
            needs=("home",), asks=("administrative", "position"),
            consequence="主档转给新的归属单位，原部门关系和行政任职同日结束。调出之后，原单位可能不再看到此人；组织关系另行转接。",
        ),
        Step(
            "leave", "离开单位", _WORKING, "left", (ADMINISTRATIVE, SERVICE), "administrative",
            consequence="人员类别改为“已离开”，部门、服务关系和行政任职同日结束；主档仍由归属单位保管，组织关系另行转出。",
        ),
        Step(
            "die", "去世", _ALIVE, "deceased", (ADMINISTRATIVE, PARTY, SERVICE), "all",
            consequence="主档标记为“已去世”，除归属单位外的全部关系和全部任职同日结束，本人账号停用。主档仍可查阅。",
        ),
    )
}  # fmt: skip

#: what somebody may become when the care ends
AFTER_CARE = ("active", "off_post")


@dataclass(frozen=True)
class Period:
    """A relation or post from–until (half-open); `place` is the organisation."""

    pk: int
    place: int
    since: date
    until: date | None = None

    @property
    def empty(self) -> bool:
        """Tell whether it never held: it ended on the day it began."""
        return self.until is not None and self.until <= self.since

    def covers(self, day: date) -> bool:
        """Tell whether it holds on that day."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Rewrite:
    """What becomes of the periods of one kind: `cut` end on the day, `kept` stays, `later` stand in the way."""

    cut: tuple[Period, ...]
    later: tuple[Period, ...]
    kept: Period | None
    begin: bool


def possible(employment: str) -> list[Step]:
    """Return the events that can happen to somebody of that kind of employment, in the order of the table."""
    return [step for step in STEPS.values() if employment in step.leaves]


def rewrite(periods: Iterable[Period], on: date, place: int | None = None) -> Rewrite:
    """Return how the periods of one kind are rewritten from a day on: all end, one at `place` begins (if given).

    A period at `place` that holds on and has no end stays as it is. Periods that begin after `on` are later facts,
    which are never overwritten.
    """
    real = [period for period in periods if not period.empty]
    later = tuple(period for period in real if period.since > on)
    held = [period for period in real if period.covers(on)]
    kept = next((period for period in held if period.place == place and period.until is None), None)
    cut = tuple(period for period in held if period is not kept)
    return Rewrite(cut, later, kept, begin=place is not None and kept is None)


def check_day(
    step: Step, on: date, today: date, dates: Mapping[str, date | None], last: date | None
) -> list[Violation]:
    """Return why an event cannot take effect on that day.

    dates: birth_date, work_started_on and joined_unit_on of the person, None where unknown; last: the day of the
    latest event that stands. Two events on one day are possible, in the order of their entry.
    """
    if on > today:
        return [Violation("on", "future", "生效日期不能晚于今天，请在当天或之后办理")]
    if on < OLDEST:
        return [Violation("on", "too_old", "生效日期早于 1900 年，请核对年份")]
    born = dates.get("birth_date")
    if born and on <= born:
        return [Violation("on", "before_birth", "生效日期早于出生日期")]
    joining = step.stamps == "joined_unit_on"
    for name, words in (("work_started_on", "参加工作日期"), ("joined_unit_on", "进入本单位日期")):
        day = dates.get(name)
        if day and on < day and not (joining and name == "joined_unit_on"):
            return [Violation("on", "before_joining", f"生效日期早于{words} {day.isoformat()}")]
    if last and on < last:
        return [Violation("on", "before_last", f"此人在 {last.isoformat()} 已有一次变动，生效日期不能早于它")]
    return []
