"""The new committee: it elects secretary and deputy, and shares out the other posts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.elections import queries
from zhibu.apps.elections.models import Ballot, BallotState, Elected, Election
from zhibu.apps.elections.services import assembly
from zhibu.apps.people.models import Post
from zhibu.apps.voting.services import rolls
from zhibu.kernel.actions import Act, Refused

#: posts of a leading group that an election fills
LEADING = (
    "secretary", "deputy_secretary", "organization", "publicity", "discipline", "united_front", "youth", "member",
)  # fmt: skip
BY_BALLOT = ("secretary", "deputy_secretary")


@dataclass(frozen=True)
class Assigned:
    """Who takes which of the other posts."""

    posts: Sequence[tuple[Elected, str]]


def sitting(election: Election) -> list[tuple[int, str, str]]:
    """Return (person id, name, post) of those of the running committee who stay: at by-elections all who are still there."""
    if election.kind != "by":
        return []
    rows = Post.objects.system("committee of an election in hand").filter(
        organization=election.organization, kind__in=LEADING, until__isnull=True
    )
    return [(one.person_id, one.person.name, one.kind) for one in rows.select_related("person").order_by("pk")]


def members(election: Election) -> list[tuple[int, str]]:
    """Return (person id, name) of the new committee."""
    found = {one.person_id: one.name for one in queries.elected(election)}
    found |= {pk: name for pk, name, _ in sitting(election)}
    return list(found.items())


def missing(election: Election) -> list[str]:
    """Return which of secretary and deputy the committee has still to elect."""
    have = {one.post for one in queries.elected(election)} | {post for _, _, post in sitting(election)}
    wanted = ["secretary", *(["deputy_secretary"] if election.deputy else [])]
    return [post for post in wanted if post not in have]


def prepare(act: Act, election: Election, data: assembly.NewBallot) -> Ballot:
    """Prepare the ballot of the new committee for secretary or deputy."""
    if data.post not in missing(election):
        raise Refused("这个职务已经选出", field="post")
    waiting = [one for one in queries.ballots(election) if one.state in (BallotState.OPEN, BallotState.COUNTED)]
    if waiting:
        raise Refused(f"{waiting[0].title}还没有结束", next_step="请先计票、宣布并确认结果。")
    inside = dict(members(election))
    if strangers := [p.name for p in data.people if p.pk not in inside]:
        raise Refused(f"{'、'.join(strangers)}不是委员，书记、副书记从委员中选举产生", field="people")
    have = {one.person_id for one in queries.elected(election) if one.post in BY_BALLOT}
    if taken := [p.name for p in data.people if p.pk in have]:
        raise Refused(f"{'、'.join(taken)}已经当选书记或副书记", field="people")
    if not data.people:
        raise Refused("请选择候选人", field="people")
    if election.committee_roll is None or election.committee_roll.is_void:
        rows = [rolls.RollRow(pk, name, "委员", True) for pk, name in inside.items()]
        election.committee_roll = rolls.freeze(
            act, organization=election.organization, on=localdate(), rule="committee", rows=rows, subject=election,
            title=f"{election}新一届委员会第一次会议"[:120],
        )  # fmt: skip
        election.rev += 1
        election.save(update_fields=["committee_roll", "rev"])
    roll: Any = election.committee_roll
    return assembly.make(act, election, roll, data, data.post, 1, of_committee=True)


def assign(act: Act, election: Election, data: Assigned) -> Election:
    """Share out the other posts among the members elected."""
    if left := missing(election):
        words = "、".join({"secretary": "书记", "deputy_secretary": "副书记"}[one] for one in left)
        raise Refused(f"还没有选出{words}", next_step="请先由新一届委员会选举。")
    said = []
    for one, post in data.posts:
        if one.post in BY_BALLOT and one.post != post:
            raise Refused(f"{one.name}是选出来的{one.get_post_display()}，不能改为别的职务")
        if one.post not in BY_BALLOT and post in BY_BALLOT:
            raise Refused("书记、副书记由委员会选举产生，不能直接填")
        if one.post != post:
            one.post = post
            one.save(update_fields=["post"])
        said.append(f"{one.name}（{one.get_post_display()}）")
    election.rev += 1
    election.save(update_fields=["rev"])
    act.log(election, summary=f"委员分工：{election}，{'、'.join(said)}")
    return election


def why_not_ready(election: Election) -> str:
    """Return what is missing before the result can be reported, "" when nothing is."""
    if queries.seats_left(election) > 0:
        return "应选的人数还没有选满"
    if election.body == "posts":
        return ""
    if missing(election):
        return "新一届委员会还没有选出书记" + ("、副书记" if election.deputy else "")
    if any(not one.post for one in queries.elected(election)):
        return "委员的分工还没有登记"
    return ""
