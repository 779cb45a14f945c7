"""Drop-downs start from the scope: `bind` opens every choice of a form."""

from typing import Any

from django.forms import BaseForm, ModelChoiceField
from django.forms.formsets import BaseFormSet

from zhibu.kernel.actor import Actor
from zhibu.kernel.scope.queryset import Permission, ScopedQuerySet


def bind(form: "BaseForm | BaseFormSet[Any]", actor: Actor, permission: Permission | None = None) -> None:
    """Open every closed queryset of a form or formset (and of the forms it makes later) for `actor`.

    Each model is seen by `permission`, or by its own `scope_permission` if none is given. What the form opened itself
    stays. For a filter set, bind its `.form`. Call it before the form is rendered or validated.
    """
    if isinstance(form, BaseFormSet):
        _bind_formset(form, actor, permission)
        return
    for field in form.fields.values():
        if isinstance(field, ModelChoiceField):  # the multiple one is a subclass
            field.queryset = _open(field.queryset, actor, permission)


def _open(queryset: Any, actor: Actor, permission: Permission | None) -> Any:
    if isinstance(queryset, ScopedQuerySet) and not queryset.opened:
        return queryset.visible_to(actor, permission)
    return queryset


def _bind_formset(formset: Any, actor: Actor, permission: Permission | None) -> None:
    if hasattr(formset, "get_queryset"):  # a model formset: the rows it edits
        rows = formset.model._default_manager.all() if formset.queryset is None else formset.queryset
        formset.queryset = _open(rows, actor, permission)
    add_fields = formset.add_fields

    def add_bound_fields(form: BaseForm, index: int | None) -> None:
        add_fields(form, index)
        bind(form, actor, permission)

    # Forms are made on demand, the empty one anew at each access: bind where all of them pass.
    formset.add_fields = add_bound_fields
    for form in formset.__dict__.get("forms", ()):
        bind(form, actor, permission)
