"""The dated parameters of this app as plain values: kinds of meetings (`kinds.yaml`), parts of the minutes (`minutes.yaml`)."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from zhibu.apps.meetings.rules import Kind, Quorum
from zhibu.kernel import tables


def _rows(name: str) -> Any:
    return tables.read(Path(__file__).parent / name)


def _quorum(row: dict[str, Any] | None) -> Quorum | None:
    return Quorum(strict=row["half"] == "more_than", article=str(row["article"])) if row else None


@cache
def kinds() -> tuple[Kind, ...]:
    """Return every row of `kinds.yaml`, in the order of the file."""
    return tuple(
        Kind(
            code=str(row["code"]), label=str(row["label"]), since=date.fromisoformat(str(row["since"])),
            until=date.fromisoformat(str(row["until"])) if row.get("until") else None, every=str(row["every"]),
            times=int(row["times"]), local=bool(row.get("local")), months=tuple(row["months"]), day=int(row["day"]),
            season=tuple(row.get("season", ())), attends=str(row["attends"]), at=tuple(row["at"]), quorum=_quorum(row.get("quorum")),
            remote=bool(row["remote"]), vote=bool(row["vote"]), study=bool(row["study"]), calls=str(row["calls"]), article=str(row["article"]),
        )
        for row in _rows("kinds.yaml")
    )  # fmt: skip


@cache
def headings() -> dict[str, tuple[tuple[str, str], ...]]:
    """Return kind -> (heading, hint) of each part of its minutes; "" is what kinds without their own have."""
    return {code: tuple((str(h), str(t)) for h, t in parts) for code, parts in _rows("minutes.yaml").items()}


def labels() -> dict[str, str]:
    """Return code -> label of every kind there is or was, the latest label of each."""
    return {row.code: row.label for row in sorted(kinds(), key=lambda row: row.since)}
