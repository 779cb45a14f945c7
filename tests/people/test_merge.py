"""Two records of one person become one, whoever points at them."""

from datetime import date

import pytest
from django.test import Client
from django.utils.timezone import localdate

from tests import factories
from tests.acting import post
from tests.people.test_importing import check
from zhibu.apps.people import queries, record, search
from zhibu.apps.people.models import Affiliation, Merge, Person, Relative
from zhibu.apps.people.services.merge import MergeInto, NotSame
from zhibu.kernel import actions
from zhibu.kernel.actions import Refused, perform
from zhibu.kernel.actions.history import visible_history

pytestmark = pytest.mark.django_db
MAY = ("people.view", "people.merge", "organizations.view")


@pytest.fixture
def twins(house: factories.House) -> tuple[Person, Person]:
    facts = {"birth_date": date(1990, 3, 7), "mobile": "13800138000"}
    kept = factories.person("陈桂芳", house.department, **facts)
    dropped = factories.person(
        "陈桂芳", house.station, party=house.east, identity="110101199003071241", email="c@example.com", **facts
    )
    Relative.objects.create(person=dropped, name="陈小明", relation="子")
    return kept, dropped


def test_similar_records_are_found(house: factories.House, twins: tuple[Person, Person]) -> None:
    clerk = factories.actor(MAY, house.root)
    assert [(p.first.pk, p.second.pk) for p in queries.duplicates(clerk)] == [(twins[0].pk, twins[1].pk)]
    assert queries.duplicates(factories.actor(MAY, house.station)) == []


def test_a_merge_moves_every_reference_and_can_show_it(house: factories.House, twins: tuple[Person, Person]) -> None:
    kept, dropped = twins
    clerk = factories.actor(MAY, house.root)
    perform(
        actions.get("people.person.merge"), clerk, uid=kept.uid, data=MergeInto(dropped=dropped, reason="核对为同一人")
    )
    kept.refresh_from_db()
    dropped.refresh_from_db()
    assert (dropped.state, dropped.merged_into_id) == ("merged", kept.pk)
    assert kept.email == "c@example.com"
    assert kept.identity_number == "110101199003071241"
    assert Relative.objects.system("test").get().person_id == kept.pk
    rows = Affiliation.objects.system("test").filter(until=None)
    assert {(r.person_id, r.kind) for r in rows} == {(kept.pk, "home"), (kept.pk, "party")}
    assert [p.pk for p in search.find(clerk, "陈桂芳")] == [kept.pk]
    merge = Merge.objects.system("test").get()
    assert set(merge.moved) == {"people.Relative.person", "people.Affiliation.person"}


def test_a_record_out_of_reach_cannot_be_taken_in(house: factories.House, twins: tuple[Person, Person]) -> None:
    kept, dropped = twins
    with pytest.raises(Person.DoesNotExist):
        perform(
            actions.get("people.person.merge"), factories.actor(MAY, house.department), uid=kept.uid,
            data=MergeInto(dropped=dropped, reason="x"),
        )  # fmt: skip


def test_different_documents_are_not_merged(house: factories.House) -> None:
    first = factories.person("陈桂芳", house.root, identity="110101199003071241")
    second = factories.person("陈桂芳", house.root, identity="11010119900307002X")
    with pytest.raises(Refused, match="证件号码不同"):
        perform(
            actions.get("people.person.merge"), factories.actor(MAY, house.root), uid=first.uid,
            data=MergeInto(dropped=second, reason="x"),
        )  # fmt: skip
    second.refresh_from_db()
    assert second.state == "live"


def test_a_pair_found_to_be_two_people_is_offered_no_more(house: factories.House, twins: tuple[Person, Person]) -> None:
    clerk = factories.actor(MAY, house.root)
    perform(
        actions.get("people.person.distinct"), clerk, uid=twins[0].uid, data=NotSame(other=twins[1], reason="双胞胎")
    )
    assert queries.duplicates(clerk) == []


def test_whoever_types_a_name_sees_both_records_side_by_side_before_they_become_one(
    clerk: Client, twins: tuple[Person, Person]
) -> None:
    kept, dropped = twins
    asked = post(clerk, "people.person.merge", kept, dropped="陈桂芳", reason="核对为同一人")
    text = asked.content.decode()
    assert asked.status_code == 422
    assert "请先逐项对照" in text
    assert "c@example.com" in text
    assert f'name="dropped" value="{dropped.uid}"' in text
    dropped.refresh_from_db()
    assert dropped.state == "live"
    done = post(clerk, "people.person.merge", kept, dropped=str(dropped.uid), reason="核对为同一人")
    assert done.status_code == 302
    dropped.refresh_from_db()
    assert dropped.merged_into_id == kept.pk


def test_of_more_namesakes_the_others_are_named(
    clerk: Client, twins: tuple[Person, Person], house: factories.House
) -> None:
    factories.person("陈桂芳", house.station, staff_number="T9")
    answer = post(clerk, "people.person.merge", twins[0], dropped="陈桂芳", reason="核对为同一人").content.decode()
    assert "有不止一个人符合" in answer
    assert "T9" in answer
    again = post(clerk, "people.person.merge", twins[0], dropped="T9", reason="核对为同一人")
    assert "请先逐项对照" in again.content.decode()


def test_what_the_other_record_said_stays_in_the_history_and_its_number_still_finds_the_person(
    house: factories.House,
) -> None:
    kept = factories.person("陈桂芳", house.root, staff_number="HC00001", mobile="13800138000")
    dropped = factories.person("陈桂芬", house.root, staff_number="HC00777", position="会计")
    older = factories.person("陈贵芳", house.root, staff_number="A9")
    clerk = factories.actor((*MAY, "people.see.work", "people.see.identity"), house.root)
    for into, other in ((dropped, older), (kept, dropped)):
        perform(actions.get("people.person.merge"), clerk, uid=into.uid, data=MergeInto(dropped=other, reason="同一人"))
    kept.refresh_from_db()
    told = {change.field: (change.label, change.old, change.new) for change in visible_history(clerk, kept)[0].changes}
    assert told["staff_number.merged"] == ("对方的工号", "HC00777", "HC00001")
    assert told["name.merged"][1:] == ("陈桂芬", "陈桂芳")
    assert told["position"][1:] == ("", "会计")
    assert "mobile.merged" not in told
    for words in ("hc00777", "陈桂芬", "A9", "cgf"):
        assert [person.pk for person in search.find(clerk, words)] == [kept.pk]
    assert record.as_of(kept, localdate())[0].as_of_values["staff_number"] == "HC00001"  # type: ignore[attr-defined]
    (verdict,) = check(house, {"name": "陈桂芳", "staff_number": "a9", "email": "c@example.com"})
    assert (verdict.kind, [change.field for change in verdict.changes]) == ("update", ["email"])
    blind = factories.actor(MAY, house.root)
    assert "staff_number.merged" not in {change.field for change in visible_history(blind, kept)[0].changes}
