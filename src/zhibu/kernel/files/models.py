"""What the database knows of files: their content once, and what they hang on."""

import uuid

from django.db import models

from zhibu.kernel.scope import OpenModel, ScopedModel


class Blob(OpenModel):
    """Stored content under its address: a keyed hash of it (in earlier versions its SHA-256, hence the column)."""

    address = models.CharField("摘要", max_length=64, primary_key=True, db_column="sha256")
    size = models.PositiveBigIntegerField("字节数")
    mime = models.CharField("类型", max_length=100)
    created_at = models.DateTimeField("存入时间", auto_now_add=True)

    class Meta:
        verbose_name = "文件内容"

    def __str__(self) -> str:
        return self.address


class Attachment(ScopedModel):
    """A file on a record: seen by whoever holds `permission` over its organisation."""

    scope_permission = "files.view"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="attachments")
    organization = models.ForeignKey("organizations.Organization", models.PROTECT, null=True, related_name="+")
    object_type = models.CharField(max_length=80)
    object_id = models.CharField(max_length=40)
    name = models.CharField("文件名", max_length=200)
    permission = models.CharField(max_length=60)
    uploaded_by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "附件"
        indexes = [models.Index(fields=["object_type", "object_id"])]

    def __str__(self) -> str:
        return self.name
