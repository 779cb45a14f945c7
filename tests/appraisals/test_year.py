"""A whole appraisal: own assessments, slips, ranks, the deciding meeting, the superior; and what goes wrong on the way."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate, make_aware

from tests import factories
from tests.acting import post
from tests.membership.helpers import member
from zhibu.apps.appraisals.models import Appraisal, Entry
from zhibu.apps.appraisals.rules import LAG_DAYS
from zhibu.apps.meetings.models import Meeting
from zhibu.apps.membership.models import Member
from zhibu.kernel.messages.models import Message

pytestmark = pytest.mark.django_db
House = factories.House
FULL = date(2005, 7, 1)


@pytest.fixture
def branch(house: House) -> House:
    """Six full members and a probationary one in the branch of the east."""
    for name in ("甲一", "乙二", "丙三", "丁四", "戊五", "己六"):
        member(name, house, full=FULL)
    member("庚七", house, admitted=date(2026, 5, 1))
    return house


@pytest.fixture
def secretary(branch: House, client: Client) -> Client:
    client.force_login(factories.account("shuji", "branch_secretary", branch.east))
    return client


def begun(client: Client, house: House, **more: Any) -> Appraisal:
    answer = post(client, "appraisals.open", organization=house.east.uid, year=localdate().year, **more)
    assert answer.status_code == 302, answer.content.decode()
    found: Appraisal = Appraisal.objects.system("test").exclude(state="void").get()
    return found


def again(made: Any) -> Any:
    return type(made).objects.system("test").get(pk=made.pk)


def entries(made: Appraisal) -> list[Entry]:
    return list(Entry.objects.system("test").filter(appraisal=made).order_by("place"))


def measured(client: Client, made: Appraisal, **more: Any) -> Any:
    """Enter the slips: 7 issued, each member 4 good and 3 excellent."""
    votes = {
        f"{name}-{entry.uid}": number
        for entry in entries(made) if entry.ranked
        for name, number in (("excellent", 3), ("good", 4), ("basic", 0), ("poor", 0))
    }  # fmt: skip
    data = {"mutual": "on", "issued": 7, "returned": 7, "valid": 7, **votes, **more}
    return post(client, "appraisals.measure", again(made), **data)


def proposed(client: Client, made: Appraisal, excellent: int, **more: Any) -> Any:
    ranked = [entry for entry in entries(made) if entry.ranked]
    data = {f"rank-{entry.uid}": "excellent" if n < excellent else "good" for n, entry in enumerate(ranked)}
    return post(client, "appraisals.propose", again(made), **{**data, **more})


def held(house: House) -> Meeting:
    moment = make_aware(datetime.combine(localdate(), time(9)))
    made: Meeting = Meeting.objects.create(
        organization=house.east, kind="committee", title="支委会", starts_at=moment, state="held"
    )
    return made


def text(answer: Any) -> str:
    return str(answer.content.decode())


def step(client: Client, made: Appraisal) -> str | None:
    """Return which step the page shows as the present one."""
    found = re.search(r'aria-current="step"><span>(.*?)<', text(client.get(made.get_absolute_url())))
    return found[1] if found else None


def test_a_whole_year_from_the_roll_to_the_confirmed_ranks(branch: House, secretary: Client) -> None:
    made = begun(secretary, branch)
    assert step(secretary, made) == "自评和互评"
    assert (made.total, sum(entry.ranked for entry in entries(made))) == (7, 6)
    assert measured(secretary, made).status_code == 302
    assert step(secretary, made) == "拟定等次"
    assert proposed(secretary, made, 2).status_code == 302
    decided = post(secretary, "appraisals.decide", again(made), meeting=held(branch).uid)
    assert decided.status_code == 302, text(decided)
    assert post(secretary, "appraisals.confirm", again(made)).status_code == 404  # not the branch itself
    secretary.force_login(factories.account("zuzhibu", "organization_department", branch.root))
    assert post(secretary, "appraisals.confirm", again(made), words="同意").status_code == 302
    assert again(made).state == "confirmed"
    assert step(secretary, made) is None  # all of it is done
    told = Message.objects.system("test").filter(title__contains="民主评议结果")
    assert told.count() == 7
    assert {message.body for message in told} == {
        "您的等次是：优秀。",
        "您的等次是：合格。",
        "您不评定等次（预备党员）。",
    }
    page = Member.objects.system("test").get(person__name="甲一").get_absolute_url()
    assert re.search(r"民主评议</h2>.*(优秀|合格)", text(secretary.get(page)), re.S)  # on the page of the member, too


def test_a_third_of_seven_is_two_and_three_are_refused_with_the_source(branch: House, secretary: Client) -> None:
    made = begun(secretary, branch)
    measured(secretary, made)
    answer = proposed(secretary, made, 3)
    assert answer.status_code == 422
    assert "最多 2 人" in text(answer)
    assert "支部工作条例" in text(answer)
    assert again(made).state == "measured"


def test_slips_that_do_not_add_up_are_refused_and_nothing_is_written(branch: House, secretary: Client) -> None:
    made = begun(secretary, branch)
    assert "这次测评无效" in text(measured(secretary, made, returned=8))
    assert "多于有效票 6 张" in text(measured(secretary, made, valid=6))
    assert "党员互评" in text(measured(secretary, made, mutual=""))
    first = entries(made)[0]
    assert "没有票的填 0" in text(measured(secretary, made, **{f"poor-{first.uid}": ""}))
    for typed in ("-1", "1.5", "一"):
        assert "票数应是 0 或以上的整数" in text(measured(secretary, made, **{f"poor-{first.uid}": typed}))
    assert all(entry.excellent is None for entry in entries(made))
    assert measured(secretary, made, **{f"good-{first.uid}": "４"}).status_code == 302  # as an input method types it


def test_a_lower_rank_needs_its_reason(branch: House, secretary: Client) -> None:
    made = begun(secretary, branch)
    measured(secretary, made)
    first = entries(made)[0]
    assert "请写明理由" in text(proposed(secretary, made, 0, **{f"rank-{first.uid}": "poor"}))
    done = proposed(secretary, made, 0, **{f"rank-{first.uid}": "poor", f"rank_why-{first.uid}": "长期不参加组织生活"})
    assert done.status_code == 302


def test_only_a_meeting_that_was_held_decides(branch: House, secretary: Client) -> None:
    made = begun(secretary, branch)
    measured(secretary, made)
    proposed(secretary, made, 1)
    meeting = held(branch)
    Meeting.objects.system("test").filter(pk=meeting.pk).update(state="called")
    assert post(secretary, "appraisals.decide", again(made), meeting=meeting.uid).status_code == 422
    few, long_ago = held(branch), held(branch)
    Meeting.objects.system("test").filter(pk=few.pk).update(quorate=False)
    Meeting.objects.system("test").filter(pk=long_ago.pk).update(on=localdate() - timedelta(days=LAG_DAYS + 1))
    for other in (few, long_ago):
        assert post(secretary, "appraisals.decide", again(made), meeting=other.uid).status_code == 422
    assert again(made).state == "proposed"


def test_whoever_reported_it_does_not_confirm_it(branch: House, client: Client) -> None:
    clerk = factories.account(
        "zuzhibu", "organization_department", branch.root, of=factories.person("部员", branch.root)
    )
    client.force_login(clerk)
    made = begun(client, branch)
    measured(client, made)
    proposed(client, made, 1)
    assert post(client, "appraisals.decide", again(made), meeting=held(branch).uid).status_code == 302
    assert post(client, "appraisals.confirm", again(made)).status_code in (404, 422)
    assert again(made).state == "decided"


def test_a_member_writes_the_own_assessment_on_the_phone_and_nobody_elses(branch: House, client: Client) -> None:
    client.force_login(factories.account("zuzhibu", "organization_department", branch.root))
    made = begun(client, branch)
    mine, other = entries(made)[:2]
    client.force_login(factories.account("dangyuan", of=mine.person))
    assert "写自评" in text(client.get(reverse("me")))
    assert post(client, "appraisals.own.write", mine, words="一年来按时参加组织生活").status_code == 302
    assert again(mine).own_words == "一年来按时参加组织生活"
    assert post(client, "appraisals.own.write", other, words="替别人写").status_code == 404
    assert client.get(reverse("appraisal-results-record", args=[other.uid])).status_code == 404


def test_a_branch_begins_once_a_year_and_again_after_it_was_given_up(branch: House, secretary: Client) -> None:
    made = begun(secretary, branch)
    answer = post(secretary, "appraisals.open", organization=branch.east.uid, year=localdate().year)
    assert "已经开始" in text(answer)
    assert post(secretary, "appraisals.void", made, reason="名册有误").status_code == 302
    assert begun(secretary, branch).pk != made.pk


def test_the_department_begins_for_every_branch_with_members(branch: House, client: Client) -> None:
    member("西一", branch, at=branch.west, full=FULL)
    client.force_login(factories.account("zuzhibu", "organization_department", branch.root))
    answer = post(client, "appraisals.open", organization=branch.committee.uid, year=localdate().year)
    assert answer.status_code == 302
    assert Appraisal.objects.system("test").count() == 2


def test_the_other_branch_does_not_see_it(branch: House, secretary: Client) -> None:
    made = begun(secretary, branch)
    secretary.force_login(factories.account("xishuji", "branch_secretary", branch.west))
    assert secretary.get(made.get_absolute_url()).status_code == 404
    assert measured(secretary, made).status_code == 404


def test_a_confirmed_rank_is_corrected_with_a_reason_and_within_the_limit(branch: House, client: Client) -> None:
    client.force_login(factories.account("zuzhibu", "organization_department", branch.root))
    made = begun(client, branch)
    measured(client, made)
    proposed(client, made, 2)
    Appraisal.objects.system("test").update(state="confirmed")
    third = next(entry for entry in entries(made) if entry.rank == "good")
    assert "最多 2 人" in text(post(client, "appraisals.correct", third, rank="excellent", reason="复核"))
    assert post(client, "appraisals.correct", third, rank="basic", reason="复核").status_code == 302
    assert again(third).rank == "basic"


@pytest.mark.parametrize("code", ["appraisals.slips", "appraisals.summary", "appraisals.forms"])
def test_the_papers_are_printed(branch: House, secretary: Client, code: str) -> None:
    from tests.reading import pdf_text

    made = begun(secretary, branch)
    measured(secretary, made)
    answer = secretary.get(reverse("print", args=[code, made.uid]))
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert "甲一" in pdf_text(body)
