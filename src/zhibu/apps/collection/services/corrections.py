"""Outside campaigns a person asks for a correction of their own record."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.utils.timezone import now

from zhibu.apps.collection import rules
from zhibu.apps.collection.catalogue import catalogue
from zhibu.apps.collection.models import Answer, Reply
from zhibu.apps.collection.services.checking import check
from zhibu.apps.collection.services.replies import Proof, settle
from zhibu.apps.collection.values import held
from zhibu.apps.people.models import Affiliation, Person
from zhibu.apps.people.models.affiliation import Kind
from zhibu.apps.people.services.life import home_of
from zhibu.kernel import audit, files
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.actor import SYSTEM
from zhibu.kernel.audit import Change


@dataclass(frozen=True)
class Correction:
    """The field, what it should say, why, and a file that proves it."""

    field: str
    content: Any
    reason: str
    proof: Proof | None = None


def ask(act: Act, person: Person, data: Correction) -> Reply:
    """Ask whoever may edit the field's group at one's home to correct it; one request a field at a time."""
    one = catalogue()[data.field]
    home = home_of(person)
    if home is None:
        raise Refused("还没有登记归属单位，无法受理", next_step="请联系人事部门。")
    if data.content == held(person, one):
        raise Refused("与主档里的内容相同", field="value", next_step="请填写应当更正为的内容。")
    waiting = Answer.objects.system("one's own requests").filter(
        reply__person=person, reply__campaign__isnull=True, field=one.code, state__in=[rules.SENT, rules.REFUSED]
    )
    if waiting.exclude(reply__state=rules.LEFT).exists():
        raise Refused(
            f"“{one.label}”已有一份申请", next_step="请等待办理；需要改动的，请在“我的主档”里重新填写或撤回。"
        )
    check(person, {one.code: data.content})
    reply: Reply = Reply.objects.create(
        person=person, organization=home.organization, state=rules.FILED, note=data.reason, sent_at=now(),
        sent_by_account_id=act.actor.account_id, sent_by_person_id=act.actor.person_id, sent_by_name=act.actor.name,
    )  # fmt: skip
    answer = Answer(
        reply=reply, field=one.code, group=one.group.code, state=rules.SENT,
        sent_by_account_id=act.actor.account_id, sent_by_person_id=act.actor.person_id,
    )  # fmt: skip
    answer.content = data.content
    answer.save()
    if data.proof:
        files.attach(reply, data.proof.blob, name=data.proof.name, permission=one.group.edit, actor=act.actor)
    change = Change(one.code, one.label, "", "申请更正")
    act.log(reply, changes=[change], summary=f"申请更正{one.label}：{person.name}")
    return reply


def follow(person_id: int | None = None) -> int:
    """Bring requests that still wait to whoever keeps their person's record now; returns how many went. One query, then a row each."""
    rows = Reply.objects.system("requests whose person moved").filter(campaign__isnull=True)
    rows = rows.exclude(state__in=[rules.LEFT, rules.DONE])
    homes = Affiliation.objects.system("who keeps the record").filter(
        person=OuterRef("person"), kind=Kind.HOME, until=None
    )
    rows = rows.annotate(home=Subquery(homes.values("organization")[:1])).exclude(organization=F("home"))
    if person_id is not None:
        rows = rows.filter(person=person_id)
    count = 0
    for reply in rows.filter(home__isnull=False).select_related("person").select_for_update(of=("self",)):
        reply.organization_id, reply.rev = reply.home, reply.rev + 1
        reply.save(update_fields=["organization", "rev"])
        summary = f"更正申请随主档转来：{reply.person.name}"
        audit.record(SYSTEM, "collection.correction.follow", reply, summary=summary, organization_id=reply.home)
        count += 1
    return count


def withdraw(act: Act, reply: Reply, data: None = None) -> Reply:
    """Take one's own request back."""
    reply.state, reply.dropped = rules.LEFT, True
    settle(reply)
    act.log(reply, summary=f"撤回更正申请：{reply.person.name}")
    return reply
