"""Asking upward: draft, mend, send, take back."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Model
from django.http import Http404
from django.utils.timezone import localdate

from zhibu.apps.petitions import queries, rules
from zhibu.apps.petitions.events import PetitionWithdrawn
from zhibu.apps.petitions.models import Outcome, Petition, Reply, State
from zhibu.apps.petitions.params import kind as kind_of
from zhibu.apps.petitions.permissions import ASK, VIEW
from zhibu.kernel import files
from zhibu.kernel.actions import Act, Refused, Why, diff
from zhibu.kernel.events import publish
from zhibu.kernel.files import Scan
from zhibu.kernel.numbering import next_number

FIELDS = ("kind", "title", "words", "superior", "outside")


@dataclass(frozen=True)
class Draft:
    """A request as written. superior: None where it is outside, then `outside` names it; send: at once."""

    organization: Any
    kind: str
    title: str
    words: str
    superior: Any = None
    outside: str = ""
    attachments: Sequence[Scan] = ()
    dropped: frozenset[str] = frozenset()
    send: bool = False


def ask(
    act: Act, *, organization: Any, kind: str, title: str, words: str, about: Model | None = None,
    attachments: Sequence[Scan] = (), superior: Any = None, outside: str = "",
) -> Petition:  # fmt: skip
    """Ask the superior something at once, inside the act of another app; that act answers for who may.

    superior: one of `queries.superiors` (default: the nearest that may answer this kind); where there is none, `outside`.
    about: what it is about. Raises Refused.
    """
    data = Draft(organization, kind, title[:100], words[:4000], superior, outside, attachments, send=True)
    return _send(act, _make(act, data, about))


def ask_again(act: Act, petition: Petition, words: str, attachments: Sequence[Scan] = ()) -> Petition:
    """Send a returned request again with new words, inside the act of another app; that act answers for who may."""
    if petition.state != State.RETURNED:
        raise Refused("这份请示没有被退回", code="state")
    petition.words = words[:4000]
    _attach(act, petition, attachments)
    return _send(act, petition)


def draft(act: Act, _: None, data: Draft) -> Petition:
    """Write a request by hand; it stays a draft or is sent."""
    if not act.actor.may(ASK, data.organization.path):
        raise Http404
    if not kind_of(data.kind).by_hand:
        raise Refused(
            "这类请示由相应的工作发出",
            field="kind",
            next_step="换届选举的，请在换届选举里办理；减免党费的，请在党员的主档里报请。",
        )
    petition = _make(act, data, None)
    if data.send:
        return _send(act, petition)
    act.log(petition, summary=f"起草{petition.form_word}：{petition}")
    return petition


def _make(act: Act, data: Draft, about: Model | None) -> Petition:
    if data.organization.kind not in rules.ASKING:
        raise Refused("党委、党总支、党支部才向上级请示", field="organization")
    superior = data.superior or next(iter(queries.superiors(data.organization, kind_of(data.kind).to)), None)
    _addressed(data.organization, data.kind, superior, data.outside)
    url = about.get_absolute_url() if about is not None and hasattr(about, "get_absolute_url") else ""
    petition: Petition = Petition.objects.create(
        organization=data.organization, kind=data.kind, title=data.title, words=data.words, superior=superior,
        outside="" if superior else data.outside, about_type=about._meta.label if about is not None else "",
        about_id=str(about.pk) if about is not None else "", about_title=str(about)[:200] if about is not None else "",
        about_url=url, asked_by_id=act.actor.person_id, asked_account_id=act.actor.account_id,
        asked_name=act.actor.name[:100],
    )  # fmt: skip
    _attach(act, petition, data.attachments)
    return petition


def _addressed(organization: Any, kind: str, superior: Any, outside: str) -> None:
    """Refuse an addressee that is not above, or none at all."""
    known = queries.superiors(organization, kind_of(kind).to)
    if superior is None and not outside.strip():
        raise Refused(
            "没有找到可以批复的上级组织", field="outside", next_step="上级不在本平台的，请写明上级组织的名称。"
        )
    if superior is not None and superior.pk not in {one.pk for one in known}:
        raise Refused(f"{superior}不是可以批复这类请示的上级组织", field="superior")


def _attach(act: Act, petition: Petition, scans: Sequence[Scan]) -> None:
    for scan in scans:  # the prefix is for papers of the answer
        name = scan.name.removeprefix(queries.OF_ANSWER)
        files.attach(petition, scan.blob, name=name, permission=VIEW, actor=act.actor)


def edit(act: Act, petition: Petition, data: Draft) -> Petition:
    """Mend a draft or a returned request; a returned one is sent again under its number."""
    before = copy.copy(petition)
    superior = data.superior or next(iter(queries.superiors(petition.organization, kind_of(data.kind).to)), None)
    _addressed(petition.organization, data.kind, superior, data.outside)
    petition.kind, petition.title, petition.words = data.kind, data.title, data.words
    petition.superior, petition.outside = superior, "" if superior else data.outside
    changes = diff(before, petition, FIELDS)
    kept = queries.attachments(petition)
    gone = [one for one in kept if str(one.uid) in data.dropped]
    for one in gone:
        files.remove(one)
    _attach(act, petition, data.attachments)
    if not (changes or gone or data.attachments or data.send):
        raise Refused("没有改动任何内容", next_step="请修改后再保存，或返回。", code="unchanged")
    petition.rev += 1
    petition.save()
    if changes or gone or data.attachments:
        act.log(petition, changes=changes, summary=f"修改{petition.form_word}：{petition}")
    return _send(act, petition) if data.send else petition


def send(act: Act, petition: Petition, data: None = None) -> Petition:
    """Send a draft or a completed request."""
    return _send(act, petition)


def _send(act: Act, petition: Petition) -> Petition:
    """Give it its number, the first time, and lay it before the superior as it is now."""
    today = localdate()
    _addressed(petition.organization, petition.kind, petition.superior, petition.outside)
    if petition.number is None:
        petition.year = today.year
        petition.number = next_number("petitions", today.year, organization_id=petition.organization_id)
        petition.number_text = rules.number_text(
            str(petition.organization), "报" if petition.form_word == "报告" else "请", today.year, petition.number
        )
    petition.asked_by_id, petition.asked_account_id = act.actor.person_id, act.actor.account_id
    petition.asked_name = act.actor.name[:100]
    petition.state, petition.sent_on = State.SENT, today
    petition.answered_on, petition.answer_number, petition.answer_words = None, "", ""
    petition.rev += 1
    petition.save()
    earlier = Reply.objects.system("rounds of a request in hand").filter(petition=petition).count()
    reply: Reply = Reply.objects.create(
        organization=petition.superior or petition.organization, petition=petition, round=earlier + 1,
        external=petition.superior_id is None, kind=petition.kind, title=petition.title, words=petition.words,
        sent_on=today, due_on=today + timedelta(days=kind_of(petition.kind).days),
    )  # fmt: skip
    for one in queries.attachments(petition):
        files.attach(reply, one.blob, name=one.name, permission=VIEW, actor=act.actor)
    act.log(petition, summary=f"发出{petition.form_word}：{petition.number_text}《{petition}》，报{petition.addressee}")
    if petition.superior_id:  # the other side's history says when it came
        act.log(reply, summary=f"收到{petition.form_word}：{petition.number_text}《{petition}》")
    return petition


def withdraw(act: Act, petition: Petition, data: Why) -> Petition:
    """Take a request back: a draft before it is sent, a sent one before it is answered, a returned one for good."""
    waiting = Reply.objects.system("rounds of a request in hand").filter(petition=petition, outcome=Outcome.WAITING)
    for reply in waiting.select_for_update(of=("self",)):
        reply.outcome = Outcome.WITHDRAWN
        reply.rev += 1
        reply.save(update_fields=["outcome", "rev"])
        act.log(reply, summary=f"对方撤回：{petition.number_text}《{petition}》")
    petition.state = State.WITHDRAWN
    petition.rev += 1
    petition.save(update_fields=["state", "rev"])
    act.log(petition, summary=f"撤回{petition.form_word}：{petition}")
    publish(PetitionWithdrawn(petition.pk, petition.about_type, petition.about_id, petition.kind, act.actor))
    return petition
