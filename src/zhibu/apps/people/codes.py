"""The code tables of `params/codes.yaml` as choices."""

from functools import cache
from pathlib import Path

import yaml

Choices = list[tuple[str, str]]


@cache
def _tables() -> dict[str, dict[str, dict[str, str]]]:
    text = (Path(__file__).parent / "params" / "codes.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def choices(table: str) -> Choices:
    """Return (code, label) pairs of a table, in the order of its standard."""
    return list(_tables()[table]["values"].items())


@cache
def labels(table: str) -> dict[str, str]:
    """Return code -> label of a table."""
    return dict(_tables()[table]["values"])
