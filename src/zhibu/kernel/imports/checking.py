"""The check of an import, a job: read the sheet, judge its rows range by range; only the staging file is written."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.timezone import localdate

from zhibu.kernel.bulk import no_cycles
from zhibu.kernel.imports import matching
from zhibu.kernel.imports.cells import Context
from zhibu.kernel.imports.models import BatchState, ImportBatch
from zhibu.kernel.imports.parsing import Plan, make_plan, staged_rows, totals_of
from zhibu.kernel.imports.reading import Row, SheetRefused, is_blank, read_rows
from zhibu.kernel.imports.running import GONE, batch_of, make_importer, move, permitted
from zhibu.kernel.imports.spec import Importer, ImportSpec, Verdict
from zhibu.kernel.imports.spec import Row as ParsedRow
from zhibu.kernel.imports.staging import CREATE, READ, SAME, UPDATE, NotStaged, Staging
from zhibu.kernel.jobs import JSON, JobFailed, Step, handler
from zhibu.kernel.jobs.models import Job

#: rows an importer judges at once, and rows of one step
SLICE, STEP = 5_000, 5_000
#: hidden rows that are named one by one
NAMED = 10
_JUDGED = (READ, CREATE, UPDATE, SAME)


@handler("imports.check", label="检查导入的表格", atomic=False)
def check_step(job: Job, cursor: JSON) -> Step:
    """Stage the rows (first step), then judge a range of them; the last step names duplicates and counts."""
    batch = batch_of(job, BatchState.CHECKING)
    spec, actor = permitted(job, batch)
    plan = make_plan(spec, batch.mapping, batch.options.get("labels", {}))
    try:
        if cursor is None:
            with no_cycles():
                return _stage(job, batch, plan)
        with Staging(batch.uid) as staged:
            with no_cycles():
                rows = staged.rows(_JUDGED, cursor["row"], STEP)
                if rows:
                    _judge(str(job.pk), make_importer(spec, actor, batch), spec, staged, rows, plan)
            if not rows:
                return _finish(job, batch, staged, plan, cursor)
    except SheetRefused as refusal:
        raise JobFailed(str(refusal)) from refusal
    except NotStaged as gone:
        raise JobFailed(GONE) from gone
    done = cursor["done"] + len(rows)
    return Step({**cursor, "row": rows[-1].number, "done": done}, done, message=f"已检查 {done} 行")


def _stage(job: Job, batch: ImportBatch, plan: Plan) -> Step:
    rows, context, hidden = _read(batch)
    width = len(rows[0]) if rows else 0
    if any(index >= width for index, _ in plan.columns):
        raise JobFailed("表格的列与核对时不同。请重新核对各列。")
    first = int(batch.options.get("first_data_row", 0))
    totals = totals_of(rows, first, plan, context)
    with Staging(batch.uid) as staged:
        staged.fill(str(job.pk), plan.kinds, staged_rows(rows, first, plan, context, totals), plan.naming)
        counts = staged.counts()
    if not counts["rows"]:
        raise JobFailed("表头下面没有数据。请检查是否选对了工作表和表头行。")
    bad = counts["error"]
    aside = [*hidden_words(rows, first, hidden), *totals.notices]
    if totals.count > len(totals.notices):
        aside = [*aside, f"另有 {totals.count - len(totals.notices)} 行合计或说明，也未作为记录读入。"]
    cursor = {"row": 0, "done": bad, "aside": aside}
    return Step(cursor, bad, total=counts["rows"], message=f"已读完 {counts['rows']} 行，正在与现有数据核对")


def _read(batch: ImportBatch) -> tuple[list[Row], Context, list[int]]:
    """Return all rows of the chosen sheet, and which are hidden there; the opened book, as large again, is let go."""
    book = matching.open_original(batch)
    marks = book.facts.marks.get(batch.sheet) if book.facts else None
    return read_rows(book.sheet(batch.sheet)), Context(localdate(), book.date1904), marks.hidden if marks else []


def hidden_words(rows: Sequence[Row], first: int, hidden: Sequence[int]) -> list[str]:
    """Say that rows were read which the clerk may not have seen: a filter in Excel leaves nothing out of the file."""
    found = [number + 1 for number in hidden if first <= number < len(rows) and not is_blank(rows[number])]
    if not found:
        return []
    named = "、".join(map(str, found[:NAMED])) + (f" 等 {len(found)}" if len(found) > NAMED else "")
    return [f"第 {named} 行在表格里是隐藏的（可能被筛选掉了），也读入了。不要它们的，请在 Excel 里删去后重新上传。"]


def _judge(
    owner: str, importer: Importer, spec: ImportSpec, staged: Staging, rows: list[ParsedRow], plan: Plan
) -> None:
    for start in range(0, len(rows), SLICE):
        part = rows[start : start + SLICE]
        verdicts: list[Verdict] = importer.check(part)
        if [v.number for v in verdicts] != [row.number for row in part]:
            raise RuntimeError(f"{spec.importer} must judge every row once, in order")
        staged.judge(owner, verdicts, plan.letters)


def _finish(job: Job, batch: ImportBatch, staged: Staging, plan: Plan, cursor: dict[str, Any]) -> Step:
    staged.name_duplicates(str(job.pk), plan.letters)
    counts = staged.counts()
    options = {**batch.options, "aside": cursor.get("aside", [])}
    reason = batch.options.get("recheck", "")
    move(batch, job, BatchState.CHECKED, counts=counts, options=options, reason=reason)
    link = {"url": reverse("imports-record", args=[batch.uid]), "label": "查看检查结果"}
    return Step(cursor, counts["rows"], message=f"已检查 {counts['rows']} 行。", result=link, finished=True)
