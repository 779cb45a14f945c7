"""What is printed at the desk: the slip somebody takes home."""

from zhibu.apps.cards.permissions import ASSIST
from zhibu.kernel.documents import Document, register

register(
    Document(
        code="cards.assist.slip",
        label="大字单",
        permission=ASSIST,
        model="cards.Assistance",
        template="cards/slip.typ",
        builder="zhibu.apps.cards.documents.slip.build",
        offered=("record",),
    ),
)
