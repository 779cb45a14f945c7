"""hc00001 and HC00001 are one staff number, whoever types it; what is shown is what was written."""

from typing import Any

import pytest
from django.db import connection

from tests import factories
from tests.people.test_importing import apply, check
from zhibu.apps.people import doctor, queries
from zhibu.apps.people.models import Person
from zhibu.apps.people.services.persons import GroupEdit
from zhibu.apps.people.staff_numbers import ByNumber, having
from zhibu.kernel import actions
from zhibu.kernel.actions import Refused, perform
from zhibu.kernel.actor import Actor
from zhibu.kernel.doctor import State

pytestmark = pytest.mark.django_db
MAY = ("people.view", "people.merge", "people.edit.work", "organizations.view")


@pytest.fixture
def clerk(house: factories.House) -> Actor:
    return factories.actor(MAY, house.root)


def numbers() -> list[str]:
    return list(Person.objects.system("test").order_by("pk").values_list("staff_number", flat=True))


def number(clerk: Actor, person: Person, written: str) -> None:
    edit = GroupEdit("work", {"staff_number": written}, reason="更正")
    perform(actions.get("people.person.edit.work"), clerk, uid=person.uid, data=edit)


def older_doubles(house: factories.House) -> tuple[Person, Person]:
    return (
        factories.person("陈桂芳", house.east, staff_number="HC00001"),
        factories.person("王小明", house.east, staff_number="hc00001"),
    )


def test_a_form_refuses_the_number_of_somebody_else_in_small_letters(house: factories.House, clerk: Actor) -> None:
    factories.person("陈桂芳", house.east, staff_number="HC00001")
    other = factories.person("王小明", house.east, staff_number="HC00002")
    with pytest.raises(Refused) as refused:
        number(clerk, other, "hc00001")
    assert refused.value.field == "staff_number"
    number(clerk, other, "hc00002")  # their own may be written otherwise
    assert numbers() == ["HC00001", "hc00002"]


def test_a_sheet_in_small_letters_means_who_is_there_and_changes_nothing(house: factories.House) -> None:
    factories.person("陈桂芳", house.root, staff_number="HC00001")
    (verdict,) = check(house, {"name": "陈桂芳", "staff_number": "hc00001"})
    assert (verdict.kind, verdict.changes) == ("same", ())
    apply(house, {"name": "陈桂芳", "staff_number": "hc00001", "mobile": "13800138000"})
    assert numbers() == ["HC00001"]
    first, second = check(
        house, {"name": "王一", "staff_number": "x1"}, {"name": "王二", "staff_number": "X1"}
    )  # the pipeline refuses rows with equal keys
    assert set(first.unique) & set(second.unique)


def test_older_doubles_are_kept_named_and_never_guessed(house: factories.House, clerk: Actor) -> None:
    first, second = older_doubles(house)
    found = doctor.staff_numbers(False)
    assert found.state is State.ATTENTION
    assert {"HC00001", "hc00001"} <= set(found.message.replace("（", " ").replace("、", " ").replace("：", " ").split())
    assert [(p.first, p.second, p.why) for p in queries.duplicates(clerk)] == [(first, second, "工号只差大小写")]
    (verdict,) = check(house, {"name": "陈桂芳", "staff_number": "Hc00001"})
    assert "只差大小写" in verdict.issues[0].message
    (verdict,) = check(house, {"name": "王小明", "staff_number": "hc00001", "mobile": "13800138000"})
    assert verdict.kind == "update"
    edit = GroupEdit("work", {"position": "科长"}, reason="任")
    perform(actions.get("people.person.edit.work"), clerk, uid=first.uid, data=edit)
    assert numbers() == ["HC00001", "hc00001"]


def test_a_lookup_reads_the_index(house: factories.House) -> None:
    older_doubles(house)
    rows = Person.objects.system("test").filter(having(["hC00001"]), state="live")
    assert {person.name for person in rows} == {"陈桂芳", "王小明"}
    by_number: Any = ByNumber(rows)
    assert (by_number.get("hc00001").name, by_number.get("Hc00001")) == ("王小明", None)
    if connection.vendor == "sqlite":
        assert "person_staff_number_once" in rows.explain()
