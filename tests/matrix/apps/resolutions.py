"""Resolutions of each side's branch in the states that matter; one that the member carries out."""

from typing import Any

from django.utils import timezone
from django.utils.timezone import localdate

from zhibu.apps.resolutions.models import FollowUp, Resolution
from zhibu.apps.voting.models import Motion, Roll

MODELS = {"own-resolution": "resolutions.Resolution"}


def side(side: Any) -> None:
    """Make them in the side's branch, and a vote that passed and waits for one."""
    first = _one(side, 1, "replaced", replaced_by=_one(side, 2, "standing"), published_at=timezone.now())
    second = _one(
        side, 3, "following", responsible=side.people[0], responsible_name=f"{side.word}人", due_on=localdate()
    )
    word = side.word
    side.keep(FollowUp.objects.create(resolution=second, on=localdate(), words=f"{word}走访", by_name=f"{word}记"))
    side.keep(first)
    roll: Roll = side.objects["voting.Roll"][0]
    row = {"title": f"{word}议", "yes": 3, "no": 0, "abstain": 0, "passed": True}
    side.keep(
        Motion.objects.create(
            organization=roll.organization, roll=roll, title=f"{word}议", rule="ordinary", method="hands", questions=[f"{word}议"],
            state="decided", entitled=3, present=3, opened_on=localdate(), decided_at=timezone.now(), valid=True, passed=True,
            result=[row], outcome=f"{word}过", article=f"{word}条",
        )
    )  # fmt: skip


def world(root: Any, seen: Any, other: Any, accounts: dict[str, Any]) -> None:
    """Let the member carry one out."""
    person = accounts["member"].person
    _one(seen, 9, "following", responsible=person, responsible_name=person.name, due_on=localdate())


def _one(side: Any, number: int, state: str, **more: Any) -> Resolution:
    word = side.word
    made: Resolution = side.keep(
        Resolution.objects.create(
            organization=side.of("branch"), year=2020, number=number, number_text=f"{word}决{number}号", title=f"{word}决议{number}",
            text=f"{word}内容", decided_on=localdate(), basis=f"{word}通过", state=state, by_name=f"{word}办", **more,
        )
    )  # fmt: skip
    return made


def own(world: Any) -> dict[str, dict[str, Any]]:
    """What the form does not tell by itself."""
    person = str(world.seen.people[0].uid)
    return {
        "resolutions.resolution.record": {
            "organization": world.seen.of("branch").uid, "meeting": "", "decided_on": localdate(), "responsible": "", "due_on": "",
            "basis": "支委会一致通过",
        },
        "resolutions.resolution.adopt": {"responsible": "", "due_on": "", "replaces": ""},
        "resolutions.resolution.assign": {"responsible": person, "due_on": localdate()},
        "resolutions.resolution.follow": {"on": localdate()},
        "resolutions.resolution.report": {"on": localdate()},
    }  # fmt: skip
