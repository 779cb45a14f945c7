"""The importer of the roster: who a row means, what it would change, and writing a thousand rows at a time."""

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.groups import GROUP_OF_FIELD
from zhibu.apps.people.imported import Known, OrganizationNames, former_numbers, load_known
from zhibu.apps.people.models import Person
from zhibu.apps.people.models.affiliation import Kind
from zhibu.apps.people.rules import GONE, check_person, identity_agrees, why_not_belong
from zhibu.apps.people.services import bulk
from zhibu.apps.people.services.affiliations import SINGLE, fits
from zhibu.apps.people.services.persons import CITIZEN, MALE_FEMALE, identity_hashes
from zhibu.apps.people.staff_numbers import fold, same
from zhibu.kernel.actions import Act, diff, naming
from zhibu.kernel.actor import Actor
from zhibu.kernel.audit import Change
from zhibu.kernel.crypto import mask_identity
from zhibu.kernel.identity import Identity, check_document, parse_identity
from zhibu.kernel.imports.spec import Effect, JudgedRow, Row, Verdict, still_right

PLACES = ("home", "administrative", "party", "service")
DATES = (
    "birth_date", "work_started_on", "joined_unit_on", "joined_party_on", "full_member_on", "left_post_on", "retired_on",
)  # fmt: skip


@dataclass(slots=True)
class Judged(JudgedRow):
    """A row as judged: the person it means (None: a new one), new places besides new values."""

    person: Person | None = None
    #: whether the document number may stand; its hash follows, for all rows at once
    numbered: bool = False
    blind: bytes | None = None
    places: dict[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> Any:
        return self.kind_for(self.person)


class PeopleImporter:
    """Judges and writes rows of the roster for one actor, at the batch's organisation."""

    def __init__(self, actor: Actor, batch: Any) -> None:
        self.actor = actor
        self.batch = batch
        self.today = localdate()
        self._placed: dict[tuple[str, str], Organization | str] = {}

    @cached_property
    def names(self) -> OrganizationNames:
        """Organisations the actor may put people into, by name and code."""
        return OrganizationNames(self.actor)

    @cached_property
    def former(self) -> dict[str, int]:
        """Numbers of records that became part of another one: a roster may go on naming somebody by the old one."""
        return former_numbers()

    @cached_property
    def closed_columns(self) -> dict[str, str]:
        """Columns of field groups the actor may not edit at the batch's organisation -> why."""
        path = self.batch.organization.path
        found = {}
        for name, group in GROUP_OF_FIELD.items():
            if not self.actor.may(group.edit, path):
                found[name] = f"您没有修改“{group.label}”的权限，请去掉这一列或由有权限的人导入。"
        return found

    def check(self, rows: Sequence[Row]) -> list[Verdict]:
        """Judge rows; writes nothing."""
        return [self._verdict(judged) for judged in self._judge(rows)]

    def apply(self, act: Act, rows: Sequence[Row]) -> list[Effect]:
        """Write rows judged again; new people in bulk, known ones one by one."""
        judged = list(self._judge(rows))
        still_right(judged)
        new = [one for one in judged if one.person is None]
        effects = bulk.create(act, [(j.row.number, self._new(j), j.blind, j.places, self._since(j)) for j in new])
        effects += [bulk.update(act, one) for one in judged if one.person is not None and one.changes]
        return sorted(effects, key=lambda effect: effect.number)

    def undo(self, act: Act, effects: Sequence[Any]) -> list[int]:
        """Take back what nobody touched since."""
        return bulk.undo(act, effects)

    def _new(self, judged: Judged) -> dict[str, Any]:
        values = judged.values
        values.setdefault("employment", "active")
        values.setdefault("document_type", "resident")
        values.setdefault("sex", "9")
        return values

    def _since(self, judged: Judged) -> dict[str, date]:
        joined = judged.values.get("joined_unit_on") or self.today
        found = {
            "home": min(joined, self.today), "administrative": min(joined, self.today),
            "party": judged.values.get("joined_party_on") or self.today, "service": self.today,
        }  # fmt: skip
        for kind, organization in judged.places.items():  # before it stood they belonged to another one
            if organization.founded_on and organization.founded_on > found[kind]:
                found[kind] = organization.founded_on
        return found

    def _verdict(self, judged: Judged) -> Verdict:
        unique: list[tuple[str, str]] = []
        if judged.blind:
            unique.append(("identity_number", judged.blind.hex()))
        if number := judged.values.get("staff_number"):
            unique.append(("staff_number", fold(number)))
        if judged.person is not None:
            unique.append(("", f"person:{judged.person.pk}"))
        elif not unique:
            unique.append(
                ("name", f"{judged.values.get('name')}|{judged.values.get('birth_date')}|{judged.values.get('mobile')}")
            )
        return Verdict(
            judged.row.number, judged.kind, label=str(judged.values.get("name") or ""), issues=tuple(judged.issues),
            changes=tuple(judged.changes), unique=tuple(unique),
        )  # fmt: skip

    def _judge(self, rows: Sequence[Row]) -> Iterator[Judged]:
        judged = [self._read(row) for row in rows]
        numbered = [one for one in judged if one.numbered]
        hashes = identity_hashes(one.values["identity_number"] for one in numbered)
        for one, blind in zip(numbered, hashes, strict=True):
            one.blind = blind
        known = load_known(self.actor, judged, self.former)
        for one in judged:
            if not one.issues:
                self._recognise(one, known)
            if not one.issues:
                self._compare(one, known)
            yield one

    def _read(self, row: Row) -> Judged:
        """Check what the row says in itself: columns, document, dates, places."""
        one = Judged(row)
        one.values = {key: value for key, value in row.values.items() if value is not None}
        if self.closed_columns:
            for key in self.closed_columns.keys() & one.values.keys():
                del one.values[key]
                one.wrong(key, self.closed_columns[key])
        for kind in PLACES:
            if name := one.values.pop(kind, None):
                self._place(one, kind, name)
        self._document(one)
        for violation in check_person(one.values, self.today):
            one.wrong(violation.field, f"{violation.message}。")
        return one

    def _place(self, one: Judged, kind: str, name: str) -> None:
        if (kind, name) not in self._placed:
            self._placed[kind, name] = self._find_place(kind, name)
        found = self._placed[kind, name]
        if isinstance(found, str):
            one.wrong(kind, found)
        else:
            one.places[kind] = found

    def _find_place(self, kind: str, name: str) -> Organization | str:
        """Return the organisation that a cell means, or what is wrong with it."""
        found = self.names.find(name, kind)
        if isinstance(found, str) or (why := fits(kind, found)) is None:
            return found
        return f"{why}，“{name}”不是。"

    def _document(self, one: Judged) -> None:
        number = one.values.get("identity_number")
        if not number:
            return
        kind = one.values.get("document_type") or "resident"
        checked = check_document(kind, number, self.today)
        if not isinstance(checked, str):
            one.wrong("identity_number", f"{checked.message.rstrip('。')}。")
            return
        one.values["identity_number"] = checked
        one.numbered = True
        if kind in CITIZEN and isinstance(parsed := parse_identity(checked, self.today), Identity):
            sex = MALE_FEMALE[parsed.sex]
            for violation in identity_agrees(
                one.values.get("birth_date"), one.values.get("sex", "9"), parsed.birth, sex
            ):
                one.wrong(violation.field, f"{violation.message}。")
            if "identity" not in self.closed_columns:
                one.values.setdefault("birth_date", parsed.birth)
                one.values.setdefault("sex", sex)

    def _recognise(self, one: Judged, known: Known) -> None:
        """Find whom the row means: by document, else by staff number, else by name and birth date."""
        values = one.values
        by_document = (
            known.by_document.get((values.get("document_type") or "resident", one.blind)) if one.blind else None
        )
        number = values.get("staff_number", "")
        by_staff = (known.by_staff.get(number) or known.by_former.get(fold(number))) if number else None
        its_own = by_document is not None and same(number, by_document.staff_number)
        if number and not its_own and (several := known.by_staff.several(number)):
            one.wrong("staff_number", f"系统里有只差大小写的工号：{several}。请先合并或更正，或照原样填写。")
            return
        if by_document and by_staff and by_document.pk != by_staff.pk:
            one.wrong("staff_number", "证件号码和工号属于两个不同的人，请核对。")
            return
        person = by_document or by_staff
        if person is None and not one.blind:
            namesakes = known.by_name.get((values.get("name", ""), values.get("birth_date")), [])
            fitting = [candidate for candidate in namesakes if _may_be(candidate, values)]
            if len(fitting) > 1:
                one.wrong("name", "有不止一个同名同生日的人，请补上证件号码或工号。")
                return
            person = fitting[0] if fitting else None
        if person is not None and person.pk not in known.reachable:
            one.wrong(
                "identity_number" if by_document else "staff_number", "已登记在您的管理范围之外，请联系上级组织部门。"
            )
            return
        known_blind = bytes(person.identity_blind) if person is not None and person.identity_blind else None
        if person is not None and by_document is None and one.blind and known_blind and known_blind != one.blind:
            one.wrong("identity_number", f"工号 {person.staff_number} 已登记的证件号码与此不同，请核对。")
        if person is not None and number and (same(number, person.staff_number) or fold(number) in known.by_former):
            # small letters for capitals are no change, nor is an old number
            values["staff_number"] = person.staff_number
        one.person = person

    def _compare(self, one: Judged, known: Known) -> None:
        """Note what the row changes about a known person, or that a new one needs a place."""
        if one.person is None:
            one.places.setdefault("home", self.batch.organization)
            return
        after = copy.copy(one.person)
        plain = [name for name in one.values if name != "identity_number"]
        for name in plain:
            setattr(after, name, one.values[name])
        one.changes = diff(one.person, after, plain)
        if one.blind and (one.person.identity_blind is None or bytes(one.person.identity_blind) != one.blind):
            old, new = one.person.identity_number or "", one.values["identity_number"]
            one.changes.append(Change("identity_number", "证件号码", mask_identity(old), mask_identity(new)))
        if after.employment != one.person.employment and one.person.employment in GONE:
            one.wrong(
                "employment", f"此人的类别是“{GONE[one.person.employment]}”，不能用表格改，请在“人员变动”里办理。"
            )
        merged = {name: getattr(after, name) for name in (*DATES, "employment", "retired_on")}
        for violation in check_person(merged, self.today):
            one.wrong(violation.field, f"与已登记的资料矛盾：{violation.message}。")
        self._compare_places(one, known)

    def _compare_places(self, one: Judged, known: Known) -> None:
        assert one.person is not None
        here = known.places.get(one.person.pk, {})
        for kind, organization in list(one.places.items()):
            held = here.get(kind, {})
            if organization.pk in held:
                del one.places[kind]
                continue
            if (why := why_not_belong(one.person.employment, kind)) is not None:
                one.wrong(kind, f"{why}。")
            old = next(iter(held.values()), None) if Kind(kind) in SINGLE else None
            words = str(old) if old and self.names.reach(old) else "管理范围以外的组织" if old else ""
            one.changes.append(
                Change(naming("affiliation", old, organization), Kind(kind).label, words, str(organization))
            )


def _may_be(candidate: Person, values: dict[str, Any]) -> bool:
    """Tell whether a namesake may be meant: a staff or phone number that differs says it is somebody else."""
    for name in ("staff_number", "mobile"):
        theirs, ours = getattr(candidate, name), values.get(name)
        if theirs and ours and not same(theirs, ours):
            return False
    return True
