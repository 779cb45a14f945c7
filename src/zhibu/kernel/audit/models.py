"""The trail: entries that never change, their erasable details, markers of what is not sealed yet, and the seals."""

from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q

from zhibu.kernel.audit import triggers  # noqa: F401  (connects the receiver that installs them after migrate)
from zhibu.kernel.scope import OpenModel, ScopedModel
from zhibu.kernel.tree import under


class RowIdField(models.BigIntegerField):  # type: ignore[type-arg]  # generic in the stubs only
    """A primary key given by us; on SQLite the row id itself, so that the table needs no second index."""

    def db_type(self, connection: Any) -> str | None:
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)


class AuditEntry(ScopedModel):
    """Who did what to which record. No foreign keys: the trail outlives what it speaks of.

    `leaf` is HMAC-SM3 over every other column; `detail_digest` is SM3 over the detail's salt and body.
    `organization_id` says where the line is seen; lines without one are seen by the platform itself only.
    """

    scope_permission = "audit.view"

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField("时间")
    actor_id = models.BigIntegerField("账号", null=True)
    actor_name = models.CharField("操作人", max_length=100)
    for_whom_id = models.BigIntegerField("代何人", null=True)
    action = models.CharField("操作", max_length=80)
    organization_id = models.BigIntegerField("组织", null=True)
    object_type = models.CharField("对象类别", max_length=80)
    object_id = models.CharField("对象编号", max_length=64)
    detail_digest = models.BinaryField()
    leaf = models.BinaryField()
    key_id = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "audit_entry"
        verbose_name = "操作记录"
        verbose_name_plural = "操作记录"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="audit_entry_object"),
            models.Index(fields=["organization_id"], name="audit_entry_organization"),
            models.Index(fields=["actor_id"], name="audit_entry_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.action}"

    @classmethod
    def scope_q(cls, paths: tuple[str, ...]) -> Q:
        organizations: Any = apps.get_model("organizations", "Organization")
        inside = organizations.objects.system("scope of the audit").filter(under("path", paths))
        return Q(organization_id__in=inside.values("pk"))


class AuditDetail(ScopedModel):
    """What the line says: {"summary", "reason", "changes": [{"field", "label", "old", "new"}]} as JSON text.

    `audit.erase` may remove it by law; the entry with the digest stays.
    """

    scope_permission = "audit.view"

    entry_id = RowIdField(primary_key=True)
    salt = models.BinaryField()
    body = models.TextField()

    class Meta:
        db_table = "audit_detail"
        verbose_name = "操作记录内容"

    def __str__(self) -> str:
        return str(self.entry_id)

    @classmethod
    def scope_q(cls, paths: tuple[str, ...]) -> Q:
        inside = AuditEntry.objects.system("scope of the details").filter(AuditEntry.scope_q(paths))
        return Q(entry_id__in=inside.values("pk"))


class AuditUnsealed(OpenModel):
    """A marker written with each entry and taken away by the seal that covers it."""

    id = RowIdField(primary_key=True)

    class Meta:
        db_table = "audit_unsealed"
        verbose_name = "待封存的操作记录"

    def __str__(self) -> str:
        return str(self.id)


class AuditHead(OpenModel):
    """How many lines were written through one head, and the newest of them, under a key (see `heads`)."""

    slot = RowIdField(primary_key=True)
    count = models.BigIntegerField()
    last_id = models.BigIntegerField()
    key_id = models.PositiveSmallIntegerField()
    mac = models.BinaryField()

    class Meta:
        db_table = "audit_head"
        verbose_name = "操作记录计数"

    def __str__(self) -> str:
        return str(self.slot)


class AuditSeal(OpenModel):
    """A link of the chain: the ids it covers, the root of the seal before it, and its own root (see `seals`)."""

    n = RowIdField(primary_key=True)
    at = models.DateTimeField()
    ranges = models.TextField(help_text="JSON [[first, last], …], both included")
    count = models.PositiveBigIntegerField()
    prev = models.BinaryField()
    root = models.BinaryField()
    key_id = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "audit_seal"
        verbose_name = "操作记录封条"

    def __str__(self) -> str:
        return str(self.n)
