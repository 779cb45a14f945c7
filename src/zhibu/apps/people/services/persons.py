"""Create a person, edit a field group, set the photo, reveal a sensitive field."""

import copy
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.timezone import localdate

from zhibu.apps.people import search
from zhibu.apps.people.events import PartyFactsChanged
from zhibu.apps.people.groups import BY_CODE, GROUP_OF_FIELD, GROUPS
from zhibu.apps.people.models import Affiliation, Person, Reveal
from zhibu.apps.people.models.person import State
from zhibu.apps.people.rules import GONE, Violation, check_person, identity_agrees
from zhibu.apps.people.staff_numbers import having, hold
from zhibu.kernel.actions import Act, Refused, diff
from zhibu.kernel.audit import Change
from zhibu.kernel.crypto import blind, blind_column, mask_identity
from zhibu.kernel.events import publish
from zhibu.kernel.files.models import Blob
from zhibu.kernel.identity import Identity, check_document, parse_identity

FIELDS = tuple(name for group in GROUPS for name in group.fields)
SEARCHED = frozenset({"name", "former_names", "staff_number", "identity_number", "mobile", "state"})
MALE_FEMALE = {"male": "1", "female": "2"}
#: kinds of document whose number tells birth date and sex
CITIZEN = frozenset({"resident", "residence_permit"})

#: kinds of employment that end more than themselves: only life events lead there and back
ENDINGS = frozenset(GONE)


@dataclass(frozen=True)
class NewPerson:
    """Values of a new person (field name -> value) and where they belong: home is required."""

    values: Mapping[str, Any]
    home: Any
    since: date
    administrative: Any = None
    party: Any = None
    service: Any = None
    reason: str = ""


@dataclass(frozen=True)
class GroupEdit:
    """New values of one field group; `identity_number` None leaves the number as it is."""

    group: str
    values: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""


def identity_hash(number: str) -> bytes:
    """Return the keyed hash under which a normalised document number is unique."""
    return blind(number, "person.identity", length=16)


def identity_hashes(numbers: Iterable[str]) -> list[bytes]:
    """Return `identity_hash` of each of many numbers."""
    return blind_column("person.identity", numbers, length=16)


def set_identity(person: Person, number: str | None) -> Identity | None:
    """Put a document number on the person, normalised; a resident's number also fills and checks birth date and sex.

    Raises Refused at the field when the number is wrong or disagrees with the record.
    """
    if not number:
        person.identity_number = None
        person.identity_blind = None
        return None
    checked = check_document(person.document_type, number, localdate())
    if not isinstance(checked, str):
        raise Refused(checked.message, field="identity_number", article=checked.article)
    number, parsed = checked, None
    if person.document_type in CITIZEN and isinstance(parsed := parse_identity(number, localdate()), Identity):
        person.birth_date = person.birth_date or parsed.birth
        sex = MALE_FEMALE[parsed.sex]
        if person.sex not in {"1", "2"}:
            person.sex = sex
        for violation in identity_agrees(person.birth_date, person.sex, parsed.birth, sex):
            raise Refused(violation.message, field=violation.field)
    person.identity_number = number
    person.identity_blind = identity_hash(number)
    return parsed if isinstance(parsed, Identity) else None


def contradictions(person: Person) -> list[Violation]:
    """Return what contradicts itself in a record."""
    values = {f.name: getattr(person, f.attname) for f in person._meta.concrete_fields}
    return check_person(values, localdate())


def check_consistent(person: Person, *, known: Collection[Violation] = ()) -> None:
    """Refuse a record that contradicts itself, at the field; `known` stood before and are somebody else's to mend."""
    for violation in contradictions(person):
        if violation in known:
            continue
        raise Refused(violation.message, field=violation.field, article=violation.article)


def save_unique(person: Person) -> None:
    """Save; answer a number that is taken without telling whose it is.

    The other holder may be outside the actor's reach, so the message names nobody.
    """
    if person.staff_number and person.state == State.LIVE and _number_taken(person):
        raise _taken_number()
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        text = str(error)
        if "staff_number" in text:
            raise _taken_number() from error
        if "document" in text or "identity" in text:
            raise Refused(
                "这个证件号码已登记在另一份主档上",
                field="identity_number",
                next_step="请先用身份证后六位查找；查不到的，该记录不在您的管理范围内，请联系上级组织部门。",
            ) from error
        raise


def _number_taken(person: Person) -> bool:
    """Tell whether somebody else has the number. What stood before beside one that differs by case alone may stay."""
    held = _holders(person.staff_number)
    if held.pop(person.pk, None) == person.staff_number:
        return False
    if not held and hold(person.staff_number):  # who had it before us may have written it by now
        held = _holders(person.staff_number)
        held.pop(person.pk, None)
    return bool(held)


def _holders(number: str) -> dict[int, str]:
    """Return id -> number as it is written of those who have it, in capitals or not."""
    rows = Person.objects.system("staff numbers are taken once").filter(having([number]), state=State.LIVE)
    return dict(rows.values_list("pk", "staff_number"))


def _taken_number() -> Refused:
    return Refused(
        "这个工号已被使用（不分大小写）", field="staff_number", next_step="请核对工号；确属同一人的，请查找原记录。"
    )


def home_id(person: Person) -> int | None:
    """Return the id of the organisation that keeps the person's record: where their audit lines are seen."""
    rows = Affiliation.objects.system("home of a person in hand").filter(person=person, kind="home", until__isnull=True)
    found: int | None = rows.values_list("organization_id", flat=True).first()
    return found


def create_person(act: Act, obj: None, data: NewPerson) -> Person:
    """Create a person with their first affiliations."""
    person = Person(**{k: v for k, v in data.values.items() if k != "identity_number" and v is not None})
    if not person.name:
        raise Refused("请填写姓名", field="name")
    if person.employment in ENDINGS:
        raise Refused("登记时不能直接写成离开或去世", field="employment", next_step="请先登记，再办理人员变动。")
    if data.since > localdate():
        raise Refused("归属起始日期不能晚于今天", field="since")
    set_identity(person, data.values.get("identity_number"))
    check_consistent(person)
    save_unique(person)
    places = {"home": data.home, "administrative": data.administrative, "party": data.party, "service": data.service}
    Affiliation.objects.bulk_create(
        [
            Affiliation(person=person, organization=o, kind=k, since=data.since)
            for k, o in places.items()
            if o is not None
        ]
    )
    search.rewrite_keys([person])
    act.log(person, organization_id=data.home.pk, summary=f"建立人员主档：{person.name}")
    if data.party is not None:
        publish(PartyFactsChanged((person.pk,), act.actor, by_hand=True))
    return person


def sealed_change(before: Person, after: Person) -> list[Change]:
    """Return the change of the document number, masked on both sides."""
    old, new = before.identity_number or "", after.identity_number or ""
    if old == new:
        return []
    return [Change(field="identity_number", label="证件号码", old=mask_identity(old), new=mask_identity(new))]


def edit_group(act: Act, person: Person, data: GroupEdit) -> Person:
    """Write one field group. Nothing is written, and Refused says so, when nothing differs."""
    group = BY_CODE[data.group]
    before = copy.copy(person)
    for name in group.fields:
        if name in data.values and name != "identity_number":
            setattr(person, name, data.values[name])
    number = data.values.get("identity_number")
    if number or (person.identity_number and before.document_type != person.document_type):
        set_identity(person, number or person.identity_number)
    elif person.identity_number and group.code == "identity":
        set_identity(person, person.identity_number)
    changes = diff(before, person, [n for n in group.fields if n != "identity_number"]) + sealed_change(before, person)
    if not changes:
        raise Refused("内容没有变化", next_step="请修改后再保存，或直接返回。")
    if before.employment != person.employment and ENDINGS & {before.employment, person.employment}:
        raise Refused("离开、去世不能只改人员类别", field="employment", next_step="请在“人员变动”里登记或撤销。")
    check_consistent(person, known=[v for v in contradictions(before) if v.field not in group.fields])
    person.rev += 1
    save_unique(person)
    if SEARCHED & {change.field for change in changes}:
        search.rewrite_keys([person])
    act.log(person, changes=changes, organization_id=home_id(person), summary=f"修改{group.label}：{person.name}")
    if group.code == "party":
        publish(PartyFactsChanged((person.pk,), act.actor, by_hand=True))
    return person


def set_photo(act: Act, person: Person, blob: Blob | None) -> Person:
    """Set or (None) remove the photo; the file was stored before the transaction."""
    person.photo = blob
    person.rev += 1
    person.save(update_fields=["photo", "rev", "changed_at"])
    word = "更换照片" if blob else "移除照片"
    act.log(person, organization_id=home_id(person), summary=f"{word}：{person.name}")
    return person


@dataclass(frozen=True)
class RevealField:
    """Which sensitive field is looked at, and why."""

    field: str
    reason: str
    page: str = "人员主档"


def note_reveal(act: Act, person: Person, data: RevealField) -> None:
    """Write down who looked at which sensitive field of whom, why and where; the act's own line is the caller's."""
    Reveal.objects.create(
        person=person,
        field=data.field,
        reason=data.reason,
        page=data.page,
        account_id=act.actor.account_id or 0,
        account_name=act.actor.name,
    )


def reveal_own(act: Act, person: Person, data: None = None) -> Person:
    """Log that somebody looks at their own document number and accounts in full."""
    note_reveal(act, person, RevealField("identity_number", "本人查看", "我的主档"))
    act.log(person, organization_id=home_id(person), summary=f"本人查看完整号码：{person.name}")
    return person


def reveal(act: Act, person: Person, data: RevealField) -> Person:
    """Log that the actor looks at a sensitive field in full; the page then shows it once.

    Raises Http404 for those who may not even see it masked: bank clerks reveal accounts, not identity numbers.
    """
    if data.field != "identity_number":
        raise ValidationError("unknown field")
    if not Person.objects.visible_to(act.actor, GROUP_OF_FIELD[data.field].see).filter(pk=person.pk).exists():
        raise Http404
    note_reveal(act, person, data)
    act.log(person, organization_id=home_id(person), summary=f"查看完整证件号码：{person.name}")
    return person
