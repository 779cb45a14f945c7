"""What is printed of dues: receipts, the list to sign, the 核定表, the hand-up slip, the yearly report."""

from zhibu.apps.dues.permissions import BASE, VIEW
from zhibu.kernel.documents import Document, register

B = "zhibu.apps.dues.documents"
RECEIPT = Document(
    code="dues.receipt", label="党费收据", permission=VIEW, model="dues.Payment", template="dues/receipt.typ", builder=f"{B}.receipt.build",
)  # fmt: skip
OWN_RECEIPT = Document(code="dues.own_receipt", label="我的党费收据", permission=VIEW, template="dues/receipt.typ")
LIST = Document(code="dues.list", label="党费收缴登记表", permission=VIEW, template="dues/list.typ")
SHEET = Document(code="dues.sheet", label="党费核定表", permission=BASE, template="dues/sheet.typ")

register(
    RECEIPT,
    OWN_RECEIPT,
    LIST,
    SHEET,
    Document(
        code="dues.base", label="党费基数核定单", permission=BASE, model="dues.Base", template="dues/base.typ",
        builder=f"{B}.base.build",
    ),
    Document(
        code="dues.handup", label="党费上缴单", permission=VIEW, model="dues.HandUp", template="dues/handup.typ", offered=("record",),
        builder=f"{B}.funds.hand_up",
    ),
    Document(
        code="dues.report", label="党费收缴使用情况", permission=VIEW, model="dues.Disclosure", template="dues/report.typ",
        offered=("record",), builder=f"{B}.funds.report",
    ),
)  # fmt: skip
