"""From an empty platform, with the browser alone: the whole tree from a sheet, again, and back."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests import factories
from tests.imports.desk import Desk, sheet, staged
from tests.organizations.helpers import assert_consistent
from zhibu.apps.organizations.models import Organization
from zhibu.apps.organizations.services.tree import create_root
from zhibu.kernel.actions import Act
from zhibu.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db

HEADER = ("组织名称（必填）", "组织类别", "上级单位", "组织编码", "成立时间", "联系电话")
ROWS = (
    ("东山支部", "支部", "东部总支", 1001.0, "2012年7月1日", "0752-1234567"),
    ("东部总支", "党总支", "集团党委", None, "2012.7.1", None),
    ("集团党委", "党委", "集团", None, None, None),
    ("集团", "公司", None, "JT", "2001-05-01", None),
)


@pytest.fixture(autouse=True)
def own_files(tmp_path: Any, settings: Any) -> None:
    settings.FILES = tmp_path / "files"
    settings.STAGING = tmp_path / "staging"


@pytest.fixture
def desk() -> Desk:
    with transaction.atomic():
        root = create_root(Act(SYSTEM, "organizations.set_up"), name="本单位")
    client = Client()
    client.force_login(factories.account("li", "organization_department", root))
    return Desk(client, "organizations.organizations")


def where() -> dict[str, Any]:
    root = Organization.objects.system("test").get(parent=None)
    return {"organization": root.uid}


def names() -> set[str]:
    return set(Organization.objects.system("test").values_list("name", flat=True))


def test_the_tree_comes_in_once_and_goes_again(desk: Desk) -> None:
    batch = desk.check(sheet(*ROWS, header=HEADER), **where())
    assert (batch.counts["create"], batch.counts["update"], batch.counts["error"]) == (3, 1, 0)
    assert names() == {"本单位"}
    done = desk.apply(batch)
    assert names() == {"集团", "集团党委", "东部总支", "东山支部"}
    assert Organization.objects.system("test").get(name="东山支部").code == "1001"
    assert_consistent()
    again = desk.check(sheet(*ROWS, header=HEADER), **where())
    assert (again.counts["same"], again.counts["create"], again.counts["update"]) == (4, 0, 0)
    desk.undo(done)
    assert names() == {"本单位"}


def test_every_bad_cell_is_named(desk: Desk) -> None:
    rows = (
        ("甲支部", "党支部", "不存在的党委", "A1", None, None),
        ("乙支部", "俱乐部", None, "A2", None, None),
        ("丙公司", "单位", None, "A3", "2999-01-01", None),
        ("丁公司", "单位", None, "A4", None, None),
        ("戊公司", "单位", None, "A4", None, None),
        ("己支部", "党支部", "庚组", None, None, None),
        ("庚组", "党小组", "辛支部", None, None, None),
        ("辛支部", "党支部", "集团党委", None, None, None),
        ("集团党委", "党委", None, None, None, None),
    )
    batch = desk.check(sheet(*rows, header=HEADER), **where())
    found = {row.number: [(issue.letter, issue.message) for issue in row.issues] for row in staged(batch, "error")}
    assert set(found) == {2, 3, 4, 5, 6, 7}
    assert found[2][0] == ("C", found[2][0][1])
    assert "没有找到上级组织“不存在的党委”" in found[2][0][1]
    assert "不在可选范围内" in found[3][0][1]
    assert found[4][0][0] == "E"
    assert "与第 6 行重复" in found[5][0][1]
    assert "党支部不能设在党小组之下" in found[7][0][1]
    desk.apply(batch, skip_errors="on")
    assert names() == {"本单位", "集团党委", "辛支部", "庚组"}
