"""Everybody's search keys anew: whole, in pieces, and after the key changed."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests import factories
from zhibu.apps.people import search
from zhibu.apps.people.doctor import keys as look
from zhibu.apps.people.models import Person, SearchKey
from zhibu.apps.people.services import rekeying
from zhibu.kernel.crypto import rotate
from zhibu.kernel.doctor import State

pytestmark = pytest.mark.django_db
NUMBER = "110101199003071233"


@pytest.fixture
def house(tmp_path: Path, settings: Any) -> factories.House:
    settings.DATA, settings.KEYRING = tmp_path, tmp_path / "keys.json"
    made = factories.house()
    factories.person("张伟", made.east, identity=NUMBER, mobile="13800138000")
    factories.person("陈桂芳", made.east)
    factories.person("李明", made.east)
    return made


def found(house: factories.House, query: str) -> list[str]:
    return [person.name for person in search.find(factories.actor(["people.view"], house.root), query)]


def test_after_the_key_changed_numbers_are_found_again(house: factories.House, capsys: Any) -> None:
    rotate("blind")
    assert found(house, "071233") == []
    assert look(False).state is State.FAULT
    call_command("search", "rebuild")
    assert found(house, "071233") == ["张伟"]
    assert look(True).state is State.OK
    kept = Person.objects.system("test").get(name="张伟").identity_blind
    assert bytes(kept) == rekeying.identity_hash(NUMBER)
    assert "3 / 3 人" in capsys.readouterr().out


def test_a_run_broken_off_goes_on_where_it_stopped(house: factories.House, tmp_path: Path) -> None:
    SearchKey.objects.system("test", allow_delete=True).all().delete()
    first = next(rekeying.rebuild(chunk=1))
    assert (first.done, first.total) == (1, 3)
    assert found(house, "cgf") == []
    SearchKey.objects.system("test", allow_delete=True).all().delete()
    assert [step.done for step in rekeying.rebuild(chunk=1)] == [2, 3]
    assert (found(house, "zw"), found(house, "cgf")) == ([], ["陈桂芳"])  # the first was done before
    assert not (tmp_path / rekeying.NAME).exists()
    list(rekeying.rebuild())
    assert found(house, "zw") == ["张伟"]


def test_a_key_changed_in_between_begins_again(house: factories.House) -> None:
    next(rekeying.rebuild(chunk=1))
    rotate("blind")
    assert [step.done for step in rekeying.rebuild(chunk=2)] == [2, 3]
    assert found(house, "8000") == ["张伟"]


def test_who_was_merged_has_no_keys_afterwards(house: factories.House) -> None:
    person = Person.objects.system("test").get(name="李明")
    Person.objects.system("test").filter(pk=person.pk).update(state="merged")
    list(rekeying.rebuild())
    assert not SearchKey.objects.system("test").filter(person=person).exists()
