"""Importing the roster of care: judge rows, open and bring up to date records of care, take it all back."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.custody import rules
from zhibu.apps.custody.models import Agreement, CareRecord
from zhibu.apps.custody.params import categories
from zhibu.apps.custody.permissions import ALLOWANCE
from zhibu.apps.custody.services import agreements, cares, import_back, import_new
from zhibu.apps.custody.services.import_known import Known, load
from zhibu.apps.people.rules import why_not_belong
from zhibu.apps.people.services.recognising import PersonRow
from zhibu.apps.people.staff_numbers import fold
from zhibu.kernel.actions import Act, Refused, diff
from zhibu.kernel.actor import Actor
from zhibu.kernel.audit import Change
from zhibu.kernel.calendar.dated import in_force
from zhibu.kernel.imports.spec import Effect, Row, Verdict, still_right

#: columns of the sheet that are columns of the record under the same name
PLAIN = (
    "category", "sent_by", "visit_months", "living", "living_words", "special_needs", "kin_name", "kin_relation", "kin_phone",
    "allowance",
)  # fmt: skip
AGREED = {"number": "协议编号", "agreed_since": "协议起始日期", "agreed_until": "协议到期日期"}


@dataclass(slots=True)
class Judged(PersonRow):
    """A row as judged: the record it means, and that record as it would be.

    before: the record as it stands, None where one is opened; sign: the agreement to record with it.
    """

    before: CareRecord | None = None
    after: CareRecord | None = None
    serve: bool = False
    sign: agreements.Sign | None = None

    @property
    def kind(self) -> Any:
        return self.kind_for(self.before)


class CareImporter:
    """Judges and writes rows for one actor, at the batch's workstation."""

    def __init__(self, actor: Actor, batch: Any) -> None:
        self.actor, self.station = actor, batch.organization
        self.today = localdate()
        self.offered = in_force(categories(), self.today)

    def check(self, rows: Sequence[Row]) -> list[Verdict]:
        """Judge rows; a constant number of queries."""
        return [_verdict(one) for one in self.judge(rows)]

    def apply(self, act: Act, rows: Sequence[Row]) -> list[Effect]:
        """Open new records together, bring known ones up to date one by one."""
        judged = self.judge(rows, lock=True)
        still_right(judged)
        effects = import_new.create(act, self.station, [one for one in judged if one.before is None])
        effects += [_update(act, one) for one in judged if one.before is not None and one.changes]
        return sorted(effects, key=lambda effect: effect.number)

    def undo(self, act: Act, effects: Sequence[Any]) -> list[int]:
        """Take back what nobody touched since."""
        return import_back.undo(act, effects)

    def judge(self, rows: Sequence[Row], *, lock: bool = False) -> list[Judged]:
        """Return the rows with what they say and what is there."""
        judged = Judged.read(rows)
        known = load(self.actor, judged, lock=lock)
        for one in judged:
            if one.person is not None and not one.issues:
                self._compare(one, known)
        return judged

    def _compare(self, one: Judged, known: Known) -> None:
        """Work out the record as it would be, and what is wrong with it."""
        assert one.person is not None  # the caller asked
        one.before = known.cares.get(one.person.pk)
        if one.before is None:
            self._open(one, known)
        elif one.before.organization_id != self.station.pk:
            one.wrong("", "此人已由别的工作站服务；要换工作站的，请在其托管档案里办理“移交工作站”。")
        else:
            self._bring_up_to_date(one)
        if one.after is None:
            return
        if "allowance" in one.values and not self.actor.may(ALLOWANCE, self.station.path):
            one.wrong("allowance", "您没有核定补贴的权限，请去掉这一列或由有权限的人导入。")
        self._name_clerk(one, known)
        self._agree(one, known)
        if one.before is not None:
            one.changes = [*cares.differences(one.before, one.after), *diff(one.before, one.after, ["allowance"])]
            if one.sign is not None:
                period = f"{one.sign.number}（{one.sign.since.isoformat()} 至 {one.sign.until.isoformat()}）"
                one.changes.append(Change("agreement", "托管协议", "", period))

    def _open(self, one: Judged, known: Known) -> None:
        values, person = one.values, one.person
        assert person is not None  # the caller asked
        since = values.get("since")
        if (why := why_not_belong(person.employment, "service")) is not None:
            one.wrong("", f"{why}。")
        for column, label in (("category", "类别"), ("since", "进入日期")):
            if column not in values:
                one.wrong(column, f"新建托管档案要填“{label}”。")
        if since is None or one.issues:
            return
        if person.birth_date and since <= person.birth_date:
            one.wrong("since", "进入日期早于出生日期。")
        one.serve = self.station.pk not in known.served.get(person.pk, ())
        if one.serve and not self.station.is_open(since):
            one.wrong("since", "工作站在这一天尚未成立或已经撤销。")
        one.after = CareRecord(person=person, organization=self.station, since=since)
        self._take(one)
        if "visit_months" not in values:
            one.after.visit_months = cares.visit_months_of(values["category"], self.today)
        one.after.next_visit_on = rules.next_visit(since, None, one.after.visit_months)

    def _bring_up_to_date(self, one: Judged) -> None:
        before, since = one.before, one.values.get("since")
        assert before is not None  # the caller asked
        if since is not None and since != before.since:
            one.wrong("since", f"档案里的进入日期是 {before.since.isoformat()}，请核对；不改的，去掉这一格。")
        one.after = copy.copy(before)
        self._take(one)

    def _take(self, one: Judged) -> None:
        """Put the row's own columns on the record."""
        kept = one.before.category if one.before is not None else ""
        if (code := one.values.get("category")) and code not in self.offered and code != kept:
            one.wrong("category", f"类别“{rules.label_of(categories(), code)}”已经停用，请改填现行的类别。")
        for name in PLAIN:
            if name in one.values:
                setattr(one.after, name, one.values[name])

    def _name_clerk(self, one: Judged, known: Known) -> None:
        if not (written := one.values.get("clerk")):
            return
        kept = one.before.clerk if one.before is not None and one.before.clerk_id else None
        if kept is not None and fold(written) in (fold(kept.name), fold(kept.staff_number)):
            return
        found = known.clerks.get(fold(written), [])
        if len(found) == 1:
            one.after.clerk = found[0]  # type: ignore[union-attr]
        elif found:
            one.wrong("clerk", f"有不止一个人叫“{written}”，请改填工号。")
        else:
            one.wrong("clerk", f"没有找到“{written}”，或不在您的管理范围内；{cares.NOT_FOUND_CLERK}。")

    def _agree(self, one: Judged, known: Known) -> None:
        """Read the agreement of the row; one that is recorded already must say the same."""
        given = {column: one.values[column] for column in AGREED if column in one.values}
        held = known.agreed.get(one.before.pk, []) if one.before is not None else []
        if len(given) < len(AGREED):
            if given and not any(_says(row, given) for row in held):
                missing = "、".join(AGREED[column] for column in AGREED if column not in given)
                one.wrong(next(iter(given)), f"登记协议要填编号、起始日期和到期日期三项，这里没有{missing}。")
            return
        sign = agreements.Sign(one.values["number"], one.values["agreed_since"], one.values["agreed_until"])
        same = next((row for row in held if row.number == sign.number), None)
        if same is not None:
            if (same.since, same.until) != (sign.since, sign.until):
                one.wrong(
                    "number",
                    f"协议 {same.number} 登记的是 {same.since.isoformat()} 至 {same.until.isoformat()}，请核对。",
                )
            return
        try:
            agreements.check_period(sign.since, sign.until)
            agreements.check_apart(sign, [row for row in held if row.ended_on is None])
        except Refused as refused:
            one.wrong(f"agreed_{refused.field}", str(refused))
            return
        one.sign = sign


def _says(agreement: Agreement, given: dict[str, Any]) -> bool:
    """Tell whether a recorded agreement says what the filled cells of a row do, as in a list that was exported."""
    recorded = {"number": agreement.number, "agreed_since": agreement.since, "agreed_until": agreement.until}
    return all(recorded[column] == value for column, value in given.items())


def _verdict(one: Judged) -> Verdict:
    changes = tuple(one.changes) if one.before is not None else ()
    return Verdict(one.row.number, one.kind, one.label, tuple(one.issues), changes, one.unique)


def _update(act: Act, one: Judged) -> Effect:
    """Write what a row changes about a record, remembering what it was."""
    before, after = one.before, one.after
    assert before is not None  # the caller asked
    assert after is not None
    made: Agreement | None = None
    if one.sign is not None:
        made = agreements.sign(act, after, one.sign)
    changes = [change for change in one.changes if change.field != "agreement"]
    if changes:
        cares.refresh_visits(after)
        cares.saved(act, after, changes, f"导入更新：{after.person.name}的托管档案")
    kept = import_back.kept(before, [change.field for change in changes])
    return Effect(
        one.row.number, after.pk, created=False, rev_after=after.rev, before={**kept, **import_back.with_it(made)}
    )
