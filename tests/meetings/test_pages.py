"""The pages of the secretary and of a member on the phone; papers as PDF; nothing of the neighbour's."""

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.timezone import localdate

from tests import factories
from tests.matrix.sensitive import picture
from tests.meetings.helpers import FULL, Branch, do, place, reread
from tests.membership.helpers import member
from zhibu.apps.meetings.documents.plan import content
from zhibu.apps.meetings.models import Meeting, Paper, PlanLine
from zhibu.apps.meetings.services.plans import Generate
from zhibu.apps.meetings.services.signing import Ticked
from zhibu.apps.meetings.services.writing import Write
from zhibu.apps.membership.models import Member
from zhibu.kernel import documents
from zhibu.kernel.documents.printing import frame_of, render

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary(branch: Branch, client: Client) -> Client:
    client.force_login(factories.account("an", "branch_secretary", branch.house.east, of=branch.people[0]))
    return client


@pytest.fixture
def chen(branch: Branch) -> Client:
    signed_in = Client()
    signed_in.force_login(factories.account("chen", of=branch.people[2]))
    return signed_in


def text(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, url
    return str(answer.content.decode())


def post(client: Client, code: str, uid: Any = None, **body: Any) -> Any:
    url = reverse("action-on", args=[code, uid]) if uid else reverse("action", args=[code])
    return client.post(url, {"key": str(uuid.uuid4()), **body})


def member_url(person: Any) -> str:
    return str(Member.objects.system("test").get(person=person).get_absolute_url())


def arranged(branch: Branch, secretary: Client) -> Meeting:
    """Plan a year and make a meeting of its first line, with the forms."""
    form = text(secretary, reverse("action", args=["meetings.plan.generate"]))
    assert "每季度 1 次" in form
    assert "第十一条" in form
    asked = {
        "organization": str(branch.house.east.uid),
        "year": localdate().year,
        "kinds": ["assembly"],
        "party_day": 15,
    }
    answer = post(secretary, "meetings.plan.generate", **asked)
    assert "4 条" in text(secretary, answer["Location"])  # the plan, not the page of its first line
    assert "4 条" in text(secretary, f"{reverse('meeting-plans')}?q=党员大会")
    assert "没有符合条件的记录" in text(secretary, f"{reverse('meeting-plans')}?q=党课")
    line = PlanLine.objects.system("test").order_by("on")[0]
    assert "安排会议" in text(secretary, line.get_absolute_url())
    form = text(secretary, reverse("action-on", args=["meetings.plan.arrange", line.uid]))
    assert f"安书记 #{branch.people[0].pk}" in form  # presides unless somebody else is named
    body = {
        "title": "",
        "starts_at": f"{localdate()}T23:30",
        "place": "三楼",
        "agenda": "学习 / 安书记\n讨论",
        "host": "安书记",
    }
    assert post(secretary, "meetings.plan.arrange", line.uid, **body).status_code == 302
    meeting: Meeting = Meeting.objects.system("test").get()
    assert post(secretary, "meetings.meeting.call", meeting.uid, tell="on").status_code == 302
    return reread(meeting)


def test_a_meeting_is_called_with_forms_and_leave_asked_on_the_phone(
    branch: Branch, secretary: Client, chen: Client
) -> None:
    meeting = arranged(branch, secretary)
    assert meeting.title == f"东山支部 {localdate().month} 月支部党员大会"
    assert meeting.host == branch.people[0]
    assert "我的会议" in text(chen, reverse("workbench"))
    assert meeting.title in text(chen, reverse("meetings-mine"))
    asking = place(meeting, branch.people[2])
    assert "请假" in text(chen, asking.own_url)
    assert post(chen, "meetings.leave.ask", asking.uid, why="出差").status_code == 302
    assert "请假待审批：陈党员" in text(secretary, reverse("inbox"))
    assert post(secretary, "meetings.leave.decide", asking.uid, agree="no").status_code == 422
    assert post(secretary, "meetings.leave.decide", asking.uid, agree="yes").status_code == 302
    page = text(secretary, meeting.get_absolute_url())
    assert "已通知 5 人，已读 1 人" in page  # on the page of the meeting, not among the messages
    assert "出差" in page
    assert asking.own_url == chen.get(reverse("meeting-of", args=[meeting.uid]))["Location"]
    assert "已准假" in text(chen, asking.own_url)


def test_a_meeting_is_held_and_written_down_with_forms_and_studied_on_the_phone(
    branch: Branch, secretary: Client, chen: Client
) -> None:
    meeting = arranged(branch, secretary)
    own = place(meeting, branch.people[2])
    assert post(secretary, "meetings.meeting.open", meeting.uid).status_code == 302
    assert "白组织" in text(secretary, reverse("action-on", args=["meetings.sign.hand", meeting.uid]))
    minutes = text(secretary, reverse("action-on", args=["meetings.minutes.write", meeting.uid]))
    assert "散会以后才能定稿" in minutes
    here = [str(place(meeting, who).uid) for who in branch.people[:2]]
    assert post(secretary, "meetings.sign.hand", meeting.uid, here=here).status_code == 302
    assert post(secretary, "meetings.meeting.close", meeting.uid).status_code == 302
    minutes = text(secretary, reverse("action-on", args=["meetings.minutes.write", meeting.uid]))
    assert "1. 学习（安书记）" in minutes
    assert "讨论情况" in minutes
    assert post(secretary, "meetings.minutes.write", meeting.uid, part_1="大家发言", complete="on").status_code == 302
    upload = SimpleUploadedFile("学习材料.jpg", picture(), "image/jpeg")
    assert post(secretary, "meetings.paper.upload", meeting.uid, kind="material", scans=upload).status_code == 302
    assert "大家发言" in text(secretary, meeting.get_absolute_url())
    assert "我已补学" in text(chen, own.own_url)
    paper = Paper.objects.system("test").get()
    assert chen.get(reverse("paper-mine", args=[paper.uid])).status_code == 200
    assert post(chen, "meetings.study.confirm", own.uid, words="").status_code == 302
    assert "已补学" in text(secretary, meeting.get_absolute_url())
    shown = " ".join(strip_tags(text(secretary, member_url(branch.people[0]))).split())
    assert f"{localdate().year} 年应参加 1 次，到会 1 次。" in shown
    shown = " ".join(strip_tags(text(secretary, member_url(branch.people[2]))).split())
    assert f"{localdate().year} 年应参加 1 次，到会 0 次，缺席后已补学 1 次。" in shown


def test_every_paper_prints_before_and_after(branch: Branch) -> None:
    meeting = branch.meeting(agenda=[("学习文件", "安书记")], place="三楼会议室", words="带笔记本")
    actor = branch.secretary
    for code in ("meetings.notice", "meetings.sheet", "meetings.minutes"):
        document = documents.get(code)
        assert render(document, document.builder_function()(actor, [meeting]), frame_of(actor)).startswith(b"%PDF")
    sheet = documents.get("meetings.sheet").builder_function()(actor, [meeting]).data["meetings"][0]
    assert [row[1] for row in sheet["rows"]].count("") == 5  # room for who is not on the list
    do(actor, "meetings.meeting.open", meeting)
    do(actor, "meetings.sign.hand", meeting, Ticked({str(place(meeting, who).uid) for who in branch.people[:3]}, set()))
    do(actor, "meetings.meeting.close", meeting)
    do(actor, "meetings.minutes.write", meeting, Write([("讨论情况", "发言")], complete=True))
    over = reread(meeting)
    minutes = documents.get("meetings.minutes").builder_function()(actor, [over]).data["meetings"][0]
    assert minutes["here"] == "安书记、白组织、陈党员"
    assert "丁党员（缺席）" in minutes["away"]
    assert minutes["quorum"].startswith("到会人数符合规定")
    assert render(
        documents.get("meetings.minutes"),
        documents.get("meetings.minutes").builder_function()(actor, [over]),
        frame_of(actor),
    )
    do(actor, "meetings.plan.generate", None, Generate(branch.house.east, localdate().year, ("assembly", "life")))
    plan = content(actor, branch.house.east, localdate().year)
    assert len(plan.data["rows"]) == 5
    assert render(documents.get("meetings.plan"), plan, frame_of(actor)).startswith(b"%PDF")


def test_the_month_shows_meetings_and_what_is_planned(branch: Branch, secretary: Client) -> None:
    meeting = branch.meeting()
    PlanLine.objects.create(organization=branch.house.east, year=2026, kind="lecture", on=localdate(), title="形势党课")
    page = text(secretary, reverse("meetings-calendar"))
    assert meeting.title in page
    assert "形势党课" in page
    assert "没有会议和计划" in text(secretary, reverse("meetings-calendar") + "?month=2019-03")
    assert text(secretary, reverse("meetings-calendar") + "?month=2026-99&at=x")
    west = Client()
    west.force_login(factories.account("xi", "branch_secretary", branch.house.west))
    assert meeting.title not in text(west, reverse("meetings-calendar"))
    text(west, meeting.get_absolute_url(), 404)
    text(west, reverse("organization-meeting-plan", args=[branch.house.east.uid]), 404)


def test_a_member_sees_only_their_own_place(branch: Branch, chen: Client) -> None:
    meeting = branch.meeting()
    text(chen, place(meeting, branch.people[3]).own_url, 404)
    text(chen, meeting.get_absolute_url(), 404)
    text(chen, reverse("meeting-wall", args=[meeting.uid]), 404)
    page = text(chen, place(meeting, branch.people[2]).own_url)
    assert "丁党员" not in page


def test_the_page_of_a_meeting_asks_the_same_whatever_the_list(branch: Branch, secretary: Client) -> None:
    def asked(meeting: Meeting) -> int:
        text(secretary, meeting.get_absolute_url())
        with CaptureQueriesContext(
            connection,
        ) as found:
            text(secretary, meeting.get_absolute_url())
        return len(found)

    few = asked(branch.meeting(days=1, agenda=[("一", "")]))
    for n in range(12):
        member(f"更多党员{n}", branch.house, full=FULL)
    many = asked(branch.meeting(days=2, agenda=[("一", ""), ("二", ""), ("三", "")]))
    assert many == few
