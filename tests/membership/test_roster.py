"""The roster of members by sheet: it opens and fills in, says what is wrong at its cell, changes nothing twice, goes back."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction

from tests import factories
from tests.membership.helpers import CLERK, member, reread
from zhibu.apps.membership.models import Member
from zhibu.apps.membership.services.importing import RosterImporter
from zhibu.apps.people.models import Affiliation
from zhibu.kernel.actions import Act
from zhibu.kernel.imports.spec import Effect, Row, Verdict

pytestmark = pytest.mark.django_db


def importer(house: factories.House) -> RosterImporter:
    actor = factories.actor(CLERK, house.root)
    return RosterImporter(actor, SimpleNamespace(organization=house.committee))


def check(house: factories.House, *rows: dict[str, Any]) -> list[Verdict]:
    return importer(house).check([Row(n, row) for n, row in enumerate(rows, start=2)])


def apply(house: factories.House, *rows: dict[str, Any]) -> list[Effect]:
    one = importer(house)
    with transaction.atomic():
        return one.apply(Act(one.actor, "imports.apply"), [Row(n, row) for n, row in enumerate(rows, start=2)])


def undo(house: factories.House, effects: list[Effect]) -> list[int]:
    one = importer(house)
    stored = [
        SimpleNamespace(row=e.number, object_id=e.object_id, created=e.created, rev_after=e.rev_after, before=e.before)
        for e in effects
    ]
    with transaction.atomic():
        return one.undo(Act(one.actor, "imports.undo"), stored)


CHEN = {
    "name": "陈桂芳", "staff_number": "1001", "branch": "东山支部", "kind": "full", "applied_on": date(1998, 1, 1),
    "admitted_on": date(1999, 6, 20), "full_on": date(2000, 6, 20), "introducers": "张三、李四",
}  # fmt: skip


def test_a_known_person_becomes_a_member_once_and_goes_back(house: factories.House) -> None:
    chen = factories.person(
        "陈桂芳", house.root, staff_number="1001", birth_date=date(1970, 1, 1), political_status="13"
    )
    effects = apply(house, CHEN)
    made = Member.objects.system("test").get(person=chen)
    chen.refresh_from_db()
    assert (made.organization_id, made.kind, made.applied_on) == (house.east.pk, "full", date(1998, 1, 1))
    assert (chen.political_status, chen.joined_party_on, chen.full_member_on) == (
        "01",
        date(1999, 6, 20),
        date(2000, 6, 20),
    )
    relation = Affiliation.objects.system("test").get(person=chen, kind="party")
    assert relation.since == factories.LONG_AGO  # the branch was founded later than she joined
    assert [row.name for row in made.introducers.system("test")] == ["张三", "李四"]
    assert [one.kind for one in check(house, CHEN)] == ["same"]
    assert apply(house, CHEN) == []
    assert undo(house, effects) == []
    chen.refresh_from_db()
    relation.refresh_from_db()
    assert (chen.political_status, chen.joined_party_on) == ("13", None)
    assert (relation.until, reread(made).state) == (relation.since, "withdrawn")


def test_an_update_goes_back_unless_somebody_touched_it(house: factories.House, li: Member) -> None:
    li.person.staff_number = "2001"
    li.person.save()
    row = {"name": "李建国", "staff_number": "2001", "applied_on": date(1998, 5, 4), "note": "入党志愿书已核"}
    (verdict,) = check(house, row)
    assert [change.field for change in verdict.changes] == ["applied_on", "note"]
    effects = apply(house, row)
    assert reread(li).note == "入党志愿书已核"
    assert undo(house, effects) == []
    assert (reread(li).applied_on, reread(li).note) == (None, "")
    effects = apply(house, row)
    Member.objects.system("test").filter(pk=li.pk).update(rev=99)
    assert undo(house, effects) == [2]


@pytest.mark.parametrize(
    ("more", "column"),
    [
        ({"name": "陈桂芬"}, "name"),
        ({"staff_number": "9999"}, "staff_number"),
        ({"staff_number": None}, "staff_number"),
        ({"branch": "南山支部"}, "branch"),
        ({"branch": None}, "branch"),
        ({"kind": None}, "kind"),
        ({"kind": "probationary"}, "full_on"),
        ({"admitted_on": date(1987, 12, 31), "full_on": date(1989, 1, 1)}, "admitted_on"),
        ({"full_on": date(1999, 6, 19)}, "full_on"),
        ({"full_on": date(2000, 6, 19)}, "full_on"),
        ({"admitted_on": date(2099, 1, 1)}, "admitted_on"),
        ({"applied_on": date(1999, 6, 21)}, "applied_on"),
    ],
)
def test_what_is_wrong_is_said_at_its_cell(house: factories.House, more: dict[str, Any], column: str) -> None:
    factories.person("陈桂芳", house.root, staff_number="1001", birth_date=date(1970, 1, 1), political_status="13")
    (verdict,) = check(house, {**CHEN, **more})
    assert column in {issue.column for issue in verdict.issues}, verdict.issues


def test_a_sheet_moves_nobody_and_brings_nobody_back(house: factories.House) -> None:
    member("李建国", house, full=date(2001, 6, 20), staff_number="2001")
    gone = member("赵已退", house, full=date(2001, 6, 20), staff_number="2002")
    Member.objects.system("test").filter(pk=gone.pk).update(status="removed")
    moved, back = check(
        house,
        {"name": "李建国", "staff_number": "2001", "branch": "西湾支部"},
        {"name": "赵已退", "staff_number": "2002", "kind": "full"},
    )
    assert "组织关系接转" in moved.issues[0].message
    assert "除名" in back.issues[0].message


def test_a_short_probation_stands_with_its_reason_and_old_times_need_none(house: factories.House) -> None:
    factories.person("陈桂芳", house.root, staff_number="1001", birth_date=date(1950, 1, 1))
    early = {**CHEN, "full_on": date(2000, 3, 1), "early": "当时部队规定"}
    assert check(house, early)[0].kind == "create"
    old = {**CHEN, "applied_on": None, "admitted_on": date(1970, 7, 1), "full_on": None}
    assert check(house, old)[0].kind == "create"
