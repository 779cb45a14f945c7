"""The branch tells the person what the committee above decided, and announces it at the assembly (2026 art. 24, 33)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.development import queries
from zhibu.apps.development.models import Case, Step, Told
from zhibu.apps.development.params import path
from zhibu.apps.development.rules import Hindrance
from zhibu.apps.development.services.steps import Given, keep_paper
from zhibu.kernel.actions import Act, Refused


@dataclass(frozen=True)
class Tell:
    """Who told the person when; the assembly at which it was announced, or its day with the signed minutes."""

    on: date
    by: str
    announced_on: date | None = None
    meeting: Any = None
    papers: Sequence[Given] = ()
    words: str = ""


def article_of(step: Step) -> str:
    """Return the article that asks for it, as it is quoted, by the version the decision was judged by."""
    edition = path().which(step.on)
    return edition.cited(edition.limits["told_full" if step.code == "full_approved" else "told"].article)


def to_announce(step: Step) -> bool:
    """Tell whether the assembly hears of it too: of everything but a refusal to receive the person."""
    return step.stands or step.code == "full_approved"


def tell(act: Act, case: Case, data: Tell) -> Case:
    """Write down that the decision was told, once for each decision; the earliest that waits comes first.

    Raises Refused for days before the decision, and where the assembly is asked for and nothing proves it.
    """
    step = queries.untold(case)
    if step is None:
        raise Refused("没有等着告知的审批结果", next_step="上级党委审批以后再登记。", code="told")
    article, announced = article_of(step), data.meeting.on if data.meeting is not None else data.announced_on
    for day, field, what in ((data.on, "on", "告知本人"), (announced, "announced_on", "宣布")):
        if day is not None and not step.on <= day <= localdate():
            words = f"{what}的日期应在审批（{step.on.isoformat()}）之后，不晚于今天"
            raise Refused(words, field=field, article=article, code="told_early")
    if not to_announce(step):
        announced = None
    elif announced is None:
        raise Refused("审批结果还应当在党员大会上宣布", field="announced_on", article=article, code="announce")
    elif data.meeting is None and not data.papers:
        raise Refused("没有选择会议的，请上传签字的会议记录", field="minutes", article=article, code="minutes")
    meeting = data.meeting if announced else None
    made = Told(
        case=case, step=step, on=data.on, by=data.by, announced_on=announced, meeting=meeting, words=data.words,
        by_name=act.actor.name[:100],
    )  # fmt: skip
    made.save()
    for given in data.papers:
        keep_paper(act, case, given, step.code)
    case.rev += 1
    case.save(update_fields=["rev"])
    act.log(case, summary=f"{made}：{case.person.name}，{made.text}（{article}）"[:200])
    return case


def hindrances(case: Case) -> list[Hindrance]:
    """Return what is told, not forbidden, when the papers are filed: a decision that was not announced."""
    step = queries.untold(case)
    if step is None:
        return []
    words = f"“{step.label}”的结果还没有登记告知本人、在党员大会上宣布"
    return [Hindrance("told.missing", words, article_of(step), "warn")]
