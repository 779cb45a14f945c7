"""Secret ballots on line: once each, counted together, opened by all scrutineers, checked by anybody."""

import json

import pytest

from tests import factories
from tests.voting.helpers import AGREED, act, branch, cast, motion, online_motion, open_sums, open_with
from zhibu.apps.voting import queries, sealed
from zhibu.apps.voting.models import Motion, Trustee, Voter
from zhibu.apps.voting.services import motions, online
from zhibu.kernel.actions import Refused

pytestmark = pytest.mark.django_db


def voters(made: Motion) -> list[Voter]:
    rows = Voter.objects.system("test").filter(motion=made).select_related("entry", "motion").order_by("entry__place")
    return list(rows)


def test_a_ballot_from_the_keys_to_the_result(house: factories.House) -> None:
    east = branch(house.east, 5)
    made, codes = online_motion(east.roll(), east.people[:2])
    open_with(made, 5)
    for n, (voter, choice) in enumerate(zip(voters(made)[:4], ("yes", "no", "yes", "yes"), strict=True)):
        if n < 3:
            with pytest.raises(Refused, match="等于公开他们投了什么"):
                online.stop(act(), made)
        cast(voter, choice)
    assert queries.turnout(made) == (4, 5)
    with pytest.raises(Refused, match="每人只投一次"):
        cast(voters(made)[0], "no")
    with pytest.raises(Refused):
        motions.close(act(), made)
    online.stop(act(), made)
    with pytest.raises(Refused, match="已经结束"):
        cast(voters(made)[4], "no")
    open_sums(made, codes)
    motions.close(act(), made)
    poll = queries.result_of(made).questions[0].poll
    assert (poll.yes, poll.no, poll.abstain, made.passed) == (3, 1, 0, True)


def test_no_vote_on_line_without_an_approval_and_two_scrutineers_who_took_their_codes(house: factories.House) -> None:
    east = branch(house.east, 5)
    roll = east.roll()
    with pytest.raises(Refused, match="批复"):
        motion(roll, method="online", trustees=east.people[:2])
    with pytest.raises(Refused, match="监票人"):
        motion(roll, method="online", trustees=east.people[:1], approval=AGREED)
    with pytest.raises(Refused, match="没有账号"):
        motion(roll, method="online", trustees=east.people[:2], approval=AGREED)
    for person in east.people[:2]:
        factories.account(f"u{person.pk}", of=person)
    made = motion(roll, method="online", trustees=east.people[:2], approval=AGREED)
    with pytest.raises(Refused, match="开票码"):
        open_with(made, 5)


def test_one_scrutineer_alone_opens_nothing(house: factories.House) -> None:
    east = branch(house.east, 3)
    made, codes = online_motion(east.roll(), east.people[:2])
    open_with(made, 3)
    for voter in voters(made):
        cast(voter, "yes")
    online.stop(act(), made)
    trustee = Trustee.objects.system("test").filter(motion=made).order_by("pk").first()
    sums, most = online.sums_of(made)
    shares = sealed.open_share(online.frame(made), online.secret_of(trustee, codes[trustee.pk]), sums)
    with pytest.raises(sealed.BadEvidence):
        sealed.result(sums, [shares], most)


def test_a_ballot_that_was_tampered_with_is_found(house: factories.House) -> None:
    east = branch(house.east, 3)
    made, _ = online_motion(east.roll(), east.people[:2])
    open_with(made, 3)
    first, second, third = voters(made)
    ballot = cast(first, "yes").ballot
    cast(second, "no")
    Voter.objects.system("test").filter(pk=third.pk).update(has_voted=True, ballot=ballot)  # a copy of the first
    with pytest.raises(sealed.BadEvidence):
        online.sums_of(made)
    spoilt = json.loads(ballot)
    spoilt["questions"][0]["options"].reverse()
    Voter.objects.system("test").filter(pk=third.pk).update(ballot=json.dumps(spoilt))
    with pytest.raises(sealed.BadEvidence):
        online.sums_of(made)
