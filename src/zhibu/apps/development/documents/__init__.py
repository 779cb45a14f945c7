"""What is printed of a case: single papers to be signed, the roster, and the bound file."""

from zhibu.apps.development.documents.bound import pages_in
from zhibu.apps.development.permissions import PAPERS
from zhibu.kernel.documents import Document, register

register(
    Document(
        code="development.bound", label="发展党员材料册", permission=PAPERS, model="development.Case", offered=("record",),
        template="development/bound.typ", builder="zhibu.apps.development.documents.bound.build", size=pages_in, inline=60,
        most=600, large=False,
    ),
    Document(
        code="development.form", label="发展党员材料（待签）", permission=PAPERS, model="development.Case", offered=(),
        template="development/form.typ",
    ),
)  # fmt: skip
