"""What this app does when something happens to members and organisations, the jobs it has, what it gives to pages of others."""

from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.dues import panels, queries  # noqa: F401 - the panels register themselves
from zhibu.apps.dues.models import Assessment, Relief
from zhibu.apps.dues.permissions import ASSESS
from zhibu.apps.dues.services import assessing, easing, following, ordering, reminding
from zhibu.apps.membership.events import MemberLeft, MemberMoved
from zhibu.apps.organizations.events import OrganizationDissolving, OrganizationMerged, OrganizationSplit
from zhibu.apps.people.events import PersonMerging
from zhibu.apps.petitions.events import PetitionAnswered, PetitionWithdrawn
from zhibu.apps.petitions.models import Petition
from zhibu.apps.transfers import paid_to
from zhibu.kernel import messages
from zhibu.kernel.events import Veto, subscribe
from zhibu.kernel.jobs import JobFailed, Step, actor_of, daily, every, handler
from zhibu.kernel.jobs.models import Job
from zhibu.kernel.messages import Kind

paid_to.register(queries.paid_to_many)
messages.register_kinds(Kind("dues", "党费", "党费的提醒、收据和公布"))


@handler(assessing.JOB, label="计算党费")
def assess_month(job: Job, cursor: Any) -> Step:
    """Work out the next branches; a chunk is whole branches, so that a kill leaves none half done."""
    actor = actor_of(job)
    rows = Assessment.objects.visible_to(actor, ASSESS).select_related("organization")
    assessment = rows.filter(pk=job.payload["assessment"]).first()
    if assessment is None:
        raise JobFailed("这次计算已不在您的管理范围内。")
    path, done = cursor or ("", 0)
    branches = assessing.branches_of(assessment, path, assessing.CHUNK // assessing.USUAL)
    if branches:
        assessing.assess(actor, branches, assessment.month, localdate(), assessment)
        done += len(branches)
    finished = len(branches) < assessing.CHUNK // assessing.USUAL
    if finished:
        assessing.finish(assessment)
        assessment.refresh_from_db()
    words = f"已算 {done} 个支部" if not finished else f"共 {assessment.count} 人，{assessment.total} 元"
    if finished and assessment.missing:
        words += f"；{assessment.missing} 人没有核定基数，还没有算"
    result = {"url": assessment.get_absolute_url(), "label": "查看结果"} if finished else None
    cursor = (branches[-1].path if branches else path, done)
    return Step(cursor=cursor, done=done, finished=finished, result=result, message=words)


@daily("dues.climb", hour=9)
def remind() -> None:
    """Remind whoever has not paid for one, three and six months; six open a matter for the branch, and do no more."""
    reminding.climb(localdate())


@every("dues.orders", minutes=5)
def look_after_orders() -> None:
    """Ask the provider about open orders, for a notice may have been lost; close those whose time is over."""
    ordering.ask_again()
    ordering.expire()


@subscribe(MemberMoved)
def follow_the_member(event: MemberMoved) -> None:
    """What is unpaid stays with the branch it was owed to; months to come are asked for at the new one."""
    following.moved(event.actor, event.person_id, event.on, event.to_id)


@subscribe(MemberLeft)
def end_with_the_membership(event: MemberLeft) -> None:
    """Nobody owes dues for months after the membership ended."""
    following.left(event.actor, event.person_id, event.on)


@subscribe(PetitionAnswered)
def follow_the_answer(event: PetitionAnswered) -> None:
    """The committee above answered a request for relief."""
    if event.about_type == Relief._meta.label:
        rows = Petition.objects.system("the request answered").filter(pk=event.petition_id)
        words = rows.values_list("answer_words", flat=True).get()
        easing.answered(event.actor, event.about_id, event.outcome, event.on, words)


@subscribe(PetitionWithdrawn)
def follow_what_was_taken_back(event: PetitionWithdrawn) -> None:
    """The branch took a request for relief back."""
    if event.about_type == Relief._meta.label:
        easing.taken_back(event.actor, event.about_id)


@subscribe(PersonMerging)
def join_people(event: PersonMerging) -> None:
    """One person owes a month once: where both records have it, the one that is paid stays."""
    following.join_people(event.actor, event.kept_id, event.dropped_id)


@subscribe(OrganizationMerged)
def move_with_a_merger(event: OrganizationMerged) -> None:
    """What is owed and what lies in the books goes to the branch that remains."""
    following.join_organizations(event.actor, event.source_ids, event.survivor_id)


@subscribe(OrganizationSplit)
def move_with_a_split(event: OrganizationSplit) -> None:
    """What the people of a part owe goes with them; the money stays with the branch that was."""
    for part in event.parts:
        if part.keys:
            following.move_people(event.actor, part.keys, event.source_id, part.organization_id)


@subscribe(OrganizationDissolving)
def refuse_while_money_is_there(event: OrganizationDissolving) -> None:
    """Money and what is owed are settled before an organisation ends."""
    if why := following.left_at(event.organization_id):
        raise Veto(f"党费还没有结清：{why}", next_step="请先收齐或调整未交的月份、上缴余款、处理待查款，再撤销。")
