"""What holds of meetings: how often, who attends, when they are quorate, when a code on the wall is still good. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from zhibu.kernel.calendar.dated import in_force
from zhibu.kernel.calendar.months import add_months
from zhibu.kernel.rules.answers import Answer, Violation
from zhibu.kernel.rules.inputs import Input
from zhibu.kernel.rules.registry import rule

REGULATION = "《中国共产党支部工作条例（试行）》"
VERSION = "2018-10-28"
#: seconds one code on the wall is shown, and how many codes before the present one are still taken (people need a moment to scan)
CODE_SECONDS, CODES_TAKEN = 5, 2
#: minutes a scan is good for in the browser that made it: long enough to sign in to the site first
SCAN_MINUTES = 5
#: days within which minutes are written, and absent ones study
MINUTES_DAYS, STUDY_DAYS = 7, 14
#: hours before the start from which people may sign in
EARLY_HOURS = 2
Every = Literal["month", "quarter", "year", ""]
EVERY_WORDS = {"month": "每月", "quarter": "每季度", "year": "每年"}


@dataclass(frozen=True)
class Quorum:
    """How many of those entitled must be there: at least half, or (strict) more than half; by which article."""

    strict: bool
    article: str

    def needed(self, entitled: int) -> int:
        """Return the smallest number that makes it quorate; of nobody one is needed, so that nobody cannot meet."""
        least = entitled // 2 + 1 if self.strict else -(-entitled // 2)
        return max(least, 1)

    @property
    def words(self) -> str:
        """Return the comparison in words."""
        return "超过半数" if self.strict else "半数以上（含半数）"


@dataclass(frozen=True)
class Kind:
    """A row of the table of kinds; see params/kinds.yaml for every column."""

    code: str
    label: str
    since: date
    until: date | None
    every: str
    times: int
    local: bool
    months: tuple[int, ...]
    day: int
    season: tuple[int, ...]
    attends: str
    at: tuple[str, ...]
    quorum: Quorum | None
    remote: bool
    vote: bool
    study: bool
    calls: str
    article: str

    @property
    def frequency(self) -> str:
        """Return e.g. `每季度 1 次`, "" where none is prescribed."""
        return f"{EVERY_WORDS[self.every]} {self.times} 次" if self.every else ""

    @property
    def source(self) -> str:
        """Return where the frequency stands, and that it is a local one where the regulation names no number."""
        if not self.article:
            return ""
        return f"{REGULATION}{self.article}" + ("；次数为本单位约定" if self.local else "")


@dataclass(frozen=True)
class Count:
    """How a meeting stands: entitled, there, how many are needed (None: no number is prescribed), how many are missing."""

    entitled: int
    present: int
    needed: int | None
    article: str

    @property
    def missing(self) -> int:
        """Return how many more must come."""
        return max((self.needed or 0) - self.present, 0)

    @property
    def reached(self) -> bool:
        """Tell whether it may begin; a kind without a number always may."""
        return self.needed is None or self.present >= self.needed

    @property
    def words(self) -> str:
        """Return the sentence for the wall."""
        if self.needed is None:
            return "本次会议没有规定到会人数"
        source = f"（{REGULATION}{self.article}）"
        if self.reached:
            return f"已达到规定人数 {self.needed} 人{source}"
        return f"还差 {self.missing} 人才能开会表决，至少要到 {self.needed} 人{source}"


def count(kind: Kind | None, entitled: int, present: int) -> Count:
    """Return how a meeting of that kind stands; `entitled` and `present` are those with a vote."""
    if kind is None or kind.quorum is None:
        return Count(entitled, present, None, "")
    return Count(entitled, present, kind.quorum.needed(entitled), kind.quorum.article)


@dataclass(frozen=True)
class Planned:
    """A line that a year plan begins with."""

    kind: str
    on: date


def year_plan(rows: Iterable[Kind], at: str, year: int, wanted: Iterable[str], party_day: int = 15) -> list[Planned]:
    """Return the lines of a year for an organisation of kind `at`: the wanted kinds as often as is prescribed, by day.

    party_day: the fixed day of the month of 主题党日; a month without that day has its last.
    """
    chosen, found = set(wanted), []
    for row in in_force(rows, date(year, 12, 31)).values():
        if row.code not in chosen or at not in row.at:
            continue
        day = party_day if row.code == "party_day" else row.day
        found += [Planned(row.code, day_of(year, month, day)) for month in row.months]
    return sorted(found, key=lambda line: line.on)


def too_far(day: date, today: date) -> str:
    """Return why nothing is arranged for that day yet, "" where it may be: this year and the next are planned, by convention."""
    last = today.year + 1
    return "" if day.year <= last else f"{day.isoformat()} 太远，会议和计划最多安排到 {last} 年"


def day_of(year: int, month: int, day: int) -> date:
    """Return that day of a month, the last one where the month is shorter."""
    last = add_months(date(year, month, 1), 1) - timedelta(days=1)
    return min(date(year, month, 1) + timedelta(days=day - 1), last)


def code_slot(seconds: float) -> int:
    """Return the number of the code shown at that second of the clock."""
    return int(seconds) // CODE_SECONDS


def code_taken(slot: int, now: float) -> bool:
    """Tell whether the code of a slot is still taken: the present one and a few before it, none of the future."""
    return 0 <= code_slot(now) - slot <= CODES_TAKEN


QUORATE = [("assembly", "支部党员大会"), ("committee", "支部委员会会议")]


@rule(
    "meetings.quorum",
    "开会需要的到会人数",
    regulation=REGULATION,
    version=VERSION,
    article="第十一条、第十二条",
    inputs=[
        Input("kind", "choice", "会议", choices=tuple(QUORATE)),
        Input("entitled", "integer", "应到有表决权的党员（委员）", minimum=0, maximum=100_000),
        Input("present", "integer", "实到有表决权的党员（委员）", minimum=0, maximum=100_000),
    ],
    outputs={"needed": "至少要到", "missing": "还差", "valid": "可以开会"},
    explanation="支部党员大会须有半数以上（含半数）有表决权的党员到会；支部委员会会议须有半数以上（含半数）委员到会。"
    "这里只算到会人数；表决通过与否另按“会议表决”计算。",
)
def quorum_rule(kind: str, entitled: int, present: int) -> Answer:
    """Return `needed`, `missing` and `valid`; a violation where fewer are there, or more than are entitled."""
    article = dict(zip((code for code, _ in QUORATE), ("第十一条", "第十二条"), strict=True))[kind]
    quorum = Quorum(strict=False, article=article)
    stands = Count(entitled, present, quorum.needed(entitled), article)
    answer = {"needed": stands.needed, "missing": stands.missing, "valid": stands.reached and present <= entitled}
    found = []
    if present > entitled:
        found.append(Violation("meetings.present", "实到人数多于应到人数，请核对", ""))
    elif not stands.reached:
        found.append(
            Violation("meetings.quorum", f"到会人数不足：应到 {entitled} 人，至少要到 {stands.needed} 人", article)
        )
    return Answer(answer, found)
