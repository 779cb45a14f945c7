"""Importing the whole tree: judge rows, write them parents first, take them back."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.db.models.functions import Lower
from django.utils.timezone import localdate

from zhibu.apps.organizations.events import OrganizationRemoving, OrganizationsChanged
from zhibu.apps.organizations.models import Organization
from zhibu.apps.organizations.permissions import IMPORT
from zhibu.apps.organizations.planning import FIELDS, Known, Plan, Planned, fold
from zhibu.apps.organizations.rules import Kind
from zhibu.apps.organizations.services.tree import check_fields, insert, lock_tree
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.actions.act import shown
from zhibu.kernel.actor import Actor
from zhibu.kernel.audit import Change
from zhibu.kernel.events import publish
from zhibu.kernel.imports.spec import CellIssue, Effect, ImportChanged, Row, Verdict
from zhibu.kernel.imports.staging import CREATE, READ, SAME, UPDATE, Staging


class OrganizationImporter:
    """Judges and writes the rows of one batch. Rows name their parents by code or name, in any order in the sheet."""

    def __init__(self, actor: Actor, batch: Any) -> None:
        self.actor, self.batch = actor, batch
        self._plan: Plan | None = None
        #: rows written by this importer, also those pulled in as parents
        self._written: set[int] | None = None

    def check(self, rows: Sequence[Row]) -> list[Verdict]:
        """Judge rows against the tree and against all other rows of the sheet."""
        plan = self.plan(rows)
        return [verdict(plan.rows[row.number]) for row in rows]

    def apply(self, act: Act, rows: Sequence[Row]) -> list[Effect]:
        """Write rows under the tree's lock; a parent that stands further down in the sheet is written first."""
        lock_tree()
        if self._written is None:  # a plan made before the lock may be stale; one made under it holds for all slices
            self._written, self._plan = set(), None
        plan = self.plan(rows)
        effects: dict[int, Effect] = {}
        for row in rows:
            self._write(act, plan.rows[row.number], effects)
        if written := tuple(effect.object_id for effect in effects.values()):
            publish(OrganizationsChanged(written))
        return [effect for _, effect in sorted(effects.items())]

    def undo(self, act: Act, effects: Sequence[Any]) -> list[int]:
        """Take back what nobody touched since; a new organisation goes only while nothing belongs to it."""
        lock_tree()
        left: list[int] = []
        changed: set[int] = set()
        ids = [effect.object_id for effect in effects]
        known = Organization.objects.system("undo of an import").in_bulk(ids)
        # the deepest first: an organisation with children cannot go
        for effect in sorted(effects, key=lambda e: -len(known[e.object_id].path) if e.object_id in known else 0):
            organization = known.get(effect.object_id)
            if organization is None or organization.rev != effect.rev_after:
                left.append(effect.row)
                continue
            gone = _remove(act, organization) if effect.created else _restore(act, organization, effect.before)
            if gone:
                changed |= {organization.parent_id or organization.pk, effect.object_id}
            else:
                left.append(effect.row)
        publish(OrganizationsChanged(tuple(changed)))
        return left

    def plan(self, rows: Sequence[Row]) -> Plan:
        """Return the plan of the whole sheet (of `rows` alone for a batch without a staging file)."""
        if self._plan is None or any(row.number not in self._plan.rows for row in rows):
            everything = {row.number: row.values for row in self.staged()} | {row.number: row.values for row in rows}
            found = Organization.objects.visible_to(self.actor, IMPORT).order_by("path")
            tree = [_known(organization) for organization in found]
            base = _known(self.batch.organization)
            codes = {fold(str(values["code"])) for values in everything.values() if values.get("code")}
            used = Organization.objects.system("codes in use").annotate(folded=Lower("code"))
            used = used.filter(folded__in=codes).values_list("code", flat=True)
            taken = frozenset(map(fold, used)) - {fold(known.code) for known in tree}
            self._plan = Plan(sorted(everything.items()), tree, base, taken, localdate())
        return self._plan

    def staged(self) -> list[Row]:
        """Return every readable row of the batch."""
        with Staging(self.batch.uid) as staging:
            return staging.rows((READ, CREATE, UPDATE, SAME))

    def _write(self, act: Act, row: Planned, effects: dict[int, Effect]) -> None:
        if self._written is None or row.number in self._written:
            return
        self._written.add(row.number)
        if row.issues:
            raise ImportChanged(row.number, row.issues[0][1])
        try:
            if row.known is not None:
                effect = _update(act, row, row.known) if row.changes else None
            else:
                effect = self._create(act, row, effects)
        except Refused as refused:
            raise ImportChanged(row.number, str(refused)) from refused
        if effect is not None:
            effects[row.number] = effect

    def _create(self, act: Act, row: Planned, effects: dict[int, Effect]) -> Effect:
        if row.parent_row is not None and row.parent_row.known is None:
            self._write(act, row.parent_row, effects)
        parent_known = row.parent_row.known if row.parent_row is not None else row.parent_known
        assert parent_known is not None  # a new row without a parent goes under the base
        parent = Organization.objects.system("parent of an imported row").get(pk=parent_known.pk)
        if not act.actor.may(IMPORT, parent.path):
            raise ImportChanged(row.number, "上级组织不在您的管理范围内")
        values = {name: row.values.get(name) or ("" if name != "founded_on" else None) for name in FIELDS}
        organization = insert(parent, values | {"kind": row.kind.value})
        row.known = _known(organization)
        act.log(organization, summary=f"导入：新建{organization}", organization_id=organization.pk)
        return Effect(row.number, organization.pk, created=True, rev_after=organization.rev)


def verdict(row: Planned) -> Verdict:
    """Return what would become of a row."""
    kind = "create" if row.known is None else "update" if row.changes else "same"
    changes = _changes(row.known, row.changes) if row.known else []
    return Verdict(
        number=row.number,
        kind="error" if row.issues else kind,  # type: ignore[arg-type]
        label=row.name,
        issues=tuple(CellIssue(column, message) for column, message in row.issues),
        changes=tuple(changes),
        unique=row.unique,
    )


def _known(organization: Organization) -> Known:
    return Known(
        pk=organization.pk,
        path=organization.path,
        parent_pk=organization.parent_id,
        kind=Kind(organization.kind),
        name=organization.name,
        short_name=organization.short_name,
        code=organization.code,
        is_open=organization.is_open(localdate()),
        values={name: getattr(organization, name) for name in FIELDS},
    )


def _label(name: str) -> str:
    return str(Organization._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _changes(known: Known, changes: dict[str, Any]) -> list[Change]:
    return [Change(name, _label(name), str(known.values[name] or ""), str(value)) for name, value in changes.items()]


def _update(act: Act, row: Planned, known: Known) -> Effect:
    organization = Organization.objects.visible_to(act.actor, IMPORT).filter(pk=known.pk).first()
    if organization is None:
        raise ImportChanged(row.number, "这个组织已不在您的管理范围内")
    before = {name: _plain(getattr(organization, name)) for name in row.changes}
    _set(organization, row.changes)
    changes = _changes(known, row.changes)
    act.log(organization, changes=changes, summary=f"导入：更新{organization}", organization_id=organization.pk)
    return Effect(row.number, organization.pk, created=False, rev_after=organization.rev, before=before)


def _set(organization: Organization, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(organization, name, value)
    check_fields(organization)
    organization.rev += 1
    organization.save(update_fields=[*values, "rev"])


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _remove(act: Act, organization: Organization) -> bool:
    """Remove an organisation that an import made and nobody used: the one hard delete, kept in the trail."""
    rows = Organization.objects.system("undo of an import", allow_delete=True).filter(pk=organization.pk)
    try:
        with transaction.atomic():
            publish(OrganizationRemoving(organization.pk))
            rows.delete()
    except ProtectedError:
        return False
    act.log(organization, summary=f"撤销导入：删去{organization}", organization_id=organization.parent_id)
    return True


def _restore(act: Act, organization: Organization, before: dict[str, Any]) -> bool:
    values = dict(before)
    if values.get("founded_on"):
        values["founded_on"] = date.fromisoformat(values["founded_on"])
    changes = []
    for name, value in values.items():
        changes.append(Change(name, _label(name), shown(organization, name), _plain(value) or ""))
    try:
        _set(organization, values)
    except Refused:  # the old code has been given to another organisation since
        return False
    act.log(organization, changes=changes, summary=f"撤销导入：还原{organization}", organization_id=organization.pk)
    return True
