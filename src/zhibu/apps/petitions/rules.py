"""Who answers a request, and how its number is written. Pure: no Django, no I/O."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from zhibu.kernel.paths import STEP

To = Literal["nearest", "committee"]
#: kinds of organisation that ask upward, and those that answer
ASKING = frozenset({"committee", "general_branch", "branch"})
ANSWERING = frozenset({"committee", "general_branch"})


@dataclass(frozen=True)
class KindOf:
    """A kind of request. days: within which an answer is expected; form: 请示 or 报告; by_hand: may be written by hand.

    own_acts: mended and answered on the record it is about, which has its rows in the inbox.
    """

    code: str
    label: str
    to: To
    days: int
    form: str
    by_hand: bool
    own_acts: bool = False


@dataclass(frozen=True)
class Place:
    """An organisation: its key, kind, path, and the path of the unit it stands directly under ("": under none)."""

    key: int
    kind: str
    path: str
    unit_path: str


#: how high they stand; nobody answers one of their own rank
RANK = {"branch": 0, "general_branch": 1, "committee": 2}


def superiors(kind: str, path: str, places: Sequence[Place], to: To = "nearest") -> list[int]:
    """Return the keys of the organisations that may answer one of that kind at `path`, the nearest first.

    Going up the tree, a committee or general branch in the line answers; where the line passes a unit, its committee does
    (without one its general branch): a branch may stand under the unit beside the committee that leads it.
    """
    allowed = {"committee"} if to == "committee" else ANSWERING
    led = {place.unit_path for place in places if place.kind == "committee"}
    found: list[tuple[int, str, int]] = []
    for place in places:
        if place.kind not in allowed or place.path == path:
            continue
        higher = RANK[place.kind] > RANK.get(kind, 0)
        if path.startswith(place.path):
            found.append((-len(place.path), place.path, place.key))
        elif place.unit_path and path.startswith(place.unit_path):
            deeper = len(path) > len(place.unit_path) + STEP
            leads = higher or deeper if place.kind == "committee" else higher and place.unit_path not in led
            if leads:
                found.append((-len(place.unit_path), place.path, place.key))
    return [key for *_, key in sorted(found)]


def number_text(name: str, word: str, year: int, number: int) -> str:
    """Write a number as papers bear it: 东山一支部请〔2026〕3号 (GB/T 9704: hexagonal brackets, no leading zeros)."""
    return f"{name}{word}〔{year}〕{number}号"
