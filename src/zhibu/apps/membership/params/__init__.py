"""The dated parameters of this app as plain values; each row names its source. Pure: no Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from zhibu.kernel import tables


@dataclass(frozen=True)
class Era:
    """A time with its own probation: from `since` until before `until`; 0 months where there was none."""

    code: str
    label: str
    since: date
    until: date | None
    probation_months: int
    source: str


@dataclass(frozen=True)
class Limit:
    """A time limit in months, and the article it stands in."""

    code: str
    months: int
    article: str
    since: date


@dataclass(frozen=True)
class Article:
    """What an act stands on from a day on."""

    code: str
    article: str
    since: date


@dataclass(frozen=True)
class Ground:
    """Why somebody is removed or asked to leave: the words of the article, and for which acts it may be chosen."""

    code: str
    label: str
    article: str
    acts: tuple[str, ...]


@dataclass(frozen=True)
class Measure:
    """A disciplinary measure: its effect lasts `months` (0: nothing to add up), after the rights return for 留党察看."""

    code: str
    label: str
    months: int
    article: str


def _rows(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tables.read(Path(__file__).parent / name)
    return found


def _day(value: Any) -> date | None:
    return date.fromisoformat(str(value)) if value else None


@cache
def eras() -> tuple[Era, ...]:
    """Return every row of `eras.yaml`, in the order of the file."""
    return tuple(
        Era(
            code=str(row["code"]),
            label=str(row["label"]),
            since=_day(row["since"]) or date.min,
            until=_day(row.get("until")),
            probation_months=int(row["probation_months"]),
            source=str(row["source"]),
        )
        for row in _rows("eras.yaml")
    )


@cache
def limits() -> Mapping[str, Limit]:
    """Return code -> limit of `limits.yaml`, the one in force last."""
    found = [
        Limit(str(row["code"]), int(row["months"]), str(row["article"]), _day(row["since"]) or date.min)
        for row in _rows("limits.yaml")
    ]
    return {limit.code: limit for limit in sorted(found, key=lambda one: one.since)}


@cache
def articles() -> tuple[Article, ...]:
    """Return the rows of `articles.yaml`, the one in force last at the end."""
    found = [
        Article(str(row["code"]), str(row["article"]), _day(row["since"]) or date.min) for row in _rows("articles.yaml")
    ]
    return tuple(sorted(found, key=lambda one: one.since))


@cache
def grounds() -> Mapping[str, Ground]:
    """Return code -> ground of `grounds.yaml`, in the order of the file."""
    return {
        str(row["code"]): Ground(str(row["code"]), str(row["label"]), str(row["article"]), tuple(row["acts"]))
        for row in _rows("grounds.yaml")
    }


@cache
def measures() -> Mapping[str, Measure]:
    """Return code -> measure of `measures.yaml`, from the lightest to the gravest."""
    return {
        str(row["code"]): Measure(str(row["code"]), str(row["label"]), int(row["months"]), str(row["article"]))
        for row in _rows("measures.yaml")
    }
