"""What is printed of elections: ballots, the count sheet, the whole file."""

from zhibu.apps.elections.permissions import MANAGE, VIEW
from zhibu.kernel.documents import Document, register

D = "zhibu.apps.elections.documents"

register(
    Document(
        code="elections.ballot", label="选票", permission=MANAGE, model="elections.Ballot", offered=("record",), large=False,
        template="elections/ballot.typ", builder=f"{D}.ballot.slips", inline=1_000,
    ),
    Document(
        code="elections.sheet", label="计票单", permission=MANAGE, model="elections.Ballot", offered=("record",), large=False,
        template="elections/sheet.typ", builder=f"{D}.ballot.sheet",
    ),
    Document(
        code="elections.file", label="选举全套材料", permission=VIEW, model="elections.Election", offered=("record",), large=False,
        template="elections/file.typ", builder=f"{D}.file.build",
    ),
)  # fmt: skip
