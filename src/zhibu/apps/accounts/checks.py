"""System checks: whatever asks for a permission asks for one that stands in the table; the operator's numbers count."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core import checks

from zhibu.apps.accounts import security
from zhibu.apps.accounts.permissions import permissions
from zhibu.apps.people.groups import GROUPS
from zhibu.kernel import actions, console, documents
from zhibu.kernel.ui import nav


def used() -> Iterator[tuple[str, str]]:
    """Yield (permission, who asks for it) for actions, screens, field groups, models, documents and navigation entries."""
    for action in actions.all_actions():
        if not action.personal:
            yield action.permission, f"action {action.code}"
    for screen in console.all_screens():
        asked = [screen.permission, screen.export_permission, *(column.gate for column in screen.columns)]
        for code in filter(None, asked):
            yield code, f"screen {screen.slug}"
    for group in GROUPS:
        yield group.see, f"field group {group.code}"
        yield group.edit, f"field group {group.code}"
    platform = [config for config in apps.get_app_configs() if config.name.startswith("zhibu.")]
    for model in (model for config in platform for model in config.get_models()):
        if code := getattr(model, "scope_permission", ""):
            yield code, model._meta.label
    yield from _printed()
    for item in nav.registered():
        for code in item.permissions:
            yield code, f"navigation {item.url_name}"


def _printed() -> Iterator[tuple[str, str]]:
    for document in documents.all_documents():
        for code in filter(None, (document.permission, document.many)):
            yield code, f"document {document.code}"


def check_permissions(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Name every permission in use that `params/roles.yaml` does not have."""
    known = permissions()
    return [
        checks.Error(f"permission {code!r} of {where} is not in accounts/params/roles.yaml", id="accounts.E001")
        for code, where in used()
        if code not in known
    ]


def check_security(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Name every number the operator set out of bounds."""
    return [checks.Error(fault, id="accounts.E002") for fault in security.faults()]
