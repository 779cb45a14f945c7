"""Doing what the table says: by an administrator's act for what is erased for good, by night for the rest."""

from dataclasses import dataclass

from zhibu.kernel import audit
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.actor import SYSTEM
from zhibu.kernel.jobs import daily
from zhibu.kernel.retention.registry import ACT, NIGHTLY, Kind, kinds, rows_of

RUN = "retention.run"
#: rows of a kind erased by one act, and by one night, each in one transaction; the next goes on
MOST, MOST_BY_NIGHT = 2_000, 10_000


@dataclass(frozen=True)
class Erasing:
    """The kinds to be erased."""

    kinds: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True)
class Due:
    """A kind, how much of it is due, and whether an act may erase it."""

    kind: Kind
    count: int
    by_act: bool


def table() -> list[Due]:
    """Return every kind with what is due now: the dry run."""
    found = []
    for kind in kinds().values():
        rows = rows_of(kind)
        found.append(Due(kind, rows.count(), rows.erase is not None and kind.by == ACT))
    return found


def run(act: Act, obj: None, data: Erasing) -> None:
    """Erase what is due of the chosen kinds, and write one line a kind."""
    erased = 0
    for code in data.kinds:
        kind = kinds()[code]
        erased += _erase(act, kind, MOST)
    if not erased:
        raise Refused("没有到期的数据", next_step="到期以后再来办理。")


def _erase(act: Act, kind: Kind, most: int) -> int:
    rows = rows_of(kind)
    count = rows.erase(act.actor, most) if rows.erase is not None else 0
    if count:
        summary = f"按保留期限清除：{kind.label} {count} 条"
        audit.record(
            act.actor,
            RUN,
            object_type="retention",
            object_id=kind.code,
            summary=summary,
            reason=act.reason or kind.ground,
        )
        act.logged += 1
    return count


@daily("retention.nightly", hour=4)
def nightly() -> None:
    """Erase what the table leaves to the night."""
    act = Act(actor=SYSTEM, code=RUN, wording="按保留期限清除")
    for kind in kinds().values():
        if kind.by == NIGHTLY:
            _erase(act, kind, MOST_BY_NIGHT)
