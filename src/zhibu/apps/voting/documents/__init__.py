"""What is printed of votes: the roll, the ballots, the count sheet, the sheet of the result."""

from collections.abc import Sequence

from zhibu.apps.voting.models import Motion
from zhibu.apps.voting.permissions import VIEW
from zhibu.kernel.actor import Actor
from zhibu.kernel.documents import Document, register


def slips(actor: Actor, motions: Sequence[Motion]) -> int:
    """Return how many ballots will be printed."""
    return sum(motion.present or 0 for motion in motions)


B = "zhibu.apps.voting.documents.papers"

register(
    Document(
        code="voting.roll", label="应到名册", permission=VIEW, model="voting.Roll", offered=("record",), template="voting/roll.typ",
        builder=f"{B}.roll",
    ),
    Document(
        code="voting.ballots", label="选票（表决票）", permission=VIEW, model="voting.Motion", offered=("record",),
        template="voting/ballots.typ", builder=f"{B}.ballots", size=slips, inline=300, most=600,
    ),
    Document(
        code="voting.count", label="计票单", permission=VIEW, model="voting.Motion", offered=("record",),
        template="voting/count.typ", builder=f"{B}.count_sheet",
    ),
    Document(
        code="voting.result", label="表决结果单", permission=VIEW, model="voting.Motion", offered=("record",),
        template="voting/result.typ", builder=f"{B}.result_sheet",
    ),
)  # fmt: skip
