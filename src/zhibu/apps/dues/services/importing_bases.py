"""Importing what pay is made of: people recognised, items read, the base worked out line by line; taken back where unpaid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.dues import months
from zhibu.apps.dues.models import Base, Charge
from zhibu.apps.dues.permissions import ASSESS
from zhibu.apps.dues.services import bases
from zhibu.apps.people.models import Person
from zhibu.apps.people.services.recognising import PersonRow, recognise
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.actor import Actor
from zhibu.kernel.audit import Change
from zhibu.kernel.bulk import parts
from zhibu.kernel.imports.spec import Effect, ImportChanged, Row, Verdict, still_right

#: (person, month) -> the base that stands from it
Standing = dict[tuple[int, date], Base]


@dataclass(slots=True)
class Judged(PersonRow):
    """A row as judged: what it fixes, and the base that stands from that month."""

    fix: bases.Fix | None = None
    standing: Base | None = None
    same: bool = False

    @property
    def kind(self) -> Any:
        if self.issues:
            return "error"
        return "same" if self.same else "update" if self.standing is not None else "create"


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
        judged = self.judge(rows)
        still_right(judged)
        for one in judged:
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
        judged = Judged.read(rows)
        standing = self._load(judged)
        for one in judged:
            if one.person is not None and not one.issues:
                self._compare(one, standing)
        return judged

    def _load(self, judged: Sequence[Judged]) -> Standing:
        """Look up everybody at once, and the bases that stand."""
        found: Standing = {}
        for part in parts(recognise(Person.objects.visible_to(self.actor, ASSESS).filter(state="live"), judged)):
            rows = Base.objects.system("bases of people recognised in the actor's reach").filter(
                person__in=part, stands=True
            )
            found.update({(base.person_id, base.since): base for base in rows})
        return found

    def _compare(self, one: Judged, standing: Standing) -> None:
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
        one.fix, one.standing = fix, standing.get((person.pk, since))
        self._against(one, judged, standing, since)

    def _against(self, one: Judged, judged: bases.Judged, standing: Standing, since: date) -> None:
        before, fix = one.standing, one.fix
        assert fix is not None  # the caller made it
        if before is not None:
            said = {line["code"]: line["amount"] for line in before.arithmetic}
            now = {line.code: line.amount for line in judged.lines}
            one.same = (before.payer, before.amount, said) == (fix.payer, judged.amount, now)
            if not one.same:
                one.changes = [Change("amount", "党费计算基数", str(before.amount), str(judged.amount))]
        earlier = any(pk == one.person.pk and s.year == since.year and s <= since for pk, s in standing)  # type: ignore[union-attr]
        if earlier and not one.same and not fix.reason:
            one.wrong(
                "reason", "今年已经核定过：年初核定，年内一般不变动（组电明字〔2017〕5号）。确需更正的，请写更正原因。"
            )


def _verdict(one: Judged) -> Verdict:
    unique = (
        (("", f"person:{one.person.pk}:{one.fix.since}"),) if one.person is not None and one.fix is not None else ()
    )
    return Verdict(one.row.number, one.kind, one.label, tuple(one.issues), tuple(one.changes), unique)
