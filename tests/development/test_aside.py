"""What happens beside the straight path: what a superior allows, contacts who go, papers sent back, a notice that went wrong."""

from datetime import date

import pytest
from django.test import Client

from tests import factories
from tests.development.helpers import Branch, applicant, paper, refused, reread, scan
from tests.development.test_paths import standing, straight, to_pre_examination
from tests.development.test_publicity import agreed
from zhibu.apps.development import record
from zhibu.apps.development.documents import bound
from zhibu.apps.development.models import Case, Paper
from zhibu.apps.development.services import admitting, asking, course, opening, others, probation, steps
from zhibu.apps.membership import queries as membership
from zhibu.apps.people.models.parts import Conduct
from zhibu.apps.petitions import queries as petitions
from zhibu.kernel import actions, documents
from zhibu.kernel.actions import Why
from zhibu.kernel.documents.uploads import pages_of
from zhibu.kernel.files.models import Attachment
from zhibu.kernel.publicity import services as publicity
from zhibu.kernel.publicity.models import PublicityObjection

pytestmark = pytest.mark.django_db
D = date
DAY = D(2026, 2, 2)


@pytest.fixture
def target(branch: Branch) -> Case:
    """Somebody listed as 发展对象."""
    case, _ = straight(branch, D(2025, 1, 6))
    branch.clock.set(DAY)
    return branch.step(branch.agree(case, DAY), "target", course.List())


def allowed(branch: Branch, case: Case, step: str, on: date = DAY) -> Case:
    allow = steps.Allow(step, "县委组织部", "赵部长", "确有特殊情况", scan("批件.pdf"), on)
    branch.do(branch.department, "development.case.override", case, allow)
    return reread(case)


def test_an_introducer_under_a_lighter_measure_may_be_allowed(branch: Branch, target: Case) -> None:
    Conduct.objects.create(
        person=branch.members[1], kind="discipline", name="警告", decided_on=D(2025, 12, 1), until=D(2026, 12, 1)
    )
    two = course.Named(DAY, paper("introducer_paper"), people=tuple(branch.members[:2]))
    assert "特许" in str(refused(branch.step, target, "introducers", two))
    case = branch.step(allowed(branch, target, "introducers"), "introducers", two)
    assert "不宜作入党介绍人" in standing(case)["introducers"].facts["提醒"]


def test_an_introducer_on_probation_in_the_party_may_never(branch: Branch, target: Case) -> None:
    Conduct.objects.create(person=branch.members[1], kind="discipline", name="留党察看一年", decided_on=D(2025, 12, 1))
    two = course.Named(DAY, paper("introducer_paper"), people=tuple(branch.members[:2]))
    assert refused(branch.step, allowed(branch, target, "introducers"), "introducers", two).code == "introducer.barred"


def test_a_short_course_may_be_allowed(branch: Branch, target: Case) -> None:
    short = course.Trained(DAY, paper("training_certificate"), since=DAY, days=1, hours=8, organizer="党委")
    assert "特许" in str(refused(branch.step, target, "trained", short))
    branch.step(allowed(branch, target, "trained"), "trained", short)


def test_a_file_that_is_not_complete_may_be_allowed(branch: Branch) -> None:
    day, end = D(2026, 6, 30), D(2027, 6, 30)
    case = branch.approve(branch.vote(to_pre_examination(branch, day), day), day)
    case = branch.step(case, "oath", admitting.Oath(day, papers=paper("oath_record")))
    branch.clock.set(end)
    case = branch.step(case, "full_applied", course.Signed(end, paper("full_application")))
    case = branch.step(branch.full_vote(case, end), "full_approved", branch.approval(end, "full_reply"))
    lost = Paper.objects.system("test").get(case=case, code="recommendation")
    branch.do(branch.secretary, "development.paper.withdraw", lost, Why("扫错了"))
    away = probation.FileAway(end, "本人人事档案", "陈干事", paper("handover"))
    assert "缺 1 份" in str(refused(branch.step, reread(case), "filed", away))
    case = branch.step(allowed(branch, reread(case), "filed", end), "filed", away)
    assert case.state == "done"


def test_papers_sent_back_are_opened_where_they_came_from(branch: Branch) -> None:
    case, _ = straight(branch, D(2026, 1, 5))
    go = others.MoveTo(branch.house.west, D(2026, 1, 5), "调动", ("application", "register"))
    branch.do(branch.secretary, "development.case.move", case, go)
    there = factories.actor(("development.manage", "development.view"), branch.house.west, account_id=8)
    branch.do(there, "development.case.receive", reread(case), others.Receive("rejected", "缺谈话记录"))
    assert reread(case).organization == branch.house.east
    keys = [str(one.pk) for one in Paper.objects.system("test").filter(case=case)]
    files = Attachment.objects.system("test").filter(object_type="development.Paper", object_id__in=keys)
    assert set(files.values_list("organization", flat=True)) == {branch.house.east.pk}


def test_what_an_objection_brought_to_light_goes_to_the_committee_before_another_notice(branch: Branch) -> None:
    case = agreed(branch, D(2026, 6, 1))
    notice = branch.post(case, D(2026, 6, 1))
    said = publicity.NewObjection(D(2026, 6, 1), "letter", "属实的问题")
    branch.do(branch.secretary, "development.publicity.object", notice, said)
    objection = PublicityObjection.objects.system("test").get()
    branch.do(branch.secretary, "development.publicity.handle", objection, publicity.Handled("affects", "属实"))
    branch.clock.set(D(2026, 6, 9))
    branch.close(notice)
    assert "同意" in str(refused(branch.post, reread(case), D(2026, 6, 9)))
    case = branch.agree(reread(case), D(2026, 6, 9))
    assert branch.post(case, D(2026, 6, 9)).is_running


def test_a_contact_who_is_no_member_of_the_branch_any_more_is_to_be_replaced(branch: Branch, client: Client) -> None:
    case, _ = straight(branch, D(2026, 1, 5))
    act = actions.get("development.case.contacts")
    assert act.inbox is not None
    waiting = Case.objects.system("test").filter(act.inbox.only, pk=case.pk)
    assert (record.unfit(case), waiting.exists()) == ([], False)
    gone = membership.member_of(branch.members[0].pk)
    assert gone is not None
    type(gone).objects.system("test").filter(pk=gone.pk).update(status="suspended")
    assert (len(record.unfit(case)), waiting.exists()) == (1, True)
    client.force_login(factories.account("shuji", "branch_secretary", branch.house.east))
    assert "应当调整" in client.get(case.get_absolute_url()).content.decode()
    again = course.Named(D(2026, 1, 5), (), "换人", people=(branch.members[0],))
    assert "不是正式党员" in str(refused(branch.do, branch.secretary, act.code, case, again))
    other = course.Named(D(2026, 1, 5), (), "换人", people=(branch.members[1],))
    branch.do(branch.secretary, act.code, case, other)
    assert not waiting.exists()


def test_days_beside_the_path_lie_where_they_can(branch: Branch) -> None:
    case, _ = straight(branch, D(2026, 1, 5))
    branch.clock.set(D(2026, 3, 2))
    early = opening.Stop(D(2026, 1, 4), "病休")
    assert "最后一步（2026-01-05）" in str(refused(branch.do, branch.secretary, "development.case.stop", case, early))
    for day in (D(2026, 1, 4), D(2026, 3, 3)):
        other = course.Named(day, (), "换人", people=(branch.members[1],))
        assert refused(branch.do, branch.secretary, "development.case.contacts", case, other).field == "on"


def test_the_branch_reports_the_resolution_before_the_committee_talks(branch: Branch) -> None:
    case = branch.vote(to_pre_examination(branch, D(2026, 8, 3)), D(2026, 8, 3))
    assert asking.proposed(case)[0] == "关于审批接收王敏同志为预备党员的请示"
    sender = factories.actor(("development.view", "development.manage"), branch.house.east, account_id=5)
    branch.do(sender, "development.case.ask", case, asking.Asked("请示", "妥否，请批复。"))
    assert petitions.about(case)[0].superior == branch.house.committee


def test_a_general_branch_neither_files_nor_is_proposed(branch: Branch, client: Client) -> None:
    house = branch.house
    general = factories.organization("江北党总支", "general_branch", house.committee)
    house.east = factories.organization("机修党支部", "branch", general)
    branch.secretary = factories.actor([grant.permission for grant in branch.secretary.grants], house.east)
    branch.clock.set(D(2026, 1, 5))
    case = branch.apply(applicant(house), D(2026, 1, 5))
    talked = course.Talked(D(2026, 1, 5), paper("talk_record"), talker="王书记", topics=("入党动机",))
    case = branch.step(case, "talked", talked)
    chosen = course.Recommended(D(2026, 1, 5), paper("recommendation", "activist_minutes"), ways=("党员推荐",))
    case = branch.step(case, "activist", chosen)
    filed = course.Decided(D(2026, 1, 5), paper("activist_filing"), committee=general)
    why = refused(branch.step, case, "activist_filed", filed)
    assert (why.field, "江北党总支是党总支" in str(why), "2014 版第八条" in str(why)) == ("committee", True, True)
    client.force_login(factories.account("zuzhi", "organization_department", house.root))
    form = client.get(f"/do/development.step.activist_filed/{case.uid}/").context["form"]
    assert form.initial["committee"] == house.committee


def test_the_bound_file_holds_the_notices_and_what_was_allowed(branch: Branch) -> None:
    case = agreed(branch, D(2026, 6, 1))
    notice = branch.post(case, D(2026, 6, 1))
    branch.clock.set(D(2026, 6, 9))
    branch.close(notice)
    case = branch.step(reread(case), "target", course.List())
    case = allowed(branch, case, "trained", D(2026, 6, 9))
    titles = [one.title for one in bound.sections_of(case)]
    at = titles.index("公示材料：王敏拟列为发展对象")
    assert titles[at - 1] == "上级党委关于拟列为发展对象的批复（备案件）"
    assert titles[-1] == "特许的批件：短期集中培训"
    told = dict(bound.sections_of(case)[at].rows)
    assert (told["张贴日期"], told["收到异议"], told["公示期"]) == ("2026-06-01", "0 条", "5 个工作日，2026-06-08 届满")
    made = documents.render(documents.get("development.bound"), bound.build(branch.secretary, [case]))
    assert pages_of(made) == 3 + len(titles)


def test_an_application_registered_by_mistake_ends_the_case_and_leaves_room_for_the_right_one(
    branch: Branch, client: Client
) -> None:
    person = applicant(branch.house)
    branch.clock.set(D(2026, 8, 3))
    case = branch.apply(person, D(2026, 8, 3))
    branch.do(branch.secretary, "development.case.undo", case, steps.Undo("applied", "扫错了人"))
    case = reread(case)
    assert (case.get_state_display(), case.closed_words) == ("登记有误", "入党申请登记有误：扫错了人")
    client.force_login(factories.account("shuji", "branch_secretary", branch.house.east))
    page = client.get(case.get_absolute_url())
    assert page.status_code == 200
    assert "扫错了人" in page.content.decode()
    assert branch.apply(person, D(2026, 8, 3)).is_open


def test_what_hangs_is_taken_down_before_the_agreement_is_taken_back(branch: Branch) -> None:
    case = agreed(branch, D(2026, 6, 1))
    notice = branch.post(case, D(2026, 6, 1))
    undo = steps.Undo("target_agreed", "批错了")
    assert "撤下公示" in str(refused(branch.do, branch.secretary, "development.case.undo", reread(case), undo))
    branch.do(branch.secretary, "development.publicity.withdraw", notice, Why("批错了"))
    branch.do(branch.secretary, "development.case.undo", reread(case), undo)
    assert reread(case).next_step == "target_agreed"


def test_a_plan_that_is_used_up_is_told_before_the_assembly(branch: Branch, client: Client) -> None:
    case = to_pre_examination(branch, D(2026, 8, 3))
    client.force_login(factories.account("shuji", "branch_secretary", branch.house.east))
    page = lambda: client.get(case.get_absolute_url()).content.decode()  # noqa: E731
    assert "计划已用完" not in page()
    branch.do(branch.department, "development.plan.set", None, others.SetPlan(branch.house.east, 2026, 0))
    assert "计划已用完" in page()
    case = branch.vote(case, D(2026, 8, 3))
    assert "计划已用完" not in page()
