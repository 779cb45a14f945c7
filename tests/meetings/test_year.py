"""From the plan of a year to a meeting with its list, its decisions and its minutes."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.http import Http404
from django.utils.timezone import localdate

from tests import factories
from tests.meetings.helpers import RUNS, Branch, do, place, reread, themselves
from tests.membership.helpers import member
from zhibu.apps.meetings import guests, queries
from zhibu.apps.meetings.models import AgendaItem, Attendance, Meeting, Minutes, PlanLine
from zhibu.apps.meetings.services.agenda import Decided, Item, Placed, put
from zhibu.apps.meetings.services.arranging import NewMeeting
from zhibu.apps.meetings.services.calling import Call, Move
from zhibu.apps.meetings.services.holding import Correct, Studied
from zhibu.apps.meetings.services.leaves import Ask, Decide
from zhibu.apps.meetings.services.plans import Generate, Line, MoveLine
from zhibu.apps.meetings.services.signing import Ticked
from zhibu.apps.meetings.services.writing import Amend, Write
from zhibu.apps.membership.models import Member
from zhibu.apps.membership.services import move as move_member
from zhibu.apps.voting.models import RollEntry
from zhibu.kernel import inbox
from zhibu.kernel.actions import Act, Refused, Why
from zhibu.kernel.messages.models import Message, Notice

pytestmark = pytest.mark.django_db


def waits(actor: Any) -> list[str]:
    return [item.title for item in inbox.items(actor) if item.action.code.startswith("meetings.")]


def test_a_year_is_planned_once_its_lines_moved_and_one_becomes_a_meeting(branch: Branch) -> None:
    year, east = localdate().year, branch.house.east
    do(branch.secretary, "meetings.plan.generate", None, Generate(east, year, ("assembly", "party_day"), 31))
    lines = PlanLine.objects.system("test").filter(organization=east)
    assert lines.filter(kind="assembly").count() == 4
    assert lines.filter(kind="party_day").count() == 12
    with pytest.raises(Refused, match="已经都有了"):
        do(branch.secretary, "meetings.plan.generate", None, Generate(east, year, ("assembly",)))
    line = do(branch.secretary, "meetings.plan.add", None, Line(east, "other", localdate(), "送学上门"))
    assert waits(branch.secretary).count("安排会议：送学上门") == 1
    with pytest.raises(Refused, match="当年的日期"):
        do(branch.secretary, "meetings.plan.move", line, MoveLine(date(year + 1, 1, 1)))
    meeting = do(
        branch.secretary,
        "meetings.plan.arrange",
        line,
        NewMeeting(east, "other", "送学上门", branch.at(2), plan_line=line),
    )
    line.refresh_from_db()
    assert line.used
    assert "安排会议：送学上门" not in waits(branch.secretary)
    with pytest.raises(Refused, match="已经安排"):
        do(branch.secretary, "meetings.plan.drop", line, Why("不开"))
    do(branch.secretary, "meetings.meeting.cancel", meeting, Why("人手不够"))
    line.refresh_from_db()
    assert line.is_open  # the line waits again


def test_the_list_is_who_belongs_that_day_and_the_roll_says_who_votes(branch: Branch) -> None:
    group = factories.organization("东山一组", "group", branch.house.east)
    inside = member("郭组员", branch.house, at=group, full=date(2001, 6, 20)).person
    member("别处党员", branch.house, at=branch.house.west, full=date(2001, 6, 20))
    meeting = branch.meeting(days=1)
    standings = dict(Attendance.objects.system("test").filter(meeting=meeting).values_list("name", "standing"))
    assert standings == {
        "安书记": "entitled", "白组织": "entitled", "陈党员": "entitled", "丁党员": "entitled", "范预备": "no_vote", "郭组员": "entitled",
    }  # fmt: skip
    assert place(meeting, inside).unit == "东山一组"
    entries = RollEntry.objects.system("test").filter(roll=meeting.roll)
    assert {e.name: (e.entitled, bool(e.ground)) for e in entries}["范预备"] == (False, True)
    assert entries.filter(entitled=True).count() == 5
    told = Message.objects.system("test").filter(notice=meeting.notice)
    assert told.count() == 6
    assert set(queries.unread(reread(meeting))) == set(told.values_list("person_id", flat=True))


def test_a_committee_meets_by_its_posts(branch: Branch) -> None:
    meeting = branch.meeting(days=1, kind="committee")
    assert set(Attendance.objects.system("test").filter(meeting=meeting).values_list("name", flat=True)) == {
        "安书记",
        "白组织",
    }
    with pytest.raises(Refused, match="不召开党小组会"):
        branch.meeting(days=1, kind="group")


def test_guests_come_from_other_apps_and_by_name_and_have_no_vote(
    branch: Branch, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = factories.person("流动的人", branch.house.root)
    monkeypatch.setattr(
        guests, "_providers", [lambda ids, day: [guests.Guest(visitor.pk, "流动的人", "外地支部", "流动党员")]]
    )
    meeting = branch.meeting(days=1, kind="party_day")
    assert place(meeting, visitor).standing == "guest"
    assert meeting.roll is None  # nothing is voted on a party day
    committee = branch.meeting(days=2, kind="committee")
    assert (
        not committee.attendances.system("test").filter(standing="guest").exists()
    )  # they take no part in the committee


def test_nobody_votes_on_two_branches_lists_of_one_day(branch: Branch) -> None:
    person = branch.people[2]
    meeting = branch.meeting(days=3)
    before = list(RollEntry.objects.system("test").filter(roll=meeting.roll).values_list("name", "entitled"))
    found = Member.objects.system("test").get(person=person)
    clerk = factories.actor(("meetings.manage", "meetings.view", "organizations.view"), branch.house.committee)
    from django.db import transaction

    with transaction.atomic():
        move_member(Act(clerk, "test"), found, branch.house.west, localdate())
    assert place(meeting, person).moved == "转往西湾支部"
    assert list(RollEntry.objects.system("test").filter(roll=meeting.roll).values_list("name", "entitled")) == before
    west = do(
        clerk, "meetings.meeting.create", None, NewMeeting(branch.house.west, "assembly", "西湾大会", branch.at(3, 15))
    )
    with pytest.raises(Refused, match="没有人有表决权"):  # the only member there stands on the east's roll of that day
        do(clerk, "meetings.meeting.call", west, Call())
    other = member("西湾老党员", branch.house, at=branch.house.west, full=date(2001, 6, 20)).person
    do(clerk, "meetings.meeting.call", west, Call())
    assert place(west, person).standing == "no_vote"
    assert "东山支部" in place(west, person).ground
    assert place(west, other).standing == "entitled"
    do(branch.secretary, "meetings.meeting.relist", meeting, Why("转走一人"))
    assert place(meeting, person).standing == "off"


def test_leave_is_asked_on_the_phone_and_decided_by_another(branch: Branch) -> None:
    meeting = branch.meeting(days=1)
    chen, secretary = branch.people[2], branch.people[0]
    do(themselves(chen), "meetings.leave.ask", place(meeting, chen), Ask("出差"))
    assert "请假待审批：陈党员" in waits(branch.secretary)
    do(themselves(secretary, 7), "meetings.leave.ask", place(meeting, secretary), Ask("住院"))
    assert "请假待审批：安书记" not in waits(branch.secretary)
    with pytest.raises(Refused, match="本人有关"):
        do(branch.secretary, "meetings.leave.decide", place(meeting, secretary), Decide(True))
    do(branch.secretary, "meetings.leave.decide", place(meeting, chen), Decide(True, "路上小心"))
    assert place(meeting, chen).state == "leave"
    assert Message.objects.system("test").filter(person=chen, title__contains="已准假", body="路上小心").exists()
    do(themselves(chen), "meetings.leave.withdraw", place(meeting, chen))
    assert place(meeting, chen).state == "invited"
    with pytest.raises(Http404):  # somebody else's place
        do(themselves(branch.people[3]), "meetings.leave.ask", place(meeting, chen), Ask("代请"))


def test_moved_and_cancelled_everybody_is_told(branch: Branch) -> None:
    meeting = branch.meeting(days=1)
    roll = meeting.roll
    do(branch.secretary, "meetings.meeting.move", meeting, Move(branch.at(2), None, "二楼", "", "会议室占用"))
    meeting = reread(meeting)
    assert meeting.on == localdate() + timedelta(days=2)
    assert roll is not None
    assert meeting.roll_id != roll.pk
    do(branch.secretary, "meetings.meeting.cancel", meeting, Why("停电"))
    titles = list(Notice.objects.system("test").order_by("pk").values_list("title", flat=True))
    assert [title.partition("：")[0] for title in titles] == ["开会通知", "会议改期", "会议取消"]
    assert Message.objects.system("test").count() == 15


def test_items_are_ordered_and_decided(branch: Branch) -> None:
    meeting = branch.meeting(agenda=[("学习文件", "安书记")])
    do(branch.secretary, "meetings.agenda.add", meeting, Item("讨论工作"))
    second = AgendaItem.objects.system("test").get(title="讨论工作")
    do(branch.secretary, "meetings.agenda.change", second, Placed("讨论重点工作", "白组织", 1))
    rows = AgendaItem.objects.system("test").order_by("place")
    assert list(rows.values_list("title", flat=True)) == ["讨论重点工作", "学习文件"]
    with pytest.raises(Refused, match="议定事项"):  # nothing is decided before it begins
        do(branch.secretary, "meetings.agenda.decide", second, Decided("按计划办"))
    do(branch.secretary, "meetings.meeting.open", meeting)
    assert do(branch.secretary, "meetings.agenda.decide", second, Decided("按计划办")).decision == "按计划办"
    do(branch.secretary, "meetings.agenda.withdraw", second, Why("改日再议"))
    same = put(Act(branch.secretary, "test"), reread(meeting), title="发展", subject_type="x.Case", subject_id=5)
    assert (
        put(Act(branch.secretary, "test"), reread(meeting), title="发展", subject_type="x.Case", subject_id=5) == same
    )
    assert queries.about("x.Case", 5) == [same]


def held(branch: Branch) -> Meeting:
    """Return a meeting that ended with one of four who vote, and one who does not."""
    an, *_, fan = branch.people
    meeting = branch.open()
    do(
        branch.secretary,
        "meetings.sign.hand",
        meeting,
        Ticked({str(place(meeting, who).uid) for who in (an, fan)}, set()),
    )
    return do(branch.secretary, "meetings.meeting.close", meeting)  # type: ignore[no-any-return]


def test_who_did_not_come_is_absent_studies_later_and_is_corrected_with_a_reason(branch: Branch) -> None:
    _, bai, chen, ding, _ = branch.people
    meeting = held(branch)
    assert (meeting.entitled, meeting.present, meeting.quorate) == (4, 1, False)  # two are needed
    assert place(meeting, chen).study == "open"
    assert "补学：东山支部党员大会" in waits(themselves(chen))
    do(branch.secretary, "meetings.attendance.correct", place(meeting, bai), Correct("present", "签在纸上"))
    assert (reread(meeting).present, reread(meeting).quorate) == (2, True)  # exactly half is enough
    do(themselves(chen), "meetings.study.confirm", place(meeting, chen), Studied("学完了"))
    do(branch.secretary, "meetings.study.waive", place(meeting, ding), Why("已上门送学"))
    assert place(meeting, chen).state == "made_up"
    with pytest.raises(Refused, match="没有待补学"):
        do(branch.secretary, "meetings.study.remind", reread(meeting))
    with pytest.raises(Refused, match="不能再加议题"):
        put(Act(branch.secretary, "test"), reread(meeting), title="迟到的议题")


def test_minutes_stand_and_are_corrected_by_versions(branch: Branch) -> None:
    meeting = branch.open()
    do(branch.secretary, "meetings.minutes.write", meeting, Write([("讨论情况", "大家同意")], complete=False))
    with pytest.raises(Refused, match="还没有结束"):
        do(branch.secretary, "meetings.minutes.write", meeting, Write([("讨论情况", "大家同意")], complete=True))
    do(branch.secretary, "meetings.sign.hand", meeting, Ticked({str(place(meeting, branch.people[0]).uid)}, set()))
    do(branch.secretary, "meetings.meeting.close", meeting)
    assert "会议记录未完成：东山支部党员大会" in waits(branch.secretary)
    do(branch.secretary, "meetings.minutes.write", meeting, Write([("讨论情况", "大家同意")], complete=True))
    with pytest.raises(Refused, match="记录已经完成"):
        do(branch.secretary, "meetings.minutes.write", meeting, Write([("讨论情况", "改写")], complete=True))
    do(branch.secretary, "meetings.minutes.amend", meeting, Amend([("讨论情况", "一人保留意见")], "漏记"))
    versions = Minutes.objects.system("test").filter(meeting=meeting)
    assert list(versions.values_list("number", "reason")) == [(1, ""), (2, "漏记")]


def test_held_together_it_counts_for_each(branch: Branch) -> None:
    house = branch.house
    member("西湾老党员", house, at=house.west, full=date(2001, 6, 20))
    clerk = factories.actor(RUNS, house.committee)
    data = NewMeeting(house.committee, "joint", "联合学习", branch.at(0), together=(house.east, house.west))
    meeting = do(clerk, "meetings.meeting.create", None, data)
    do(clerk, "meetings.meeting.call", meeting, Call(tell=False))
    people = Attendance.objects.system("test").filter(meeting=meeting)
    assert people.count() == 6
    do(clerk, "meetings.meeting.open", meeting)
    do(clerk, "meetings.sign.hand", meeting, Ticked({str(people.first().uid)}, set()))
    do(clerk, "meetings.meeting.close", meeting)
    today = localdate()
    ids = [house.committee.pk, house.east.pk, house.west.pk, house.station.pk]
    found = queries.held(ids, ["joint"], today, today + timedelta(days=1))
    assert {one.organization_id for one in found} == set(ids[:3])
    assert queries.held(ids, ["joint"], today + timedelta(days=1), today + timedelta(days=2)) == []


def test_the_neighbour_branch_finds_nothing(branch: Branch) -> None:
    meeting = branch.meeting(days=1)
    neighbour = factories.actor(RUNS, branch.house.west)
    for code in ("meetings.meeting.open", "meetings.meeting.cancel", "meetings.sign.hand"):
        with pytest.raises(Http404):
            do(neighbour, code, meeting, Why("x"))
    assert not Meeting.objects.visible_to(neighbour).exists()
