"""What `manage.py check` says about models that would weaken the scope."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.core import checks
from django.db import models
from django.db.models.sql.datastructures import Join

from zhibu.kernel.scope.query import is_scoped
from zhibu.kernel.scope.queryset import GuardedQuerySet, ScopedQuerySet

KEEPING = (models.PROTECT, models.RESTRICT, models.DO_NOTHING)


def check_scoped(model: Any) -> Iterator[checks.CheckMessage]:
    """Yield what is wrong with a ScopedModel."""
    if model._meta.swapped:
        return
    if not model.scope_permission:
        yield checks.Error("scope_permission is not set", obj=model, id="scope.E001")
    weak_managers = list(_check_managers(model, ScopedQuerySet))
    yield from weak_managers
    for field in model._meta.local_fields:
        remote = field.remote_field
        if remote and not getattr(remote, "parent_link", False) and remote.on_delete not in KEEPING:
            yield checks.Error(f"{field.name} must be PROTECT: a cascade passes the scope", obj=model, id="scope.E003")
    if weak_managers:
        return
    probe = model._default_manager.system("system check").filter(model.scope_q(("0000",)))
    if any(_repeats_rows(join) for join in probe.query.alias_map.values()):
        yield checks.Error("scope_q joins a to-many relation: use Exists", obj=model, id="scope.E004")


def check_open(model: Any) -> Iterator[checks.CheckMessage]:
    """Yield what is wrong with an OpenModel."""
    if not model._meta.swapped:
        yield from _check_managers(model, GuardedQuerySet)


def _check_managers(model: Any, kind: type) -> Iterator[checks.CheckMessage]:
    for manager in model._meta.managers:
        if not issubclass(manager._queryset_class, kind):
            yield checks.Error(f"manager {manager.name} is not built on {kind.__name__}", obj=model, id="scope.E002")
    if model._meta.base_manager_name:
        yield checks.Error("base_manager_name must stay unset", obj=model, id="scope.E005")


def _repeats_rows(join: Any) -> bool:
    field: Any = join.join_field if isinstance(join, Join) else None
    return field is not None and bool(field.one_to_many or field.many_to_many)


@checks.register
def every_model_chose(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Name the platform's models that are neither scoped nor open: their joins would leak."""
    return [
        checks.Warning("derives from neither ScopedModel nor OpenModel", obj=model, id="scope.W001")
        for config in (app_configs or apps.get_app_configs())
        if config.name.split(".")[0] == "zhibu"
        for model in config.get_models()
        if not is_scoped(model) and not issubclass(model._default_manager._queryset_class, GuardedQuerySet)  # type: ignore[attr-defined]
    ]
