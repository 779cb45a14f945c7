"""One person from application to full member: under 2014, under 2026, and straddling; every clock one day early and on time."""

from datetime import date, timedelta

import pytest

from tests.development.helpers import Branch, applicant, paper, refused, reread
from zhibu.apps.development.models import Case, Step
from zhibu.apps.development.services import admitting, course, probation
from zhibu.apps.membership import queries as membership

pytestmark = pytest.mark.django_db
D = date
DAY = timedelta(days=1)


def standing(case: Case) -> dict[str, Step]:
    rows = Step.objects.system("test").filter(case=case, stands=True)
    return {step.code: step for step in rows}


def early(branch: Branch, day: date, call, *arguments, **more):
    """Try something one day early: it must be refused."""
    branch.clock.set(day - DAY)
    return refused(call, *arguments, **more)


def test_whole_path_under_2026_with_every_clock_tried_a_day_early(branch: Branch) -> None:
    clock, person = branch.clock, applicant(branch.house)
    clock.set(D(2026, 6, 1))
    case = branch.apply(person, D(2026, 6, 1))
    assert case.next_due == D(2026, 7, 1)  # the talk, within a month
    case = branch.activist(case, D(2026, 6, 1), D(2026, 6, 1))
    assert case.stage == "activist"
    assert case.review_due == D(2026, 12, 1)

    why = early(branch, D(2027, 6, 1), branch.agree, case, D(2027, 5, 31))
    assert "未满一年" in str(why)
    assert "2026 版第十三条" in str(why)
    clock.set(D(2027, 6, 1))
    case = branch.agree(case, D(2027, 6, 1))

    # the calendar of 2027 is not announced: nothing is guessed from Monday to Friday
    notice = branch.post(case, D(2027, 6, 1))
    assert notice.ends_on is None
    clock.set(D(2027, 6, 30))
    assert "2027 年放假安排" in str(refused(branch.close, notice))
    why = refused(branch.step, reread(case), "target", course.List())
    assert "公示" in str(why)
    assert "第十三条" in str(why)


def straight(branch: Branch, start: date) -> tuple[Case, dict[str, date]]:
    """Bring somebody under 2014 to the eve of the list of targets."""
    person = applicant(branch.house)
    branch.clock.set(start)
    case = branch.apply(person, start)
    case = branch.activist(case, start, start)
    return case, {"start": start}


def test_whole_path_under_2014(branch: Branch) -> None:
    case, _ = straight(branch, D(2022, 3, 1))
    why = early(branch, D(2023, 3, 1), branch.agree, case, D(2023, 2, 28))
    assert "2014 版第十三条" in str(why)
    branch.clock.set(D(2023, 3, 1))
    case = branch.agree(case, D(2023, 3, 1))
    why = refused(branch.post, case, D(2023, 3, 1))
    assert "没有公示这一步" in str(why)
    case = branch.step(case, "target", course.List())
    assert case.stage == "target"
    branch.clock.set(D(2023, 3, 6))
    case = branch.pre_examine(branch.prepare(case, D(2023, 3, 6)), D(2023, 3, 6))
    # no month between 预审 and the assembly in 2014
    branch.clock.set(D(2023, 7, 1))
    case = branch.vote(case, D(2023, 7, 1))
    assert standing(case)["assembly"].cited == "《细则》2014 版第二十一条"
    case = branch.approve(case, D(2023, 7, 1))
    member = membership.member_of(case.person_id)
    assert member is not None
    assert member.kind == "probationary"
    assert member.admitted_on == D(2023, 7, 1)
    case = branch.step(case, "oath", admitting.Oath(D(2023, 7, 1), papers=paper("oath_record")))
    branch.clock.set(D(2024, 7, 1))
    case = branch.step(case, "full_applied", course.Signed(D(2024, 6, 20), paper("full_application")))
    why = early(branch, D(2024, 7, 1), branch.full_vote, case, D(2024, 6, 30))
    assert "预备期未满" in str(why)
    assert "2014 版第三十二条" in str(why)
    branch.clock.set(D(2024, 7, 5))
    case = branch.full_vote(case, D(2024, 7, 5))
    case = branch.step(case, "full_approved", branch.approval(D(2024, 7, 5), "full_reply"))
    member = membership.member_of(case.person_id)
    # 党龄 from the end of the probation, not from the assembly nor the approval
    assert member is not None
    assert member.kind == "full"
    assert member.full_on == D(2024, 7, 1)
    case = branch.step(
        case, "filed", probation.FileAway(D(2024, 7, 6) - DAY, "本人人事档案", "陈干事", paper("handover"))
    )
    assert case.state == "done"


def test_straddling_publicity_is_asked_only_of_steps_after_the_cut_over(branch: Branch) -> None:
    """Filed on 8 May 2026 under 2014; listed after 11 May: publicity first. Listed before: none, ever."""
    case, _ = straight(branch, D(2025, 5, 6))
    branch.clock.set(D(2026, 5, 8))
    case = branch.agree(case, D(2026, 5, 8))
    assert case.ready == ",target,"
    branch.clock.set(D(2026, 5, 12))
    why = refused(branch.step, case, "target", course.List())
    assert "公示" in str(why)
    assert "2026 版第十三条" in str(why)
    notice = branch.post(case, D(2026, 5, 12))  # a Tuesday: 13, 14, 15, 18, 19
    assert notice.ends_on == D(2026, 5, 19)
    why = early(branch, D(2026, 5, 20), branch.close, notice)
    assert "公示未满 5 个工作日" in str(why)
    assert "第十三条" in str(why)
    branch.clock.set(D(2026, 5, 20))
    branch.close(notice)
    case = reread(case)
    assert standing(case)["target_publicised"].on == D(2026, 5, 19)
    case = branch.step(case, "target", course.List())
    assert standing(case)["target"].version == "2026"
    assert standing(case)["target_agreed"].version == "2014"


def test_listed_before_the_cut_over_needs_no_publicity_later(branch: Branch) -> None:
    case, _ = straight(branch, D(2025, 5, 6))
    branch.clock.set(D(2026, 5, 10))
    case = branch.step(branch.agree(case, D(2026, 5, 10)), "target", course.List())
    branch.clock.set(D(2026, 5, 14))
    case = branch.prepare(case, D(2026, 5, 14))
    assert standing(case)["introducers"].version == "2026"
    assert "target_publicised" not in case.ready


def to_pre_examination(branch: Branch, day: date) -> Case:
    """Bring somebody to 预审 on that day, under the version of the time."""
    case, _ = straight(branch, D(2024, 3, 1))
    branch.clock.set(D(2025, 3, 3))
    case = branch.step(branch.agree(case, D(2025, 3, 3)), "target", course.List())
    branch.clock.set(day)
    return branch.pre_examine(branch.prepare(case, day), day)


def test_assembly_within_a_month_of_the_pre_examination(branch: Branch) -> None:
    case = to_pre_examination(branch, D(2026, 8, 31))
    assert case.next_due == D(2026, 9, 30)  # the month rolls to its end
    branch.clock.set(D(2026, 10, 1))
    why = refused(branch.vote, case, D(2026, 10, 1))
    assert "一个月内" in str(why)
    assert "2026 版第十九条" in str(why)
    assert "特许" in str(why)
    branch.vote(case, D(2026, 9, 30))


def test_figures_of_a_ballot_that_cannot_be(branch: Branch) -> None:
    case = to_pre_examination(branch, D(2026, 8, 31))
    votes = admitting.Votes(10, 6, 5, no=1, written_yes=2, written_no=3)
    papers = paper("assembly_minutes", "volunteer_form")
    why = refused(branch.step, case, "assembly", admitting.Assembly(D(2026, 8, 31), votes, papers))
    assert (why.field, "多于没有到会的 4 人" in str(why)) == ("written_no", True)
    votes = admitting.Votes(10, 6, 5)
    why = refused(branch.step, case, "assembly", admitting.Assembly(D(2026, 8, 31), votes, papers))
    assert "相加应为实到 6 人" in str(why)


def test_pre_examined_before_the_cut_over_the_month_only_warns(branch: Branch) -> None:
    case = to_pre_examination(branch, D(2026, 4, 20))
    branch.clock.set(D(2026, 6, 12))
    assert case.next_due is None or case.next_due == D(2026, 6, 11)
    case = branch.vote(case, D(2026, 6, 12))  # a day after the later of a month and 11 June
    assert "2026-06-11 已过" in standing(case)["assembly"].facts["提醒"]


def test_approval_within_three_months_at_most_six(branch: Branch) -> None:
    case = branch.vote(to_pre_examination(branch, D(2026, 8, 3)), D(2026, 8, 3))
    branch.clock.set(D(2026, 11, 4))
    why = refused(branch.approve, case, D(2026, 11, 4))
    assert why.code == "approval_late"
    assert "第二十五条" in str(why)
    case = branch.approve(reread(case), D(2026, 11, 4), reason="受汛情影响，党委会推迟")
    assert "三个月" in standing(case)["approved"].facts["提醒"]
    assert case.stage == "probationary"


def test_no_approval_after_six_months_but_by_override(branch: Branch) -> None:
    from tests.development.helpers import scan
    from zhibu.apps.development.services.steps import Allow

    case = branch.vote(to_pre_examination(branch, D(2026, 8, 3)), D(2026, 8, 3))
    branch.clock.set(D(2027, 2, 4))
    why = refused(branch.approve, case, D(2027, 2, 4), reason="特殊情况")
    assert why.code == "approval_limit"
    assert "不得超过六个月" in str(why)
    allow = Allow("approved", "市委组织部", "赵部长", "受灾停摆，经研究同意补办", scan("批件.pdf"), D(2027, 2, 4))
    branch.do(branch.department, "development.case.override", reread(case), allow)
    case = branch.approve(reread(case), D(2027, 2, 4), reason="特殊情况")
    assert case.stage == "probationary"


def test_extension_once_and_the_second_round(branch: Branch) -> None:
    case = branch.approve(branch.vote(to_pre_examination(branch, D(2025, 6, 30)), D(2025, 6, 30)), D(2025, 6, 30))
    case = branch.step(case, "oath", admitting.Oath(D(2025, 6, 30), papers=paper("oath_record")))
    branch.clock.set(D(2026, 6, 30))
    case = branch.step(case, "full_applied", course.Signed(D(2026, 6, 30), paper("full_application")))
    assert "不能少于半年" in str(refused(branch.full_vote, case, D(2026, 6, 30), "extend", 5))
    assert "最长不超过一年" in str(refused(branch.full_vote, case, D(2026, 6, 30), "extend", 13))
    case = branch.full_vote(case, D(2026, 6, 30), "extend", 6)
    case = branch.step(case, "full_approved", branch.approval(D(2026, 6, 30), "full_reply"))
    assert case.state == "open"
    assert case.extension == 6
    assert "full_assembly" not in standing(case)
    member = membership.member_of(case.person_id)
    assert member is not None
    assert member.probation_until == D(2026, 12, 30)
    assert member.kind == "probationary"
    branch.clock.set(D(2026, 12, 29))
    case = branch.step(case, "full_applied", course.Signed(D(2026, 12, 29), paper("full_application")))
    assert "预备期未满" in str(refused(branch.full_vote, case, D(2026, 12, 29)))
    branch.clock.set(D(2026, 12, 30))
    assert "只能延长一次" in str(refused(branch.full_vote, case, D(2026, 12, 30), "extend", 6))
    case = branch.full_vote(case, D(2026, 12, 30))
    case = branch.step(case, "full_approved", branch.approval(D(2026, 12, 30), "full_reply"))
    member = membership.member_of(case.person_id)
    assert member is not None
    assert member.full_on == D(2026, 12, 30)


def test_cancelled_for_a_breach_before_the_end(branch: Branch) -> None:
    case = branch.approve(branch.vote(to_pre_examination(branch, D(2026, 6, 30)), D(2026, 6, 30)), D(2026, 6, 30))
    votes = admitting.Votes(10, 8, 8)
    data = probation.FullAssembly(
        D(2026, 6, 30), votes, "cancel", early=True, reason="违犯纪律", papers=paper("full_minutes")
    )
    branch.do(branch.secretary, "development.case.early", case, data)
    case = branch.step(reread(case), "full_approved", branch.approval(D(2026, 6, 30), "full_reply"))
    assert case.state == "cancelled"
    member = membership.member_of(case.person_id)
    assert member is None or not member.in_party


def load_2027() -> None:
    """Load a calendar of 2027, as an administrator does once it is announced: Spring Festival with its make-up workdays."""
    from zhibu.kernel.calendar.models import Holiday, HolidayYear

    year = HolidayYear.objects.create(year=2027, source="测试")
    off = [D(2027, 1, 1), *(D(2027, 2, n) for n in range(5, 12)), *(D(2027, 10, n) for n in range(1, 8))]
    worked = [D(2027, 1, 31), D(2027, 2, 14), D(2027, 10, 9)]
    Holiday.objects.bulk_create(
        [Holiday(announcement=year, day=day, is_workday=day in worked) for day in (*off, *worked)]
    )


def to_listing_in_2027(branch: Branch) -> Case:
    """Apply after the cut-over; the publicity runs over National Day of 2027, on a calendar that is loaded late."""
    from zhibu.apps.development.services.following import refresh_all

    clock, person = branch.clock, applicant(branch.house)
    clock.set(D(2026, 6, 1))
    case = branch.activist(branch.apply(person, D(2026, 5, 20)), D(2026, 5, 30), D(2026, 6, 1))
    clock.set(D(2027, 6, 1))
    case = branch.agree(case, D(2027, 6, 1))
    load_2027()
    assert refresh_all() == 1  # what comes next can be dated now
    clock.set(D(2027, 9, 29))
    notice = branch.post(reread(case), D(2027, 9, 29))
    # 30 September, then National Day, 8 October, Saturday the 9th worked, 11 and 12 October
    assert notice.ends_on == D(2027, 10, 12)
    assert "公示未满" in str(early(branch, D(2027, 10, 13), branch.close, notice))
    clock.set(D(2027, 10, 13))
    branch.close(notice)
    return branch.step(reread(case), "target", course.List())


def test_whole_path_under_2026_to_the_end(branch: Branch) -> None:
    """From the list of targets over the probation to the approval, each clock a day early and on time."""
    clock, case = branch.clock, to_listing_in_2027(branch)
    clock.set(D(2027, 10, 18))
    case = branch.pre_examine(branch.prepare(case, D(2027, 10, 18)), D(2027, 10, 18))
    assert case.next_due == D(2027, 11, 18)
    clock.set(D(2027, 11, 18))
    case = branch.vote(case, D(2027, 11, 18))
    case = branch.approve(case, D(2027, 11, 18))
    assert case.next_due == D(2027, 12, 18)  # the oath, within a month
    case = branch.step(case, "oath", admitting.Oath(D(2027, 11, 18), papers=paper("oath_record")))
    clock.set(D(2028, 11, 18))
    case = branch.step(case, "full_applied", course.Signed(D(2028, 11, 1), paper("full_application")))
    why = early(branch, D(2028, 11, 18), branch.full_vote, case, D(2028, 11, 17))
    assert "预备期未满" in str(why)
    assert "第三十一条" in str(why)
    clock.set(D(2028, 11, 18))
    case = branch.full_vote(case, D(2028, 11, 18))
    clock.set(D(2029, 2, 19))
    why = refused(branch.step, case, "full_approved", branch.approval(D(2029, 2, 19), "full_reply"))
    assert "没有延长" in str(why)
    assert "第三十三条" in str(why)
    clock.set(D(2029, 2, 18))
    case = branch.step(case, "full_approved", branch.approval(D(2029, 2, 18), "full_reply"))
    member = membership.member_of(case.person_id)
    assert member is not None
    assert (member.admitted_on, member.full_on) == (D(2027, 11, 18), D(2028, 11, 18))
    assert {step.version for step in standing(case).values()} == {"2026"}
