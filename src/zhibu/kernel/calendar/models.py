"""Days that an administrator loaded because the shipped calendar does not know their year, or knows it wrongly."""

from django.db import models

from zhibu.kernel.scope import OpenModel


class Holiday(OpenModel):
    """One day of a loaded year that differs from the week: a day off on a weekday, or a make-up workday on a weekend."""

    day = models.DateField("日期", unique=True)
    is_workday = models.BooleanField("上班")
    note = models.CharField("说明", max_length=60, blank=True)
    source = models.CharField("依据", max_length=200)
    loaded_by_id = models.BigIntegerField(null=True)
    loaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "节假日安排"
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {'上班' if self.is_workday else '放假'}"
