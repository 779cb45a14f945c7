"""What each subsystem of Party work adds to the demonstration: a module here named as its app, with `write(scene)`.

They run in the order of the installed apps, lowest layer first, after the organisations, people, accounts and care are there.
"""

import random
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

from zhibu.apps.accounts.models import Account
from zhibu.apps.workbench.demo.leaders import Leaders
from zhibu.apps.workbench.demo.people import Plan
from zhibu.apps.workbench.demo.tree import Tree
from zhibu.apps.workbench.demo.writing import PastAct


@dataclass(frozen=True)
class Scene:
    """What a module may build on.

    `act` dates its audit lines when the records were made; `rng` is the module's own, so that no other module changes what
    it draws; `accounts` are those of the demonstration by user name; of `people` each `pk` is known.
    """

    act: PastAct
    rng: random.Random
    tree: Tree
    today: date
    people: list[Plan]
    leaders: Leaders
    accounts: dict[str, Account]


def play(scene: Scene, seed: int) -> None:
    """Let every app that has a module here write its part."""
    for config in apps.get_app_configs():
        name = f"{__name__}.{config.label}"
        if find_spec(name):
            own = random.Random(f"{seed} {config.label}")
            import_module(name).write(Scene(**{**vars(scene), "rng": own}))
