"""Markdown to HTML in the house look. The chapters are ours; raw HTML in them is shown as text all the same."""

import re
import struct
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.contrib.staticfiles.storage import staticfiles_storage
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from zhibu.kernel.handbook.chapters import PICTURES, Chapter, anchor_of

WORD = re.compile(r"「([^」]+)」")
PHONE_WIDTH = 500


def render(chapter: Chapter, *, lazy: bool = True, prefix: str = "") -> SafeString:
    """Return a chapter as HTML. `prefix` is put before every anchor, where several chapters share a page."""
    return _html(chapter.text, {"lazy": lazy, "prefix": prefix})


def plain(text: str) -> str:
    """Return the words of a piece of Markdown, without its signs, in one line."""
    found: list[str] = []
    for token in _reader().parse(text):
        found += [child.content for child in token.children or [] if child.type in {"text", "code_inline"}]
        if token.type == "fence":
            found.append(token.content)
    return " ".join("".join(found).split())


def size_of(name: str) -> tuple[int, int]:
    """Return width and height of a picture in pixels, (0, 0) when there is none of that name."""
    try:
        with (PICTURES / name).open("rb") as file:
            head = file.read(24)
    except OSError:
        return 0, 0
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def _html(text: str, env: dict[str, Any]) -> SafeString:
    # Nothing of a user gets in here: the text lies in the package, and the reader lets no HTML through.
    return mark_safe(str(_reader().render(text, env)))


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.add_render_rule("heading_open", _heading)
    reader.add_render_rule("image", _picture)
    reader.add_render_rule("link_open", _link)
    reader.add_render_rule("text", _text)
    reader.add_render_rule("table_open", _table)
    reader.add_render_rule("table_close", lambda *_: "</table></div>\n")
    reader.add_render_rule("td_open", _cell)
    reader.add_render_rule("td_close", _cell_end)
    reader.add_render_rule("th_open", lambda *_: '<th scope="col">')
    return reader


def _heading(reader: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    anchor = anchor_of(tokens[at + 1].content)
    return format_html('<{} id="{}{}">', tokens[at].tag, env.get("prefix", ""), anchor)


def _text(reader: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    return WORD.sub(r'<b class="word">「\1」</b>', escape(tokens[at].content))


def _link(reader: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    target, _, anchor = str(tokens[at].attrGet("href") or "").partition("#")
    if target.endswith(".md"):
        target = reverse("handbook-chapter", args=[target.removesuffix(".md")])
    return format_html('<a href="{}">', f"{target}#{anchor}" if anchor else target)


def _picture(reader: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    """Draw a picture with its size, so that nothing jumps; a click opens it whole, as one may enlarge it there."""
    name = str(tokens[at].attrGet("src") or "").removeprefix("pictures/")
    width, height = size_of(name)
    words = tokens[at].content
    if not width:  # a picture not yet made is no reason to refuse the chapter
        return ""
    return format_html(
        '<a class="picture{}" href="{}"><img src="{}" width="{}" height="{}" alt="{}"{}></a>',
        " phone" if width < PHONE_WIDTH else "",
        *[staticfiles_storage.url(f"handbook/{quote(name)}")] * 2,
        width,
        height,
        f"图：{words}",
        mark_safe(' loading="lazy"') if env.get("lazy") else "",
    )


def _table(reader: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    """Note the column titles: on a phone every cell names itself by them."""
    titles, end = [], at
    while tokens[end].type != "thead_close":
        if tokens[end].type == "th_open":
            titles.append(tokens[end + 1].content)
        end += 1
    env["titles"], env["column"] = titles, 0
    return '<div class="table-wrap cards"><table>\n'


def _cell(reader: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    column = env["column"]
    env["column"] = (column + 1) % len(env["titles"])
    return '<th scope="row">' if column == 0 else format_html('<td data-label="{}">', env["titles"][column])


def _cell_end(reader: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    return "</th>" if env["column"] == 1 % len(env["titles"]) else "</td>"
