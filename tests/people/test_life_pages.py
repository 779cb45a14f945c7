"""Life events as a clerk enters them: the form, the look ahead of a past day, the record before and after."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from tests import factories
from tests.acting import post
from zhibu.apps.people.events import PersonChangeForeseen
from zhibu.apps.people.life import STEPS
from zhibu.apps.people.models import Affiliation, LifeEvent, Person
from zhibu.kernel import audit
from zhibu.kernel.events import isolated, subscribe

pytestmark = pytest.mark.django_db

DAY = "2026-03-01"


@pytest.fixture
def clerk(client: Client, house: factories.House) -> Client:
    client.force_login(factories.account("renshi", "hr_clerk", house.root))
    return client


@pytest.fixture
def chen(house: factories.House) -> Person:
    made = factories.person("陈桂芳", house.root, party=house.east, sex="2", birth_date=date(1975, 3, 3))
    Affiliation.objects.create(
        person=made, organization=house.department, kind="administrative", since=factories.LONG_AGO
    )
    Person.objects.system("test").filter(pk=made.pk).update(created_at="2020-01-01T00:00:00Z")
    made.refresh_from_db()
    return made


def decree(client: Client, code: str, obj: Any, **data: Any) -> Any:
    """Send a life event's form with the document it goes by."""
    return post(client, code, obj, **{"reason": "批文 12 号", **data})


def as_of(client: Client, person: Person, day: date) -> str:
    text = client.get(reverse("people-as-of", args=[person.uid]), {"day": day.isoformat()}).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text.partition("<main")[2]))


def test_todays_retirement_takes_one_submission_and_leads_to_the_events(clerk: Client, chen: Person) -> None:
    page = clerk.get(reverse("action-on", args=["people.life.retire", chen.uid])).content.decode()
    assert STEPS["retire"].consequence in page
    assert "原 50 周岁退休的 2025-05" in page
    answer = decree(clerk, "people.life.retire", chen, on=localdate().isoformat())
    assert answer.url == reverse("people-life", args=[chen.uid])
    assert "退休" in clerk.get(answer.url).content.decode()


def test_the_statutory_month_is_kept_from_those_who_may_not_see_the_birth_date(
    house: factories.House, chen: Person
) -> None:
    from zhibu.apps.people.forms_life import RetireForm

    form = RetireForm(actor=factories.actor(("people.view", "people.edit.work"), house.root), obj=chen)
    assert "法定退休月份" not in form.fields["on"].help_text


def test_a_past_day_first_shows_what_it_would_have_changed_since(clerk: Client, chen: Person) -> None:
    decree(clerk, "people.person.edit.contact", chen, mobile="13800000000")
    chen.refresh_from_db()
    with isolated():

        @subscribe(PersonChangeForeseen)
        def payroll(question: PersonChangeForeseen) -> None:
            question.answers.append(f"{question.on:%Y-%m} 以来的工资已按在职发放，需要补算。")

        first = decree(clerk, "people.life.retire", chen, on=DAY)
    text = first.content.decode()
    assert first.status_code == 422
    assert "行政关系“综合部”从 2026-03-01 起不再有效" in text
    assert "修改联系方式：陈桂芳" in text
    assert "2026-03 以来的工资已按在职发放，需要补算。" in text
    assert not LifeEvent.objects.system("test").exists()
    assert 'name="foreseen" value="2026-03-01"' in text
    second = decree(clerk, "people.life.retire", chen, on=DAY, foreseen=DAY)
    assert second.status_code == 302, second.content.decode()
    chen.refresh_from_db()
    assert (chen.employment, chen.retired_on) == ("retired", date(2026, 3, 1))


def test_another_past_day_is_shown_again(clerk: Client, chen: Person) -> None:
    answer = decree(clerk, "people.life.retire", chen, on="2026-02-01", foreseen=DAY)
    assert answer.status_code == 422
    assert 'name="foreseen" value="2026-02-01"' in answer.content.decode()


def test_what_forbids_a_past_day_is_told_at_the_first_submission(clerk: Client, chen: Person) -> None:
    Affiliation.objects.system("test").filter(kind="administrative").update(since=date(2026, 5, 1))
    answer = decree(clerk, "people.life.retire", chen, on=DAY)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "从 2026-05-01 起另有行政关系" in text
    assert "再点一次" not in text


def test_the_look_ahead_names_no_place_outside_the_viewers_reach(client: Client, house: factories.House) -> None:
    north = factories.organization("北江分公司", "unit", house.root)
    li = factories.person("李明", north, party=house.east)
    client.force_login(factories.account("beijiang", "hr_clerk", north))
    text = decree(client, "people.life.die", li, on=DAY).content.decode()
    assert "另有 1 条您看不到的关系或任职，也在这一天结束" in text
    assert "东山支部" not in text


def test_the_record_stands_on_the_day_before_and_the_day_after(clerk: Client, chen: Person) -> None:
    decree(clerk, "people.life.retire", chen, on=DAY, foreseen=DAY)
    before, after = as_of(clerk, chen, date(2026, 2, 28)), as_of(clerk, chen, date(2026, 3, 1))
    assert "人员类别 在职" in before
    assert "综合部" in before
    assert "人员类别 退休" in after
    assert "综合部" not in after
    assert "退休日期 2026-03-01" in after
    assert "退休日期 2026-03-01" not in before


def test_an_edit_entered_before_a_backdated_event_does_not_hide_it(clerk: Client, chen: Person) -> None:
    """Off post was entered by an edit on 1 June; the retirement entered today holds since March."""
    decree(clerk, "people.person.edit.work", chen, employment="off_post")
    moved = audit.last_id()
    june = f"UPDATE audit_entry SET at = '2026-06-01 08:00:00' WHERE id = {moved}"
    from django.db import connection

    from zhibu.kernel.audit import triggers

    triggers.drop(connection)
    with connection.cursor() as cursor:
        cursor.execute(june)
    chen.refresh_from_db()
    decree(clerk, "people.life.retire", chen, on=DAY, foreseen=DAY)
    assert "人员类别 退休" in as_of(clerk, chen, date(2026, 4, 1))
    assert "人员类别 在职" in as_of(clerk, chen, date(2026, 2, 28))


def test_what_was_taken_back_never_was(clerk: Client, chen: Person) -> None:
    decree(clerk, "people.life.retire", chen, on=DAY, foreseen=DAY)
    decree(clerk, "people.life.reverse", LifeEvent.objects.system("test").get())
    for day in (date(2026, 2, 28), date(2026, 3, 1), localdate()):
        text = as_of(clerk, chen, day)
        assert "人员类别 在职" in text
        assert "综合部" in text
    page = clerk.get(chen.get_absolute_url()).content.decode()
    assert "已撤销" in page


def test_the_timeline_tells_a_retirement_once(clerk: Client, chen: Person) -> None:
    decree(clerk, "people.life.retire", chen, on=DAY, foreseen=DAY)
    page = clerk.get(chen.get_absolute_url())
    told = [happening for happening in page.context["timeline"] if happening.title == "退休"]
    assert [happening.when for happening in told] == [date(2026, 3, 1)]


def test_the_page_offers_what_may_happen_now_and_nothing_to_those_who_only_look(
    clerk: Client, house: factories.House, chen: Person
) -> None:
    url = reverse("people-life", args=[chen.uid])
    text = clerk.get(url).content.decode()
    assert reverse("action-on", args=["people.life.retire", chen.uid]) in text
    assert reverse("action-on", args=["people.life.join", chen.uid]) not in text
    looking = Client()
    looking.force_login(factories.account("shuji", "branch_secretary", house.east))
    seen = looking.get(url).content.decode()
    assert "没有您可以办理的变动" in seen
    elsewhere = Client()
    elsewhere.force_login(factories.account("xiwan", "branch_secretary", house.west))
    assert elsewhere.get(url).status_code == 404


@pytest.mark.parametrize("code", STEPS)
def test_every_form_opens_where_its_step_is_possible_and_bad_input_is_told(
    clerk: Client, house: factories.House, code: str
) -> None:
    person = factories.person("孙立", house.root, employment=STEPS[code].leaves[0])
    url = reverse("action-on", args=[f"people.life.{code}", person.uid])
    assert clerk.get(url).status_code == 200
    assert (
        decree(clerk, f"people.life.{code}", person, on="2026-13-45", home="x", service="’", reason="").status_code
        == 422
    )


def test_a_past_event_of_a_person_registered_today_is_entered(clerk: Client, house: factories.House) -> None:
    person = factories.person("孙立", house.root)
    day = (localdate() - timedelta(days=400)).isoformat()
    answer = decree(clerk, "people.life.off_post", person, on=day, foreseen=day)
    assert answer.status_code == 302
