"""The rules on admission: votes, clocks, the version of each day, the earliest dates. Tables of the specification as they stand."""

from datetime import date
from typing import Any

import pytest

from zhibu.apps.development import rules
from zhibu.apps.development.params import edition, editions, paper_label, papers, papers_of, path
from zhibu.apps.development.rules_path import Course, behind, dues, foresee, full_on, judge, next_review, path_of
from zhibu.kernel.calendar.work import WorkCalendar
from zhibu.kernel.rules import BadInput
from zhibu.kernel.rules.registry import try_rule

D = date
OLD, NEW = edition("2014"), edition("2026")
CALENDAR = WorkCalendar()
LISTED = {
    "applied": D(2025, 3, 2), "talked": D(2025, 3, 15), "activist": D(2025, 6, 15), "activist_filed": D(2025, 6, 20),
    "contact_assigned": D(2025, 6, 20),
}  # fmt: skip


def trial(name: str, **data: Any) -> dict[str, Any]:
    return try_rule(f"development.{name}", data)


@pytest.mark.parametrize("version", ["2014", "2026"])
@pytest.mark.parametrize(
    ("entitled", "present", "yes", "written", "valid", "passed"),
    [(10, 5, 0, 0, False, False), (10, 6, 5, 0, True, False), (10, 6, 6, 0, True, True), (10, 6, 5, 1, True, True), (9, 5, 5, 0, True, True)],
)  # fmt: skip
def test_votes_of_the_specification(version, entitled, present, yes, written, valid, passed) -> None:
    said = trial("vote", version=version, entitled=entitled, present=present, yes=yes, written_yes=written)
    assert said["result"] == {"valid": valid, "passed": passed}
    assert bool(said["violations"]) is not passed


def test_votes_cite_the_article_of_their_version() -> None:
    assert (
        trial("vote", version="2014", entitled=10, present=5)["violations"][0]["article"] == "《细则》2014 版第二十条"
    )
    rejected = trial("vote", version="2026", entitled=10, present=6, yes=3, written_yes=2)["violations"][0]
    assert rejected["article"] == "《细则》2026 版第二十条"
    assert "含书面意见 2 票" in rejected["message"]


@pytest.mark.parametrize(
    ("field", "data"),
    [("present", (10, 11, 0, 0)), ("yes", (10, 6, 7, 0)), ("written_yes", (10, 6, 6, 5))],
)
def test_impossible_votes_are_refused(field: str, data: tuple[int, int, int, int]) -> None:
    with pytest.raises(BadInput) as refused:
        trial("vote", version="2026", entitled=data[0], present=data[1], yes=data[2], written_yes=data[3])
    assert list(refused.value.errors) == [field]


def test_the_version_of_a_day() -> None:
    by_day = {D(2010, 1, 1): "2014", D(2026, 5, 10): "2014", D(2026, 5, 11): "2026", D(2030, 1, 1): "2026"}
    assert {day: rules.edition_on(editions(), day).version for day in by_day} == by_day


def test_articles_stand_one_higher_in_2014_from_the_nineteenth_on() -> None:
    both = [(OLD.step(step.code), step) for step in NEW.steps if OLD.step(step.code) is not None]
    cited = {step.code: (old.article, step.article) for old, step in both if old is not None}
    assert cited["target"] == ("第十三条", "第十三条")
    assert cited["pre_examined"] == ("第十九条", "第十八条")
    assert cited["assembly"] == ("第二十一条", "第二十条")
    assert cited["approved"] == ("第二十六条", "第二十五条")
    assert cited["full_applied"] == ("第三十三条", "第三十二条")
    assert OLD.step("target_publicised") is None


def test_what_was_not_examined_is_told_with_the_article_of_its_version() -> None:
    why = rules.deliberation(OLD, "江北党总支")
    assert (why.weight, "还没有审议" in str(why)) == ("block", True)
    assert "第二十三条" in why.article
    assert "第二十二条" in rules.deliberation(NEW, "江北党总支").article


def test_every_step_has_its_paper() -> None:
    proofs = {one.step for one in papers().values() if one.proof}
    assert {step.code for step in NEW.steps if step.how in ("document", "meeting", "motion")} <= proofs
    assert paper_label("application") == "入党申请书"
    assert paper_label("gone") == "gone"
    assert [one.code for one in papers_of("applied")] == ["application"]


def test_a_year_of_training() -> None:
    done = {code: day.isoformat() for code, day in LISTED.items()}
    old = trial("earliest", version="2014", done=done, today="2025-07-01")["result"]
    assert old["earliest"]["target"] == "2026-06-15"
    assert "target" in old["blocked"]
    new = trial("earliest", version="2026", done=done, today="2025-07-01")["result"]["earliest"]
    # Dragon Boat Festival on the 19th: 16, 17, 18, 22, 23 June; listed the day after
    assert (new["target_agreed"], new["target_publicised"], new["target"]) == ("2026-06-15", "2026-06-23", "2026-06-24")
    assert new["full_assembly"] == "2027-06-27"


def test_earliest_leaves_out_what_the_version_does_not_have_and_tells_what_is_missing() -> None:
    said = trial(
        "earliest",
        version="2014",
        done={"target_publicised": "2026-04-01", "activist": "2025-06-15"},
        today="2025-07-01",
    )
    assert "target_publicised" not in said["result"]["earliest"]
    missing = [row["code"] for row in said["violations"] if row["code"].endswith(".missing")]
    assert missing == ["applied.missing", "talked.missing"]


@pytest.mark.parametrize("done", [["applied"], {"never": "2026-01-01"}, {"applied": "2026-2-1"}])
def test_what_cannot_be_read_is_refused(done: object) -> None:
    with pytest.raises(BadInput):
        trial("earliest", version="2026", done=done, today="2026-01-01")


def test_an_unloaded_year_is_not_guessed() -> None:
    done = {code: day.isoformat() for code, day in LISTED.items()} | {"target_agreed": "2026-12-28"}
    said = trial("earliest", version="2026", done=done, today="2026-12-28")
    assert "target_publicised" in said["result"]["blocked"]
    assert "target_publicised" not in said["result"]["earliest"]
    assert "assembly" not in said["result"]["earliest"]
    assert any(row["code"] == "calendar.missing" and "2027" in row["message"] for row in said["violations"])


@pytest.mark.parametrize(
    ("posted", "ends"),
    [
        (D(2026, 9, 24), D(2026, 10, 9)),  # 28-30 September, 8 and 9 October: Mid-Autumn and National Day lie between
        (D(2026, 9, 30), D(2026, 10, 13)),  # 8, 9, Saturday the 10th worked, 12 and 13 October
        (D(2026, 2, 9), D(2026, 2, 14)),  # 10-13 February, and Saturday the 14th worked for the Spring Festival
    ],
)
def test_publicity_over_holidays_and_make_up_workdays(posted: date, ends: date) -> None:
    done = {**LISTED, "target_agreed": posted}
    assert foresee(Course(done), posted, path_of(NEW), CALENDAR).earliest["target_publicised"] == ends


def test_deadlines_roll_to_the_end_of_the_month() -> None:
    said = trial("due", version="2026", done={"applied": "2026-01-31"}, today="2026-03-01")
    assert said["result"] == {"due": {"talked": "2026-02-28"}, "late": ["talked"]}
    assert said["violations"][0]["code"] == "talked.late"


def test_the_nearest_limit_that_is_not_past_is_the_one_that_counts() -> None:
    course = Course({"assembly": D(2026, 6, 1), "approval_talk": D(2026, 6, 2)})
    first = [due for due in dues(course, D(2026, 7, 1), path()) if due.step == "approved"]
    later = [due for due in dues(course, D(2026, 10, 1), path()) if due.step == "approved"]
    over = [due for due in dues(course, D(2027, 1, 1), path()) if due.step == "approved"]
    assert [due.on for due in (*first, *later, *over)] == [D(2026, 9, 1), D(2026, 12, 1), D(2026, 12, 1)]


def codes(found: list[rules.Hindrance]) -> list[str]:
    return [one.code for one in found]


def test_judging_a_step_by_the_version_of_its_day() -> None:
    course = Course({**LISTED, "target_agreed": D(2026, 6, 15)})
    on_time = judge("target_agreed", D(2026, 6, 15), Course(LISTED), D(2026, 6, 15), path(), CALENDAR)
    early = judge("target_agreed", D(2026, 6, 14), Course(LISTED), D(2026, 6, 15), path(), CALENDAR)
    assert (codes(on_time), codes(early)) == ([], ["training_year"])
    assert early[0].until == D(2026, 6, 15)
    assert codes(judge("target", D(2026, 6, 24), course, D(2026, 6, 24), path(), CALENDAR)) == [
        "target.needs.target_publicised"
    ]
    assert codes(judge("target_publicised", D(2026, 5, 1), course, D(2026, 6, 24), path(), CALENDAR)) == [
        "target_publicised.none"
    ]
    assert codes(judge("talked", D(2025, 3, 1), course, D(2025, 3, 1), path(), CALENDAR)) == ["talked.order"]
    assert codes(judge("talked", D(2025, 3, 5), course, D(2025, 3, 4), path(), CALENDAR)) == ["talked.future"]
    late = judge("talked", D(2025, 4, 3), course, D(2025, 4, 3), path(), CALENDAR)
    assert [(one.code, one.weight) for one in late] == [("talked.late", "warn")]


def test_the_length_of_a_course_is_foreseen_but_not_judged_by_days() -> None:
    course = Course({"target": D(2026, 6, 1)})
    assert judge("trained", D(2026, 6, 2), course, D(2026, 6, 2), path(), CALENDAR) == []
    assert foresee(course, D(2026, 6, 1), path(), CALENDAR).earliest["trained"] == D(2026, 6, 4)
    assert behind(path(), "full_assembly") == {"full_approved", "filed"}


def test_publicity_in_a_year_without_calendar_cannot_be_judged() -> None:
    course = Course({**LISTED, "target_agreed": D(2027, 1, 4)})
    assert codes(judge("target_publicised", D(2027, 1, 20), course, D(2027, 2, 1), path(), CALENDAR)) == [
        "calendar.missing"
    ]


def test_what_an_import_left_open_is_not_asked_for() -> None:
    course = Course({"target": D(2026, 3, 1)}, passed_over=frozenset({"applied", "introducers"}))
    assert "committee_reviewed.needs.introducers" not in codes(
        judge("committee_reviewed", D(2026, 6, 1), course, D(2026, 6, 1), path(), CALENDAR)
    )


def test_foresight_leads_from_one_version_into_the_next() -> None:
    """Filed under 2014 three days before the cut-over: listed before it without publicity, after it with one."""
    course = Course({**LISTED, "activist": D(2025, 5, 1), "target_agreed": D(2026, 5, 8)})
    before = foresee(course, D(2026, 5, 9), path(), CALENDAR)
    after = foresee(course, D(2026, 5, 12), path(), CALENDAR)
    assert "target_publicised" not in before.earliest
    assert before.earliest["target"] == D(2026, 5, 9)
    assert after.earliest["target"] > after.earliest["target_publicised"]
    young = Course({**LISTED, "activist": D(2025, 5, 11)})
    assert foresee(young, D(2026, 5, 1), path(), CALENDAR).earliest["target_publicised"] > D(2026, 5, 11)


def test_the_month_after_the_pre_examination() -> None:
    examined = {"pre_examined": D(2026, 6, 1), "target": D(2026, 3, 1)}
    lapsed = foresee(Course(examined), D(2026, 7, 2), path(), CALENDAR)
    assert "assembly" not in lapsed.earliest
    assert [one.code for one in lapsed.hindrances["assembly"]] == ["pre_examination_month"]
    assert "approved" not in lapsed.earliest
    before = foresee(Course({"pre_examined": D(2026, 4, 20)}), D(2026, 7, 2), path(), CALENDAR)
    assert before.earliest["assembly"] == D(2026, 7, 2)
    told = dues(Course({"pre_examined": D(2026, 5, 10)}), D(2026, 5, 20), path())
    assert [(due.on, due.weight) for due in told] == [(D(2026, 6, 11), "warn")]


def test_probation_with_extension_deferral_and_interruption() -> None:
    course = Course({"assembly": D(2025, 8, 31)}, extension=6, deferred=D(2027, 6, 1))
    assert course.probation_end(NEW) == D(2027, 2, 28)
    assert full_on(NEW, course) == D(2027, 2, 28)  # a deferral moves no date of the membership
    assert full_on(NEW, Course({})) is None
    due = [one for one in dues(course, D(2026, 9, 1), path()) if one.step == "full_assembly"]
    assert [one.on for one in due] == [D(2027, 6, 1)]
    paused = foresee(Course(LISTED, paused=30), D(2025, 7, 1), path(), CALENDAR)
    assert paused.earliest["target_agreed"] == D(2026, 7, 15)
    assert next_review(NEW, D(2026, 8, 31), None) == D(2027, 2, 28)
    assert next_review(NEW, D(2026, 8, 31), D(2027, 2, 1)) == D(2027, 8, 1)


def test_applicants_are_eighteen() -> None:
    assert rules.applicant_age(NEW, D(2008, 3, 1), D(2026, 3, 1)) is None
    young = rules.applicant_age(NEW, D(2008, 3, 1), D(2026, 2, 28))
    assert young is not None
    assert young.until == D(2026, 3, 1)
    assert rules.applicant_age(NEW, None, D(2026, 2, 28)) is not None


def test_numbers_of_contacts_and_introducers() -> None:
    assert [n for n in range(5) if rules.companions(NEW, "contacts", n) is None] == [1, 2]
    assert [n for n in range(5) if rules.companions(NEW, "introducers", n) is None] == [2]


def test_discipline_of_introducers() -> None:
    on = D(2026, 6, 1)
    assert rules.introducer(NEW, [("党内警告", D(2026, 5, 31)), ("诫勉", None)], on) is None
    within = rules.introducer(NEW, [("党内严重警告", D(2026, 6, 1))], on)
    barred = rules.introducer(NEW, [("留党察看一年", None), ("党内警告", None)], on)
    assert within is not None
    assert within.weight == "block"
    assert barred is not None
    assert barred.weight == "hard"


def test_training_leaving_extension_deferral() -> None:
    assert rules.training(NEW, 3, 0) is None
    assert rules.training(NEW, 2, 24) is None
    assert rules.training(NEW, 2, 23) is not None
    on = D(2026, 6, 1)
    assert rules.leaving_soon(NEW, None, on) is None
    assert rules.leaving_soon(NEW, D(2026, 5, 1), on) is None
    assert rules.leaving_soon(NEW, D(2026, 9, 2), on) is None
    assert rules.leaving_soon(NEW, D(2026, 9, 1), on) is not None
    assert [n for n in (5, 6, 12, 13) if rules.extension(NEW, n, False) is None] == [6, 12]
    assert rules.extension(NEW, 6, True) is not None
    end = D(2026, 8, 31)
    assert rules.deferral(NEW, end, D(2027, 2, 28)) is None
    assert rules.deferral(NEW, end, D(2027, 3, 1)) is not None


@pytest.mark.parametrize("standing", ["subordinate", "general_branch", "party_group", "temporary", ""])
def test_only_a_committee_approves(standing: str) -> None:
    found = rules.approver(NEW, standing, "某组织")
    assert found is not None
    assert found.article == "《细则》2026 版第二十二条"
    assert rules.approver(NEW, "approves", "党委") is None
    assert (rules.receiver(NEW, standing, "某支部") is not None) == (standing == "temporary")


@pytest.mark.parametrize(
    ("standing", "refused"),
    [("approves", ""), ("subordinate", ""), ("general_branch", "党总支"), ("party_group", "党组"), ("", "不是党委")],
)
def test_only_a_committee_files_and_agrees(standing: str, refused: str) -> None:
    found = rules.superior(edition("2026"), standing, "江北组织", "第八条")
    assert (
        (refused in found.message, found.article, found.weight) == (True, "《细则》2026 版第八条", "hard")
        if found
        else not refused
    )
