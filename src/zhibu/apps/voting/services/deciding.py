"""Making a result of what was counted: by the rule, with its article, announced and published once."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils import timezone

from zhibu.apps.voting import queries, rules
from zhibu.apps.voting.events import MotionDecided
from zhibu.apps.voting.models import Motion, MotionState, PaperCount
from zhibu.apps.voting.services import exclusions
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.events import publish


@dataclass(frozen=True)
class Figures:
    """Votes given at the meeting to one question."""

    yes: int
    no: int
    abstain: int

    @property
    def given(self) -> int:
        """Return how many voted."""
        return self.yes + self.no + self.abstain


def decide(act: Act, motion: Motion, counts: Sequence[Figures], paper: PaperCount | None = None) -> Motion:
    """Write the result of a vote, carry out what it decided on the roll, and publish it."""
    held = motion.majority
    if paper is not None and rules.void_by_slips(
        rules.Slips(paper.issued, paper.collected, paper.valid, paper.invalid)
    ):
        words = f"收回的票（{paper.collected}）多于发出的票（{paper.issued}），投票无效，应重新投票。"
        return _announce(
            act,
            motion,
            [],
            valid=False,
            passed=None,
            words=words,
            article="选举工作条例：收回的票多于发出的票，选举无效",
        )
    opinions = queries.written(motion)
    rows, verdicts = [], []
    for n, (title, figures) in enumerate(zip(motion.questions, counts, strict=True)):
        said = {f"written_{name}": count for name, count in queries.written_sums(opinions, n).items()}
        poll = rules.Poll(motion.entitled or 0, motion.present or 0, **asdict(figures), **said)
        found = rules.verdict(held, poll)
        if wrong := rules.faults(held, poll):
            raise Refused(wrong[0].message, article=wrong[0].article)
        verdicts.append(found)
        rows.append({"title": title, **asdict(figures), **said, "passed": found.passed})
    for name, votes in (paper.others if paper is not None else {}).items():
        poll = rules.Poll(motion.entitled or 0, motion.present or 0, yes=votes)
        rows.append({"title": name, "yes": votes, "written_in": True, "passed": rules.verdict(held, poll).passed})
    valid, single = verdicts[0].valid, len(verdicts) == 1
    passed = verdicts[0].passed if single else None
    return _announce(
        act, motion, rows, valid=valid, passed=passed, words=_words(motion, rows, verdicts), article=held.source
    )


def _announce(
    act: Act, motion: Motion, rows: list[dict[str, Any]], *, valid: bool, passed: bool | None, words: str, article: str
) -> Motion:
    motion.result, motion.valid, motion.passed = rows, valid, passed
    motion.outcome, motion.article = words[:500], article[:120]
    motion.state, motion.decided_at = MotionState.DECIDED, timezone.now()
    motion.rev += 1
    columns = ["result", "valid", "passed", "outcome", "article", "state", "decided_at", "rev"]
    motion.save(update_fields=columns)
    if motion.rule == "exclusion":
        exclusions.apply(motion)
    act.log(motion, summary=f"表决结果：{motion}，{motion.verdict_words}。{words}"[:500])
    publish(
        MotionDecided(
            motion.pk, motion.subject_type, motion.subject_id, motion.rule, valid, passed, motion.opened_on or motion.roll.on,
            act.actor,
        )
    )  # fmt: skip
    return motion


def _words(motion: Motion, rows: list[dict[str, Any]], verdicts: Sequence[rules.Verdict]) -> str:
    head = f"应到 {motion.entitled} 人，实到 {motion.present} 人。"
    if not verdicts[0].valid:
        return head + verdicts[0].violations[0].message + "。"
    if len(verdicts) > 1:
        through = [row["title"] for row in rows if row["passed"]]
        return head + (
            f"赞成{motion.majority.win.words}的：{'、'.join(through)}。" if through else "没有一项达到规定票数。"
        )
    row = rows[0]
    written = row["written_yes"] + row["written_no"] + row["written_abstain"]
    added = f"（另有书面意见 {written} 份：赞成 {row['written_yes']}，不赞成 {row['written_no']}）" if written else ""
    body = f"赞成 {row['yes']} 票，不赞成 {row['no']} 票，弃权 {row['abstain']} 票{added}。"
    reason = f"赞成票{motion.majority.win.words}，通过。" if row["passed"] else verdicts[0].violations[0].message + "。"
    return head + body + reason
