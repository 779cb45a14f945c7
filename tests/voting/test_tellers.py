"""Those who count the slips: named by the host or by the assembly, they enter the count without any role."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.acting import post
from tests.voting.helpers import Branch, branch, motion, open_with
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.models import Person
from zhibu.apps.voting import queries
from zhibu.apps.voting.models import Motion, Teller

pytestmark = pytest.mark.django_db
RIGHT = {"issued": "6", "collected": "6", "valid": "6", "invalid": "0", "yes0": "5", "no0": "1", "abstain0": "0"}


@pytest.fixture
def east(house: factories.House) -> Branch:
    return branch(house.east, 6)


def window(username: str, person: Person, role: str = "", place: Organization | None = None) -> Client:
    found = Client()
    found.force_login(factories.account(username, role, place, of=person))
    return found


def teller(made: Motion, person: Person) -> Teller:
    found: Teller = Teller.objects.system("test").get(motion=made, person=person)
    return found


def test_members_without_a_role_count_and_enter(house: factories.House, east: Branch) -> None:
    host = window("shuji", east.people[0], "branch_secretary", house.east)
    one, two, three = (window(f"u{n}", east.people[n]) for n in (1, 2, 3))
    made = motion(east.roll(), method="paper")
    chosen = {entry.person_id: str(entry.uid) for entry in queries.entries(made.roll)}
    first, second = east.people[1], east.people[2]
    alone = post(host, "voting.motion.tellers", made, people=[chosen[first.pk]])
    assert alone.status_code == 422
    assert "计票人至少 2 人" in alone.content.decode()
    assert post(host, "voting.motion.tellers", made, people=[chosen[first.pk], chosen[second.pk]]).status_code == 302
    mine, theirs = teller(made, first), teller(made, second)
    assert post(one, "voting.teller.count", mine, **RIGHT).status_code == 422  # nobody has voted yet
    open_with(made, 6)
    wrong = post(one, "voting.teller.count", mine, **{**RIGHT, "issued": "7"})
    assert re.search(
        r"发出的票(<[^>]*>)*：发出的票（7）多于实到会人数（6）", wrong.content.decode()
    )  # told at its field
    assert f"录入计票：{made}" in one.get(reverse("inbox")).content.decode()
    assert post(three, "voting.teller.count", mine, **RIGHT).status_code == 404
    assert three.get(mine.own_url).status_code == 404
    assert post(one, "voting.teller.count", mine, **RIGHT).status_code == 302
    again = post(one, "voting.teller.count", mine, **RIGHT)
    assert again.status_code == 422
    assert "您这一次已经录入过" in again.content.decode()
    assert f"录入计票：{made}" not in one.get(reverse("inbox")).content.decode()
    assert "等另一个人录入" in one.get(mine.own_url).content.decode()
    assert post(two, "voting.teller.count", theirs, **{**RIGHT, "yes0": "4", "no0": "2"}).status_code == 302
    shown = one.get(mine.own_url).content.decode()
    assert "两个人录入的票数不一致" in shown
    assert shown.count("不同") == 2  # the votes for and against, and no other line
    for client, who in ((one, mine), (two, theirs)):
        assert post(client, "voting.teller.count", who, **RIGHT).status_code == 302
    assert "两个人录入的票数一致" in two.get(theirs.own_url).content.decode()
    assert "计票人" in host.get(made.get_absolute_url()).content.decode()
    made.refresh_from_db()
    assert post(host, "voting.motion.close", made).status_code == 302
    made.refresh_from_db()
    assert made.passed is True


def test_who_stands_on_the_slip_does_not_count_and_who_was_replaced_counts_no_more(
    house: factories.House, east: Branch
) -> None:
    host = window("shuji", east.people[0], "branch_secretary", house.east)
    one = window("u1", east.people[1])
    for n in (2, 3):
        factories.account(f"u{n}", of=east.people[n])
    names = [person.name for person in east.people]
    made = motion(east.roll(), method="paper", questions=[names[1], names[4]])
    chosen = {entry.name: str(entry.uid) for entry in queries.entries(made.roll)}
    refused = post(host, "voting.motion.tellers", made, people=[chosen[names[1]], chosen[names[2]]])
    assert refused.status_code == 422
    assert f"{names[1]}在选票上，不能担任计票人" in refused.content.decode()
    other = motion(east.roll(), method="paper")
    chosen = {entry.name: str(entry.uid) for entry in queries.entries(other.roll)}
    post(host, "voting.motion.tellers", other, people=[chosen[names[1]], chosen[names[2]]])
    other.refresh_from_db()
    post(host, "voting.motion.tellers", other, people=[chosen[names[2]], chosen[names[3]]])
    open_with(other, 6)
    gone = teller(other, east.people[1])
    assert one.get(gone.own_url).status_code == 404
    assert post(one, "voting.teller.count", gone, **RIGHT).status_code == 422
    assert {one.name for one in queries.tellers(other)} == {names[2], names[3]}
