"""Writing a checked import into the database and taking it back, both jobs.

Up to LARGE rows everything is one transaction: all or nothing. Above, a chunk is one, so that nobody waits for the
write lock long; what was written is kept in ImportEffect and can be taken back also when it stopped in the middle.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils import timezone

from zhibu.kernel.actions import Act
from zhibu.kernel.bulk import insert_plain, no_cycles
from zhibu.kernel.imports.models import BatchState, ImportBatch, ImportEffect
from zhibu.kernel.imports.running import GONE, batch_of, make_importer, move, permitted
from zhibu.kernel.imports.spec import Effect, ImportChanged, Importer, Row
from zhibu.kernel.imports.staging import CREATE, UPDATE, NotStaged, Staging, to_json
from zhibu.kernel.jobs import JSON, ChunkUndone, JobFailed, Step, enqueue, handler
from zhibu.kernel.jobs.models import Job

#: from so many rows on the writing is cut into chunks
LARGE, CHUNK = 20_000, 5_000
#: rows given to the importer at once: search keys are written in order, and the more at once, the fewer pages are touched
SLICE = 5_000
#: rows taken back in one transaction; importers undo row by row, so this is where the write lock is held longest
BACK = 200
#: rows left alone by an undo that are named; beyond it only their number is told
NAMED = 200

_EFFECT_COLUMNS = ("batch_id", "row", "object_id", "created", "before", "rev_after", "undone")


@handler("imports.apply", label="写入导入的表格")
def apply_step(job: Job, cursor: JSON) -> Step:
    """Write all rows of a small batch, or the next chunk of a large one."""
    cursor = cursor or {"row": 0, "done": 0, "created": 0, "updated": 0}
    batch = batch_of(job, BatchState.APPLYING, lock=True)
    spec, actor = permitted(job, batch)
    total = batch.counts["create"] + batch.counts["update"]
    limit = -1 if total < LARGE else CHUNK
    try:
        with Staging(batch.uid) as staged, no_cycles():
            rows = staged.rows((CREATE, UPDATE), cursor["row"], limit)
    except NotStaged as gone:
        raise JobFailed(GONE) from gone
    act = Act(actor, "imports.apply", f"导入{spec.label}")
    try:
        with no_cycles():
            effects = _write(act, make_importer(spec, actor, batch), batch, rows)
    except ImportChanged as changed:
        raise ChunkUndone(partial(_stopped, job, cursor, changed)) from changed
    made = sum(effect.created for effect in effects)
    moved = {
        "row": rows[-1].number if rows else cursor["row"],
        "done": cursor["done"] + len(rows),
        "created": cursor["created"] + made,
        "updated": cursor["updated"] + len(effects) - made,
    }
    if limit < 0 or len(rows) < CHUNK:
        return _applied(job, batch, act, moved, total)
    return Step(moved, moved["done"], total=total, message=f"已写入 {moved['done']} 行")


def _write(act: Act, importer: Importer, batch: ImportBatch, rows: Sequence[Row]) -> list[Effect]:
    effects: list[Effect] = []
    for start in range(0, len(rows), SLICE):
        effects += importer.apply(act, rows[start : start + SLICE])
    insert_plain(
        ImportEffect,
        _EFFECT_COLUMNS,
        [
            (batch.pk, e.number, e.object_id, e.created, to_json(e.before) if e.before else "{}", e.rev_after, False)
            for e in effects
        ],
    )
    return effects


def _applied(job: Job, batch: ImportBatch, act: Act, moved: dict[str, int], total: int) -> Step:
    written = moved["created"] + moved["updated"]
    counts = {**batch.counts, "written": written, "created": moved["created"], "updated": moved["updated"]}
    if not move(batch, job, BatchState.DONE, counts=counts, finished_at=timezone.now(), reason=""):
        raise JobFailed("这次导入已不在处理中，没有写入。")
    summary = f"{act.wording}：新增 {moved['created']}，更新 {moved['updated']}（{batch.file_name}）"
    act.log(batch, summary=summary[:400])
    link = {"url": reverse("imports-record", args=[batch.uid]), "label": "查看导入结果"}
    return Step(moved, moved["done"], total=total, message=f"已写入 {written} 行。", result=link, finished=True)


def _stopped(job: Job, cursor: dict[str, int], changed: ImportChanged) -> Step:
    """Somebody changed the data since the check: check again, or stop where chunks have been written already."""
    batch = batch_of(job, BatchState.APPLYING, lock=True)
    written = cursor["created"] + cursor["updated"]
    if written:
        reason = f"{changed} 写入停在这里，此前已写入 {written} 行：可以撤销，或改正后重新上传同一文件，接着写完。"
        counts = {**batch.counts, "written": written, "created": cursor["created"], "updated": cursor["updated"]}
        move(batch, job, BatchState.FAILED, counts=counts, finished_at=timezone.now(), reason=reason[:200])
        return Step(cursor, cursor["done"], message=reason[:200], finished=True)
    _, actor = permitted(job, batch)
    reason = f"写入前发现数据在检查之后变了（{changed}），已重新检查，请再确认。"[:200]
    again = enqueue("imports.check", actor=actor, payload={"batch": batch.pk}, organization=batch.organization)
    move(batch, job, BatchState.CHECKING, job=again, options={**batch.options, "recheck": reason})
    link = {"url": reverse("imports-record", args=[batch.uid]), "label": "查看检查结果"}
    return Step(cursor, 0, message=reason, result=link, finished=True)


@handler("imports.undo", label="撤销导入")
def undo_step(job: Job, cursor: JSON) -> Step:
    """Take back the next chunk of effects, the last ones first; rows touched since are left and named."""
    batch = batch_of(job, BatchState.UNDOING, lock=True)
    spec, actor = permitted(job, batch)
    effects = ImportEffect.objects.filter(batch=batch, undone=False)
    cursor = cursor or {"before": None, "done": 0, "undone": 0, "left": 0, "named": []}
    if cursor["before"] is not None:
        effects = effects.filter(pk__lt=cursor["before"])
    chunk = list(effects.order_by("-pk")[:BACK])
    act = Act(actor, "imports.undo", f"撤销导入{spec.label}")
    left = set(make_importer(spec, actor, batch).undo(act, chunk)) if chunk else set()
    back = [effect.pk for effect in chunk if effect.row not in left]
    ImportEffect.objects.filter(pk__in=back).update(undone=True)
    moved = {
        "before": chunk[-1].pk if chunk else cursor["before"],
        "done": cursor["done"] + len(chunk),
        "undone": cursor["undone"] + len(back),
        "left": cursor["left"] + len(left),
        "named": (cursor["named"] + sorted(left))[:NAMED],
    }
    if len(chunk) < BACK:
        return _undone(job, batch, act, moved)
    return Step(moved, moved["done"], total=batch.counts.get("written"), message=f"已撤销 {moved['undone']} 行")


def _undone(job: Job, batch: ImportBatch, act: Act, moved: dict[str, Any]) -> Step:
    counts = {**batch.counts, "undone": batch.counts.get("undone", 0) + moved["undone"], "left": moved["left"]}
    options = {**batch.options, "left_rows": sorted(moved["named"])}
    if not move(batch, job, BatchState.UNDONE, counts=counts, options=options, finished_at=timezone.now(), reason=""):
        raise JobFailed("这次导入已不在处理中，没有撤销。")
    kept = f"，{moved['left']} 行此后被改动过，予以保留" if moved["left"] else ""
    act.log(batch, summary=f"{act.wording}：撤销 {moved['undone']} 行{kept}（{batch.file_name}）"[:400])
    link = {"url": reverse("imports-record", args=[batch.uid]), "label": "查看撤销结果"}
    return Step(moved, moved["done"], message=f"已撤销 {moved['undone']} 行{kept}。", result=link, finished=True)
