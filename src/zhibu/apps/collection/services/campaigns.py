"""A campaign is written, opened by a job, changed while it runs, reminded of, and closed."""

import copy
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.timezone import localdate, now

from zhibu.apps.collection import rules
from zhibu.apps.collection.catalogue import groups_of
from zhibu.apps.collection.models import Answer, Campaign, CampaignState, Reply
from zhibu.apps.collection.services import telling
from zhibu.apps.collection.services.deciding import Decision, Decisions
from zhibu.apps.collection.services.replies import settle
from zhibu.kernel import actions, jobs
from zhibu.kernel.actions import Act, Refused, Why, diff
from zhibu.kernel.actor import Actor
from zhibu.kernel.tree import under

OPEN_JOB, ACCEPT_JOB = "collection.open", "collection.accept"
#: replies that are accepted at once; more become a job
AT_ONCE = 200
WRITTEN = ("title", "words", "due_on", "relation", "is_public")


@dataclass(frozen=True)
class CampaignFields:
    """What a campaign says; `organization` is whose subtree is asked."""

    organization: Any
    title: str
    words: str
    fields: tuple[str, ...]
    due_on: date
    employments: tuple[str, ...] = ()
    relation: str = ""
    is_public: bool = True


@dataclass(frozen=True)
class Extension:
    """A new last day and new words for a campaign that runs."""

    due_on: date
    words: str = ""
    reason: str = ""


@dataclass(frozen=True)
class AcceptMany:
    """Which waiting answers are accepted together: their fields, and the organisation (with its subtree), or all.

    shown_at: when the page showed them; what was sent later nobody has seen, and it goes on waiting.
    """

    fields: tuple[str, ...]
    organization: Any = None
    shown_at: datetime | None = None


def create(act: Act, obj: None, data: CampaignFields) -> Campaign:
    """Write a draft."""
    campaign = Campaign()
    _put(act.actor, campaign, data)
    campaign.save()
    act.log(campaign, summary=f"拟定采集：{campaign}")
    return campaign


def edit(act: Act, campaign: Campaign, data: CampaignFields) -> Campaign:
    """Change a draft."""
    before = copy.copy(campaign)
    _put(act.actor, campaign, data)
    campaign.rev += 1
    campaign.save()
    act.log(campaign, changes=diff(before, campaign, WRITTEN))
    return campaign


def _put(actor: Actor, campaign: Campaign, data: CampaignFields) -> None:
    if data.due_on < localdate():
        raise Refused("截止日期不能早于今天", field="due_on")
    if not data.fields:
        raise Refused("请至少选择一个项目", field="asked")
    for group in groups_of(data.fields):
        if not (actor.may(group.see, data.organization.path) and actor.may(group.edit, data.organization.path)):
            raise Refused(
                f"您在“{data.organization}”没有查看和修改“{group.label}”的权限，不能采集这一类信息", field="asked",
                next_step="请去掉这些项目，或由有权限的人发起。",
            )  # fmt: skip
    campaign.organization = data.organization
    for name in (*WRITTEN, "fields", "employments"):
        value = getattr(data, name)
        setattr(campaign, name, list(value) if isinstance(value, tuple) else value)


def open_(act: Act, campaign: Campaign, data: None = None) -> Campaign:
    """Queue the job that asks everybody."""
    if campaign.due_on < localdate():
        raise Refused("截止日期已过", next_step="请先修改截止日期。")
    if not campaign.organization.is_open(localdate()):
        raise Refused(f"采集范围“{campaign.organization}”已撤销", next_step="请先修改采集范围。")
    campaign.state = CampaignState.OPENING
    campaign.rev += 1
    campaign.save(update_fields=["state", "rev"])
    job = jobs.enqueue(
        OPEN_JOB, actor=act.actor, payload={"campaign": str(campaign.uid)}, label=f"开始采集：{campaign}",
        organization=campaign.organization,
    )  # fmt: skip
    act.log(campaign, summary=f"开始采集：{campaign}")
    campaign.landing = reverse("job", args=[job.uid])
    return campaign


def halt(act: Act, campaign: Campaign, data: None = None) -> Campaign:
    """Take back a start of which the job was cancelled or failed; a job that still runs finds nothing to open."""
    campaign.state, campaign.rev = CampaignState.DRAFT, campaign.rev + 1
    campaign.save(update_fields=["state", "rev"])
    act.log(campaign, summary=f"退回草稿：{campaign}")
    return campaign


def discard(act: Act, campaign: Campaign, data: None = None) -> Campaign:
    """Give a draft up."""
    campaign.state, campaign.rev = CampaignState.DROPPED, campaign.rev + 1
    campaign.save(update_fields=["state", "rev"])
    act.log(campaign)
    return campaign


def extend(act: Act, campaign: Campaign, data: Extension) -> Campaign:
    """Change the last day or the words while people reply."""
    before = copy.copy(campaign)
    if data.due_on < localdate():
        raise Refused("截止日期不能早于今天", field="due_on")
    campaign.due_on, campaign.words, campaign.rev = data.due_on, data.words, campaign.rev + 1
    campaign.save(update_fields=["due_on", "words", "rev"])
    changes = diff(before, campaign, ("due_on", "words"))
    if not changes:
        raise Refused("内容没有变化", next_step="请修改后再保存，或直接返回。")
    act.log(campaign, changes=changes)
    return campaign


def remind(act: Act, campaign: Campaign, data: None = None) -> Campaign:
    """Remind everybody who still has something to do."""
    waiting = Reply.objects.system("whom a reminder reaches").filter(campaign=campaign, state__in=rules.OPEN)
    people = list(waiting.values_list("person_id", flat=True))
    if not people:
        raise Refused("没有需要提醒的人", next_step="都已填报，可以结束采集。")
    campaign.reminded_at, campaign.rev = now(), campaign.rev + 1
    campaign.save(update_fields=["reminded_at", "rev"])
    telling.reminded(campaign, people)
    act.log(campaign, summary=f"提醒 {len(people)} 人：{campaign}")
    return campaign


def close(act: Act, campaign: Campaign, data: None = None) -> Campaign:
    """Take no more replies; what was sent may still be judged."""
    campaign.state, campaign.closed_at, campaign.rev = CampaignState.CLOSED, now(), campaign.rev + 1
    campaign.save(update_fields=["state", "closed_at", "rev"])
    act.log(campaign)
    return campaign


def drop(act: Act, reply: Reply, data: Why) -> Reply:
    """Ask somebody no more, for a reason."""
    reply.state, reply.dropped = rules.LEFT, True
    settle(reply)
    act.log(reply, summary=f"不再采集：{reply.person.name}（{reply.about}）")
    return reply


def take_up(act: Act, reply: Reply, data: Why) -> Reply:
    """Ask somebody again whom a clerk had taken out: what was answered before stands as it did."""
    reply.dropped = False
    reply.state = rules.state_of(reply.codes, reply.states())
    settle(reply)
    act.log(reply, summary=f"重新采集：{reply.person.name}（{reply.about}）")
    return reply


def to_accept(actor: Actor, campaign: Campaign, data: AcceptMany) -> list[tuple[int, str]]:
    """Return (reply, group) of the waiting answers that the actor may accept together: constant queries."""
    answers = (
        Answer.objects.visible_to(actor)
        .filter(reply__campaign=campaign, state=rules.SENT, field__in=data.fields)
        .exclude(reply__sent_by_account_id=actor.account_id)
        .exclude(sent_by_account_id=actor.account_id)
    )
    answers = answers.exclude(reply__state=rules.LEFT)
    if data.shown_at is not None:
        answers = answers.filter(changed_at__lte=data.shown_at)
    if actor.person_id:
        answers = answers.exclude(reply__person_id=actor.person_id)
    if data.organization is not None:
        answers = answers.filter(under("reply__organization__path", (data.organization.path,)))
    rows = (
        answers.values_list("reply_id", "group", "reply__organization__path").distinct().order_by("reply_id", "group")
    )
    return [(reply, group) for reply, group, path in rows if actor.may(f"people.edit.{group}", path)]


def accept_many(act: Act, campaign: Campaign, data: AcceptMany) -> Campaign:
    """Accept the answers to harmless fields of many people: one act a person and group, above AT_ONCE as a job."""
    chosen = to_accept(act.actor, campaign, data)
    if not chosen:
        raise Refused("没有可以一起收下的填报", next_step="请换一个范围，或逐人审核。")
    act.log(campaign, summary=f"批量收下 {len(chosen)} 份：{campaign}")
    if len(chosen) <= AT_ONCE:
        _, refused = accept_chunk(act.actor, chosen, data.fields, data.shown_at or now())
        campaign.landing = ""
        if refused:
            campaign.landing = reverse("replies") + f"?campaign={campaign.uid}&waiting=1"
        return campaign
    before = (data.shown_at or now()).isoformat()
    payload = {"campaign": str(campaign.uid), "chosen": chosen, "fields": list(data.fields), "before": before}
    label = f"批量收下：{campaign}"
    job = jobs.enqueue(ACCEPT_JOB, actor=act.actor, payload=payload, label=label, total=len(chosen))
    campaign.landing = reverse("job", args=[job.uid])
    return campaign


def accept_chunk(actor: Actor, chosen: list[tuple[int, str]], fields: Any, before: datetime) -> tuple[int, int]:
    """Accept the fields of some replies, each by its own act; returns (accepted, left to be judged one by one)."""
    done = refused = 0
    rows = Reply.objects.system("replies chosen in scope").filter(pk__in=[pk for pk, _ in chosen])
    uids = dict(rows.values_list("pk", "uid"))
    for pk, group in chosen:
        data = Decisions(tuple(Decision(code, accept=True) for code in fields), before)
        try:
            actions.perform(actions.get(f"collection.reply.decide.{group}"), actor, uid=uids.get(pk), data=data)
            done += 1
        except (Refused, Http404):
            refused += 1
    return done, refused
