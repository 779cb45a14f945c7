"""What is printed: the request with its answer, from either side."""

from collections.abc import Sequence

from zhibu.apps.petitions import papers
from zhibu.apps.petitions.models import Petition, Reply
from zhibu.apps.petitions.permissions import VIEW
from zhibu.kernel.actor import Actor
from zhibu.kernel.documents import Content, Document, register


def sent(actor: Actor, petitions: Sequence[Petition]) -> Content:
    """Return requests with their answers, each on a page of its own."""
    return _content([paper for one in petitions for paper in papers.whole(one)], petitions[0], len(petitions))


def arrived(actor: Actor, replies: Sequence[Reply]) -> Content:
    """Return requests as they came, with the answers given."""
    found = []
    for reply in replies:
        found.append(papers.request_paper(reply.petition, reply))
        if reply.outcome in papers.SAID:
            found.append(papers.answer_paper(reply.petition, reply))
    return _content(found, replies[0], len(replies))


def _content(found: list[dict[str, object]], first: Petition | Reply, count: int) -> Content:
    title = f"请示和批复-{first.title}" if count == 1 else f"请示和批复（{count} 份）"
    return Content(title=title, data={"papers": found}, organization=str(first.organization))


register(
    Document(
        code="petitions.request", label="请示和批复", permission=VIEW, model="petitions.Petition", large=False,
        template="petitions/paper.typ", builder="zhibu.apps.petitions.documents.sent",
    ),
    Document(
        code="petitions.answer", label="来文和批复", permission=VIEW, model="petitions.Reply", large=False,
        template="petitions/paper.typ", builder="zhibu.apps.petitions.documents.arrived",
    ),
)  # fmt: skip
