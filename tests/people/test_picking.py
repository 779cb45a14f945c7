"""The field that means one person: what the picker writes into it is that person, whoever was imported beside them."""

import uuid

import pytest

from tests import factories
from zhibu.apps.people.models import Person
from zhibu.apps.people.picking import PersonField, person_mark, resolve_person
from zhibu.kernel.actions import ActionForm
from zhibu.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db


class PickForm(ActionForm):
    who = PersonField(label="人员")

    def clean_who(self) -> Person:
        return resolve_person(self, "who")


def picked(text: str) -> Person | str:
    """Return who is meant, or what the field says instead."""
    form = PickForm({"who": text}, actor=SYSTEM)
    return form.cleaned_data["who"] if form.is_valid() else form.errors["who"][0]


def test_namesakes_imported_in_one_moment_are_told_apart(house: factories.House) -> None:
    people = [factories.person("张伟", house.root, party=house.east) for _ in range(3)]
    for number, one in enumerate(people):
        Person.objects.system("test").filter(pk=one.pk).update(
            uid=uuid.UUID(f"01a229d6a3a472f898c858fbf53041e{number}")
        )
    assert [picked(person_mark(one)) for one in people] == people
    assert "有不止一个人符合" in str(picked("张伟"))


def test_a_number_behind_another_name_means_nobody(house: factories.House) -> None:
    one = factories.person("张伟", house.root, party=house.east)
    for text in (f"李明 #{one.pk}", f"#{one.pk}", "张伟 #999999999999999999"):
        assert picked(text) == "没有找到这个人，或不在您的管理范围内"
