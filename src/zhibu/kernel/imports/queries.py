"""Reads of imports: which batches, whose rows, which kinds somebody may import where."""

from typing import Any

from django.apps import apps

from zhibu.kernel.actions import Action, available
from zhibu.kernel.actor import Actor
from zhibu.kernel.imports.models import RUN, ImportBatch
from zhibu.kernel.imports.running import may_import
from zhibu.kernel.imports.spec import ImportSpec, all_specs, get


def visible_batches(actor: Actor) -> Any:
    """Return the batches whose figures the actor may see."""
    return ImportBatch.objects.visible_to(actor).select_related("organization", "job", "file")


def may_see_rows(actor: Actor, batch: ImportBatch) -> bool:
    """Tell whether the actor may see rows, cells and the file: who holds the kind's own permission there.

    Of what others brought, those of every gated column besides: the file has columns that were not matched, too.
    """
    spec = find_spec(batch.spec)
    if spec is None or batch.organization is None or not may_import(actor, spec, batch):
        return False
    if actor.account_id is not None and actor.account_id == batch.requested_by_id:
        return True
    gates = {column.gate for column in spec.columns} - {""}
    return all(actor.may(gate, batch.organization.path) for gate in gates)


def find_spec(code: str) -> ImportSpec | None:
    """Return the kind of import, None when no installed app has it."""
    try:
        return get(code)
    except KeyError:
        return None


def specs_of(actor: Actor) -> list[ImportSpec]:
    """Return the kinds of import the actor may do somewhere."""
    if not actor.may(RUN):
        return []
    return [spec for spec in all_specs() if actor.may(spec.permission)]


def organizations_for(actor: Actor, spec: ImportSpec | None) -> Any:
    """Return the organisations new records may go to, as an opened queryset.

    For a kind that needs no organisation they are the tops of what the actor may import into.
    """
    rows: Any = apps.get_model("organizations", "Organization").objects
    if spec is None:
        return rows.visible_to(actor, RUN).filter(dissolved_on=None)
    opened = rows.visible_to(actor, spec.permission).filter(dissolved_on=None).order_by("path")
    if not spec.needs_organization:
        tops = actor.paths(spec.permission)
        return opened.filter(parent=None) if actor.is_system else opened.filter(path__in=tops)
    return opened.filter(kind__in=spec.organization_kinds) if spec.organization_kinds else opened


def offered(actor: Actor, batch: ImportBatch) -> list[Action]:
    """Return the acts the actor may do on the batch now."""
    found = available(actor, batch)
    allowed = {
        permission: ImportBatch.objects.visible_to(actor, permission).filter(pk=batch.pk).exists()
        for permission in {action.permission for action in found}
    }
    return [action for action in found if allowed[action.permission]]
