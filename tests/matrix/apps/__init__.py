"""What each app brings into the matrix: a module `tests/matrix/apps/<app>.py`, found by the app's name, lowest layer first.

A module has any of these names; what it does not need it leaves out:

- `side(side)`: makes the app's records on one side and keeps them (`side.keep`); called for the other side and for the seen one.
- `world(root, seen, other, accounts)`: makes what needs both sides or the accounts of the roles; called when both sides are there.
- `MODELS`: an address's name, or its first word -> label of the model of its uid. The lists of the console and the acts know theirs.
- `values()`: address name -> values of its parameter, where that is no uid, or of the one behind the uid.
- `own(world)`: act -> what its body needs to be accepted, beyond what the form tells by itself.
- `NOT_FILLED`: acts that no row of the world is in the right state for; the app's own tests perform them.
- `BESIDES`: model -> permission that its acts ask for besides their own.
- `POSTED`: names of addresses that are only posted to, but do not end in “-export” or “-act”.
- `FILES`: names of addresses that answer with a file, not a page.
- `NOBODYS`: models that hold text but say nothing about any organisation or person.
"""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from django.apps import apps


@cache
def modules() -> tuple[ModuleType, ...]:
    """Return the modules of the installed apps that have one."""
    names = [f"{__name__}.{config.label}" for config in apps.get_app_configs()]
    return tuple(import_module(name) for name in names if find_spec(name))


def call(name: str, *arguments: Any) -> None:
    """Call the function of that name in every module that has it."""
    for module in modules():
        if hasattr(module, name):
            getattr(module, name)(*arguments)


def mapped(name: str, *arguments: Any) -> dict[str, Any]:
    """Return the modules' dictionaries of that name together; with arguments, what their functions of that name return."""
    found: dict[str, Any] = {}
    for module in modules():
        given = getattr(module, name, {})
        found |= given(*arguments) if callable(given) else given
    return found


def named(name: str) -> set[str]:
    """Return the modules' sets of that name together."""
    return set().union(*(getattr(module, name, ()) for module in modules()))
