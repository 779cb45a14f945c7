"""The slips of a ballot, as many as there are voters, and the sheet that the counters fill in."""

from collections.abc import Sequence
from typing import Any

from zhibu.apps.elections.models import Ballot
from zhibu.apps.voting import queries as votes
from zhibu.kernel.actor import Actor
from zhibu.kernel.documents import Content


def slip(ballot: Ballot) -> dict[str, Any]:
    """Return what stands on one slip."""
    return {
        "title": f"{ballot.election.organization.name}{ballot.post_label}选票", "round": f"第 {ballot.round} 次投票" if ballot.round > 1 else "",
        "seats": ballot.seats, "names": list(ballot.motion.questions), "extra": ballot.seats,
        "note": f"应选 {ballot.seats} 人。赞成的在姓名后的“赞成”栏画“○”，不赞成的画“×”，弃权的不画。"
                f"赞成的人数（连同另选他人）不超过 {ballot.seats} 人，超过的作废。另选他人的，在空格里写姓名。",
    }  # fmt: skip


def slips(actor: Actor, ballots: Sequence[Ballot]) -> Content:
    """Return as many slips as people may vote (those present, once the vote is open)."""
    first = ballots[0]
    made = [{**slip(one), "copies": one.motion.present or votes.entitled(one.motion.roll).count()} for one in ballots]
    return Content(f"{first}"[:60], {"ballots": made}, organization=str(first.election.organization))


def sheet(actor: Actor, ballots: Sequence[Ballot]) -> Content:
    """Return the count sheets."""
    first = ballots[0]
    return Content(
        f"计票单-{first}"[:60],
        {"sheets": [count_sheet(one) for one in ballots]},
        organization=str(first.election.organization),
    )


def count_sheet(ballot: Ballot, *, filled: bool = False) -> dict[str, Any]:
    """Return a count sheet, empty or with the figures two counters agreed on."""
    motion = ballot.motion
    count = votes.agreed_count(motion) if filled else None
    found = {row["title"]: row for row in motion.result} if filled else {}
    names = list(motion.questions) + [title for title, row in found.items() if row.get("written_in")]

    def figure(name: str, key: str) -> str:
        return str(found[name].get(key, "")) if name in found else ""

    return {
        "title": f"{ballot.election}{ballot.title}计票单", "entitled": str(motion.entitled or ""), "present": str(motion.present or ""),
        "slips": [str(getattr(count, name)) if count else "" for name in ("issued", "collected", "valid", "invalid")],
        "rows": [[name, figure(name, "yes"), figure(name, "no"), figure(name, "abstain")] for name in names],
        "blank": 0 if filled else ballot.seats, "outcome": motion.outcome if filled else "",
    }  # fmt: skip
