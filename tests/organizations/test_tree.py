"""Create, edit, move, reorder."""

from datetime import date, timedelta

import pytest
from django.http import Http404
from django.utils.timezone import localdate

from tests import factories
from tests.organizations.helpers import ALL, again, assert_consistent, do
from zhibu.apps.organizations import queries
from zhibu.apps.organizations.models import Organization
from zhibu.apps.organizations.services.tree import create_root
from zhibu.kernel import audit
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.actor import SYSTEM
from zhibu.kernel.scope import OutsideScope

pytestmark = pytest.mark.django_db

CREATE, EDIT, MOVE = (f"organizations.organization.{name}" for name in ("create", "edit", "move"))
REORDER = "organizations.organization.reorder"


@pytest.fixture
def chief(house: factories.House):
    return factories.actor(ALL, house.root)


def edited(organization: Organization, **changes: object) -> dict[str, object]:
    names = ("kind", "name", "short_name", "code", "founded_on", "region", "address", "phone", "introduction")
    return {name: getattr(organization, name) for name in names} | changes


def test_a_new_branch_stands_last_under_its_parent_with_a_code_of_its_own(house, chief) -> None:
    made = do(CREATE, chief, parent=house.committee, kind="branch", name="北岭党支部")
    assert made.path.startswith(house.committee.path)
    assert made.code == "ZB0001"
    assert [str(child) for child in queries.children(chief, house.committee)][-1] == "北岭党支部"
    line = audit.history("organizations.Organization", str(made.pk))[0]
    assert line.summary == "新建北岭党支部"
    assert ("上级组织", "东江实业党委") in [(change.label, change.new) for change in line.changes]
    assert_consistent_below(house)


def assert_consistent_below(house) -> None:
    for row in Organization.objects.system("test").exclude(parent=None).select_related("parent"):
        assert row.path[:-4] == row.parent.path


def test_a_code_in_use_is_taken_in_small_letters_too(house, chief) -> None:
    do(CREATE, chief, parent=house.committee, kind="branch", name="甲", code="HCZB1")
    with pytest.raises(Refused, match="编码 hczb1 已被使用"):
        do(CREATE, chief, parent=house.committee, kind="branch", name="乙", code="hczb1")


def test_generated_codes_skip_those_given_by_hand(house, chief) -> None:
    do(CREATE, chief, parent=house.committee, kind="branch", name="甲", code="ZB0001")
    assert do(CREATE, chief, parent=house.committee, kind="branch", name="乙").code == "ZB0002"


@pytest.mark.parametrize(
    ("more", "field", "words"),
    [
        ({"kind": "unit"}, "kind", "单位不能设在党委之下"),
        ({"code": "taken"}, "code", "编码 taken 已被使用"),
        ({"founded_on": date(2999, 1, 1)}, "founded_on", "成立日期不能晚于今天"),
        ({"name": "  "}, "name", "请填写全称"),
    ],
)
def test_what_a_new_organisation_may_not_be(house, chief, more, field, words) -> None:
    Organization.objects.system("test").filter(pk=house.west.pk).update(code="taken")
    with pytest.raises(Refused) as refused:
        do(CREATE, chief, **{"parent": house.committee, "kind": "branch", "name": "北岭党支部"} | more)
    assert refused.value.field == field
    assert words in str(refused.value)


def test_nothing_stands_under_a_group(house, chief) -> None:
    group = do(CREATE, chief, parent=house.east, kind="group", name="第一党小组")
    with pytest.raises(Refused, match="党支部不能设在党小组之下"):
        do(CREATE, chief, parent=group, kind="branch", name="北岭党支部")


def test_nothing_is_founded_under_a_dissolved_parent(house, chief) -> None:
    Organization.objects.system("test").filter(pk=house.committee.pk).update(dissolved_on=localdate())
    with pytest.raises(Refused, match="已撤销，不能再设下级组织"):
        do(CREATE, chief, parent=house.committee, kind="branch", name="北岭党支部")


def test_a_parent_out_of_reach_is_as_if_it_were_not_there(house) -> None:
    east = factories.actor(ALL, house.east)
    with pytest.raises(OutsideScope):
        do(CREATE, east, parent=house.west, kind="group", name="第一党小组")
    assert not Organization.objects.system("test").filter(name="第一党小组").exists()


def test_looking_is_not_restructuring(house) -> None:
    viewer = factories.actor(["organizations.view"], house.root)
    with pytest.raises(Http404):
        do(CREATE, viewer, parent=house.committee, kind="branch", name="北岭党支部")


def test_an_edit_is_logged_field_by_field(house, chief) -> None:
    do(EDIT, chief, house.east, **edited(house.east, name="东山第一支部", phone="0752-1234567"))
    changed = again(house.east)
    assert (changed.name, changed.rev) == ("东山第一支部", 2)
    changes = audit.history("organizations.Organization", str(house.east.pk))[0].changes
    assert {(c.label, c.old, c.new) for c in changes} == {
        ("全称", "东山支部", "东山第一支部"), ("电话", "", "0752-1234567"),
    }  # fmt: skip


def test_an_edit_without_a_change_is_refused(house, chief) -> None:
    with pytest.raises(Refused, match="没有改动任何内容"):
        do(EDIT, chief, house.east, **edited(house.east))


def test_a_branch_with_groups_cannot_become_a_committee(house, chief) -> None:
    do(CREATE, chief, parent=house.east, kind="group", name="第一党小组")
    with pytest.raises(Refused, match="下级“第一党小组”不合适"):
        do(EDIT, chief, house.east, **edited(house.east, kind="general_branch"))


def test_a_branch_without_groups_may_become_a_general_branch(house, chief) -> None:
    do(EDIT, chief, house.east, **edited(house.east, kind="general_branch"))
    assert again(house.east).get_kind_display() == "党总支"


def test_a_taken_code_is_refused_at_its_field(house, chief) -> None:
    with pytest.raises(Refused) as refused:
        do(EDIT, chief, house.east, **edited(house.east, code=house.west.code))
    assert refused.value.field == "code"


def test_founded_after_dissolved_is_refused_at_its_field(house, chief) -> None:
    Organization.objects.system("test").filter(pk=house.east.pk).update(dissolved_on=date(2020, 1, 1))
    with pytest.raises(Refused) as refused:
        do(EDIT, chief, again(house.east), **edited(house.east, founded_on=date(2021, 1, 1)))
    assert refused.value.field == "founded_on"


def test_a_move_takes_the_whole_subtree_along(house, chief) -> None:
    general = do(CREATE, chief, parent=house.committee, kind="general_branch", name="东部党总支")
    group = do(CREATE, chief, parent=house.east, kind="group", name="第一党小组")
    do(MOVE, chief, house.east, parent=general, reason="调整设置")
    assert again(house.east).path.startswith(general.path)
    assert again(group).path.startswith(again(house.east).path)
    assert again(house.east).parent == general
    line = audit.history("organizations.Organization", str(house.east.pk))[0]
    assert line.summary == "移动东山支部"
    assert [(change.old, change.new) for change in line.changes] == [("东江实业党委", "东部党总支")]
    assert line.reason == "调整设置"
    assert_consistent_below(house)


def test_a_move_to_itself_or_below_itself_is_refused(house, chief) -> None:
    first = do(CREATE, chief, parent=house.department, kind="department", name="一科")
    second = do(CREATE, chief, parent=first, kind="department", name="二科")
    for target in (first, second):
        with pytest.raises(Refused, match="不能移到自己或自己的下级之下"):
            do(MOVE, chief, first, parent=target)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("committee", "已经在这个上级之下"),
        ("department", "党支部不能设在部门之下"),
        ("west", "党支部不能设在党支部之下"),
    ],
)
def test_where_a_branch_cannot_be_moved(house, chief, target, words) -> None:
    with pytest.raises(Refused, match=words):
        do(MOVE, chief, house.east, parent=getattr(house, target))


def test_the_root_stays(house, chief) -> None:
    other = do(CREATE, chief, parent=house.root, kind="unit", name="分公司")
    with pytest.raises(Refused, match="最高一级组织"):
        do(MOVE, chief, house.root, parent=other)


def test_a_move_needs_the_permission_at_both_ends(house) -> None:
    station_side = factories.actor(ALL, house.department)
    section = do(CREATE, station_side, parent=house.department, kind="department", name="一科")
    with pytest.raises(OutsideScope):
        do(MOVE, station_side, section, parent=house.root)
    with pytest.raises(Http404):
        do(MOVE, factories.actor(ALL, house.east), section, parent=house.east)
    assert again(section).parent == house.department


def test_thirteen_levels_are_too_many(house, chief) -> None:
    below = house.department
    for level in range(3, 13):
        below = do(CREATE, chief, parent=below, kind="department", name=f"第{level}级")
    with pytest.raises(Refused, match="组织层级最多 12 级"):
        do(CREATE, chief, parent=below, kind="department", name="第13级")


def test_siblings_keep_the_order_they_are_given(house, chief) -> None:
    do(REORDER, chief, house.west, after=None)
    assert [str(child) for child in queries.children(chief, house.committee)] == ["西湾支部", "东山支部"]
    do(REORDER, chief, house.west, after=house.east)
    assert [str(child) for child in queries.children(chief, house.committee)] == ["东山支部", "西湾支部"]
    with pytest.raises(Refused, match="只能排在同一上级的组织之后"):
        do(REORDER, chief, house.west, after=house.station)


def test_who_does_not_reach_the_parent_does_not_order_its_children(house) -> None:
    with pytest.raises(OutsideScope):
        do(REORDER, factories.actor(ALL, house.east), house.east, after=None)


def test_there_is_one_root() -> None:
    act = Act(actor=SYSTEM, code="organizations.set_up")
    root = create_root(act, name="本单位")
    assert (root.path, root.code, root.parent) == ("0000", "DW0001", None)
    with pytest.raises(Refused, match="已经有最高一级组织"):
        create_root(act, name="另一个单位")
    assert_consistent()


def test_names_of_ancestors_are_shown_but_not_their_other_children(house) -> None:
    assert [str(above) for above in queries.breadcrumb(house.east)] == ["东江实业", "东江实业党委"]
    east = factories.actor(ALL, house.east)
    assert list(queries.choices(east)) == [house.east]
    assert queries.reach(east) == [house.east]
    assert queries.by_code(house.east.code) == house.east
    assert list(queries.subtree(east, house.committee)) == [house.east]


def test_closed_organisations_are_no_choice(house, chief) -> None:
    Organization.objects.system("test").filter(pk=house.west.pk).update(dissolved_on=localdate())
    Organization.objects.system("test").filter(pk=house.east.pk).update(founded_on=localdate() + timedelta(days=1))
    assert set(queries.choices(chief, kinds=["branch"])) == set()


def test_two_open_siblings_never_share_a_name(house, chief) -> None:
    do(CREATE, chief, parent=house.committee, kind="branch", name="北岭党支部")
    with pytest.raises(Refused, match="之下已经有“北岭党支部”") as refused:
        do(CREATE, chief, parent=house.committee, kind="branch", name=" 北岭党支部 ")
    assert refused.value.field == "name"
    with pytest.raises(Refused, match="之下已经有“北岭党支部”"):
        do(EDIT, chief, house.east, **edited(house.east, name="北岭党支部"))
    assert again(house.east).name == "东山支部"


def test_a_name_is_free_under_another_parent_and_after_a_dissolution(house, chief) -> None:
    do(CREATE, chief, parent=house.root, kind="branch", name=house.east.name)
    Organization.objects.system("test").filter(pk=house.west.pk).update(dissolved_on=date(2024, 1, 1))
    assert do(CREATE, chief, parent=house.committee, kind="branch", name=house.west.name).pk
