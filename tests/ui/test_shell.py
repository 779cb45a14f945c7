"""The shell: navigation by permission, text size that is remembered, safe ways back."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch

import zhibu.kernel
from zhibu.kernel.actor import ANONYMOUS, Actor, Grant
from zhibu.kernel.ui import context, nav
from zhibu.kernel.ui.nav import NavItem

CLERK = Actor(account_id=7, name="周敏", grants=(Grant("people.view", "0000"),))
TEMPLATES = Path(zhibu.kernel.__file__).parent / "templates"
STATIC = Path(zhibu.kernel.__file__).parent / "static"


@pytest.fixture
def entries() -> Iterator[None]:
    """A navigation of three entries and one of the account menu, instead of the registered one."""
    kept = dict(nav._items)
    nav._items.clear()
    nav.register(NavItem("", "工作台", "workbench", "home", order=1, tab="工作台"))
    nav.register(
        NavItem("人员", "找人", "search", "users", ("people.view",), order=2, count=lambda actor: 3, tab="找人")
    )
    nav.register(NavItem(nav.SEARCH, "找人", "search", "users", ("people.view",), order=5, tab="查"))
    nav.register(NavItem("管理", "登录", "login", "key", ("accounts.manage",), order=3))
    nav.register(NavItem(nav.ACCOUNT, "我的资料", "ui:style", "user", order=4))
    yield
    nav._items.clear()
    nav._items.update(kept)


@pytest.mark.usefixtures("entries")
class TestNavigation:
    def test_shows_what_the_actor_may_open(self) -> None:
        labels = [(s.label, [i.label for i in s.items]) for s in nav.sections(CLERK, "/")]
        assert labels == [("", ["工作台"]), ("人员", ["找人"])]

    def test_is_empty_for_visitors(self) -> None:
        assert nav.sections(ANONYMOUS, "/") == ()
        assert nav.tabs(ANONYMOUS, "/") == ()

    def test_marks_the_nearest_entry(self) -> None:
        here = [i.label for s in nav.sections(CLERK, "/search/more/") for i in s.items if i.here]
        assert here == ["找人"]

    def test_counts_for_the_actor(self) -> None:
        assert nav.sections(CLERK, "/")[1].items[0].count == 3

    def test_keeps_the_account_menu_apart(self) -> None:
        assert [link.label for link in nav.account_links(CLERK, "/")] == ["我的资料"]

    def test_tab_bar_takes_the_short_labels(self) -> None:
        assert [link.label for link in nav.tabs(CLERK, "/")] == ["工作台", "找人", "查"]

    def test_search_box_is_for_those_who_may_look_for_people(self) -> None:
        assert nav.search_url(CLERK) == "/search/"
        assert nav.search_url(Actor(account_id=8, name="群众")) == ""
        assert nav.search_url(ANONYMOUS) == ""

    def test_refuses_two_entries_for_one_page(self) -> None:
        with pytest.raises(ValueError, match="twice"):
            nav.register(NavItem("", "别的", "workbench", "home"))

    def test_an_entry_without_a_page_is_a_fault(self) -> None:
        nav.register(NavItem("", "没有", "no-such-page", "home"))
        with pytest.raises(NoReverseMatch):
            nav.sections(CLERK, "/")


class TestLongMenu:
    """A short menu stands open; a long one folds into its sections."""

    @pytest.fixture(autouse=True)
    def many(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        monkeypatch.setattr(nav, "MOST_UNFOLDED", 6)
        kept = dict(nav._items)
        nav._items.clear()
        for section in ("", "人员", "系统"):
            for page in ("workbench", "login"):
                nav.register(NavItem(section, f"{section}{page}", page, "home", count=lambda actor: 2))
        yield
        nav._items.clear()
        nav._items.update(kept)

    def test_stands_open_up_to_its_limit(self) -> None:
        assert not any(section.folds for section in nav.sections(CLERK, "/login/"))

    def test_folds_above_it_but_for_single_entries(self) -> None:
        nav.register(NavItem("公开", "公示", "search", "home", order=200))
        assert [(s.label, s.folds, s.count) for s in nav.sections(CLERK, "/login/")] == [
            ("", False, 4), ("人员", True, 4), ("系统", True, 4), ("公开", False, 0),
        ]  # fmt: skip

    def test_the_section_of_the_page_is_open(self) -> None:
        nav.register(NavItem("系统", "手册", "ui:style", "home", order=200))
        html = Template("{% load ui %}{% main_menu nav %}").render(Context({"nav": nav.sections(CLERK, "/ui/")}))
        assert html.count('<details class="nav-group">') == 1
        assert html.count('<details class="nav-group" open>') == 1
        assert "在菜单里找" in html


def test_fragments_do_not_pay_for_navigation_counts() -> None:
    request = RequestFactory().get("/")
    request.actor = Actor(account_id=1, name="何平")  # type: ignore[attr-defined]
    asked: list[Actor] = []
    kept = dict(nav._items)
    nav._items.clear()
    nav.register(NavItem("", "工作台", "workbench", "home", count=lambda actor: asked.append(actor) or 0))
    try:
        shell = context.shell(request)
        Template("{{ text_size }}").render(Context(shell))
        assert asked == []
        assert len(shell["nav"]) == 1  # type: ignore[arg-type]
        assert asked
    finally:
        nav._items.clear()
        nav._items.update(kept)


class TestTextSize:
    def test_is_remembered_and_leads_back(self, client: Client) -> None:
        answer = client.post("/ui/text-size/", {"size": "huge", "next": "/ui/list/?page=2"})
        assert answer.status_code == 302
        assert answer["Location"] == "/ui/list/?page=2"
        assert 'data-text="huge"' in client.get("/ui/").content.decode()

    @pytest.mark.parametrize(
        "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil", ""]
    )
    def test_never_leads_to_another_host(self, client: Client, target: str) -> None:
        assert client.post("/ui/text-size/", {"size": "large", "next": target})["Location"] == "/"

    def test_refuses_an_unknown_size_in_plain_words(self, client: Client) -> None:
        answer = client.post("/ui/text-size/", {"size": "9000", "next": "/"})
        assert answer.status_code == 400
        assert "没有这种字号" in answer.content.decode()
        assert context.TEXT_COOKIE not in answer.cookies

    def test_a_forged_cookie_means_normal(self, client: Client) -> None:
        client.cookies[context.TEXT_COOKIE] = '"><script>'
        assert 'data-text="normal"' in client.get("/ui/").content.decode()

    def test_needs_the_form_token(self) -> None:
        answer = Client(enforce_csrf_checks=True).post("/ui/text-size/", {"size": "huge"})
        assert answer.status_code == 403
        assert "页面已经过期" in answer.content.decode()


class TestPolicy:
    """No template needs an exception from the content security policy, none reaches another host."""

    def test_no_inline_style_script_or_handler(self) -> None:
        inline = re.compile(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", re.I)
        assert [str(p) for p in TEMPLATES.rglob("ui/**/*.html") if inline.search(p.read_text())] == []

    def test_no_other_host(self) -> None:
        foreign = re.compile(r"(src|href)=[\"']?(https?:)?//|url\([\"']?(https?:)?//|@import", re.I)
        files = [*TEMPLATES.rglob("ui/**/*.html"), *STATIC.rglob("zhibu/**/*.css"), *STATIC.rglob("zhibu/**/*.js")]
        assert len(files) > 30
        assert [str(p) for p in files if foreign.search(p.read_text())] == []

    def test_files_stay_small(self) -> None:
        longest = {p.name: len(p.read_text().splitlines()) for p in TEMPLATES.rglob("ui/**/*.html")}
        assert max(longest.values()) <= 150
        sheets = {p.name: len(p.read_text().splitlines()) for p in STATIC.rglob("zhibu/**/*.*")}
        assert max(sheets.values()) <= 400
