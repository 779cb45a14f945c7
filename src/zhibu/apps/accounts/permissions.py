"""The table of permissions and the built-in roles, as `params/roles.yaml` says. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from zhibu.kernel import tables
from zhibu.kernel.actor import Actor

VIEW = "accounts.view"
MANAGE = "accounts.manage"
DELEGATE = "accounts.delegate"
CONSENT = "accounts.consent"

#: never lent to somebody else: a stand-in could hand out roles, the lender's own among them, or be his second person
NOT_LENT = frozenset({MANAGE, DELEGATE, CONSENT})


@dataclass(frozen=True)
class Permission:
    """What one may do: `code` is what actions name, the rest is shown to people."""

    code: str
    label: str
    meaning: str
    group: str


@dataclass(frozen=True)
class BuiltinRole:
    """A role that every installation has."""

    code: str
    name: str
    description: str
    permissions: tuple[str, ...]


@cache
def _table() -> dict[str, Any]:
    return dict(tables.read(Path(__file__).parent / "params" / "roles.yaml"))


@cache
def permissions() -> dict[str, Permission]:
    """Return code -> permission in the order of the table."""
    return {
        code: Permission(code, label, meaning, group)
        for group, items in _table()["permissions"].items()
        for code, (label, meaning) in items.items()
    }


@cache
def builtin_roles() -> dict[str, BuiltinRole]:
    """Return code -> built-in role, its permissions in the order of the table. Raises KeyError for an unknown one."""
    order = {code: place for place, code in enumerate(permissions())}
    return {
        code: BuiltinRole(
            code, role["name"], role["description"], tuple(sorted(role["permissions"], key=order.__getitem__))
        )
        for code, role in _table()["roles"].items()
    }


@cache
def second_factor() -> frozenset[str]:
    """Return the permissions whose holders sign in with a second factor."""
    return frozenset(_table()["second_factor"])


def roles_like(actor: Actor) -> frozenset[str]:
    """Return the built-in roles that somebody's permissions amount to, the largest only; no query.

    Whoever holds all of an archivist's permissions and more is told what concerns the larger role. What is never lent is
    left out, so that a stand-in counts as the role stood in for.
    """
    held = {grant.permission for grant in actor.grants}
    wanted = {code: frozenset(role.permissions) - NOT_LENT for code, role in builtin_roles().items()}
    fitting = {code: needs for code, needs in wanted.items() if needs and needs <= held}
    return frozenset(code for code, needs in fitting.items() if not any(needs < other for other in fitting.values()))


def label(code: str) -> str:
    """Return the Chinese label; the code itself when the table no longer has it."""
    known = permissions().get(code)
    return known.label if known else code


def labels(codes: Iterable[str]) -> str:
    """Return the labels of several permissions in one line, in the order of the table."""
    wanted = set(codes)
    return "、".join([p.label for code, p in permissions().items() if code in wanted])


def grouped(codes: Iterable[str] | None = None) -> list[tuple[str, list[Permission]]]:
    """Return (group, permissions) for the given codes, or for all, in the order of the table."""
    wanted = set(permissions()) if codes is None else set(codes)
    groups: dict[str, list[Permission]] = {}
    for permission in permissions().values():
        if permission.code in wanted:
            groups.setdefault(permission.group, []).append(permission)
    return list(groups.items())
