"""A query reads no scoped rows behind a reverse or to-many relation: they may lie in another subtree."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Case, Count, Exists, F, FilteredRelation, Max, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import ExtractYear, Lower
from django.db.models.lookups import GreaterThan

from tests.scope.app.models import Affiliation, Branch, Person, Rank, Tag
from tests.scope.conftest import World
from zhibu.kernel.scope import Unscoped

Rows = Any  # of Tag: an open model with people behind it

PROBES: dict[str, Callable[[Rows], Rows]] = {
    "count": lambda tags: tags.annotate(n=Count("people")),
    "alias": lambda tags: tags.alias(n=Count("people")).filter(n__gt=1),
    "aggregate of far column": lambda tags: [tags.aggregate(Max("people__salary"))],
    "conditional count": lambda tags: tags.annotate(n=Count("pk", filter=Q(people__salary__gt=500))),
    "nested condition": lambda tags: tags.annotate(n=Count("pk", filter=Q(name="x") | ~Q(people__salary__gt=500))),
    "case": lambda tags: tags.annotate(rich=Case(When(people__salary__gt=500, then=Value(1)))),
    "values": lambda tags: tags.values("people__name"),
    "values of the key": lambda tags: tags.values("people"),
    "values_list": lambda tags: tags.values_list("people__name", flat=True),
    "values of an expression": lambda tags: tags.values(low=Lower("people__name")),
    "through a scoped model": lambda tags: tags.values("people__affiliations__branch__name"),
    "annotate F": lambda tags: tags.annotate(who=F("people__name")),
    "filter by F": lambda tags: tags.filter(name=F("people__name")),
    "filter by lookup expression": lambda tags: tags.filter(GreaterThan(F("people__salary"), 500)),
    "exclude by F": lambda tags: tags.exclude(people__name=F("people__number")),
    "exclude by expression": lambda tags: tags.exclude(people__name=Lower("people__number")),
    "order_by": lambda tags: tags.order_by("people__salary"),
    "order_by descending": lambda tags: tags.order_by("-people__salary"),
    "order_by F": lambda tags: tags.order_by(F("people__salary").desc()),
    "dates": lambda tags: tags.dates("people__joined", "year"),
    "transform": lambda tags: tags.annotate(year=ExtractYear("people__joined")),
    "filtered relation": lambda tags: tags.annotate(p=FilteredRelation("people")).values("p__name"),
    "OuterRef": lambda tags: tags.annotate(
        who=Subquery(Rank.objects.filter(name=OuterRef("people__name")).values("name")[:1])
    ),
    "group": lambda tags: tags.values("name").annotate(total=Max("people__salary")),
}


@pytest.mark.parametrize("probe", PROBES.values(), ids=PROBES)
def test_open_rows_do_not_read_far_people(world: World, probe: Callable[[Rows], Rows]) -> None:
    with pytest.raises(Unscoped, match="may lie outside"):
        list(probe(Tag.objects.all()))


@pytest.mark.parametrize("probe", PROBES.values(), ids=PROBES)
def test_the_platform_itself_may(world: World, probe: Callable[[Rows], Rows]) -> None:
    list(probe(Tag.objects.system("control")))


def test_distinct_on_far_rows_is_refused() -> None:
    with pytest.raises(Unscoped):
        Tag.objects.distinct("people__name")


SCOPED: dict[str, Callable[[World], Any]] = {
    "own affiliations elsewhere": lambda world: Person.objects.visible_to(world.secretary).values(
        "affiliations__branch__name"
    ),
    "people of a branch": lambda world: Branch.objects.visible_to(world.secretary).annotate(n=Count("affiliations")),
    "one-to-one of another permission": lambda world: Person.objects.visible_to(world.secretary).values(
        "health__illness"
    ),
    "many-to-many of people": lambda world: world.east.letters.visible_to(world.secretary).values("readers__name"),
}


@pytest.mark.parametrize("probe", SCOPED.values(), ids=SCOPED)
def test_visible_rows_do_not_read_far_rows(world: World, probe: Callable[[World], Any]) -> None:
    with pytest.raises(Unscoped):
        list(probe(world))


def test_counts_come_from_a_visible_sub_select(world: World) -> None:
    held = Affiliation.objects.visible_to(world.secretary).filter(branch=OuterRef("pk"))
    counts = held.order_by().values("branch").annotate(n=Count("pk")).values("n")
    branches = Branch.objects.visible_to(world.secretary).annotate(people=Subquery(counts))
    assert list(branches.values_list("name", "people")) == [("东片", 2)]


def test_forward_keys_are_read_with_the_row(world: World) -> None:
    letters = world.east.letters.visible_to(world.secretary)
    assert list(letters.values_list("person__name", "organization__name")) == [("李", "东片")]
    assert list(letters.annotate(who=F("person__name")).order_by("person__salary").values_list("who", flat=True)) == [
        "李"
    ]


def test_open_relations_are_read_freely(world: World) -> None:
    people = Person.objects.visible_to(world.secretary)
    assert list(people.order_by("number").annotate(n=Count("tags")).values_list("name", "n", "tags__name")) == [
        ("赵", 1, "党员"),
        ("李", 1, "党员"),
    ]


def test_filter_and_exclude_over_to_many_work(world: World) -> None:
    people = Person.objects.visible_to(world.secretary)
    assert [p.name for p in people.filter(affiliations__branch=world.east).order_by("number")] == ["赵", "李"]
    assert [p.name for p in people.exclude(affiliations__branch=world.west)] == ["李"]
    assert [p.name for p in people.exclude(affiliations__branch__name="西片", tags__name="党员")] == ["李"]
    assert [t.name for t in Tag.objects.exclude(people__number="E1")] == []


def test_an_opened_exclude_stays_within_its_scope(world: World) -> None:
    names = Person.objects.visible_to(world.secretary).exclude(affiliations__branch__name="无此支部")
    assert sorted(names.values_list("name", flat=True)) == ["李", "赵"]
    assert Tag.objects.filter(Exists(names.filter(tags=OuterRef("pk")))).count() == 1
