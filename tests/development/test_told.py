"""What the committee above decided reaches the person and the assembly, and that is written down (2026 art. 24, 33)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.development.helpers import Branch, paper, refused, reread
from tests.development.test_paths import to_pre_examination
from zhibu.apps.development import queries, record
from zhibu.apps.development.models import Case
from zhibu.apps.development.services import admitting, course, telling
from zhibu.apps.development.services.telling import Tell
from zhibu.apps.meetings.models import Meeting
from zhibu.kernel import actions

pytestmark = pytest.mark.django_db
D = date
DAY = D(2026, 6, 30)


@pytest.fixture
def approved(branch: Branch) -> Case:
    """Somebody whom the committee approved on the day of the assembly."""
    return branch.approve(branch.vote(to_pre_examination(branch, DAY), DAY), DAY)


def tell(branch: Branch, case: Case, on: date, **more: Any) -> Case:
    branch.do(branch.secretary, "development.case.tell", case, Tell(on, "王书记", **more))
    return reread(case)


def minutes(on: date) -> dict[str, Any]:
    return {"announced_on": on, "papers": paper("announcement", on=on)}


def waits(case: Case) -> bool:
    """Tell whether the branch is reminded of it."""
    action = actions.get("development.case.tell")
    return Case.objects.system("test").filter(action.condition(DAY), pk=case.pk).exists()


def test_an_approval_is_told_to_the_person_and_at_the_assembly(branch: Branch, approved: Case) -> None:
    assert waits(approved)
    branch.clock.set(D(2026, 7, 3))
    why = refused(tell, branch, approved, D(2026, 6, 29), **minutes(D(2026, 7, 3)))
    assert "审批（2026-06-30）之后" in why.message
    assert "第二十四条" in str(why)
    assert "党员大会" in str(refused(tell, branch, approved, D(2026, 7, 1)))
    assert "会议记录" in str(refused(tell, branch, approved, D(2026, 7, 1), announced_on=D(2026, 7, 3)))
    assert "不晚于今天" in str(refused(tell, branch, approved, D(2026, 7, 1), **minutes(D(2026, 7, 4))))
    case = tell(branch, approved, D(2026, 7, 1), **minutes(D(2026, 7, 3)))
    assert not waits(case)
    assert "没有等着" in str(refused(tell, branch, case, D(2026, 7, 1), **minutes(D(2026, 7, 3))))
    step = next(one for one in queries.steps_of(case) if one.code == "approved")
    line = record.line_of(step, queries.told_of(case)[step.pk])
    assert ("告知和宣布", "2026-07-01 由王书记告知本人；2026-07-03 在支部党员大会上宣布") in line.facts


def test_the_day_of_an_assembly_on_the_platform_is_the_day_of_the_announcement(branch: Branch, approved: Case) -> None:
    branch.clock.set(D(2026, 7, 10))
    held = Meeting.objects.create(
        organization=branch.house.east,
        kind="assembly",
        title="七月支部大会",
        on=D(2026, 7, 8),
        state="held",
        starts_at=datetime(2026, 7, 8, 6, tzinfo=UTC),
        ends_at=datetime(2026, 7, 8, 8, tzinfo=UTC),
    )
    case = tell(branch, approved, D(2026, 7, 1), meeting=held)
    (made,) = queries.told_of(case).values()
    assert (made.announced_on, made.meeting) == (D(2026, 7, 8), held)


def test_a_refusal_is_told_to_the_person_alone(branch: Branch) -> None:
    case = branch.vote(to_pre_examination(branch, DAY), DAY)
    case = branch.approve(case, DAY, approved=False, reason="材料不实")
    assert (case.state, waits(case)) == ("refused", True)
    case = tell(branch, case, DAY, **minutes(DAY))
    (made,) = queries.told_of(case).values()
    assert (made.announced_on, waits(case)) == (None, False)


def test_an_extension_is_announced_and_the_file_tells_what_was_not(branch: Branch, approved: Case) -> None:
    case = tell(branch, approved, DAY, **minutes(DAY))
    case = branch.step(case, "oath", admitting.Oath(DAY, papers=paper("oath_record")))
    for day, proposal, months in ((D(2027, 6, 30), "extend", 6), (D(2027, 12, 30), "full", 0)):
        branch.clock.set(day)
        case = branch.step(case, "full_applied", course.Signed(day, paper("full_application")))
        case = branch.full_vote(case, day, proposal, months)
        case = branch.step(case, "full_approved", branch.approval(day, "full_reply"))
        assert waits(case)
    (first,) = telling.hindrances(case)
    assert (first.weight, first.article) == ("warn", "《细则》2026 版第三十三条")
    case = tell(branch, case, D(2027, 12, 30), **minutes(D(2027, 12, 30)))  # the extension, which no longer stands
    assert waits(case)
    case = tell(branch, case, D(2027, 12, 30), **minutes(D(2027, 12, 30)))
    assert telling.hindrances(case) == []


def test_the_form_asks_for_what_the_decision_needs(branch: Branch, approved: Case, client: Client) -> None:
    client.force_login(factories.account("zhangshuji", "branch_secretary", branch.house.east))
    url = f"/do/development.case.tell/{approved.uid}/"
    page = client.get(url).content.decode()
    assert [name for name in ("announced_on", "meeting", "minutes") if f'name="{name}"' not in page] == []
    assert "告知和宣布" in client.get(approved.get_absolute_url()).content.decode()
