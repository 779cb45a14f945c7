"""Register a person, correct a record, be refused with a reason."""

import uuid
from datetime import date, timedelta

import pytest
from django.http import Http404
from django.utils.timezone import localdate

from tests import factories
from zhibu.apps.people.models import Affiliation, Person
from zhibu.apps.people.services.persons import GroupEdit, NewPerson
from zhibu.kernel import actions, audit
from zhibu.kernel.actions import Conflict, Refused, perform
from zhibu.kernel.scope import OutsideScope

pytestmark = pytest.mark.django_db

NUMBER = "110101199003071233"
EDIT = (
    "people.view",
    "people.create",
    "people.edit.identity",
    "people.edit.contact",
    "people.edit.work",
    "organizations.view",
)


def new(house: factories.House, **values: object) -> NewPerson:
    return NewPerson(
        values={"name": "陈桂芳", "document_type": "resident", "sex": "9", **values},
        home=house.root,
        since=date(2020, 1, 1),
    )


def test_a_registered_person_has_one_home_and_what_the_number_says(house: factories.House) -> None:
    clerk = factories.actor(EDIT, house.root)
    outcome = perform(
        actions.get("people.person.create"), clerk, data=new(house, identity_number="11010119900307123３ ")
    )
    person = Person.objects.system("test").get(uid=outcome.object_id)
    assert (person.identity_number, person.birth_date, person.sex) == (NUMBER, date(1990, 3, 7), "1")
    homes = Affiliation.objects.system("test").filter(person=person, kind="home", until=None)
    assert [h.organization for h in homes] == [house.root]
    assert audit.history("people.Person", str(person.pk))[0].actor_name == clerk.name


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"identity_number": "110101199003071234"}, "identity_number"),
        ({"identity_number": NUMBER, "birth_date": date(1990, 3, 8)}, "birth_date"),
        ({"identity_number": NUMBER, "sex": "2"}, "sex"),
        ({"birth_date": date(2090, 1, 1)}, "birth_date"),
        ({"birth_date": date(1990, 1, 1), "joined_party_on": date(1989, 1, 1)}, "joined_party_on"),
        ({"joined_party_on": date(2010, 7, 1), "full_member_on": date(2009, 7, 1)}, "full_member_on"),
        ({"name": ""}, "name"),
    ],
)
def test_what_cannot_be_true_is_refused_at_its_field_and_nothing_is_written(
    house: factories.House, values: dict[str, object], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        perform(actions.get("people.person.create"), factories.actor(EDIT, house.root), data=new(house, **values))
    assert refused.value.field == field
    assert not Person.objects.system("test").exists()
    assert audit.last_id() == 0


def test_a_number_that_is_taken_elsewhere_is_refused_without_saying_whose(house: factories.House) -> None:
    factories.person("赵秘密", house.west, identity=NUMBER)
    clerk = factories.actor(EDIT, house.department)
    data = NewPerson(
        values={"name": "陈桂芳", "identity_number": NUMBER}, home=house.department, since=date(2020, 1, 1)
    )
    with pytest.raises(Refused) as refused:
        perform(actions.get("people.person.create"), clerk, data=data)
    assert refused.value.field == "identity_number"
    assert "赵秘密" not in str(refused.value)
    assert "西湾" not in str(refused.value)


def test_the_same_submission_twice_makes_one_person(house: factories.House) -> None:
    clerk, key = factories.actor(EDIT, house.root), uuid.uuid4()
    first = perform(actions.get("people.person.create"), clerk, data=new(house), key=key)
    second = perform(actions.get("people.person.create"), clerk, data=new(house), key=key)
    assert (second.object_id, second.replayed) == (first.object_id, True)
    assert Person.objects.system("test").count() == 1


def test_somebody_elses_key_is_worth_nothing(house: factories.House) -> None:
    key = uuid.uuid4()
    perform(actions.get("people.person.create"), factories.actor(EDIT, house.root), data=new(house), key=key)
    with pytest.raises(Http404):
        perform(
            actions.get("people.person.create"),
            factories.actor(EDIT, house.root, account_id=2),
            data=new(house),
            key=key,
        )


def test_the_second_clerk_does_not_overwrite_the_first(house: factories.House) -> None:
    person = factories.person("陈桂芳", house.root)
    edit = actions.get("people.person.edit.contact")
    seen = person.rev
    first, second = factories.actor(EDIT, house.root), factories.actor(EDIT, house.root, account_id=2)
    perform(edit, first, uid=person.uid, rev=seen, data=GroupEdit("contact", {"mobile": "13800000001"}))
    with pytest.raises(Conflict):
        perform(edit, second, uid=person.uid, rev=seen, data=GroupEdit("contact", {"mobile": "13800000002"}))
    person.refresh_from_db()
    assert person.mobile == "13800000001"


def test_nobody_edits_in_a_sibling_subtree(house: factories.House) -> None:
    person = factories.person("陈桂芳", house.west)
    with pytest.raises(Http404):
        perform(
            actions.get("people.person.edit.contact"), factories.actor(EDIT, house.east), uid=person.uid,
            data=GroupEdit("contact", {"mobile": "13800000001"}),
        )  # fmt: skip


def test_nobody_registers_a_person_into_a_sibling_subtree(house: factories.House) -> None:
    data = NewPerson(values={"name": "陈桂芳"}, home=house.west, since=date(2020, 1, 1))
    with pytest.raises(OutsideScope):
        perform(actions.get("people.person.create"), factories.actor(EDIT, house.east), data=data)
    assert not Person.objects.system("test").exists()


def test_the_audit_of_an_edit_says_what_changed_and_never_the_number(house: factories.House) -> None:
    person = factories.person("陈桂芳", house.root, identity=NUMBER)
    perform(
        actions.get("people.person.edit.identity"), factories.actor(EDIT, house.root), uid=person.uid,
        data=GroupEdit("identity", {"identity_number": "110101194901010018", "birth_date": date(1949, 1, 1), "sex": "1"}, "身份证更正"),
    )  # fmt: skip
    line = audit.history("people.Person", str(person.pk))[0]
    shown = {change.field: (change.old, change.new) for change in line.changes}
    assert shown["birth_date"] == ("1990-03-07", "1949-01-01")
    assert shown["identity_number"] == ("1101**********1233", "1101**********0018")
    assert line.reason == "身份证更正"


def test_an_edit_that_changes_nothing_is_refused(house: factories.House) -> None:
    person = factories.person("陈桂芳", house.root, mobile="13800000001")
    with pytest.raises(Refused, match="没有变化"):
        perform(
            actions.get("people.person.edit.contact"), factories.actor(EDIT, house.root), uid=person.uid,
            data=GroupEdit("contact", {"mobile": "13800000001"}),
        )  # fmt: skip


def test_expired_relations_give_no_reach(house: factories.House) -> None:
    person = factories.person("陈桂芳", house.west)
    Affiliation.objects.create(
        person=person,
        organization=house.east,
        kind="party",
        since=date(2015, 1, 1),
        until=localdate() - timedelta(days=1),
    )
    assert not Person.objects.visible_to(factories.actor(EDIT, house.east)).exists()
