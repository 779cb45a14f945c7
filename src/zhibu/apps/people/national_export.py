"""Members written out in the layout of the national member system: every cell a text, so that Excel keeps the numbers."""

import io
from typing import Any

import xlsxwriter
from django.db import transaction
from django.http import QueryDict

from zhibu.apps.people.documents.reach import Reach
from zhibu.apps.people.models import Person, Reveal
from zhibu.apps.people.national_layout import Layout
from zhibu.apps.people.national_members import EXPORT, branches_of, members, needed, readable, value_of
from zhibu.kernel import audit
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import screen
from zhibu.kernel.console.listing import select

MOST = 50_000
REVEAL = "people.reveal"
WHERE = "全国系统版式导出"


def people_of(actor: Actor, listed: str, layout: Layout) -> tuple[Any, Any]:
    """Return (the members of the list as filtered, those of them whose every column the actor may see)."""
    rows, _, _, _ = select(screen("people"), actor, QueryDict(listed))
    found = members(rows)
    return found, readable(found, actor, needed(layout, EXPORT, REVEAL))


def workbook(people: list[Person], layout: Layout) -> bytes:
    """Return the xlsx."""
    branches = branches_of([person.pk for person in people])
    out = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(out, options)
    sheet = book.add_worksheet(layout.sheet[:31])
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#F3EFE9"})
    text = book.add_format({"num_format": "@"})
    for place, column in enumerate(layout.columns):
        sheet.set_column(place, place, column.width, text)
        sheet.write_string(0, place, column.heading, head)
    sheet.freeze_panes(1, 0)
    for line, person in enumerate(people, 1):
        for place, column in enumerate(layout.columns):
            shown = layout.shown(column.field, value_of(person, column.field, branches))
            if shown:
                sheet.write_string(line, place, shown, text)
    book.close()
    return out.getvalue()


def write_down(actor: Actor, people: list[Person], layout: Layout, reason: str) -> None:
    """Note every full number that was written out, for the person concerned, and the whole once."""
    homes = Reach(actor, people).homes
    with transaction.atomic():
        Reveal.objects.bulk_create(
            [
                Reveal(
                    person=person, field="identity_number", reason=reason, page=WHERE,
                    account_id=actor.account_id or 0, account_name=actor.name,
                )
                for person in people
                if person.identity_blind is not None
            ],
            batch_size=1_000,
        )  # fmt: skip
        audit.record_many(
            audit.AuditLine(
                actor, "people.national.export", f"导出{layout.label}（含完整证件号码）：{person.name}", "people.Person",
                str(person.pk), homes.get(person.pk), reason=reason,
            )
            for person in people
        )  # fmt: skip
        audit.record(
            actor, "people.national.export", object_type="people.Person", object_id="*", reason=reason,
            summary=f"导出{layout.label}（全国系统版式）{len(people)} 人",
        )  # fmt: skip
