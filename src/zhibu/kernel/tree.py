"""Materialised paths in the database: the column, and the condition that selects subtrees.

A subtree is the half-open range [path, successor(path)) of an indexed column; `LIKE 'x%'` scans on SQLite.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from zhibu.kernel.bytewise import BytewiseField
from zhibu.kernel.paths import DIGITS, MAX_DEPTH, STEP, ancestors, at_root, disjoint, step, successor

__all__ = [
    "DIGITS",
    "MAX_DEPTH",
    "STEP",
    "PathField",
    "ancestors",
    "at_root",
    "disjoint",
    "indented",
    "step",
    "successor",
    "under",
]


def under(field: str, paths: Iterable[str]) -> Q:
    """Return a condition: the path column `field` lies in one of the subtrees; nothing matches when there are none."""
    condition = Q(pk__in=[])
    for path in disjoint(paths):
        condition |= Q(**{f"{field}__gte": path, f"{field}__lt": successor(path)})
    return condition


def indented(organization: Any) -> str:
    """Return the words of an organisation in a drop-down; see `indented_words`."""
    return indented_words(organization.path, organization.name, organization.get_kind_display())


def indented_words(path: str, name: str, kind: str) -> str:
    """Return name and kind (its label), as deep as the path stands in the tree.

    Two wide spaces a level, as browsers drop narrow ones; departments of one name are told apart by what stands above.
    """
    indent = "\u3000" * (len(path) // STEP - 1)
    return f"{indent}{name}（{kind}）"


class PathField(BytewiseField):
    """A path: a subtree is a range of them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", STEP * MAX_DEPTH)
        super().__init__(*args, **kwargs)
