"""Who acts. Built once per request by `accounts`, passed to every query and service."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from zhibu.kernel.paths import at_root, disjoint


class Grant(NamedTuple):
    """A permission held at an organisation; it reaches every organisation whose path starts with `path`.

    A tuple, for an actor has a hundred of them, and is looked up by them on every page.
    """

    permission: str
    path: str


@dataclass(frozen=True)
class Actor:
    """The signed-in account with what it may do where, or the platform itself (`SYSTEM`).

    `for_whom` names another person when the actor acts on their behalf; it is written to the audit.
    """

    account_id: int | None = None
    person_id: int | None = None
    name: str = ""
    grants: tuple[Grant, ...] = ()
    is_system: bool = False
    for_whom: int | None = field(default=None, compare=False)

    @cached_property
    def _paths(self) -> dict[str, tuple[str, ...]]:
        by_permission: dict[str, list[str]] = {}
        for grant in self.grants:
            by_permission.setdefault(grant.permission, []).append(grant.path)
        # most are held at one place, and every request asks
        return {code: tuple(paths) if len(paths) == 1 else disjoint(paths) for code, paths in by_permission.items()}

    def paths(self, permission: str) -> tuple[str, ...]:
        """Return the tops of the subtrees where `permission` is held, none of them inside another."""
        return self._paths.get(permission, ())

    def may(self, permission: str, path: str | None = None) -> bool:
        """Tell whether `permission` is held at `path`, or anywhere when no path is given."""
        if self.is_system:
            return True
        tops = self.paths(permission)
        return bool(tops) if path is None else any(path.startswith(top) for top in tops)

    def may_everywhere(self, permission: str) -> bool:
        """Tell whether `permission` is held at the root, over everything."""
        return self.is_system or at_root(self.paths(permission))

    def on_behalf_of(self, person_id: int | None) -> "Actor":
        """Return the same actor, acting for another person."""
        return replace(self, for_whom=person_id)

    def may_any(self, permissions: Iterable[str]) -> bool:
        """Tell whether at least one of `permissions` is held somewhere."""
        return any(self.may(permission) for permission in permissions)


ANONYMOUS = Actor(name="访客")
SYSTEM = Actor(name="系统", is_system=True)
