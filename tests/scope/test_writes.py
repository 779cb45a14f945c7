"""Writing needs no scope, so the result is checked; nothing is deleted for good; one row or 404."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404

from tests.scope.app.models import Affiliation, Letter, Person, Tag
from tests.scope.conftest import EAST, ROOT, World, holding
from zhibu.kernel.actor import SYSTEM, Actor, Grant
from zhibu.kernel.scope import HardDelete, OutsideScope, Unscoped, assert_inside, framework, get_visible


def test_saving_needs_no_scope(world: World) -> None:
    person = Person.objects.create(name="钱", number="E2")
    person.salary = 7
    person.save()
    Person(name="孙", number="E3").save()
    Person.objects.bulk_create([Person(name="周", number="E4")])
    Person.objects.bulk_create([Person(name="周", number="E4", salary=1)], ignore_conflicts=True)
    world.east.letters.create(text="新信")
    person.refresh_from_db()
    assert person.salary == 7
    assert Person.objects.system("count").count() == 6
    assert world.east.letters.system("count").count() == 2


def test_updates_touch_visible_rows_only(world: World) -> None:
    assert Person.objects.visible_to(world.secretary).update(salary=1) == 2
    people = list(Person._base_manager.all())
    for person in people:
        person.salary = 2
    assert Person.objects.visible_to(world.secretary).bulk_update(people, ["salary"]) == 2
    world.wang.refresh_from_db()
    assert world.wang.salary == 900


def test_a_key_held_elsewhere_is_found_when_validating(world: World) -> None:
    with pytest.raises(ValidationError) as error:
        Person(name="吴", number="W1").full_clean(exclude=["joined", "tags"])
    assert set(error.value.message_dict) == {"number"}
    with pytest.raises(ValidationError, match="one_name_and_salary"):
        Person(name="王", salary=900, number="E9").full_clean(exclude=["joined", "tags"])
    with pytest.raises(Unscoped):
        Person.objects.exists()


def test_update_or_create_on_a_key_held_elsewhere(world: World) -> None:
    mine = Person.objects.visible_to(world.secretary)
    with pytest.raises(IntegrityError), transaction.atomic():
        mine.update_or_create(number="W1", defaults={"name": "改"})
    assert mine.update_or_create(number="E1", defaults={"name": "改"})[1] is False


def test_framework_ends_with_its_block(world: World) -> None:
    with framework():
        inside = Person.objects.all()
        assert inside.count() == 3
    with pytest.raises(Unscoped):
        inside.count()
    with pytest.raises(RuntimeError), framework():
        raise RuntimeError
    with pytest.raises(Unscoped):
        Person.objects.count()


DELETES: dict[str, Callable[[World], Any]] = {
    "instance": lambda world: world.letter.delete(),
    "opened queryset": lambda world: Letter.objects.visible_to(world.secretary).delete(),
    "system queryset": lambda world: Letter.objects.system("tidy").delete(),
    "raw": lambda world: Letter.objects.system("tidy")._raw_delete("default"),
    "related": lambda world: world.east.letters.system("tidy").delete(),
    "union with an allowed one": lambda world: (
        Letter.objects.system("tidy", allow_delete=True) | Letter.objects.system("tidy")
    ).delete(),
}


@pytest.mark.parametrize("delete", DELETES.values(), ids=DELETES)
def test_rows_are_not_deleted_for_good(world: World, delete: Callable[[World], Any]) -> None:
    with pytest.raises(HardDelete):
        delete(world)
    assert Letter.objects.system("count").count() == 2


def test_a_closed_queryset_does_not_delete(world: World) -> None:
    for delete in (Letter.objects.all().delete, lambda: Letter.objects.all()._raw_delete("default")):
        with pytest.raises(Unscoped):
            delete()


def test_the_manager_has_no_delete() -> None:
    assert not hasattr(Letter.objects, "delete")


def test_deleting_may_be_allowed_expressly(world: World) -> None:
    allowed = Letter.objects.system("the law says so", allow_delete=True)
    assert allowed.filter(organization=world.west).delete()[0] == 1
    with framework():
        world.letter.delete()
    assert Letter.objects.system("count").count() == 0


def test_open_rows_are_deleted_as_ever(world: World) -> None:
    Tag.objects.create(name="x")
    assert Tag.objects.filter(name="x").delete()[0] == 1


# After a write


def test_a_write_inside_the_scope_passes(world: World) -> None:
    assert_inside(world.secretary, world.letter, changed=["organization", "person", "text", "organization_id"])
    assert_inside(SYSTEM, world.wang, changed=["name"])


def test_a_row_led_out_of_the_scope_is_refused(world: World) -> None:
    world.letter.organization = world.west
    world.letter.save()
    with pytest.raises(OutsideScope):
        assert_inside(world.secretary, world.letter)
    with pytest.raises(OutsideScope):
        assert_inside(world.secretary, Person.objects.create(name="钱", number="E2"))  # no affiliation yet


@pytest.mark.parametrize("name", ["person", "person_id"])
def test_a_changed_key_to_another_subtree_is_refused(world: World, name: str) -> None:
    world.letter.person = world.wang
    world.letter.full_clean(exclude=["about_type", "about_id"])  # Django does not mind
    world.letter.save()
    assert_inside(world.secretary, world.letter, changed=["text"])
    with pytest.raises(OutsideScope):
        assert_inside(world.secretary, world.letter, changed=["text", name])


def test_an_emptied_key_passes(world: World) -> None:
    world.letter.person = None
    world.letter.save()
    assert_inside(world.secretary, world.letter, changed=["person"])


def test_a_key_to_a_row_never_stored_is_refused(world: World) -> None:
    world.letter.person_id = 10**6
    with pytest.raises(OutsideScope):
        assert_inside(world.secretary, world.letter, changed=["person"])


def test_members_of_another_subtree_are_refused(world: World) -> None:
    readers = Letter.readers.through._base_manager
    readers.create(letter=world.letter, person=world.li)
    assert_inside(world.secretary, world.letter, changed=["readers"])
    readers.create(letter=world.letter, person=world.wang)
    with pytest.raises(OutsideScope):
        assert_inside(world.secretary, world.letter, changed=["readers"])


@pytest.mark.parametrize("name", ["about", "about_type", "about_id"])
def test_a_generic_key_to_another_subtree_is_refused(world: World, name: str) -> None:
    world.letter.about = world.li
    world.letter.save()
    assert_inside(world.secretary, world.letter, changed=[name])
    world.letter.about = world.wang
    world.letter.save()
    with pytest.raises(OutsideScope):
        assert_inside(world.secretary, world.letter, changed=[name])
    world.letter.about = world.tag
    world.letter.save()
    assert_inside(world.secretary, world.letter, changed=[name])


def test_the_asked_permission_rules_the_targets_too(world: World) -> None:
    clerk = Actor(grants=(Grant("letters.edit", EAST), Grant("people.view", ROOT), Grant("letters.view", ROOT)))
    world.letter.person = world.wang
    world.letter.save()
    assert_inside(clerk, world.letter, changed=["person"])
    with pytest.raises(OutsideScope):
        assert_inside(clerk, world.letter, "letters.edit", changed=["person"])


def test_a_failed_check_rolls_back(world: World) -> None:
    @transaction.atomic
    def move_to_the_west() -> None:
        moved = Affiliation.objects.create(person=world.li, branch=world.west)
        assert_inside(world.secretary, moved)

    with pytest.raises(Http404):
        move_to_the_west()
    assert Affiliation.objects.system("count").count() == 4


# One row


def test_one_visible_row(world: World) -> None:
    assert get_visible(Person, world.secretary, str(world.li.pk)) == world.li
    assert get_visible(Person.objects.filter(name="李"), world.secretary, world.li.pk) == world.li
    assert get_visible(world.east.letters, world.secretary, world.letter.pk) == world.letter


@pytest.mark.parametrize(
    "pk", ["", "x", None, "1e9", "-1", 10**30, str(10**30), "李", "0x1", "1\x00", [], {}, object()]
)
def test_a_senseless_key_is_not_found(world: World, pk: Any) -> None:
    with pytest.raises(Http404):
        get_visible(Person, world.secretary, pk)


def test_a_row_of_another_subtree_and_none_at_all_answer_alike(world: World) -> None:
    answers = []
    for pk in (world.wang.pk, 10**6):
        with pytest.raises(Http404) as error:
            get_visible(Person, world.secretary, pk)
        answers.append(str(error.value))
    assert answers[0] == answers[1] == str(OutsideScope())
    with pytest.raises(Http404):
        get_visible(Person, holding("letters.view"), world.li.pk)
