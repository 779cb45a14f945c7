"""The publicity of a case: agreed first, both places for floating people, restart on change, objections, what is shown publicly."""

from datetime import date

import pytest
from django.test import Client

from tests.development.helpers import Branch, applicant, refused, reread
from tests.development.test_paths import standing, straight
from zhibu.apps.development.models import Case, Step
from zhibu.apps.development.services import course, opening, posting
from zhibu.kernel.actions import Why
from zhibu.kernel.publicity import services as publicity
from zhibu.kernel.publicity.models import Publicity, PublicityObjection

pytestmark = pytest.mark.django_db
D = date


def agreed(branch: Branch, on: date) -> Case:
    """Bring somebody to the committee's agreement on a day of 2026."""
    case, _ = straight(branch, D(2025, 1, 6))
    branch.clock.set(on)
    return branch.agree(case, on)


def test_not_before_the_committee_agreed(branch: Branch) -> None:
    case = agreed(branch, D(2026, 9, 21))
    why = refused(branch.post, case, D(2026, 9, 18))
    assert (why.code, "第十三条" in str(why)) == ("posted_early", True)


def test_over_national_day_restarted_and_objected_to(branch: Branch) -> None:
    case = agreed(branch, D(2026, 9, 23))
    notice = branch.post(case, D(2026, 9, 23))
    calendar_end = notice.ends_on
    assert calendar_end is not None
    assert calendar_end > D(2026, 9, 28)  # Mid-Autumn lies between: Monday to Friday would have said the 30th
    branch.clock.set(D(2026, 9, 24))
    changed = posting.Change(D(2026, 9, 24), "姓名写错", work="公司公示栏")
    branch.do(branch.secretary, "development.publicity.change", notice, changed)
    notice = Publicity.objects.system("test").get(pk=notice.pk)
    assert notice.ends_on is not None
    assert notice.ends_on > calendar_end
    heard = publicity.NewObjection(D(2026, 9, 24), "call", "反映情况")
    branch.do(branch.secretary, "development.publicity.object", notice, heard)
    branch.clock.set(notice.ends_on)
    assert "公示未满" in str(refused(branch.close, notice))
    after = date.fromordinal(notice.ends_on.toordinal() + 1)
    branch.clock.set(after)
    assert "1 条异议没有处理" in str(refused(branch.close, notice))
    objection = PublicityObjection.objects.system("test").get()
    branch.do(branch.secretary, "development.publicity.handle", objection, publicity.Handled("none", "经核查不属实"))
    branch.close(notice)
    step = standing(reread(case))["target_publicised"]
    assert step.on == notice.ends_on
    assert "公司公示栏" in step.facts["张贴地点"]


def test_an_objection_that_weighs_bars_the_list(branch: Branch) -> None:
    case = agreed(branch, D(2026, 6, 1))
    notice = branch.post(case, D(2026, 6, 1))
    branch.do(
        branch.secretary,
        "development.publicity.object",
        notice,
        publicity.NewObjection(D(2026, 6, 1), "letter", "属实的问题"),
    )
    objection = PublicityObjection.objects.system("test").get()
    branch.do(branch.secretary, "development.publicity.handle", objection, publicity.Handled("affects", "属实"))
    branch.clock.set(D(2026, 6, 9))
    branch.close(notice)
    case = reread(case)
    assert "target_publicised" not in standing(case)
    failed = Step.objects.system("test").get(case=case, code="target_publicised")
    assert "不能列为发展对象" in failed.void_why
    assert "公示" in str(refused(branch.step, case, "target", course.List()))


def test_floating_people_at_both_places_at_once(branch: Branch) -> None:
    case = agreed(branch, D(2026, 6, 1))
    branch.do(branch.secretary, "development.case.edit", case, opening.Edit(True, "江北", "东山", None, ""))
    case = reread(case)
    why = refused(branch.post, case, D(2026, 6, 1), work="", origin="江北社区")
    assert "流出地和流入地同时公示" in str(why)
    notice = branch.post(case, D(2026, 6, 1), work="", origin="江北社区", host="东山社区")
    assert {place.kind for place in notice.places.system("test").all()} == {"origin", "host"}


def test_the_public_page_shows_what_must_be_shown_while_it_hangs(branch: Branch, client: Client) -> None:
    person = applicant(branch.house, "欧阳静", mobile="13800001234", address_living="东山路 8 号")
    branch.clock.set(D(2025, 1, 6))
    case = branch.activist(branch.apply(person, D(2025, 1, 6)), D(2025, 1, 6), D(2025, 1, 6))
    branch.clock.set(D(2026, 6, 1))
    notice = branch.post(branch.agree(case, D(2026, 6, 1)), D(2026, 6, 1))
    page = client.get(notice.public_url)
    html = page.content.decode()
    assert page.status_code == 200
    assert "欧阳静" in html
    assert "2025 年 1 月" in html
    assert "东山支部" in html
    assert not any(secret in html for secret in ("13800001234", "东山路", "1995"))
    assert "noindex" in page["X-Robots-Tag"]
    assert "欧阳静" in client.get("/publicity/").content.decode()
    branch.do(branch.secretary, "development.publicity.withdraw", notice, Why("贴错"))
    assert client.get(notice.public_url).status_code == 404
