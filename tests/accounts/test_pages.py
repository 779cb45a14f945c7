"""The pages: lists, records, slips, bulk creation, one's own access, the access review."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from tests import factories
from tests.accounts.conftest import days, do, hold, reload, role
from zhibu.apps.accounts import review
from zhibu.apps.accounts.models import Account, RoleAssignment, SlipSheet
from zhibu.apps.accounts.queries import actor_for
from zhibu.apps.accounts.services import slips
from zhibu.apps.accounts.services.assignments import NewAssignment
from zhibu.apps.organizations.models import Organization

Enter = Callable[[Account], Client]
MANY = "/do/accounts.account.create_many/"
NEW_ROLE = "/do/accounts.role.create/"


def post(client: Client, address: str, **data: Any) -> Any:
    return client.post(address, {"key": str(uuid.uuid4()), **data})


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    body: str = answer.content.decode()
    return body


class TestScreens:
    def test_lists_and_records_show_one_s_own_subtree_only(self, house: Any, local: Account, signed_in: Enter) -> None:
        inside = factories.account("inside", "leader", house.east, of=factories.person("里面人", house.east))
        outside = factories.account("outside", "leader", house.west, of=factories.person("外面人", house.west))
        client = signed_in(local)
        leader = f"/roles/{role('leader').uid}/"
        for address in ("/accounts/", "/assignments/", f"/accounts/{inside.uid}/", leader, "/roles/"):
            body = text(client, address)
            assert "外面人" not in body, address
        assert "里面人" in text(client, "/accounts/")
        assert "里面人" in text(client, leader)
        assert client.get(f"/accounts/{outside.uid}/").status_code == 404
        held = RoleAssignment.objects.system("test").get(account=outside)
        assert client.get(f"/assignments/{held.uid}/").status_code == 404
        assert client.get(f"/accounts/{outside.uid}/history/").status_code == 404

    @pytest.mark.parametrize("state", ["active", "disabled", "first", "idle", "nonsense"])
    def test_accounts_can_be_filtered_by_state(self, house: Any, chief: Account, signed_in: Enter, state: str) -> None:
        Account.objects.create(username="first", display_name="未改密", password="!")
        Account.objects.create(username="off", display_name="停用人", password="!", is_active=False)
        body = text(signed_in(chief), f"/accounts/?state={state}")
        assert ("未改密" in body) is (state in {"active", "first"})
        assert ("停用人" in body) is (state == "disabled")

    def test_a_record_names_no_organisation_of_another_subtree(
        self, house: Any, local: Account, signed_in: Enter
    ) -> None:
        works = factories.account("works", "leader", house.east, of=factories.person("外来人", house.west))
        there = NewAssignment(role("auditor"), house.west, days(0), None, "西湾支部换届")
        do("accounts.assignment.grant", factories.account("boss", "admin", house.root), works, there)
        client = signed_in(local)
        for address in (f"/accounts/{works.uid}/", f"/accounts/{works.uid}/history/", "/accounts/", "/access/"):
            assert "西湾支部" not in text(client, address), address
        assert "授予角色：审计" in text(client, f"/accounts/{works.uid}/history/")

    def test_assignments_can_be_filtered_and_exported(self, house: Any, chief: Account, signed_in: Enter) -> None:
        hold(factories.account("past", of=factories.person("过去人", house.east)), "leader", house.east, until=-1)
        hold(factories.account("later", of=factories.person("将来人", house.west)), "leader", house.west, since=5)
        client = signed_in(chief)
        assert "过去人" in text(client, "/assignments/?state=ended")
        assert "将来人" not in text(client, "/assignments/?state=ended")
        assert "将来人" in text(client, "/assignments/?state=future")
        assert "将来人" not in text(client, f"/assignments/?below={house.east.uid}")
        assert "过去人" in text(client, f"/assignments/?role={role('leader').uid}&below={house.east.uid}")
        answer = client.post("/assignments/export/")
        assert answer.headers["Content-Type"].endswith("spreadsheetml.sheet")

    def test_the_lists_cost_the_same_however_much_is_in_them(
        self, house: Any, chief: Account, signed_in: Enter, django_assert_max_num_queries: Any
    ) -> None:
        client = signed_in(chief)
        for number in range(12):
            one = factories.account(f"a{number}", "leader", house.east, of=factories.person(f"人{number}", house.east))
            hold(one, "auditor", house.west)
        for address in ("/accounts/", "/assignments/", "/roles/", "/access/"):
            with django_assert_max_num_queries(14):
                text(client, address)

    def test_the_buttons_are_those_one_may_use(
        self, house: Any, chief: Account, local: Account, signed_in: Enter
    ) -> None:
        account = factories.account("wang", "auditor", house.root, of=factories.person("王某", house.east))
        body = text(signed_in(chief), f"/accounts/{account.uid}/")
        assert "授予角色" in body
        assert "启用</a>" not in body
        auditor = text(signed_in(account), f"/accounts/{account.uid}/")
        assert "/do/accounts." not in auditor


class TestBulkPage:
    def test_from_the_organisation_to_the_printed_slips_without_javascript(
        self, house: Any, local: Account, signed_in: Enter
    ) -> None:
        people = [factories.person(f"党员{n}", house.root, party=house.east) for n in range(3)]
        factories.person("外面人", house.root, party=house.west)
        client = signed_in(local)
        address = MANY
        first = text(client, address)
        assert "西湾支部" not in first
        second = text(client, f"{address}?organization={house.east.uid}&kind=party")
        assert "党员1" in second
        assert "外面人" not in second
        answer = post(
            client,
            address,
            organization=house.east.uid,
            kind="party",
            whole="ticked",
            people=[people[0].uid, people[2].uid],
        )
        sheet = SlipSheet.objects.system("test").get()
        assert answer.url == sheet.get_absolute_url()
        made = Account.objects.system("test").filter(person__in=people)
        assert {account.display_name for account in made} == {"党员0", "党员2"}
        page = text(client, answer.url)
        passwords = [slip.password for slip in slips.printed(sheet, actor_for(local))]
        assert not any(password in page for password in passwords)
        opened = client.post(f"/slips/{sheet.uid}/open/")
        body = opened.content.decode()
        assert all(password in body for password in passwords)
        assert "no-store" in opened.headers["Cache-Control"]
        assert "http://testserver/" in body
        post(client, f"/do/accounts.slips.confirm/{sheet.uid}/")
        assert slips.printed(sheet, actor_for(local)) == []
        assert client.post(f"/slips/{sheet.uid}/open/").status_code == 302
        assert "密码已清除" in text(client, f"/slips/{sheet.uid}/")

    def test_nothing_ticked_ticks_beside_all_an_unknown_person_or_another_subtree_is_refused(
        self, house: Any, local: Account, signed_in: Enter
    ) -> None:
        stranger = factories.person("外面人", house.root, party=house.west)
        member = factories.person("党员", house.root, party=house.east)
        client = signed_in(local)
        address = MANY
        for data in (
            {"organization": house.east.uid, "kind": "party", "whole": "all", "people": [member.uid]},
            {"organization": house.east.uid, "whole": "ticked"},
            {"organization": house.east.uid, "whole": "ticked", "people": [stranger.uid]},
            {"organization": house.west.uid, "whole": "all"},
            {"organization": "nonsense", "whole": "all"},
            {},
        ):
            assert post(client, address, **data).status_code == 422
        assert not SlipSheet.objects.system("test").exists()

    def test_the_same_form_sent_twice_makes_accounts_once(self, house: Any, chief: Account, signed_in: Enter) -> None:
        factories.person("党员", house.root, party=house.east)
        client = signed_in(chief)
        body = {"key": str(uuid.uuid4()), "organization": house.east.uid, "kind": "party", "whole": "all"}
        answers = [client.post(MANY, body) for _ in range(2)]
        assert answers[0].url == answers[1].url
        assert SlipSheet.objects.system("test").count() == 1

    def test_a_relation_nobody_is_in_is_not_called_all_done(self, house: Any, chief: Account, signed_in: Enter) -> None:
        factories.person("张伟", house.station)
        body = text(signed_in(chief), f"{MANY}?organization={house.station.uid}&kind=party")
        assert "按这种关系，这里没有要建账号的人" in body
        assert "这里的人都有账号了" not in body

    def test_more_than_fifty_go_to_the_job_s_page(self, house: Any, chief: Account, signed_in: Enter) -> None:
        for number in range(51):
            factories.person(f"党员{number}", house.root, party=house.east)
        client = signed_in(chief)
        answer = post(
            client, "/do/accounts.account.create_many/", organization=house.east.uid, kind="party", whole="all"
        )
        sheet = SlipSheet.objects.system("test").get()
        assert answer.url == sheet.get_absolute_url()
        assert client.get(answer.url).url == f"/jobs/{sheet.job_uid}/"


class TestSlipPages:
    @pytest.fixture
    def sheet(self, house: Any, chief: Account, signed_in: Enter) -> SlipSheet:
        person = factories.person("张伟", house.east)
        answer = post(signed_in(chief), f"/do/accounts.account.create/{person.uid}/", username="zhangwei")
        made: SlipSheet = SlipSheet.objects.system("test").get()
        assert answer.url == made.get_absolute_url()
        return made

    def test_another_administrator_finds_nothing(self, house: Any, sheet: SlipSheet, signed_in: Enter) -> None:
        client = signed_in(factories.account("other", "admin", house.root))
        assert client.get(f"/slips/{sheet.uid}/").status_code == 404
        assert client.post(f"/slips/{sheet.uid}/open/").status_code == 404
        assert client.post(f"/do/accounts.slips.confirm/{sheet.uid}/", {"key": str(uuid.uuid4())}).status_code == 404

    def test_who_no_longer_manages_opens_nothing(self, sheet: SlipSheet, chief: Account, signed_in: Enter) -> None:
        RoleAssignment.objects.system("test").filter(account=chief, role=role("admin")).update(until=days(0))
        assert signed_in(chief).get(f"/slips/{sheet.uid}/").status_code == 404

    def test_a_get_never_shows_a_password_and_an_old_sheet_says_so(
        self, sheet: SlipSheet, chief: Account, signed_in: Enter
    ) -> None:
        client = signed_in(chief)
        assert client.get(f"/slips/{sheet.uid}/open/").status_code == 405
        SlipSheet.objects.system("test").update(expires_at=timezone.now())
        answer = client.post(f"/slips/{sheet.uid}/open/", follow=True)
        assert "24 小时" in answer.content.decode()
        assert reload(sheet).opened == 0


class TestForms:
    def test_a_grant_lands_on_the_new_assignment(self, house: Any, chief: Account, signed_in: Enter) -> None:
        wang = factories.account("wang")
        client = signed_in(chief)
        address = f"/do/accounts.assignment.grant/{wang.uid}/"
        assert "支部书记" in text(client, address)
        answer = post(
            client,
            address,
            role=role("branch_secretary").uid,
            organization=house.east.uid,
            since=days(0),
            reason="任命",
        )
        held = RoleAssignment.objects.system("test").get(account=wang)
        assert answer.url == f"/assignments/{held.uid}/"
        assert "任命" in text(client, answer.url)
        refused = post(
            client, address, role=role("leader").uid, organization=house.east.uid, since=days(-3), reason="补"
        )
        assert refused.status_code == 422
        assert refused.context["form"].errors["since"]

    def test_a_local_administrator_is_offered_only_what_he_may_hand_out(
        self, house: Any, local: Account, signed_in: Enter
    ) -> None:
        helper = factories.account("helper", of=factories.person("帮手", house.east))
        body = text(signed_in(local), f"/do/accounts.assignment.grant/{helper.uid}/")
        assert "系统管理员" in body
        assert "薪酬财务" not in body
        assert "西湾支部" not in body
        assert "东江实业" not in body

    def test_a_deputy_is_found_by_name_and_two_of_one_name_are_told_apart(self, house: Any, signed_in: Enter) -> None:
        lender = factories.account("lender", "branch_secretary", house.east, of=factories.person("王书记", house.east))
        own = RoleAssignment.objects.system("test").get(account=lender)
        for number, place in enumerate((house.east, house.east, house.west)):
            factories.account(f"li{number}", of=factories.person("李强", place))
        client = signed_in(lender)
        address = f"/do/accounts.assignment.delegate/{own.uid}/"
        mine = text(client, "/account/access/")
        assert f"{address}?next=/account/access/" in mine
        period = {"since": days(0), "until": days(5), "reason": "出差", "next": "/account/access/"}
        doubt = post(client, address, account="李强", **period)
        assert doubt.status_code == 422
        (message,) = doubt.context["form"].errors["account"]
        assert "li0" in message
        assert "li1" in message
        assert "li2" not in message
        assert post(client, address, account="没有这个人", **period).status_code == 422
        assert post(client, address, account="li2", **period).status_code == 422
        assert post(client, address, account="li1", **period).url == "/account/access/"
        assert "李强" in text(client, "/account/access/")
        deputy = Account.objects.get_by_natural_key("li1")
        assert "代理王书记" in text(signed_in(deputy), "/account/access/")

    def test_a_member_without_a_role_reads_what_he_may_do(self, house: Any, signed_in: Enter) -> None:
        assert "没有管理角色" in text(signed_in(factories.account("plain")), "/account/access/")

    def test_a_role_of_one_s_own_is_made_once(self, house: Any, chief: Account, signed_in: Enter) -> None:
        client = signed_in(chief)
        answer = post(client, NEW_ROLE, name="查看员", description="只看", permissions=["people.view"])
        assert "只看" in text(client, answer.url)
        twice = post(client, NEW_ROLE, name="查看员", permissions=["people.view"])
        assert twice.status_code == 422
        assert post(client, NEW_ROLE, name="空", permissions=[]).status_code == 422
        assert post(client, NEW_ROLE, name="假", permissions=["root.all"]).status_code == 422


class TestReview:
    def test_the_review_needs_its_permission(self, house: Any, signed_in: Enter) -> None:
        assert signed_in(factories.account("s", "branch_secretary", house.east)).get("/access/").status_code == 404

    @pytest.mark.parametrize("by", ["organization", "person", "permission", "nonsense"])
    def test_who_can_do_what_where_within_reach(self, house: Any, signed_in: Enter, by: str) -> None:
        hold(factories.account("in", of=factories.person("里面人", house.east)), "payroll_clerk", house.east)
        hold(factories.account("out", of=factories.person("外面人", house.west)), "payroll_clerk", house.west)
        client = signed_in(factories.account("auditor", "auditor", house.east))
        for printing in ("", "&print=1"):
            body = text(client, f"/access/?by={by}&permission=people.see.bank{printing}")
            assert "里面人" in body
            assert "外面人" not in body

    def test_what_deserves_a_look_is_named(self, house: Any, chief: Account) -> None:
        def one(name: str) -> Account:
            made: Account = factories.account(name, of=factories.person(name, house.east))
            made.last_login = timezone.now()
            made.save()
            return made

        hold(one("soon"), "leader", house.east, until=9)
        hold(one("past"), "leader", house.east, until=-9)
        hold(one("ancient"), "leader", house.east, since=-900, until=-400)
        asleep, off, lender, deputy = one("asleep"), one("off"), one("lender"), one("deputy")
        for account in (asleep, off):
            hold(account, "leader", house.east)
        asleep.last_login = timezone.now() - timedelta(days=91)
        asleep.save()
        off.is_active = False
        off.save()
        own = hold(lender, "leader", house.east)
        lent = hold(deputy, "leader", house.east, since=0, until=40)
        lent.delegated_from = own
        lent.save()
        found = review.review(actor_for(chief), review.Choice(organization=house.east))
        named = {
            item.title: [line.row.account.username for line in item.lines] + [a.username for a in item.accounts]
            for item in found.attention
        }
        assert named == {
            "30 天内到期": ["soon"],
            "已到期或已结束，近一年内": ["past"],
            "正在代理": ["deputy"],
            "账号停用而角色未结束": ["off"],
            "有角色但 90 天没有登录": ["asleep"],
            # a leader approves remissions and spending of dues
            "须有第二验证而没有：下次登录时须先设置": ["asleep", "deputy", "lender", "soon"],
        }

    def test_a_delegation_never_shows_as_account_management(self, house: Any, chief: Account) -> None:
        own = RoleAssignment.objects.system("test").get(account=chief, role=role("admin"))
        deputy = factories.account("deputy")
        lent = hold(deputy, "admin", house.root, since=0, until=20)
        lent.delegated_from = own
        lent.save()
        for code, expected in (("accounts.manage", {"chief"}), ("audit.view", {"chief", "deputy"})):
            (group,) = review.review(actor_for(chief), review.Choice(by="permission", permission=code)).groups
            assert {line.row.account.username for line in group.lines} == expected


class TestCreateAdmin:
    def test_an_empty_database_gets_a_root_and_an_administrator_who_must_change_the_password(
        self, db: Any, capsys: pytest.CaptureFixture[str], client: Client
    ) -> None:
        call_command("createadmin", username="Admin", organization="东江实业")
        said = capsys.readouterr().out
        password = said.split("首次密码：")[1].split()[0]
        root = Organization.objects.system("test").get()
        assert (root.name, root.parent) == ("东江实业", None)
        assert client.post("/login/", {"username": "admin", "password": password}).status_code == 302
        assert client.get("/accounts/").url == "/account/password/"
        actor = actor_for(Account.objects.get_by_natural_key("admin"))
        for permission in ("accounts.manage", "organizations.restructure", "people.import", "people.see.identity"):
            assert actor.may(permission, root.path)

    def test_a_second_run_changes_nothing(self, db: Any, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("createadmin", username="admin")
        capsys.readouterr()
        call_command("createadmin", username="intruder")
        said = capsys.readouterr().out
        assert "已经有管理员" in said
        assert "密码：" not in said
        assert Account.objects.system("test").count() == 1

    def test_an_unusable_name_makes_nothing_at_all(self, db: Any) -> None:
        with pytest.raises(CommandError, match="用户名"):
            call_command("createadmin", username="管理员")
        assert not Organization.objects.system("test").exists()
        assert not Account.objects.system("test").exists()

    def test_an_existing_root_is_used(self, house: Any) -> None:
        call_command("createadmin", username="admin", organization="另一个")
        assert Organization.objects.system("test").filter(parent__isnull=True).get() == house.root
