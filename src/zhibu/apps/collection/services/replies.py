"""A person answers, or a branch officer answers for them; drafts are kept; one tap confirms what the record holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.timezone import now

from zhibu.apps.collection import rules
from zhibu.apps.collection.catalogue import Asked, asked
from zhibu.apps.collection.models import Answer, Reply
from zhibu.apps.collection.services.checking import check
from zhibu.apps.collection.values import held, words
from zhibu.apps.people.groups import BY_CODE
from zhibu.kernel import files
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.actor import Actor
from zhibu.kernel.audit import Change
from zhibu.kernel.files.models import Blob

#: answers the person may still change
CHANGEABLE = frozenset({rules.DRAFT, rules.SENT, rules.SAME, rules.REFUSED})


@dataclass(frozen=True)
class Proof:
    """A file that proves answers of a field group."""

    group: str
    blob: Blob
    name: str


@dataclass(frozen=True)
class Filled:
    """Answers: code -> content; codes confirmed as they are; as a draft or to be judged; how the person agreed."""

    values: Mapping[str, Any] = field(default_factory=dict)
    same: frozenset[str] = frozenset()
    draft: bool = False
    proofs: tuple[Proof, ...] = ()
    consent: str = ""
    note: str = ""


def changeable(reply: Reply) -> list[Asked]:
    """Return what may still be answered: everything asked but what was accepted."""
    states = reply.states()
    return [one for one in asked(reply.codes) if states.get(one.code, rules.DRAFT) in CHANGEABLE]


def fillable(actor: Actor, reply: Reply) -> list[Asked]:
    """Return what an officer may answer for somebody: fields of which they may see what the record holds."""
    return [one for one in changeable(reply) if actor.may(one.group.see, reply.organization.path)]


def fill(act: Act, reply: Reply, data: Filled) -> Reply:
    """Take the person's own answers."""
    return _fill(act, reply, data, changeable(reply))


def fill_for(act: Act, reply: Reply, data: Filled) -> Reply:
    """Take answers that an officer writes for somebody who agreed; both are named in the trail."""
    if not data.draft and not data.consent:
        raise Refused("请选择本人同意的方式", field="consent")
    offered = fillable(act.actor, reply)
    act.actor = act.actor.on_behalf_of(reply.person_id)
    return _fill(act, reply, data, offered)


def confirm(act: Act, reply: Reply, data: None = None) -> Reply:
    """Confirm everything the record holds; what it lacks is still asked."""
    states = reply.states()
    open_ones = [one for one in changeable(reply) if states.get(one.code) != rules.SENT]
    kept = frozenset(one.code for one in open_ones if held(reply.person, one))
    if not kept:
        raise Refused("主档里还没有这些内容，没有可以确认的", next_step="请填写后提交。")
    return _fill(act, reply, Filled(same=kept), open_ones)


def _fill(act: Act, reply: Reply, data: Filled, offered: Sequence[Asked]) -> Reply:
    if data.draft:
        return _keep_draft(act, reply, data, offered)
    known = {one.code: one for one in offered}
    if not known.keys() & {*data.values, *data.same}:
        raise Refused("还没有填写任何内容", next_step="请填写，或勾选“没有变化”。")
    given = {code: content for code, content in data.values.items() if code in known and code not in data.same}
    fresh = {code: content for code, content in given.items() if content != held(reply.person, known[code])}
    check(reply.person, fresh)
    before = reply.states()
    changes = []
    for code, one in known.items():
        if code not in given and code not in data.same:
            continue
        state = rules.SENT if code in fresh else rules.SAME
        _put(act, reply, one, state, fresh.get(code))
        changes.append(_told(one, before.get(code, ""), state, fresh.get(code)))
    _attach(act, reply, data.proofs)
    reply.sent_at, reply.sent_by_name = now(), act.actor.name
    reply.sent_by_account_id, reply.sent_by_person_id = act.actor.account_id, act.actor.person_id
    reply.consent = data.consent
    reply.note = data.note or reply.note
    settle(reply)
    act.log(reply, changes=changes, summary=f"{act.wording}：{reply.about}（{reply.person.name}）")
    return reply


def _keep_draft(act: Act, reply: Reply, data: Filled, offered: Sequence[Asked]) -> Reply:
    """Keep what was typed without judging it; answers that were sent stay as they are, and so does the revision."""
    states = reply.states()
    for one in offered:
        content = data.values.get(one.code)
        if states.get(one.code, rules.DRAFT) not in {rules.DRAFT, rules.REFUSED} or content is None:
            continue
        if content != held(reply.person, one):
            _put(act, reply, one, states.get(one.code, rules.DRAFT), content)
    _attach(act, reply, data.proofs)
    act.log(reply, summary=f"暂存填报草稿：{reply.about}（{reply.person.name}）")
    return reply


def _put(act: Act, reply: Reply, one: Asked, state: str, content: Any) -> None:
    rows = Answer.objects.system("answers of a reply in hand")
    answer = rows.filter(reply=reply, field=one.code).first() or Answer(reply=reply, field=one.code)
    answer.group, answer.state, answer.content = one.group.code, state, content
    answer.sent_by_account_id, answer.sent_by_person_id = act.actor.account_id, act.actor.person_id
    if state != rules.REFUSED:
        answer.reason, answer.decided_by_name, answer.decided_at = "", "", None
    answer.save()


def _told(one: Asked, before: str, state: str, content: Any) -> Change:
    """Return what the trail says of an answer: its content only where the field group is not sensitive."""
    if state == rules.SAME:
        new = "确认无误"
    elif one.group.sensitive:
        new = "已填写"
    else:
        new = words(one, content) or "清空"
    return Change(one.code, one.label, "已填过" if before in rules.ANSWERED else "", new)


def _attach(act: Act, reply: Reply, proofs: Iterable[Proof]) -> None:
    for proof in proofs:
        files.attach(reply, proof.blob, name=proof.name, permission=BY_CODE[proof.group].edit, actor=act.actor)


def settle(reply: Reply) -> None:
    """Bring the reply's state to its answers, and save it under a new revision."""
    reply.__dict__.pop("_answered", None)
    if reply.state != rules.LEFT:
        reply.state = rules.state_of(reply.codes, reply.states())
    reply.rev += 1
    reply.save()
