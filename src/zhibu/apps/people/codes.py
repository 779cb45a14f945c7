"""The code tables of `params/codes.yaml` as choices."""

from functools import cache
from pathlib import Path

from zhibu.kernel import tables

Choices = list[tuple[str, str]]


@cache
def _tables() -> dict[str, dict[str, dict[str, str]]]:
    return dict(tables.read(Path(__file__).parent / "params" / "codes.yaml"))


def choices(table: str) -> Choices:
    """Return (code, label) pairs of a table, in the order of its standard."""
    return list(_tables()[table]["values"].items())


@cache
def labels(table: str) -> dict[str, str]:
    """Return code -> label of a table."""
    return dict(_tables()[table]["values"])
