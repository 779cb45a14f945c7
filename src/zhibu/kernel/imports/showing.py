"""What the pages of an import say: steps, figures, notices, rows."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from zhibu.kernel.imports.models import BatchState, ImportBatch
from zhibu.kernel.imports.staging import CREATE, ERROR, SAME, UPDATE, Staging
from zhibu.kernel.jobs.models import State
from zhibu.kernel.ui.parts import Chip, Fact, Page, Progress

STEPS = ("上传", "核对列", "检查", "写入")
PAGE = 50
KINDS = {ERROR: "有错", CREATE: "新增", UPDATE: "更新", SAME: "不变"}
KIND_TONES = {ERROR: "late", CREATE: "ok", UPDATE: "info", SAME: "plain"}
TONES = {
    BatchState.UPLOADED: "due",
    BatchState.CHECKING: "info",
    BatchState.CHECKED: "due",
    BatchState.APPLYING: "info",
    BatchState.DONE: "ok",
    BatchState.UNDOING: "info",
    BatchState.UNDONE: "plain",
    BatchState.FAILED: "late",
    BatchState.CANCELLED: "plain",
}
_STEP = {
    BatchState.UPLOADED: 2,
    BatchState.CHECKING: 3,
    BatchState.CHECKED: 4,
    BatchState.APPLYING: 4,
    BatchState.DONE: 5,
    BatchState.UNDOING: 5,
    BatchState.UNDONE: 5,
    BatchState.FAILED: 4,
}


def step_of(batch: ImportBatch) -> int:
    """Return the step of the wizard the batch stands at, from 1; 5 when all are done, 0 when it was given up."""
    if batch.state == BatchState.CHECKED and batch.counts.get(ERROR):
        return 3
    return _STEP.get(BatchState(batch.state), 0)


def progress(batch: ImportBatch) -> Progress | None:
    """Return the running work of the batch, None when nothing runs."""
    running = batch.state in (BatchState.CHECKING, BatchState.APPLYING, BatchState.UNDOING)
    if not running or batch.job is None:
        return None
    job = batch.job
    if job.state in (State.FAILED, State.CANCELLED):
        # the platform settles it within seconds; until then the page goes on asking
        message = job.message or "任务已停止，正在收尾。"
    else:
        message = job.message or "正在排队，马上开始。"
    return Progress(
        label=BatchState(batch.state).label,
        done=job.done_count,
        total=job.total,
        url=batch.get_absolute_url(),
        state="queued" if job.state == State.QUEUED else "running",
        message=message,
    )


def notices(batch: ImportBatch) -> list[tuple[str, str, str]]:
    """Return (kind, title, text) of what the clerk should know first."""
    found = [("due", "", batch.reason)] if batch.reason else []
    say = _SAID.get(BatchState(batch.state))
    return found + (say(batch) if say else [])


def _uploaded(batch: ImportBatch) -> list[tuple[str, str, str]]:
    return [("info", "还没有写入任何数据。", "请先核对各列，再开始检查。")]


def _checked(batch: ImportBatch) -> list[tuple[str, str, str]]:
    counts = batch.counts
    writable = counts["create"] + counts["update"]
    if not counts["error"] and not writable:
        return [("ok", "内容与现有数据一致，没有需要写入的。", "这张表格里的每一行都已经登记过，数据没有改动。")]
    if not counts["error"]:
        return [("ok", "检查通过，还没有写入。", f"将新增 {counts['create']} 行，更新 {counts['update']} 行。")]
    title = f"{counts['issues']} 处需要改正（共 {counts['error']} 行），还没有写入任何一行。"
    if writable:
        text = "请在 Excel 里改好后重新上传；也可以在写入时选择略过这些行。"
    else:
        text = "请在 Excel 里改好后重新上传。"
    return [("late", title, text)]


def _done(batch: ImportBatch) -> list[tuple[str, str, str]]:
    counts = batch.counts
    text = f"新增 {counts.get('created', 0)} 行，更新 {counts.get('updated', 0)} 行。"
    if counts.get("excluded"):
        text += f"略过有错的 {counts['excluded']} 行。"
    return [("ok", "已写入。", text)]


def _undoing(batch: ImportBatch) -> list[tuple[str, str, str]]:
    if not batch.options.get("stopped"):
        return []
    text = f"此前写入的 {batch.counts.get('written', 0)} 行正在撤销，撤完之后数据恢复到写入之前。"
    return [("due", "已停止写入。", text)]


def _undone(batch: ImportBatch) -> list[tuple[str, str, str]]:
    counts = batch.counts
    text = f"撤销了 {counts.get('undone', 0)} 行。"
    if batch.options.get("stopped"):
        text = f"写入在中途停止，已写入的 {counts.get('written', 0)} 行撤销了 {counts.get('undone', 0)} 行。"
    if counts.get("left"):
        text += f"有 {counts['left']} 行在导入之后被改动过，予以保留，列在下面。"
    elif batch.options.get("stopped"):
        text += "数据与写入之前一样。"
    return [("due" if counts.get("left") else "ok", "已撤销。", text)]


def _cancelled(batch: ImportBatch) -> list[tuple[str, str, str]]:
    return [("plain", "", "这次导入已放弃，没有写入任何数据。")]


_SAID = {
    BatchState.UPLOADED: _uploaded,
    BatchState.CHECKED: _checked,
    BatchState.DONE: _done,
    BatchState.UNDOING: _undoing,
    BatchState.UNDONE: _undone,
    BatchState.CANCELLED: _cancelled,
}


def facts(batch: ImportBatch) -> list[Fact]:
    """Return who uploaded what where and when."""
    return [
        Fact("文件", batch.file_name),
        Fact("工作表", batch.sheet),
        Fact("归属单位", str(batch.organization) if batch.organization else None),
        Fact("经办人", batch.requested_by_name),
        Fact("上传时间", _moment(batch.created_at)),
        Fact("完成时间", _moment(batch.finished_at) if batch.finished_at else None),
    ]


def _moment(at: Any) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def chips(batch: ImportBatch, asked: str) -> list[Chip]:
    """Return the filters by what becomes of a row, with their numbers."""
    url = reverse("import-check", args=[batch.uid])
    return [
        Chip(f"{label} {batch.counts.get(kind, 0)}", url if kind == asked else f"{url}?kind={kind}", kind == asked)
        for kind, label in KINDS.items()
    ]


def rows_page(batch: ImportBatch, asked: str, after: int) -> dict[str, Any]:
    """Return a page of rows behind row number `after`. Raises NotStaged when they were cleaned away."""
    kinds = (asked,) if asked in KINDS else tuple(KINDS)
    with Staging(batch.uid) as staged:
        found = list(staged.page(kinds, after, PAGE + 1))
    shown = found[:PAGE]
    base = f"?kind={asked}&" if asked in KINDS else "?"
    total = sum(batch.counts.get(kind, 0) for kind in kinds)
    return {
        "rows": [(row, KINDS.get(row.kind, ""), KIND_TONES.get(row.kind, "plain")) for row in shown],
        "page": Page(
            shown=len(shown),
            total=total,
            previous_url=base.rstrip("&") if after else "",
            next_url=f"{base}after={shown[-1].number}" if len(found) > PAGE else "",
        ),
    }
