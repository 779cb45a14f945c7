"""Years whose arrangement an administrator loaded: the shipped calendar does not know them, or knows them wrongly."""

from typing import ClassVar

from django.db import models
from django.urls import reverse

from zhibu.kernel.scope import OpenModel


class HolidayYear(OpenModel):
    """A year's announcement, loaded completely: every day of it that is not in `days` follows Monday to Friday."""

    year = models.PositiveSmallIntegerField("年份", primary_key=True)
    source = models.CharField("依据", max_length=200)
    loaded_at = models.DateTimeField("载入时间", auto_now=True)

    class Meta:
        verbose_name = "放假安排"
        ordering: ClassVar = ["year"]

    def __str__(self) -> str:
        return f"{self.year} 年放假安排"

    def get_absolute_url(self) -> str:
        """Return the page of the year in the work calendar."""
        return reverse("work-calendar-year", args=[self.year])


class Holiday(OpenModel):
    """One day named by an announcement: off, or worked although it is a weekend (调休上班).

    An announcement may reach a few days into its neighbours (2022-12-31 was off by the one for 2023).
    """

    announcement = models.ForeignKey(HolidayYear, models.CASCADE, related_name="days", verbose_name="放假安排")
    day = models.DateField("日期")
    is_workday = models.BooleanField("上班")
    note = models.CharField("说明", max_length=60, blank=True)

    class Meta:
        verbose_name = "节假日"
        ordering: ClassVar = ["day"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["announcement", "day"], name="kernel_holiday_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {'上班' if self.is_workday else '放假'}"
