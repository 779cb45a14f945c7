"""Lights follow the meetings; the board and the year of a branch show them; the superior may ask for nothing for a while."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate, make_aware

from tests import factories
from tests.acting import post
from tests.organizations.helpers import ALL, again, do
from tests.reading import pdf_text
from zhibu.apps.compliance import queries, rules
from zhibu.apps.compliance.models import Light, of_state
from zhibu.apps.compliance.services.lights import refresh
from zhibu.apps.meetings.events import MeetingHeld
from zhibu.apps.meetings.models import Meeting, Minutes, Participant
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.models import Post
from zhibu.apps.resolutions.models import Resolution
from zhibu.kernel.actions import Refused
from zhibu.kernel.actor import SYSTEM
from zhibu.kernel.events import publish

pytestmark = pytest.mark.django_db
House = factories.House
DISSOLVE = "organizations.organization.dissolve"


def held(organization: Any, kind: str, on: date, *, together: Any = None) -> Meeting:
    """Hold a meeting, as closing it does: the record and its event."""
    moment = make_aware(datetime.combine(on, time(9)))
    made = Meeting.objects.create(organization=organization, kind=kind, title="会议", starts_at=moment, state="held")
    ids = [organization.pk]
    if together is not None:
        Participant.objects.create(meeting=made, organization=together)
        ids.append(together.pk)
    publish(MeetingHeld(made.pk, organization.pk, kind, on, tuple(ids), SYSTEM))
    return made


def light(organization: Any, duty: str) -> Light:
    return Light.objects.system("test").get(organization=organization, duty=duty)


def first_of_month(months_ago: int) -> date:
    day = localdate().replace(day=1)
    for _ in range(months_ago):
        day = (day - timedelta(days=1)).replace(day=1)
    return day


def test_a_new_branch_is_asked_for_everything_but_what_needs_a_committee_or_groups(house: House) -> None:
    refresh()
    duties = set(Light.objects.system("test").filter(organization=house.east).values_list("duty", flat=True))
    assert duties == {"assembly", "lecture", "party_day", "life", "appraisal"}
    assert light(house.east, "party_day").state() != "overdue"  # from the next whole month on


@pytest.mark.parametrize(("founded", "asked"), [(date(1996, 2, 1), True), (date(2026, 11, 2), False)])
def test_what_is_owed_once_a_year_is_owed_by_who_existed_before(founded: date, asked: bool) -> None:
    """A branch that comes to the platform on 30 November owes this year's meeting, one founded in November next year's."""
    life, came = queries.in_force()["life"], date(2026, 11, 30)
    clear, due = rules.standing(life.every, life.opens, None, queries.counted_from(life, founded, came))
    assert (rules.state_of(clear, due, came) == "due") is asked
    day = queries.in_force()["party_day"]
    monthly = rules.standing(day.every, day.opens, None, queries.counted_from(day, founded, came))
    assert rules.state_of(*monthly, came) == "done"  # of the month under way it may have been held already


def test_a_committee_of_three_makes_committee_meetings_due_and_its_end_takes_them_away(house: House) -> None:
    for number, kind in enumerate(("secretary", "organization", "publicity")):
        who = factories.person(f"委员{number}", house.root, party=house.east)
        Post.objects.create(person=who, organization=house.east, kind=kind, since=factories.LONG_AGO)
    refresh()
    assert light(house.east, "committee").asked
    Post.objects.system("test").update(until=localdate())
    refresh()
    assert not light(house.east, "committee").asked
    assert light(house.east, "party_day").asked


def test_lights_follow_foundings_posts_and_groups_at_once(house: House) -> None:
    """Not only from the night on: a new branch, its committee of three, its first group, a branch taken back."""
    actor = factories.actor((*ALL, "people.posts"), house.root)
    new = do("organizations.organization.create", actor, parent=house.east.parent, kind="branch", name="新建支部")
    assert light(new, "party_day").asked
    with pytest.raises(Light.DoesNotExist):
        light(new, "committee")
    for number, kind in enumerate(("secretary", "organization", "publicity")):
        who = factories.person(f"委员{number}", house.root, party=new)
        do("people.post.appoint", actor, new, person=who, kind=kind, since=localdate())
    assert light(new, "committee").asked
    do("organizations.organization.create", actor, parent=new, kind="group", name="第一党小组")
    assert light(new, "group").asked


def test_a_meeting_lights_up_its_duty_at_once_and_only_that(house: House) -> None:
    refresh()
    held(house.east, "party_day", first_of_month(2))
    assert light(house.east, "party_day").state() == "overdue"
    held(house.east, "party_day", localdate())
    assert light(house.east, "party_day").state() == "done"
    assert light(house.east, "party_day").last_on == localdate()
    assert light(house.east, "lecture").last_on is None


def test_what_is_due_once_a_year_is_neither_held_nor_missing_before_its_months(house: House) -> None:
    held(house.east, "life", date(2026, 12, 10))
    one = light(house.east, "life")
    assert one.shown(date(2026, 12, 20)) == ("已开", "ok")
    assert one.shown(date(2027, 1, 5)) == ("未到", "")
    assert one.shown(date(2027, 10, 1)) == ("待开", "due")
    assert one.shown(date(2028, 1, 1)) == ("逾期", "late")
    for day, state in ((date(2027, 9, 30), "ahead"), (date(2027, 10, 1), "now")):
        ((_, (period,)),) = queries.year(house.east, [one], 2027, day)
        assert period.state == state


def test_a_meeting_held_together_counts_for_all_that_held_it(house: House) -> None:
    held(house.east, "lecture", localdate(), together=house.west)
    assert light(house.east, "lecture").last_on == light(house.west, "lecture").last_on == localdate()


def test_every_group_of_a_branch_has_to_meet(house: House) -> None:
    one = factories.organization("第一党小组", "group", house.east)
    two = factories.organization("第二党小组", "group", house.east)
    held(one, "group", localdate())
    assert light(house.east, "group").last_on is None
    held(two, "group", first_of_month(1))
    assert light(house.east, "group").last_on == first_of_month(1)
    assert light(house.east, "group").state() == "due"


def test_whoever_ended_owes_nothing_from_that_moment(house: House) -> None:
    refresh()
    actor = factories.actor(ALL, house.root)
    with pytest.raises(Refused, match="不能晚于今天"):
        do(DISSOLVE, actor, house.east, on=localdate() + timedelta(days=1), reason="合并")
    assert light(house.east, "party_day").asked
    do(DISSOLVE, actor, house.east, on=localdate(), reason="合并")
    assert queries.of_organization(house.east) == []
    do("organizations.organization.reopen", actor, again(house.east), reason="撤销有误")
    assert light(house.east, "party_day").asked


def test_refreshing_again_changes_nothing(house: House) -> None:
    held(house.east, "party_day", localdate())
    refresh()
    assert refresh() == 0


def test_the_board_counts_what_lies_below_and_leads_to_the_list(house: House, clerk: Client) -> None:
    held(house.east, "party_day", first_of_month(2))
    refresh()
    page = clerk.get(reverse("compliance-board")).content.decode()
    assert str(house.east) in page or str(house.committee) in page
    listed = clerk.get(reverse("lights"), {"duty": "party_day", "state": "overdue"}).content.decode()
    assert light(house.east, "party_day").get_absolute_url() in listed
    assert light(house.west, "party_day").get_absolute_url() not in listed


def test_the_year_of_a_branch_shows_what_was_held_and_what_is_missing(house: House, clerk: Client) -> None:
    meeting = held(house.east, "party_day", localdate())
    page = clerk.get(reverse("compliance-branch", args=[house.east.uid])).content.decode()
    assert meeting.get_absolute_url() in page
    assert "第十六条" in page or "主题党日" in page


def test_what_is_not_asked_yet_is_not_counted_as_held(house: House, clerk: Client) -> None:
    new = factories.organization("新支部", "branch", house.committee)
    refresh()
    today = localdate()
    Light.objects.system("test").filter(organization=new).update(
        last_on=None, clear_until=today + timedelta(days=9), due_until=today + timedelta(days=19)
    )
    line = next(line for line in queries.board(SYSTEM, house.committee, today) if line.organization == new)
    assert {(cell.done, cell.quiet, cell.tone) for cell in line.cells.values()} == {(0, 1, "")}
    Light.objects.system("test").filter(organization=new).update(last_on=today)
    line = next(line for line in queries.board(SYSTEM, house.committee, today) if line.organization == new)
    assert {(cell.done, cell.quiet, cell.tone) for cell in line.cells.values()} == {(1, 0, "ok")}
    excused = {"excused_until": today + timedelta(days=9)}
    Light.objects.system("test").filter(organization=new, duty="assembly").update(**excused)
    shown = {state: set(Light.objects.system("test").filter(of_state(state, today), organization=new)) for state in
             ("done", "due", "overdue", "quiet")}  # fmt: skip
    assert {light.word for light in shown["quiet"]} == {"暂不要求"}
    assert not shown["done"] & shown["quiet"]
    page = clerk.get(reverse("compliance-board")).content.decode()
    assert "?state=quiet" in page
    assert clerk.get(reverse("lights"), {"state": "quiet"}).status_code == 200


def test_the_board_of_the_other_side_does_not_exist(house: House, client: Client) -> None:
    refresh()
    client.force_login(factories.account("shuji", "branch_secretary", house.east))
    for name in ("compliance-below", "compliance-branch"):
        assert client.get(reverse(name, args=[house.west.uid])).status_code == 404
    assert client.get(reverse("compliance-board")).status_code == 302  # straight to the own branch


def test_nothing_is_asked_until_the_day_the_superior_named(house: House, clerk: Client) -> None:
    held(house.east, "party_day", first_of_month(3))
    one = light(house.east, "party_day")
    until = localdate() + timedelta(days=40)
    answer = post(clerk, "compliance.light.excuse", one, until=until, reason="全体党员在外施工")
    assert answer.status_code == 302
    one.refresh_from_db()
    assert one.state() == "done"
    assert one.word == "暂不要求"
    assert one.clear_until >= until
    refresh()
    one.refresh_from_db()
    assert one.state() == "done"
    assert post(clerk, "compliance.light.resume", one).status_code == 302
    one.refresh_from_db()
    assert one.state() == "overdue"


def test_asking_again_lies_ahead_and_a_secretary_cannot_excuse_the_own_branch(house: House, clerk: Client) -> None:
    refresh()
    one = light(house.east, "party_day")
    refused = post(clerk, "compliance.light.excuse", one, until=localdate(), reason="原因")
    assert "恢复要求的日期应在今天之后" in refused.content.decode()
    refused = post(clerk, "compliance.light.excuse", one, until="2099-01-01", reason="原因")
    assert "一次最多暂不要求 12 个月" in refused.content.decode()
    clerk.force_login(factories.account("shuji", "branch_secretary", house.east))
    assert post(clerk, "compliance.light.excuse", one, until="2099-01-01", reason="原因").status_code == 404


def test_the_year_book_holds_what_was_held_and_what_was_written(house: House, clerk: Client) -> None:
    meeting = held(house.east, "party_day", localdate())
    Minutes.objects.create(meeting=meeting, number=1, parts=[["活动内容", "参观红色纪念馆"]])
    decided = {
        "organization": house.east,
        "year": localdate().year,
        "decided_on": localdate(),
        "text": "每月慰问一次。",
    }
    Resolution.objects.create(**decided, number=1, number_text="东一〔1〕号", title="关于慰问的决议", state="done")
    Resolution.objects.create(**decided, number=2, number_text="东一〔2〕号", title="作废的决议", state="void")
    answer = clerk.get(reverse("print", args=["compliance.yearbook", house.east.uid]))
    text = pdf_text(b"".join(answer.streaming_content) if answer.streaming else answer.content)
    for words in ("组织生活年册", "目录", "全年一览", "参观红色纪念馆", "主题党日", "支部决议", "每月慰问一次"):
        assert words in text
    assert "作废的决议" not in text
    clerk.force_login(factories.account("shuji", "branch_secretary", house.west))
    assert clerk.get(reverse("print", args=["compliance.yearbook", house.east.uid])).status_code == 404


def test_only_what_has_organisational_life_has_a_year_book(house: House, clerk: Client) -> None:
    unit = house.east.parent
    while unit.kind != "unit":
        unit = unit.parent
    assert clerk.get(reverse("print", args=["compliance.yearbook", unit.uid])).status_code == 404
    page = clerk.get(unit.get_absolute_url()).content.decode()
    assert "compliance.yearbook" not in page
    assert reverse("print", args=["compliance.yearbook", house.east.uid]) in _printing(clerk, house.east)


def _printing(clerk: Client, organization: Organization) -> str:
    return clerk.get(reverse("print-choose", args=["organizations", organization.uid])).content.decode()
