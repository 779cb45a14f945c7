"""The versions of the rules as plain values (`rules-*.yaml`), and the papers of each step (`papers.yaml`). Pure: no Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path as Folder
from typing import Any

from zhibu.apps.development.rules import After, By, Edition, Limit, Step
from zhibu.apps.development.rules_path import Path, path_by_day
from zhibu.kernel import tables

HERE = Folder(__file__).parent


def _read(name: str) -> Any:
    return tables.read(HERE / name)


def _step(row: Mapping[str, Any]) -> Step:
    return Step(
        code=row["code"],
        label=row["label"],
        deed=row["deed"],
        stage=row["stage"],
        who=row["who"],
        how=row["how"],
        article=row["article"],
        after=tuple(After(**after) for after in row.get("after", ())),
        by=tuple(By(**by) for by in row.get("by", ())),
    )


def _edition(name: str) -> Edition:
    table = _read(name)
    limits = {
        code: Limit(row["article"], {k: v for k, v in row.items() if k != "article"})
        for code, row in table["limits"].items()
    }
    steps = tuple(_step(row) for row in table["steps"])
    plain = {key: table[key] for key in ("version", "regulation", "title", "short", "source")}
    since: date = table["since"]
    return Edition(since=since, limits=limits, steps=steps, **plain)


@cache
def editions() -> tuple[Edition, ...]:
    """Return every version, the oldest first."""
    return tuple(sorted((_edition(one.name) for one in HERE.glob("rules-*.yaml")), key=lambda one: one.since))


@cache
def path() -> Path:
    """Return the path on which each step is judged by the version of its own day."""
    return path_by_day(editions())


def edition(version: str) -> Edition:
    """Return the version of that name. Raises KeyError."""
    return {one.version: one for one in editions()}[version]


@dataclass(frozen=True)
class PaperKind:
    """A paper of the file: its step, whether the file is incomplete without it, whether it goes to the personnel file."""

    code: str
    label: str
    step: str
    required: bool = False
    file: bool = False
    made: bool = False
    proof: bool = False
    both: bool = False


@cache
def papers() -> Mapping[str, PaperKind]:
    """Return code -> paper, in the order of the bound file."""
    return {row["code"]: PaperKind(**row) for row in _read("papers.yaml")}


def paper_label(code: str) -> str:
    """Return the name of a paper; the code itself when the table no longer has it."""
    found = papers().get(code)
    return found.label if found else code


def papers_of(step: str) -> list[PaperKind]:
    """Return the papers of a step."""
    return [paper for paper in papers().values() if paper.step == step]
