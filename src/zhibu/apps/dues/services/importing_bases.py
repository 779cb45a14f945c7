"""Importing what pay is made of: people recognised, items read, the base worked out line by line; taken back where unpaid."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.dues import months
from zhibu.apps.dues.models import Base, Charge
from zhibu.apps.dues.permissions import ASSESS
from zhibu.apps.dues.services import bases
from zhibu.apps.people.models import Person
from zhibu.apps.people.services.persons import identity_hashes
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.actor import Actor
from zhibu.kernel.audit import Change
from zhibu.kernel.identity import check_document
from zhibu.kernel.imports.spec import Effect, ImportChanged, JudgedRow, Row, Verdict

#: parameters of one statement
CHUNK = 500


@dataclass(slots=True)
class Judged(JudgedRow):
    """A row as judged: whom it means, what it fixes, and the base that stands from that month."""

    blind: bytes | None = None
    person: Person | None = None
    fix: bases.Fix | None = None
    standing: Base | None = None
    same: bool = False

    @property
    def kind(self) -> Any:
        if self.issues:
            return "error"
        return "same" if self.same else "update" if self.standing is not None else "create"


@dataclass
class Known:
    """People within reach by number, and the bases of their year."""

    by_staff: dict[str, Person] = field(default_factory=dict)
    by_document: dict[bytes, Person] = field(default_factory=dict)
    standing: dict[tuple[int, date], Base] = field(default_factory=dict)


class BaseImporter:
    """Judges and writes the rows of a sheet for one actor."""

    def __init__(self, actor: Actor, batch: Any) -> None:
        self.actor, self.today = actor, localdate()

    def check(self, rows: Sequence[Row]) -> list[Verdict]:
        """Judge rows; a constant number of queries."""
        return [_verdict(one) for one in self.judge(rows)]

    def apply(self, act: Act, rows: Sequence[Row]) -> list[Effect]:
        """Fix the bases, one by one: unpaid months are worked out anew with each."""
        effects = []
        for one in self.judge(rows):
            if one.issues:
                raise ImportChanged(one.row.number, one.issues[0].message)
            if one.same or one.fix is None or one.person is None:
                continue
            try:
                made, renewed = bases.write(act.actor, one.person, one.fix)
            except Refused as refused:
                raise ImportChanged(one.row.number, str(refused)) from refused
            act.log(made, summary=f"导入核定党费基数：{made}" + (f"，重算 {renewed} 个月" if renewed else ""))
            before = {"replaced": one.standing.pk} if one.standing is not None else {}
            effects.append(Effect(one.row.number, made.pk, created=True, rev_after=made.rev, before=before))
        return effects

    def undo(self, act: Act, effects: Sequence[Any]) -> list[int]:
        """Take back bases on which no paid month rests; the one before stands again, unpaid months are worked out anew."""
        rows = (
            Base.objects.system("undo of an import")
            .select_for_update(of=("self",))
            .select_related("person", "organization")
        )
        found = rows.in_bulk([effect.object_id for effect in effects])
        resting = Charge.objects.system("undo of an import").filter(version__in=found, stands=True)
        held = set(resting.values_list("version_id", flat=True))
        left = []
        for effect in effects:
            base = found.get(effect.object_id)
            replaced = (effect.before or {}).get("replaced")
            if (
                base is None
                or not base.stands
                or base.rev != effect.rev_after
                or (base.pk in held and not self._free(base, replaced))
            ):
                left.append(effect.row)
                continue
            self._take_back(act, base, replaced)
        return left

    def _free(self, base: Base, replaced: int | None) -> bool:
        """Tell whether the months that rest on a base may rest on the one before: none is paid, and there is one."""
        paid = Charge.objects.system("undo of an import").filter(version=base, stands=True, settled=True, amount__gt=0)
        return replaced is not None and not paid.exists()

    def _take_back(self, act: Act, base: Base, replaced: int | None) -> None:
        base.stands, base.rev = False, base.rev + 1
        base.save(update_fields=["stands", "rev"])
        if replaced is not None:
            Base.objects.system("undo of an import").filter(pk=replaced).update(stands=True, replaced_by=None)
        act.log(base, summary=f"撤销导入：{base}")
        bases.renew_unpaid(act.actor, base.person_id, base.since, "撤销导入")

    def judge(self, rows: Sequence[Row]) -> list[Judged]:
        """Return the rows with whom they mean and what they fix."""
        judged = [Judged(row, {k: v for k, v in row.values.items() if v is not None}) for row in rows]
        known = self._load(judged)
        for one in judged:
            self._recognise(one, known)
            if one.person is not None and not one.issues:
                self._compare(one, known)
        return judged

    def _load(self, judged: Sequence[Judged]) -> Known:
        """Look up everybody at once."""
        known = Known()
        _hash(judged, self.today)
        reach = Person.objects.visible_to(self.actor, ASSESS).filter(state="live")
        for part in _parts([one.values["staff_number"] for one in judged if "staff_number" in one.values]):
            known.by_staff.update({person.staff_number: person for person in reach.filter(staff_number__in=part)})
        for part in _parts([one.blind for one in judged if one.blind is not None]):
            known.by_document.update({bytes(p.identity_blind or b""): p for p in reach.filter(identity_blind__in=part)})
        people = sorted({p.pk for p in (*known.by_staff.values(), *known.by_document.values())})
        for part in _parts(people):
            rows = Base.objects.system("bases of people recognised in the actor's reach").filter(
                person__in=part, stands=True
            )
            known.standing.update({(base.person_id, base.since): base for base in rows})
        return known

    def _recognise(self, one: Judged, known: Known) -> None:
        staff, number = one.values.get("staff_number"), one.values.get("identity_number")
        if not staff and not number:
            one.wrong("staff_number", "工号和证件号码至少填一个，才知道是谁。")
            return
        found: dict[str, Person | None] = {}
        if staff:
            found["staff_number"] = known.by_staff.get(staff)
        if number and not one.issues:
            found["identity_number"] = known.by_document.get(one.blind or b"")
        for column, person in found.items():
            if person is None:
                one.wrong(column, "没有找到这个人，或不在您的管理范围内。")
        people = {person.pk: person for person in found.values() if person is not None}
        if one.issues or not people:
            return
        if len(people) > 1:
            one.wrong("staff_number", "工号和证件号码属于两个不同的人，请核对。")
            return
        (one.person,) = people.values()
        if one.values["name"] != one.person.name:
            one.wrong("name", f"与系统里的姓名“{one.person.name}”不一致，请核对是不是同一个人。")

    def _compare(self, one: Judged, known: Known) -> None:
        """Work the base out, and compare it with what stands."""
        values, person = one.values, one.person
        assert person is not None  # the caller asked
        since = months.first(values.get("since") or self.today.replace(month=1))
        amounts = {
            name.removeprefix("item_"): value for name, value in values.items() if name.startswith("item_") and value
        }
        fix = bases.Fix(values["payer"], since, amounts, values.get("stated") if values["payer"] == "farmer" else None, "表格导入",
                        values.get("reason", ""), values.get("signed_on"), source="sheet")  # fmt: skip
        try:
            judged = bases.judge(fix)
        except Refused as refused:
            column = "stated" if refused.field == "agreed" else "payer" if refused.field == "payer" else next(
                (name for name in values if name.startswith("item_")), "payer")  # fmt: skip
            one.wrong(column, str(refused))
            return
        stated = values.get("stated")
        if stated is not None and stated != judged.amount:
            one.wrong("stated", f"按各项算出来是 {judged.amount} 元，与表里的 {stated} 元不一致，请核对。")
            return
        one.fix, one.standing = fix, known.standing.get((person.pk, since))
        self._against(one, judged, known, since)

    def _against(self, one: Judged, judged: bases.Judged, known: Known, since: date) -> None:
        before, fix = one.standing, one.fix
        assert fix is not None  # the caller made it
        if before is not None:
            said = {line["code"]: line["amount"] for line in before.arithmetic}
            now = {line.code: line.amount for line in judged.lines}
            one.same = (before.payer, before.amount, said) == (fix.payer, judged.amount, now)
            if not one.same:
                one.changes = [Change("amount", "党费计算基数", str(before.amount), str(judged.amount))]
        earlier = any(pk == one.person.pk and s.year == since.year and s <= since for pk, s in known.standing)  # type: ignore[union-attr]
        if earlier and not one.same and not fix.reason:
            one.wrong(
                "reason", "今年已经核定过：年初核定，年内一般不变动（组电明字〔2017〕5号）。确需更正的，请写更正原因。"
            )


def _hash(judged: Sequence[Judged], today: date) -> None:
    numbered, numbers = [], []
    for one in judged:
        if not (number := one.values.get("identity_number")):
            continue
        checked = check_document("resident", number, today)
        if isinstance(checked, str):
            numbered.append(one)
            numbers.append(checked)
        elif "staff_number" not in one.values:
            one.wrong("identity_number", f"{checked.message.rstrip('。')}。持其他证件的，请填工号。")
    for one, blind in zip(numbered, identity_hashes(numbers), strict=True):
        one.blind = blind


def _parts(values: Sequence[Any]) -> list[Sequence[Any]]:
    return [values[start : start + CHUNK] for start in range(0, len(values), CHUNK)]


def _verdict(one: Judged) -> Verdict:
    unique = (
        (("", f"person:{one.person.pk}:{one.fix.since}"),) if one.person is not None and one.fix is not None else ()
    )
    return Verdict(
        one.row.number, one.kind, str(one.values.get("name") or ""), tuple(one.issues), tuple(one.changes), unique
    )
