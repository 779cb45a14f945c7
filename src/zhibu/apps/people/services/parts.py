"""What a person has several of: add, edit, withdraw. The words of sealed columns are never written to the audit."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.timezone import now

from zhibu.apps.people.models import BankAccount, Conduct, Education, HealthNote, Part, Person, Relative, WorkPeriod
from zhibu.apps.people.services.persons import home_id
from zhibu.kernel.actions import Act, Refused, diff
from zhibu.kernel.audit import Change
from zhibu.kernel.crypto import SealedTextField, mask_bank

PARTS: dict[str, type[Part]] = {
    "education": Education,
    "work": WorkPeriod,
    "relatives": Relative,
    "health": HealthNote,
    "bank": BankAccount,
    "conduct": Conduct,
}


@dataclass(frozen=True)
class PartValues:
    """Values of a part: the table's name in PARTS, column -> value; a sealed column left empty keeps its content."""

    part: str
    values: Mapping[str, Any]
    reason: str = ""


@dataclass(frozen=True)
class Withdraw:
    """Why an entry is taken back."""

    reason: str = ""


def editable(model: type[Part]) -> list[str]:
    """Return the columns a person fills in."""
    hidden = {"id", "uid", "person", "withdrawn_at", "rev"}
    # Django calls every binary column uneditable; sealed text is filled in like any other
    return [
        f.name
        for f in model._meta.concrete_fields
        if f.name not in hidden and (f.editable or isinstance(f, SealedTextField))
    ]


def _write(row: Any, values: Mapping[str, Any]) -> list[Change]:
    sealed = [f.name for f in row._meta.concrete_fields if isinstance(f, SealedTextField)]
    before = copy.copy(row)
    for name, value in values.items():
        if name not in sealed:
            setattr(row, name, value)
    part = next(name for name, model in PARTS.items() if isinstance(row, model))
    plain = diff(before, row, [n for n in editable(type(row)) if n not in sealed])
    # the table's name stands before the column, so that the history knows which permission the line needs
    changes = [Change(f"{part}.{c.field}", c.label, c.old, c.new) for c in plain]
    for name in sealed:
        new = values.get(name)
        if new and new != getattr(before, name):
            setattr(row, name, new)
            if name == "account":
                row.account_tail = str(new)[-4:]
            old = getattr(before, name) or ""
            hide = mask_bank if name == "account" else (lambda text: "（已加密）" if text else "")
            label = str(row._meta.get_field(name).verbose_name)
            changes.append(Change(f"{part}.{name}", label, hide(old), hide(str(new))))
    start, end = getattr(row, "since", None), getattr(row, "until", None)
    if start and end and end < start:
        raise Refused("结束日期早于开始日期", field="until")
    return changes


def add_part(act: Act, person: Person, data: PartValues) -> Part:
    """Add an entry to a person."""
    model: Any = PARTS[data.part]
    row = model(person=person)
    changes = _write(row, data.values)
    row.save()
    act.log(
        person,
        changes=changes,
        organization_id=home_id(person),
        summary=f"增加{model._meta.verbose_name}：{person.name}",
    )
    return row  # type: ignore[no-any-return]


def edit_part(act: Act, row: Any, data: PartValues) -> Part:
    """Change an entry."""
    if row.withdrawn_at:
        raise Refused("这一条已经撤回")
    changes = _write(row, data.values)
    if not changes:
        raise Refused("内容没有变化", next_step="请修改后再保存，或直接返回。")
    row.rev += 1
    row.save()
    summary = f"修改{row._meta.verbose_name}：{row.person.name}"
    act.log(row.person, changes=changes, organization_id=home_id(row.person), summary=summary)
    return row  # type: ignore[no-any-return]


def withdraw_part(act: Act, row: Any, data: Withdraw) -> Part:
    """Take an entry back: it is shown no more, and the history keeps it."""
    if row.withdrawn_at:
        raise Refused("这一条已经撤回")
    row.withdrawn_at = now()
    row.rev += 1
    row.save(update_fields=["withdrawn_at", "rev"])
    summary = f"撤回{row._meta.verbose_name}：{row.person.name}"
    part = next(name for name, model in PARTS.items() if isinstance(row, model))
    # a change of the part, so that summary and reason are shown only to those who may see its group
    changes = [Change(f"{part}.withdrawn_at", str(row._meta.verbose_name), "在册", "已撤回")]
    act.log(row.person, changes=changes, organization_id=home_id(row.person), summary=summary)
    return row  # type: ignore[no-any-return]
