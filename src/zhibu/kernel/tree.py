"""Materialised paths: every organisation carries the path of its ancestors, four characters a level.

A subtree is the half-open range [path, successor(path)) of an indexed column; `LIKE 'x%'` scans on SQLite.
"""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
STEP = 4
MAX_DEPTH = 12


def step(number: int) -> str:
    """Return the path step of the n-th child (from 0), e.g. 0 -> '0000'.

    Raises ValueError above 36**4 - 1 children.
    """
    text = ""
    for _ in range(STEP):
        number, digit = divmod(number, len(DIGITS))
        text = DIGITS[digit] + text
    if number:
        raise ValueError("too many children for one organisation")
    return text


def successor(path: str) -> str:
    """Return the smallest path behind every path that starts with `path`."""
    number = int(path[-STEP:], 36) + 1
    if number == len(DIGITS) ** STEP:
        return path[:-STEP] + "["  # behind 'Z' in code-point order
    return path[:-STEP] + step(number)


def ancestors(path: str) -> list[str]:
    """Return the paths above `path`, the root first, without `path` itself."""
    return [path[:end] for end in range(STEP, len(path), STEP)]


def disjoint(paths: Iterable[str]) -> tuple[str, ...]:
    """Drop every path that lies inside another one."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not kept or not path.startswith(kept[-1]):
            kept.append(path)
    return tuple(kept)


def under(field: str, paths: Iterable[str]) -> Q:
    """Return a condition: the path column `field` lies in one of the subtrees; nothing matches when there are none."""
    condition = Q(pk__in=[])
    for path in disjoint(paths):
        condition |= Q(**{f"{field}__gte": path, f"{field}__lt": successor(path)})
    return condition


class PathField(models.CharField):  # type: ignore[type-arg]  # generic in the stubs only
    """A path, compared byte by byte on every database (a locale would sort the range wrongly on PostgreSQL)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", STEP * MAX_DEPTH)
        super().__init__(*args, **kwargs)

    def db_parameters(self, connection: Any) -> dict[str, Any]:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters
