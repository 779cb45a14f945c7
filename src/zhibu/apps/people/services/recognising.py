"""Whom the rows of a sheet mean: people within the actor's reach, by staff number and document number, name compared."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.people.imported import former_numbers
from zhibu.apps.people.models import Person
from zhibu.apps.people.services.persons import identity_hashes
from zhibu.apps.people.staff_numbers import ByNumber, fold, having
from zhibu.kernel.bulk import parts
from zhibu.kernel.identity import check_document
from zhibu.kernel.imports.spec import JudgedRow

UNKNOWN = "没有找到这个人，或不在您的管理范围内。还没有建档的，先在“人员”里建档。"


@dataclass(slots=True)
class PersonRow(JudgedRow):
    """A row about somebody: its columns staff_number, identity_number and name say who; blind: the number's keyed hash."""

    blind: bytes | None = None
    person: Person | None = None

    @property
    def label(self) -> str:
        """The name as it was written."""
        return str(self.values.get("name") or "")

    @property
    def unique(self) -> tuple[tuple[str, str], ...]:
        """One row a person."""
        return (("", f"person:{self.person.pk}"),) if self.person is not None else ()


@dataclass
class _Found:
    by_staff: ByNumber = field(default_factory=ByNumber)
    by_document: dict[bytes, Person] = field(default_factory=dict)
    #: folded number of a record that was given up in a merge -> who remained
    by_former: dict[str, Person] = field(default_factory=dict)


def recognise(reach: Any, rows: Sequence[PersonRow]) -> list[int]:
    """Give each row the person it means, or say what is wrong with it; return their keys, ascending.

    reach: an opened queryset of the people who may be meant. Two queries for 500 rows, two more when numbers are unknown:
    a sheet may go on naming somebody by the number of a record that became part of theirs.
    """
    _hash_documents(rows)
    found = _Found()
    for part in parts([row.values["staff_number"] for row in rows if "staff_number" in row.values]):
        found.by_staff.add(reach.filter(having(part), state="live"))
    found.by_former = _remained(reach, rows, found.by_staff)
    for part in parts([row.blind for row in rows if row.blind is not None]):
        found.by_document.update({bytes(p.identity_blind or b""): p for p in reach.filter(identity_blind__in=part)})
    for row in rows:
        _recognise(row, found)
    return sorted({row.person.pk for row in rows if row.person is not None})


def _remained(reach: Any, rows: Sequence[PersonRow], known: ByNumber) -> dict[str, Person]:
    unknown = {fold(row.values["staff_number"]) for row in rows if "staff_number" in row.values} - known.folded
    if not unknown:
        return {}
    into = {number: pk for number, pk in former_numbers().items() if number in unknown}
    people = {
        person.pk: person
        for part in parts(list(set(into.values())))
        for person in reach.filter(pk__in=part, state="live")
    }
    return {number: people[pk] for number, pk in into.items() if pk in people}


def _hash_documents(rows: Sequence[PersonRow]) -> None:
    """Hash the document numbers together; one that cannot be a number is said to be wrong, unless a staff number helps."""
    numbered, numbers = [], []
    for row in rows:
        if not (number := row.values.get("identity_number")):
            continue
        checked = check_document("resident", number, localdate())
        if isinstance(checked, str):
            numbered.append(row)
            numbers.append(checked)
        elif "staff_number" not in row.values:
            row.wrong("identity_number", f"{checked.message.rstrip('。')}。持其他证件的，请填工号。")
    for row, blind in zip(numbered, identity_hashes(numbers), strict=True):
        row.blind = blind


def _recognise(row: PersonRow, found: _Found) -> None:
    staff, number = row.values.get("staff_number"), row.values.get("identity_number")
    if not staff and not number:
        row.wrong("staff_number", "工号和证件号码至少填一个，才知道是谁。")
        return
    means: dict[str, Person | None] = {}
    if staff:
        means["staff_number"] = found.by_staff.get(staff) or found.by_former.get(fold(staff))
    if number and not row.issues:
        means["identity_number"] = found.by_document.get(row.blind or b"")
    for column, person in means.items():
        if person is None:
            row.wrong(column, UNKNOWN)
    people = {person.pk: person for person in means.values() if person is not None}
    if row.issues or not people:
        return
    if len(people) > 1:
        row.wrong("staff_number", "工号和证件号码属于两个不同的人，请核对。")
        return
    (row.person,) = people.values()
    if row.values["name"] != row.person.name:
        row.wrong("name", f"与系统里的姓名“{row.person.name}”不一致，请核对是不是同一个人。")
