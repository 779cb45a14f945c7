"""Old cases by a sheet: opened with a mark, judged by the version of their days, taken back."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.development.helpers import applicant
from tests.imports.desk import Desk, sheet, staged
from zhibu.apps.development.models import Case, Step

pytestmark = pytest.mark.django_db
HEADER = ("姓名", "工号", "申请入党时间", "谈话时间", "确定为积极分子时间", "列为发展对象时间", "培养联系人")


@pytest.fixture(autouse=True)
def own_files(tmp_path: Any, settings: Any) -> None:
    settings.FILES, settings.STAGING = tmp_path / "files", tmp_path / "staging"


@pytest.fixture
def desk(client: Client, house: factories.House) -> Desk:
    client.force_login(factories.account("zuzhi", "organization_department", house.root))
    return Desk(client, "development.cases")


def brought(desk: Desk, house: factories.House, *rows: Any) -> Any:
    return desk.check(sheet(*rows, header=HEADER), organization=house.east.uid)


def case_of(person: Any) -> Case:
    return Case.objects.system("test").get(person=person)


def test_old_cases_are_marked_and_go_on_by_the_rules(desk: Desk, house: factories.House) -> None:
    first, second = applicant(house, "王敏"), applicant(house, "赵强")
    rows = [
        ("王敏", first.staff_number, "2024-03-01", "2024-03-20", "2024-09-10", "2025-10-10", "李秀兰、张强"),
        ("赵强", second.staff_number, "2024-03-01", "2024-05-02", "2024-09-10", None, None),
    ]
    batch = desk.apply(brought(desk, house, *rows))
    case = case_of(first)
    assert case.imported
    assert (case.stage, case.next_step) == ("target", "introducers")
    late = Step.objects.system("test").get(case__person=second, code="talked")
    assert (late.ground, late.version) == ("import", "2014")
    assert "一个月内派人谈话" in late.facts["提醒"]
    # again without effect, then taken back
    again = brought(desk, house, *rows)
    assert [row.kind for row in staged(again)] == ["same", "same"]
    desk.undo(batch)
    assert (case_of(first).state, case_of(first).closed_words) == ("left", "撤销导入")
    assert not Step.objects.system("test").filter(case__person=first, stands=True).exists()


def test_what_is_wrong_is_said_at_the_cell(desk: Desk, house: factories.House) -> None:
    young = applicant(house, "小李", birth_date=date(2008, 1, 1))
    member = applicant(house, "老党员", political_status="01")
    confused = applicant(house, "王敏")
    batch = brought(
        desk, house,
        ("小李", young.staff_number, "2025-12-31", None, None, None, None),
        ("老党员", member.staff_number, "2024-03-01", None, None, None, None),
        ("王敏", confused.staff_number, "2024-03-01", "2024-02-01", None, None, None),
        ("没有的人", "x-1", "2024-03-01", None, None, None, None),
    )  # fmt: skip
    told = [" ".join(issue.message for issue in row.issues) for row in staged(batch, "error")]
    assert "年满十八岁" in told[0]
    assert "已是党员" in told[1]
    assert "不能早于" in told[2]
    assert "没有找到这个人" in told[3]
