"""The election assembly: its rules, who watches and counts, the ballots and what they come to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.elections import queries, rules
from zhibu.apps.elections.models import (
    Ballot,
    BallotLine,
    BallotState,
    Elected,
    Election,
    Official,
    OfficialRole,
    State,
)
from zhibu.apps.elections.services.planning import step
from zhibu.apps.meetings.services import agenda, arranging
from zhibu.apps.membership.queries import members_on
from zhibu.apps.people.models import Person
from zhibu.apps.petitions.queries import about
from zhibu.apps.voting.models import Method, MotionState, Roll
from zhibu.apps.voting.queries import entries, motions_by
from zhibu.apps.voting.services import motions
from zhibu.kernel.actions import Act, Refused, Why
from zhibu.kernel.actions.errors import told_names
from zhibu.kernel.events import Veto

B = "ballots of an election in hand"


@dataclass(frozen=True)
class Convened:
    """When and where the assembly meets."""

    starts_at: datetime
    place: str = ""


@dataclass(frozen=True)
class Adopt:
    """The rules of the election and who watches and counts, as they are put to the assembly."""

    regulations: str
    scrutineers: Sequence[Person]
    counters: Sequence[Person]


@dataclass(frozen=True)
class NewBallot:
    """Whose names stand on the ballot."""

    people: Sequence[Person]
    post: str = ""


@dataclass(frozen=True)
class Confirmed:
    """Who is meant by a name that was written in: name -> person."""

    meant: dict[str, Person] = field(default_factory=dict)


def convene(act: Act, election: Election, data: Convened) -> Election:
    """Draft the assembly among the meetings, with the election on its agenda."""
    days = [one.answered_on for one in about(election) if one.kind == "election_candidates" and one.state == "agreed"]
    since = max((day for day in days if day is not None), default=None)
    if since is not None and localdate(data.starts_at) < since:
        raise Refused(f"上级 {since.isoformat()} 才同意候选人，选举大会不能在这以前", field="starts_at")
    kind = "assembly" if election.organization.kind == "branch" else "other"
    new = arranging.NewMeeting(election.organization, kind, f"{election}大会"[:100], data.starts_at, place=data.place)
    meeting = arranging.create(act, None, new)
    agenda.put(
        act, meeting, title=str(election), subject_type=election._meta.label, subject_id=election.pk,
        url=election.get_absolute_url(),
    )  # fmt: skip
    election.meeting = meeting
    election.rev += 1
    election.save(update_fields=["meeting", "rev"])
    act.log(election, summary=f"安排选举大会：{election}")
    return election


def adopt(act: Act, election: Election, data: Adopt) -> Election:
    """Put the rules of the election and the officials to a vote by show of hands."""
    roll = _roll(election)
    _refuse_stale(election, roll)
    standing = [one.person_id for one in queries.candidates(queries.slate_in_force(election))]
    wrong = rules.official_faults([p.pk for p in data.scrutineers], [p.pk for p in data.counters], standing)
    if wrong:
        raise Refused(wrong[0].message, field="scrutineers" if "监票" in wrong[0].message else "counters")
    if election.adopted is not None and election.adopted.state not in (MotionState.VOID, MotionState.DECIDED):
        motions.void(act, election.adopted, Why("监票人、计票人另行提名"))
    Official.objects.system("officials of an election in hand").filter(election=election).update(ended=True)
    for role, people in ((OfficialRole.SCRUTINEER, data.scrutineers), (OfficialRole.COUNTER, data.counters)):
        for person in people:
            Official.objects.create(election=election, person=person, name=person.name, role=role)
    election.regulations = data.regulations
    watching, counting = ("、".join(p.name for p in people) for people in (data.scrutineers, data.counters))
    election.adopted = motions.draft(
        act, roll,
        motions.NewMotion(
            title=f"通过{election}办法和监票人、计票人名单"[:200], rule="ordinary", method=Method.HANDS, subject=election,
            words=f"监票人：{watching}；计票人：{counting}",
        ),
    )  # fmt: skip
    election.adopted_on = None
    election.rev += 1
    election.save(update_fields=["regulations", "adopted", "adopted_on", "rev"])
    act.log(election, summary=f"提请大会通过选举办法：{election}，监票人{watching}，计票人{counting}")
    return election


def _refuse_stale(election: Election, roll: Roll) -> None:
    """Before the first vote by it the roll is that of today's members: how many should be there depends on it."""
    if motions_by(roll).exists():
        return
    on_it = {entry.person_id: entry for entry in entries(roll)}
    now = {one.person_id: one for one in members_on(election.organization, localdate()) if one.has_vote}
    names = [entry.name for pk, entry in on_it.items() if entry.entitled and pk not in now]
    names += [one.name for pk, one in now.items() if pk not in on_it or not on_it[pk].entitled]
    if names:
        raise Refused(
            f"选举名册是 {roll.on.isoformat()} 的，以后{told_names(names)}有变动，应到会人数不对",
            next_step="请点“建立选举名册”，按今天重新建立，再提请表决。",
        )


def cancelled(meeting_id: int) -> None:
    """The assembly was called off: another one may be arranged. Once it has voted it stays."""
    election = Election.objects.system("the election of a meeting").filter(meeting_id=meeting_id).first()
    if election is None:
        return
    if election.adopted_on is not None or queries.ballots(election):
        raise Veto("选举大会上已经表决过", next_step="没有选成的，请在选举里重新投票或终止选举。")
    election.meeting = None
    election.rev += 1
    election.save(update_fields=["meeting", "rev"])


def next_post(election: Election) -> str:
    """Return the post the assembly votes on next: "" for members, else secretary, then deputy."""
    if election.body == "committee":
        return ""
    have = {one.post for one in queries.elected(election)}
    return "deputy_secretary" if "secretary" in have else "secretary"


def prepare(act: Act, election: Election, data: NewBallot) -> Ballot:
    """Prepare a ballot of the assembly: paper slips, counted by two and entered by two."""
    if election.adopted_on is None:
        raise Refused(
            "大会还没有通过选举办法和监票人、计票人", next_step="请先提请大会举手表决，并登记结果。",
            article="选举办法和监票人、计票人名单由大会表决通过",
        )  # fmt: skip
    _none_open(election)
    post, left = next_post(election), queries.seats_left(election)
    seats = 1 if post else left
    if seats < 1:
        raise Refused("应选的人数已经选满")
    if away := [name for name in queries.gone(election) if name in {p.name for p in data.people}]:
        raise Refused(f"{'、'.join(away)}现在没有被选举权，不能列入选票", next_step="请调整候选人，再报上级同意。")
    standing = {one.person_id for one in queries.elected(election)}
    known = {person.pk for person in queries.standing_for(election, post)}
    for person in data.people:
        if person.pk in standing:
            raise Refused(f"{person.name}已经当选")
        if person.pk not in known:
            raise Refused(f"{person.name}不在上级同意的候选人名单上")
    _rounds(election, data, seats)
    watching = {one.person_id for one in queries.officials(election)}
    if both := [p.name for p in data.people if p.pk in watching]:
        raise Refused(f"{'、'.join(both)}是监票人或计票人，不能又是候选人", next_step="请大会另行通过监票人、计票人。")
    return make(act, election, _roll(election), data, post, seats)


def _rounds(election: Election, data: NewBallot, seats: int) -> None:
    """The first ballot names all candidates; later ones name those with equal votes, or the rest."""
    if tied := queries.tied_people(election):
        if {p.pk for p in data.people} != {p.pk for p in tied}:
            raise Refused(f"票数相等的是{'、'.join(p.name for p in tied)}，再次投票只列这几人", field="people")
        return
    if len(data.people) < seats:
        raise Refused(f"还应选 {seats} 人，候选人至少 {seats} 人", field="people")
    first = not any(one.state == BallotState.SETTLED for one in queries.ballots(election))
    if first and election.body == "committee":
        wrong = rules.candidate_faults(election.held, "committee", election.seats, len(data.people))
        if wrong:
            raise Refused(wrong[0].message, field="people", article=wrong[0].article)


def make(
    act: Act, election: Election, roll: Roll, data: NewBallot, post: str, seats: int, *, of_committee: bool = False
) -> Ballot:
    """Make a ballot and the vote behind it."""
    before = [one for one in queries.ballots(election) if (one.post, one.of_committee) == (post, of_committee)]
    titles = printed(data.people)
    number = len(before) + 1
    ballot = Ballot(election=election, round=number, post=post, of_committee=of_committee, seats=seats)
    ballot.motion = motions.draft(
        act, roll,
        motions.NewMotion(
            title=f"{election}：{ballot.title}"[:200], rule=election.held.votes, method=Method.PAPER, questions=titles,
            choose=min(seats, len(titles)), subject=election, words=f"应选 {seats} 人",
            tellers=[] if of_committee else queries.counters(election),
        ),
    )  # fmt: skip
    ballot.save()
    BallotLine.objects.bulk_create(
        BallotLine(election=election, ballot=ballot, person=person, title=title, place=n)
        for n, (person, title) in enumerate(zip(data.people, titles, strict=True), 1)
    )
    act.log(
        ballot,
        organization_id=election.organization_id,
        summary=f"准备选票：{ballot}，应选 {seats} 人，候选人{'、'.join(titles)}",
    )
    return ballot


def printed(people: Sequence[Person]) -> list[str]:
    """Return the names as printed; namesakes are told apart by what tells them apart on every list of the house."""
    names = [person.name for person in people]
    return [
        person.name if names.count(person.name) == 1 else f"{person.name}（{person.staff_number or person.pk}）"
        for person in people
    ]


def refuse_candidates(motion_id: int, person_ids: Sequence[int | None]) -> None:
    """Veto a count that two candidates entered; in a small branch one of the two may be one."""
    lines = BallotLine.objects.system(B).filter(ballot__motion_id=motion_id, person__in=[pk for pk in person_ids if pk])
    names = dict(lines.values_list("person_id", "title"))
    if len(names) == len(person_ids):
        raise Veto(
            f"{'、'.join(names.values())}都是这张选票上的候选人，票数不能都由候选人录入",
            next_step="请由不是候选人的人录入第二份，例如计票人或上级组织部的同志。",
        )


def settle(act: Act, ballot: Ballot, data: Confirmed) -> Ballot:
    """Confirm what a counted ballot comes to: who is elected, who is voted on again."""
    found = queries.outcome(ballot)
    election = ballot.election
    lines = {
        line.title: line.person for line in BallotLine.objects.system(B).filter(ballot=ballot).select_related("person")
    }
    for name, votes in found.elected:
        person = lines.get(name) or data.meant.get(name)
        if person is None:
            raise Refused(f"另选的“{name}”是名册上的哪一位，请指明")
        _elect(ballot, person, votes, written_in=name not in lines)
    for name in found.tied:  # whoever was written in stands on the next paper like the others
        if name not in lines:
            if name not in data.meant:
                raise Refused(f"另选的“{name}”是名册上的哪一位，请指明")
            place = len(lines) + 1
            BallotLine.objects.create(
                election=election, ballot=ballot, person=data.meant[name], title=name, place=place
            )
    ballot.tied = list(found.tied)
    ballot.state = BallotState.SETTLED
    ballot.rev += 1
    ballot.save(update_fields=["tied", "state", "rev"])
    names = "、".join(f"{name} {votes} 票" for name, votes in found.elected) or "无人当选"
    tie = f"；{'、'.join(found.tied)}票数相等，须再次投票" if found.tied else ""
    act.log(ballot, organization_id=election.organization_id, summary=f"确认选举结果：{ballot}，{names}{tie}")
    _go_on(act, election)
    return ballot


def _elect(ballot: Ballot, person: Person, votes: int, *, written_in: bool) -> None:
    """Write somebody down as elected; a ballot of the committee gives the post to whom the assembly elected."""
    rows = Elected.objects.system(B).filter(election=ballot.election, person=person, stands=True)
    if ballot.of_committee and rows.update(post=ballot.post):
        return
    if not ballot.of_committee and rows.exists():
        raise Refused(f"{person.name}已经当选")
    Elected.objects.create(
        election=ballot.election, ballot=ballot, person=person, name=person.name, votes=votes, written_in=written_in,
        post=ballot.post,
    )  # fmt: skip


def _go_on(act: Act, election: Election) -> None:
    """With the last seat filled the assembly is over."""
    if election.state == State.ASSEMBLY and queries.seats_left(election) == 0:
        election.elected_on = localdate()
        election.save(update_fields=["elected_on"])
        step(act, election, State.ALLOCATING, f"大会选举结束：{election}")


def propose_fewer(act: Act, election: Election, data: None = None) -> Election:
    """Ask the assembly whether fewer seats shall do: those elected, and no further ballot."""
    have = election.seats - queries.seats_left(election)
    least = election.held.sizes[election.organization.kind].least if election.kind != "by" else 1
    if election.body == "posts" or have < least:
        raise Refused(f"已当选 {have} 人，委员会至少 {least} 人，不能减少名额", next_step="请对不足的名额另行选举。")
    _none_open(election)
    election.reducing = motions.draft(
        act, _roll(election),
        motions.NewMotion(
            title=f"{election}减少名额为 {have} 名，不再选举"[:200], rule="ordinary", method=Method.HANDS, subject=election
        ),
    )  # fmt: skip
    election.rev += 1
    election.save(update_fields=["reducing", "rev"])
    act.log(election, summary=f"提请大会减少名额：{election}，由 {election.seats} 名减为 {have} 名")
    return election


def again(act: Act, election: Election, data: Why) -> Election:
    """Hold the ballots anew: what was elected no longer stands, and stays to be read."""
    Elected.objects.system(B).filter(election=election, stands=True).update(stands=False)
    rows = Ballot.objects.system(B).filter(election=election).exclude(state=BallotState.VOID)
    for ballot in rows.select_related("motion__roll"):
        ballot.state, ballot.tied = BallotState.VOID, []
        ballot.rev += 1
        ballot.save(update_fields=["state", "tied", "rev"])
        if ballot.motion.state != MotionState.VOID:
            motions.void(act, ballot.motion, data)
    election.elected_on, election.committee_roll = None, None
    election.save(update_fields=["elected_on", "committee_roll"])
    return step(act, election, State.ASSEMBLY, f"重新选举：{election}", note=data.reason)


def _none_open(election: Election) -> None:
    waiting = [one for one in queries.ballots(election) if one.state in (BallotState.OPEN, BallotState.COUNTED)]
    if waiting:
        raise Refused(f"{waiting[0].title}还没有结束", next_step="请先计票、宣布并确认结果。")


def _roll(election: Election) -> Roll:
    roll: Roll | None = election.roll
    if roll is None or roll.is_void:
        raise Refused("选举名册还没有建立，或已作废", next_step="请先建立选举名册。")
    return roll


def decided(act: Act, motion_id: int, *, valid: bool, passed: bool | None, on: Any) -> None:
    """Note the result of a vote of an election: a ballot waits to be confirmed, the rules are adopted, seats are fewer."""
    ballot = Ballot.objects.system(B).select_related("election__organization").filter(motion_id=motion_id).first()
    if ballot is not None:
        ballot.state = BallotState.COUNTED if valid else BallotState.VOID
        ballot.rev += 1
        ballot.save(update_fields=["state", "rev"])
        return
    rows = Election.objects.system(B).select_related("organization")
    election = rows.filter(adopted_id=motion_id).first()
    if election is not None and passed:
        election.adopted_on = on
        election.rev += 1
        election.save(update_fields=["adopted_on", "rev"])
    election = rows.filter(reducing_id=motion_id, state=State.ASSEMBLY).first()
    if election is not None and passed:
        election.seats -= queries.seats_left(election)
        election.rev += 1
        election.save(update_fields=["seats", "rev"])
        _go_on(act, election)


def voided(motion_id: int) -> None:
    """A vote was made void: an unconfirmed ballot with it; a confirmed one is held anew first."""
    ballot = Ballot.objects.system(B).filter(motion_id=motion_id).first()
    if ballot is not None and ballot.state == BallotState.SETTLED:
        raise Veto("这次投票的结果已经确认", next_step="请在选举里办理“重新选举”。")
    if ballot is not None and ballot.state != BallotState.VOID:
        ballot.state = BallotState.VOID
        ballot.rev += 1
        ballot.save(update_fields=["state", "rev"])
    Election.objects.system(B).filter(adopted_id=motion_id).update(adopted_on=None)
