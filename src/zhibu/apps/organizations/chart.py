"""The organisation chart: what the page carries, and what is fetched when somebody opens it."""

from collections.abc import Iterable, Iterator

from zhibu.apps.organizations import headcounts, queries
from zhibu.apps.organizations.models import Organization
from zhibu.apps.organizations.queries import Node
from zhibu.kernel.actor import Actor
from zhibu.kernel.tree import ancestors

#: a tree of up to this many organisations comes whole; of a larger one only the upper levels, the rest on demand
WHOLE = 300
LEVELS = 2
#: levels that stand open when the page comes
OPEN_LEVELS = 2


def walk(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield every node, each before its children."""
    for node in nodes:
        yield node
        yield from walk(node.children)


def chart(
    actor: Actor, *, below: Organization | None = None, text: str = "", dissolved: bool = False, whole: bool = False
) -> tuple[list[Node], int]:
    """Return (trees, number of hits) of what the actor may see.

    below: only that organisation's subtree; text: only what fits it and the way to it, opened; whole: every level
    (for print). Two queries, whatever the size.
    """
    rows = queries.reach(actor, dissolved=dissolved, below=below.path if below else None)
    hits = {row.path for row in rows if _fits(row, text)} if text else set()
    large = len(rows) > WHOLE and not text and not whole
    if text:
        needed = hits | {above for path in hits for above in ancestors(path)}
        rows = [row for row in rows if row.path in needed]
    nodes = queries.forest(rows)
    heads = headcounts.heads([below.path] if below else queries.tops(actor))
    for node in walk(nodes):
        node.heads = heads.get(node.organization.path)
        node.hit = node.organization.path in hits
        node.is_open = bool(text) or whole
    _open(nodes, OPEN_LEVELS)
    if large:
        _trim(nodes, LEVELS)
    return nodes, len(hits)


def branch(actor: Actor, organization: Organization, *, dissolved: bool = False) -> list[Node]:
    """Return the children of an organisation, each with what stands below it left to be fetched."""
    nodes, _ = chart(actor, below=organization, dissolved=dissolved, whole=True)
    children = nodes[0].children if nodes else []
    for node in walk(children):
        node.is_open = False
    _trim(children, 1)
    return children


def _fits(row: Organization, text: str) -> bool:
    wanted = text.casefold()
    return any(wanted in value.casefold() for value in (row.name, row.short_name, row.code))


def _open(nodes: list[Node], levels: int) -> None:
    for node in nodes if levels else ():
        node.is_open = True
        _open(node.children, levels - 1)


def _trim(nodes: list[Node], levels: int) -> None:
    for node in nodes:
        if levels > 1:
            _trim(node.children, levels - 1)
        elif node.children:
            node.hidden, node.children, node.is_open = len(node.children), [], False
