"""Who may hand out what. Decided on `Actor` alone, so that every service and form asks the same question.

1. Nobody grants, extends or resets anything for themselves (services refuse it by account and by person).
2. Handing out a role at an organisation takes accounts.manage there, and every permission of the role there as well.
   Only holders of accounts.manage at the root are exempt from the second half: the founding administrator hands out
   roles he does not use himself. He cannot give them to himself, and everything he does is in the trail.
3. A role is written at the root only, and only with permissions its writer holds at the root: no exemption, because the
   writer may hold that role himself.
4. Whoever resets a password could sign in as that account: it takes everything the account holds, by the same measure
   as 2. Disabling, enabling and renaming take accounts.manage wherever the account holds something.
5. accounts.manage and accounts.delegate are not lent with a delegated role.
"""

from collections.abc import Iterable

from zhibu.apps.accounts.permissions import MANAGE, permissions
from zhibu.kernel.actor import Actor

Holding = tuple[str, str]  # permission, path of the organisation where it is held


def manages_all(actor: Actor) -> bool:
    """Tell whether the actor manages accounts at the root."""
    return actor.may_everywhere(MANAGE)


def missing_to_grant(actor: Actor, codes: Iterable[str], path: str) -> list[str]:
    """Return the permissions that keep the actor from handing out `codes` at `path`, in the table's order."""
    if not actor.may(MANAGE, path):
        return [MANAGE]
    if manages_all(actor):
        return []
    wanted = set(codes)
    order = [*permissions(), *sorted(wanted - set(permissions()))]
    return [code for code in order if code in wanted and not actor.may(code, path)]


def missing_to_write(actor: Actor, codes: Iterable[str], root_paths: Iterable[str]) -> list[str]:
    """Return those of `codes` that the actor does not hold at the root and so cannot put into a role."""
    roots = list(root_paths)
    return [code for code in codes if not all(actor.may(code, root) for root in roots)]


def outranks(actor: Actor, holdings: Iterable[Holding]) -> bool:
    """Tell whether the actor holds everything that the account holds, wherever it holds it."""
    return manages_all(actor) or all(actor.may(code, path) for code, path in holdings)


def manages_all_of(actor: Actor, holdings: Iterable[Holding]) -> bool:
    """Tell whether the actor manages accounts wherever the account holds something."""
    return manages_all(actor) or all(actor.may(MANAGE, path) for _, path in holdings)
