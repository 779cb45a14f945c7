"""Who may do what: article 22, the committee above, the applicant's own matters; introducers, overrides, moves, stops, local packs."""

import io
from dataclasses import replace
from datetime import date

import pytest
from django.test import Client
from PIL import Image

from tests import factories
from tests.development.helpers import Branch, applicant, paper, refused, reread, scan
from tests.development.test_paths import standing, straight, to_pre_examination
from zhibu.apps.development.models import Override, Paper, Plan
from zhibu.apps.development.services import admitting, course, opening, others, posting, steps
from zhibu.apps.people.models.parts import Conduct
from zhibu.kernel import documents, files
from zhibu.kernel.documents.uploads import Unreadable, pages_of
from zhibu.kernel.files import Scan

pytestmark = pytest.mark.django_db
D = date


def test_only_a_committee_above_the_branch_approves(branch: Branch) -> None:
    case = branch.vote(to_pre_examination(branch, D(2026, 8, 3)), D(2026, 8, 3))
    talk = admitting.Talk(D(2026, 8, 3), "李委员", "党委委员", "同意", paper("approval_talk_record"))
    case = branch.step(case, "approval_talk", talk)
    general = factories.organization("江北总支", "general_branch", branch.house.committee)
    elsewhere = factories.organization("外单位党委", "committee", branch.house.root)
    assert "不是东山支部的上级" in str(
        refused(branch.step, case, "approved", branch.approval(D(2026, 8, 3), committee=elsewhere))
    )
    assert general.kind == "general_branch"
    for standing_, words in (("subordinate", "乡镇（街道）"), ("party_group", "党组"), ("temporary", "临时党组织")):
        branch.do(branch.department, "development.setting.set", branch.house.committee, others.SetSetting(standing_, 0))
        why = refused(branch.step, case, "approved", branch.approval(D(2026, 8, 3), "approval_reply"))
        assert words in str(why)
        assert "第二十二条" in str(why)


def test_the_committee_decides_together(branch: Branch) -> None:
    case = branch.vote(to_pre_examination(branch, D(2026, 8, 3)), D(2026, 8, 3))
    assert "集体讨论" in str(refused(branch.approve, case, D(2026, 8, 3), present=1, yes=1))
    case = reread(case)
    assert "逐个审议" in str(refused(branch.approve, case, D(2026, 8, 3), one_by_one=False))
    assert "不能批准" in str(refused(branch.approve, reread(case), D(2026, 8, 3), yes=3))
    case = branch.approve(reread(case), D(2026, 8, 3), approved=False, yes=1, reason="材料需要补充调查")
    assert case.state == "refused"
    assert case.closed_words == "材料需要补充调查"


@pytest.mark.parametrize("opinion", ["暂缓", "不同意"])
def test_the_committee_answers_a_talk_that_did_not_agree(branch: Branch, opinion: str) -> None:
    """It may approve all the same, and says why; without a word it reads who talked and what the opinion was."""
    on = D(2026, 8, 3)
    case = branch.vote(to_pre_examination(branch, on), on)
    talk = admitting.Talk(on, "李委员", "党委委员", opinion, paper("approval_talk_record"))
    case = branch.step(case, "approval_talk", talk)
    why = refused(branch.step, case, "approved", branch.approval(on, "approval_reply"))
    assert [
        word for word in (opinion, "李委员", "第二十三条", "重新谈话") if word not in f"{why} {why.next_step}"
    ] == []
    assert why.field == "words"
    case = branch.step(
        reread(case), "approved", branch.approval(on, "approval_reply", reason="经核查，谈话反映的问题不实")
    )
    assert case.stage == "probationary"


def test_nobody_acts_on_their_own_case_and_the_other_branch_does_not_exist(branch: Branch) -> None:
    case, _ = straight(branch, D(2025, 1, 6))
    own = replace(branch.department, person_id=case.person_id)
    branch.clock.set(D(2026, 2, 2))
    decision = branch.decision(D(2026, 2, 2), "register", "opinions", "target_minutes", "target_reply")
    assert refused(branch.do, own, "development.step.target_agreed", case, decision).code == "separation"
    from django.http import Http404

    stranger = factories.actor(("development.manage", "development.view"), branch.house.west, account_id=9)
    with pytest.raises(Http404):
        branch.do(stranger, "development.case.stop", case, opening.Stop(D(2026, 2, 2), "无"))


def test_too_young_and_twice(branch: Branch) -> None:
    branch.clock.set(D(2026, 8, 3))
    young = applicant(branch.house, "小李", birth_date=D(2008, 8, 4))
    why = refused(branch.apply, young, D(2026, 8, 3))
    assert "满 18 周岁" in str(why)
    assert "第五条" in str(why)
    person = applicant(branch.house)
    branch.apply(person, D(2026, 8, 3))
    assert refused(branch.apply, person, D(2026, 8, 3)).code == "one_open"


def test_contacts_and_introducers(branch: Branch) -> None:
    case, _ = straight(branch, D(2025, 1, 6))
    branch.clock.set(D(2026, 2, 2))
    case = branch.step(branch.agree(case, D(2026, 2, 2)), "target", course.List())

    def named(*people):
        return course.Named(D(2026, 2, 2), paper("introducer_paper"), people=people)

    assert "应为两名" in str(refused(branch.step, case, "introducers", named(branch.members[0])))
    outsider = applicant(branch.house, "群众")
    assert "不是正式党员" in str(refused(branch.step, case, "introducers", named(branch.members[0], outsider)))
    Conduct.objects.create(
        person=branch.members[1], kind="discipline", name="党内严重警告", decided_on=D(2025, 12, 1), until=D(2027, 6, 1)
    )
    why = refused(branch.step, case, "introducers", named(*branch.members[:2]))
    assert why.code == "introducer.unsuitable"
    assert "第十四条" in str(why)
    branch.step(case, "introducers", named(branch.members[0], branch.members[2]))


def test_a_hard_rule_is_never_overridden_and_an_override_is_for_ever(branch: Branch) -> None:
    case, _ = straight(branch, D(2025, 9, 1))
    branch.clock.set(D(2026, 8, 3))
    allow = steps.Allow("target_agreed", "县委组织部", "赵部长", "援外任务在即", scan("批件.pdf"), D(2026, 8, 3))
    branch.do(branch.department, "development.case.override", case, allow)
    case = branch.agree(reread(case), D(2026, 8, 3))
    assert standing(case)["target_agreed"].on == D(2026, 8, 3)
    kept = Override.objects.system("test").filter(case=case)
    assert {one.code for one in kept} >= {"training_year"}
    nothing = steps.Allow("target", "县委组织部", "赵部长", "无", scan("批件.pdf"), D(2026, 8, 3))
    branch.clock.set(D(2026, 8, 4))
    assert "不能特许" in str(refused(branch.do, branch.department, "development.case.override", reread(case), nothing))


def test_stopped_restarted_and_the_days_between_do_not_count(branch: Branch) -> None:
    case, _ = straight(branch, D(2026, 1, 5))
    branch.clock.set(D(2026, 3, 2))
    branch.do(branch.secretary, "development.case.stop", case, opening.Stop(D(2026, 3, 2), "病休"))
    branch.clock.set(D(2026, 4, 1))
    branch.do(branch.secretary, "development.case.restart", reread(case), opening.Restart(D(2026, 4, 1), "病愈"))
    case = reread(case)
    assert case.paused_days == 30
    assert case.next_from == D(2027, 2, 4)


def test_moved_with_its_papers_and_looked_through(branch: Branch) -> None:
    case, _ = straight(branch, D(2026, 1, 5))
    go = others.MoveTo(branch.house.west, D(2026, 1, 5), "调动", ("application",))
    why = refused(branch.do, branch.secretary, "development.case.move", case, go)
    assert "培养考察登记表" in str(why)
    assert "第十二条" in str(why)
    go = others.MoveTo(branch.house.west, D(2026, 1, 5), "调动", ("application", "register"))
    branch.do(branch.secretary, "development.case.move", case, go)
    case = reread(case)
    assert (case.organization, case.arriving) == (branch.house.west, True)
    there = factories.actor(("development.manage", "development.view"), branch.house.west, account_id=8)
    branch.do(there, "development.case.receive", case, others.Receive("accepted", "材料齐全"))
    assert reread(case).next_from == D(2027, 1, 5)  # the training time runs on


def test_plan_and_local_pack(branch: Branch) -> None:
    branch.clock.set(D(2026, 8, 3))
    branch.do(branch.department, "development.plan.set", None, others.SetPlan(branch.house.east, 2026, 0))
    case = branch.vote(to_pre_examination(branch, D(2026, 8, 3)), D(2026, 8, 3))
    assert "超出计划" in standing(case)["assembly"].facts["计划"]
    assert Plan.objects.system("test").get().number == 0
    assert "写明本地规定" in str(
        refused(branch.do, branch.department, "development.setting.set", branch.house.east, others.SetSetting("", 3))
    )
    pack = others.SetSetting("", 3, {"full_assembly": 5}, "本地办法")
    branch.do(branch.department, "development.setting.set", branch.house.east, pack)
    extra = posting.PostExtra(D(2026, 8, 3), "东山支部", work="公示栏", step="assembly")
    assert "没有要求" in str(refused(branch.do, branch.secretary, "development.publicity.extra", case, extra))


def test_ones_own_path_and_report(branch: Branch, client: Client) -> None:
    case, _ = straight(branch, D(2026, 1, 5))
    account = factories.account("benren", of=case.person)
    client.force_login(account)
    page = client.get("/my/development/").content.decode()
    assert "入党积极分子" in page
    assert "培养联系人：丁一" in page
    assert "递交思想汇报" not in page
    pack = others.SetSetting("", 3, {}, "本地办法")
    branch.do(branch.department, "development.setting.set", branch.house.committee, pack)
    assert "2026-04-05" in client.get("/my/development/").content.decode()
    assert client.get(case.get_absolute_url()).status_code == 404


def test_the_bound_file_holds_every_page(branch: Branch) -> None:
    case, _ = straight(branch, D(2026, 1, 5))
    picture = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(picture, "JPEG")
    blob = files.store_made(picture.getvalue(), mime="image/jpeg")
    branch.do(
        branch.secretary,
        "development.case.paper",
        case,
        steps.AddPaper("other", Scan(blob, "照片.jpg"), title="照片"),
    )
    two = documents.render(documents.get("development.form"), _form(case))
    long = files.store_made(two, mime="application/pdf")
    branch.do(
        branch.secretary, "development.case.paper", reread(case), steps.AddPaper("report", Scan(long, "汇报.pdf"))
    )
    document = documents.get("development.bound")
    content = document.builder_function()(branch.secretary, [case])
    made = documents.render(document, content)
    broken = Paper.objects.system("test").filter(case=case).exclude(code__in=["other", "report"]).count()
    # cover, catalogue, record of the path, a page for each paper; what does not open is told on a page of its own
    assert pages_of(made) == 3 + broken + 1 + pages_of(two)
    with pytest.raises(Unreadable):
        pages_of(b"%PDF-1.4 nothing\n%%EOF")


@pytest.mark.parametrize(
    ("begun", "title", "article", "month"),
    [(D(2021, 1, 5), "（2014 年）", "（第二十三条）", False), (D(2026, 6, 1), "（2026 年", "（第二十二条）", True)],
)
def test_a_paper_cites_the_version_its_step_was_judged_by(branch: Branch, begun, title, article, month) -> None:
    from zhibu.apps.development.documents import forms

    case, _ = straight(branch, begun)
    told = forms.content(case, "deliberation").data["paper"]
    assert article in told["body"][0]
    assert title in told["cited"]
    # that the assembly meets within a month of the examination is new in 2026
    assert ("一个月内" in forms.content(case, "pre_examination").data["paper"]["body"][0]) == month


def _form(case):
    from zhibu.apps.development.documents import forms

    for code in sorted(forms.codes()):
        assert forms.content(case, code).data["paper"]["title"]
    return forms.content(case, "register")
