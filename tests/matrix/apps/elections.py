"""Elections of each side's organisations in the states that matter, and what hangs on them."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from zhibu.apps.elections.models import (
    Ballot,
    BallotLine,
    Candidate,
    Elected,
    Election,
    Nomination,
    NominationLine,
    Official,
    Slate,
)
from zhibu.apps.voting.models import Motion, Roll, RollEntry

if TYPE_CHECKING:
    from tests.matrix.world import Side

DAY = date(2026, 11, 2)
LATER = date.today() + timedelta(days=30)
#: these need a roll of members and a counted vote; their own tests hold whole elections
NOT_FILLED = {
    "elections.election.begin", "elections.election.create", "elections.nomination.record", "elections.election.propose",
    "elections.election.adopt", "elections.election.ballot", "elections.ballot.settle", "elections.election.fewer",
    "elections.election.posts", "elections.election.assign", "elections.election.report", "elections.election.roll",
    "elections.election.ask", "elections.election.edit", "elections.election.again", "elections.appointment.record", "elections.election.convene",
}  # fmt: skip


def side(side: "Side") -> None:
    """Make an election whose ballot was counted, and one that is a draft."""
    word, branch = side.word, side.of("branch")
    first, second = side.people[:2]
    roll = Roll.objects.create(organization=branch, title=f"{word}选举", on=DAY, rule="election", by_name=f"{word}经办")
    RollEntry.objects.create(roll=roll, person=first, place=1, name=first.name, kind="正式党员", entitled=True)
    values: dict[str, Any] = {
        "version": "election-2020", "number": 2, "seats": 3, "planned_on": LATER, "words": f"{word}说明", "by_name": f"{word}经办",
    }  # fmt: skip
    election = Election.objects.create(
        organization=branch, state="nominating", roll=roll, note=f"{word}退回", regulations=f"{word}办法", **values
    )
    other = Election.objects.create(
        organization=side.of("committee"), state="draft", document=f"{word}文号", stopped_why=f"{word}终止", **values
    )
    side.keep(election, other)
    nomination = Nomination.objects.create(
        election=election, source=f"{word}小组", on=DAY, attended=5, by_name=f"{word}经办", withdrawn_why=f"{word}撤回"
    )
    side.keep(nomination)
    side.keep(
        NominationLine.objects.create(election=election, nomination=nomination, person=first, name=first.name, votes=3)
    )
    slate = Slate.objects.create(election=election, version=1, words=f"{word}调整", on=DAY, by_name=f"{word}经办")
    side.keep(slate)
    side.keep(Candidate.objects.create(election=election, slate=slate, person=first, name=first.name, place=1))
    side.keep(Official.objects.create(election=election, person=second, name=second.name, role="counter"))
    motion = Motion.objects.create(
        organization=branch, roll=roll, title=f"{word}投票", rule="election-2020", method="paper", questions=[f"{word}甲"],
        by_name=f"{word}经办", words=f"{word}说明",
    )  # fmt: skip
    ballot = Ballot.objects.create(election=election, round=1, seats=3, motion=motion, tied=[f"{word}甲"])
    side.keep(ballot)
    side.keep(BallotLine.objects.create(election=election, ballot=ballot, person=first, title=f"{word}甲", place=1))
    side.keep(
        Elected.objects.create(election=election, ballot=ballot, person=first, name=f"{word}甲", votes=8, post="member")
    )
