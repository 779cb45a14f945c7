"""What holds of the democratic appraisal: ranks, how many may be 优秀, what the slips must add up to. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from zhibu.kernel.rules.answers import Answer, Violation
from zhibu.kernel.rules.inputs import TODAY, Input
from zhibu.kernel.rules.registry import rule


class Rank(StrEnum):
    """Ranks of the appraisal (等次)."""

    EXCELLENT = "excellent"
    GOOD = "good"
    BASIC = "basic"
    POOR = "poor"


RANK_LABELS = {Rank.EXCELLENT: "优秀", Rank.GOOD: "合格", Rank.BASIC: "基本合格", Rank.POOR: "不合格"}
#: ranks that are given with their reason only
WITH_REASON = (Rank.BASIC, Rank.POOR)
#: days by which entering an appraisal here may lag behind the meeting that decided it: this product's own convention
LAG_DAYS = 60


@dataclass(frozen=True)
class Limit:
    """A row of the table of limits: the largest part of all members of a branch that may be 优秀."""

    since: date
    share: Fraction
    regulation: str
    article: str
    provision: str

    def most(self, total: int) -> int:
        """Return how many of so many members may be 优秀; a third of 10 is 3."""
        return total * self.share.numerator // self.share.denominator

    @property
    def source(self) -> str:
        """Return where it stands."""
        return f"《{self.regulation}》{self.article}"


def limit_on(rows: Sequence[Limit], day: date) -> Limit:
    """Return the row in force on a day; before the first one the first. rows: the earliest first, at least one."""
    return next((row for row in reversed(rows) if row.since <= day), rows[0])


def too_many(limit: Limit, total: int, excellent: int) -> list[Violation]:
    """Return why so many of `total` members cannot be 优秀; empty when they can."""
    most = limit.most(total)
    if excellent <= most:
        return []
    message = f"评为优秀的有 {excellent} 人，超过党员总数 {total} 人的三分之一，最多 {most} 人"
    if limit.share != Fraction(1, 3):
        message = f"评为优秀的有 {excellent} 人，党员总数 {total} 人，最多 {most} 人"
    return [Violation("appraisals.excellent", message, limit.article)]


def slips(members: int, issued: int, returned: int, valid: int) -> list[Violation]:
    """Return what is wrong with the numbers of slips (发出、收回、有效); members: who takes part, one slip each."""
    found = []
    if issued > members:
        found.append(Violation("appraisals.issued", f"发出 {issued} 张，多于参加评议的党员 {members} 人", ""))
    if returned > issued:
        found.append(Violation("appraisals.returned", f"收回 {returned} 张，多于发出的 {issued} 张，这次测评无效", ""))
    if valid > returned:
        found.append(Violation("appraisals.valid", f"有效票 {valid} 张，多于收回的 {returned} 张", ""))
    return found


def tally(valid: int, counts: Mapping[str, Sequence[int]]) -> list[tuple[str, Violation]]:
    """Return (who, what is wrong) of whose votes add up to more than the valid slips. counts: who -> votes of each rank."""
    return [
        (who, Violation("appraisals.sum", f"{who}的票数合计 {sum(votes)}，多于有效票 {valid} 张", ""))
        for who, votes in counts.items()
        if sum(votes) > valid
    ]


def missing_reasons(ranks: Iterable[tuple[str, str, str]]) -> list[tuple[str, Violation]]:
    """Return (who, what is missing) of whoever is given a lower rank without a reason. ranks: (who, rank, reason)."""
    return [
        (who, Violation("appraisals.reason", f"{who}评为{RANK_LABELS[Rank(rank)]}，请写明理由", ""))
        for who, rank, reason in ranks
        if rank in WITH_REASON and not reason.strip()
    ]


@rule(
    "appraisals.excellent",
    "民主评议优秀人数",
    regulation="中国共产党支部工作条例（试行）",
    version="2018-10-28",
    article="关于民主评议党员的规定",
    inputs=[
        Input("total", "integer", "党员总数", "包括预备党员", minimum=0, maximum=1_000_000),
        Input("excellent", "integer", "拟评优秀人数", minimum=0, maximum=1_000_000),
        Input("on", "date", "评定日期", default=TODAY),
    ],
    outputs={"most": "最多", "within": "是否在限额内"},
    explanation="优秀等次一般不超过党员总数的三分之一，算出来不是整数的，舍去小数。预备党员参加评议，不评定等次。",
)
def excellent_rule(total: int, excellent: int, on: date) -> Answer:
    """Return `most` and `within`; a violation when there are too many."""
    from zhibu.apps.appraisals.params import limits

    limit = limit_on(limits(), on)
    found = too_many(limit, total, excellent)
    return Answer({"most": limit.most(total), "within": not found}, found)
