"""The superior's answer: agreed, refused, or returned to be completed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.petitions import queries, rules
from zhibu.apps.petitions.events import PetitionAnswered
from zhibu.apps.petitions.models import Outcome, Petition, Reply, State
from zhibu.apps.petitions.permissions import VIEW
from zhibu.kernel import files, messages
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.events import publish
from zhibu.kernel.files import Scan
from zhibu.kernel.numbering import next_number

STATE_OF = {Outcome.AGREED: State.AGREED, Outcome.REFUSED: State.REFUSED, Outcome.RETURNED: State.RETURNED}


@dataclass(frozen=True)
class Answer:
    """The answer: outcome and words. number, on: of the paper that came from a superior outside, as it bears them."""

    outcome: str
    words: str
    number: str = ""
    on: date | None = None
    scans: Sequence[Scan] = ()


def answer(act: Act, reply: Reply, data: Answer) -> Reply:
    """Answer a request that waits; never by whoever asked."""
    petition = Petition.objects.system("the request answered").select_for_update(of=("self",)).get(pk=reply.petition_id)
    _apart(act, petition)
    _check(reply, data)
    today = localdate()
    reply.outcome, reply.answer, reply.on = data.outcome, data.words, data.on or today
    reply.by_person_id, reply.by_account_id, reply.by_name = (
        act.actor.person_id, act.actor.account_id, act.actor.name[:100],
    )  # fmt: skip
    if reply.external:
        reply.number_text = data.number
    elif data.outcome != Outcome.RETURNED:
        reply.year = today.year
        reply.number = next_number("petitions.answers", today.year, organization_id=reply.organization_id)
        reply.number_text = rules.number_text(str(reply.organization), "复", today.year, reply.number)
    reply.rev += 1
    reply.save()
    petition.state = STATE_OF[Outcome(data.outcome)]
    petition.answered_on, petition.answer_number, petition.answer_words = reply.on, reply.number_text, data.words
    petition.rev += 1
    petition.save()
    for scan in data.scans:
        for held in (reply, petition):
            files.attach(held, scan.blob, name=f"{queries.OF_ANSWER}{scan.name}", permission=VIEW, actor=act.actor)
    said = f"{reply.get_outcome_display()}：{petition.number_text}《{petition}》"
    act.log(reply, summary=f"批复{said}")
    if not reply.external:
        act.log(petition, summary=f"上级批复{said}")
    _tell(petition, reply)
    publish(
        PetitionAnswered(
            petition.pk, petition.about_type, petition.about_id, petition.kind, data.outcome, reply.on, act.actor,  # type: ignore[arg-type]
        )
    )  # fmt: skip
    return reply


def _apart(act: Act, petition: Petition) -> None:
    """Nobody answers what they asked themselves, from whatever account or for whomever."""
    same_account = act.actor.account_id is not None and act.actor.account_id == petition.asked_account_id
    person = petition.asked_by_id
    if same_account or (person is not None and person in {act.actor.person_id, act.actor.for_whom}):
        raise Refused(
            "这份请示是您自己发出的，不能由您批复", next_step="请由上级组织的另一位同志批复。", code="separation"
        )


def _check(reply: Reply, data: Answer) -> None:
    if data.outcome not in STATE_OF:
        raise Refused("请选择批复结果", field="outcome")
    if data.outcome != Outcome.AGREED and not data.words.strip():
        raise Refused("不同意或退回的，请写明理由和要补充的内容", field="words")
    if not reply.external:
        return
    if not data.number.strip() and data.outcome != Outcome.RETURNED:
        raise Refused("请填写上级批复的文号", field="number")
    if not data.scans:
        raise Refused("上级在平台以外，请附上批复的扫描件", field="scans")
    if data.on is None or not reply.sent_on <= data.on <= localdate():
        raise Refused("批复日期应在发出之日和今天之间", field="on")


def _tell(petition: Petition, reply: Reply) -> None:
    """Tell whoever asked."""
    people: list[Any] = [petition.asked_by_id] if petition.asked_by_id else []
    accounts = [petition.asked_account_id] if petition.asked_account_id and not people else []
    words = {"agreed": "上级已同意", "refused": "上级未同意", "returned": "请补充后再发出"}[reply.outcome]
    messages.tell(
        people, "petitions", accounts=accounts, title=f"{petition.form_word}有批复：{petition.title}"[:100],
        body=f"{petition.number_text}，{words}。{reply.answer}", link=petition.get_absolute_url(),
        key=f"petition:{reply.uid}", sender=str(reply.organization),
    )  # fmt: skip
