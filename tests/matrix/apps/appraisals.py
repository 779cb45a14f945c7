"""An appraisal of each side in every state that an act needs; the member of the world has an own line."""

from datetime import date
from typing import Any

from zhibu.apps.appraisals.models import Appraisal, Entry

NOT_FILLED = {"appraisals.measure", "appraisals.propose", "appraisals.decide"}


def _appraisal(side: Any, year: int, state: str, people: list[Any]) -> Appraisal:
    made = Appraisal.objects.create(
        organization=side.of("branch"), year=year, on=date(year, 12, 1), total=9, state=state, words=f"{side.word}意见",
        by_name=f"{side.word}经办", issued=9, returned=9, valid=9,
    )  # fmt: skip
    for place, person in enumerate(people, 1):
        entry = Entry.objects.create(
            appraisal=made, person=person, place=place, name=person.name, own_words=f"{side.word}自评", rank="good",
            rank_why=f"{side.word}理由", own_by=f"{side.word}录入",
        )  # fmt: skip
        side.keep(entry)
    side.keep(made)
    return made


def own(world: Any) -> dict[str, Any]:
    """Return what bodies need: a branch and a year not yet begun, another rank than before."""
    last = date.today().year - 1
    return {
        "appraisals.open": {"organization": world.seen.of("branch").uid, "year": last},
        "appraisals.correct": {"rank": "basic"},
    }


def world(root: Any, seen: Any, other: Any, accounts: dict[str, Any]) -> None:
    """Make them on both sides."""
    for side in (other, seen):
        first = side.people[0]
        mine = [accounts["member"].person] if side is seen else []
        _appraisal(side, 2023, "confirmed", [first])
        _appraisal(side, 2022, "decided", [first])
        _appraisal(side, date.today().year, "open", [first, *mine])
