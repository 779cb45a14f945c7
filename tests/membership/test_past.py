"""Figures of a past day: who the members were then, each figure with its list; the year's end asked for in January."""

import io
import re
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.timezone import localdate

from tests import factories
from tests.membership.helpers import CLERK, member
from tests.membership.test_figures import many  # noqa: F401 - the same members
from tests.transfers.test_following import everything
from zhibu.apps.membership import counting, past
from zhibu.apps.membership.services.moving import move
from zhibu.apps.people.services.life import LifeInput
from zhibu.kernel import actions
from zhibu.kernel.actions import Act
from zhibu.kernel.actor import Actor

pytestmark = pytest.mark.django_db


def yesterday() -> date:
    return localdate() - timedelta(days=1)


def numbers(tables: list[counting.Table], code: str) -> dict[str, int]:
    return {line.label: line.number for line in next(one for one in tables if one.code == code).lines if line.number}


def moved(house: factories.House, made: Any, to: Any) -> None:
    with transaction.atomic():
        move(Act(factories.actor(CLERK, house.root), "test"), made, to, localdate())


def test_today_by_the_day_is_today_by_the_database(house: factories.House, many: Actor) -> None:  # noqa: F811
    for below in (None, house.east):
        total, tables = counting.tables(many, localdate(), below)
        found = past.members(many, localdate(), below)
        assert len(found) == total
        for one, other in zip(tables, past.tables(many, found, localdate(), below), strict=True):
            assert other.adds_up
            assert numbers([one], one.code) == numbers([other], one.code), one.code
        branches = {one.organization.pk: dict(one.numbers) for one in counting.by_branch(many, localdate(), below)}
        assert {one.organization.pk: dict(one.numbers) for one in past.by_branch(found, localdate())} == branches


def test_who_moved_died_and_became_full_since_stands_as_on_that_day(house: factories.House) -> None:
    viewer = factories.actor(("membership.view",), house.root)
    stays = member("留下的", house, full=date(2001, 6, 20))
    goes = member("转走的", house, full=date(2001, 6, 20))
    dies = member("去世的", house, full=date(2001, 6, 20))
    member("刚转正的", house, admitted=date(2025, 6, 1), full=localdate())
    member("刚入党的", house, admitted=localdate())
    moved(house, goes, house.west)
    death = LifeInput(on=localdate(), reason="病故")
    actions.perform(actions.get("people.life.die"), everything(house), uid=dies.person.uid, data=death)
    then = past.figures(viewer, yesterday(), localdate())
    assert then.total == 4
    assert numbers(then.tables, "kind") == {"正式党员": 3, "预备党员": 1}
    assert [(str(one.organization), one.numbers["total"]) for one in then.branches] == [("东山支部", 4)]
    now = past.figures(viewer, localdate(), localdate())
    assert now.total == 4
    assert numbers(now.tables, "kind") == {"正式党员": 3, "预备党员": 1}
    assert {str(one.organization): one.numbers["total"] for one in now.branches} == {"东山支部": 3, "西湾支部": 1}
    east = factories.actor(("membership.view",), house.east)
    lines = {one.name: one.url for one in past.shown(east, past.members(east, yesterday()))}
    assert set(lines) == {"留下的", "转走的", "去世的", "刚转正的"}
    assert lines["转走的"] == ""  # told by name: it was of this branch then, and is out of reach today
    assert lines["留下的"] == stays.get_absolute_url()
    west = factories.actor(("membership.view",), house.west)
    assert past.members(west, yesterday()) == []


def test_every_figure_of_a_past_day_opens_its_list(client: Client, house: factories.House, many: Actor) -> None:  # noqa: F811
    client.force_login(factories.account("zuzhibu", "organization_department", house.root))
    page = client.get(reverse("members-statistics"), {"day": "2026-01-31"})
    html = page.content.decode()
    assert "那一天在党的党员" in html
    assert "各分类相加都等于总数" in html
    checked = 0
    for _, bars in page.context["charts"]:
        for bar in bars:
            if bar.url:
                behind = client.get(bar.url)
                assert behind.context["number"] == bar.value, bar.label
                assert len(behind.context["rows"]) == bar.value
                checked += 1
    assert checked > 20
    for one, figures in page.context["branch_rows"]:
        assert client.get(one.url).context["number"] == figures[0], one.organization
    answer = client.post(reverse("members-annual") + "?day=2026-01-31")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content))["各支部党员情况"]
    assert "统计日期：2026-01-31" in sheet["A2"].value
    assert client.get(reverse("members-statistics"), {"day": str(localdate() + timedelta(days=1))}).status_code == 422
    assert client.get(reverse("members-on"), {"day": "2026-01-31", "by": "nothing"}).status_code == 404
    plain = " ".join(strip_tags(html).split())
    assert re.search(r"2025 年变动|2026 年变动", plain)


def test_a_past_day_costs_the_same_for_few_and_many(house: factories.House, many: Actor) -> None:  # noqa: F811
    def cost() -> int:
        with CaptureQueriesContext(connection) as found:
            past.figures(many, yesterday(), localdate())
        return len(found)

    before = cost()
    for number in range(10):
        member(f"后来{number}", house, at=house.west)
    assert cost() == before <= 8


def test_too_many_people_are_asked_for_by_organisation(
    client: Client, house: factories.House, many: Actor, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    monkeypatch.setattr(past, "MOST", 20)
    client.force_login(factories.account("zuzhibu", "organization_department", house.root))
    page = client.get(reverse("members-statistics"), {"day": str(yesterday())})
    assert page.status_code == 422
    assert "一次最多统计 20 人，请选一个党组织" in page.content.decode()
    assert (
        client.get(reverse("members-statistics"), {"day": str(yesterday()), "below": house.east.uid}).status_code == 200
    )
