"""Ranks are proposed by the committee, decided by a meeting, confirmed by the superior; corrected only with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.appraisals import rules
from zhibu.apps.appraisals.models import Appraisal, Entry, State
from zhibu.apps.appraisals.params import limits
from zhibu.apps.appraisals.rules import RANK_LABELS, Rank
from zhibu.apps.appraisals.services.assessing import locked
from zhibu.apps.appraisals.services.saving import saved
from zhibu.kernel import messages
from zhibu.kernel.actions import Act, Refused, Why
from zhibu.kernel.audit import Change


@dataclass(frozen=True)
class Ranks:
    """uid of an entry -> (rank, reason)."""

    given: Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Decided:
    """The meeting that decided the ranks."""

    meeting: Any


@dataclass(frozen=True)
class Words:
    """What the superior says."""

    words: str = ""


@dataclass(frozen=True)
class Correct:
    """Another rank for one member, and why."""

    rank: str
    reason: str


def propose(act: Act, appraisal: Appraisal, data: Ranks) -> Appraisal:
    """Keep the proposed ranks. Raises Refused where too many are 优秀, or a lower rank has no reason."""
    entries = {str(entry.uid): entry for entry in locked(appraisal) if entry.ranked}
    if set(data.given) != set(entries):
        raise Refused("名单在您打开之后变了，请重新打开本页填写")
    given = [(entries[uid].name, rank, why) for uid, (rank, why) in data.given.items()]
    for _, violation in rules.missing_reasons(given):
        raise Refused(violation.message)
    check_limit(appraisal, [rank for _, rank, _ in given])
    for uid, (rank, why) in data.given.items():
        entries[uid].rank, entries[uid].rank_why = rank, why.strip()
        entries[uid].rev += 1
    Entry.objects.system("ranks of an appraisal in hand").bulk_update(
        entries.values(), ["rank", "rank_why", "rev"], batch_size=200
    )
    appraisal.state = State.PROPOSED
    return saved(act, appraisal, f"拟定等次：{appraisal}", counted(entry.rank for entry in entries.values()))


def counted(ranks: Any) -> str:
    """Return how many got each rank, in words."""
    found = list(ranks)
    return "，".join(f"{label} {found.count(rank.value)} 人" for rank, label in RANK_LABELS.items())


def check_limit(appraisal: Appraisal, ranks: list[str]) -> None:
    """Raise Refused where more are 优秀 than the rule allows."""
    limit = rules.limit_on(limits(), appraisal.on)
    for violation in rules.too_many(limit, appraisal.total, ranks.count(Rank.EXCELLENT)):
        raise Refused(violation.message, article=limit.source, next_step="请减少优秀的人数。")


def decide(act: Act, appraisal: Appraisal, data: Decided) -> Appraisal:
    """Name the meeting that decided; every member is told of the own rank alone."""
    appraisal.meeting, appraisal.state = data.meeting, State.DECIDED
    appraisal.decided_by_id, appraisal.decided_account_id = act.actor.person_id, act.actor.account_id
    saved(act, appraisal, f"评定等次并报上级审定：{appraisal}", str(data.meeting))
    return appraisal


def send_back(act: Act, appraisal: Appraisal, data: Why) -> Appraisal:
    """Give it back to the branch with the reason."""
    appraisal.state, appraisal.words, appraisal.meeting = State.MEASURED, data.reason, None
    return saved(act, appraisal, f"退回民主评议：{appraisal}", data.reason)


def confirm(act: Act, appraisal: Appraisal, data: Words) -> Appraisal:
    """The superior agrees; every member is told of the own rank alone."""
    appraisal.state, appraisal.words = State.CONFIRMED, data.words
    appraisal.confirmed_on, appraisal.confirmed_by = localdate(), act.actor.name[:100]
    saved(act, appraisal, f"审定民主评议：{appraisal}", data.words)
    for entry in locked(appraisal):
        words = f"您的等次是：{entry.get_rank_display()}。" if entry.ranked else f"您不评定等次（{entry.ground}）。"
        messages.tell(
            [entry.person_id], "affairs", title=f"{appraisal.year} 年民主评议结果", body=words, link="/me/",
            key=f"appraisal:{entry.uid}",
        )  # fmt: skip
    return appraisal


def correct(act: Act, entry: Entry, data: Correct) -> Entry:
    """Change one rank after the confirmation; the limit holds as before, the old rank stays in the history."""
    appraisal = entry.appraisal
    if data.rank == entry.rank:
        raise Refused("等次没有变化", field="rank")
    rows = locked(appraisal)
    check_limit(appraisal, [data.rank if row.pk == entry.pk else row.rank for row in rows if row.ranked])
    change = Change("rank", "等次", str(entry.get_rank_display()), RANK_LABELS[Rank(data.rank)])
    entry.rank, entry.rank_why = data.rank, data.reason
    entry.rev += 1
    entry.save()
    act.reason = data.reason
    act.log(entry, organization_id=appraisal.organization_id, changes=[change], summary=f"更正等次：{entry}")
    messages.tell(
        [entry.person_id], "affairs", title=f"{appraisal.year} 年民主评议结果有更正", link="/me/",
        body=f"您的等次更正为：{entry.get_rank_display()}。原因：{data.reason}", key=f"appraisal:{entry.uid}:{entry.rev}",
    )  # fmt: skip
    return entry
