"""The acts on an import. Each asks for the permission of the kind of import as well (see services)."""

from typing import Any

from django.db.models import Q

from zhibu.kernel.actions import Action, Inbox, register
from zhibu.kernel.imports.models import RUN, UNDO, BatchState

MODEL = "kernel.ImportBatch"
SERVICES = "zhibu.kernel.imports.services"
FORMS = "zhibu.kernel.imports.forms"
SOMETHING = Q(counts__create__gt=0) | Q(counts__update__gt=0)


def _waiting(batch: Any) -> str:
    create, update, wrong = (batch.counts.get(kind, 0) for kind in ("create", "update", "error"))
    return f"新增 {create} 行，更新 {update} 行，有错 {wrong} 行"


register(
    Action(
        code="imports.upload",
        label="上传表格",
        permission=RUN,
        model=MODEL,
        target="none",
        form=f"{FORMS}.UploadForm",
        service=f"{SERVICES}.upload",
        confirm="上传后先核对各列、检查每一行。在您确认写入之前，不会改动任何数据。",
        audit="上传导入表格",
        style="go",
        icon="arrow-up-tray",
    ),
    Action(
        code="imports.match",
        label="核对列并检查",
        permission=RUN,
        model=MODEL,
        form=f"{FORMS}.MatchForm",
        service=f"{SERVICES}.match",
        when=Q(state__in=[BatchState.UPLOADED, BatchState.CHECKED]),
        when_message="这次导入已经写入、放弃或正在处理，不能再改列的对应",
        confirm="接下来检查每一行，不会改动任何数据。",
        audit="核对导入表格的列",
        style="plain",
        icon="view-columns",
    ),
    Action(
        code="imports.apply",
        label="写入",
        permission=RUN,
        model=MODEL,
        form=f"{FORMS}.ApplyForm",
        service=f"{SERVICES}.apply",
        when=Q(state=BatchState.CHECKED) & SOMETHING,
        when_message="没有可写入的内容，或这次导入已经处理过",
        confirm="确认后写入检查通过的行。写入后可以整批撤销，但此后被改动过的记录会保留。",
        audit="写入导入的表格",
        style="go",
        icon="check",
        inbox=Inbox(
            title=lambda batch: f"确认导入：{batch.file_name}",
            detail=_waiting,
            due=lambda batch: None,
        ),
    ),
    Action(
        code="imports.stop",
        label="停止写入",
        permission=UNDO,
        model=MODEL,
        service=f"{SERVICES}.stop",
        when=Q(state=BatchState.APPLYING),
        when_message="这次导入不在写入：已经停止，或已经写完。写完的可以用“撤销这次导入”收回",
        confirm="正在写的一段写完就停下，已写入的行随即全部撤销，数据恢复到写入之前。以后可以重新写入或重新上传。",
        audit="停止写入导入的表格",
        style="danger",
        icon="x-mark",
    ),
    Action(
        code="imports.undo",
        label="撤销这次导入",
        permission=UNDO,
        model=MODEL,
        service=f"{SERVICES}.undo",
        when=Q(state__in=[BatchState.DONE, BatchState.FAILED]) & Q(counts__written__gt=0),
        when_message="这次导入没有写入任何内容，或已经撤销",
        confirm="这次导入新增的记录会撤下，更新过的内容会恢复原样。导入之后有人改动过的记录不会动，并逐行列出。",
        audit="撤销导入",
        style="danger",
        icon="arrow-uturn-left",
    ),
    Action(
        code="imports.cancel",
        label="放弃这次导入",
        permission=RUN,
        model=MODEL,
        service=f"{SERVICES}.cancel",
        when=Q(state__in=[BatchState.UPLOADED, BatchState.CHECKING, BatchState.CHECKED]),
        when_message="这次导入已经写入或正在写入，不能放弃",
        confirm="放弃后这份表格不会写入。数据没有任何改动，以后可以重新上传。",
        audit="放弃导入",
        style="danger",
        icon="x-mark",
    ),
)
