"""From a declared document and its content to the file: the frame of the page, and the audit line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from zhibu.kernel import audit
from zhibu.kernel.actor import Actor
from zhibu.kernel.documents.declare import Content, Document
from zhibu.kernel.documents.engine import typeset

CODE = "documents.print"


@dataclass(frozen=True)
class Frame:
    """What stands around the content on every page: who printed it, when, in which size."""

    printed_by: str
    at: datetime
    large: bool = False


def frame_of(actor: Actor, *, large: bool = False) -> Frame:
    """Return the frame of what the actor prints now."""
    return Frame(actor.name or "系统", timezone.localtime(), large)


def render(document: Document, content: Content, frame: Frame | None = None) -> bytes:
    """Return the PDF of the content. Raises MissingGlyph, or DocumentError when the template is at fault.

    It writes no audit line: use `serving.answer`, or `printed` beside it, for what goes to a person.
    """
    frame = frame or Frame("系统", timezone.localtime())
    around = {
        "title": content.title,
        "organization": content.organization,
        "printed_by": frame.printed_by,
        "printed_at": frame.at.strftime("%Y-%m-%d %H:%M"),
        "day": f"{frame.at.year} 年 {frame.at.month} 月 {frame.at.day} 日",
        "large": frame.large and document.large,
    }
    data = {**content.data, "frame": around}
    return typeset(document.template_path(), data, pictures=content.pictures, now=frame.at)


def printed(document: Document, content: Content, actor: Actor, rows: Sequence[Any]) -> None:
    """Write the audit lines of a print that holds something sensitive: who took what out on paper."""
    if not content.sensitive:
        return
    what = f"打印{document.label}（含{content.sensitive}）"
    with transaction.atomic():
        if document.of == "each" and rows:
            audit.record_many(_line(document, content, actor, row, what) for row in rows)
            return
        summary = f"{what}：{content.title}" if content.title != document.label else what
        audit.record(
            actor, CODE, summary=summary, object_type=document.model or "", object_id="*",
            organization_id=next(iter(content.seats.values()), None),
        )  # fmt: skip


def _line(document: Document, content: Content, actor: Actor, row: Any, what: str) -> audit.AuditLine:
    seat = content.seats.get(row.pk) or getattr(row, "organization_id", None)
    return audit.AuditLine(
        actor, CODE, f"{what}：{row}", object_type=row._meta.label, object_id=str(row.pk), organization_id=seat
    )
