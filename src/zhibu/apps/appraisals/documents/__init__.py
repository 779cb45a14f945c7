"""What is printed of appraisals: the slips, the summary of a branch, the form of each member."""

from zhibu.apps.appraisals.permissions import VIEW
from zhibu.kernel.documents import Document, register

B = "zhibu.apps.appraisals.documents.papers"

register(
    Document(
        code="appraisals.slips", label="民主测评票", permission=VIEW, model="appraisals.Appraisal", offered=("record",),
        template="appraisals/slips.typ", builder=f"{B}.slips",
    ),
    Document(
        code="appraisals.summary", label="民主评议汇总表", permission=VIEW, model="appraisals.Appraisal",
        template="appraisals/summary.typ", builder=f"{B}.summary",
    ),
    Document(
        code="appraisals.forms", label="民主评议登记表", permission=VIEW, model="appraisals.Appraisal", offered=("record",),
        template="appraisals/forms.typ", builder=f"{B}.forms",
    ),
)  # fmt: skip
