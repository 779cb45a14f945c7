"""What is printed of transfers: the letter with stub and receipt, our receipt for others, the register."""

from zhibu.apps.transfers.permissions import ISSUE, RECEIVE, VIEW
from zhibu.kernel.documents import Document, register

register(
    Document(
        code="transfers.letter", label="组织关系介绍信", permission=ISSUE, model="transfers.Letter", template="transfers/letter.typ",
        builder="zhibu.apps.transfers.documents.letter.build", large=False,
    ),
    Document(
        code="transfers.receipt", label="介绍信回执", permission=RECEIVE, model="transfers.Arrival", template="transfers/receipt.typ",
        builder="zhibu.apps.transfers.documents.receipt.build", large=False,
    ),
    Document(
        code="transfers.register", label="介绍信登记簿", permission=VIEW, model="transfers.Letter", template="transfers/register.typ",
        builder="zhibu.apps.transfers.documents.register.build", of="all", offered=("list",), inline=400,
    ),
)  # fmt: skip
