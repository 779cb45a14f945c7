"""规则试算: whoever comes by may try every rule; the page says the same as the command line and keeps nothing."""

import json
from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from zhibu.kernel.actor import SYSTEM
from zhibu.kernel.audit import last_id
from zhibu.kernel.calendar.announcement import SpecialDay
from zhibu.kernel.rules import Answer, Input, registry
from zhibu.kernel.rules.inputs import TODAY
from zhibu.kernel.rules.registry import all_rules, try_rule

pytestmark = pytest.mark.django_db

IDENTITY = "11010519491231002X"


@pytest.fixture
def visitor() -> Client:
    return Client()


def post(client: Client, name: str, **values: str) -> str:
    answer = client.post(reverse("rule", args=[name]), values)
    assert answer.status_code == 200
    return answer.content.decode()


def refused(client: Client, name: str, **values: str) -> dict[str, list[str]]:
    answer = client.post(reverse("rule", args=[name]), values)
    assert answer.status_code == 422
    errors: dict[str, list[str]] = answer.context["form"].errors
    return errors


def test_a_visitor_sees_every_rule_with_its_regulation(visitor: Client) -> None:
    page = visitor.get(reverse("rules")).content.decode()
    for rule in all_rules():
        assert rule.title_zh in page
        assert rule.regulation in page
        assert reverse("rule", args=[rule.name]) in page


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)
def test_each_rule_explains_itself_and_asks_for_its_inputs(visitor: Client, rule: registry.Rule) -> None:
    page = visitor.get(reverse("rule", args=[rule.name])).content.decode()
    assert rule.explanation in page
    assert rule.article in page
    for declared in rule.inputs:
        assert f'name="{declared.name}"' in page
        assert declared.label_zh in page


def test_amount_in_words(visitor: Client) -> None:
    assert "壹仟贰佰叁拾肆元伍角整" in post(visitor, "money.upper", amount="￥1,234.50")


def test_an_identity_number_that_does_not_check_is_an_answer_with_its_reason(visitor: Client) -> None:
    page = post(visitor, "people.identity_number", number="110105194912310021")
    reason = try_rule("people.identity_number", {"number": "110105194912310021"})["violations"][0]["message"]
    assert reason in page
    assert "是否有效" in page
    assert IDENTITY in post(visitor, "people.identity_number", number=IDENTITY.lower())


def test_what_cannot_be_read_is_said_at_its_field(visitor: Client) -> None:
    errors = refused(visitor, "calendar.publicity_end", start="2026-2-30", working_days="三")
    assert set(errors) == {"start", "working_days"}
    assert "2026-03-01" in errors["start"][0]
    assert "working_days" not in errors["working_days"][0]  # the field's label stands above: no name for programmers
    assert set(refused(visitor, "calendar.publicity_end", working_days="5")) == {"start"}
    assert len(refused(visitor, "calendar.publicity_end")["start"]) == 1


def test_a_card_format_from_nowhere_is_refused(visitor: Client) -> None:
    assert set(refused(visitor, "cards.normalize", raw="1", format="rot13", bytes="4")) == {"format"}


def test_the_day_of_posting_counts_only_when_ticked(visitor: Client) -> None:
    assert "2026-10-09" in post(visitor, "calendar.publicity_end", start="2026-09-24", working_days="5")
    ticked = post(visitor, "calendar.publicity_end", start="2026-09-24", working_days="5", count_start="on")
    assert "2026-10-08" in ticked


def test_json_is_what_the_command_line_prints(visitor: Client) -> None:
    values = {"raw": "0123456789", "format": "dec", "bytes": "4"}
    answer = visitor.post(reverse("rule-json", args=["cards.normalize"]), values)
    assert answer.json() == try_rule("cards.normalize", values)
    answer = visitor.post(reverse("rule-json", args=["money.upper"]), {"amount": "一千"})
    assert answer.status_code == 422
    assert set(answer.json()["errors"]) == {"amount"}


def test_a_rule_that_is_not_there_is_not_found(visitor: Client) -> None:
    assert visitor.get(reverse("rule", args=["money.lower"])).status_code == 404
    assert visitor.post(reverse("rule-json", args=["money.lower"])).status_code == 404


def test_nothing_typed_is_kept(
    visitor: Client, django_assert_num_queries: object, caplog: pytest.LogCaptureFixture
) -> None:
    before = last_id()
    with django_assert_num_queries(0):  # type: ignore[operator]
        answer = visitor.post(reverse("rule", args=["people.identity_number"]), {"number": IDENTITY})
    assert last_id() == before
    assert not visitor.session.keys()
    assert IDENTITY not in caplog.text
    assert "no-store" in answer["Cache-Control"]


def test_values_do_not_travel_in_the_address(visitor: Client) -> None:
    page = visitor.get(reverse("rule", args=["people.identity_number"]), {"number": IDENTITY})
    assert page.context["answer"] is None
    assert visitor.get(reverse("rule-json", args=["people.identity_number"]), {"number": IDENTITY}).status_code == 405


def test_a_forged_post_is_refused() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(reverse("rule", args=["money.upper"]), {"amount": "1"}).status_code == 403


def test_a_year_that_is_not_loaded_names_who_loads_it_and_where(visitor: Client) -> None:
    page = post(visitor, "calendar.publicity_end", start="2030-12-25", working_days="5")
    assert "尚未载入 2030 年放假安排" in page
    assert "系统管理员" in page
    assert reverse("work-calendar") in page


def test_a_loaded_year_is_used_at_once(visitor: Client) -> None:
    from zhibu.kernel import actions
    from zhibu.kernel.calendar.services import LoadInput

    days = (SpecialDay(date(2030, 10, 1), False, "国庆节"), SpecialDay(date(2030, 10, 5), True, "国庆调休"))
    data = LoadInput(year=2030, source="测试通知", days=days)
    actions.perform(actions.get("calendar.year.load"), SYSTEM, data=data)
    page = post(
        visitor, "calendar.publicity_end", start="2030-09-30", working_days="4"
    )  # 2, 3, 4 and Saturday 5 October
    assert "2030-10-05" in page


def test_signed_in_people_find_it_in_the_menu() -> None:
    house = factories.house()
    member = Client()
    member.force_login(factories.account("member", "member", house.root))
    assert reverse("rules") in member.get(reverse("rules")).content.decode()


@pytest.fixture
def every_kind() -> Iterator[str]:
    """A rule with an input of every kind, as later subsystems will bring them."""
    name = "test.every_kind"

    @registry.rule(
        name,
        "各种输入",
        regulation="测试",
        version="1",
        article="",
        inputs=[
            Input("steps", "json", "步骤"),
            Input("version", "choice", "版本", default="2026", choices=(("2014", "二〇一四"), ("2026", "二〇二六"))),
            Input("paid", "money", "已交", default=None),
            Input("today", "date", "今天", default=TODAY),
        ],
        outputs={"steps": "步骤", "seen": "所见", "list": "清单"},
        explanation="测试用",
    )
    def every(steps: object, version: str, paid: object, today: date) -> Answer:
        return Answer({"steps": steps, "seen": f"{version} {paid}", "list": ["甲", "乙"]})

    yield name
    del registry._rules[name]


def test_nested_input_is_typed_as_json_and_read_strictly(visitor: Client, every_kind: str) -> None:
    page = post(visitor, every_kind, steps=json.dumps({"applied": "2026-01-05"}), version="2014", paid="1,234.5")
    assert "applied 2026-01-05" in page
    assert "2014 1234.50" in page
    assert "甲、乙" in page
    errors = refused(visitor, every_kind, steps="{applied: 1}", version="2014")
    assert set(errors) == {"steps"}
