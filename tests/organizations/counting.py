"""People counted as the people app does it: the provider for tests of this app alone."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db.models import Count, IntegerField, Q, Subquery, Value
from django.db.models.functions import Coalesce

from zhibu.apps.organizations import headcounts
from zhibu.apps.people.models import Affiliation
from zhibu.apps.people.models.affiliation import current
from zhibu.kernel.tree import under

KIND_OF = {"people": "home", "members": "party", "served": "service"}


def count(paths: Sequence[str]) -> Iterable[tuple[str, int, int, int]]:
    """Count every organisation of the subtrees in one query."""
    rows = Affiliation.objects.system("head counts").filter(current()).filter(under("organization__path", paths))
    sums = {name: Count("pk", filter=Q(kind=kind)) for name, kind in KIND_OF.items()}
    found = rows.order_by().values("organization__path").annotate(**sums)
    return found.values_list("organization__path", *KIND_OF)


def expression(measure: str, inside: dict[str, Any]) -> Any:
    """Count one row's subtree."""
    rows = Affiliation.objects.system("head counts").filter(current(), kind=KIND_OF[measure], **inside)
    one = rows.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(one, output_field=IntegerField()), 0)


@contextmanager
def counting() -> Iterator[None]:
    """Register the provider for the length of a test."""
    before = headcounts._counter[:], headcounts._expression[:]
    headcounts.register(count, expression)
    try:
        yield
    finally:
        headcounts._counter[:], headcounts._expression[:] = before
