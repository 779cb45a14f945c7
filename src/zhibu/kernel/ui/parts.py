"""Shapes of what the component tags draw. Texts are plain strings in Chinese and are escaped by the templates."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

KINDS = ("ok", "due", "late", "info", "plain")
COUNT_CAP = 200


@dataclass(frozen=True)
class Link:
    """A place to go; `here` marks the page one is on, `count` is drawn as a badge."""

    label: str
    url: str
    here: bool = False
    count: int = 0
    icon: str = ""


@dataclass(frozen=True)
class Chip:
    """A filter that is on or may be switched on; following `url` toggles it."""

    label: str
    url: str
    on: bool = False


@dataclass(frozen=True)
class Fact:
    """A labelled value. With `reveal_url` the value is a masked one and a button asks for the full one by POST."""

    label: str
    value: object = None
    reveal_url: str = ""
    url: str = ""
    hint: str = ""
    wide: bool = False

    @property
    def is_outside(self) -> bool:
        """Tell whether the address is on another host: opened by choice, in a window of its own."""
        return self.url.startswith(("http://", "https://"))

    @property
    def absent(self) -> bool:
        """Tell whether there is nothing to show; zero and False are values."""
        return self.value is None or self.value == ""


@dataclass(frozen=True)
class Happening:
    """One entry of a timeline; `state` is done, now or wait."""

    title: str
    when: date | datetime | str | None = None
    text: str = ""
    state: str = "done"
    url: str = ""


@dataclass(frozen=True)
class Change:
    """One field that changed, from what to what; empty strings mean there was or is nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One act in a history: who did what when and which fields changed, with the reason given."""

    title: str
    who: str
    when: datetime | date | str
    changes: Sequence[Change] = ()
    reason: str = ""


@dataclass(frozen=True)
class TreeNode:
    """A node of a tree or an organisation chart. `more_url` loads children that are not in the page."""

    label: str
    url: str = ""
    count: int | None = None
    tag: str = ""
    children: Sequence["TreeNode"] = ()
    is_open: bool = False
    more_url: str = ""


@dataclass(frozen=True)
class Bar:
    """One bar of a chart; `text` replaces the value where it needs a unit; `url` is the list behind the figure."""

    label: str
    value: int | Decimal
    text: str = ""
    kind: str = ""
    url: str = ""

    @property
    def shown(self) -> str:
        """Return what stands beside the bar."""
        return self.text or f"{self.value:,}"


@dataclass(frozen=True)
class Page:
    """What a keyset pager says: how many rows are shown, of how many (capped), and where to go on."""

    shown: int
    total: int | None = None
    previous_url: str = ""
    next_url: str = ""

    @property
    def text(self) -> str:
        """Return e.g. `本页 25 条，共 200+ 条`."""
        head = f"本页 {self.shown:,} 条"
        return head if self.total is None else f"{head}，共 {count_text(self.total)} 条"


@dataclass(frozen=True)
class Progress:
    """Work that runs by itself; `url` answers with the same part again. `state` is queued, running, done, failed."""

    label: str
    done: int
    total: int | None
    url: str
    state: str = "running"
    message: str = ""
    next: Sequence[Link] = field(default_factory=tuple)

    @property
    def running(self) -> bool:
        """Tell whether the page has to ask again."""
        return self.state in {"queued", "running"}

    @property
    def kind(self) -> str:
        """Return the colour of the bar."""
        return {"done": "ok", "failed": "late"}.get(self.state, "")


def count_text(count: int, cap: int = COUNT_CAP) -> str:
    """Return a count that was taken up to `cap` only, e.g. 201 -> `200+`."""
    return f"{cap}+" if count > cap else f"{count:,}"
