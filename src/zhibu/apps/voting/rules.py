"""When a vote is valid and when it passes, by the rule and version it is held under. Pure; the figures are data in `params/`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from zhibu.kernel import tables
from zhibu.kernel.rules.answers import Answer, Violation
from zhibu.kernel.rules.inputs import Input
from zhibu.kernel.rules.registry import rule

PARAMS = Path(__file__).parent / "params"
#: branches are small; a number above this is a slip of the hand
MOST = 100_000


@dataclass(frozen=True)
class Threshold:
    """So many of those entitled (or present): `op` ">" is more than the share, ">=" at least."""

    op: str
    share: Fraction
    article: str
    of: str = "entitled"

    def met(self, count: int, base: int) -> bool:
        """Tell whether `count` of `base` reaches it; nothing reaches a share of nobody."""
        part = self.share * base
        return base > 0 and (count > part if self.op == ">" else count >= part)

    def least(self, base: int) -> int:
        """Return the smallest number that reaches it."""
        part = self.share * base
        return int(part) + 1 if self.op == ">" else -int(-part // 1)

    @property
    def words(self) -> str:
        """Return e.g. `超过应到会人数的半数` or `不少于应到会人数的五分之四`, as the sheets say it."""
        named = {Fraction(1, 2): "半数", Fraction(4, 5): "五分之四", Fraction(2, 3): "三分之二"}
        share = named.get(self.share, f"{self.share.denominator}分之{self.share.numerator}")
        return f"{'超过' if self.op == '>' else '不少于'}{self.base_words}的{share}"

    @property
    def base_words(self) -> str:
        """Return of whom the share is taken."""
        return "应到会人数" if self.of == "entitled" else "实到会人数"


@dataclass(frozen=True)
class Majority:
    """A row of `majorities.yaml`: a rule of voting in one version, held from `since` until before `until`."""

    code: str
    label: str
    since: date
    until: date | None
    regulation: str
    version: str
    attend: Threshold
    win: Threshold
    written: bool
    methods: tuple[str, ...]
    status: str
    note: str

    @property
    def source(self) -> str:
        """Return the regulation with its version and the articles on attendance and majority; of what is no regulation its words."""
        articles = "、".join(dict.fromkeys(filter(None, (self.attend.article, self.win.article))))
        return f"《{self.regulation}》（{self.version}）{articles}" if self.version else self.regulation


@dataclass(frozen=True)
class Ground:
    """A row of `exclusions.yaml`: why somebody entitled may be left out of the number that should be there."""

    code: str
    label: str
    words: str
    months: int
    status: str


@dataclass(frozen=True)
class Poll:
    """The figures of one question: written are votes in favour given in writing by people who are absent."""

    entitled: int
    present: int
    yes: int
    no: int = 0
    abstain: int = 0
    written_yes: int = 0
    written_no: int = 0
    written_abstain: int = 0

    @property
    def in_favour(self) -> int:
        """Return the votes in favour, written ones included."""
        return self.yes + self.written_yes


@dataclass(frozen=True)
class Verdict:
    """Whether the vote is valid (enough were there), whether it passed, and what was found against it."""

    valid: bool
    passed: bool
    violations: tuple[Violation, ...] = ()


def _threshold(row: dict[str, Any]) -> Threshold:
    return Threshold(str(row["op"]), Fraction(str(row["share"])), str(row["article"]), str(row.get("of", "entitled")))


def _day(value: Any) -> date | None:
    return date.fromisoformat(str(value)) if value else None


@cache
def majorities() -> dict[str, Majority]:
    """Return code -> row of `majorities.yaml`, in the order of the file."""
    rows = tables.read(PARAMS / "majorities.yaml")
    return {
        str(row["code"]): Majority(
            code=str(row["code"]), label=str(row["label"]), since=_day(row["since"]) or date.min, until=_day(row.get("until")),
            regulation=str(row["regulation"]), version=str(row["version"]), attend=_threshold(row["attend"]),
            win=_threshold(row["win"]), written=bool(row["written"]), methods=tuple(row["methods"]),
            status=str(row["status"]), note=str(row.get("note", "")),
        )
        for row in rows
    }  # fmt: skip


@cache
def grounds() -> dict[str, Ground]:
    """Return code -> row of `exclusions.yaml`, in the order of the file."""
    rows = tables.read(PARAMS / "exclusions.yaml")
    return {
        str(row["code"]): Ground(
            str(row["code"]), str(row["label"]), str(row["words"]), int(row.get("months", 0)), str(row["status"])
        )
        for row in rows
    }


def majority(code: str) -> Majority:
    """Return the rule of that code. Raises KeyError."""
    return majorities()[code]


def in_force(prefix: str, day: date) -> Majority | None:
    """Return the version of a rule (`development`, `election`, `ordinary` …) in force on that day, None where there was none."""
    found = [
        row
        for row in majorities().values()
        if row.code.split("-")[0] == prefix and row.since <= day and (row.until is None or day < row.until)
    ]
    return max(found, key=lambda row: row.since, default=None)


def faults(held: Majority, poll: Poll) -> list[Violation]:
    """Return what is impossible about the figures: more present than entitled, more votes than people."""
    found = []
    absent = poll.entitled - poll.present
    given = poll.yes + poll.no + poll.abstain
    written = poll.written_yes + poll.written_no + poll.written_abstain
    if poll.entitled < 1:
        found.append(Violation("voting.nobody", "应到会有表决权的人数是 0，不能表决"))
    if poll.present > poll.entitled:
        found.append(Violation("voting.present", "实到会人数多于应到会人数，请核对"))
    if given > poll.present:
        found.append(Violation("voting.votes", "票数多于实到会人数，请核对"))
    if written and not held.written:
        found.append(Violation("voting.written", "这类表决不计书面意见，须本人到会", held.source))
    elif written > max(absent, 0):
        found.append(Violation("voting.written_more", "书面意见多于缺席人数：到会的人在会上投票，不再计书面意见"))
    return found


def too_few(held: Majority, entitled: int, present: int) -> str:
    """Return why so few may not vote, "" where enough are there."""
    if held.attend.met(present, entitled):
        return ""
    return f"到会人数须{held.attend.words}：应到 {entitled}，至少到 {held.attend.least(entitled)}，实到 {present}"


def verdict(held: Majority, poll: Poll) -> Verdict:
    """Return whether the vote is valid and passed. Attendance counts those there; written opinions count as votes alone."""
    there = not too_few(held, poll.entitled, poll.present)
    wrong = faults(held, poll)
    if wrong:
        return Verdict(valid=there and poll.present <= poll.entitled, passed=False, violations=tuple(wrong))
    if not there:
        words = f"{too_few(held, poll.entitled, poll.present)}，会议无效"
        return Verdict(valid=False, passed=False, violations=(Violation("voting.quorum", words, held.attend.article),))
    base = poll.entitled if held.win.of == "entitled" else poll.present
    if not held.win.met(poll.in_favour, base):
        of = "应到" if held.win.of == "entitled" else "实到"
        least = held.win.least(base)
        words = f"赞成票须{held.win.words}：{of} {base}，至少 {least} 票，赞成 {poll.in_favour} 票，不通过"
        return Verdict(valid=True, passed=False, violations=(Violation("voting.majority", words, held.win.article),))
    return Verdict(valid=True, passed=True)


@dataclass(frozen=True)
class Slips:
    """Paper ballots: handed out, collected, of these valid and invalid."""

    issued: int
    collected: int
    valid: int
    invalid: int


def slip_faults(slips: Slips, present: int) -> list[Violation]:
    """Return what does not add up on a count sheet. More collected than issued is no slip of the pen: see `void_by_slips`."""
    found = []
    if slips.issued < 1:
        found.append(Violation("voting.no_slips", "发出的票是 0，请核对"))
    if slips.issued > present:
        found.append(Violation("voting.issued", f"发出的票（{slips.issued}）多于实到会人数（{present}），请核对"))
    if slips.valid + slips.invalid != slips.collected:
        found.append(Violation("voting.collected", "有效票与无效票之和不等于收回的票，请核对"))
    return found


def void_by_slips(slips: Slips) -> bool:
    """Tell whether the whole vote is void because more slips came back than were handed out."""
    return slips.collected > slips.issued


def elected(votes: Sequence[tuple[str, int]], seats: int, least: int) -> tuple[list[str], list[str]]:
    """Return (elected, tied) of candidates with their votes in favour; `least` votes are needed to be elected at all.

    The most votes first, up to `seats`; where the last seats fall to equal votes nobody of these is elected yet: they are `tied`
    and are voted on again.
    """
    enough = sorted(((n, name) for name, n in votes if n >= least), key=lambda one: -one[0])
    if len(enough) <= seats:
        return [name for _, name in enough], []
    edge = enough[seats - 1][0]
    if enough[seats][0] != edge:
        return [name for _, name in enough[:seats]], []
    return [name for n, name in enough if n > edge], [name for n, name in enough if n == edge]


@rule(
    "meetings.vote",
    "支部党员大会表决",
    regulation="中国共产党支部工作条例（试行）",
    version="2018",
    article="第十一条",
    inputs=[
        Input("kind", "choice", "会议种类", choices=(("ordinary", "支部党员大会（一般事项）"),)),
        Input("entitled", "integer", "应到会有表决权人数", "预备党员、留党察看期间的党员没有表决权，不计入", minimum=0, maximum=MOST),
        Input("present", "integer", "实到会有表决权人数", minimum=0, maximum=MOST),
        Input("yes", "integer", "赞成票", minimum=0, maximum=MOST),
    ],
    outputs={"valid": "会议有效", "passed": "通过"},
    explanation="有表决权的党员半数以上（含半数）到会，会议有效；赞成人数超过应到会有表决权党员的半数（不含半数）为通过。"
    "以应到会人数为准，不以实到会人数为准。发展党员和选举另有规定，见相应的规则。",
)  # fmt: skip
def vote_rule(kind: str, entitled: int, present: int, yes: int) -> Answer:
    """Return `valid` and `passed` by art. 11 of the 2018 regulations; the reason when not, or what is impossible."""
    found = verdict(majority(kind), Poll(entitled, present, yes))
    return Answer({"valid": found.valid, "passed": found.passed}, list(found.violations))
