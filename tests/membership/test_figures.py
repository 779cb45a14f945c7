"""Every figure equals the list behind it; parts add up to the whole; the number of queries does not grow."""

import io
import itertools
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import openpyxl
import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from tests import factories
from tests.membership.helpers import CLERK, member
from zhibu.apps.membership import counting, honours
from zhibu.apps.membership.services import reminding
from zhibu.apps.people.models import Post
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import screen
from zhibu.kernel.console.listing import select
from zhibu.kernel.messages.models import Message

pytestmark = pytest.mark.django_db
SEES = (*CLERK, "people.see.work", "people.see.identity")


@pytest.fixture
def many(house: factories.House, group: Any) -> Actor:
    """Members of all kinds in two branches and a group, some dates missing; who sees everything of them."""
    kinds = itertools.cycle([
        {"sex": "1", "education": "21", "ethnic_group": "01", "employment": "active", "birth_date": date(1990, 5, 1)},
        {"sex": "2", "education": "14", "ethnic_group": "02", "employment": "retired", "birth_date": date(1948, 11, 29)},
        {"sex": "9", "education": "", "ethnic_group": "", "employment": "off_post", "birth_date": None},
        {"sex": "2", "education": "71", "ethnic_group": "11", "employment": "active", "birth_date": date(1970, 1, 1)},
    ])  # fmt: skip
    dates = itertools.cycle([
        (date(1970, 8, 31), None, "01"), (date(1976, 11, 29), None, "01"), (date(2025, 3, 1), None, "02"), (None, None, "01"),
        (date(1985, 7, 1), date(1986, 7, 1), "01"), (date(1950, 8, 31), None, "01"), (date(2015, 7, 1), date(2016, 11, 29), "01"),
    ])  # fmt: skip
    places = itertools.cycle([house.east, house.west, group, house.committee])
    for number in range(28):
        admitted, full, political = next(dates)
        facts = next(kinds)
        if admitted and facts["birth_date"] and admitted.year - facts["birth_date"].year < 18:
            facts = {**facts, "birth_date": date(admitted.year - 20, 5, 1)}
        member(
            f"党员{number}",
            house,
            at=next(places),
            admitted=admitted,
            full=full,
            **{**facts, "political_status": political},
        )
    return factories.actor(SEES, house.root)


def behind(actor: Actor, url: str) -> int:
    """Return how many the list behind a figure shows."""
    params = QueryDict(mutable=True)
    params.update(dict(parse_qsl(urlsplit(url).query)))
    rows, filterset, _, _ = select(screen("members"), actor, params)
    assert filterset.form.is_valid(), filterset.form.errors
    return int(rows.count())


def test_every_figure_opens_its_list_and_parts_add_up(house: factories.House, many: Actor) -> None:
    for below in (None, house.east):
        total, tables = counting.tables(many, localdate(), below)
        assert total == (28 if below is None else 14)
        for table in tables:
            assert table.adds_up, table.label
            for line in table.lines:
                if line.number:
                    assert behind(many, line.url) == line.number, (table.label, line.label)
        branches = counting.by_branch(many, localdate(), below)
        assert counting.sums(branches)["total"] == total
        for one in branches:
            assert behind(many, one.url) == one.numbers["total"], one.organization
    years = {line.label: line.number for line in next(t for t in tables if t.code == "years").lines}
    assert years["50 年及以上"] > 0
    for line in counting.of_year(many, 2025):
        assert (behind(many, line.url) if line.url else 0) == line.number, line.label


def test_the_page_costs_the_same_for_few_and_many(house: factories.House, many: Actor) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as found:
            counting.tables(many, localdate())
            counting.by_branch(many, localdate())
            counting.of_year(many, 2026)
        return len(found)

    before = cost()
    for number in range(10):
        member(f"后来{number}", house, at=house.west)
    assert cost() == before <= 12


def test_the_page_and_the_workbook_say_the_same(clerk: Client, many: Actor) -> None:
    html = clerk.get(reverse("members-statistics")).content.decode()
    assert "各分类相加都等于总数" in html
    assert "在党党员 28 人" in html
    answer = clerk.post(reverse("members-annual") + "?year=2025")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book["各支部党员情况"]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    whole = next(row for row in cells if row[0] == "合计")
    assert whole[1] == 28 == sum(row[1] for row in cells[1 : cells.index(whole)])
    assert "一致" in cells[-1][0]
    assert "不一致" not in cells[-1][0]
    assert {"性别", "年龄", "学历", "民族", "党龄", "2025 年变动"} <= set(book.sheetnames)
    page = clerk.get(reverse("members-statistics"), {"year": "2020"}).content.decode()
    assert 'id="search-box" name="q" type="search" value=""' in page, (
        "what a page is asked is not whom somebody looks for"
    )
    assert clerk.get(reverse("members-statistics"), {"year": "abc"}).status_code == 422


def test_a_viewer_without_the_gate_sees_figures_but_not_who(house: factories.House, many: Actor) -> None:
    plain = factories.actor(("membership.view",), house.root)
    _, tables = counting.tables(plain, localdate())
    lines = {table.code: table.lines for table in tables}
    assert not any(line.url for line in lines["ethnic"])
    assert any(line.url for line in lines["sex"])
    west = factories.actor(("membership.view",), house.west)
    assert counting.tables(west, localdate())[0] == 7


@pytest.mark.parametrize(
    ("admitted", "full", "day", "expected"),
    [
        (date(1975, 7, 1), date(1976, 7, 1), date(2026, 7, 1), True),  # from full membership, complete on the day
        (date(1975, 7, 2), date(1976, 7, 2), date(2026, 7, 1), False),
        (date(1976, 7, 1), None, date(2026, 7, 1), True),  # joined when there was no probation
        (date(1977, 8, 11), None, date(2027, 8, 11), True),
        (date(1977, 8, 12), None, date(2027, 8, 12), False),  # a year of probation again
        (date(1968, 6, 1), None, date(2018, 6, 1), False),
        (date(1968, 6, 1), None, date(2019, 6, 1), True),
    ],
)
def test_fifty_years_by_the_rule_of_the_time(
    house: factories.House, admitted: date, full: date | None, day: date, expected: bool
) -> None:
    one = member("老党员", house, admitted=admitted, full=full, political_status="01", birth_date=date(1940, 1, 1))
    actor = factories.actor(SEES, house.root)
    assert [found.member.pk for found in honours.honoured(actor, day)] == ([one.pk] if expected else [])
    type(one).objects.system("test").filter(pk=one.pk).update(status="suspended")
    assert honours.honoured(actor, day) == []


def test_the_honour_list_is_exported_and_printed(clerk: Client, house: factories.House) -> None:
    member("老党员", house, admitted=date(1975, 7, 1), full=date(1976, 7, 1), birth_date=date(1950, 1, 1))
    url = reverse("members-honours") + "?day=2026-07-01"
    assert "新达到" in clerk.get(url).content.decode()
    file = reverse("members-honours-file") + "?day=2026-07-01"
    sheet = openpyxl.load_workbook(io.BytesIO(clerk.post(file, {"as": "xlsx"}).content)).active
    assert sheet["B2"].value == "老党员"
    assert clerk.post(file, {"as": "pdf"}).content.startswith(b"%PDF")
    assert clerk.get(reverse("members-honours"), {"day": "1890-01-01"}).status_code == 422
    assert "没有党龄满 50 年的党员" in clerk.get(reverse("members-honours"), {"day": "2020-07-01"}).content.decode()


def test_political_birthdays_are_listed_and_told_once(clerk: Client, house: factories.House) -> None:
    leap = member("闰年", house, admitted=date(2016, 2, 29), full=date(2017, 3, 1))
    member("同日", house, admitted=date(2015, 2, 28), full=date(2016, 3, 1))
    quiet = member("不提醒", house, admitted=date(2014, 2, 28), full=date(2015, 3, 1))
    type(quiet).objects.system("test").filter(pk=quiet.pk).update(quiet=True)
    boss = factories.person("书记", house.root, party=house.east)
    Post.objects.create(person=boss, organization=house.east, kind="secretary", since=date(2020, 1, 1))
    for person in (leap.person, quiet.person, boss):
        factories.account(f"a{person.pk}", of=person)
    for _ in range(2):
        reminding.remind(date(2026, 2, 25))
        reminding.remind(date(2026, 2, 28))
    told = list(Message.objects.system("test").filter(kind="membership.birthday").order_by("pk"))
    assert [message.title for message in told] == ["2 月 28 日的政治生日", "今天是您的政治生日", "今天是您的政治生日"]
    assert all(name in told[0].body for name in ("闰年", "同日", "不提醒"))
    html = clerk.get(reverse("members-birthdays"), {"month": "2"}).content.decode()
    assert "2 月 28 日" in html
    assert "闰年" in html
    assert clerk.get(reverse("members-birthdays"), {"month": "13"}).status_code == 422
