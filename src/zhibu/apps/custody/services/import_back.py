"""Taking an import of the roster of care back: what it opened is closed as a mistake, what it changed gets its values back."""

import base64
import copy
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from zhibu.apps.custody.models import (
    Agreement,
    BatchLine,
    CareRecord,
    Ending,
    HelpRequest,
    Proxy,
    ServiceRecord,
    YearlyCheck,
)
from zhibu.apps.custody.permissions import ALLOWANCE
from zhibu.apps.custody.services import cares
from zhibu.apps.people.models import Affiliation, Person
from zhibu.apps.people.services.affiliations import EndAffiliation, end_affiliation
from zhibu.kernel.actions import Act, diff
from zhibu.kernel.crypto import Sealed
from zhibu.kernel.files.models import Attachment

WHY = "撤销导入"


def kept(before: CareRecord, names: Iterable[str]) -> dict[str, Any]:
    """Return the values that a row replaces as they are kept with its effect; what is sealed stays sealed."""
    values: dict[str, Any] = {}
    for name in names:
        if name == "special_needs":
            stored = before.__dict__["special_needs"]
            values[name] = base64.b64encode(stored.raw).decode() if isinstance(stored, Sealed) else stored
        elif name == "clerk":
            values[name] = before.clerk_id
        else:
            value = getattr(before, name)
            values[name] = str(value) if isinstance(value, Decimal) else value
    return values


def with_it(agreement: Agreement | None) -> dict[str, Any]:
    """Return what is kept of the agreement that a row brought."""
    return {"_agreement": agreement.pk} if agreement is not None else {}


def undo(act: Act, effects: Sequence[Any]) -> list[int]:
    """Take back effects on records that nobody touched since; return the rows left alone.

    An allowance is given its value back only by who may set it.
    """
    rows = CareRecord.objects.system("undo of an import").select_for_update(of=("self",))
    found = rows.select_related("person", "organization", "clerk").in_bulk([effect.object_id for effect in effects])
    used = _used(list(found))
    left = []
    for effect in effects:
        care = found.get(effect.object_id)
        untouched = care is not None and care.is_open and care.rev == effect.rev_after
        barred = (
            care is not None and "allowance" in effect.before and not act.actor.may(ALLOWANCE, care.organization.path)
        )
        if (
            not untouched
            or barred
            or (effect.created and care.pk in used)
            or not _withdraw_agreement(act, care, effect.before)
        ):
            left.append(effect.row)
        elif effect.created:
            _close(act, care, effect.before.get("_relation"))
        else:
            _restore(act, care, effect.before)
    return left


def _used(records: Sequence[int]) -> set[int]:
    """Return the records for which somebody has done something since: services, lists, proxies, requests, checks done."""
    found: set[int] = set()
    for model in (ServiceRecord, BatchLine, Proxy, HelpRequest, YearlyCheck):
        rows: Any = model.objects.system("undo of an import").filter(care__in=records)
        if model is YearlyCheck:
            rows = rows.filter(done_on__isnull=False)
        found.update(rows.values_list("care_id", flat=True))
    return found


def _withdraw_agreement(act: Act, care: CareRecord, before: dict[str, Any]) -> bool:
    """Remove the agreement that the import brought; False where somebody has worked with it."""
    key = before.get("_agreement")
    if key is None:
        return True
    rows = Agreement.objects.system("undo of an import", allow_delete=True).filter(pk=key)
    agreement = rows.first()
    if agreement is None:
        return False
    followed = Agreement.objects.system("undo of an import").filter(extends=agreement).exists()
    scans = Attachment.objects.system("undo of an import").filter(object_type=agreement._meta.label, object_id=str(key))
    if followed or agreement.rev != 1 or scans.exists():
        return False
    words = f"{agreement.number}（{agreement.since.isoformat()} 至 {agreement.until.isoformat()}）"
    act.log(agreement, organization_id=care.organization_id, summary=f"{WHY}：删去协议 {words}，{care.person.name}")
    rows.delete()
    return True


def _close(act: Act, care: CareRecord, relation: int | None) -> None:
    cares.end(act, care, care.since, Ending.MISTAKE, WHY)
    rows = Affiliation.objects.system("undo of an import").filter(pk=relation, until__isnull=True)
    begun = rows.select_related("person", "organization").first()
    if begun is not None:
        end_affiliation(act, begun, EndAffiliation(begun.since, WHY))


def _restore(act: Act, care: CareRecord, before: dict[str, Any]) -> None:
    old = copy.copy(care)
    for name, value in before.items():
        if name.startswith("_"):
            continue
        if name == "clerk":
            care.clerk = Person.objects.system("undo of an import").filter(pk=value).first()
        elif name == "special_needs":
            care.special_needs = Sealed(base64.b64decode(value)) if value else None
        else:
            setattr(care, name, CareRecord._meta.get_field(name).to_python(value))  # type: ignore[union-attr]
    changes = [*cares.differences(old, care), *diff(old, care, ["allowance"])]
    if changes:
        cares.refresh_visits(care)
        cares.saved(act, care, changes, f"{WHY}：{care.person.name}的托管档案")
