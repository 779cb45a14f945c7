"""After a conflict: what the second clerk left as it was takes what the first one wrote."""

import copy
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.http import QueryDict

from zhibu.kernel.actions.act import shown
from zhibu.kernel.actions.history import ShownLine


def untouched(form: Any, obj: Any, lines: Sequence[ShownLine]) -> list[str]:
    """Return the fields that `lines` (newest first) changed and whose valid form still says what stood there before."""
    before = {change.field: change.old for line in lines for change in line.changes}
    typed = copy.copy(obj)
    return [name for name, old in before.items() if name in form.cleaned_data and _says(typed, form, name, old)]


def _says(typed: Any, form: Any, name: str, old: str) -> bool:
    """Tell whether the form's value reads like the audit's words; never of a field that is not a plain column."""
    try:
        column = typed._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    if not column.concrete or column.many_to_many:
        return False
    setattr(typed, name, form.cleaned_data[name])
    return shown(typed, name) == old


def renewed(data: QueryDict, fresh: Any, names: Iterable[str]) -> QueryDict:
    """Return the submitted data with those fields as an unbound form of the record shows them."""
    changed = data.copy()
    for name in names:
        value = fresh[name].value()
        if value is None or value is False:
            changed.pop(name, None)
            continue
        changed.setlist(name, [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)])
    return changed
