"""Whom a row of the roster means, what it may change, and what it may not."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction

from tests import factories
from zhibu.apps.people.importing import PeopleImporter
from zhibu.apps.people.models import Affiliation, Person
from zhibu.kernel.actions import Act
from zhibu.kernel.actor import Actor
from zhibu.kernel.imports.spec import ImportChanged, Row, Verdict

pytestmark = pytest.mark.django_db
GROUPS = ("identity", "contact", "work", "party")
CLERK = ("people.view", "people.import", "organizations.view", *(f"people.edit.{g}" for g in GROUPS))
NUMBER = "110101199003071233"


def importer(house: factories.House, actor: Actor | None = None, at: Any = None) -> PeopleImporter:
    organization = at or house.root
    return PeopleImporter(actor or factories.actor(CLERK, organization), SimpleNamespace(organization=organization))


def check(house: factories.House, *rows: dict[str, Any], **where: Any) -> list[Verdict]:
    return importer(house, **where).check([Row(n, row) for n, row in enumerate(rows, start=2)])


def apply(house: factories.House, *rows: dict[str, Any]) -> Any:
    one = importer(house)
    with transaction.atomic():
        return one.apply(Act(one.actor, "imports.apply"), [Row(n, row) for n, row in enumerate(rows, start=2)])


def test_a_new_person_is_written_with_home_branch_and_keys(house: factories.House) -> None:
    apply(house, {"name": "陈桂芳", "identity_number": NUMBER, "party": "东山支部", "joined_unit_on": date(2001, 5, 1)})
    person = Person.objects.system("test").get()
    assert (person.identity_number, person.birth_date, person.sex) == (NUMBER, date(1990, 3, 7), "1")
    rows = Affiliation.objects.system("test").filter(person=person)
    assert {(r.kind, r.organization_id) for r in rows} == {("home", house.root.pk), ("party", house.east.pk)}
    assert person.search_keys.system("test").filter(key="cgf").exists()


def test_nobody_belongs_to_an_organisation_before_it_stood(house: factories.House) -> None:
    house.east.founded_on = date(2005, 7, 1)
    house.east.save()
    row = {"name": "陈桂芳", "party": "东山支部", "political_status": "01", "joined_party_on": date(1995, 11, 25)}
    apply(house, row | {"joined_unit_on": date(2011, 3, 1), "birth_date": date(1970, 1, 1)})
    rows = Affiliation.objects.system("test").filter(person__name="陈桂芳")
    assert {(r.kind, r.since) for r in rows} == {("home", date(2011, 3, 1)), ("party", date(2005, 7, 1))}
    assert Person.objects.system("test").get(name="陈桂芳").joined_party_on == date(1995, 11, 25)


def test_the_same_row_again_changes_nothing(house: factories.House) -> None:
    row = {"name": "陈桂芳", "identity_number": NUMBER, "party": "东山支部", "mobile": "13800138000"}
    apply(house, row)
    assert check(house, row)[0].kind == "same"
    assert apply(house, row) == []


def test_a_sheet_brings_nobody_back_and_gives_no_place_to_who_has_gone(house: factories.House) -> None:
    factories.person("陈桂芳", house.root, identity=NUMBER, employment="deceased")
    (verdict,) = check(
        house, {"name": "陈桂芳", "identity_number": NUMBER, "employment": "active", "party": "东山支部"}
    )
    assert {issue.column for issue in verdict.issues} == {"employment", "party"}
    assert "已去世" in verdict.issues[0].message


def test_a_sheet_does_not_put_to_work_who_has_a_date_of_retirement(house: factories.House) -> None:
    person = factories.person("陈桂芳", house.root, identity=NUMBER, employment="retired")
    Person.objects.system("test").filter(pk=person.pk).update(retired_on=date(2020, 1, 1))
    (verdict,) = check(house, {"name": "陈桂芳", "identity_number": NUMBER, "employment": "active"})
    assert "却有退休日期" in "".join(issue.message for issue in verdict.issues)


def test_an_empty_cell_clears_nothing_and_a_filled_one_updates(house: factories.House) -> None:
    person = factories.person("陈桂芳", house.root, identity=NUMBER, mobile="13800138000", position="会计")
    row = {"name": "陈桂芳", "identity_number": NUMBER, "mobile": None, "position": "出纳"}
    verdict = check(house, row)[0]
    assert [(c.field, c.old, c.new) for c in verdict.changes] == [("position", "会计", "出纳")]
    apply(house, row)
    person.refresh_from_db()
    assert (person.mobile, person.position) == ("13800138000", "出纳")


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"identity_number": "110101199003071234"}, "identity_number"),
        ({"identity_number": NUMBER, "sex": "2"}, "sex"),
        ({"identity_number": NUMBER, "birth_date": date(1990, 3, 8)}, "birth_date"),
        ({"party": "没有的支部"}, "party"),
        ({"party": "综合部"}, "party"),
        ({"service": "东山支部"}, "service"),
        ({"birth_date": date(1990, 1, 1), "joined_party_on": date(1989, 1, 1)}, "joined_party_on"),
        ({"identity_number": "E1", "document_type": "passport"}, "identity_number"),
    ],
)
def test_what_is_wrong_is_named_at_its_column(house: factories.House, row: dict[str, Any], column: str) -> None:
    verdict = check(house, {"name": "陈桂芳", **row})[0]
    assert verdict.kind == "error"
    assert [issue.column for issue in verdict.issues] == [column]


def test_document_and_staff_number_of_two_people_are_not_mixed(house: factories.House) -> None:
    factories.person("陈桂芳", house.root, identity=NUMBER)
    factories.person("王伟", house.root, staff_number="1001")
    verdict = check(house, {"name": "陈桂芳", "identity_number": NUMBER, "staff_number": "1001"})[0]
    assert verdict.issues[0].message == "证件号码和工号属于两个不同的人，请核对。"


def test_a_namesake_with_another_staff_number_is_another_person(house: factories.House) -> None:
    factories.person("王伟", house.root, staff_number="1001")
    assert check(house, {"name": "王伟", "staff_number": "1002"})[0].kind == "create"
    assert check(house, {"name": "王伟", "mobile": "13800138000"})[0].kind == "update"


def test_two_namesakes_are_never_guessed_between(house: factories.House) -> None:
    for _ in range(2):
        factories.person("王伟", house.root, birth_date=date(1960, 1, 1))
    verdict = check(house, {"name": "王伟", "birth_date": date(1960, 1, 1), "mobile": "13800138000"})[0]
    assert "不止一个" in verdict.issues[0].message


def test_somebody_out_of_reach_is_refused_without_a_name(house: factories.House) -> None:
    factories.person("赵秘密", house.west, identity=NUMBER)
    verdict = check(house, {"name": "陈桂芳", "identity_number": NUMBER}, at=house.department)[0]
    assert verdict.kind == "error"
    assert "赵" not in verdict.issues[0].message
    assert "管理范围之外" in verdict.issues[0].message


def test_an_organisation_out_of_reach_does_not_exist(house: factories.House) -> None:
    verdict = check(house, {"name": "陈桂芳", "home": "江北工作站"}, at=house.department)[0]
    assert "没有找到组织" in verdict.issues[0].message


def test_a_column_of_a_group_one_may_not_edit_is_refused(house: factories.House) -> None:
    actor = factories.actor([p for p in CLERK if p != "people.edit.party"], house.root)
    verdict = check(house, {"name": "陈桂芳", "political_status": "01"}, actor=actor)[0]
    assert "没有修改“政治面貌”的权限" in verdict.issues[0].message


def test_what_changed_since_the_check_stops_the_writing(house: factories.House) -> None:
    row = {"name": "陈桂芳", "identity_number": NUMBER, "party": "东山支部"}
    assert check(house, row)[0].kind == "create"
    house.east.dissolved_on = date(2026, 1, 1)
    house.east.save()
    with pytest.raises(ImportChanged):
        apply(house, row)
    assert not Person.objects.system("test").exists()


def test_a_thousand_rows_cost_the_queries_of_one(house: factories.House, django_assert_max_num_queries: Any) -> None:
    rows = [{"name": f"职工{n}", "staff_number": f"S{n}", "party": "东山支部"} for n in range(300)]
    with django_assert_max_num_queries(8):
        check(house, *rows)
    with django_assert_max_num_queries(30):
        apply(house, *rows)
