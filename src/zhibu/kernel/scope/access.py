"""One row through the scope, and the re-check after a write."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import models
from django.http import Http404

from zhibu.kernel.actor import Actor
from zhibu.kernel.scope.models import ScopedModel
from zhibu.kernel.scope.query import is_scoped
from zhibu.kernel.scope.queryset import Permission, ScopedQuerySet

S = TypeVar("S", bound=ScopedModel)

# The same words for “there is none” and “not yours”: the difference would tell what exists elsewhere.
NOT_FOUND = "没有找到这条记录，它可能已被移走，或不在您的管理范围内。"


class OutsideScope(Http404):
    """A write led out of the actor's scope: roll back and answer 404."""

    def __init__(self) -> None:
        super().__init__(NOT_FOUND)


def get_visible(source: type[S] | ScopedQuerySet[S], actor: Actor, pk: Any, permission: Permission | None = None) -> S:
    """Return the row `pk` (unchecked text will do) of a model or queryset if `actor` may see it, else raise Http404."""
    rows: Any = source.objects if isinstance(source, type) else source
    visible = rows.visible_to(actor, permission)
    try:
        row: S = visible.get(pk=pk)
    except (ObjectDoesNotExist, ValidationError, ValueError, TypeError, OverflowError) as error:
        raise Http404(NOT_FOUND) from error
    return row


def assert_inside(
    actor: Actor, obj: ScopedModel, permission: Permission | None = None, changed: Iterable[str] = ()
) -> None:
    """Raise OutsideScope unless `obj`, as stored, and the targets of the `changed` fields are inside the actor's scope.

    Call it inside the transaction, after the write. `changed` holds names of fields; those that point nowhere scoped
    are passed over. Targets must be inside the reach of `permission` too, or of their own `scope_permission` if none.
    """
    _must_see(actor, type(obj), permission, pk=obj.pk)
    names = set(changed)
    for name in names:
        field: Any = obj._meta.get_field(name)
        target: Any = field.related_model
        if not isinstance(target, type) or not is_scoped(target):
            continue
        if field.many_to_many:
            _must_see_all(actor, getattr(obj, name), target, permission)
        elif field.concrete and (value := getattr(obj, field.attname)) is not None:
            _must_see(actor, target, permission, **{field.target_field.name: value})
    for target in _generic_targets(obj, names):
        _must_see(actor, type(target), permission, pk=target.pk)


def _must_see(actor: Actor, model: Any, permission: Permission | None, **lookup: Any) -> None:
    if not model._default_manager.visible_to(actor, permission).filter(**lookup).exists():
        raise OutsideScope


def _must_see_all(actor: Actor, members: Any, model: Any, permission: Permission | None) -> None:
    visible = model._default_manager.visible_to(actor, permission).values("pk")
    if members.system("re-check after a write").exclude(pk__in=visible).exists():
        raise OutsideScope


def _generic_targets(obj: ScopedModel, names: set[str]) -> list[models.Model]:
    from django.contrib.contenttypes.fields import GenericForeignKey  # needs the app registry

    keys = [field for field in obj._meta.private_fields if isinstance(field, GenericForeignKey)]
    touched = [key for key in keys if names & {key.name, key.ct_field, key.fk_field}]
    targets = [getattr(obj, key.name) for key in touched]
    return [target for target in targets if target is not None and is_scoped(type(target))]
