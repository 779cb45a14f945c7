"""What stands in the papers of a vote, as the actor may see it: nothing of a secret ballot but its sums."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from zhibu.apps.voting import queries
from zhibu.apps.voting.models import Exclusion, Method, Motion, Roll
from zhibu.kernel.actor import Actor
from zhibu.kernel.documents import Content


def day(on: date | None) -> str:
    """Return a day as it stands on paper."""
    return f"{on.year} 年 {on.month} 月 {on.day} 日" if on else "　　年　　月　　日"


def roll(actor: Actor, rolls: Sequence[Roll]) -> Content:
    """Return the roll: everybody with room to sign, and who was left out on what ground."""
    made = []
    for one in rolls:
        entries = list(queries.entries(one))
        made.append({
            "title": one.title, "office": str(one.organization), "day": day(one.on), "entitled": sum(e.entitled for e in entries),
            "rows": [[str(e.place), e.name, e.kind, "有" if e.entitled else "无", e.ground, ""] for e in entries],
        })  # fmt: skip
    return Content(
        title=f"{rolls[0].title}应到名册", data={"rolls": made}, organization=str(rolls[0].organization), sensitive="人员名单",
        seats={one.pk: one.organization_id for one in rolls},
    )  # fmt: skip


def ballots(actor: Actor, motions: Sequence[Motion]) -> Content:
    """Return as many blank ballots as people are there (as should be, before it is opened)."""
    made = [
        {
            "title": motion.title, "office": str(motion.organization), "day": day(motion.opened_on or motion.roll.on),
            "questions": motion.questions, "single": len(motion.questions) == 1 and motion.questions[0] == motion.title,
            "choose": motion.choose or 0, "copies": motion.present or queries.entitled(motion.roll).count(),
        }
        for motion in motions
    ]  # fmt: skip
    return Content(title=f"选票-{motions[0].title}", data={"motions": made}, organization=str(motions[0].organization))


def count_sheet(actor: Actor, motions: Sequence[Motion]) -> Content:
    """Return the sheet on which the counters write."""
    made = [
        {
            "title": motion.title, "office": str(motion.organization), "day": day(motion.opened_on or motion.roll.on),
            "entitled": motion.entitled if motion.entitled is not None else "", "present": motion.present if motion.present is not None else "",
            "rows": [[title, "", "", ""] for title in motion.questions], "choose": motion.choose or 0,
            "rule": motion.majority.label, "win": f"赞成票{motion.majority.win.words}",
        }
        for motion in motions
    ]  # fmt: skip
    return Content(
        title=f"计票单-{motions[0].title}", data={"motions": made}, organization=str(motions[0].organization)
    )


def result_sheet(actor: Actor, motions: Sequence[Motion]) -> Content:
    """Return the result with its figures, who was left out of those who should be there, and what it rests on."""
    return Content(
        title=f"表决结果单-{motions[0].title}", data={"motions": [_result(motion) for motion in motions]},
        organization=str(motions[0].organization),
    )  # fmt: skip


def _result(motion: Motion) -> dict[str, Any]:
    found, held = queries.result_of(motion), motion.majority
    rows = [
        [q.title, str(q.poll.yes), str(q.poll.no), str(q.poll.abstain), str(q.poll.written_yes), str(q.poll.written_no),
         "达到规定票数" if q.passed else "没有达到"]
        for q in found.questions
    ]  # fmt: skip
    rows += [[f"{name}（另选）", str(votes), "", "", "", "", ""] for name, votes in found.others.items()]
    left_out = Exclusion.objects.system("exclusions of a visible vote").filter(roll_id=motion.roll_id, state="passed")
    count = queries.agreed_count(motion) if motion.method == Method.PAPER else None
    return {
        "title": motion.title, "office": str(motion.organization), "day": day(motion.opened_on), "method": motion.get_method_display(),
        "rule": held.label, "source": found.article or held.source, "note": held.note, "verdict": motion.verdict_words,
        "entitled": motion.entitled if motion.entitled is not None else "", "present": motion.present if motion.present is not None else "",
        "rows": rows, "written": held.written, "outcome": motion.outcome,
        "slips": [str(n) for n in (count.issued, count.collected, count.valid, count.invalid)] if count else [],
        "counters": "、".join(one.by_name for one in queries.settled_counts(motion) if one.agreed),
        "approval": motion.approval, "words": motion.words,
        "left_out": [[one.entry.name, one.ground_label, one.words, one.consent] for one in left_out.select_related("entry")],
    }  # fmt: skip
