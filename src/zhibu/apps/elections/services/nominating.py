"""Between the superior's consent and the assembly: the roll, nominations, the lists of candidates."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.timezone import localdate

from zhibu.apps.elections import queries, rules, texts
from zhibu.apps.elections.models import (
    Ballot,
    BallotState,
    Candidate,
    Election,
    Nomination,
    NominationLine,
    Slate,
    SlateState,
    State,
)
from zhibu.apps.elections.services.planning import Paper, step
from zhibu.apps.membership.queries import members_on
from zhibu.apps.petitions.queries import about
from zhibu.apps.petitions.services import ask
from zhibu.apps.voting.models import RollEntry
from zhibu.apps.voting.services import rolls
from zhibu.kernel.actions import Act, Refused, Why

#: requests to hold an election
ASKED = ("election_hold", "election_change")
KIND_WORDS = {"full": "正式党员", "probationary": "预备党员"}


@dataclass(frozen=True)
class OnDay:
    """The day as of which the roll is made."""

    on: date


@dataclass(frozen=True)
class Nominated:
    """Nominations of a group or meeting: entries of the roll with the number of people who named them."""

    source: str
    on: date
    attended: int
    votes: Sequence[tuple[RollEntry, int]]


@dataclass(frozen=True)
class NewSlate:
    """A list of candidates: entries of the roll in order, each with the post it is for ("" for members), and the paper."""

    entries: Sequence[tuple[RollEntry, str]]
    paper: Paper
    reason: str = ""
    refused: frozenset[str] = field(default_factory=frozenset)


def freeze_roll(act: Act, election: Election, data: OnDay) -> Election:
    """Freeze who may vote and stand; an earlier roll that no vote was held by becomes void."""
    if data.on > localdate():
        raise Refused("名册的日期不能晚于今天", field="on")
    rows = [
        rolls.RollRow(one.person_id, one.name, KIND_WORDS.get(one.kind, one.kind), one.has_vote, one.ground)
        for one in members_on(election.organization, data.on)
    ]
    if election.roll is not None and not election.roll.is_void:
        rolls.make_void(act, election.roll, Why("重新建立选举名册"))
    election.roll = rolls.freeze(
        act, organization=election.organization, on=data.on, rule="election", rows=rows, subject=election,
        title=f"{election}",
    )  # fmt: skip
    election.rev += 1
    election.save(update_fields=["roll", "rev"])
    with_vote = sum(row.entitled for row in rows)
    act.log(election, summary=f"建立选举名册：{election}，{len(rows)} 人，有选举权 {with_vote} 人")
    return election


def record(act: Act, election: Election, data: Nominated) -> Nomination:
    """Write down one group's nominations."""
    votes = [(entry, n) for entry, n in data.votes if n]
    if not votes:
        raise Refused("还没有填推荐票数", next_step="请在被推荐人的后面填票数。")
    if data.attended < 1:
        raise Refused("参加人数至少是 1", field="attended")
    _on_a_day_for_it(election, data)
    _able(election, [entry for entry, _ in votes])
    everybody = RollEntry.objects.system("roll of an election in hand").filter(roll=election.roll_id).count()
    if data.attended > everybody:
        raise Refused(f"参加人数（{data.attended}）多于选举名册上的人数（{everybody}）", field="attended")
    for entry, n in votes:
        if n > data.attended:
            raise Refused(f"{entry.name}的推荐票数（{n}）多于参加人数（{data.attended}）", field="attended")
    made: Nomination = Nomination.objects.create(
        election=election, source=data.source, on=data.on, attended=data.attended, by_name=act.actor.name[:100]
    )
    NominationLine.objects.bulk_create(
        NominationLine(election=election, nomination=made, person_id=entry.person_id, name=entry.name, votes=n)
        for entry, n in votes
    )
    act.log(
        made,
        organization_id=election.organization_id,
        summary=f"登记推荐：{made}，参加 {data.attended} 人，推荐 {len(votes)} 人",
    )
    return made


def _on_a_day_for_it(election: Election, data: Nominated) -> None:
    """Refuse nominations of a day to come, of before the superior agreed to the election, and the same ones twice."""
    if data.on > localdate():
        raise Refused("日期不能晚于今天", field="on")
    days = [one.answered_on for one in about(election) if one.kind in ASKED and one.state == "agreed"]
    since = min((day for day in days if day is not None), default=None)
    if since is not None and data.on < since:
        raise Refused(f"上级 {since.isoformat()} 才同意选举，推荐不能在这以前", field="on")
    if any(one.stands and (one.source, one.on) == (data.source, data.on) for one in queries.nominations(election)):
        raise Refused(
            f"“{data.source}”{data.on.isoformat()} 的推荐已经登记过", field="source", next_step="登记错了的，先撤回那一次，再重新登记。"
        )  # fmt: skip


def withdraw(act: Act, nomination: Nomination, data: Why) -> Nomination:
    """Take wrongly entered nominations out of the sum."""
    nomination.stands, nomination.withdrawn_why = False, data.reason[:200]
    nomination.rev += 1
    nomination.save(update_fields=["stands", "withdrawn_why", "rev"])
    act.log(nomination, organization_id=nomination.election.organization_id, summary=f"撤回推荐：{nomination}")
    return nomination


def propose(act: Act, election: Election, data: NewSlate) -> Election:
    """Settle on candidates and ask the superior to agree; a later list is a version of its own, with its reason."""
    if not any(one.stands for one in queries.nominations(election)):
        raise Refused("还没有登记推荐情况", next_step="候选人由党员酝酿推荐产生，请先登记推荐。")
    live = (
        Ballot.objects.system("ballots of an election in hand")
        .filter(election=election)
        .exclude(state=BallotState.VOID)
    )
    if live.exists():
        raise Refused("已经准备了选票，不能再换候选人", next_step="请先作废那次投票。")
    _able(election, [entry for entry, _ in data.entries])
    now = {one.person_id for one in members_on(election.organization, localdate()) if one.has_vote}
    if away := [entry.name for entry, _ in data.entries if entry.person_id not in now]:
        raise Refused(
            f"{'、'.join(away)}现在没有被选举权（已转走，或党籍有变动）", field="people", next_step="请不要列为候选人。"
        )
    _enough(election, data)
    earlier = queries.slates(election)
    if any(one.state == SlateState.AGREED for one in earlier) and not data.reason.strip():
        raise Refused("上级已经同意过一份名单，请写明为什么调整", field="reason")
    slate: Slate = Slate.objects.create(
        election=election, version=len(earlier) + 1, words=data.reason, on=localdate(), by_name=act.actor.name[:100]
    )
    Candidate.objects.bulk_create(
        Candidate(election=election, slate=slate, person_id=entry.person_id, name=entry.name, post=post, place=n)
        for n, (entry, post) in enumerate(data.entries, 1)
    )
    names = [entry.name for entry, _ in data.entries]
    words = data.paper.words.strip() or texts.slate_words(election, names, data.reason)
    ask(
        act, organization=election.organization, kind="election_candidates", title=data.paper.title, words=words, about=election,
        attachments=data.paper.attachments, outside=data.paper.outside,
    )  # fmt: skip
    return step(act, election, State.SLATE_ASKED, f"报请上级同意候选人：{election}，{'、'.join(names)}")


def _able(election: Election, entries: Sequence[RollEntry]) -> None:
    """Refuse people who are not on the roll with the right to be elected."""
    for entry in entries:
        if election.roll is None or entry.roll_id != election.roll_id or not entry.entitled:
            raise Refused(
                f"{entry.name}没有被选举权：{entry.ground or '不在选举名册上'}",
                article="预备党员和受留党察看处分期间的党员没有选举权和被选举权",
            )


def _enough(election: Election, data: NewSlate) -> None:
    people = [entry.person_id for entry, _ in data.entries]
    if election.body == "committee":
        if len(set(people)) != len(people):
            raise Refused("候选人有重复")
        wrong = rules.candidate_faults(election.held, "committee", election.seats, len(people))
        if wrong:
            raise Refused(wrong[0].message, field="people", article=wrong[0].article)
        return
    posts = ["secretary", "deputy_secretary"][: election.seats]
    for post in posts:
        if not any(given == post for _, given in data.entries):
            words = "书记" if post == "secretary" else "副书记"
            raise Refused(f"还没有{words}候选人", field="people" if post == "secretary" else "deputies")
