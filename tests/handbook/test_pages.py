"""The handbook in the browser: who may read what, finding words, printing, and the way to it from everywhere."""

from urllib.parse import quote

import pytest
from django.test import Client

from tests import factories
from zhibu.kernel.handbook import searching
from zhibu.kernel.handbook.chapters import PICTURES, Chapter, all_chapters
from zhibu.kernel.handbook.rendering import plain, render

pytestmark = pytest.mark.django_db

PUBLIC = {chapter.slug for chapter in all_chapters() if chapter.public}


@pytest.fixture
def member(client: Client) -> Client:
    """Somebody signed in without any role."""
    client.force_login(factories.account("dangyuan"))
    return client


def test_signed_out_one_reads_the_public_chapters_only(client: Client) -> None:
    assert "login" in PUBLIC
    shown = client.get("/handbook/").content.decode()
    for chapter in all_chapters():
        address = f"/handbook/{chapter.slug}/"
        assert (f'href="{address}"' in shown) == chapter.public
        answer = client.get(address)
        if chapter.public:
            assert answer.status_code == 200
        else:
            assert (answer.status_code, answer["Location"]) == (302, f"/login/?next={address}")


def test_an_unknown_chapter_is_not_found(client: Client) -> None:
    assert client.get("/handbook/no-such-chapter/").status_code == 404


@pytest.mark.parametrize("chapter", all_chapters(), ids=lambda chapter: chapter.slug)
def test_a_chapter_has_contents_that_lead_to_its_sections(member: Client, chapter: Chapter) -> None:
    page = member.get(f"/handbook/{chapter.slug}/").content.decode()
    for section in chapter.sections[1:]:
        assert f'id="{section.anchor}"' in page
        if section.level == 2:
            assert f'href="#{quote(section.anchor)}"' in page
    assert "「" not in plain(chapter.summary)
    assert page.count("<h1>") == 1


def test_pictures_say_what_they_show_and_how_large_they_are(member: Client) -> None:
    page = member.get("/handbook/member/").content.decode()
    assert 'src="/static/handbook/member-home.png" width="390" height="844" alt="图：手机上的工作台' in page
    assert member.get("/handbook/member/?print=1").content.decode().count("loading=") == 0
    assert PICTURES.is_dir()


def test_what_stands_in_a_chapter_is_shown_never_done() -> None:
    chapter = Chapter("x", "x", 1, "x", "<script>alert(1)</script>\n\n「<b>」 [a](javascript:alert(1))")
    html = render(chapter)
    assert "<script" not in html
    assert "javascript:" not in html.replace("(javascript:", "")


def test_words_are_found_with_their_section(member: Client) -> None:
    page = member.get("/handbook/", {"q": "忘记密码"}).content.decode()
    assert f'href="/handbook/login/#{quote("忘记密码")}"' in page
    nothing = member.get("/handbook/", {"q": "量子纠缠"}).content.decode()
    assert "没有找到“量子纠缠”" in nothing


def test_signed_out_one_finds_in_public_chapters_only(client: Client) -> None:
    assert "accounts" in {hit.chapter.slug for hit in searching.find("权限审查", all_chapters())}
    page = client.get("/handbook/", {"q": "权限审查"}).content.decode()
    assert "/handbook/accounts/" not in page


def test_titles_come_before_text() -> None:
    first, *_ = searching.find("查重", all_chapters())
    assert "查重" in first.section.title


@pytest.mark.parametrize("query", ["", "   ", "%", "」", "a" * 5000, "\x00", "密码 " * 40])
def test_no_query_breaks_it(member: Client, query: str) -> None:
    assert member.get("/handbook/", {"q": query}).status_code == 200


def test_the_whole_handbook_prints_on_one_page(member: Client) -> None:
    page = member.get("/handbook/?print=1").content.decode()
    for chapter in all_chapters():
        assert f"<h1>{chapter.title}</h1>" in page
    ids = [part.split('"')[0] for part in page.split(' id="')[1:]]
    assert len(ids) == len(set(ids)), "anchors of several chapters do not meet"


@pytest.mark.parametrize("address", ["/", "/login/", "/me/", "/no-such-page/", "/rules/", "/inbox/", "/handbook/"])
def test_help_is_one_step_away(member: Client, address: str) -> None:
    assert 'class="help" href="/handbook/' in member.get(address, follow=True).content.decode()


def test_the_log_in_page_leads_to_its_own_chapter(client: Client) -> None:
    assert 'class="help" href="/handbook/login/"' in client.get("/login/").content.decode()
