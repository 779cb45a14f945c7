"""Handing out roles for a time, ending, extending, lending."""

from typing import Any

import pytest
from django.http import Http404

from tests import factories
from tests.accounts.conftest import audited, days, do, hold, reload, role
from zhibu.apps.accounts.models import Account, RoleAssignment
from zhibu.apps.accounts.queries import actor_for
from zhibu.apps.accounts.services.assignments import Delegation, Ending, Extension, NewAssignment
from zhibu.kernel import actions
from zhibu.kernel.actions import Refused
from zhibu.kernel.audit import history

GRANT = "accounts.assignment.grant"
EXTEND = "accounts.assignment.extend"
END = "accounts.assignment.end"
DELEGATE = "accounts.assignment.delegate"
RECALL = "accounts.assignment.recall"


def new(code: str, at: Any, *, since: int = 0, until: int | None = None) -> NewAssignment:
    return NewAssignment(role(code), at, days(since), None if until is None else days(until), "会议决定")


class TestGrant:
    def test_a_role_is_held_at_its_organisation_and_the_trail_says_who_gave_it(
        self, house: Any, chief: Account
    ) -> None:
        wang = factories.account("wang")
        made = do(GRANT, chief, wang, new("branch_secretary", house.east))
        assert actor_for(wang).may("people.view", house.east.path)
        assert (made.granted_by_id, made.granted_by_name) == (chief.pk, "chief")
        (line,) = history("accounts.RoleAssignment", str(made.pk))
        assert "东山支部" in line.summary
        assert line.reason == "会议决定"
        (line,) = history("accounts.Account", str(wang.pk))
        assert line.summary == "授予角色：支部书记"
        assert line.reason == ""  # seen from other subtrees too

    @pytest.mark.parametrize(
        ("since", "until", "field"), [(-1, None, "since"), (0, 0, "until"), (0, -5, "until"), (9, 3, "until")]
    )
    def test_a_period_that_is_over_or_backdated_is_refused_at_its_field(
        self, house: Any, chief: Account, since: int, until: int, field: str
    ) -> None:
        wang = factories.account("wang")
        with pytest.raises(Refused) as refused:
            do(GRANT, chief, wang, new("leader", house.east, since=since, until=until))
        assert refused.value.field == field
        assert not RoleAssignment.objects.system("test").filter(account=wang).exists()

    def test_a_role_that_begins_later_counts_later(self, house: Any, chief: Account) -> None:
        wang = factories.account("wang")
        do(GRANT, chief, wang, new("leader", house.east, since=3))
        assert not actor_for(wang).may("people.view")

    def test_the_same_role_twice_at_a_time_is_refused(self, house: Any, chief: Account) -> None:
        wang = factories.account("wang")
        do(GRANT, chief, wang, new("leader", house.east, until=10))
        with pytest.raises(Refused, match="已有同一角色"):
            do(GRANT, chief, wang, new("leader", house.east, since=9))
        do(GRANT, chief, wang, new("leader", house.east, since=10))
        do(GRANT, chief, wang, new("leader", house.west))

    def test_a_dissolved_organisation_and_a_disabled_account_get_nothing(self, house: Any, chief: Account) -> None:
        wang = factories.account("wang")
        house.east.dissolved_on = days(-1)
        house.east.save()
        with pytest.raises(Refused, match="已撤销"):
            do(GRANT, chief, wang, new("leader", house.east))
        wang.is_active = False
        wang.save()
        with pytest.raises(Refused, match="停用"):
            do(GRANT, chief, wang, new("leader", house.west))


class TestEnd:
    def test_ending_today_takes_the_role_at_once(self, house: Any, chief: Account) -> None:
        wang = factories.account("wang")
        held = hold(wang, "leader", house.east)
        do(END, chief, held, Ending(days(0), "换届"))
        assert not actor_for(wang).may("people.view")
        with pytest.raises(Refused, match="已经结束"):
            do(END, chief, held, Ending(days(0), "换届"))

    def test_one_that_has_not_begun_is_ended_before_it_begins(self, house: Any, chief: Account) -> None:
        held = hold(factories.account("wang"), "leader", house.east, since=10)
        do(END, chief, held, Ending(days(0), "取消"))
        after = reload(held)
        assert after.until == after.since

    def test_ending_is_not_backdated_and_never_prolongs(self, house: Any, chief: Account) -> None:
        held = hold(factories.account("wang"), "leader", house.east, until=5)
        for on in (-1, 5, 9):
            with pytest.raises(Refused):
                do(END, chief, held, Ending(days(on), "换届"))
        assert reload(held).until == days(5)

    def test_the_last_administrator_of_the_root_keeps_the_role(self, house: Any, chief: Account) -> None:
        own = RoleAssignment.objects.system("test").get(account=chief, role=role("admin"))
        with pytest.raises(Refused, match="最后一个"):
            do(END, chief, own, Ending(days(0), "退休"))
        second = factories.account("second", "admin", house.root)
        do(END, second, own, Ending(days(0), "退休"))
        assert not actor_for(chief).may("accounts.manage")


class TestExtend:
    def test_what_ends_within_30_days_waits_in_the_inbox_and_can_be_extended(self, house: Any, chief: Account) -> None:
        soon, later = factories.account("soon"), factories.account("later")
        ending, open_end = hold(soon, "leader", house.east, until=30), hold(later, "leader", house.east, until=31)
        action = actions.get(EXTEND)
        rows = RoleAssignment.objects.visible_to(actor_for(chief), action.permission)
        assert list(rows.filter(action.condition(days(0)))) == [ending]
        assert action.inbox is not None
        assert "30 天" in action.inbox.detail(ending)
        assert action.inbox.due(ending) == days(30)
        do(EXTEND, chief, ending, Extension(days(400), "连任"))
        assert reload(ending).until == days(400)
        with pytest.raises(Refused, match="30 天"):
            do(EXTEND, chief, open_end, Extension(None, "连任"))

    def test_an_extension_leads_forward(self, house: Any, chief: Account) -> None:
        ending = hold(factories.account("soon"), "leader", house.east, until=3)
        with pytest.raises(Refused) as refused:
            do(EXTEND, chief, ending, Extension(days(3), "连任"))
        assert refused.value.field == "until"


class TestDelegate:
    @pytest.fixture
    def secretary(self, house: Any) -> Account:
        made: Account = factories.account("secretary", of=factories.person("王书记", house.east))
        return made

    @pytest.fixture
    def own(self, house: Any, secretary: Account) -> RoleAssignment:
        return hold(secretary, "branch_secretary", house.east)

    @pytest.fixture
    def deputy(self, house: Any) -> Account:
        made: Account = factories.account("deputy", of=factories.person("李委员", house.east))
        return made

    def test_the_deputy_acts_with_the_role_until_the_period_ends(
        self, house: Any, secretary: Account, own: RoleAssignment, deputy: Account
    ) -> None:
        do(DELEGATE, secretary, own, Delegation(deputy, days(0), days(7), "出差"))
        assert actor_for(deputy).may("people.edit.contact", house.east.path)
        assert not actor_for(deputy).may("accounts.delegate")
        assert actor_for(secretary).may("people.edit.contact", house.east.path)
        lent = RoleAssignment.objects.system("test").get(delegated_from=own)
        assert (lent.account, lent.until) == (deputy, days(7))
        assert audited(DELEGATE) == 2

    @pytest.mark.parametrize(("since", "until"), [(0, 91), (-1, 7), (0, 0), (5, 5)])
    def test_the_period_is_bounded(
        self, secretary: Account, own: RoleAssignment, deputy: Account, since: int, until: int
    ) -> None:
        with pytest.raises(Refused):
            do(DELEGATE, secretary, own, Delegation(deputy, days(since), days(until), "出差"))
        assert not RoleAssignment.objects.system("test").filter(delegated_from=own).exists()

    def test_what_is_lent_ends_with_the_original(
        self, house: Any, chief: Account, secretary: Account, own: RoleAssignment, deputy: Account
    ) -> None:
        do(DELEGATE, secretary, own, Delegation(deputy, days(0), days(60), "学习"))
        do(END, chief, own, Ending(days(0), "换届"))
        lent = RoleAssignment.objects.system("test").get(delegated_from=own)
        assert lent.until == days(0)
        assert not actor_for(deputy).may("people.view")

    def test_it_cannot_outlast_the_lender_s_own_role(self, house: Any, secretary: Account, deputy: Account) -> None:
        short = hold(secretary, "branch_secretary", house.east, until=10)
        with pytest.raises(Refused, match="为止"):
            do(DELEGATE, secretary, short, Delegation(deputy, days(0), days(11), "出差"))

    def test_only_the_lender_takes_it_back(
        self, house: Any, secretary: Account, own: RoleAssignment, deputy: Account
    ) -> None:
        do(DELEGATE, secretary, own, Delegation(deputy, days(0), days(60), "学习"))
        lent = RoleAssignment.objects.system("test").get(delegated_from=own)
        colleague = factories.account("colleague", "branch_secretary", house.east)
        with pytest.raises(Http404):
            do(RECALL, colleague, lent, Ending(days(0), "抢回"))
        do(RECALL, secretary, lent, Ending(days(0), "提前回来"))
        assert not actor_for(deputy).may("people.view")

    def test_somebody_out_of_reach_cannot_stand_in(self, house: Any, secretary: Account, own: RoleAssignment) -> None:
        stranger = factories.account("stranger", of=factories.person("外人", house.west))
        with pytest.raises(Refused) as refused:
            do(DELEGATE, secretary, own, Delegation(stranger, days(0), days(7), "出差"))
        assert refused.value.field == "account"

    def test_an_assignment_of_another_subtree_does_not_exist(
        self, house: Any, secretary: Account, deputy: Account
    ) -> None:
        other = hold(factories.account("west"), "branch_secretary", house.west)
        hold(secretary, "branch_secretary", house.east)
        with pytest.raises(Http404):
            do(DELEGATE, secretary, other, Delegation(deputy, days(0), days(7), "出差"))


def test_an_organisation_where_somebody_holds_a_role_is_not_dissolved(house: Any, chief: Account) -> None:
    from zhibu.apps.organizations.services.closing import Dissolution

    held = hold(factories.account("wang"), "branch_secretary", house.west)
    with pytest.raises(Refused, match="任角色"):
        do("organizations.organization.dissolve", chief, house.west, Dissolution(days(0), "合并"))
    do(END, chief, held, Ending(days(0), "撤销支部"))
    do("organizations.organization.dissolve", chief, house.west, Dissolution(days(0), "合并"))
    assert reload(house.west).dissolved_on == days(0)
