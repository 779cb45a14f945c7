"""Importing the whole tree: rows in any order, parents by code or name, twice without effect, and back again."""

from collections.abc import Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction

from tests import factories
from tests.organizations.helpers import ALL, again, assert_consistent, do
from zhibu.apps.organizations.models import Organization
from zhibu.apps.organizations.services.importing import OrganizationImporter
from zhibu.apps.organizations.services.tree import create_root
from zhibu.kernel import audit
from zhibu.kernel.actions import Act
from zhibu.kernel.actor import SYSTEM, Actor
from zhibu.kernel.imports.cells import CellError, Context
from zhibu.kernel.imports.spec import Effect, ImportChanged, Row, Verdict, get

pytestmark = pytest.mark.django_db

SHEET = [
    # the parent stands below its child on purpose
    {"name": "东山支部", "kind": "branch", "parent": "东部党总支", "code": "ZB0101"},
    {"name": "东部党总支", "kind": "general_branch", "parent": "集团党委"},
    {"name": "集团", "kind": "unit", "code": "JT", "founded_on": date(2001, 5, 1)},
    {"name": "集团党委", "kind": "committee", "parent": "JT", "short_name": "党委"},
    {"name": "第一党小组", "kind": "group", "parent": "ZB0101"},
    {"name": "江北工作站", "kind": "workstation", "parent": "集团", "region": "江北", "phone": "0752-1234567"},
]


def rows_of(sheet: Sequence[dict[str, Any]]) -> list[Row]:
    return [Row(number, dict(values)) for number, values in enumerate(sheet, start=2)]


class Sheet:
    """An import of a sheet, without the wizard around it."""

    def __init__(self, sheet: Sequence[dict[str, Any]], base: Organization, actor: Actor) -> None:
        self.rows, self.base, self.actor = rows_of(sheet), base, actor

    def importer(self) -> OrganizationImporter:
        made = OrganizationImporter(self.actor, SimpleNamespace(organization=again(self.base)))
        made.staged = lambda: self.rows  # type: ignore[method-assign]
        return made

    def check(self) -> list[Verdict]:
        return self.importer().check(self.rows)

    def kinds(self) -> list[str]:
        return [verdict.kind for verdict in self.check()]

    def issues(self) -> dict[int, str]:
        return {v.number: "；".join(issue.message for issue in v.issues) for v in self.check() if v.issues}

    def apply(self, slices: int = 1000) -> list[Effect]:
        importer, effects = self.importer(), []
        with transaction.atomic():
            for start in range(0, len(self.rows), slices):
                effects += importer.apply(Act(self.actor, "imports.apply", "导入"), self.rows[start : start + slices])
        return effects

    def undo(self, effects: Sequence[Effect]) -> list[int]:
        done = [SimpleNamespace(**{**vars_of(effect), "row": effect.number}) for effect in reversed(effects)]
        with transaction.atomic():
            return self.importer().undo(Act(self.actor, "imports.undo", "撤销导入"), done)


def vars_of(effect: Effect) -> dict[str, Any]:
    return {name: getattr(effect, name) for name in ("object_id", "created", "rev_after", "before")}


@pytest.fixture
def root() -> Organization:
    return create_root(Act(SYSTEM, "organizations.set_up"), name="本单位")


@pytest.fixture
def clerk(root: Organization) -> Actor:
    return factories.actor(ALL, root)


def by_name(name: str) -> Organization:
    return Organization.objects.system("test").get(name=name)


def test_a_whole_tree_from_a_sheet_in_any_order(root, clerk) -> None:
    sheet = Sheet(SHEET, root, clerk)
    assert sheet.kinds() == ["create", "create", "update", "create", "create", "create"]
    effects = sheet.apply()
    assert [effect.number for effect in effects] == [2, 3, 4, 5, 6, 7]
    assert_consistent()
    assert Organization.objects.system("test").count() == 6
    assert str(by_name("东山支部").parent) == "东部党总支"
    assert by_name("东部党总支").code == "ZZ0001"
    assert again(root).name == "集团"
    assert again(root).founded_on == date(2001, 5, 1)
    assert audit.history("organizations.Organization", str(by_name("东山支部").pk))[0].summary == "导入：新建东山支部"


def test_the_same_sheet_again_changes_nothing(root, clerk) -> None:
    Sheet(SHEET, root, clerk).apply()
    before = list(Organization.objects.system("test").order_by("pk").values())
    again_ = Sheet(SHEET, root, clerk)
    assert set(again_.kinds()) == {"same"}
    assert again_.apply() == []
    assert list(Organization.objects.system("test").order_by("pk").values()) == before


def test_written_in_slices_a_later_parent_comes_first_and_has_one_effect(root, clerk) -> None:
    effects = Sheet(SHEET, root, clerk).apply(slices=1)
    assert sorted(effect.number for effect in effects) == [2, 3, 4, 5, 6, 7]
    assert_consistent()


def test_undo_takes_back_what_nobody_used_since(root, clerk) -> None:
    sheet = Sheet(SHEET, root, clerk)
    effects = sheet.apply()
    do("organizations.organization.create", clerk, parent=by_name("东山支部"), kind="group", name="第二党小组")
    left = sheet.undo(effects)
    assert left == [4 - 2, 3, 5] or set(left) == {2, 3, 5}
    names = set(Organization.objects.system("test").values_list("name", flat=True))
    assert names == {"本单位", "集团党委", "东部党总支", "东山支部", "第二党小组"}
    assert again(root).code == "DW0001"
    assert_consistent()


def test_undo_leaves_what_somebody_changed_since(root, clerk) -> None:
    sheet = Sheet(SHEET, root, clerk)
    effects = sheet.apply()
    station = by_name("江北工作站")
    fields = {name: getattr(station, name) for name in ("kind", "name", "short_name", "code", "founded_on", "region")}
    do("organizations.organization.edit", clerk, station, **fields, phone="0752-7654321")
    assert sheet.undo(effects) == [7]
    assert set(Organization.objects.system("test").values_list("name", flat=True)) == {"本单位", "江北工作站"}


def test_an_undone_import_can_be_done_again(root, clerk) -> None:
    sheet = Sheet(SHEET, root, clerk)
    assert sheet.undo(sheet.apply()) == []
    assert Organization.objects.system("test").count() == 1
    sheet.apply()
    assert Organization.objects.system("test").count() == 6


def test_only_filled_cells_change_something(root, clerk) -> None:
    Sheet(SHEET, root, clerk).apply()
    change = [{"name": "江北工作站", "kind": "workstation", "phone": "0752-7654321", "region": None, "code": None}]
    sheet = Sheet(change, root, clerk)
    (verdict,) = sheet.check()
    assert verdict.kind == "update"
    assert [(c.label, c.old, c.new) for c in verdict.changes] == [("电话", "0752-1234567", "0752-7654321")]
    sheet.apply()
    assert by_name("江北工作站").region == "江北"


def test_a_row_without_a_parent_goes_under_the_chosen_organisation(root, clerk) -> None:
    unit = do("organizations.organization.create", clerk, parent=root, kind="unit", name="分公司")
    Sheet([{"name": "综合部", "kind": "department"}], unit, clerk).apply()
    assert by_name("综合部").parent == unit


def test_a_sheet_of_several_top_units_leaves_the_root_alone(root, clerk) -> None:
    Sheet([{"name": "甲公司", "kind": "unit"}, {"name": "乙公司", "kind": "unit"}], root, clerk).apply()
    assert again(root).name == "本单位"
    assert by_name("甲公司").parent == root


@pytest.mark.parametrize(
    ("sheet", "number", "words"),
    [
        ([{"name": "甲", "kind": "branch", "parent": "没有"}], 2, "没有找到上级组织“没有”"),
        (
            [{"name": "甲", "kind": "unit", "parent": "乙"}, {"name": "乙", "kind": "unit", "parent": "甲"}],
            3,
            "上下级成了一个圈",
        ),
        ([{"name": "甲", "kind": "unit", "parent": "甲"}], 2, "自己不能做自己的上级"),
        (
            [{"name": "甲组", "kind": "group", "parent": "甲部"}, {"name": "甲部", "kind": "department"}],
            2,
            "党小组不能设在部门之下",
        ),
        (
            [
                {"name": "甲公司", "kind": "unit"},
                {"name": "乙公司", "kind": "unit"},
                {"name": "一科", "kind": "department", "parent": "甲公司"},
                {"name": "一科", "kind": "department", "parent": "乙公司"},
                {"name": "小科", "kind": "department", "parent": "一科"},
            ],
            6,
            "有 2 个组织叫“一科”",
        ),
    ],
    ids=["no parent", "cycle", "itself", "wrong place", "two of a name"],
)
def test_rows_that_cannot_be(root, clerk, sheet, number, words) -> None:
    assert words in Sheet(sheet, root, clerk).issues()[number]


def test_nothing_goes_under_a_row_with_an_error(root, clerk) -> None:
    sheet = [
        {"name": "甲支部", "kind": "branch", "parent": "没有"},
        {"name": "第一党小组", "kind": "group", "parent": "甲支部"},
    ]
    assert Sheet(sheet, root, clerk).issues()[3] == "上级在第 2 行，那一行有错。请先改正那一行。"


def test_a_parent_of_two_names_is_found_by_what_may_stand_there(root, clerk) -> None:
    sheet = [
        {"name": "东山", "kind": "unit"},
        {"name": "另一", "kind": "unit"},
        {"name": "东山", "kind": "department", "parent": "另一"},
        {"name": "东山党委", "kind": "committee", "parent": "东山"},
    ]
    Sheet(sheet, root, clerk).apply()
    assert by_name("东山党委").parent.kind == "unit"


def test_rows_that_say_the_same_thing_twice_are_named_by_a_key(root, clerk) -> None:
    sheet = [{"name": "甲", "kind": "unit", "code": "A1"}, {"name": "乙", "kind": "unit", "code": "a1"}]
    first, second = Sheet(sheet, root, clerk).check()
    assert set(first.unique) & set(second.unique) == {("code", "a1")}
    twins = Sheet([{"name": "甲", "kind": "unit"}, {"name": "甲", "kind": "unit"}], root, clerk).check()
    assert set(twins[0].unique) & set(twins[1].unique)


TWINS = [
    {"name": "党委", "kind": "committee", "code": "DW"},
    {"name": "第一支部", "kind": "branch", "parent": "DW", "code": "ZB1"},
]


def test_namesakes_under_one_parent_are_refused_and_say_who_the_other_is(root, clerk) -> None:
    second = {"name": "第一支部", "kind": "branch", "parent": "DW", "code": "ZB2"}
    both = Sheet([*TWINS, second], root, clerk)
    assert "与第 4 行同名，又在同一上级之下，只有编码不同" in both.issues()[3]
    assert "与第 3 行同名" in both.issues()[4]
    Sheet(TWINS, root, clerk).apply()
    assert "同一上级之下已经有“第一支部”（党支部，编码 ZB1）" in both.issues()[4]
    other = Sheet([{"name": "第一支部", "kind": "general_branch", "parent": "DW", "code": "ZZ1"}], root, clerk)
    assert "同一上级之下已经有“第一支部”（党支部，编码 ZB1）" in other.issues()[2]


def test_namesakes_under_different_parents_stay_apart(root, clerk) -> None:
    Sheet(TWINS, root, clerk).apply()
    sheet = [{"name": "另一党委", "kind": "committee"}, {"name": "第一支部", "kind": "branch", "parent": "另一党委"}]
    assert Sheet(sheet, root, clerk).issues() == {}


def test_old_namesakes_are_told_apart_by_their_codes(root, clerk) -> None:
    Sheet(TWINS, root, clerk).apply()
    factories.organization("第一支部", "branch", by_name("党委"), code="ZB9")
    row = {"name": "第一支部", "kind": "branch", "parent": "DW", "phone": "0752-1"}
    assert "已有 2 个组织叫“第一支部”（编码 ZB1、ZB9）" in Sheet([row], root, clerk).issues()[2]
    coded = Sheet([row | {"code": "ZB9"}, row | {"code": "ZB1", "phone": "0752-2"}], root, clerk)
    assert (coded.issues(), coded.kinds()) == ({}, ["update", "update"])


def test_nobody_is_renamed_to_what_a_sibling_is_called(root, clerk) -> None:
    Sheet([*TWINS, {"name": "第二支部", "kind": "branch", "parent": "DW", "code": "ZB2"}], root, clerk).apply()
    renamed = Sheet([{"name": "第一支部", "kind": "branch", "parent": "DW", "code": "ZB2"}], root, clerk)
    assert "同一上级之下已经有“第一支部”" in renamed.issues()[2]


def test_imports_move_nothing_and_change_no_kind(root, clerk) -> None:
    Sheet(SHEET, root, clerk).apply()
    moved = Sheet([{"name": "东山支部", "kind": "branch", "code": "ZB0101", "parent": "集团党委"}], root, clerk)
    assert "导入不移动组织" in moved.issues()[2]
    changed = Sheet([{"name": "东山支部", "kind": "general_branch", "code": "ZB0101"}], root, clerk)
    assert "已登记为党支部，导入不改变类别" in changed.issues()[2]


def test_a_dissolved_organisation_is_not_brought_back_by_a_sheet(root, clerk) -> None:
    Sheet(SHEET, root, clerk).apply()
    Organization.objects.system("test").filter(name="江北工作站").update(dissolved_on=date(2024, 1, 1))
    assert "“江北工作站”已撤销" in Sheet(SHEET, root, clerk).issues()[7]


def test_a_code_is_the_same_in_capitals_and_in_small_letters(root, clerk) -> None:
    Sheet(SHEET, root, clerk).apply()
    below = {"name": "第二党小组", "kind": "group", "parent": "zb0101", "code": "xz2"}
    same = {"name": "东山支部", "kind": "branch", "code": "zb0101", "region": "江东"}
    sheet = Sheet([below, same], root, clerk)
    assert (sheet.issues(), sheet.kinds()) == ({}, ["create", "update"])
    small = factories.actor(ALL, by_name("东部党总支"))
    outside = {"name": "新支部", "kind": "branch", "code": by_name("江北工作站").code.lower()}
    assert "已被使用" in Sheet([outside], by_name("东部党总支"), small).issues()[2]


def test_codes_of_other_subtrees_are_taken_and_their_rows_are_not_touched(root, clerk) -> None:
    Sheet(SHEET, root, clerk).apply()
    committee = by_name("集团党委")
    small = factories.actor(ALL, by_name("东部党总支"))
    sheet = Sheet([{"name": "改名", "kind": "workstation", "code": by_name("江北工作站").code}], committee, small)
    assert "已被使用" in sheet.issues()[2]
    outside = Sheet([{"name": "新站", "kind": "workstation", "parent": "集团"}], by_name("东部党总支"), small)
    assert "没有找到上级组织“集团”" in outside.issues()[2]


def test_what_changed_since_the_check_stops_the_writing(root, clerk) -> None:
    sheet = Sheet(SHEET, root, clerk)
    sheet.check()
    unit = do("organizations.organization.create", clerk, parent=root, kind="unit", name="占位", code="ZB0101")
    with pytest.raises(ImportChanged, match="第 2 行"):
        sheet.apply()
    assert set(Organization.objects.system("test").values_list("name", flat=True)) == {"本单位", unit.name}


def test_cells_are_read_as_offices_write_them() -> None:
    columns = {column.key: column for column in get("organizations.organizations").columns}
    context = Context(date(2026, 11, 24))
    assert columns["kind"].parse("支部", context) == "branch"
    assert columns["kind"].parse("党总支", context) == "general_branch"
    assert columns["code"].parse(1001.0, context) == "1001"
    assert columns["parent"].parse(1001.0, context) == "1001"
    assert columns["founded_on"].parse("2010年7月1日", context) == date(2010, 7, 1)
    with pytest.raises(CellError):
        columns["founded_on"].parse("2999-01-01", context)
    with pytest.raises(CellError, match="请填：单位、部门、工作站、党委、党总支、党支部、党小组"):
        columns["kind"].parse("俱乐部", context)
