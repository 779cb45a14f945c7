"""Background work of campaigns, what one's own record shows of them, and who may see what in a reply's history."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from zhibu.apps.cards import assist
from zhibu.apps.collection import queries, rules
from zhibu.apps.collection.catalogue import catalogue, groups_asked
from zhibu.apps.collection.models import Campaign, CampaignState, Reply
from zhibu.apps.collection.services import campaigns, corrections, joining, opening
from zhibu.apps.organizations.events import OrganizationDissolving
from zhibu.apps.people import own
from zhibu.apps.people.events import PersonMerging, PersonTransferred
from zhibu.apps.people.groups import Group
from zhibu.apps.people.models import Person
from zhibu.kernel import audit
from zhibu.kernel.actions.history import redactor
from zhibu.kernel.actor import Actor
from zhibu.kernel.events import Veto, subscribe
from zhibu.kernel.jobs import JobFailed, Step, actor_of, daily, handler
from zhibu.kernel.jobs.models import Job

CHUNK = 20


@assist.register
def asked_at_the_desk(person: Person, actor: Actor, today: date) -> list[assist.Waiting]:
    """What somebody is asked to fill in; whoever may fill in for them gets the way to it."""
    found = []
    for reply in queries.own_replies(person):
        if reply.campaign is None or reply.state not in rules.OPEN or reply.campaign.state != CampaignState.OPEN:
            continue
        may = actor.may("collection.fill", reply.organization.path)
        url = reverse("action-on", args=["collection.reply.fill_for", reply.uid]) if may else ""
        found.append(assist.Waiting(f"填报：{reply.campaign.title}", due=reply.campaign.due_on, url=url, label="代填"))
    return found


@handler(campaigns.OPEN_JOB, label="开始采集")
def open_campaign(job: Job, cursor: Any) -> Step:
    """Ask everybody in one transaction: a campaign is open for all of them or for nobody."""
    actor = actor_of(job)
    rows = Campaign.objects.visible_to(actor, "collection.manage").select_related("organization")
    campaign = rows.select_for_update(of=("self",)).filter(uid=job.payload["campaign"]).first()
    if campaign is None or campaign.state != CampaignState.OPENING:
        raise JobFailed("这次采集已不在您的管理范围内，或已经开始。")
    found = opening.finish_opening(campaign)
    audit.record(actor, "collection.campaign.open", campaign, summary=f"采集已开始：{campaign}，共 {found.joined} 人")
    result = {"url": campaign.get_absolute_url(), "label": "查看采集"}
    return Step(
        cursor=1,
        done=found.joined,
        total=found.joined,
        finished=True,
        result=result,
        message=f"已开始，共 {found.joined} 人",
    )


@handler(campaigns.ACCEPT_JOB, label="批量收下")
def accept_replies(job: Job, cursor: Any) -> Step:
    """Accept the next few replies; the requester's permissions are asked anew for each."""
    chosen = [(pk, group) for pk, group in job.payload["chosen"]]
    start, left = cursor or (0, 0)
    part = chosen[start : start + CHUNK]
    # a job of before this was kept takes what waited when it was queued
    before = datetime.fromisoformat(job.payload["before"]) if "before" in job.payload else job.created_at
    _, refused = campaigns.accept_chunk(actor_of(job), part, job.payload["fields"], before)
    done, left = start + len(part), left + refused
    words = f"已收下 {done - left} 份" + (f"，{left} 份须逐人审核" if left else "")
    finished = done >= len(chosen)
    url = reverse("replies") + f"?campaign={job.payload['campaign']}&waiting=1"
    result = {"url": url, "label": "查看待审核"} if finished else None
    return Step(cursor=(done, left), done=done, total=len(chosen), finished=finished, message=words, result=result)


@daily("collection.look_after", hour=4)
def look_after() -> None:
    """Ask those who came to a subtree, leave out those who went; requests for correction follow their people."""
    opening.look_after()
    corrections.follow()


@subscribe(PersonTransferred)
def follow_the_person(event: PersonTransferred) -> None:
    """Whoever keeps the record from now on deals with what waits."""
    corrections.follow(event.person_id)


@subscribe(PersonMerging)
def join_replies(event: PersonMerging) -> None:
    """A person replies once."""
    joining.join(event.kept_id, event.dropped_id, event.actor)


@own.panel(10)
def what_is_asked(request: HttpRequest, person: Person) -> own.Panel | None:
    """What one is asked, and what became of one's requests."""
    replies = queries.own_replies(person)
    if not replies:
        return None
    return own.Panel("collection/_own.html", {"replies": replies})


@own.corrections
def correction_url(person: Person, group: Group) -> str:
    """Where one asks for a correction of a field group."""
    if group not in groups_asked():
        return ""
    return reverse("action-on", args=["collection.correction.ask", person.uid]) + f"?group={group.code}"


@redactor("collection.Reply")
def visible_changes(actor: Actor, reply: Reply, changes: Sequence[audit.Change]) -> list[audit.Change]:
    """Return the changes of fields whose group the actor may see there; one's own are all one's own."""
    if actor.person_id is not None and actor.person_id == reply.person_id:
        return list(changes)
    path = reply.organization.path
    known = catalogue()
    return [c for c in changes if c.field not in known or actor.is_system or actor.may(known[c.field].group.see, path)]


@subscribe(OrganizationDissolving)
def refuse_while_a_campaign_runs(event: OrganizationDissolving) -> None:
    """The organisation whose subtree a running campaign asks is not dissolved."""
    running = Campaign.objects.system("dissolving an organisation").filter(
        organization_id=event.organization_id, state__in=[CampaignState.OPENING, CampaignState.OPEN]
    )
    if title := running.values_list("title", flat=True).first():
        raise Veto(f"这里正在进行采集“{title}”。请先结束采集，再撤销组织")
