"""Requests of each side's branch to its committee in the states that matter, with a paper on each."""

from datetime import date
from typing import TYPE_CHECKING, Any

from zhibu.apps.petitions.models import Petition, Reply
from zhibu.kernel import files
from zhibu.kernel.actor import Actor

if TYPE_CHECKING:
    from tests.matrix.world import Side

DAY = date(2026, 11, 2)


def side(side: "Side") -> None:
    """Make one that is a draft, one that waits, one that was returned and one that was answered."""
    for number, state in enumerate(("draft", "sent", "returned", "agreed"), 1):
        _one(side, number, state)


def _one(side: "Side", number: int, state: str) -> None:
    word, branch, committee = side.word, side.of("branch"), side.of("committee")
    sent, answered = state != "draft", state in {"returned", "agreed"}
    values: dict[str, Any] = {"kind": "activity", "title": f"{word}请示{number}", "words": f"{word}正文"}
    petition = Petition.objects.create(
        organization=branch, superior=committee, state=state, number=number if sent else None, year=2026 if sent else None,
        number_text=f"{word}请{number}号" if sent else "", sent_on=DAY if sent else None, about_title=f"{word}事由",
        asked_by=side.people[0], asked_name=f"{word}经办", answered_on=DAY if answered else None,
        answer_words=f"{word}批复" if answered else "", answer_number=f"{word}复号" if state == "agreed" else "", **values,
    )  # fmt: skip
    side.keep(petition)
    actor = Actor(account_id=side.accounts[0].pk, name=f"{word}经办")
    blob = files.store_made(f"{word}附件 {side.code}".encode(), mime="text/plain")
    side.keep(files.attach(petition, blob, name=f"{word}材料.txt", permission="petitions.view", actor=actor))
    if not sent:
        return
    outcome = {"sent": "waiting"}.get(state, state)
    side.keep(
        Reply.objects.create(
            organization=committee, petition=petition, sent_on=DAY, due_on=date(2026, 11, 12), outcome=outcome,
            answer=f"{word}批复" if answered else "", on=DAY if answered else None, by_name=f"{word}批复人" if answered else "",
            number=number if state == "agreed" else None, year=2026 if state == "agreed" else None,
            number_text=f"{word}复号" if state == "agreed" else "", **values,
        )
    )  # fmt: skip


def own(world: Any) -> dict[str, dict[str, Any]]:
    """What the form does not tell by itself."""
    branch = world.seen.of("branch").uid
    return {
        "petitions.petition.draft": {"organization": branch, "kind": "activity", "outside": ""},
        "petitions.petition.edit": {"outside": "", "title": "新的标题", "when": "keep"},
    }
