"""Nobody raises themselves: every known way is tried, and fails, and leaves nothing behind."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import Http404
from django.test import Client

from tests import factories
from tests.accounts.conftest import days, do, hold, reload, role
from zhibu.apps.accounts.models import Account, Role, RoleAssignment
from zhibu.apps.accounts.queries import actor_for
from zhibu.apps.accounts.services.assignments import Delegation, Extension, NewAssignment
from zhibu.apps.accounts.services.roles import RoleFields
from zhibu.kernel.actions import Refused, Why
from zhibu.kernel.scope import OutsideScope

GRANT = "accounts.assignment.grant"


def granting(code: str, at: Any) -> NewAssignment:
    return NewAssignment(role(code), at, days(0), None, "试")


@pytest.fixture(autouse=True)
def nothing_gained(house: Any, chief: Account, local: Account) -> Any:
    """Whatever a test tries: afterwards the two administrators may exactly what they might before."""
    before = [actor_for(one).grants for one in (chief, local)]
    yield
    assert [actor_for(reload(one)).grants for one in (chief, local)] == before


def test_a_root_administrator_grants_himself_nothing(house: Any, chief: Account) -> None:
    with pytest.raises(Refused, match=r"自己|本人"):
        do(GRANT, chief, chief, granting("payroll_clerk", house.root))


def test_nor_another_account_of_the_same_person(house: Any, chief: Account, local: Account) -> None:
    actor = actor_for(chief)
    same = type(actor)(account_id=chief.pk, person_id=local.person_id, name="同一人", grants=actor.grants)
    from zhibu.kernel import actions

    with pytest.raises(Refused):
        actions.perform(actions.get(GRANT), same, uid=local.uid, data=granting("payroll_clerk", house.east))


def test_a_local_administrator_grants_only_what_he_holds_there(house: Any, local: Account) -> None:
    helper = factories.account("helper", of=factories.person("帮手", house.east))
    with pytest.raises(Refused) as refused:
        do(GRANT, local, helper, granting("payroll_clerk", house.east))
    assert refused.value.field == "role"
    assert "银行账户" in refused.value.message
    do(GRANT, local, helper, granting("admin", house.east))
    assert actor_for(helper).may("accounts.manage", house.east.path)


@pytest.mark.parametrize("place", ["west", "committee", "root"])
def test_nor_beside_or_above_his_own_subtree(house: Any, local: Account, place: str) -> None:
    helper = factories.account("helper", of=factories.person("帮手", house.east))
    with pytest.raises((Refused, OutsideScope)):
        do(GRANT, local, helper, granting("admin", getattr(house, place)))
    assert not RoleAssignment.objects.system("test").filter(account=helper).exists()


def test_an_account_out_of_reach_gets_nothing(house: Any, local: Account) -> None:
    stranger = factories.account("stranger", of=factories.person("外人", house.west))
    with pytest.raises(Http404):
        do(GRANT, local, stranger, granting("admin", house.east))


def test_a_password_of_somebody_with_more_is_not_reset(house: Any, chief: Account, local: Account) -> None:
    payroll = factories.account("payroll", "payroll_clerk", house.east, of=factories.person("会计", house.east))
    outranking = factories.account("boss", "leader", house.root, of=factories.person("领导", house.east))
    promised = factories.account("promised", of=factories.person("将任", house.east))
    hold(promised, "payroll_clerk", house.east, since=3)
    for account in (payroll, outranking, promised):
        with pytest.raises(Refused, match="您没有的权限"):
            do("accounts.account.reset_password", local, account, Why())
        assert reload(account).check_password("Test-2026-pass")
    plain = factories.account("plain", of=factories.person("群众", house.east))
    do("accounts.account.reset_password", local, plain, Why())
    assert not reload(plain).check_password("Test-2026-pass")


def test_one_s_own_password_is_not_reset_nor_the_account_reopened(house: Any, local: Account) -> None:
    for code in ("accounts.account.reset_password", "accounts.account.disable"):
        with pytest.raises(Refused, match=r"自己|本人"):
            do(code, local, local, Why())


def test_an_administrator_without_a_person_is_himself_too(house: Any, chief: Account) -> None:
    for code in ("accounts.account.reset_password", "accounts.account.disable"):
        with pytest.raises(Refused, match="自己"):
            do(code, chief, chief, Why())
    assert reload(chief).check_password("Test-2026-pass")


def test_somebody_with_roles_elsewhere_is_not_disabled_from_below(house: Any, local: Account) -> None:
    boss = factories.account("boss", "admin", house.root, of=factories.person("领导", house.east))
    with pytest.raises(Refused, match="管理范围之外"):
        do("accounts.account.disable", local, boss, Why())
    assert reload(boss).is_active


def test_no_role_is_written_with_a_permission_its_writer_lacks_at_the_root(house: Any, chief: Account) -> None:
    with pytest.raises(Refused) as refused:
        do("accounts.role.create", chief, data=RoleFields("自留角色", "", ("people.view", "people.see.bank")))
    assert refused.value.field == "permissions"
    assert "看银行账户" in refused.value.message
    own = do("accounts.role.create", chief, data=RoleFields("查看员", "", ("people.view",)))
    with pytest.raises(Refused, match="看健康情况"):
        do("accounts.role.edit", chief, own, RoleFields("查看员", "", ("people.view", "people.see.health")))
    assert reload(own).permissions == ["people.view"]


def test_no_role_is_written_by_a_local_administrator_nor_a_built_in_one_by_anybody(
    house: Any, chief: Account, local: Account
) -> None:
    with pytest.raises(Http404):
        do("accounts.role.create", local, data=RoleFields("小角色", "", ("people.view",)))
    own = do("accounts.role.create", chief, data=RoleFields("查看员", "", ("people.view",)))
    with pytest.raises(Http404):
        do("accounts.role.edit", local, own, RoleFields("查看员", "", ("accounts.manage",)))
    with pytest.raises(Refused, match="内置"):
        do("accounts.role.edit", chief, role("admin"), RoleFields("系统管理员", "", ("people.see.bank",)))


def test_one_s_own_role_is_not_extended(house: Any, local: Account) -> None:
    own = hold(local, "leader", house.east, until=5)
    try:
        with pytest.raises(Refused, match=r"本人|自己"):
            do("accounts.assignment.extend", local, own, Extension(None, "试"))
        assert reload(own).until == days(5)
    finally:
        RoleAssignment.objects.system("test", allow_delete=True).filter(pk=own.pk).delete()


def test_a_lent_role_is_not_lent_on_nor_extended_nor_grows_into_account_management(house: Any, chief: Account) -> None:
    lender = factories.account("lender", of=factories.person("甲", house.east))
    deputy = factories.account("deputy", of=factories.person("乙", house.east))
    third = factories.account("third", of=factories.person("丙", house.east))
    original = hold(lender, "branch_secretary", house.east)
    do("accounts.assignment.delegate", lender, original, Delegation(deputy, days(0), days(20), "出差"))
    lent = RoleAssignment.objects.system("test").get(delegated_from=original)
    hold(deputy, "leader", house.east)  # gives accounts.delegate of his own
    with pytest.raises(Refused, match="代理"):
        do("accounts.assignment.delegate", deputy, lent, Delegation(third, days(0), days(10), "出差"))
    with pytest.raises(Http404):
        do("accounts.assignment.delegate", deputy, original, Delegation(third, days(0), days(10), "出差"))
    with pytest.raises(Refused, match="代理"):
        do("accounts.assignment.extend", chief, lent, Extension(None, "试"))


def test_a_role_is_not_lent_to_oneself(house: Any) -> None:
    lender = factories.account("lender", "branch_secretary", house.east, of=factories.person("甲", house.east))
    own = RoleAssignment.objects.system("test").get(account=lender)
    with pytest.raises(Refused, match="自己"):
        do("accounts.assignment.delegate", lender, own, Delegation(lender, days(0), days(10), "出差"))


@pytest.mark.parametrize("code", ["branch_secretary", "organization_department", "auditor", "member"])
def test_forged_posts_of_those_who_manage_no_accounts_find_nothing(
    house: Any, signed_in: Callable[[Account], Client], code: str
) -> None:
    me = factories.account("me", code, house.root, of=factories.person("我", house.east))
    client = signed_in(me)
    body = {
        "key": "0b0e7f2e-8d1f-4d7e-9d3e-000000000001", "role": role("admin").uid, "organization": house.root.uid,
        "since": days(0), "reason": "伪造", "name": "伪造", "permissions": ["accounts.manage"], "username": "forged",
    }  # fmt: skip
    for action, uid in (
        (GRANT, me.uid), ("accounts.role.edit", role("admin").uid), ("accounts.account.reset_password", me.uid),
        ("accounts.account.rename", me.uid),
    ):  # fmt: skip
        assert client.post(f"/do/{action}/{uid}/", body).status_code == 404
    assert client.post("/do/accounts.role.create/", body).status_code == 404
    assert RoleAssignment.objects.system("test").filter(account=me).count() == 1
    assert not Role.objects.system("test").filter(name="伪造").exists()


def test_a_forged_organisation_or_role_in_a_local_administrator_s_post_is_refused(
    house: Any, local: Account, signed_in: Callable[[Account], Client]
) -> None:
    helper = factories.account("helper", of=factories.person("帮手", house.east))
    client = signed_in(local)
    body = {"key": "0b0e7f2e-8d1f-4d7e-9d3e-000000000002", "since": days(0), "reason": "伪造"}
    for role_code, place in (("admin", house.root), ("admin", house.west), ("payroll_clerk", house.east)):
        answer = client.post(
            f"/do/{GRANT}/{helper.uid}/", {**body, "role": role(role_code).uid, "organization": place.uid}
        )
        assert answer.status_code in {404, 422}
    assert not RoleAssignment.objects.system("test").filter(account=helper).exists()
