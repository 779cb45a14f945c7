"""Two records of one person become one: they then have one reply to a campaign, with what either answered."""

from django.db.models import F

from zhibu.apps.collection import rules
from zhibu.apps.collection.models import Answer, Reply
from zhibu.apps.collection.services.replies import settle
from zhibu.kernel import audit
from zhibu.kernel.actor import Actor

REASON = "replies of two records that become one"


def join(kept_id: int, dropped_id: int, actor: Actor) -> None:
    """Give the reply of the record that stays what only the other one answered, and take the other one out."""
    rows = Reply.objects.system(REASON).exclude(state=rules.LEFT).filter(campaign__isnull=False)
    rows = rows.select_related("campaign", "person", "organization").order_by("pk")
    staying = {reply.campaign_id: reply for reply in rows.filter(person=kept_id).select_for_update(of=("self",))}
    for other in rows.filter(person=dropped_id).select_for_update(of=("self",)):
        if (reply := staying.get(other.campaign_id)) is not None:
            _join(reply, other, actor)


def _join(reply: Reply, other: Reply, actor: Actor) -> None:
    states = reply.states()
    answered = {field for field, state in states.items() if state != rules.DRAFT}
    taken = [answer for answer in other.answered if answer.state != rules.DRAFT and answer.field not in answered]
    answers = Answer.objects.system(REASON, allow_delete=True)
    # a draft gives way to what was sent
    answers.filter(reply=reply, field__in=[answer.field for answer in taken]).delete()
    answers.filter(pk__in=[answer.pk for answer in taken]).update(reply=reply)
    if taken and reply.sent_at is None:
        for name in ("sent_at", "sent_by_account_id", "sent_by_person_id", "sent_by_name", "consent"):
            setattr(reply, name, getattr(other, name))
    settle(reply)
    Reply.objects.system(REASON).filter(pk=other.pk).update(state=rules.LEFT, dropped=True, rev=F("rev") + 1)
    summary = f"两份主档合并：{reply.about}的两份填报合为一份，取了另一份的 {len(taken)} 项"
    audit.record(actor, "collection.reply.join", reply, summary=summary, organization_id=reply.organization_id)
