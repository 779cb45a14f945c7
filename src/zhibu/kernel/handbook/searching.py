"""Looking for words in the handbook: every section that holds all of them, titles first."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from zhibu.kernel.handbook.chapters import Chapter, Section
from zhibu.kernel.handbook.rendering import plain

LONGEST = 60
AROUND = 40
MOST = 30


@dataclass(frozen=True)
class Hit:
    """A section that fits; `before`, `word`, `after` are cut out of it around the first word that was found."""

    chapter: Chapter
    section: Section
    before: str
    word: str
    after: str


def find(query: str, chapters: Iterable[Chapter]) -> list[Hit]:
    """Return the sections that hold every word of the query, 30 at most; titles first, then in order of the contents."""
    words = query[:LONGEST].lower().split()
    if not words:
        return []
    found: list[tuple[int, Hit]] = []
    for chapter in chapters:
        for section, text in _texts(chapter):
            title = f"{chapter.title} {section.title}".lower()
            if all(word in title or word in text.lower() for word in words):
                missing = sum(word not in title for word in words)
                found.append((missing, _hit(chapter, section, text, words)))
    found.sort(key=lambda row: row[0])
    return [hit for _, hit in found[:MOST]]


@cache
def _texts(chapter: Chapter) -> list[tuple[Section, str]]:
    return [(section, plain(section.text)) for section in chapter.sections]


def _hit(chapter: Chapter, section: Section, text: str, words: list[str]) -> Hit:
    places = [(at, word) for word in words if (at := text.lower().find(word)) >= 0]
    if not places:
        return Hit(chapter, section, text[: 2 * AROUND], "", "")
    at, word = min(places)
    start, end = max(at - AROUND, 0), at + len(word)
    before = ("…" if start else "") + text[start:at]
    return Hit(
        chapter, section, before, text[at:end], text[end : end + AROUND] + ("…" if end + AROUND < len(text) else "")
    )
