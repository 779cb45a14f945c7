"""Two sibling subtrees, 东片 and 西片, and a secretary who holds everything in the east only."""

from dataclasses import dataclass
from datetime import date

import pytest

from tests.scope.app.models import Affiliation, Branch, Health, Letter, Person, Rank, Tag
from zhibu.kernel.actor import Actor, Grant

ROOT, EAST, WEST = "0000", "00000000", "00000001"
EVERYTHING = ("branches.view", "people.view", "letters.view", "health.view")


@dataclass
class World:
    root: Branch
    east: Branch
    west: Branch
    li: Person  # in the east
    wang: Person  # in the west
    zhao: Person  # in both
    letter: Letter  # of the east, about Li
    tag: Tag
    rank: Rank
    secretary: Actor


def holding(*permissions: str, path: str = EAST) -> Actor:
    return Actor(account_id=1, name="书记", grants=tuple(Grant(permission, path) for permission in permissions))


@pytest.fixture
def world(db: None) -> World:
    root, east, west = (
        Branch.objects.create(name=name, path=path) for name, path in (("党委", ROOT), ("东片", EAST), ("西片", WEST))
    )
    people = [
        Person.objects.create(name=name, number=number, salary=salary, joined=date(2001, 7, month))
        for month, (name, number, salary) in enumerate([("李", "E1", 100), ("王", "W1", 900), ("赵", "B1", 500)], 1)
    ]
    li, wang, zhao = people
    for person, branch in ((li, east), (wang, west), (zhao, east), (zhao, west)):
        Affiliation.objects.create(person=person, branch=branch)
    Health.objects.create(person=wang, illness="西片的病")
    Health.objects.create(person=zhao, illness="两边的病")
    letter = Letter.objects.create(organization=east, person=li, text="东片的信")
    Letter.objects.create(organization=west, person=wang, text="西片的信")
    tag = Tag.objects.create(name="党员")
    rank = Rank.objects.create(name="科员")
    for person in people:
        Person.tags.through._base_manager.create(person=person, tag=tag)
        Rank.holders.through._base_manager.create(person=person, rank=rank)
    return World(root, east, west, li, wang, zhao, letter, tag, rank, holding(*EVERYTHING))
