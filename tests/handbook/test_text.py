"""What the handbook says is there: words of buttons, links, sections, pictures."""

import re
from urllib.parse import unquote

import pytest

from tests.handbook.interface import says
from zhibu.apps.accounts.permissions import builtin_roles
from zhibu.kernel.handbook.chapters import FOLDER, PICTURES, Chapter, all_chapters, anchor_of
from zhibu.kernel.handbook.rendering import WORD, size_of

LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
MOST_BYTES = 4_000_000

each = pytest.mark.parametrize("chapter", all_chapters(), ids=lambda chapter: chapter.slug)


@each
def test_every_quoted_word_stands_in_the_interface(chapter: Chapter) -> None:
    assert sorted({word for word in WORD.findall(chapter.text) if not says(word)}) == []


def test_a_word_that_no_page_shows_is_found() -> None:
    assert says("登录")
    assert not says("一键登陆")
    assert not says("录")  # a part of a word is not the word


@each
def test_every_link_leads_somewhere(chapter: Chapter) -> None:
    sections = {other.slug: {section.anchor for section in other.sections} for other in all_chapters()}
    lost = []
    for picture, words, target in LINK.findall(chapter.text):
        name, _, anchor = unquote(target).partition("#")
        if picture:
            good = name.startswith("pictures/") and (FOLDER / name).is_file() and len(words) > 4
        else:
            slug = name.removesuffix(".md") if name else chapter.slug
            good = slug in sections and (not anchor or anchor in sections[slug])
        if not good:
            lost.append(target)
    assert lost == []


@each
def test_every_section_named_for_a_page_exists(chapter: Chapter) -> None:
    anchors = [section.anchor for section in chapter.sections]
    assert [cover.anchor for cover in chapter.covers if cover.anchor not in anchors] == []
    assert len(anchors) == len(set(anchors)), "two sections of one name"
    assert set(chapter.roles) <= set(builtin_roles())


def test_every_role_has_a_chapter() -> None:
    assert {role for chapter in all_chapters() for role in chapter.roles} == set(builtin_roles())


def test_every_picture_is_used_and_all_are_light() -> None:
    used = {
        target.removeprefix("pictures/")
        for chapter in all_chapters()
        for picture, _, target in LINK.findall(chapter.text)
        if picture
    }
    files = {path.name: path.stat().st_size for path in PICTURES.glob("*.png")}
    assert set(files) == used
    assert sum(files.values()) < MOST_BYTES
    assert all(size_of(name)[0] for name in files)


@pytest.mark.parametrize(
    ("title", "anchor"), [("办理与历史", "办理与历史"), ("归属、组织关系", "归属组织关系"), ("A4 纸", "a4-纸")]
)
def test_anchors_are_those_of_code_hosts(title: str, anchor: str) -> None:
    assert anchor_of(title) == anchor


def test_the_contents_for_readers_of_the_files_name_every_chapter() -> None:
    listed = (FOLDER / "README.md").read_text(encoding="utf-8")
    for chapter in all_chapters():
        assert f"- [{chapter.title}]({chapter.slug}.md)：{chapter.summary}\n" in listed
