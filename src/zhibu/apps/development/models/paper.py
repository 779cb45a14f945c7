"""The papers of a case, and what is written of a person half-yearly or quarterly."""

from django.db import models
from django.db.models import Q

from zhibu.apps.development.models.case import Case, OfCase
from zhibu.apps.development.params import paper_label


class Paper(OfCase):
    """A signed paper of a step, uploaded. What was put in by mistake is withdrawn and stays in the history."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="papers", verbose_name="发展过程")
    step = models.CharField("步骤", max_length=20)
    code = models.CharField("材料", max_length=30)
    title = models.CharField("名称", max_length=100, blank=True)
    on = models.DateField("材料日期", null=True, blank=True)
    attachment = models.ForeignKey(
        "kernel.Attachment", models.PROTECT, null=True, related_name="+", verbose_name="文件"
    )
    by_name = models.CharField("登记人", max_length=100, blank=True)
    withdrawn_at = models.DateTimeField("撤下时间", null=True, blank=True, editable=False)
    withdrawn_why = models.CharField("撤下原因", max_length=200, blank=True)
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "发展材料"
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["case", "code"], condition=Q(withdrawn_at__isnull=True), name="development_paper_there"
            )
        ]

    def __str__(self) -> str:
        return self.title or paper_label(self.code)


class Review(OfCase):
    """A half-yearly review (考察) of an activist or a probationary member, or a 思想汇报 where the local pack asks for it."""

    KINDS = {"half_year": "半年考察", "report": "思想汇报"}

    case = models.ForeignKey(Case, models.PROTECT, related_name="reviews", verbose_name="发展过程")
    kind = models.CharField("种类", max_length=10, choices=list(KINDS.items()))
    on = models.DateField("日期")
    words = models.CharField("考察意见", max_length=1000, blank=True)
    paper = models.ForeignKey(Paper, models.PROTECT, null=True, blank=True, related_name="+")
    by_name = models.CharField("登记人", max_length=100, blank=True)
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "考察和汇报"
        ordering = ["on", "id"]
        constraints = [models.UniqueConstraint(fields=["case", "kind", "on"], name="development_review_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}（{self.on.isoformat()}）"
