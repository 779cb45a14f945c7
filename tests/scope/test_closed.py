"""Every way to run a closed query is refused; the same way works once the query was opened."""

import asyncio
import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Upper
from django.template import Context, Engine

from tests.scope.app.models import Affiliation, Person, Tag
from tests.scope.conftest import World
from zhibu.kernel.scope import ScopedQuerySet, Unscoped

People = ScopedQuerySet[Person]


def all_of(queryset: Any) -> list[Any]:
    return list(queryset)


async def walk(queryset: Any) -> list[Any]:
    return [row async for row in queryset]


def reuse(people: People) -> list[Any]:
    other = Tag.objects.none()._chain()
    other.query = people.query
    return list(other)


def repickle(people: People) -> list[Any]:
    again = Person.objects.system("carrier")
    again.query = pickle.loads(pickle.dumps(people.query))
    return list(again)


def another(people: People) -> People:
    """An opened partner for unions."""
    return Person.objects.system("partner")


PROBES: dict[str, Callable[[People], object]] = {
    "iterate": all_of,
    "len": len,
    "bool": bool,
    "index": lambda people: people.order_by("pk")[0],
    "slice": lambda people: list(people[:2]),
    "stepped slice": lambda people: people[0:2:2],
    "get": lambda people: people.get(number="E1"),
    "first": lambda people: people.first(),
    "last": lambda people: people.last(),
    "latest": lambda people: people.latest("joined"),
    "earliest": lambda people: people.earliest("joined"),
    "count": lambda people: people.count(),
    "exists": lambda people: people.exists(),
    "contains": lambda people: people.contains(Person._base_manager.first()),
    "in_bulk": lambda people: people.in_bulk(),
    "in_bulk of keys": lambda people: people.in_bulk([1, 2]),
    "aggregate": lambda people: people.aggregate(Sum("salary")),
    "aggregate over annotation": lambda people: people.annotate(n=Count("tags")).aggregate(Sum("n")),
    "count of a slice": lambda people: people[:2].count(),
    "count of distinct": lambda people: people.distinct().count(),
    "iterator": lambda people: list(people.iterator()),
    "values": lambda people: list(people.values("name")),
    "values_list": lambda people: list(people.values_list("name", flat=True)),
    "annotate": lambda people: list(people.annotate(upper=Upper("name"))),
    "group": lambda people: list(people.values("name").annotate(n=Count("pk"))),
    "filter": lambda people: list(people.filter(name="李")),
    "exclude over to-many": lambda people: list(people.exclude(tags__name="x")),
    "order_by": lambda people: list(people.order_by("-salary")),
    "reverse": lambda people: list(people.order_by("pk").reverse()),
    "distinct": lambda people: list(people.distinct()),
    "only": lambda people: list(people.only("name")),
    "defer": lambda people: list(people.defer("name")),
    "dates": lambda people: list(people.dates("joined", "month")),
    "extra": lambda people: list(people.extra(select={"one": "1"})),
    "raw": lambda people: list(people.raw(f"select * from {Person._meta.db_table}")),
    "explain": lambda people: people.explain(),
    "sql text": lambda people: str(people.query),
    "pickle": lambda people: pickle.dumps(people),
    "unpickled query": repickle,
    "deep copy": lambda people: list(copy.deepcopy(people)),
    "using": lambda people: list(people.using("default")),
    "select_for_update": lambda people: list(people.select_for_update()),
    "prefetch": lambda people: list(people.prefetch_related("tags")),
    "update": lambda people: people.update(salary=1),
    "update by expression": lambda people: people.update(salary=F("salary") + 1),
    "bulk_update": lambda people: people.bulk_update(Person._base_manager.all(), ["salary"]),
    "get_or_create": lambda people: people.get_or_create(number="E1"),
    "update_or_create": lambda people: people.update_or_create(number="E1", defaults={"salary": 1}),
    "upsert": lambda people: people.bulk_create(
        [Person(name="钱", number="E1")], update_conflicts=True, update_fields=["name"], unique_fields=["number"]
    ),
    "or": lambda people: list(another(people) | people),
    "or, closed first": lambda people: list(people | another(people)),
    "and": lambda people: list(another(people) & people),
    "xor": lambda people: list(another(people) ^ people),
    "slice or": lambda people: list(another(people).order_by("pk")[:1] | people),
    "or slice": lambda people: list(another(people) | people[:1]),
    "union": lambda people: list(another(people).union(people)),
    "union, closed first": lambda people: list(people.union(another(people))),
    "union of an open model": lambda people: list(Tag.objects.values("id").union(people.values("id"))),
    "intersection": lambda people: list(another(people).intersection(people)),
    "difference": lambda people: list(another(people).difference(people)),
    "count of a union": lambda people: another(people).union(people).count(),
    "in": lambda people: list(Tag.objects.filter(people__in=people)),
    "in of values": lambda people: list(ContentType.objects.filter(pk__in=people.values("pk"))),
    "in of query": lambda people: list(ContentType.objects.filter(pk__in=people.values("pk").query)),
    "in of a plain queryset": lambda people: list(Person._base_manager.filter(pk__in=people)),
    "Exists": lambda people: list(Tag.objects.filter(Exists(people.filter(tags=OuterRef("pk"))))),
    "not Exists": lambda people: list(ContentType.objects.filter(~Exists(people))),
    "Subquery": lambda people: list(Tag.objects.annotate(who=Subquery(people.order_by("pk").values("name")[:1]))),
    "Subquery in update": lambda people: Tag.objects.update(name=Subquery(people.order_by("pk").values("name")[:1])),
    "Subquery in Case": lambda people: list(
        Tag.objects.annotate(any=Case(When(Exists(people), then=Value(1)), default=Value(0)))
    ),
    "exact sub-select": lambda people: list(
        Affiliation.objects.system("outer").filter(person=people.order_by("pk").values("pk")[:1])
    ),
    "query reused": reuse,
    "template": lambda people: (
        Engine().from_string("{% for p in people %}{{ p.name }}{% endfor %}").render(Context({"people": people}))
    ),
}
ASYNC = {
    "async for": walk,
    "aiterator": lambda people: walk(people.aiterator()),
    "acount": lambda people: people.acount(),
    "afirst": lambda people: people.afirst(),
    "aget": lambda people: people.aget(number="E1"),
}


@pytest.mark.parametrize("probe", PROBES.values(), ids=PROBES)
def test_a_closed_query_refuses_to_run(world: World, probe: Callable[[People], object]) -> None:
    with pytest.raises(Unscoped, match=r"scope_test\.Person"), transaction.atomic():
        probe(Person.objects.all())
    assert list(Person._base_manager.order_by("pk").values_list("name", "salary")) == [
        ("李", 100),
        ("王", 900),
        ("赵", 500),
    ]


@pytest.mark.parametrize("probe", PROBES.values(), ids=PROBES)
def test_the_same_query_runs_once_opened(world: World, probe: Callable[[People], object]) -> None:
    probe(Person.objects.system("control"))


@pytest.mark.parametrize("probe", ASYNC.values(), ids=ASYNC)
def test_a_closed_query_refuses_to_run_asynchronously(world: World, probe: Callable[[People], Any]) -> None:
    async def run() -> None:
        await probe(Person.objects.all())

    with pytest.raises(Unscoped):
        asyncio.run(run())


RELATED: dict[str, Callable[[World], Any]] = {
    "reverse foreign key": lambda world: world.east.letters.all(),
    "reverse foreign key, manager": lambda world: world.east.letters,
    "many-to-many": lambda world: world.letter.readers.all(),
    "reverse many-to-many of an open model": lambda world: world.tag.people.all(),
    "forward many-to-many of an open model": lambda world: world.rank.holders.all(),
}


@pytest.mark.parametrize("related", RELATED.values(), ids=RELATED)
def test_related_managers_are_closed(world: World, related: Callable[[World], Any]) -> None:
    with pytest.raises(Unscoped):
        related(world).count()
    with pytest.raises(Unscoped):
        list(related(world).iterator())
    assert related(world).system("control").count() == len(related(world).system("control"))


def test_prefetch_of_scoped_rows_is_closed(world: World) -> None:
    with pytest.raises(Unscoped):
        list(Tag.objects.prefetch_related("people"))


def test_setting_many_to_many_reads_members_and_is_closed(world: World) -> None:
    with pytest.raises(Unscoped):
        world.letter.readers.set([world.li])


def test_dumpdata_is_closed() -> None:
    with pytest.raises(CommandError, match="visible_to"):
        call_command("dumpdata", "scope_test.Person")


def test_repr_of_a_closed_queryset_shows_no_row(world: World) -> None:
    assert repr(Person.objects.all()) == "<ScopedQuerySet of scope_test.Person, closed>"


def test_a_closed_query_sends_nothing_to_the_database(world: World, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0, connection=connection), pytest.raises(Unscoped):
        list(Person.objects.filter(Q(name="李") | Q(salary__gt=1)))


def test_a_system_query_gives_its_reason() -> None:
    for nothing in ("", "  "):
        with pytest.raises(ValueError, match="reason"):
            Person.objects.system(nothing)
    assert Person.objects.system("每日提醒").filter(name="李").order_by("pk").query.reason == "每日提醒"
