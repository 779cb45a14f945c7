"""The rules of elections: who elects what, how many candidates, when, who is elected. Pure; figures are data in `params/`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Literal

from zhibu.kernel import tables
from zhibu.kernel.calendar.months import add_months
from zhibu.kernel.rules.answers import Answer, Violation
from zhibu.kernel.rules.inputs import Input
from zhibu.kernel.rules.registry import rule

PARAMS = Path(__file__).parent / "params"
Body = Literal["committee", "posts"]
Timing = Literal["on_time", "early", "late"]
TIMING_LABELS: dict[Timing, str] = {"on_time": "按期", "early": "提前", "late": "延期"}
MOST = 100_000


@dataclass(frozen=True)
class Figure:
    """A number of the rules with what it rests on and how sure its source is."""

    value: int
    article: str
    status: str


@dataclass(frozen=True)
class Size:
    """How many members a committee has: least, up to `usual` as a rule, never more than `most`."""

    least: int
    usual: int
    most: int
    article: str
    status: str


@dataclass(frozen=True)
class Surplus:
    """Candidates over the seats: at least this share of the seats."""

    share: Fraction
    article: str
    status: str


@dataclass(frozen=True)
class Version:
    """A row of `rules.yaml`."""

    code: str
    since: date
    regulation: str
    version: str
    votes: str
    committee_from: Figure
    sizes: dict[str, Size]
    surplus: Surplus
    shift_months: Figure
    on_time_days: Figure
    overdue_days: Figure
    note: str

    @property
    def source(self) -> str:
        """Return the regulation with its version."""
        return f"《{self.regulation}》（{self.version}）"


def _figure(row: dict[str, Any]) -> Figure:
    return Figure(int(row["value"]), str(row["article"]), str(row["status"]))


@cache
def versions() -> tuple[Version, ...]:
    """Return every row of `rules.yaml`, in the order of the file."""
    rows = tables.read(PARAMS / "rules.yaml")
    return tuple(
        Version(
            code=str(row["code"]), since=date.fromisoformat(str(row["since"])), regulation=str(row["regulation"]),
            version=str(row["version"]), votes=str(row["votes"]), committee_from=_figure(row["committee_from"]),
            sizes={kind: Size(**size) for kind, size in row["sizes"].items()},
            surplus=Surplus(Fraction(row["surplus"]["share"]), row["surplus"]["article"], row["surplus"]["status"]),
            shift_months=_figure(row["shift_months"]), on_time_days=_figure(row["on_time_days"]),
            overdue_days=_figure(row["overdue_days"]), note=str(row["note"]),
        )
        for row in rows
    )  # fmt: skip


def in_force(day: date) -> Version:
    """Return the version in force on that day; before the first one, the first."""
    held = [one for one in versions() if one.since <= day]
    return max(held or versions()[:1], key=lambda one: one.since)


def version(code: str) -> Version:
    """Return the version of that code. Raises KeyError."""
    return {one.code: one for one in versions()}[code]


def body(held: Version, kind: str, full_members: int) -> Body:
    """Return what an organisation elects: a committee, or (a branch with few full members) secretary and deputy directly."""
    return "posts" if kind == "branch" and full_members < held.committee_from.value else "committee"


def size_faults(held: Version, kind: str, what: Body, seats: int, full_members: int) -> list[Violation]:
    """Return why so many seats may not be filled: too few or too many for a committee, more than there are people."""
    found = []
    if what == "posts":
        if not 1 <= seats <= 2:
            words = f"正式党员不足 {held.committee_from.value} 人的支部不设委员会，只设书记 1 名，必要时设副书记 1 名"
            found.append(Violation("elections.posts", words, held.committee_from.article))
    else:
        size = held.sizes[kind]
        if not size.least <= seats <= size.most:
            words = f"委员会由 {size.least} 至 {size.usual} 人组成，一般不超过 {size.most} 人，应选 {seats} 人不合规定"
            found.append(Violation("elections.size", words, size.article))
    if seats > full_members:
        found.append(Violation("elections.people", f"有被选举权的只有 {full_members} 人，选不出 {seats} 人"))
    return found


def candidates_least(held: Version, what: Body, seats: int) -> int:
    """Return how many candidates there must be at least; posts that are elected directly need no surplus."""
    extra = held.surplus.share * seats if what == "committee" else Fraction(0)
    return seats + int(-(-extra // 1))


def candidate_faults(held: Version, what: Body, seats: int, candidates: int) -> list[Violation]:
    """Return why so few candidates are not enough."""
    least = candidates_least(held, what, seats)
    if candidates >= least:
        return []
    words = f"应选 {seats} 人，候选人至少 {least} 人（差额不少于应选人数的 20%，不足 1 人的按 1 人计），现有 {candidates} 人"
    if what == "posts":
        words = f"应选 {seats} 人，候选人至少 {least} 人，现有 {candidates} 人"
    return [Violation("elections.surplus", words, held.surplus.article)]


def timing(held: Version, ends: date, planned: date) -> Timing:
    """Return whether an election planned for that day is on time, early or late; `ends`: the first day after the term."""
    days = timedelta(days=held.on_time_days.value)
    if planned < ends - days:
        return "early"
    return "late" if planned > ends + days else "on_time"


def timing_faults(held: Version, ends: date, planned: date, today: date) -> list[Violation]:
    """Return why the day is too far from the end of the term: nobody may agree to more than a year, as a rule.

    Where that year is over already (`today`), the election is still to be held, and soon.
    """
    months = held.shift_months.value
    last = add_months(ends, months)
    if planned < add_months(ends, -months):
        words = f"任期到 {ends.isoformat()} 届满，{planned.isoformat()} 换届提前超过 {months} 个月"
        return [Violation("elections.early", words, held.shift_months.article)]
    if planned > last and today <= last:
        words = f"任期到 {ends.isoformat()} 届满，{planned.isoformat()} 换届延期超过 {months} 个月"
        return [Violation("elections.late", words, held.shift_months.article)]
    soon = today + timedelta(days=held.overdue_days.value)
    if planned > last and planned > soon:
        words = f"任期已超期 {months} 个月以上，请在 {soon.isoformat()} 以前召开大会"
        return [Violation("elections.late", words, held.overdue_days.article)]
    return []


def official_faults(scrutineers: Sequence[int], counters: Sequence[int], candidates: Sequence[int]) -> list[Violation]:
    """Return why these people (keys) may not watch and count: candidates may not, nobody does both, somebody must do each."""
    found = []
    if not scrutineers or len(set(counters)) < 2:
        found.append(Violation("elections.officials", "至少 1 名监票人和 2 名计票人：选票由两人计票、两人录入"))
    if set(candidates) & {*scrutineers, *counters}:
        found.append(Violation("elections.official_candidate", "候选人不能担任监票人、计票人"))
    if set(scrutineers) & set(counters):
        found.append(Violation("elections.official_both", "监票人和计票人不能是同一个人"))
    return found


@rule(
    "elections.candidates",
    "换届选举：应选人数和候选人差额",
    regulation="中国共产党基层组织选举工作条例",
    version="2020",
    article="委员候选人的差额不少于应选人数的 20%",
    inputs=[
        Input("kind", "choice", "党组织", choices=(("branch", "党支部"), ("general_branch", "党总支"), ("committee", "党委"))),
        Input("full_members", "integer", "正式党员人数", "预备党员、留党察看期间的党员没有选举权和被选举权，不计入", minimum=0, maximum=MOST),
        Input("seats", "integer", "应选人数", minimum=1, maximum=MOST),
        Input("candidates", "integer", "候选人人数", minimum=0, maximum=MOST),
    ],
    outputs={"body": "选举什么", "least": "候选人至少", "allowed": "符合规定"},
    explanation="正式党员 7 人以上（含 7 人）的支部设委员会，一般 3 至 5 人，最多 7 人；不足 7 人的设书记 1 名，必要时设副书记 1 名。"
    "委员候选人的差额不少于应选人数的 20%，算出的小数进为 1 人。",
)  # fmt: skip
def candidates_rule(kind: str, full_members: int, seats: int, candidates: int) -> Answer:
    """Return what is elected, how many candidates it takes, and whether seats and candidates are as the rules have it."""
    held = versions()[-1]
    what = body(held, kind, full_members)
    found = size_faults(held, kind, what, seats, full_members) + candidate_faults(held, what, seats, candidates)
    label = {"committee": "委员会委员", "posts": "书记（副书记）"}[what]
    result: dict[str, Any] = {"body": label, "least": candidates_least(held, what, seats), "allowed": not found}
    return Answer(result, found)
