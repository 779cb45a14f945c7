"""Campaigns, replies and corrections of both sides, one campaign over both, and what the member is asked."""

from datetime import date, timedelta
from typing import Any

from tests.matrix.sensitive import SECRETS
from zhibu.apps.collection.catalogue import catalogue, groups_asked
from zhibu.apps.collection.models import Answer, Campaign, Reply
from zhibu.kernel import files

CODES = [next(code for code, one in catalogue().items() if one.group is group) for group in groups_asked()]
FIELDS = [
    *dict.fromkeys([*CODES, "mobile", "identity_number", "native_place", "position", "part_relatives", "part_bank"])
]


def collect(root: Any, seen: Any, other: Any, member: Any, subject: Any) -> None:
    """Make them all."""
    for side in (seen, other):
        for state in ("draft", "closed", "open"):
            made = campaign(side.unit, f"{side.word}采集", state, side.word)
            side.objects.setdefault("collection.Campaign", []).insert(0, made)
        asked = side.objects["collection.Campaign"][0]
        for person in side.people[:3]:
            side.keep(reply(asked, person, side.unit, side.word))
            side.keep(reply(None, person, side.unit, side.word))
        side.keep(*Answer.objects.system("test").filter(reply__organization=side.unit).order_by("pk"))
    type(member).objects.system("test").filter(pk=member.pk).update(mobile="13733334444")
    seen.keep(member)
    mine = [reply(seen.objects["collection.Campaign"][0], member, seen.unit, ""), reply(None, member, seen.unit, "")]
    seen.keep(*mine)
    for answer in mine[0].answers.system("test"):
        Answer.objects.system("test").filter(pk=answer.pk).update(state="draft", value=None)
    Reply.objects.system("test").filter(pk=mine[0].pk).update(state="waiting", sent_by_name="")
    told = seen.keep(reply(seen.objects["collection.Campaign"][0], subject, seen.unit, None))
    # who sent it is no secret; what they filled in is
    Reply.objects.system("test").filter(pk=told.pk).update(sent_by_name=subject.name, note="")
    above = seen.keep(campaign(root, "集团采集", "open", ""))
    Campaign.objects.system("test").filter(pk=above.pk).update(is_public=False)
    for side in (seen, other):
        for person in side.people[3:] or side.people[:1]:
            side.keep(reply(above, person, side.unit, side.word))
        # asked no more, until a clerk takes them up again
        gone = side.keep(reply(above, side.people[1], side.unit, side.word))
        Reply.objects.system("test").filter(pk=gone.pk).update(state="left", dropped=True)


def campaign(place: Any, title: str, state: str, word: str) -> Campaign:
    """Make a campaign without its job."""
    made: Campaign = Campaign.objects.create(
        organization=place,
        title=title,
        words=f"{word}说明",
        fields=FIELDS,
        due_on=date.today() + timedelta(days=30),
        state=state,
    )
    return made


def reply(asked: Campaign | None, person: Any, place: Any, word: str | None) -> Reply:
    """Make a reply of which something waits in every field group; a correction asks for one field.

    Without a word each answer carries the secret of its own group.
    """
    made: Reply = Reply.objects.create(
        campaign=asked, person=person, organization=place, state="filed", sent_by_name=word or "", note=f"{word or ''}说明",
        sent_at="2026-11-01T08:00:00Z",
    )  # fmt: skip
    for code in CODES if asked is not None else ["mobile"]:
        one = catalogue()[code]
        said = secret_of(one.group.code) if word is None else word
        answer = Answer(reply=made, field=code, group=one.group.code, state="sent", reason=said)
        answer.content = content(code, said)
        answer.save()
    return made


def secret_of(group: str) -> str:
    """Return the text that betrays the group, where one of its secrets is free text."""
    return next((text for text in SECRETS.get(group, ()) if text.startswith("隐秘")), "")


def content(code: str, word: str) -> Any:
    """Return something that fits the field and carries the word where text is free."""
    if code == "photo":
        from tests.matrix.sensitive import picture

        return files.store_made(picture(), mime="image/jpeg").pk
    known: dict[str, Any] = {
        "mobile": "13711112222", "staff_number": f"{word[:4]}77", "political_status": "01",
        "part_relatives": [{"name": f"{word}亲", "relation": "子"}],
        "part_health": [{"noted_on": "2024-01-01", "kind": f"{word}类", "text": f"{word}病"}],
        "part_bank": [{"bank": f"{word}银行", "account": "6222000011112222"}],
    }  # fmt: skip
    return known[code]
