"""What is printed of accounts: first passwords as slips to be folded, sealed and handed over."""

from zhibu.apps.accounts.permissions import MANAGE
from zhibu.kernel.documents import Document, register

#: no model: nobody but the view behind the requester's own sheet prints it, and the opening of the sheet is the audit line
SLIPS = Document(
    code="accounts.slips",
    label="首次密码条",
    permission=MANAGE,
    template="accounts/slips.typ",
    offered=(),
    large=False,
)
register(SLIPS)
