"""Submission keys: the same form sent twice acts once."""

from typing import Any

from django.db import models

from zhibu.kernel.scope import OpenModel


class Submission(OpenModel):
    """A form that was sent, by its key, and the answer it got."""

    key = models.UUIDField(primary_key=True)
    account_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=80)
    answer: Any = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = "提交"
