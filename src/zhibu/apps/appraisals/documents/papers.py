"""The content of the slips (民主测评票), the summary (汇总表) and the forms (登记表)."""

from collections.abc import Sequence
from typing import Any

from zhibu.apps.appraisals import queries, rules
from zhibu.apps.appraisals.models import Appraisal, Entry
from zhibu.apps.appraisals.params import limits
from zhibu.kernel.actor import Actor
from zhibu.kernel.documents import Content


def _content(name: str, appraisals: Sequence[Appraisal], data: Any) -> Content:
    first = appraisals[0]
    return Content(
        title=f"{name}-{first}" if len(appraisals) == 1 else name, data=data, organization=str(first.organization),
        sensitive="党员名单", seats={one.pk: one.organization_id for one in appraisals},
    )  # fmt: skip


def _day(day: Any) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日" if day else ""


def slips(actor: Actor, appraisals: Sequence[Appraisal]) -> Content:
    """Return a slip: everybody who gets a rank, with a box for each; unsigned, as many copies as there are members."""
    papers = [
        {
            "branch": str(one.organization),
            "year": one.year,
            "rows": [[str(n), entry.name, "", "", "", ""] for n, entry in enumerate(_ranked(one), 1)],
            "copies": one.total,
        }
        for one in appraisals
    ]
    return _content("民主测评票", appraisals, {"papers": papers, "heads": list(rules.RANK_LABELS.values())})


def _ranked(appraisal: Appraisal) -> list[Entry]:
    return [entry for entry in queries.entries(appraisal) if entry.ranked]


def summary(actor: Actor, appraisals: Sequence[Appraisal]) -> Content:
    """Return the summary of branches: votes and rank of every member, how many got which rank."""
    return _content("民主评议党员汇总表", appraisals, {"papers": [_summary(one) for one in appraisals]})


def _summary(appraisal: Appraisal) -> dict[str, Any]:
    entries = list(queries.entries(appraisal))
    for entry in entries:
        entry.appraisal = appraisal
    rows = [
        [str(e.place), e.name, *("" if votes is None else str(votes) for _, votes in e.votes), e.rank_words, e.rank_why]
        for e in entries
    ]
    ranks = [entry.rank for entry in entries if entry.ranked]
    counts = [f"{label} {ranks.count(rank.value)} 人" for rank, label in rules.RANK_LABELS.items()]
    slips_words = (
        f"发出 {appraisal.issued} 张，收回 {appraisal.returned} 张，有效 {appraisal.valid} 张"
        if appraisal.issued
        else ""
    )
    return {
        "branch": str(appraisal.organization), "year": appraisal.year, "total": appraisal.total, "rows": rows,
        "slips": slips_words, "counts": "，".join(counts) if any(ranks) else "",
        "limit": rules.limit_on(limits(), appraisal.on).most(appraisal.total), "state": appraisal.get_state_display(),
        "meeting": str(appraisal.meeting or ""), "confirmed": _day(appraisal.confirmed_on), "by": appraisal.confirmed_by,
    }  # fmt: skip


def forms(actor: Actor, appraisals: Sequence[Appraisal]) -> Content:
    """Return the form of each member: the own assessment, the votes, the rank, the opinions to be signed."""
    papers = []
    for one in appraisals:
        for entry in queries.entries(one):
            entry.appraisal = one
            votes = (
                "，".join(f"{label} {number} 票" for label, number in entry.votes)
                if entry.excellent is not None
                else ""
            )
            papers.append(
                {
                    "branch": str(one.organization), "year": one.year, "name": entry.name, "own": entry.own_words,
                    "own_on": _day(entry.own_on), "votes": votes, "rank": entry.rank_words, "why": entry.rank_why,
                    "confirmed": _day(one.confirmed_on),
                }
            )  # fmt: skip
    return _content("民主评议党员登记表", appraisals, {"papers": papers})
