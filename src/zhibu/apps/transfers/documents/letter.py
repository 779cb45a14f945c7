"""The letter of introduction: stub (存根), letter (介绍信), receipt (回执), in one."""

from collections.abc import Sequence
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.people.documents.reach import Reach
from zhibu.apps.people.rules import age
from zhibu.apps.transfers import queries
from zhibu.apps.transfers.documents.words import count_words, day_words
from zhibu.apps.transfers.models import Letter, LetterLine
from zhibu.apps.transfers.rules import month_words
from zhibu.kernel.actor import Actor
from zhibu.kernel.documents import Content

BLANK = "　　　　　　　　　"


def build(actor: Actor, letters: Sequence[Letter]) -> Content:
    """Return the content of the letters; document numbers only as far as the actor may see them."""
    lines = {letter.pk: queries.lines(letter) for letter in letters}
    people = [line.transfer.person for some in lines.values() for line in some]
    reach = Reach(actor, people)
    made = [_letter(letter, lines[letter.pk], reach) for letter in letters]
    first = letters[0]
    numbers = any(line["identity"] != BLANK for one in made for line in one["people"])
    return Content(
        title=f"组织关系介绍信 {first.code}" if len(letters) == 1 else f"组织关系介绍信（{len(letters)} 封）",
        data={"letters": made},
        organization=first.organization.name,
        sensitive="证件号码" if numbers else "党员组织关系",
        seats={letter.pk: letter.organization_id for letter in letters},
    )


def _letter(letter: Letter, lines: list[LetterLine], reach: Reach) -> dict[str, Any]:
    people = [_line(line, reach) for line in lines]
    committee = letter.organization
    return {
        "code": letter.code, "committee": committee.name, "address": committee.address or BLANK, "telephone": committee.phone or BLANK,
        "addressee": letter.addressee, "source": letter.source_name, "target": letter.target_name, "day": day_words(letter.issued_on),
        "days": str(letter.valid_days), "until": day_words(letter.valid_until), "count": count_words(letter.count),
        "people": people, "first": people[0], "many": letter.count > 1, "issued_by": letter.issued_name,
        "void": f"此件已作废：{letter.void_why or '已收回'}" if letter.state == "void" else "",
    }  # fmt: skip


def _line(line: LetterLine, reach: Reach) -> dict[str, Any]:
    person = line.transfer.person
    may = reach.of(person)
    identity = BLANK
    if person.identity_number and may("people.see.identity") and may("people.reveal"):
        identity = str(person.identity_number)
    elif person.identity_number and may("people.see.identity"):
        identity = person.masked_identity
    years = age(person.birth_date, localdate()) if person.birth_date and may("people.see.identity") else None
    return {
        "name": line.name, "sex": person.get_sex_display() if person.sex in "12" else "　", "age": str(years) if years else "　　",
        "nation": person.get_ethnic_group_display() if person.ethnic_group and may("people.see.identity") else "　　",
        "kind": "正式" if line.full else "预备", "paid": month_words(line.paid_to) or "　　　年　　月", "identity": identity,
        "phone": line.transfer.phone or BLANK,
    }  # fmt: skip
