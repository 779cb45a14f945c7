"""Importing the roster of members: judge rows, bring members up to date, take it all back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.membership import rules
from zhibu.apps.membership.models import Member, MemberKind
from zhibu.apps.membership.params import eras, limits
from zhibu.apps.membership.services import import_write
from zhibu.apps.membership.services.import_known import Known, load
from zhibu.apps.membership.services.keeping import KINDS, STATUS_OF
from zhibu.apps.organizations.models import Kind
from zhibu.apps.people.rules import why_not_belong
from zhibu.apps.people.services.recognising import PersonRow
from zhibu.kernel.actions import Act
from zhibu.kernel.actor import Actor
from zhibu.kernel.audit import Change
from zhibu.kernel.imports.spec import Effect, Row, Verdict, still_right

DATES = {"applied_on": "申请入党日期", "admitted_on": "入党日期", "full_on": "转正日期"}
_BETWEEN = re.compile(r"[、,，;；/\s]+")


@dataclass(slots=True)
class Judged(PersonRow):
    """A row as judged: the membership it means, and how it and the person would be.

    member: None where a row is made; after: column -> value of the member; political: column -> value of the person.
    """

    member: Member | None = None
    branch: Any = None
    after: dict[str, Any] = field(default_factory=dict)
    political: dict[str, Any] = field(default_factory=dict)
    introducers: tuple[str, ...] | None = None

    @property
    def kind(self) -> Any:
        return self.kind_for(self.member)


class RosterImporter:
    """Judges and writes rows for one actor, at the batch's Party organisation."""

    def __init__(self, actor: Actor, batch: Any) -> None:
        self.actor, self.place = actor, batch.organization
        self.today = localdate()

    def check(self, rows: Sequence[Row]) -> list[Verdict]:
        """Judge rows; a constant number of queries."""
        return [_verdict(one) for one in self.judge(rows)]

    def apply(self, act: Act, rows: Sequence[Row]) -> list[Effect]:
        """Write the rows that change something, one by one."""
        judged = self.judge(rows, lock=True)
        still_right(judged)
        return [import_write.write(act, one) for one in judged if one.member is None or one.changes]

    def undo(self, act: Act, effects: Sequence[Any]) -> list[int]:
        """Take back what nobody touched since."""
        return import_write.undo(act, effects)

    def judge(self, rows: Sequence[Row], *, lock: bool = False) -> list[Judged]:
        """Return the rows with what they say and what is there."""
        judged = Judged.read(rows)
        known = load(self.actor, judged, lock=lock)
        for one in judged:
            if one.person is not None and not one.issues:
                self._compare(one, known)
        return judged

    def _compare(self, one: Judged, known: Known) -> None:
        assert one.person is not None  # the caller asked
        one.member = known.members.get(one.person.pk)
        if one.member is not None and not one.member.in_party:
            one.wrong("", f"此人已不是党员（{one.member.get_status_display()}），不能用表格恢复。")
            return
        if (why := why_not_belong(one.person.employment, "party")) is not None:
            one.wrong("", f"{why}。")
            return
        self._choose_branch(one, known)
        self._set_kind(one)
        self._set_dates(one)
        if one.issues:
            return
        self._note_changes(one, known)

    def _choose_branch(self, one: Judged, known: Known) -> None:
        """Find the branch; whoever has a party relation keeps it."""
        assert one.person is not None  # the caller asked
        held, written = known.relations.get(one.person.pk), one.values.get("branch")
        wanted = None
        if written:
            found = known.branches.get("".join(written.split()), [])
            if len(found) != 1:
                words = f"没有找到支部“{written[:40]}”" if not found else f"有不止一个支部叫“{written[:40]}”"
                one.wrong("branch", f"{words}，请填写组织机构里的全称、简称或编码。")
                return
            (wanted,) = found
        if held is not None:
            if wanted is not None and wanted.pk not in (
                held.pk,
                held.parent_id if held.kind == Kind.GROUP else held.pk,
            ):
                one.wrong("branch", f"组织关系在“{held}”，换支部请办理组织关系接转，不能用表格换。")
            return
        one.branch = wanted or (self.place if self.place.kind in (Kind.BRANCH, Kind.GROUP) else None)
        if one.branch is None:
            one.wrong("branch", "还没有组织关系，请填写编入哪个支部。")

    def _set_kind(self, one: Judged) -> None:
        assert one.person is not None  # the caller asked
        kept = one.member.kind if one.member is not None else KINDS.get(one.person.political_status, "")
        kind = one.values.get("kind") or kept
        if not kind:
            one.wrong("kind", "此人还不是党员，请填“正式党员”或“预备党员”。")
            return
        if kept == MemberKind.FULL and kind == MemberKind.PROBATIONARY:
            one.wrong("kind", "系统里是正式党员，不能改成预备党员，请核对。")
            return
        one.after["kind"] = kind
        one.political["political_status"] = STATUS_OF[MemberKind(kind)]

    def _set_dates(self, one: Judged) -> None:
        """Put the dates together with those on record, and check them as the form does."""
        person, member = one.person, one.member
        assert person is not None  # the caller asked
        kept = {
            "applied_on": member.applied_on if member else None,
            "admitted_on": member.admitted_on if member else person.joined_party_on,
            "full_on": member.full_on if member else person.full_member_on,
        }
        dates = {name: one.values.get(name) or kept[name] for name in DATES}
        kind = one.after.get("kind")
        if kind == MemberKind.PROBATIONARY and dates["full_on"]:
            one.wrong("full_on", "预备党员还没有转正日期；已经转正的，人员类别填“正式党员”。")
            return
        faults = rules.dates(person.birth_date, dates["admitted_on"], dates["full_on"], self.today, limits())
        if dates["applied_on"] and dates["admitted_on"]:
            faults += rules.admission(
                person.birth_date, dates["applied_on"], dates["admitted_on"], self.today, limits()
            )
        if any(one.values.get(name) for name in ("admitted_on", "full_on")):
            faults += rules.short_probation(dates["admitted_on"], dates["full_on"], eras(), one.values.get("early", ""))
        for fault in {(f.code, f.message): f for f in faults}.values():
            one.wrong(fault.code, f"{fault.message}。{f'依据{fault.article}。' if fault.article else ''}")
        one.after |= dates
        one.political |= {"joined_party_on": dates["admitted_on"], "full_member_on": dates["full_on"]}

    def _note_changes(self, one: Judged, known: Known) -> None:
        """Write down what differs from the record."""
        member = one.member
        note = one.values.get("note") or (member.note if member else "")
        if not note and (early := one.values.get("early")):
            note = f"预备期不满的情况：{early}"[:200]
        one.after["note"] = note
        if "introducers" in one.values:
            one.introducers = tuple(name for name in _BETWEEN.split(one.values["introducers"]) if name)
        if member is None:
            return
        labels = {**DATES, "kind": "人员类别", "note": "备注"}
        for name, label in labels.items():
            old, new = getattr(member, name), one.after[name]
            if old != new:
                one.changes.append(Change(name, label, _shown(name, old), _shown(name, new)))
        there = known.introducers[member.pk]
        if one.introducers is not None and list(one.introducers) != there:
            one.changes.append(Change("introducers", "入党介绍人", "、".join(there), "、".join(one.introducers)))


def _shown(name: str, value: Any) -> str:
    if name == "kind":
        return str(MemberKind(value).label)
    return value.isoformat() if hasattr(value, "isoformat") else str(value or "")


def _verdict(one: Judged) -> Verdict:
    changes = tuple(one.changes) if one.member is not None else ()
    return Verdict(one.row.number, one.kind, one.label, tuple(one.issues), changes, one.unique)
