"""Beside the ordinary path: received directly, recognised after death, the yearly analysis; and what proves a step."""

from datetime import date
from typing import Any

import pytest

from tests import factories
from tests.acting import post
from tests.development.helpers import Branch, applicant, paper, refused, reread, scan
from tests.development.test_pages import text, upload
from tests.development.test_paths import straight, to_pre_examination
from tests.membership.helpers import member
from zhibu.apps.development import queries_activists
from zhibu.apps.development.models import Analysis, SpecialAdmission
from zhibu.apps.development.services import asking, others, posting, special, steps
from zhibu.apps.membership import queries as membership
from zhibu.apps.petitions import queries as petitions
from zhibu.kernel.actions import Why
from zhibu.kernel.publicity import services as publicity

pytestmark = pytest.mark.django_db
D = date


def received(branch: Branch, person: Any, kind: str, **more: Any) -> special.Admission:
    values = {
        "on": D(2026, 8, 3),
        "organ": "中共某某省委员会",
        "words": "事迹突出",
        "scan": scan("批准文件.pdf"),
        **more,
    }
    return special.Admission(
        person, more.pop("at", branch.house.east), kind, **{k: v for k, v in values.items() if k != "at"}
    )


def test_received_directly_enters_the_roster_and_ends_the_path(branch: Branch) -> None:
    branch.clock.set(D(2026, 8, 3))
    person = applicant(branch.house)
    case = branch.apply(person, D(2026, 8, 3))
    data = received(branch, person, "direct", became="full")
    made = branch.do(branch.department, "development.special.record", None, data)
    found = membership.member_of(person.pk)
    assert found is not None
    assert (found.kind, found.admitted_on, found.full_on) == ("full", D(2026, 8, 3), D(2026, 8, 3))
    assert (reread(case).state, reread(case).closed_words) == ("left", "由中共某某省委员会直接接收")
    again = refused(branch.do, branch.department, "development.special.record", None, data)
    assert "已经是党员" in str(again)
    why = refused(branch.do, branch.department, "development.special.withdraw", made, Why("登记错了"))
    assert "党员名册里撤销" in str(why)


def test_only_the_dead_are_recognised_after_death(branch: Branch) -> None:
    branch.clock.set(D(2026, 8, 3))
    living, gone = applicant(branch.house), applicant(branch.house, "周烈士", employment="deceased")
    why = refused(
        branch.do, branch.department, "development.special.record", None, received(branch, living, "posthumous")
    )
    assert "2026 版第二十七条" in str(why)
    old = received(branch, gone, "direct", became="full", on=D(2026, 5, 10))
    assert "2014 版第二十七条" in str(refused(branch.do, branch.department, "development.special.record", None, old))
    made = branch.do(branch.department, "development.special.record", None, received(branch, gone, "posthumous"))
    assert membership.member_of(gone.pk) is None
    branch.do(branch.department, "development.special.withdraw", made, Why("登记错了"))
    assert not SpecialAdmission.objects.system("test").get().stands


def test_the_form_asks_for_the_wish_and_the_branch(client: Any, branch: Branch) -> None:
    client.force_login(factories.account("zuzhi", "organization_department", branch.house.root))
    gone = factories.person("周烈士", branch.house.root, employment="deceased", staff_number="Z1")
    sent = {
        "person": "周烈士",
        "organization": branch.house.committee.uid,
        "organ": "省委",
        "on": "2026-08-03",
        "words": "英勇献身",
    }
    branch.clock.set(D(2026, 8, 3))
    page = text(post(client, "development.special.record", kind="posthumous", scan=upload(), **sent))
    assert "生前曾向党组织提出过入党要求" in page
    assert "第二十七条" in page
    page = text(post(client, "development.special.record", kind="direct", scan=upload(), **sent))
    assert "编入一个党支部" in page
    done = post(client, "development.special.record", kind="posthumous", wished="on", scan=upload(), **sent)
    assert done.status_code == 302
    assert "追认" in text(client.get(done["location"]))
    assert "追认为中共党员" in text(client.get(gone.get_absolute_url()))


def test_the_analysis_of_a_year_keeps_its_figures(client: Any, branch: Branch) -> None:
    branch.clock.set(D(2026, 8, 3))
    branch.activist(branch.apply(applicant(branch.house), D(2026, 8, 3)), D(2026, 8, 3), D(2026, 8, 3))
    branch.apply(applicant(branch.house, "赵强"), D(2026, 8, 3))
    told = dict(queries_activists.figures(branch.house.committee, D(2027, 9, 1)))
    assert (told["入党申请人"], told["入党积极分子"], told["培养教育考察满一年"], told["半年考察逾期"]) == (
        "1 人",
        "1 人",
        "1 人",
        "1 人",
    )
    data = special.Analyse(branch.house.committee, 2026, D(2026, 8, 3), "青年少", "加强联系")
    branch.do(branch.department, "development.analysis.write", None, data)
    changed = special.Analyse(branch.house.committee, 2026, D(2026, 8, 3), "青年少", "每季走访")
    branch.do(branch.department, "development.analysis.write", None, changed)
    made = Analysis.objects.system("test").get()
    assert (made.measures, made.rev, dict(made.figures)["没有培养联系人"]) == ("每季走访", 2, "0 人")
    client.force_login(factories.account("zuzhi", "organization_department", branch.house.root))
    assert "每季走访" in text(client.get(made.get_absolute_url()))
    assert "已作" in text(client.get("/development/board/"))


def test_a_day_of_posting_in_the_past_is_proved_by_a_picture(branch: Branch) -> None:
    case, _ = straight(branch, D(2025, 5, 6))
    branch.clock.set(D(2026, 8, 3))
    case = branch.agree(case, D(2026, 5, 12))
    why = refused(branch.post, case, D(2026, 7, 20))
    assert (why.code, why.field) == ("unproved_day", "proof")
    notice = branch.post(case, D(2026, 7, 20), proofs=(publicity.Proof(scan("照片.jpg").blob, "照片.jpg"),))
    branch.clock.set(D(2026, 8, 4))
    change = posting.Change(D(2026, 8, 3), "写错")
    assert refused(branch.do, branch.secretary, "development.publicity.change", notice, change).code == "unproved_day"


def test_a_general_branch_between_examines_before_the_committee_approves(branch: Branch) -> None:
    house = branch.house
    general = factories.organization("江北党总支", "general_branch", house.committee)
    house.east = factories.organization("机修党支部", "branch", general)
    branch.secretary = factories.actor([grant.permission for grant in branch.secretary.grants], house.east)
    branch.members = [
        member(name, house, at=house.east, full=D(2001, 6, 20), birth_date=D(1970, 1, 1)).person
        for name in ("甲", "乙")
    ]
    case = branch.vote(to_pre_examination(branch, D(2026, 8, 3)), D(2026, 8, 3))
    why = refused(branch.approve, case, D(2026, 8, 3))
    assert (why.code, "江北党总支还没有审议" in str(why), "第二十二条" in str(why)) == ("deliberation", True, True)
    branch.do(branch.secretary, "development.case.paper", reread(case), steps.AddPaper("deliberation", scan()))
    assert branch.approve(reread(case), D(2026, 8, 3)).stage == "probationary"


def test_a_probationary_member_who_is_not_recognised_is_none(branch: Branch) -> None:
    case = branch.approve(branch.vote(to_pre_examination(branch, D(2026, 8, 3)), D(2026, 8, 3)), D(2026, 8, 3))
    data = others.MoveTo(branch.house.west, D(2026, 8, 3), "调动", ("application", "register"), paper("transfer_paper"))
    branch.do(branch.secretary, "development.case.move", case, data)
    there = factories.actor([grant.permission for grant in branch.secretary.grants], branch.house.west)
    denied = others.Receive("denied", "材料无法认定，报县委组织部批准", scan())
    branch.do(there, "development.case.receive", reread(case), denied)
    assert reread(case).state == "cancelled"
    found = membership.member_of(case.person_id)
    assert found is None or not found.in_party


def test_the_branch_asks_upward_about_the_case(client: Any, branch: Branch) -> None:
    branch.clock.set(D(2025, 5, 6))
    case = branch.activist(branch.apply(applicant(branch.house), D(2025, 5, 6)), D(2025, 5, 6), D(2025, 5, 6))
    branch.clock.set(D(2026, 5, 5))  # a day before the year is over
    why = refused(branch.do, branch.secretary, "development.case.ask", case, asking.Asked("请示", "妥否"))
    assert "未满一年" in str(why)
    branch.clock.set(D(2026, 8, 3))
    client.force_login(factories.account("shuji", "branch_secretary", branch.house.east))
    form = text(client.get(f"/do/development.case.ask/{case.uid}/"))
    assert "关于拟列王敏同志为发展对象的请示" in form
    assert "2025年5月6日递交入党申请书" in form
    sent = {"title": "关于拟列王敏同志为发展对象的请示", "words": "妥否，请批复。", "scans": upload()}
    assert post(client, "development.case.ask", reread(case), **sent).status_code == 302
    page = text(client.get(case.get_absolute_url()))
    assert "请示和批复" in page
    made = petitions.about(case)[0]
    assert (made.superior, made.kind, made.state) == (branch.house.committee, "development", "sent")
