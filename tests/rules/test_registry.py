"""Trying rules: what is read, what is refused, what an answer looks like."""

import json
from datetime import date, datetime
from decimal import Decimal

import pytest

from zhibu.kernel.calendar import WorkCalendar
from zhibu.kernel.rules import TODAY, Answer, BadInput, Input, Violation, registry

SPEC = {
    "people.identity_number": ({"number"}, {"valid", "normalized", "birth", "sex"}),
    "calendar.publicity_end": ({"start", "working_days", "count_start"}, {"end"}),
    "money.upper": ({"amount"}, {"text"}),
    "cards.normalize": ({"raw", "format", "bytes"}, {"uid"}),
}


@pytest.fixture
def sample(monkeypatch: pytest.MonkeyPatch) -> str:
    """A rule that takes one input of every type and answers with what it was given."""
    registry.all_rules()
    monkeypatch.setattr(registry, "_rules", dict(registry._rules))
    inputs = [
        Input("text", "text", "文字", default=""),
        Input("day", "date", "日期", default=TODAY),
        Input("amount", "money", "金额", default=Decimal("0.00")),
        Input("count", "integer", "个数", default=1, minimum=0, maximum=9),
        Input("flag", "boolean", "是否", default=False),
        Input("kind", "choice", "种类", default="a", choices=(("a", "甲"), (4, "四"))),
        Input("steps", "json", "各步骤", default=None),
    ]

    @registry.rule(
        "test.echo",
        "回声",
        regulation="试",
        version="1",
        article="第一条",
        inputs=inputs,
        outputs={field.name: field.label_zh for field in inputs},
        explanation="原样返回",
    )
    def echo(**given: object) -> Answer:
        return Answer(given)

    # the resources of a function are read from its parameters; this one names none
    return "test.echo"


def refused(name: str, data: object) -> BadInput:
    with pytest.raises(BadInput) as error:
        registry.try_rule(name, data)
    return error.value


def test_the_first_rules_have_the_inputs_and_results_of_the_specification() -> None:
    rules = {rule.name: rule for rule in registry.all_rules()}
    assert set(SPEC) <= set(rules)
    for name, (inputs, outputs) in SPEC.items():
        offered = {field.name: field for field in rules[name].inputs}
        assert inputs <= set(offered)
        assert all(not offered[extra].required for extra in set(offered) - inputs)
        assert set(rules[name].outputs) == outputs


@pytest.mark.parametrize(
    ("name", "data", "result", "codes"),
    [
        ("money.upper", {"amount": "6,007.14"}, {"text": "陆仟零柒元壹角肆分"}, []),
        ("money.upper", {"amount": Decimal("0.1")}, {"text": "壹角整"}, []),
        ("money.upper", {"amount": 10**16}, {"text": None}, ["money.too_large"]),
        (
            "people.identity_number",
            {"number": "110101900307101"},
            {"valid": True, "normalized": "110101199003071014", "birth": "1990-03-07", "sex": "male"},
            [],
        ),
        (
            "people.identity_number",
            {"number": "11010119900307002X", "today": "1990-03-06"},
            {"valid": False, "normalized": None, "birth": None, "sex": None},
            ["identity.future"],
        ),
        ("calendar.publicity_end", {"start": "2026-09-24", "working_days": 5}, {"end": "2026-10-09"}, []),
        (
            "calendar.publicity_end",
            {"start": "2026-09-24", "working_days": 5, "count_start": True},
            {"end": "2026-10-08"},
            [],
        ),
        ("calendar.publicity_end", {"start": "2026-12-30", "working_days": 5}, {"end": None}, ["calendar.missing"]),
        ("cards.normalize", {"raw": "0040856634", "format": "8h10d", "bytes": 4}, {"uid": "026F6C3A"}, []),
        ("cards.normalize", {"raw": "07302202", "format": "6h8d", "bytes": "4"}, {"uid": None}, ["cards.lossy"]),
    ],
)
def test_answers_of_the_first_rules(
    name: str, data: dict[str, object], result: dict[str, object], codes: list[str]
) -> None:
    answer = registry.try_rule(name, data)
    assert answer["result"] == result
    assert [violation["code"] for violation in answer["violations"]] == codes
    assert answer["source"] == registry.get_rule(name).source
    assert json.loads(json.dumps(answer)) == answer


def test_a_calendar_that_the_administrator_loaded_is_used() -> None:
    loaded = WorkCalendar({date(2027, 1, 1): False}, years=frozenset({2027}))
    resources = {"calendar": loaded, "unknown": 1}
    data = {"start": "2026-12-30", "working_days": 3}
    assert registry.try_rule("calendar.publicity_end", data, resources=resources)["result"] == {"end": "2027-01-05"}
    assert registry.try_rule("money.upper", {"amount": 1}, resources=resources)["result"] == {"text": "壹元整"}


def test_today_is_what_the_caller_says() -> None:
    number = {"number": "11010119900307002X"}
    assert registry.try_rule("people.identity_number", number, today=date(1990, 3, 7))["result"]["valid"]
    assert not registry.try_rule("people.identity_number", number, today=date(1990, 3, 6))["result"]["valid"]


def test_every_type_is_read_and_written(sample: str) -> None:
    data = {
        "text": "张三",
        "day": "2026-02-28",
        "amount": "￥1,000",
        "count": 9,
        "flag": True,
        "kind": "4",
        "steps": {"a": [None, True, 5, Decimal("0.005"), "x"]},
    }
    assert registry.try_rule(sample, data)["result"] == {
        "text": "张三",
        "day": "2026-02-28",
        "amount": "1000.00",
        "count": 9,
        "flag": True,
        "kind": 4,
        "steps": {"a": [None, True, 5, "0.005", "x"]},
    }
    assert registry.try_rule(sample, {}, today=date(2026, 1, 2))["result"]["day"] == "2026-01-02"
    assert registry.try_rule(sample, {"day": date(2026, 5, 1)})["result"]["day"] == "2026-05-01"


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("text", 5, "请填文字"),
        ("text", None, "请填文字"),
        ("text", "字" * 1001, "太长"),
        ("text", "\ud800", "无法识别"),
        ("day", "2026-2-3", "2026-03-01 这样"),
        ("day", "20260203", "2026-03-01 这样"),
        ("day", "２０２６-02-03", "2026-03-01 这样"),
        ("day", "2026-02-30", "没有 2026-02-30 这一天"),
        ("day", 20260203, "2026-03-01 这样"),
        ("day", datetime(2026, 2, 3), "2026-03-01 这样"),
        ("amount", 1.5, "1234.50"),
        ("amount", True, "1234.50"),
        ("amount", [], "1234.50"),
        ("amount", "1.005", "到分"),
        ("amount", Decimal("NaN"), "不是数"),
        ("amount", Decimal("1E+400"), "太大"),
        ("count", True, "请填整数"),
        ("count", "3", "请填整数"),
        ("count", Decimal("3.0"), "请填整数"),
        ("count", 10, "0 到 9"),
        ("count", 10**3000, "0 到 9"),
        ("flag", 1, "true"),
        ("flag", "true", "true"),
        ("kind", "b", "只能选 a、4"),
        ("kind", True, "只能选"),
        ("kind", {}, "只能选"),
        ("steps", {"a": 1.5}, "不能识别"),
        ("steps", [10**13], "之间"),
        ("steps", Decimal("1E+30"), "不能识别"),
        ("steps", ["\udc80"], "无法识别"),
        ("steps", {1: 2}, "请填文字"),
    ],
)
def test_values_of_the_wrong_kind_are_refused_with_the_name_of_the_field(
    sample: str, field: str, value: object, reason: str
) -> None:
    error = refused(sample, {field: value})
    assert list(error.errors) == [field]
    assert reason in error.errors[field]
    assert f"（{field}）" in str(error)


def test_deep_nesting_is_refused(sample: str) -> None:
    deep: object = 1
    for _ in range(30):
        deep = [deep]
    assert "嵌套" in str(refused(sample, {"steps": deep}))


@pytest.mark.parametrize("data", [[], "x", 5, None, True])
def test_only_an_object_is_an_input(data: object) -> None:
    assert "JSON 对象" in str(refused("money.upper", data))


def test_missing_and_unknown_fields_are_all_named_at_once() -> None:
    error = refused("cards.normalize", {"raw": "1", "fromat": "hex\n" * 30})
    assert set(error.errors) == {"fromat", "format", "bytes"}
    assert "缺少读卡器格式（format）" in str(error)
    assert "没有“fromat”这一项" in str(error)
    assert "\n" not in str(refused("money.upper", {"a\nb" * 30: 1}))


def test_unknown_rules_are_named() -> None:
    assert "没有名为“money.uper”的规则" in str(refused("money.uper", {}))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "JSON"),
        ("{", "JSON"),
        ("{'a': 1}", "JSON"),
        ('{"a": NaN}', "NaN 不是数"),
        ('{"a": -Infinity}', "-Infinity 不是数"),
        ('{"a": 1, "a": 2}', "写了两次"),
        ("[" * 100_000, "JSON"),
        ("9" * 5000, "JSON"),
        ('{"a": 1E+99999999999999999999}', "JSON"),
        (" " * 200_001, "太长"),
    ],
)
def test_text_that_is_no_json(text: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        registry.read_json(text)


def test_decimals_in_json_stay_exact() -> None:
    assert registry.read_json('{"amount": 0.10}') == {"amount": Decimal("0.10")}


def test_a_form_is_read_as_json_would_be(sample: str) -> None:
    form = {"text": " 张三 ", "day": "", "amount": "1,000", "count": "３", "flag": "on", "kind": "4", "steps": "[1]"}
    values = registry.read_form(sample, form)
    assert values == {"text": "张三", "amount": "1,000", "count": 3, "flag": True, "kind": "4", "steps": [1]}
    assert registry.read_form(sample, {}) == {"flag": False}
    assert "请填整数" in str(refused(sample, registry.read_form(sample, {"count": "3-"})))
    with pytest.raises(BadInput) as bad:
        registry.read_form(sample, {"steps": "{applied: 1}"})
    assert set(bad.value.errors) == {"steps"}


def test_an_explanation_tells_everything_a_form_needs() -> None:
    about = registry.explain("people.identity_number")
    assert about["source"] == {
        "regulation": "GB 11643 公民身份号码",
        "version": "1999",
        "article": "号码结构与校验码",
    }
    assert "wrong" not in about["explanation"]
    assert about["docstring"].startswith("Return `valid`")
    assert [(field["name"], field["required"], field["default"]) for field in about["inputs"]] == [
        ("number", True, None),
        ("today", False, "today"),
    ]
    assert json.loads(json.dumps(about)) == json.loads(json.dumps(about, ensure_ascii=False))


def test_every_rule_explains_itself_in_chinese_and_names_its_source() -> None:
    for rule in registry.all_rules():
        about = registry.explain(rule.name)
        assert about["docstring"]
        assert any("\u4e00" <= character <= "\u9fff" for character in about["explanation"])
        assert about["source"]["regulation"]
        assert about["source"]["version"]


def test_a_name_is_registered_once(sample: str) -> None:
    with pytest.raises(ValueError, match="twice"):
        registry.rule(sample, "", regulation="", version="", article="", inputs=[], outputs={}, explanation="")(
            lambda: Answer({})
        )


def test_a_rule_that_breaks_its_own_declaration_is_a_programming_error(sample: str) -> None:
    declare = registry.rule(
        "test.broken", "", regulation="", version="", article="", inputs=[], outputs={"a": ""}, explanation=""
    )
    declare(lambda: Answer({"b": 1}))
    with pytest.raises(TypeError, match="other keys"):
        registry.try_rule("test.broken", {})


@pytest.mark.parametrize("value", [1.5, Decimal("NaN"), {1, 2}])
def test_answers_hold_no_floats(value: object) -> None:
    with pytest.raises(TypeError, match="must not answer"):
        registry.plain(value)


def test_plain_values() -> None:
    assert registry.plain((Decimal(3), Decimal("0.015"), Decimal("1E+2"), date(2026, 1, 2))) == [
        "3.00",
        "0.015",
        "100.00",
        "2026-01-02",
    ]


def test_a_violation_needs_no_article() -> None:
    assert Violation("a", "b") == Violation("a", "b", "")
