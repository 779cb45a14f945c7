"""What an actor sees: rows of the subtrees where they hold the permission, however the query is composed."""

import pickle
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Sum

from tests.scope.app.models import Affiliation, Branch, Health, Letter, Person, Tag
from tests.scope.conftest import EAST, ROOT, WEST, World, holding
from zhibu.kernel.actor import ANONYMOUS, SYSTEM, Actor, Grant
from zhibu.kernel.scope import ScopedModel, ScopedQuerySet, Unscoped


def names(people: Any) -> list[str]:
    return sorted(people.values_list("name", flat=True))


def seen(actor: Actor, permission: Any = None) -> list[str]:
    return names(Person.objects.visible_to(actor, permission))


def test_rows_follow_the_subtree(world: World) -> None:
    assert seen(holding("people.view", path=EAST)) == ["李", "赵"]
    assert seen(holding("people.view", path=WEST)) == ["王", "赵"]
    assert seen(holding("people.view", path=ROOT)) == ["李", "王", "赵"]
    assert [b.name for b in Branch.objects.visible_to(world.secretary)] == ["东片"]
    assert [x.text for x in Letter.objects.visible_to(world.secretary)] == ["东片的信"]
    assert [x.illness for x in Health.objects.visible_to(world.secretary)] == ["两边的病"]


def test_a_person_in_two_branches_is_listed_once(world: World) -> None:
    both = Actor(grants=(Grant("people.view", EAST), Grant("people.view", WEST)))
    assert seen(both) == ["李", "王", "赵"]
    assert Person.objects.visible_to(both).count() == 3


def test_nothing_is_seen_without_the_permission(world: World) -> None:
    assert seen(ANONYMOUS) == []
    assert seen(holding("letters.view")) == []
    assert seen(holding("people.view"), "people.edit") == []


def test_the_platform_sees_all(world: World) -> None:
    assert seen(SYSTEM) == ["李", "王", "赵"]


def test_another_permission_may_be_asked(world: World) -> None:
    editor = Actor(grants=(Grant("people.view", ROOT), Grant("people.edit", WEST)))
    assert seen(editor, "people.edit") == ["王", "赵"]


def test_any_of_several_permissions(world: World) -> None:
    mixed = Actor(grants=(Grant("people.view", EAST), Grant("people.edit", WEST)))
    assert seen(mixed, ("people.view", "people.edit")) == ["李", "王", "赵"]
    assert seen(mixed, ("people.edit", "people.pay")) == ["王", "赵"]
    assert seen(mixed, ("people.pay",)) == []


def test_no_permission_named_is_none_held(world: World) -> None:
    assert seen(world.secretary, ()) == seen(world.secretary, "") == []


def test_filters_on_either_side_of_the_scope_agree(world: World) -> None:
    before = Person.objects.filter(salary__gt=200).visible_to(world.secretary)
    after = Person.objects.visible_to(world.secretary).filter(salary__gt=200)
    assert names(before) == names(after) == ["赵"]


def test_visible_twice_narrows(world: World) -> None:
    west = holding("people.view", path=WEST)
    assert names(Person.objects.visible_to(world.secretary).visible_to(west)) == ["赵"]


def test_composition(world: World) -> None:
    people = Person.objects.visible_to(world.secretary)
    assert [p.name for p in people.order_by("-salary")] == ["赵", "李"]
    assert list(people.order_by("salary").values("salary")) == [{"salary": 100}, {"salary": 500}]
    assert people.aggregate(Sum("salary")) == {"salary__sum": 600}
    assert people.annotate(n=Count("tags")).order_by("pk").first().n == 1
    assert len(people.in_bulk([world.li.pk, world.wang.pk])) == 1
    assert not people.contains(world.wang)
    assert people.filter(Q(name="王") | Q(name="李")).exists()
    assert len(people.dates("joined", "day")) == 2
    assert "SELECT" in str(people.query)
    assert people.explain()


def test_locking(world: World) -> None:
    with transaction.atomic():
        locked = Letter.objects.visible_to(world.secretary).select_for_update(of=("self",)).get()
        assert locked.text == "东片的信"
        assert len(Person.objects.visible_to(world.secretary).select_for_update()) == 2


def test_prefetch_through_the_scope(world: World) -> None:
    mine = Prefetch("people", Person.objects.visible_to(world.secretary))
    [tag] = Tag.objects.prefetch_related(mine)
    assert sorted(p.name for p in tag.people.all()) == ["李", "赵"]
    kept = Prefetch("affiliations", Affiliation.objects.visible_to(world.secretary), to_attr="mine")
    zhao = Person.objects.visible_to(world.secretary).prefetch_related(kept).get(name="赵")
    assert [a.branch for a in zhao.mine] == [world.east]


def test_related_managers_open(world: World) -> None:
    assert [x.text for x in world.east.letters.visible_to(world.secretary)] == ["东片的信"]
    assert list(world.west.letters.visible_to(world.secretary)) == []
    assert names(world.tag.people.visible_to(world.secretary)) == ["李", "赵"]


def test_unions_of_opened_queries(world: World) -> None:
    west = Person.objects.visible_to(holding("people.view", path=WEST))
    east = Person.objects.visible_to(world.secretary)
    assert names(east | west) == names(east.union(west)) == names(west ^ east | east) == ["李", "王", "赵"]
    assert names(east & west) == names(east.intersection(west)) == ["赵"]
    assert names(east.difference(west)) == ["李"]


def test_a_union_with_the_platforms_rows_reads_no_far_rows(world: World) -> None:
    everyone = Person.objects.system("control")
    list((everyone | everyone).values("affiliations__branch"))
    with pytest.raises(Unscoped):
        (everyone | Person.objects.visible_to(world.secretary)).values("affiliations__branch")


def test_visible_rows_do_not_open_a_closed_partner(world: World) -> None:
    mine, all_people = Person.objects.visible_to(world.secretary), Person.objects.all()
    for join in (lambda: mine | all_people, lambda: all_people | mine, lambda: all_people ^ mine):
        with pytest.raises(Unscoped):
            list(join())


def test_a_slice_keeps_its_guard_in_a_union(world: World) -> None:
    first = Person.objects.visible_to(world.secretary).order_by("pk")[:1]
    either = first | Person.objects.visible_to(world.secretary).filter(name="赵")
    assert names(either) == ["李", "赵"]
    assert isinstance(either, ScopedQuerySet)
    with pytest.raises(Unscoped):
        either.values("affiliations__branch")


def test_an_unguarded_query_joins_no_union(world: World) -> None:
    with pytest.raises(Unscoped, match="unguarded"):
        Person.objects.visible_to(world.secretary) | Person._base_manager.all()
    with pytest.raises(Unscoped, match="plain"):
        ScopedQuerySet(Person, Person._base_manager.all().query)


def test_sub_selects(world: World) -> None:
    people = Person.objects.visible_to(world.secretary)
    assert Letter.objects.system("control").filter(person__in=people).count() == 1
    assert Letter.objects.system("control").filter(Exists(people.filter(pk=OuterRef("person")))).count() == 1


def test_nothing_is_open_but_does_not_open_others(world: World) -> None:
    nothing = Person.objects.none()
    assert list(nothing) == []
    with pytest.raises(Unscoped):
        list(nothing | Person.objects.all())
    with pytest.raises(Unscoped):
        list(nothing.union(Person.objects.all()))


def test_pickling_keeps_the_mark_and_the_rows(world: World) -> None:
    people = Person.objects.visible_to(world.secretary)
    again = Person.objects.none()
    again.query = pickle.loads(pickle.dumps(people.query))
    assert names(again) == ["李", "赵"]
    with pytest.raises(Unscoped):
        list(pickle.loads(pickle.dumps(people)).values("affiliations__branch"))


def test_raw_sql_and_upserts_are_not_for_a_subtree(world: World) -> None:
    people = Person.objects.visible_to(world.secretary)
    with pytest.raises(Unscoped, match="raw SQL"):
        people.raw("select 1")
    with pytest.raises(Unscoped, match="raw SQL"):
        Tag.objects.raw("select 1")
    with pytest.raises(Unscoped, match="upsert"):
        people.bulk_create([], update_conflicts=True, update_fields=["name"], unique_fields=["number"])


def test_a_condition_that_says_nothing_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Person, "scope_q", classmethod(lambda cls, paths: Q()))
    with pytest.raises(Unscoped, match="empty"):
        Person.objects.visible_to(world.secretary)


def test_who_holds_nothing_sees_nothing_whatever_the_condition(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Person, "scope_q", classmethod(lambda cls, paths: Q(pk__gt=0)))
    assert seen(ANONYMOUS) == []
    assert len(seen(world.secretary)) == 3


def test_a_model_without_permission_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Person, "scope_permission", ScopedModel.scope_permission)
    with pytest.raises(Unscoped, match="scope_permission"):
        Person.objects.visible_to(world.secretary)
