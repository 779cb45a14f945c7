"""What is printed of notices: the call list."""

from zhibu.apps.notices.permissions import SEND
from zhibu.kernel.documents import Document, register

register(
    Document(
        code="notices.calls",
        label="电话通知单",
        permission=SEND,
        model="kernel.Notice",
        template="notices/calls.typ",
        builder="zhibu.apps.notices.documents.calls.build",
        offered=("record",),
    )
)
