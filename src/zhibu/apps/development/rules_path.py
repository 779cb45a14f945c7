"""The path of one person: what may be done on a day, what not yet and why, the earliest days of all later steps. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from zhibu.apps.development.rules import After, By, Edition, Hindrance, Step, Weight, edition_on
from zhibu.kernel.calendar.months import add_months
from zhibu.kernel.calendar.work import CalendarMissing, WorkCalendar

Which = Callable[[date], Edition]


@dataclass(frozen=True)
class Course:
    """What is known of a person's path.

    done: step -> day; paused: days the training was interrupted; extension: months the probation was extended by;
    deferred: until when the discussion was put off; passed_over: steps a marked import left open on purpose; posted: the day
    on which the notice was posted (or could be at the earliest), from which its working days count.
    """

    done: Mapping[str, date]
    paused: int = 0
    extension: int = 0
    deferred: date | None = None
    passed_over: frozenset[str] = frozenset()
    posted: date | None = None

    def probation_end(self, edition: Edition) -> date | None:
        """Return the first day on which the probation has run: a year from the assembly, then the extension; None before."""
        began = self.done.get("assembly")
        return None if began is None else _probation_end(edition, self, began)

    def has(self, code: str) -> bool:
        """Tell whether a step is behind the person: done, or left open by an import."""
        return code in self.done or code in self.passed_over


@dataclass(frozen=True)
class Path:
    """The versions in force, as a path through them: their steps in order, and what depends on what."""

    editions: tuple[Edition, ...]
    which: Which

    @property
    def order(self) -> list[str]:
        """The steps of all versions, in the order of the latest; a step only older ones know stands at the end."""
        return list(_order(self.editions))

    @property
    def labels(self) -> Mapping[str, str]:
        """Step -> its label in the latest version that has it."""
        return _labels(self.editions)

    def definition(self, code: str) -> Step:
        """Return a step as the latest version that has it defines it."""
        steps = [edition.step(code) for edition in sorted(self.editions, key=lambda one: one.since)]
        return [step for step in steps if step is not None][-1]


def path_by_day(editions: Iterable[Edition]) -> Path:
    """Return the path on which each step is judged by the version in force on its own day."""
    known = tuple(editions)
    return Path(known, lambda day: edition_on(known, day))


def path_of(edition: Edition) -> Path:
    """Return the path under one version alone."""
    return Path((edition,), lambda day: edition)


@lru_cache
def _order(editions: tuple[Edition, ...]) -> tuple[str, ...]:
    found: list[str] = []
    for edition in sorted(editions, key=lambda one: one.since, reverse=True):
        found += [step.code for step in edition.steps if step.code not in found]
    return tuple(found)


@lru_cache
def _labels(editions: tuple[Edition, ...]) -> Mapping[str, str]:
    return {step.code: step.label for edition in sorted(editions, key=lambda one: one.since) for step in edition.steps}


@lru_cache
def _behind(editions: tuple[Edition, ...]) -> Mapping[str, frozenset[str]]:
    """Step -> all that cannot be done without it, directly or not, in any version."""
    direct: dict[str, set[str]] = {code: set() for code in _order(editions)}
    for edition in editions:
        for step in edition.steps:
            for after in step.after:
                direct[after.step].add(step.code)
    found: dict[str, frozenset[str]] = {}
    for code in reversed(_order(editions)):
        found[code] = frozenset(direct[code]).union(*(found[later] for later in direct[code]))
    return found


def behind(path: Path, code: str) -> frozenset[str]:
    """Return all steps that cannot be done without this one."""
    return _behind(path.editions)[code]


def _probation_end(edition: Edition, course: Course, began: date) -> date:
    return add_months(began, edition.limits["probation"]["months"] + course.extension)


def earliest_after(edition: Edition, after: After, course: Course, base: date, calendar: WorkCalendar) -> date:
    """Return the first day on which the clock of `after`, begun on `base`, has run. Raises CalendarMissing."""
    if after.workdays:
        return calendar.publicity_end(max(base, course.posted or base), after.workdays)
    if after.probation:
        return _probation_end(edition, course, base)
    if after.months:
        return add_months(base, after.months) + timedelta(days=course.paused)
    return base + timedelta(days=after.days)


def deadline(edition: Edition, by: By, course: Course, base: date) -> tuple[date, Weight]:
    """Return the last day of a time limit and how heavy it is to miss it.

    `grace`: the base lies before this version came into force, so that it could not be known then: the limit ends at the
    later of its own end and that day, and missing it is told, not forbidden (no transitional clause; the house's reading).
    """
    if by.probation:
        end = _probation_end(edition, course, base)
        return max(end, course.deferred or end), by.then
    end = add_months(base, by.months)
    if by.grace is not None and base < edition.since:
        return max(end, by.grace), "warn"
    return end, by.then


def judge(code: str, on: date, course: Course, today: date, path: Path, calendar: WorkCalendar) -> list[Hindrance]:
    """Return what speaks against doing a step on a day, by the version in force on that day; empty when nothing does.

    Raises nothing: an unloaded calendar is a hindrance in words.
    """
    edition = path.which(on)
    step = edition.step(code)
    if step is None:
        words = f"{edition.title}没有“{path.labels.get(code, code)}”这一步，{on.isoformat()} 不需要办"
        return [Hindrance(f"{code}.none", words, "", "hard")]
    found = []
    if on > today:
        found.append(Hindrance(f"{code}.future", f"日期 {on.isoformat()} 还没有到", "", "hard", on))
    for after in step.after:
        if not after.foreseen:
            found += _against(path, edition, step, after, on, course, calendar)
    for by in step.by:
        found += _late(edition, step, by, on, course)
    return found


def _against(
    path: Path, edition: Edition, step: Step, after: After, on: date, course: Course, calendar: WorkCalendar
) -> list[Hindrance]:
    """Return what a step that comes first, or its clock, says against the day."""
    base = course.done.get(after.step)
    if base is None:
        if course.has(after.step) or path.which(on).step(after.step) is None:
            return []
        words = f"还不能{step.deed}，因为还没有“{path.labels[after.step]}”"
        return [Hindrance(f"{step.code}.needs.{after.step}", words, edition.cited(step.article), "hard")]
    if on < base:
        words = f"{step.label}的日期不能早于“{path.labels[after.step]}”（{base.isoformat()}）"
        return [Hindrance(f"{step.code}.order", words, edition.cited(step.article), "hard", base)]
    try:
        day = earliest_after(edition, after, course, base, calendar)
    except CalendarMissing as missing:
        return [Hindrance("calendar.missing", str(missing), edition.cited(after.article), "hard")]
    if on >= day:
        return []
    words = f"还不能{step.deed}，因为{after.words}，最早 {day.isoformat()}"
    return [Hindrance(after.code, words, edition.cited(after.article), "block", day)]


def _late(edition: Edition, step: Step, by: By, on: date, course: Course) -> list[Hindrance]:
    base = course.done.get(by.step)
    if base is None or by.probation:
        return []
    end, weight = deadline(edition, by, course, base)
    if on <= end:
        return []
    code = by.code or f"{step.code}.late"
    return [Hindrance(code, f"{by.words}，{end.isoformat()} 已过", edition.cited(by.article), weight, end, by.next)]


@dataclass(frozen=True)
class Due:
    """By which day a step is due, how heavy it is to miss it, and why."""

    step: str
    on: date
    weight: Weight
    words: str
    article: str


def dues(course: Course, today: date, path: Path) -> list[Due]:
    """Return until when the steps still to be done are due, the nearest first; of several limits of a step the nearest to come."""
    edition = path.which(today)
    behind = _behind(path.editions)
    found = []
    for step in edition.steps:
        if course.has(step.code) or behind[step.code] & course.done.keys():
            continue
        ends = [(by, *deadline(edition, by, course, course.done[by.step])) for by in step.by if by.step in course.done]
        ahead = [row for row in ends if row[1] >= today] or ends[-1:]
        found += [Due(step.code, end, weight, by.words, edition.cited(by.article)) for by, end, weight in ahead[:1]]
    return sorted(found, key=lambda due: due.on)


@dataclass(frozen=True)
class Foresight:
    """The earliest day of each step still to be done, and for those not possible today why not.

    A step without a day in `earliest` cannot be dated (a calendar that is not loaded, a limit that has passed). `missing`:
    steps nobody recorded though later ones are done.
    """

    earliest: Mapping[str, date]
    hindrances: Mapping[str, tuple[Hindrance, ...]]
    missing: tuple[str, ...] = ()

    @property
    def blocked(self) -> list[str]:
        """The steps not possible today, in order."""
        return list(self.hindrances)


@dataclass
class _Seen:
    """What has been foreseen so far."""

    course: Course
    today: date
    path: Path
    calendar: WorkCalendar
    earliest: dict[str, date] = field(default_factory=dict)
    undated: set[str] = field(default_factory=set)

    def day(self, code: str) -> date | None:
        """Return when a step was done or is foreseen."""
        return self.course.done.get(code) or self.earliest.get(code)


def foresee(course: Course, today: date, path: Path, calendar: WorkCalendar) -> Foresight:
    """Return the earliest days of all steps still to be done, as if each were done on its first possible day from today on."""
    seen = _Seen(course, today, path, calendar)
    behind, hindrances, missing = _behind(path.editions), {}, []
    for code in path.order:
        if course.has(code):
            continue
        later = [course.done[one] for one in behind[code] if one in course.done]
        if later:
            if path.which(min(later)).step(code) is not None:
                missing.append(code)
            continue
        edition = _edition_of(seen, code)
        step = edition.step(code)
        if step is None:
            continue
        if found := _foresee(seen, edition, step):
            hindrances[code] = tuple(found)
    return Foresight(seen.earliest, hindrances, tuple(missing))


def _edition_of(seen: _Seen, code: str) -> Edition:
    """Return the version in force when the step comes up: once all that comes before it is done."""
    days = [day for after in seen.path.definition(code).after if (day := seen.day(after.step))]
    edition = seen.path.which(max([seen.today, *days]))
    step = edition.step(code)
    if step is None:
        return edition
    try:  # its own clocks may lead into the next version
        bounds = [
            earliest_after(edition, after, seen.course, day, seen.calendar)
            for after in step.after
            if (day := seen.day(after.step))
        ]
    except CalendarMissing:
        return edition
    return seen.path.which(max([seen.today, *bounds]))


def _foresee(seen: _Seen, edition: Edition, step: Step) -> list[Hindrance]:
    """Date one step; return why it is not possible today."""
    found: list[Hindrance] = []
    bound, undated = seen.today, False
    for after in step.after:
        day = seen.day(after.step)
        if day is None:
            undated = undated or after.step in seen.undated
        if after.step not in seen.course.done and (after.step in seen.undated or day is not None):
            words = f"还不能{step.deed}，因为还没有“{seen.path.labels[after.step]}”"
            found.append(Hindrance(f"{step.code}.needs.{after.step}", words, edition.cited(step.article), "hard"))
        if day is None:
            continue
        try:
            ready = earliest_after(edition, after, seen.course, day, seen.calendar)
        except CalendarMissing as none:
            found.append(Hindrance("calendar.missing", str(none), edition.cited(after.article), "hard"))
            undated = True
            continue
        if ready > max(day, seen.today) and after.step in seen.course.done:
            words = f"还不能{step.deed}，因为{after.words}，最早 {ready.isoformat()}"
            found.append(Hindrance(after.code, words, edition.cited(after.article), "block", ready))
        bound = max(bound, ready)
    late = [one for by in step.by for one in _late(edition, step, by, bound, seen.course) if one.weight == "block"]
    found += late
    if undated or late:
        seen.undated.add(step.code)
    else:
        seen.earliest[step.code] = bound
    return found


def next_review(edition: Edition, began: date, last: date | None) -> date:
    """Return by when the half-yearly review is due: six months after the last one, or after 入党积极分子 was determined."""
    return add_months(last or began, edition.limits["review"]["months"])


def full_on(edition: Edition, course: Course) -> date | None:
    """Return the day from which one is a full member (党龄): the end of the probation, extended or not; None before it began.

    Not the day of the assembly or of the approval: 2026 art. 33 and 35, also where the discussion was put off.
    """
    return course.probation_end(edition)
