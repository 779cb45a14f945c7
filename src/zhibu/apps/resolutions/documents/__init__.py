"""What is printed: resolutions as papers, and the register of them."""

from collections.abc import Sequence

from django.utils.timezone import localdate

from zhibu.apps.resolutions.models import Resolution
from zhibu.apps.resolutions.permissions import VIEW
from zhibu.kernel.actor import Actor
from zhibu.kernel.documents import Content, Document, register
from zhibu.kernel.periods import day_words


def papers(actor: Actor, resolutions: Sequence[Resolution]) -> Content:
    """Return resolutions as official papers, each on a page of its own."""
    found = [
        {
            "head": one.organization.name, "number": one.number_text, "title": one.title, "to": "",
            "body": [*(line.strip() for line in one.text.splitlines() if line.strip()), *([f"（{one.basis}）"] if one.basis else [])],
            "enclosures": [], "sender": one.organization.name,
            "day": day_words(one.decided_on),
        }
        for one in resolutions
    ]  # fmt: skip
    title = f"决议-{resolutions[0].title}" if len(found) == 1 else f"支部决议（{len(found)} 份）"
    return Content(title=title, data={"papers": found}, organization=str(resolutions[0].organization))


def book(actor: Actor, resolutions: Sequence[Resolution]) -> Content:
    """Return the register: a line a resolution."""
    today = localdate()
    rows = [
        [
            one.number_text, one.title, one.decided_on.isoformat(), one.responsible_name, one.due_on.isoformat() if one.due_on else "",
            one.standing(today)[0],
        ]
        for one in resolutions
    ]  # fmt: skip
    return Content(title="决议登记簿", data={"rows": rows}, organization=str(resolutions[0].organization))


register(
    Document(
        code="resolutions.paper", label="决议", permission=VIEW, model="resolutions.Resolution", large=False,
        template="resolutions/paper.typ", builder="zhibu.apps.resolutions.documents.papers",
    ),
    Document(
        code="resolutions.book", label="决议登记簿", permission=VIEW, model="resolutions.Resolution", of="all", offered=("list",),
        template="resolutions/book.typ", builder="zhibu.apps.resolutions.documents.book", inline=500,
    ),
)  # fmt: skip
