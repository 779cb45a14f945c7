"""The superior's answers, and what the approved result brings about; appointments by the superior."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404
from django.utils.timezone import localdate

from zhibu.apps.elections import queries, rules, texts
from zhibu.apps.elections.models import Elected, Election, Kind, Slate, SlateState, State
from zhibu.apps.elections.permissions import APPOINT, VIEW
from zhibu.apps.elections.services import committee
from zhibu.apps.elections.services.planning import Paper, step
from zhibu.apps.organizations.models import Term
from zhibu.apps.organizations.services import terms
from zhibu.apps.people.models import Person, Post
from zhibu.apps.people.services import affiliations
from zhibu.apps.petitions.services import ask
from zhibu.kernel import files, messages
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.actor import Actor
from zhibu.kernel.files import Scan
from zhibu.kernel.periods import day_words

A = "an election answered by the superior"


@dataclass(frozen=True)
class Appointment:
    """The superior appoints somebody to a post, by a document."""

    organization: Any
    person: Person
    post: str
    on: date
    document: str
    scans: Sequence[Scan]
    words: str = ""


def report(act: Act, election: Election, data: Paper) -> Election:
    """Report the result; the posts wait until the superior approves."""
    if why := committee.why_not_ready(election):
        raise Refused(f"还不能报批：{why}", next_step="请先办完这一步。")
    if away := queries.gone(election):
        raise Refused(
            f"{'、'.join(away)}现在不是本组织有被选举权的党员", next_step="请核对；确有变化的，办理“重新选举”。"
        )
    ask(
        act, organization=election.organization, kind="election_result", title=data.title, words=data.words, about=election,
        attachments=data.attachments, outside=data.outside,
    )  # fmt: skip
    return step(act, election, State.REPORTED, f"报请批准选举结果：{election}")


def answered(actor: Actor, election_id: str, kind: str, outcome: str, on: date, words: str) -> None:
    """Go on, or back, as the superior answered. What was sent back to be completed only keeps the words."""
    election = Election.objects.system(A).select_for_update(of=("self",)).filter(pk=election_id).first()
    if election is None or not election.is_open:
        return
    act = Act(actor, "petitions.reply.answer", "上级批复")
    if outcome == "returned":
        election.note = words[:500]
        election.rev += 1
        election.save(update_fields=["note", "rev"])
        act.log(election, summary=f"上级退回补充：{election}")
        return
    agreed = outcome == "agreed"
    if kind in ("election_hold", "election_change") and election.state == State.ASKED:
        state = State.NOMINATING if agreed else State.DRAFT
        step(act, election, state, f"上级{'同意' if agreed else '不同意'}：{election}", "" if agreed else words)
    elif kind == "election_candidates" and election.state == State.SLATE_ASKED:
        _slate_answered(act, election, SlateState.AGREED if agreed else SlateState.REFUSED, words)
    elif kind == "election_result" and election.state == State.REPORTED:
        if agreed:
            take_effect(act, election, on)
        else:
            step(act, election, State.ALLOCATING, f"上级没有批准选举结果：{election}", words)


def taken_back(actor: Actor, election_id: str, kind: str) -> None:
    """A request was withdrawn: the election stands where it stood before it."""
    election = Election.objects.system(A).select_for_update(of=("self",)).filter(pk=election_id).first()
    if election is None:
        return
    act = Act(actor, "petitions.petition.withdraw", "撤回请示")
    if election.state == State.ASKED:
        step(act, election, State.DRAFT, f"请示已撤回：{election}")
    elif election.state == State.SLATE_ASKED:
        _slate_answered(act, election, SlateState.WITHDRAWN, "")
    elif election.state == State.REPORTED:
        step(act, election, State.ALLOCATING, f"报告已撤回：{election}")


def _slate_answered(act: Act, election: Election, state: str, words: str) -> None:
    rows = Slate.objects.system(A).filter(election=election)
    asked = rows.filter(state=SlateState.ASKED).order_by("-version").first()
    if asked is not None:
        if state == SlateState.AGREED:
            rows.filter(state=SlateState.AGREED).update(state=SlateState.REPLACED)
        asked.state = state
        asked.save(update_fields=["state"])
    back = State.ASSEMBLY if queries.slate_in_force(election) is not None else State.NOMINATING
    said = {SlateState.AGREED: "上级同意候选人", SlateState.REFUSED: "上级没有同意候选人"}.get(state, "撤回候选人请示")  # type: ignore[call-overload]
    step(act, election, back, f"{said}：{election}", "" if state == SlateState.AGREED else words)


def take_effect(act: Act, election: Election, on: date) -> None:
    """The approved posts begin: old ones end, the new term begins, all in the transaction of the approval."""
    organization = election.organization
    if away := queries.gone(election):
        raise Refused(
            f"{'、'.join(away)}报批以后转走了，或没有了被选举权，不能任职", next_step="请选“不同意”或“退回补充”并写明，由支部重新选举。"
        )  # fmt: skip
    chosen = queries.elected(election)
    if election.kind != Kind.BY:
        _end(act, _held(organization), on)
        _new_term(act, election, on)
    for one in chosen:
        post = one.post or "member"
        replaced = _held(organization).filter(person_id=one.person_id)
        if post in committee.BY_BALLOT:
            replaced = replaced | _held(organization).filter(kind=post)
        _end(act, replaced, on)
        note = f"{election}，{on.isoformat()} 上级批准"
        affiliations.appoint(act, organization, affiliations.Appoint(one.person, post, on, note[:200]))
    election.effective_on = on
    election.save(update_fields=["effective_on"])
    step(act, election, State.DONE, f"选举结果生效：{election}，{'、'.join(one.name for one in chosen)}")
    for one in chosen:
        label = one.get_post_display() or "委员"
        messages.tell(
            [one.person_id], "affairs", title=f"您已任{organization}{label}", body=f"上级已批准{election}的结果。",
            key=f"elected:{one.uid}", sender=str(organization),
        )  # fmt: skip


def _held(organization: Any) -> Any:
    return Post.objects.system("posts that an election replaces").filter(
        organization=organization, kind__in=committee.LEADING, until__isnull=True
    )


def _end(act: Act, posts: Any, on: date) -> None:
    for post in posts.select_related("person", "organization"):
        affiliations.end_post(act, post, affiliations.EndPost(max(on, post.since)))


def _new_term(act: Act, election: Election, on: date) -> None:
    """Close the term that ran and register the next, as long as the last one was by rule (villages sit longer)."""
    running = queries.running_term(election.organization)
    number = terms.next_term_number(election.organization)
    if running is not None and election.term_id not in (None, running.pk):
        term = running  # registered by hand in the meantime
    elif running is None:
        term = terms.register(act, election.organization, terms.NewTerm(number, on))
    else:
        village = (running.until - running.since).days > 4 * 366
        term = terms.renew(act, running, terms.NewTerm(number, on, village=village))
    election.number = term.number
    election.save(update_fields=["number"])


def appoint(act: Act, _: None, data: Appointment) -> Election:
    """Record that the superior appointed somebody: no election, noted as such, in force at once."""
    if not act.actor.may(APPOINT, data.organization.path):
        raise Http404
    if not data.scans:
        raise Refused("请附上任命文件的扫描件", field="scans")
    if data.on > localdate():
        raise Refused("任命日期不能晚于今天", field="on")
    organization = data.organization
    replaced = _held(organization).filter(person=data.person)
    if data.post in committee.BY_BALLOT:
        replaced = replaced | _held(organization).filter(kind=data.post)
    _end(act, replaced, data.on)
    note = f"上级任命：{data.document}"
    affiliations.appoint(act, organization, affiliations.Appoint(data.person, data.post, data.on, note[:200]))
    term: Term | None = queries.running_term(organization)
    election: Election = Election.objects.create(
        organization=organization, kind=Kind.APPOINTMENT, version=rules.in_force(data.on).code, term=term,
        number=term.number if term else 1, body="posts", seats=1, planned_on=data.on, words=data.words, state=State.DONE,
        document=data.document, elected_on=data.on, effective_on=data.on, by_name=act.actor.name[:100],
    )  # fmt: skip
    Elected.objects.create(election=election, person=data.person, name=data.person.name, post=data.post)
    for scan in data.scans:
        files.attach(election, scan.blob, name=scan.name, permission=VIEW, actor=act.actor)
    act.log(election, summary=f"登记上级任命：{organization}，{data.person.name}，{data.document}")
    messages.tell(
        [data.person.pk], "affairs", title=f"您已任{organization}的职务", body=note, key=f"appointed:{election.uid}",
        sender=str(organization),
    )  # fmt: skip
    return election


def result_paper(election: Election) -> Paper:
    """Return the report of the result as it would be sent."""
    lines = []
    for ballot in queries.ballots(election):
        if ballot.state != "settled":
            continue
        where = "新一届委员会第一次会议" if ballot.of_committee else "党员大会"
        motion = ballot.motion
        on = day_words(motion.opened_on)
        found = queries.outcome(ballot)
        names = "、".join(f"{name}（{votes}票）" for name, votes in found.elected) or "无人当选"
        lines.append(
            f"{on}{where}选举{ballot.post_label}，应到会有选举权的 {motion.entitled} 人，实到 {motion.present} 人。当选：{names}。"
        )
    posts = [f"{one.name}任{one.get_post_display() or '委员'}" for one in queries.elected(election)]
    lines.append(f"职务：{'，'.join(posts)}。")
    return Paper(texts.result_title(election), texts.result_words(election, lines))
