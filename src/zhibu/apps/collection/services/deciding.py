"""A clerk accepts or refuses answers, field by field; what is accepted is written by the services of the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate, now

from zhibu.apps.collection import rules
from zhibu.apps.collection.catalogue import PHOTO, Asked, catalogue
from zhibu.apps.collection.models import Answer, Reply
from zhibu.apps.collection.services import telling
from zhibu.apps.collection.services.replies import settle
from zhibu.apps.collection.values import from_text, held
from zhibu.apps.people.groups import BY_CODE, Group
from zhibu.apps.people.models import Person
from zhibu.apps.people.services import parts, persons
from zhibu.apps.people.services.parts import PARTS
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.audit import Change
from zhibu.kernel.files.models import Blob


@dataclass(frozen=True)
class Decision:
    """What becomes of the answer to a field; a refusal says why."""

    field: str
    accept: bool
    reason: str = ""


@dataclass(frozen=True)
class Decisions:
    """Decisions on answers of one field group; answers changed after `before` are left waiting."""

    rows: tuple[Decision, ...]
    before: datetime | None = None


@dataclass(frozen=True)
class RevealAnswer:
    """Why an answer is looked at in full."""

    reason: str


def waiting(reply: Reply, group: str) -> list[Answer]:
    """Return the answers of a field group that wait for a decision."""
    return [answer for answer in reply.answered if answer.state == rules.SENT and answer.group == group]


def decide(act: Act, reply: Reply, data: Decisions) -> Reply:
    """Decide on answers of the group that the action's code names; nobody decides on what they filled in themselves."""
    group = BY_CODE[act.code.rpartition(".")[2]]
    answers = {
        answer.field: answer
        for answer in waiting(reply, group.code)
        if data.before is None or answer.changed_at <= data.before
    }
    chosen = [(answers[row.field], row) for row in data.rows if row.field in answers]
    if not chosen:
        raise Refused("还没有选择收下或退回", next_step="请逐项选择后再保存。")
    _refuse_own(act, reply, [answer for answer, _ in chosen])
    person = _person(act, reply, group)
    _write(act, reply, person, group, [answer for answer, row in chosen if row.accept])
    changes = []
    for answer, row in chosen:
        answer.state = rules.ACCEPTED if row.accept else rules.REFUSED
        answer.reason = "" if row.accept else row.reason
        answer.decided_by_name, answer.decided_at = act.actor.name, now()
        answer.save()
        word = "收下" if row.accept else f"退回：{row.reason}"
        changes.append(Change(answer.field, catalogue()[answer.field].label, "待审核", word))
    settle(reply)
    if back := sum(not row.accept for _, row in chosen):
        telling.refused(reply, back)
    elif reply.campaign_id is None:
        telling.corrected(reply)
    act.log(reply, changes=changes, summary=f"审核{group.label}：{reply.about}（{reply.person.name}）")
    return reply


def _refuse_own(act: Act, reply: Reply, answers: Sequence[Answer]) -> None:
    """Whoever filled it in for somebody does not accept it either, whoever else filled in more of it since."""
    actor = act.actor
    accounts = {reply.sent_by_account_id, *(answer.sent_by_account_id for answer in answers)} - {None}
    people = {answer.sent_by_person_id for answer in answers} & ({actor.person_id, actor.for_whom} - {None})
    if actor.account_id in accounts or people:
        raise Refused("这份填报是您代填的，不能由您审核", next_step="请由另一位有权限的人审核。", code="separation")


def _person(act: Act, reply: Reply, group: Group) -> Person:
    rows = Person.objects.visible_to(act.actor, group.edit).select_for_update(of=("self",))
    person: Person | None = rows.filter(pk=reply.person_id, state="live").first()
    if person is None:
        raise Refused("此人已不在您的管理范围内", next_step="请由其现在的单位审核，或退回。")
    return person


def _write(act: Act, reply: Reply, person: Person, group: Group, answers: Sequence[Answer]) -> None:
    """Write accepted answers by the services of the record: its rules hold, and its trail says where they come from."""
    if not answers:
        return
    on = localdate(reply.sent_at).isoformat() if reply.sent_at else ""
    told = f"{'采集' if reply.campaign_id else '本人申请更正'}：{reply.about}（{reply.sent_by_name} {on} 填报）"
    pen = Act(actor=act.actor, code=act.code, wording=act.wording, reason=told[:200])
    known = [(catalogue()[answer.field], answer) for answer in answers]
    columns = {
        one.code: from_text(Person, one.code, answer.content or "") for one, answer in known if one.kind == "column"
    }
    stale = {one.code: held(person, one) for one, _ in known if one.kind == "column"}
    if any((answer.content or "") != stale[one.code] for one, answer in known if one.code in stale):
        try:
            persons.edit_group(pen, person, persons.GroupEdit(group.code, columns, pen.reason))
        except Refused as refused:
            if refused.field in columns:
                refused.field = f"d_{refused.field}"
            raise
    for one, answer in known:
        if one.kind != "column":
            _write_more(pen, person, one, answer.content)


def _write_more(pen: Act, person: Person, one: Asked, content: Any) -> None:
    if one.code == PHOTO:
        persons.set_photo(pen, person, Blob.objects.get(pk=content))
        return
    model = PARTS[one.part]
    for entry in content or []:
        values = {name: from_text(model, name, text) for name, text in entry.items()}
        parts.add_part(pen, person, parts.PartValues(one.part, values, pen.reason))


def reveal(act: Act, answer: Answer, data: RevealAnswer) -> Answer:
    """Log that the actor looks at an answer in full; the page then shows it once."""
    group = BY_CODE[answer.group]
    person = answer.reply.person
    if not Person.objects.visible_to(act.actor, group.see).filter(pk=person.pk).exists():
        raise Refused("您没有查看这一类信息的权限")
    persons.note_reveal(act, person, persons.RevealField(answer.field, data.reason, "采集审核"))
    act.log(
        answer, organization_id=answer.reply.organization_id, summary=f"查看完整填报内容：{answer}（{person.name}）"
    )
    return answer
