"""Members on each side in every status, with who introduced them and what happened to them."""

from datetime import date, timedelta
from typing import Any

from django.utils.timezone import localdate

from tests import factories
from zhibu.apps.membership.models import Introducer, Member, MemberChange

MODELS = {"members": "membership.Member"}
#: status and what hangs on it, of people made for it: name -> columns of the member
STATES: dict[str, dict[str, Any]] = {
    "国外": {"status": "abroad", "status_since": date(2020, 1, 1)},
    "停止": {"status": "suspended", "status_since": date(2023, 1, 1)},
    "改正": {"rectify_until": date(2099, 6, 1)},
    "察看": {"rights_from": date(2026, 1, 1), "rights_until": date(2099, 1, 1)},
}


def side(side: Any) -> None:
    """Make them of the side's first people and some more, who have their party relation with its branch."""
    branch, word = side.of("branch"), side.word
    first, second, third = side.people[:3]
    full = side.keep(_member(first, branch, word, "full", full_on=date(2021, 6, 20), applied_on=date(2019, 1, 5)))
    side.keep(Introducer.objects.create(member=full, person=second, name=f"{word}介绍人"))
    side.keep(_change(full, branch, word, "find", date(2021, 6, 21)))
    fresh = side.keep(_member(second, branch, word, "probationary"))
    side.keep(_change(fresh, branch, word, "admit", date(2020, 6, 20)))
    lost = side.keep(_member(third, branch, word, "full", status="lost", status_since=date(2025, 1, 1)))
    side.keep(_change(lost, branch, word, "lose", date(2025, 1, 1), status="lost"))
    for name, columns in STATES.items():
        person = factories.person(f"{word}{name}", side.unit, party=branch)
        side.keep(_member(person, branch, word, "full", **columns))


def own(world: Any) -> dict[str, dict[str, Any]]:
    """What the acts ask for by their own sense."""
    return {
        "membership.member.edit": {"note": "志愿书已核对"},
        "membership.member.rectify": {"until": localdate() + timedelta(days=100)},
        "membership.member.remove": {"ground": "idle"},
    }


def _member(person: Any, branch: Any, word: str, kind: str, **more: Any) -> Member:
    made: Member = Member.objects.create(
        person=person, organization=branch, kind=kind, admitted_on=date(2020, 6, 20), note=f"{word}备注", **more
    )
    return made


def _change(member: Member, branch: Any, word: str, kind: str, on: date, **more: Any) -> MemberChange:
    made: MemberChange = MemberChange.objects.create(
        member=member, kind=kind, on=on, organization=branch, document=f"{word}文号", approved_by=f"{word}党委",
        words=f"{word}事由", by_name=f"{word}经办", data={"before": {}, "after": {}}, **more,
    )  # fmt: skip
    return made
