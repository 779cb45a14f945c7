"""Guarded scope: a query on a scoped model refuses to run until somebody said whose eyes it is for.

    Person.objects.visible_to(actor)                # subtrees where the actor holds Person.scope_permission
    Person.objects.visible_to(actor, "people.edit") # … another permission; a tuple means any of them
    Person.objects.system("nightly reminder")       # every row, the reason stays with the query
    get_visible(Person, actor, pk)                  # one row or 404
    bind(form, actor)                               # every drop-down of a form or formset
    assert_inside(actor, obj, changed=["unit"])     # after a write, before the commit

What is refused: running a closed query in any way (iterate, count, exists, aggregate, update, be a sub-select, a side
of a union or of `|`), raw SQL and upserts without `.system()`, hard deletes (see `HardDelete`), and reading (`values`,
`annotate`, `aggregate`, `order_by`, `F`, conditions inside expressions) across a reverse or to-many relation into a
scoped model: the far rows may lie in another subtree. Say `.system(reason)` *before* such a call, or use a sub-select
on `visible_to`. Every model derives from `ScopedModel` or `OpenModel`; `manage.py check` names those that do not.

What passes silently, because Django asks `_base_manager` or joins without asking, so that services must re-check:
- a forward foreign key (`letter.person`, `select_related`, `values("person__name")`) and a reverse one-to-one attribute
  (`person.health`, `select_related("health")`): whoever sees a row sees what it points at;
- generic foreign keys, `refresh_from_db`, `dumpdata --all`, `related_manager.add()`;
- `full_clean` accepts a foreign key into another subtree: hence `assert_inside` with the changed fields;
- `filter` and `exclude` over to-many relations: the answer has only visible rows, but a condition may look further and
  a joined row may be counted twice; for counts use `Exists` or a sub-select;
- cascades: foreign keys of scoped models are PROTECT (system check scope.E003);
- inserting: `save`, `create` and `bulk_create` need no scope; `extra()` and `RawSQL` are as good as their author.
`ManyToManyField.set()` on a scoped target reads the old members and is refused: write the rows of the through model.
A unique key held in another subtree shows as IntegrityError or “already exists”: answer neutrally.
"""

from zhibu.kernel.scope.access import OutsideScope, assert_inside, get_visible
from zhibu.kernel.scope.forms import bind
from zhibu.kernel.scope.models import OpenModel, ScopedModel
from zhibu.kernel.scope.query import HardDelete, Unscoped, framework
from zhibu.kernel.scope.queryset import OpenManager, OpenQuerySet, ScopedManager, ScopedQuerySet

__all__ = [
    "HardDelete",
    "OpenManager",
    "OpenModel",
    "OpenQuerySet",
    "OutsideScope",
    "ScopedManager",
    "ScopedModel",
    "ScopedQuerySet",
    "Unscoped",
    "assert_inside",
    "bind",
    "framework",
    "get_visible",
]
