"""The chapters as they lie in the package: read once, checked while being read."""

import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import zhibu
from zhibu.kernel import tables

FOLDER = Path(zhibu.__file__).resolve().parent / "handbook"
PICTURES = FOLDER / "pictures"
HEAD = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
HEADING = re.compile(r"^(#{2,3}) +(.+?) *$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
#: what a heading loses on its way to an anchor, as code hosts do it
LOST = re.compile(r"[^\w\- ]")


class BadChapter(Exception):
    """A chapter that cannot be read; the text names it."""


@dataclass(frozen=True)
class Section:
    """A heading (level 2 or 3) with the Markdown beneath it; level 1 with no title is what stands before the first."""

    title: str
    anchor: str
    level: int
    text: str


@dataclass(frozen=True)
class Cover:
    """A page this chapter helps with: `pattern` may hold `*`, `anchor` is the section."""

    pattern: str
    anchor: str = ""


@dataclass(frozen=True)
class Chapter:
    """One chapter. `roles` is empty where it is for everyone."""

    slug: str
    title: str
    order: int
    part: str
    text: str
    summary: str = ""
    roles: tuple[str, ...] = ()
    public: bool = False
    covers: tuple[Cover, ...] = field(default=(), repr=False)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The text cut at its headings."""
        plain = FENCE.sub(lambda block: " " * len(block.group()), self.text)  # a `## ` in a command is no heading
        hits = list(HEADING.finditer(plain))
        first = self.text[: hits[0].start()] if hits else self.text
        found = [Section("", "", 1, first)]
        for hit, following in zip(hits, [*hits[1:], None], strict=True):
            end = following.start() if following else len(self.text)
            found.append(Section(hit[2], anchor_of(hit[2]), len(hit[1]), self.text[hit.end() : end]))
        return tuple(found)


def anchor_of(title: str) -> str:
    """Return the anchor of a heading, the same that code hosts give it: 办理与历史 -> 办理与历史."""
    return LOST.sub("", title.lower()).strip().replace(" ", "-")


@cache
def all_chapters() -> tuple[Chapter, ...]:
    """Return every chapter in the order of the contents. Raises BadChapter."""
    found = [read(path) for path in FOLDER.glob("*.md") if path.name != "README.md"]
    return tuple(sorted(found, key=lambda chapter: (chapter.order, chapter.slug)))


def chapter(slug: str) -> Chapter:
    """Return one chapter. Raises KeyError."""
    for found in all_chapters():
        if found.slug == slug:
            return found
    raise KeyError(slug)


def read(path: Path) -> Chapter:
    """Return the chapter of a file. Raises BadChapter when its head is missing or says something unknown."""
    text = path.read_text(encoding="utf-8")
    head = HEAD.match(text)
    if head is None:
        raise BadChapter(f"{path.name}: no head")
    given: dict[str, Any] = tables.parse(head[1])
    try:
        covers = tuple(_cover(entry) for entry in given.pop("covers", []))
        return Chapter(path.stem, text=text[head.end() :], covers=covers, roles=tuple(given.pop("roles", ())), **given)
    except TypeError as problem:
        raise BadChapter(f"{path.name}: {problem}") from problem


def _cover(entry: Any) -> Cover:
    if isinstance(entry, dict):
        [(pattern, title)] = entry.items()
        return Cover(pattern, anchor_of(title))
    return Cover(str(entry))
