"""The pages: the record with its reasons, the board, one's own path, the public notice, the papers; the forms as browsers send them."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import factories
from tests.acting import post
from tests.development.helpers import PDF, Branch, applicant, reread
from zhibu.apps.development.models import Case
from zhibu.apps.development.services import posting
from zhibu.kernel.publicity.models import Publicity

pytestmark = pytest.mark.django_db
D = date


@pytest.fixture
def secretary(client: Client, branch: Branch) -> Client:
    branch.clock.set(D(2026, 8, 3))
    client.force_login(factories.account("shuji", "branch_secretary", branch.house.east))
    return client


def text(page: Any) -> str:
    return page.content.decode()


def upload(name: str = "材料.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, "application/pdf")


def test_the_page_says_what_is_not_possible_yet_and_why(secretary: Client, branch: Branch) -> None:
    case = branch.activist(branch.apply(applicant(branch.house), D(2026, 8, 3)), D(2026, 8, 3), D(2026, 8, 3))
    page = text(secretary.get(case.get_absolute_url()))
    assert "还不能同意拟列为发展对象，因为确定为入党积极分子后的培养教育和考察未满一年" in page
    assert "《细则》2026 版第十三条" in page
    assert "2027-08-03" in page
    for url in ("/development/", "/development/board/", f"/development/{case.uid}/papers/"):
        assert secretary.get(url).status_code == 200
    assert "王敏" in text(secretary.get("/development/?q=王敏"))


def test_an_application_and_the_steps_by_their_forms(secretary: Client, branch: Branch) -> None:
    person = applicant(branch.house, "赵强")
    sent = {
        "person": f"赵强 {person.staff_number}",
        "organization": branch.house.east.uid,
        "on": "2026-08-01",
        "scan": upload(),
    }
    assert post(secretary, "development.case.open", **sent).status_code == 302
    case = Case.objects.system("test").get(person=person)
    talked = {"on": "2026-08-02", "talker": "王书记", "topics": ["入党动机"], "paper_talk_record": upload("谈话.pdf")}
    assert "还没有到" in text(
        post(
            secretary, "development.step.talked", case, **{**talked, "on": "2026-08-04", "paper_talk_record": upload()}
        )
    )
    assert post(secretary, "development.step.talked", case, **talked).status_code == 302
    early = post(
        secretary,
        "development.step.introducers",
        reread(case),
        on="2026-08-03",
        people=[one.pk for one in branch.members[:2]],
        paper_introducer_paper=upload(),
    )
    assert "还没有“列为发展对象”" in text(early)
    assert "第十四条" in text(early)
    without = post(secretary, "development.step.activist", reread(case), on="2026-08-03", ways=["党员推荐"])
    assert "请上传签字的会议记录" in text(without)
    wrong = {"person": "赵强 00000", "organization": branch.house.east.uid, "on": "2026-08-01", "scan": upload()}
    assert "没有找到姓名和号码都相符的人" in text(post(secretary, "development.case.open", **wrong))


def test_the_notice_prints_and_the_inbox_reminds(secretary: Client, branch: Branch) -> None:
    case = branch.apply(applicant(branch.house), D(2026, 8, 3))
    assert "登记谈话：王敏" in text(secretary.get("/inbox/"))
    notice = Publicity.objects.create(
        organization=branch.house.east, kind="development.target", subject_type="development.Case", subject_id=str(case.pk),
        title="王敏拟列为发展对象", lines=[["姓名", "王敏"]], contact="支部", posted_on=D(2026, 7, 20), working_days=5, ends_on=D(2026, 7, 27),
    )  # fmt: skip
    assert "记录公示结果" in text(secretary.get("/inbox/"))
    page = secretary.get(f"/print/publicity.notice/{notice.uid}/")
    assert page["Content-Type"] == "application/pdf"
    form = secretary.get(f"/development/{case.uid}/papers/talk_record/")
    assert form["Content-Type"] == "application/pdf"


def test_the_dates_follow_the_notice_that_hangs(client: Client, branch: Branch) -> None:
    """Agreed on Monday the 3rd, posted on Wednesday: the five days end a Wednesday later, not on the Monday."""
    account = factories.account("shuji", "branch_secretary", branch.house.east)
    branch.clock.set(D(2025, 7, 30))
    case = branch.activist(branch.apply(applicant(branch.house), D(2025, 7, 30)), D(2025, 7, 30), D(2025, 7, 30))
    branch.clock.set(D(2026, 8, 3))
    case = branch.agree(case, D(2026, 8, 3))

    def page_on(day: date) -> str:
        branch.clock.set(day)
        client.force_login(account)
        return text(client.get(case.get_absolute_url())).replace('<span class="date">', "").replace("</span>", "")

    assert "现在可以张贴公示：从张贴的次日起满 5 个工作日，今天张贴的，2026-08-12 届满" in page_on(D(2026, 8, 5))
    notice = branch.post(reread(case), D(2026, 8, 5))
    page = page_on(D(2026, 8, 6))
    assert "还不能列为发展对象，因为公示未满 5 个工作日（已满 0 日，2026-08-12 届满）" in page
    assert "现在可以记录公示结果" in page_on(D(2026, 8, 13))
    branch.do(branch.secretary, "development.publicity.change", notice, posting.Change(D(2026, 8, 13), "地点写错"))
    assert reread(case).next_from == D(2026, 8, 20)
