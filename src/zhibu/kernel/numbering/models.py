"""The counters of gapless numbers."""

from django.db import models

from zhibu.kernel.scope import OpenModel


class NumberSeries(OpenModel):
    """The last number given in a series, year and organisation (0: the series belongs to the whole platform).

    The organisation is kept as a bare number: the row says nothing about it, and with NULL in a foreign key neither
    database would hold the triple unique.
    """

    series = models.CharField("序列", max_length=64)
    year = models.PositiveSmallIntegerField("年度")
    organization_id = models.PositiveBigIntegerField("组织", default=0)
    last = models.PositiveBigIntegerField("最后编号", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "编号序列"
        constraints = [
            models.UniqueConstraint(fields=["series", "year", "organization_id"], name="kernel_numberseries_one")
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.year}: {self.last}"
