"""The rules on admission as data: versions, steps, limits; and what is judged by counting alone. Pure.

Source: 《中国共产党发展党员工作细则》, 2014 and 2026; the figures and articles are data in `params/rules-*.yaml`. A step is judged
by the version in force on its own day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from zhibu.kernel.calendar.months import add_months

#: a hard hindrance cannot be overridden by anybody, a block by a named superior with a written reason, a warning is told
Weight = Literal["hard", "block", "warn"]
Who = Literal["person", "branch", "superior", "approver"]
How = Literal["document", "meeting", "motion", "publicity", "act"]
#: stages in their order, with their labels
STAGES: Mapping[str, str] = {
    "applicant": "入党申请人",
    "activist": "入党积极分子",
    "target": "发展对象",
    "probationary": "预备党员",
    "full": "正式党员",
}


@dataclass(frozen=True)
class After:
    """A step that comes first, and what must have run since: months, calendar days, working days, or the probation.

    foreseen: only looked at when later dates are foreseen, never when a step is judged.
    """

    step: str
    months: int = 0
    days: int = 0
    workdays: int = 0
    probation: bool = False
    foreseen: bool = False
    code: str = ""
    article: str = ""
    words: str = ""


@dataclass(frozen=True)
class By:
    """Until when: months after a step, or the end of probation. `grace`: see `rules_path.deadline`."""

    step: str
    article: str
    words: str
    then: Weight = "warn"
    months: int = 0
    probation: bool = False
    code: str = ""
    grace: date | None = None
    next: str = ""


@dataclass(frozen=True)
class Step:
    """A step of one version: `deed` as in 还不能…; who acts, how it completes, what comes first, until when."""

    code: str
    label: str
    deed: str
    stage: str
    who: Who
    how: How
    article: str
    after: tuple[After, ...] = ()
    by: tuple[By, ...] = ()


@dataclass(frozen=True)
class Limit:
    """A number of the text with its article; `of` holds whatever was given."""

    article: str
    of: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> int:
        return int(self.of[name])


@dataclass(frozen=True, eq=False)
class Edition:
    """One version of the rules, in force from `since` on. One object each, compared by identity."""

    version: str
    since: date
    regulation: str
    title: str
    short: str
    source: str
    limits: Mapping[str, Limit]
    steps: tuple[Step, ...]

    def step(self, code: str) -> Step | None:
        """Return a step of this version; None where it has no such step."""
        return next((one for one in self.steps if one.code == code), None)

    def share(self, name: str) -> tuple[Fraction, bool]:
        """Return the share of those entitled, and whether it must be exceeded."""
        of = self.limits[name].of
        return Fraction(str(of["share"])), bool(of["strict"])

    def cited(self, article: str) -> str:
        """Return the article as it is quoted: 《细则》2026 版第十三条."""
        return f"{self.short}{article}"


@dataclass(frozen=True)
class Hindrance:
    """Why something may not be done (yet): the sentence, the article as quoted, until when it lasts if that is known."""

    code: str
    message: str
    article: str
    weight: Weight = "block"
    until: date | None = None
    next: str = ""


def edition_on(editions: Iterable[Edition], day: date) -> Edition:
    """Return the version in force on that day; the first one for days before it."""
    known = sorted(editions, key=lambda one: one.since)
    return next((one for one in reversed(known) if one.since <= day), known[0])


@dataclass(frozen=True)
class Count:
    """What a vote came to: is the meeting valid, is it passed, and what speaks against it."""

    valid: bool
    passed: bool
    hindrances: tuple[Hindrance, ...] = ()


def enough(number: int, whole: int, share: Fraction, strict: bool) -> bool:
    """Tell whether `number` of `whole` reaches the share; `strict`: exceeds it."""
    return number > share * whole if strict else number >= share * whole


def vote(edition: Edition, entitled: int, present: int, yes: int, written_yes: int = 0) -> Count:
    """Return what the secret ballot of an assembly on one person came to.

    More than half of those entitled must be present; more than half of those entitled (not of those present) must be
    in favour. Written opinions handed in before the meeting count as votes, not as attendance. 2014 art. 20-21, 2026 art. 19-20.
    """
    valid = entitled > 0 and enough(present, entitled, *edition.share("present"))
    favour = yes + written_yes
    carried = entitled > 0 and enough(favour, entitled, *edition.share("favour"))
    found = []
    if not valid:
        found.append(
            Hindrance(
                "vote.invalid",
                f"会议无效：实到有表决权 {present} 人，没有超过应到 {entitled} 人的半数",
                edition.cited(edition.limits["present"].article),
                "hard",
            )
        )
    elif not carried:
        written = f"（含书面意见 {written_yes} 票）" if written_yes else ""
        found.append(
            Hindrance(
                "vote.rejected",
                f"没有通过：赞成 {favour} 票{written}，没有超过应到有表决权 {entitled} 人的半数",
                edition.cited(edition.limits["favour"].article),
                "hard",
            )
        )
    return Count(valid, valid and carried, tuple(found))


def impossible_count(entitled: int, present: int, yes: int, written_yes: int) -> dict[str, str]:
    """Return which of the numbers cannot be (name -> sentence); empty when they can."""
    wrong = {}
    if present > entitled:
        wrong["present"] = f"实到 {present} 人多于应到 {entitled} 人，请核对"
    elif yes > present:
        wrong["yes"] = f"到会赞成 {yes} 票多于实到 {present} 人，请核对"
    elif written_yes > entitled - present:
        wrong["written_yes"] = f"书面赞成 {written_yes} 票多于没有到会的 {entitled - present} 人，请核对"
    return wrong


def applicant_age(edition: Edition, birth: date | None, applied: date) -> Hindrance | None:
    """Return why somebody born on that day could not apply on that one; 周岁, reached on the birthday."""
    limit = edition.limits["age"]
    years, article = limit["years"], edition.cited(limit.article)
    if birth is None:
        return Hindrance(
            "age.unknown",
            "还没有出生日期，不能核对是否年满十八岁",
            article,
            "hard",
            next="请先在人员主档里补上出生日期。",
        )
    reached = add_months(birth, years * 12)
    if applied < reached:
        words = f"申请入党应年满十八岁，此人 {reached.isoformat()} 才满 {years} 周岁"
        return Hindrance("age", words, article, "hard", reached)
    return None


def companions(edition: Edition, role: str, count: int) -> Hindrance | None:
    """Return what is wrong with the number of contacts (`contacts`) or introducers (`introducers`)."""
    limit = edition.limits[role]
    if limit["least"] <= count <= limit["most"]:
        return None
    label = "培养联系人" if role == "contacts" else "入党介绍人"
    wanted = "一至两名" if limit["least"] < limit["most"] else "两名"
    words = f"{label}应为{wanted}正式党员，现在是 {count} 名"
    return Hindrance(f"{role}.count", words, edition.cited(limit.article), "hard")


#: disciplinary measures as they are written in the person's record -> how they weigh on an introducer (article 14)
BARRED, UNSUITABLE = ("留党察看",), ("严重警告", "警告", "撤销党内职务")


def introducer(edition: Edition, measures: Sequence[tuple[str, date | None]], on: date) -> Hindrance | None:
    """Return why somebody may not, or should not, introduce: `measures` are (name, last day of its effect or None).

    留党察看, rights not restored: barred. 警告, 严重警告, 撤销党内职务 within the period of effect: not suitable. No last day
    recorded: it counts as still running.
    """
    running = [name for name, until in measures if until is None or on <= until]
    article = edition.cited(edition.limits["introducers"].article)
    if any(word in name for name in running for word in BARRED):
        return Hindrance(
            "introducer.barred", "受留党察看处分、尚未恢复党员权利的党员，不能作入党介绍人", article, "hard"
        )
    if any(word in name for name in running for word in UNSUITABLE):
        return unsuitable(edition)
    return None


def unsuitable(edition: Edition) -> Hindrance:
    """Return what speaks against an introducer under a lighter measure; a superior may allow it (article 14)."""
    words = "受警告、严重警告、撤销党内职务处分在影响期内的党员，不宜作入党介绍人"
    return Hindrance("introducer.unsuitable", words, edition.cited(edition.limits["introducers"].article), "block")


def training(edition: Edition, days: int, hours: int) -> Hindrance | None:
    """Return why a course is too short; three days or twenty-four hours are enough, either of them."""
    limit = edition.limits["training"]
    if days >= limit["days"] or hours >= limit["hours"]:
        return None
    return short(edition, f"，这次是 {days} 天 {hours} 学时")


def short(edition: Edition, told: str = "，这次不足") -> Hindrance:
    """Return what speaks against a course that is too short; a superior may allow it (article 17)."""
    words = f"集中培训一般不少于三天或者不少于二十四个学时{told}"
    return Hindrance("training.short", words, edition.cited(edition.limits["training"].article), "block")


def leaving_soon(edition: Edition, leaves_on: date | None, on: date) -> Hindrance | None:
    """Return why somebody who leaves within three months is generally not taken in now."""
    limit = edition.limits["leaving"]
    if leaves_on is None or leaves_on < on or leaves_on > add_months(on, limit["months"]):
        return None
    words = f"发展对象将在 {leaves_on.isoformat()} 离开工作、学习单位，未来三个月内离开的，一般不办理接收手续"
    return Hindrance("leaving", words, edition.cited(limit.article), "block")


def extension(edition: Edition, months: int, extended: bool) -> Hindrance | None:
    """Return why the probation cannot be extended by so many months: once, six to twelve."""
    limit = edition.limits["extension"]
    article = edition.cited(limit.article)
    if extended:
        return Hindrance("extension.again", "预备期只能延长一次，已经延长过", article, "hard")
    if not limit["least"] <= months <= limit["most"]:
        return Hindrance("extension.length", "预备期延长不能少于半年，最长不超过一年", article, "hard")
    return None


def deferral(edition: Edition, probation_end: date, until: date) -> Hindrance | None:
    """Return why the discussion cannot be put off until that day: at most six months, counted from the end of probation."""
    limit = edition.limits["deferral"]
    last = add_months(probation_end, limit["most"])
    if probation_end < until <= last:
        return None
    words = f"推迟讨论转正不超过六个月，应在 {probation_end.isoformat()} 之后、不晚于 {last.isoformat()}"
    return Hindrance("deferral", words, edition.cited(limit.article), "hard", last)


#: what a committee is for the purposes of article 22 -> what it may do with the admission of probationary members
STANDINGS: Mapping[str, str] = {
    "approves": "党委（可以审批预备党员）",
    "subordinate": "乡镇（街道）党委所属的基层党委（只审议，不审批）",
    "general_branch": "党总支（只审议，不审批）",
    "party_group": "党组（不审批预备党员）",
    "temporary": "临时党组织（不接收、不审批预备党员）",
}


def approver(edition: Edition, standing: str, name: str) -> Hindrance | None:
    """Return why an organisation of that standing may not approve (article 22 of 2026, 23 of 2014)."""
    if standing == "approves":
        return None
    article = edition.cited(edition.limits["approver"].article)
    words = {
        "subordinate": f"{name}是乡镇（街道）党委所属的基层党委，不能审批预备党员，只能审议",
        "general_branch": f"{name}是党总支，不能审批预备党员，只能审议",
        "party_group": f"{name}是党组，不能审批预备党员",
        "temporary": f"{name}是临时党组织，不能接收、审批预备党员",
    }.get(standing, f"{name}不是党委，不能审批预备党员")
    return Hindrance("approver", words, article, "hard", next="请选择有审批权限的上级党委。")


def superior(edition: Edition, standing: str, name: str, article: str) -> Hindrance | None:
    """Return why an organisation is none of the 上级党委 that file activists and agree to targets (articles 8, 13): only a 党委 is."""
    words = {"general_branch": f"{name}是党总支", "party_group": f"{name}是党组", "": f"{name}不是党委"}.get(standing)
    if words is None:
        return None
    cited = edition.cited(article)
    return Hindrance("superior", f"{words}，这一步由上级党委办理", cited, "hard", next="请选择上级党委。")


def deliberation(edition: Edition, name: str) -> Hindrance:
    """Return that an organisation which examines and may not approve has not done so (article 22 of 2026, 23 of 2014)."""
    article = edition.cited(edition.limits["approver"].article)
    words = f"{name}还没有审议支部大会的决议"
    return Hindrance("deliberation", words, article, "block", next="审议后，请在“放入材料”里放入审议意见。")


def receiver(edition: Edition, standing: str, name: str) -> Hindrance | None:
    """Return why an organisation may not receive probationary members: a temporary one."""
    if standing != "temporary":
        return None
    article = edition.cited(edition.limits["approver"].article)
    return Hindrance("receiver", f"{name}是临时党组织，除另有规定外不能接收预备党员", article, "hard")
