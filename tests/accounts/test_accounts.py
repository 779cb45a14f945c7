"""Accounts made from people, their first passwords, and what happens to them later."""

from typing import Any

import pytest
from django.db import connection
from django.http import Http404
from django.utils import timezone

from tests import factories
from tests.accounts.conftest import audited, days, do, hold, reload
from zhibu.apps.accounts.models import Account, Slip, SlipSheet
from zhibu.apps.accounts.queries import actor_for, candidates
from zhibu.apps.accounts.services import naming, slips
from zhibu.apps.accounts.services.accounts import NewAccount, NewAccounts, NewName
from zhibu.apps.people.models import Affiliation, Person
from zhibu.kernel.actions import Refused, Why
from zhibu.kernel.jobs import run_now
from zhibu.kernel.jobs.models import Job, State

CREATE = "accounts.account.create"
MANY = "accounts.account.create_many"
RESET = "accounts.account.reset_password"


def account_of(person: Person) -> Account:
    found: Account = Account.objects.system("test").get(person=person)
    return found


def printed(sheet: SlipSheet) -> list[slips.PrintedSlip]:
    requester = actor_for(Account.objects.system("test").get(pk=sheet.requested_by_id))
    return slips.printed(sheet, requester)


def only_password(sheet: SlipSheet) -> str:
    (slip,) = printed(sheet)
    return slip.password


class TestOne:
    def test_an_account_from_a_person_has_a_first_password_that_must_be_changed(
        self, house: Any, chief: Account
    ) -> None:
        zhang = factories.person("张伟", house.root, party=house.east, staff_number="10023")
        sheet = do(CREATE, chief, zhang, NewAccount("10023"))
        made = account_of(zhang)
        assert (made.username, made.display_name, made.must_change_password) == ("10023", "张伟", True)
        assert made.check_password(only_password(sheet))
        assert not holdings_of(made)
        assert audited(CREATE) == 1
        (slip,) = printed(sheet)
        assert (slip.name, slip.branch, slip.username) == ("张伟", "东山支部", "10023")

    def test_somebody_in_another_subtree_does_not_exist(self, house: Any, local: Account) -> None:
        outsider = factories.person("王外人", house.west)
        with pytest.raises(Http404):
            do(CREATE, local, outsider, NewAccount("wang"))
        assert not Account.objects.system("test").filter(person=outsider).exists()

    def test_a_slip_names_no_organisation_of_another_subtree(self, house: Any, local: Account) -> None:
        both = factories.person("张两", house.west, party=house.west)
        Affiliation.objects.create(person=both, organization=house.east, kind="service", since=days(-5))
        (slip,) = printed(do(CREATE, local, both, NewAccount("zhangliang")))
        assert slip.branch == "东山支部"

    def test_a_branch_secretary_makes_no_accounts(self, house: Any) -> None:
        secretary = factories.account("secretary", "branch_secretary", house.east)
        with pytest.raises(Http404):
            do(CREATE, secretary, factories.person("张伟", house.east), NewAccount("zhangwei"))

    def test_nobody_has_two_accounts(self, house: Any, chief: Account) -> None:
        zhang = factories.person("张伟", house.east)
        do(CREATE, chief, zhang, NewAccount("zhangwei"))
        with pytest.raises(Refused, match="已有账号"):
            do(CREATE, chief, zhang, NewAccount("zhangwei2"))

    @pytest.mark.parametrize("name", ["chief", "CHIEF", "张伟", "10023", "13800000000"])
    def test_a_user_name_that_is_taken_ill_formed_or_another_s_number_is_refused(
        self, house: Any, chief: Account, name: str
    ) -> None:
        factories.person("李四", house.west, staff_number="10023", mobile="13800000000")
        with pytest.raises(Refused) as refused:
            do(CREATE, chief, factories.person("张伟", house.east), NewAccount(name))
        assert refused.value.field == "username"


class TestNames:
    @pytest.mark.parametrize(
        ("name", "staff_number", "proposed"),
        [
            ("张伟", "10023", "10023"),
            ("张伟", "A-17", "a-17"),
            ("张伟", "", "zhangwei"),
            ("张伟", "工12", "zhangwei"),
            ("吕 布", "", "lvbu"),
            ("阿依古丽·买买提", "", "ayigulimaimaiti"),
            ("𠮷", "", "user"),
            ("O'Brien", "", "obrien"),
        ],
    )
    def test_the_proposal_is_the_staff_number_or_the_name_in_pinyin(
        self, db: Any, name: str, staff_number: str, proposed: str
    ) -> None:
        assert naming.propose(Person(name=name, staff_number=staff_number)) == proposed

    def test_the_next_one_of_the_same_name_gets_a_number(self, house: Any) -> None:
        factories.account("zhangwei")
        assert naming.propose(Person(name="张伟")) == "zhangwei2"
        factories.account("zhangwei2")
        assert naming.propose(Person(name="章伟")) == "zhangwei3"


def people_of(house: Any, number: int) -> list[Person]:
    return [factories.person(f"党员{n}", house.root, party=house.east) for n in range(number)]


def holdings_of(account: Account) -> list[Any]:
    from zhibu.apps.accounts.queries import holdings

    return holdings(account)


class TestMany:
    def test_up_to_fifty_are_made_at_once_with_one_line_each(self, house: Any, chief: Account) -> None:
        people = people_of(house, 5)
        sheet = do(MANY, chief, data=NewAccounts(house.east, tuple(p.pk for p in people)))
        assert Account.objects.system("test").filter(person__in=people).count() == 5
        assert len({slip.username for slip in printed(sheet)}) == 5
        assert audited(MANY) == 6  # five accounts and the sheet
        for slip in printed(sheet):
            assert Account.objects.get_by_natural_key(slip.username).check_password(slip.password)

    def test_beyond_fifty_the_worker_makes_each_account_exactly_once(self, house: Any, chief: Account) -> None:
        people = people_of(house, 57)
        sheet = do(MANY, chief, data=NewAccounts(house.east, tuple(p.pk for p in people)))
        assert Account.objects.system("test").filter(person__in=people).count() == 0
        job = Job.objects.system("test").get(uid=sheet.job_uid)
        done = run_now(job)
        assert (done.state, done.done_count, done.total) == (State.DONE, 57, 57)
        assert done.result["url"] == sheet.get_absolute_url()
        made = Account.objects.system("test").filter(person__in=people)
        assert made.count() == len(printed(sheet)) == 57
        run_now(job)
        assert Slip.objects.system("test").filter(sheet=sheet).count() == 57
        assert "密" not in str(done.payload)
        assert not any(slip.password in str(done.result) for slip in printed(sheet))

    def test_a_chunk_that_runs_again_makes_nothing_twice(self, house: Any, chief: Account) -> None:
        from zhibu.apps.accounts.jobs import create_accounts

        people = people_of(house, 55)
        sheet = do(MANY, chief, data=NewAccounts(house.east, tuple(p.pk for p in people)))
        job = Job.objects.system("test").get(uid=sheet.job_uid)
        first = create_accounts(job, None)
        again = create_accounts(job, None)
        assert first.done == again.done == 10
        assert Account.objects.system("test").filter(person__in=people).count() == 10
        assert Slip.objects.system("test").filter(sheet=sheet).count() == 10

    def test_the_worker_hashes_passwords_before_it_takes_the_write_lock(
        self, house: Any, chief: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from zhibu.apps.accounts import jobs

        people = people_of(house, 55)
        sheet = do(MANY, chief, data=NewAccounts(house.east, tuple(p.pk for p in people)))
        outside, depths, made = len(connection.savepoint_ids), set(), jobs.make_first_password

        def watched() -> Any:
            depths.add(len(connection.savepoint_ids))
            return made()

        monkeypatch.setattr(jobs, "make_first_password", watched)
        monkeypatch.setattr("zhibu.apps.accounts.services.naming.make_first_password", lambda: 1 / 0)
        assert run_now(Job.objects.system("test").get(uid=sheet.job_uid)).state == State.DONE
        assert depths == {outside}

    def test_the_worker_asks_for_the_requester_s_reach_at_every_chunk(self, house: Any, local: Account) -> None:
        people = people_of(house, 55)
        sheet = do(MANY, local, data=NewAccounts(house.east, tuple(p.pk for p in people)))
        Affiliation.objects.system("test").filter(person__in=people[:10], kind="party").update(until=days(0))
        done = run_now(Job.objects.system("test").get(uid=sheet.job_uid))
        assert done.state == State.DONE
        assert Account.objects.system("test").filter(person__in=people).count() == 45
        assert "45" in done.message

    def test_the_worker_stops_when_the_requester_was_disabled(self, house: Any, local: Account) -> None:
        people = people_of(house, 55)
        sheet = do(MANY, local, data=NewAccounts(house.east, tuple(p.pk for p in people)))
        local.is_active = False
        local.save()
        assert run_now(Job.objects.system("test").get(uid=sheet.job_uid)).state == State.FAILED
        assert Account.objects.system("test").filter(person__in=people).count() == 0

    def test_forged_people_of_another_subtree_get_no_account(self, house: Any, local: Account) -> None:
        inside, outside = factories.person("里", house.east), factories.person("外", house.west)
        do(MANY, local, data=NewAccounts(house.east, (inside.pk, outside.pk)))
        assert Account.objects.system("test").filter(person=inside).exists()
        assert not Account.objects.system("test").filter(person=outside).exists()
        with pytest.raises(Refused, match="不在您的管理范围"):
            do(MANY, local, data=NewAccounts(house.east, (outside.pk,)))

    def test_candidates_are_those_without_an_account_by_relation(self, house: Any, chief: Account) -> None:
        member = factories.person("党员", house.root, party=house.east)
        factories.person("职工", house.root)
        factories.account("has", of=factories.person("有账号", house.root, party=house.east))
        actor = actor_for(chief)
        assert list(candidates(actor, house.east, "party")) == [member]
        assert candidates(actor, house.root).count() == 2


class TestSlips:
    @pytest.fixture
    def sheet(self, house: Any, chief: Account) -> SlipSheet:
        made: SlipSheet = do(CREATE, chief, factories.person("张伟", house.east), NewAccount("zhangwei"))
        return made

    def test_passwords_lie_encrypted_and_go_when_the_printing_is_confirmed(
        self, sheet: SlipSheet, chief: Account
    ) -> None:
        from django.db import connection

        password = only_password(sheet)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT password FROM {Slip._meta.db_table}")
            (raw,) = cursor.fetchone()
        assert password.encode() not in bytes(raw)
        do("accounts.slips.open", chief, sheet)
        do("accounts.slips.confirm", chief, sheet)
        assert printed(reload(sheet)) == []
        assert audited("accounts.slips.open") == audited("accounts.slips.confirm") == 1
        with pytest.raises(Refused, match="已经清除"):
            do("accounts.slips.open", chief, sheet)

    def test_nobody_but_the_requester_finds_the_sheet(self, house: Any, sheet: SlipSheet) -> None:
        other = factories.account("other", "admin", house.root)
        with pytest.raises(Http404):
            do("accounts.slips.open", other, sheet)
        assert reload(sheet).opened == 0

    def test_after_24_hours_the_clock_erases_them(self, sheet: SlipSheet, chief: Account) -> None:
        assert slips.expire() == 0
        SlipSheet.objects.system("test").update(expires_at=timezone.now())
        with pytest.raises(Refused, match="24 小时"):
            do("accounts.slips.open", chief, sheet)
        assert slips.expire() == 1
        assert printed(reload(sheet)) == []
        assert audited("accounts.slips.expire") == 1

    def test_a_new_password_makes_the_older_slip_useless(self, sheet: SlipSheet, chief: Account) -> None:
        account = Account.objects.get_by_natural_key("zhangwei")
        old = only_password(sheet)
        newer = do(RESET, chief, account, Why())
        assert printed(sheet) == []
        assert reload(account).check_password(only_password(newer))
        assert not reload(account).check_password(old)


class TestLater:
    def test_disabling_keeps_the_roles_and_enabling_gives_them_back(self, house: Any, chief: Account) -> None:
        account = factories.account("wang", "leader", house.east)
        do("accounts.account.disable", chief, account, Why("调离"))
        assert not actor_for(reload(account)).may("people.view")
        with pytest.raises(Refused, match="已停用"):
            do(RESET, chief, account, Why())
        do("accounts.account.enable", chief, account, Why())
        assert actor_for(reload(account)).may("people.view", house.east.path)

    def test_renaming_keeps_the_password(self, house: Any, chief: Account) -> None:
        account = factories.account("wang")
        do("accounts.account.rename", chief, account, NewName("Wang.Wei"))
        after = reload(account)
        assert (after.username, after.rev, after.check_password("Test-2026-pass")) == ("wang.wei", 2, True)
        with pytest.raises(Refused):
            do("accounts.account.rename", chief, account, NewName("chief"))

    def test_nobody_disables_their_own_account(self, house: Any, chief: Account) -> None:
        second = factories.account("second", "admin", house.root)
        do("accounts.account.disable", second, chief, Why())
        with pytest.raises(Refused, match="自己"):
            do("accounts.account.disable", second, second, Why())
        assert reload(second).is_active

    def test_accounts_are_seen_through_their_person_or_their_roles(
        self, house: Any, local: Account, chief: Account
    ) -> None:
        inside = factories.account("in", of=factories.person("里", house.east))
        working = factories.account("works", "leader", house.east, of=factories.person("外", house.west))
        factories.account("out", "leader", house.west, of=factories.person("外二", house.west))
        loose = factories.account("loose")
        visible = set(Account.objects.visible_to(actor_for(local)))
        assert visible == {local, inside, working}
        assert loose in set(Account.objects.visible_to(actor_for(chief)))
        assert house.east.path in inside.scope_paths()
        assert loose.scope_paths() == [house.root.path]
        hold(loose, "leader", house.west)
        assert loose.scope_paths() == [house.west.path]
