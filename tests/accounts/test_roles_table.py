"""The table of permissions and the built-in roles."""

from typing import Any

import pytest

from tests import factories
from tests.accounts.conftest import role
from zhibu.apps.accounts import checks, handlers
from zhibu.apps.accounts.models import Role
from zhibu.apps.accounts.permissions import builtin_roles, grouped, label, permissions, second_factor
from zhibu.apps.accounts.queries import actor_for
from zhibu.apps.accounts.services.roles import sync_builtin
from zhibu.apps.people.groups import GROUPS

SENSITIVE = [g for g in GROUPS if g.sensitive]
MATRIX = [(code, permission) for code in builtin_roles() for permission in permissions()]


@pytest.mark.parametrize(("code", "permission"), MATRIX)
@pytest.mark.django_db
def test_a_built_in_role_gives_exactly_its_permissions_at_its_organisation(code: str, permission: str) -> None:
    house = factories.house()
    actor = actor_for(factories.account("someone", code, house.east))
    expected = permission in builtin_roles()[code].permissions
    assert actor.may(permission, house.east.path) is expected
    assert not actor.may(permission, house.west.path)
    assert not actor.may(permission, house.root.path)


@pytest.mark.parametrize(
    "code", ["branch_secretary", "branch_officer", "leader", "workstation_clerk", "admin", "auditor"]
)
@pytest.mark.parametrize("group", SENSITIVE, ids=lambda g: g.code)
def test_no_sensitive_group_comes_with_standing_above_somebody(code: str, group: Any) -> None:
    assert group.see not in builtin_roles()[code].permissions
    assert group.edit not in builtin_roles()[code].permissions


def test_members_hold_nothing_and_only_administrators_manage_accounts() -> None:
    assert builtin_roles()["member"].permissions == ()
    assert [code for code, one in builtin_roles().items() if "accounts.manage" in one.permissions] == ["admin"]
    assert [code for code, one in builtin_roles().items() if "people.see.bank" in one.permissions] == ["payroll_clerk"]


def test_whoever_edits_a_group_also_sees_it() -> None:
    for one in builtin_roles().values():
        for group in GROUPS:
            assert group.edit not in one.permissions or group.see in one.permissions, (one.code, group.code)


def test_every_permission_has_label_and_meaning_and_an_unknown_code_shows_as_it_is() -> None:
    for code, permission in permissions().items():
        assert permission.label, code
        assert permission.meaning, code
    assert label("gone.permission") == "gone.permission"
    assert [group for group, _ in grouped(["audit.view", "people.view"])] == ["人员", "系统"]


@pytest.mark.django_db
def test_built_in_roles_follow_the_table_at_every_migration() -> None:
    before = role("branch_secretary")
    assert sync_builtin() == []
    Role.objects.system("test").filter(pk=before.pk).update(permissions=["people.see.bank"])
    Role.objects.create(code="retired", name="旧角色", permissions=["people.view"], builtin=True)
    handlers.sync_roles()
    after = role("branch_secretary")
    assert after.permissions == list(builtin_roles()["branch_secretary"].permissions)
    assert after.rev == before.rev + 1
    assert not role("retired").builtin


def test_a_permission_that_nobody_declared_is_named_by_the_system_check(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.check_permissions(None) == []
    monkeypatch.setattr(checks, "used", lambda: iter([("dues.collect", "action dues.run")]))
    (error,) = checks.check_permissions(None)
    assert "dues.collect" in error.msg
    assert "action dues.run" in error.msg


def test_whoever_sees_or_edits_a_sensitive_group_has_a_second_factor() -> None:
    wanted = {code for group in SENSITIVE for code in (group.see, group.edit)}
    assert wanted <= second_factor()
