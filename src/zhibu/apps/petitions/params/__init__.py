"""The kinds of requests (`kinds.yaml`) as plain values."""

from functools import cache
from pathlib import Path

from zhibu.apps.petitions.rules import KindOf
from zhibu.kernel import tables


@cache
def kinds() -> dict[str, KindOf]:
    """Return code -> kind, in the order of the file."""
    rows = tables.read(Path(__file__).parent / "kinds.yaml")
    return {str(row["code"]): KindOf(**row) for row in rows}


def kind(code: str) -> KindOf:
    """Return a kind; one that is no longer known keeps its code as its name."""
    return kinds().get(code) or KindOf(code, code, "nearest", 15, "请示", by_hand=False)
