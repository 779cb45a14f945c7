"""The duties of this app as plain values: `duties.yaml`, with frequency and article from the table of kinds of meetings."""

from functools import cache
from pathlib import Path
from typing import Any

from zhibu.apps.compliance.rules import Duty, Every
from zhibu.apps.meetings.params import kinds
from zhibu.apps.meetings.rules import Kind
from zhibu.kernel import tables


@cache
def duties() -> tuple[Duty, ...]:
    """Return every duty under every row of the kinds of meetings it rests on, in the order of the file."""
    rows = tables.read(Path(__file__).parent / "duties.yaml")
    return tuple(_duty(row, kind) for row in rows for kind in kinds() if kind.code == row["kind"])


def _duty(row: dict[str, Any], kind: Kind) -> Duty:
    every = Every(row.get("every", kind.every))
    return Duty(
        code=str(row["code"]),
        label=str(row.get("label", kind.label)),
        of=str(row["of"]),
        kinds=(kind.code, *row.get("also", ())),
        every=every,
        opens=int(row.get("opens", kind.season[0] if kind.season and every is Every.YEAR else 1)),
        needs=str(row.get("needs", "")),
        seats=int(row.get("seats", 0)),
        since=kind.since,
        until=kind.until,
        article=str(row.get("article", kind.article)),
        local=kind.local and "every" not in row,
    )
