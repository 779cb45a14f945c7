"""Every page has help: a chapter that names it, and the nearer one for whoever has a chapter of their own."""

from urllib.parse import quote

import pytest

from tests.matrix.addresses import patterns
from zhibu.apps.accounts.permissions import builtin_roles, roles_like
from zhibu.kernel import actions
from zhibu.kernel.actor import ANONYMOUS, Actor, Grant
from zhibu.kernel.handbook.helping import best, help_url
from zhibu.kernel.ui import errors

#: the two addresses behind which all acts lie: each act is asked about by its code
ACTS = {"action", "action-on"}
NOBODY: frozenset[str] = frozenset()
SIGNED_OUT = ("login", "rules", "rule", "handbook", "error-404", "error-403", "error-400")


def pages() -> list[str]:
    """Return what every page is called: addresses, acts, errors."""
    names = [name for name, _ in patterns() if name not in ACTS]
    codes = [action.code for action in actions.all_actions()]
    troubles = [f"error-{trouble.status}" for trouble in vars(errors).values() if isinstance(trouble, errors.Trouble)]
    return sorted({*names, *codes, *troubles})


def holding(role: str) -> Actor:
    """Return somebody who holds a built-in role."""
    grants = tuple(Grant(code, "0000") for code in builtin_roles()[role].permissions)
    return Actor(account_id=1, name="某人", grants=grants)


def test_every_page_stands_in_a_chapter() -> None:
    assert [page for page in pages() if best(page, True, NOBODY) is None] == []


@pytest.mark.parametrize("page", SIGNED_OUT)
def test_pages_before_signing_in_have_public_help(page: str) -> None:
    found = best(page, False, NOBODY)
    assert found is not None
    assert found[0].public


@pytest.mark.parametrize("role", [role for role in builtin_roles() if role != "member"])
def test_a_role_is_known_by_its_permissions(role: str) -> None:
    assert role in roles_like(holding(role))
    assert help_url(holding(role), "workbench").startswith("/handbook/")


def test_the_larger_role_counts() -> None:
    assert roles_like(holding("branch_secretary")) == {"branch_secretary"}
    assert roles_like(Actor(account_id=1)) == NOBODY


def test_ones_own_chapter_comes_first() -> None:
    member = Actor(account_id=1, name="党员")
    assert help_url(member, "workbench") == f"/handbook/member/#{quote('打开以后看到什么')}"
    assert help_url(holding("workstation_clerk"), "people-record") == f"/handbook/workstation/#{quote('看他的情况')}"
    assert help_url(holding("hr_clerk"), "people-record") == f"/handbook/people/#{quote('打开一个人的主档')}"


def test_a_page_nobody_described_leads_to_the_chapter_of_ones_role() -> None:
    assert help_url(holding("archivist"), "no-such-page") == "/handbook/archivist/"
    assert help_url(ANONYMOUS, "no-such-page") == "/handbook/"
