"""Many records in one file: which ones a list means, and the job that prints them when there are many."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from zhibu.kernel import files, jobs
from zhibu.kernel.actor import Actor
from zhibu.kernel.console.declare import Screen
from zhibu.kernel.console.listing import select
from zhibu.kernel.documents.declare import Document, get
from zhibu.kernel.documents.engine import MissingGlyph
from zhibu.kernel.documents.printing import frame_of, printed, render
from zhibu.kernel.jobs.models import Job

KIND = "documents.print"


def chosen(actor: Actor, declared: Screen, document: Document, params: Any, uids: Sequence[str] | None) -> list[Any]:
    """Return the records of the list as filtered (only those of `uids`, if given) that the actor may print, in order.

    At most one more than one file may hold, which says that there are more.
    """
    rows, _, _, _ = select(declared, actor, params)
    if uids is not None:
        rows = rows.filter(uid__in=[uid for uid in uids if _is_uid(uid)])
    keys = list(rows.values_list("pk", flat=True)[: document.most + 1])
    return in_order(actor, document, keys, max(2, len(keys)))


def in_order(actor: Actor, document: Document, keys: Sequence[int], count: int) -> list[Any]:
    """Return the records of these keys within the actor's reach for printing `count` of them, in that order."""
    permission = document.permission_for(count)
    found = document.model_class().objects.visible_to(actor, permission).filter(pk__in=keys)
    by_key = {row.pk: row for row in found}
    return [by_key[key] for key in keys if key in by_key]


def start(actor: Actor, document: Document, rows: Sequence[Any], size: int, *, large: bool) -> Job:
    """Queue the printing of the records and return its job."""
    payload = {"document": document.code, "records": [row.pk for row in rows], "large": large, "size": size}
    label = f"打印{document.label}" if document.of == "all" else f"打印{document.label}（{size} {document.unit}）"
    with transaction.atomic():
        return jobs.enqueue(KIND, actor=actor, label=label, payload=payload, total=size)


@jobs.handler(KIND, label="打印", atomic=False)
def print_step(job: Any, cursor: Any) -> jobs.Step:
    """Say what comes, then set the whole file: one file is set in one go. A repeat after a kill is harmless."""
    keys: list[int] = job.payload["records"]
    size: int = job.payload["size"]
    if cursor is None:
        return jobs.Step(cursor={}, done=0, total=size, message="正在排版，请稍候。")
    actor, document = jobs.actor_of(job), get(job.payload["document"])
    rows = in_order(actor, document, keys, len(keys))
    if not rows:
        raise jobs.JobFailed("这些记录已不在您的管理范围内，没有打印。")
    content = document.builder_function()(actor, rows)
    try:
        made = render(document, content, frame_of(actor, large=job.payload["large"]))
    except MissingGlyph as missing:
        raise jobs.JobFailed(str(missing)) from missing
    blob = files.store_made(made, mime="application/pdf")
    printed(document, content, actor, rows)
    result = {"url": reverse("print-made", args=[job.uid]), "label": "打开打印文件", "blob": blob.pk}
    lost = len(keys) - len(rows)
    message = f"有 {lost} 份已不在您的管理范围内，没有打印。" if lost else ""
    return jobs.Step(cursor={}, done=size, total=size, message=message, finished=True, result=result)


def _is_uid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
