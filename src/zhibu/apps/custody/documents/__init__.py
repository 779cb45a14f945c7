"""What is printed of care: the care card of a person, the sign-off sheet of a round."""

from zhibu.apps.custody.documents.sheet import people_on
from zhibu.apps.custody.permissions import VIEW
from zhibu.kernel.documents import Document, register

register(
    Document(
        code="custody.card", label="托管卡", permission=VIEW, model="custody.CareRecord", template="custody/card.typ",
        builder="zhibu.apps.custody.documents.card.build",
    ),
    Document(
        code="custody.sheet", label="签领表", permission=VIEW, model="custody.ServiceBatch", offered=("record",),
        template="custody/sheet.typ", builder="zhibu.apps.custody.documents.sheet.build", size=people_on, inline=100,
    ),
)  # fmt: skip
