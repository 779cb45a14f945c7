"""Dissolving and reopening."""

from datetime import date, timedelta

import pytest
from django.utils.timezone import localdate

from tests import factories
from tests.organizations.helpers import ALL, again, do
from zhibu.apps.organizations.events import OrganizationDissolving
from zhibu.apps.organizations.models import Cover, Organization, Term
from zhibu.kernel import audit
from zhibu.kernel.actions import Refused
from zhibu.kernel.events import isolated, subscribe

pytestmark = pytest.mark.django_db

DISSOLVE, REOPEN = "organizations.organization.dissolve", "organizations.organization.reopen"


@pytest.fixture
def chief(house: factories.House):
    return factories.actor(ALL, house.root)


def test_a_dissolved_branch_stays_readable_and_comes_back_when_it_was_a_mistake(house, chief) -> None:
    do(DISSOLVE, chief, house.east, on=date(2024, 6, 30), reason="党委 2024-6 号决定")
    gone = again(house.east)
    assert gone.dissolved_on == date(2024, 6, 30)
    assert gone.is_open(date(2024, 6, 29))
    assert not gone.is_open(date(2024, 6, 30))
    do(REOPEN, chief, gone, reason="办错")
    back = again(house.east)
    assert (back.dissolved_on, back.rev) == (None, 3)
    lines = audit.history("organizations.Organization", str(house.east.pk))
    assert [line.summary for line in lines] == ["恢复东山支部", "撤销东山支部"]


def test_what_ended_with_it_comes_back_with_it_and_nothing_else(house, chief) -> None:
    unit = factories.organization("分公司", "unit", house.root)
    kept = Cover.objects.create(organization=house.station, covered=house.east, since=date(2020, 1, 1))
    earlier = Cover.objects.create(
        organization=house.east, covered=unit, since=date(2019, 1, 1), until=date(2024, 6, 30)
    )
    term = Term.objects.create(organization=house.east, number=5, since=date(2023, 1, 1), until=date(2026, 1, 1))
    do(DISSOLVE, chief, house.east, on=date(2024, 6, 30), reason="合并")
    term.refresh_from_db()
    kept.refresh_from_db()
    assert (term.closed_on, kept.until) == (date(2024, 6, 30), date(2024, 6, 30))
    summary = audit.history("organizations.Organization", str(house.east.pk))[0].summary
    assert summary == "撤销东山支部（本届任期随之结束，1 条覆盖关系随之结束）"
    do(REOPEN, chief, again(house.east), reason="办错")
    for row in (term, kept, earlier):
        row.refresh_from_db()
    assert (term.closed_on, kept.until) == (None, None)
    assert earlier.until == date(2024, 6, 30)


def test_a_cover_does_not_come_back_to_somebody_who_is_gone(house, chief) -> None:
    cover = Cover.objects.create(organization=house.station, covered=house.east, since=date(2020, 1, 1))
    do(DISSOLVE, chief, house.east, on=date(2024, 6, 30), reason="合并")
    do(DISSOLVE, chief, house.station, on=date(2024, 7, 1), reason="撤站")
    do(REOPEN, chief, again(house.east), reason="办错")
    cover.refresh_from_db()
    assert cover.until == date(2024, 6, 30)


@pytest.mark.parametrize(
    ("on", "words"),
    [(date(2009, 12, 31), "撤销日期早于成立日期"), (date(2999, 1, 1), "撤销日期不能晚于今天")],
)
def test_dates_that_cannot_be_are_refused_at_the_field(house, chief, on, words) -> None:
    with pytest.raises(Refused, match=words) as refused:
        do(DISSOLVE, chief, house.east, on=on, reason="合并")
    assert refused.value.field == "on"


def test_a_term_that_begins_later_is_named(house, chief) -> None:
    Term.objects.create(organization=house.east, number=5, since=date(2025, 1, 1), until=date(2028, 1, 1))
    with pytest.raises(Refused, match="本届任期或覆盖关系 2025-01-01 才开始"):
        do(DISSOLVE, chief, house.east, on=date(2024, 6, 30), reason="合并")


def test_open_children_forbid_it_and_are_named(house, chief) -> None:
    with pytest.raises(Refused) as refused:
        do(DISSOLVE, chief, house.committee, on=localdate(), reason="合并")
    assert str(refused.value) == "下面还有未撤销的组织：东山支部、西湾支部。请先撤销它们或移到别处。"


def test_who_still_has_something_there_may_forbid_it(house, chief) -> None:
    with isolated():

        @subscribe(OrganizationDissolving)
        def people_are_left(event: OrganizationDissolving) -> None:
            if event.organization_id == house.east.pk:
                raise Refused("还有 12 人在这个组织", next_step="请先把他们转到别的组织。")

        with pytest.raises(Refused, match="还有 12 人在这个组织"):
            do(DISSOLVE, chief, house.east, on=localdate(), reason="合并")
        do(DISSOLVE, chief, house.west, on=localdate(), reason="合并")
    assert again(house.east).dissolved_on is None
    assert again(house.west).dissolved_on == localdate()


def test_the_root_is_never_dissolved(house, chief) -> None:
    with pytest.raises(Refused, match="最高一级组织不能撤销"):
        do(DISSOLVE, chief, house.root, on=localdate(), reason="合并")


def test_twice_is_refused(house, chief) -> None:
    do(DISSOLVE, chief, house.east, on=localdate(), reason="合并")
    with pytest.raises(Refused, match="已撤销的组织不必再撤销"):
        do(DISSOLVE, chief, again(house.east), on=localdate(), reason="合并")
    with pytest.raises(Refused, match="这个组织没有撤销"):
        do(REOPEN, chief, house.west, reason="办错")


def test_under_a_dissolved_parent_nothing_is_reopened(house, chief) -> None:
    day = localdate() - timedelta(days=1)
    for organization in (house.east, house.west, house.committee):
        do(DISSOLVE, chief, organization, on=day, reason="合并")
    with pytest.raises(Refused, match="上级“东江实业党委”已撤销"):
        do(REOPEN, chief, again(house.east), reason="办错")
    assert Organization.objects.system("test").filter(dissolved_on=day).count() == 3
