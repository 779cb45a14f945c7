"""Signing in: the code on the wall lasts seconds, a card at the door, by hand, from afar; 40 at once, each once."""

import re
import time
import uuid
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.at_once import elsewhere, share_database, together
from tests.cards.helpers import card, reader
from tests.meetings.helpers import FULL, Branch, do, place, themselves
from tests.meetings.helpers import branch as a_branch
from tests.membership.helpers import member
from zhibu.apps.meetings import codes, queries, rules
from zhibu.apps.meetings.models import Attendance, Meeting
from zhibu.apps.meetings.services.signing import Scanned, Tapped, Ticked
from zhibu.kernel.actions import Refused, Why

CHIP = "04A1B2C3"


def scanned(meeting: Meeting, ago: float = 0.0) -> str:
    return reverse("scan-code", args=[codes.code(meeting.uid, time.time() - ago)])


@pytest.mark.django_db
def test_a_photographed_code_is_refused_after_its_seconds(branch: Branch, client: Client) -> None:
    meeting, chen = branch.open(), branch.people[2]
    client.force_login(factories.account("chen", of=chen))
    life = rules.CODE_SECONDS * (rules.CODES_TAKEN + 1)
    late = client.get(scanned(meeting, life))
    assert late.status_code == 422
    assert "拍下来的照片" in late.content.decode()
    assert client.get(reverse("meeting-scan", args=[meeting.uid])).status_code == 422  # nothing was seen
    assert client.post(reverse("meeting-scan", args=[meeting.uid])).status_code == 422
    forged = reverse("scan-code", args=[codes.code(meeting.uid)[:-20] + "0" * 20])
    assert client.get(forged).status_code == 422
    fresh = client.get(scanned(meeting)).content.decode()
    assert "陈党员，您好" in fresh
    proof = re.search(r'name="proof" value="([^"]+)"', fresh)
    assert proof
    done = client.post(reverse("meeting-scan", args=[meeting.uid]), {"proof": proof[1]})
    assert "签到成功" in done.content.decode()
    assert place(meeting, chen).how == "qr"
    again = client.get(scanned(meeting))
    assert "已经签过到" in again.content.decode()


@pytest.mark.django_db
def test_whoever_scans_before_signing_in_signs_in_first_and_the_scan_still_counts(
    branch: Branch, client: Client
) -> None:
    meeting, chen = branch.open(), branch.people[2]
    factories.account("chen", of=chen)
    to_login = client.get(scanned(meeting))
    assert to_login.status_code == 302
    assert "login" in to_login["Location"]
    back = client.post(to_login["Location"], {"username": "chen", "password": "Test-2026-pass"}, follow=True)
    assert "陈党员，您好" in back.content.decode()
    assert "签到成功" in client.post(reverse("meeting-scan", args=[meeting.uid])).content.decode()


@pytest.mark.django_db
def test_the_act_itself_asks_for_the_proof_of_this_person(branch: Branch) -> None:
    meeting, chen, ding = branch.open(), branch.people[2], branch.people[3]
    with pytest.raises(Refused, match="二维码已经失效"):  # from home, past the pages
        do(themselves(chen), "meetings.sign.scan", place(meeting, chen), Scanned(""))
    passed_on = codes.proof(meeting.uid, ding.pk)
    with pytest.raises(Refused, match="二维码已经失效"):
        do(themselves(chen), "meetings.sign.scan", place(meeting, chen), Scanned(passed_on))
    do(themselves(chen), "meetings.sign.scan", place(meeting, chen), Scanned(codes.proof(meeting.uid, chen.pk)))
    assert place(meeting, chen).state == "present"


@pytest.mark.django_db
def test_a_card_at_the_door_signs_in_once_and_strangers_are_not_named(branch: Branch, client: Client) -> None:
    house, chen = branch.house, branch.people[2]
    profile = reader(house.root, "hex")
    card(house.root, CHIP, chen, number="Z1")
    stranger = member("别处党员", house, at=house.west, full=FULL).person
    card(house.root, "04A1B2C4", stranger, number="Z2")
    meeting = branch.meeting()
    client.force_login(factories.account("an", "branch_secretary", house.east, of=branch.people[0]))
    door = reverse("meeting-door", args=[meeting.uid])

    def tap(raw: str, **more: Any) -> str:
        body = {"raw": raw, "source": "wedge", "key": str(uuid.uuid4()), "reader": str(profile.uid), **more}
        return str(client.post(door, body, headers={"HX-Request": "true"}).content.decode())

    held = tap(CHIP, hold="on")
    assert "请核对照片" in held
    assert place(meeting, chen).state == "invited"
    confirm = re.search(r'action="([^"]+/confirm/)"', held)
    assert confirm
    assert client.post(confirm.group(1)).status_code == 302
    assert place(meeting, chen).how == "card"
    assert "已经签过到" in tap(CHIP)
    other = tap("04A1B2C4")
    assert "不在这次会议的名单上" in other
    assert "别处党员" not in other
    assert "没有读到卡号" in tap("")
    assert "还没有登记" in tap("0499FFEE") or "没有" in tap("0499FFEE")
    do(branch.secretary, "meetings.sign.undo", place(meeting, chen), Why("刷的是别人的卡"))
    assert place(meeting, chen).state == "invited"
    assert "签到成功" in tap(CHIP)


@pytest.mark.django_db
def test_a_demonstration_offers_cards_of_who_is_on_the_list(branch: Branch, client: Client, settings: Any) -> None:
    house, chen = branch.house, branch.people[2]
    reader(house.root, "hex")
    card(house.root, CHIP, chen, number="Z1")
    stranger = member("别处党员", house, at=house.west, full=FULL).person
    card(house.root, "04A1B2C4", stranger, number="Z2")
    meeting = branch.meeting()
    client.force_login(factories.account("an", "branch_secretary", house.east, of=branch.people[0]))
    door = reverse("meeting-door", args=[meeting.uid])
    assert "试刷" not in client.get(door).content.decode()
    settings.DEMO = True
    page = client.get(door).content.decode()
    assert f'data-burst="{CHIP}"' in page
    assert "别处党员" not in page
    form = {"raw": CHIP, "source": "trial", "key": str(uuid.uuid4())}
    assert "签到成功" in client.post(door, form).content.decode()  # without script too
    assert f'data-burst="{CHIP}"' not in client.get(door).content.decode()


@pytest.mark.django_db
def test_remote_sign_in_counts_only_where_the_kind_says_so(branch: Branch) -> None:
    chen = branch.people[2]
    assembly = branch.open(link="https://example.org/1")
    bare = branch.open(kind="party_day")
    with pytest.raises(Refused, match="没有线上会场"):
        do(themselves(chen), "meetings.sign.remote", place(bare, chen))
    do(themselves(chen), "meetings.sign.remote", place(assembly, chen))
    assert queries.figures(assembly, remote=False).present == 0
    assert queries.present_person_ids(assembly.pk) == set()  # nor is ticked when a vote is opened
    day = branch.open(kind="party_day", link="https://example.org/2")
    do(themselves(chen), "meetings.sign.remote", place(day, chen))
    done = do(branch.secretary, "meetings.meeting.close", day)
    assert (done.present, done.quorate) == (1, None)
    assert do(branch.secretary, "meetings.meeting.close", assembly).present == 0


@pytest.mark.django_db
def test_who_signs_in_while_the_list_is_open_stays(branch: Branch) -> None:
    meeting = branch.open()
    an, bai, chen, *_ = branch.people
    do(branch.secretary, "meetings.sign.hand", meeting, Ticked({str(place(meeting, an).uid)}, set()))
    were = {str(place(meeting, an).uid)}  # what the open list shows
    do(themselves(chen), "meetings.sign.scan", place(meeting, chen), Scanned(codes.proof(meeting.uid, chen.pk)))
    do(branch.secretary, "meetings.sign.hand", meeting, Ticked({str(place(meeting, bai).uid)}, were))
    assert [place(meeting, who).state for who in (an, bai, chen)] == ["invited", "present", "present"]


@pytest.mark.django_db
def test_nobody_signs_in_before_its_hours_or_after_its_end(branch: Branch) -> None:
    early, chen = branch.meeting(days=1), branch.people[2]
    proof = Scanned(codes.proof(early.uid, chen.pk))
    with pytest.raises(Refused, match="还没有到签到时间"):
        do(themselves(chen), "meetings.sign.scan", place(early, chen), proof)
    with pytest.raises(Refused, match="还没有到签到时间"):
        do(branch.secretary, "meetings.sign.hand", early, Ticked({str(place(early, chen).uid)}, set()))
    with pytest.raises(Refused, match="还不能宣布开会"):
        do(branch.secretary, "meetings.meeting.open", early)


@pytest.mark.django_db
def test_the_wall_counts_and_names_nobody(branch: Branch, client: Client) -> None:
    meeting = branch.meeting()
    client.force_login(factories.account("an", "branch_secretary", branch.house.east, of=branch.people[0]))
    wall = client.get(reverse("meeting-wall", args=[meeting.uid])).content.decode()
    assert "还差 2 人" in wall
    assert "第十一条" in wall
    assert "wall-qr" in wall
    assert "style=" not in wall
    assert not any(person.name in wall.replace("安书记", "") for person in branch.people[1:])
    neighbour = Client()
    neighbour.force_login(factories.account("xi", "branch_secretary", branch.house.west))
    for name in ("meeting-wall", "meeting-wall-live", "meeting-door"):
        assert neighbour.get(reverse(name, args=[meeting.uid])).status_code == 404
    do(branch.secretary, "meetings.meeting.open", meeting)
    do(branch.secretary, "meetings.sign.hand", meeting, Ticked({str(place(meeting, branch.people[0]).uid)}, set()))
    do(branch.secretary, "meetings.meeting.close", meeting)
    over = client.get(reverse("meeting-wall-live", args=[meeting.uid])).content.decode()
    assert "wall-qr" not in over
    assert "hx-get" not in over  # a wall nobody looks at asks no more


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_forty_sign_in_at_once_by_card_and_code_none_lost_none_twice(
    house: factories.House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    branch = a_branch(house)
    profile = reader(house.root, "hex")
    people = [member(f"党员{n:02d}", house, full=FULL).person for n in range(40)]
    for n, person in enumerate(people):
        card(house.root, f"04A2{n:04X}", person, number=f"Y{n}")
    meeting = branch.open()
    places = {person.pk: place(meeting, person) for person in people}
    share_database(tmp_path, monkeypatch)

    def by_card(n: int) -> None:
        do(branch.secretary, "meetings.sign.card", meeting, Tapped(f"04A2{n:04X}", profile))

    def by_code(n: int) -> None:
        proof = Scanned(codes.proof(meeting.uid, people[n].pk))
        do(themselves(people[n], 100 + n), "meetings.sign.scan", places[people[n].pk], proof)

    def poll() -> None:
        for _ in range(10):
            queries.figures(meeting, remote=False)

    # every third one both lays the card down and scans
    jobs = [partial(by_card, n) for n in range(0, 40, 2)] + [
        partial(by_code, n) for n in range(40) if n % 2 or n % 3 == 0
    ]
    assert together(*jobs, poll, poll) == []

    def signed() -> int:
        rows = Attendance.objects.system("test").filter(meeting=meeting, person__in=people)
        return rows.filter(state="present", rev=2).count()

    assert elsewhere(signed) == 40  # each signed in, each written once


def test_calls_of_pages_are_not_confused_by_the_future() -> None:
    uid = uuid.uuid4()
    text = codes.code(uid, 1_000_000)
    assert codes.taken(text, 1_000_004) == uid
    other = codes.code(uuid.uuid4(), 1_000_000)
    mixed = other[:33] + text[33:]
    assert [codes.taken(wrong, 1_000_004) for wrong in (mixed, "x" + text, text.upper(), text + "é", "", "a-b-c")] == [
        None
    ] * 6
    assert codes.taken(text, 1_000_015) is None
    assert codes.taken(text, 999_990) is None
