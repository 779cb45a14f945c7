"""What is printed of members: the list of those with 50 years of membership, the roster of a branch."""

from zhibu.apps.membership.permissions import VIEW
from zhibu.kernel.documents import Document, register

HONOURS = Document(
    code="membership.honours", label="光荣在党50年名单", permission=VIEW, template="membership/honours.typ", offered=()
)
ROSTER = Document(
    code="membership.roster", label="党员花名册", permission=VIEW, model="membership.Member", template="membership/roster.typ", of="all",
    offered=("list",), builder="zhibu.apps.membership.documents.roster.build", inline=500,
)  # fmt: skip
register(HONOURS, ROSTER)
