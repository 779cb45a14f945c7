"""What the jobs of an import share: the batch in the state they work on, the actor with today's grants, importers."""

from typing import Any

from django.db.models import F
from django.utils.module_loading import import_string

from zhibu.kernel.actor import Actor
from zhibu.kernel.imports.models import BatchState, ImportBatch
from zhibu.kernel.imports.spec import Importer, ImportSpec, get
from zhibu.kernel.jobs import JobFailed, actor_of
from zhibu.kernel.jobs.models import Job

GONE = "检查结果已被清理或被新的检查取代。请重新上传文件。"
STOPPED = "这次导入已不在处理中，任务没有继续。"
NO_LONGER_ALLOWED = "您已没有在这个单位办理这类导入的权限，任务没有继续。"


def batches(reason: str) -> Any:
    """Return the batches for the platform's own work."""
    return ImportBatch.objects.system(reason)


def batch_of(job: Job, state: BatchState, *, lock: bool = False) -> ImportBatch:
    """Return the batch that the job works on. Raises JobFailed when it is not in that state with this job any more."""
    rows = batches("job of a batch").select_related("organization", "file")
    if lock:
        rows = rows.select_for_update(of=("self",))
    batch: ImportBatch | None = rows.filter(pk=job.payload["batch"], state=state, job_id=job.pk).first()
    if batch is None:
        raise JobFailed(STOPPED)
    return batch


def may_import(actor: Actor, spec: ImportSpec, batch: ImportBatch) -> bool:
    """Tell whether the actor holds the permission of the kind of import at the batch's organisation."""
    return batch.organization is not None and actor.may(spec.permission, batch.organization.path)


def permitted(job: Job, batch: ImportBatch) -> tuple[ImportSpec, Actor]:
    """Return the kind of import and the requester with the grants they hold now. Raises JobFailed."""
    spec, actor = get(batch.spec), actor_of(job)
    if not may_import(actor, spec, batch):
        raise JobFailed(NO_LONGER_ALLOWED)
    return spec, actor


def make_importer(spec: ImportSpec, actor: Actor, batch: ImportBatch) -> Importer:
    """Return a new importer of the batch."""
    importer: Importer = import_string(spec.importer)(actor, batch)
    return importer


def move(batch: ImportBatch, job: Job, state: BatchState, /, **changes: Any) -> bool:
    """Bring the batch from its present state to another; False when it is not this job's any more."""
    mine = batches("job of a batch").filter(pk=batch.pk, state=batch.state, job_id=job.pk)
    return bool(mine.update(state=state, rev=F("rev") + 1, **changes))
