"""What the main database knows of an import; its rows are staged in a file of their own (see staging.py)."""

import uuid
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from zhibu.kernel.actor import Actor
from zhibu.kernel.scope import OpenModel, ScopedManager, ScopedModel, ScopedQuerySet
from zhibu.kernel.scope.query import Mark

#: to work on one's own imports, and to take back anybody's; both ask for the kind's own permission at the organisation
RUN, UNDO = "imports.run", "imports.undo"


class BatchState(models.TextChoices):
    UPLOADED = "uploaded", "待核对列"
    CHECKING = "checking", "正在检查"
    CHECKED = "checked", "待确认"
    APPLYING = "applying", "正在写入"
    DONE = "done", "已写入"
    UNDOING = "undoing", "正在撤销"
    UNDONE = "undone", "已撤销"
    FAILED = "failed", "未成功"
    CANCELLED = "cancelled", "已放弃"


class BatchQuerySet(ScopedQuerySet["ImportBatch"]):
    """Batches are seen by their requester and by whoever may do that kind of import at their organisation."""

    def visible_to(self, actor: Actor, permission: str | tuple[str, ...] | None = None) -> Self:
        """Open for the actor: to look (`imports.view`), to work on their own (`imports.run`), to undo (`imports.undo`).

        Looking shows figures, never rows: those ask for the kind's own permission (`queries.may_see_rows`).
        """
        if actor.is_system or permission not in (None, ImportBatch.scope_permission, RUN, UNDO):
            return super().visible_to(actor, permission)
        condition = self._of_kinds(actor)
        mine = Q(requested_by_id=actor.account_id) if actor.account_id is not None else Q(pk__in=[])
        if permission == RUN:
            condition &= mine
        elif permission != UNDO:
            condition |= mine
            if paths := actor.paths(ImportBatch.scope_permission):
                condition |= ImportBatch.scope_q(paths)
        opened = self.filter(condition)
        opened.guard.mark = Mark.SCOPED
        return opened

    def _of_kinds(self, actor: Actor) -> Q:
        from zhibu.kernel.imports.spec import all_specs

        condition = Q(pk__in=[])
        for spec in all_specs():
            if paths := actor.paths(spec.permission):
                condition |= Q(spec=spec.code) & ImportBatch.scope_q(paths)
        return condition


class ImportBatch(ScopedModel):
    """One file on its way in: what was uploaded, how its columns were read, what the check found, what was written."""

    scope_permission = "imports.view"
    objects: ClassVar[Any] = ScopedManager.from_queryset(BatchQuerySet)()

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    spec = models.CharField("导入种类", max_length=60)
    label = models.CharField("名称", max_length=100)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, null=True, related_name="+", verbose_name="归属组织"
    )
    requested_by_id = models.BigIntegerField("经办账号", null=True)
    requested_by_name = models.CharField("经办人", max_length=100, blank=True)
    file = models.ForeignKey("kernel.Blob", models.PROTECT, related_name="+", verbose_name="原始文件")
    file_name = models.CharField("文件名", max_length=200)
    state = models.CharField("状态", max_length=12, choices=BatchState, default=BatchState.UPLOADED)
    sheet = models.CharField("工作表", max_length=100, blank=True)
    header_rows = models.JSONField("表头行", default=list)
    mapping = models.JSONField("列对应", default=dict)
    options = models.JSONField("选项", default=dict)
    counts = models.JSONField("统计", default=dict)
    skip_errors = models.BooleanField("略过有错的行", default=False)
    job = models.ForeignKey("kernel.Job", models.PROTECT, null=True, related_name="+")
    reason = models.CharField("说明", max_length=200, blank=True)
    rev = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField("上传时间", auto_now_add=True)
    finished_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        verbose_name = "导入"
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["requested_by_id"],
                condition=Q(state__in=["uploaded", "checking", "checked", "applying"]),
                name="import_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.label}（{self.file_name}）"

    def scope_paths(self) -> list[str]:
        """Return the path of the organisation."""
        return [self.organization.path] if self.organization else []

    def get_absolute_url(self) -> str:
        return reverse("imports-record", args=[self.uid])


class ImportEffect(OpenModel):
    """What one row did to one record, so that it can be undone while nobody has touched the record since."""

    # unchecked by the database and without an index of its own: only the import writes here, a row for each of the
    # sheet's, and no batch is ever deleted
    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="effects", db_index=False, db_constraint=False)
    row = models.PositiveIntegerField()
    object_id = models.BigIntegerField()
    created = models.BooleanField()
    #: values before, as the importer wrote them down; sealed values stay sealed
    before = models.JSONField(default=dict)
    rev_after = models.PositiveIntegerField()
    undone = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "row"], name="effect_once_a_row")]


class RememberedHeader(OpenModel):
    """How a clerk matched a header last time: offered again for the same header."""

    spec = models.CharField(max_length=60)
    signature = models.CharField(max_length=64)
    mapping = models.JSONField()
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["spec", "signature"], name="header_remembered_once")]
