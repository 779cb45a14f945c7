"""The component tags: what they say, and that nothing of a user becomes markup."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.contrib.staticfiles import finders
from django.template import Context, Template
from heroicons import IconDoesNotExist

import zhibu
from zhibu.kernel.ui.icons import icon, on_sheet
from zhibu.kernel.ui.parts import Bar, Change, Chip, Entry, Fact, Happening, Page, Progress, TreeNode, count_text

EVIL = '<img src=x onerror="alert(1)">'


def draw(source: str, **values: object) -> str:
    return Template(source).render(Context(values))


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("{% tag x 'late' %}", EVIL),
        ("{% button x url=x kind='go' %}", EVIL),
        ("{% button x name='do' value=x %}", EVIL),
        ("{% avatar x %}{% kpi x x x of=x %}{% empty x x x x %}", EVIL),
        ("{% notice 'due' x %}{{ x }}{% endnotice %}{% card x x x %}{{ x }}{% endcard %}", EVIL),
        ("{% facts x %}", [Fact(EVIL, EVIL, hint=EVIL), Fact(EVIL, EVIL, reveal_url=EVIL), Fact(EVIL, EVIL, url=EVIL)]),
        ("{% timeline x %}", [Happening(EVIL, EVIL, EVIL, EVIL, EVIL)]),
        ("{% history x %}", [Entry(EVIL, EVIL, EVIL, [Change(EVIL, EVIL, EVIL)], EVIL)]),
        ("{% tree x %}{% org_chart x %}", [TreeNode(EVIL, EVIL, 1, EVIL, [TreeNode(EVIL)], more_url=EVIL)]),
        ("{% bar_chart x 't' %}", [Bar(EVIL, 3, EVIL, EVIL)]),
        ("{% progress x %}", Progress(EVIL, 1, 2, EVIL, message=EVIL)),
        ("{% chips x %}", [Chip(EVIL, EVIL, on=True)]),
        ("{{ x|dash }}{{ x|when }}", EVIL),
    ],
)
def test_nothing_of_a_user_becomes_markup(source: str, value: object) -> None:
    html = draw(source, x=value, csrf_token="t")
    assert "&lt;img" in html
    assert "<img src=x" not in html
    assert 'onerror="' not in html


def test_state_is_told_by_words_and_sign_not_by_colour_alone() -> None:
    html = draw("{% tag '逾期 3 天' 'late' %}")
    assert "逾期 3 天" in html
    assert "<svg" in html
    assert 'aria-hidden="true"' in html


def test_an_icon_is_named_from_the_sheet_and_drawn_in_full_where_the_sheet_lacks_it() -> None:
    assert '<use href="/static/zhibu/icons.svg#outline-bell"/></svg>' in icon("bell")
    assert "bug-ant" not in on_sheet()
    assert "<path" in icon("bug-ant")
    assert "<path" in icon("bell", "solid")
    with pytest.raises(IconDoesNotExist):
        icon("no-such-icon")


def test_the_sheet_is_one_of_the_static_files_and_holds_every_icon_that_the_code_names() -> None:
    drawn = Path(str(finders.find("zhibu/icons.svg"))).read_text(encoding="utf-8")
    held = set(re.findall(r'<symbol id="([a-z]+-[^"]+)" [^>]*><path', drawn))
    assert held == {f"{style}-{name}" for style in ("outline", "mini") for name in on_sheet()}
    sources = Path(zhibu.__file__).parent
    texts = (p.read_text(encoding="utf-8") for kind in ("py", "html", "yaml") for p in sources.rglob(f"*.{kind}"))
    words = {word for text in texts for word in re.findall(r"[\"']([a-z0-9]+(?:-[a-z0-9]+)*)[\"']", text)}
    with ZipFile(str(files("heroicons") / "heroicons.zip")) as package:
        there = {name.removeprefix("outline/").removesuffix(".svg") for name in package.namelist()}
    assert not (words & there) - on_sheet(), "to be added to icon_names.txt"


def test_unknown_kinds_fall_back_to_plain() -> None:
    assert 'class="tag plain"' in draw("{% tag 'x' 'evil onclick' %}")


def test_button_submits_without_address_and_links_with_one() -> None:
    assert draw("{% button '保存' kind='go' %}") == '<button class="btn go" type="submit">保存</button>'
    assert draw("{% button '返回' url='/a/' %}") == '<a class="btn" href="/a/">返回</a>'
    assert 'formaction="/b/"' in draw("{% button '试算' formaction='/b/' name='do' %}")


@pytest.mark.parametrize(
    ("amount", "shown"),
    [(Decimal("1486.5"), "¥1,486.50"), (Decimal("-30"), "−¥30.00"), (0, "¥0.00"), (Decimal("0.005"), "¥0.00")],
)
def test_money(amount: Decimal, shown: str) -> None:
    assert shown in draw("{% money x %}", x=amount)


def test_nothing_is_a_dash_and_zero_is_a_value() -> None:
    assert "未填写" in draw("{{ x|dash }}", x=None)
    assert draw("{{ x|dash }}", x=0) == "0"
    assert "未填写" in draw("{% facts x %}", x=[Fact("曾用名")])
    assert "未填写" not in draw("{% facts x %}", x=[Fact("子女", 0)])


def test_moments_are_local_days_are_days() -> None:
    assert draw("{{ x|when }}", x=datetime(2026, 11, 3, 16, 30, tzinfo=UTC)) == "2026-11-04 00:30"
    assert draw("{{ x|when }}", x=date(2026, 11, 3)) == "2026-11-03"


def test_masked_value_is_revealed_by_post_only() -> None:
    html = draw("{% facts x %}", x=[Fact("证件号码", "4401**********2246", reveal_url="/r/")], csrf_token="t0ken")
    assert '<form method="post" action="/r/">' in html
    assert "t0ken" in html
    assert 'href="/r/"' not in html


def test_capped_counts() -> None:
    assert count_text(200) == "200"
    assert count_text(201) == "200+"
    assert Page(25, 201).text == "本页 25 条，共 200+ 条"
    assert draw("{{ x|capped:99 }}", x=100) == "99+"


def test_pager_offers_only_what_is_there() -> None:
    html = draw("{% pager x %}", x=Page(25, 30, next_url="?after=9"))
    assert "下一页" in html
    assert "上一页" not in html


def test_progress_asks_again_only_while_it_runs() -> None:
    running = draw("{% progress x %}", x=Progress("导入", 5, 10, "/j/1/"))
    assert 'hx-get="/j/1/" hx-trigger="every 1s"' in running
    assert '<progress class="bar " value="5" max="10"' in running
    for state in ("done", "failed", "cancelled"):
        assert "hx-get" not in draw("{% progress x %}", x=Progress("导入", 5, 10, "/j/1/", state))


def test_chart_widths_are_attributes_and_the_figures_stand_in_a_table() -> None:
    html = draw("{% bar_chart x '人数' %}", x=[Bar("一", 40), Bar("二", 10), Bar("三", 0)])
    assert [html.count(f'<rect width="{w}"') for w in (1000, 250, 0)] == [1, 1, 1]
    assert "style=" not in html
    assert html.count('<th scope="row">') == 3


def test_chart_without_data_is_drawn() -> None:
    assert "人数" in draw("{% bar_chart x '人数' %}", x=[])
    assert '<rect width="0"' in draw("{% bar_chart x '人数' %}", x=[Bar("一", 0)])


def test_tree_of_any_depth_opens_without_script() -> None:
    node = TreeNode("党小组", "/g/")
    for name in ("支部", "总支", "党委"):
        node = TreeNode(name, f"/{name}/", children=[node], is_open=True)
    html = draw("{% tree x %}", x=[node])
    assert html.count("<details open>") == 3
    assert 'href="/g/"' in html


def test_steps_say_which_is_current_and_which_are_done() -> None:
    html = draw("{% steps x 2 %}", x=["选择文件", "核对", "写入"])
    assert html.count("已完成") == 1
    assert '<li aria-current="step"><span>核对' in html
