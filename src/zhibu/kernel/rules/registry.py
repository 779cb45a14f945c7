"""The registry: pure functions under a name, with their regulation, version, article and declared inputs.

`rule` decorates a function that takes the declared inputs by name and returns an `Answer`.
"""

import importlib
import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from typing import Any, NoReturn

from zhibu.kernel.rules.answers import Answer, BadInput
from zhibu.kernel.rules.inputs import TODAY, Default, Input, Unreadable, shown

# Modules that register rules when imported. Dotted names, so that the kernel imports no app.
RULE_MODULES: tuple[str, ...] = (
    "zhibu.apps.development.rules_trial",
    "zhibu.kernel.identity.rules",
    "zhibu.kernel.calendar.rules",
    "zhibu.kernel.money.rules",
    "zhibu.kernel.cardnumbers.rules",
    "zhibu.apps.people.rules_retirement",
    "zhibu.apps.cards.rules",
    "zhibu.apps.custody.rules",
    "zhibu.apps.appraisals.rules",
    "zhibu.apps.membership.rules_trial",
    "zhibu.apps.compliance.rules",
    "zhibu.apps.voting.rules",
    "zhibu.apps.meetings.rules",
    "zhibu.apps.transfers.rules",
    "zhibu.apps.elections.rules",
    "zhibu.apps.dues.rules_trial",
)
MAX_JSON = 200_000  # characters
_CHINA = timezone(timedelta(hours=8))

RuleFunction = Callable[..., Answer]


@dataclass(frozen=True)
class Rule:
    """A registered rule. `outputs` maps each key of the result to its Chinese label; `explanation` is for users."""

    name: str
    title_zh: str
    regulation: str
    version: str
    article: str
    unit: str
    inputs: tuple[Input, ...]
    outputs: Mapping[str, str]
    explanation: str
    function: RuleFunction

    @property
    def source(self) -> dict[str, str]:
        """Return where the rule comes from, as the trial prints it."""
        return {"regulation": self.regulation, "version": self.version, "article": self.article}

    @property
    def resources(self) -> frozenset[str]:
        """Return the names of parameters that the caller may provide besides the inputs (a loaded calendar)."""
        return frozenset(inspect.signature(self.function).parameters) - {field.name for field in self.inputs}


_rules: dict[str, Rule] = {}


def rule(
    name: str,
    title_zh: str,
    *,
    regulation: str,
    version: str,
    article: str,
    inputs: Sequence[Input],
    outputs: Mapping[str, str],
    explanation: str,
    unit: str = "",
) -> Callable[[RuleFunction], RuleFunction]:
    """Register a pure function. Its parameters are the inputs by name; further ones are resources with a default."""

    def register(function: RuleFunction) -> RuleFunction:
        if name in _rules:
            raise ValueError(f"rule {name} is registered twice")
        _rules[name] = Rule(
            name, title_zh, regulation, version, article, unit, tuple(inputs), dict(outputs), explanation, function
        )
        return function

    return register


@cache
def _load() -> None:
    for module in RULE_MODULES:
        importlib.import_module(module)


def all_rules() -> list[Rule]:
    """Return every registered rule, by name."""
    _load()
    return [_rules[name] for name in sorted(_rules)]


def get_rule(name: str) -> Rule:
    """Return the rule registered under `name`; raises BadInput."""
    _load()
    found = _rules.get(name)
    if found is None:
        raise BadInput(f"没有名为“{shown(name)}”的规则，可用 zhibu rules list 查看全部规则")
    return found


def explain(name: str) -> dict[str, Any]:
    """Return title, explanation, docstring, inputs, outputs, unit and source of a rule; raises BadInput."""
    found = get_rule(name)
    return {
        "name": found.name,
        "title": found.title_zh,
        "explanation": found.explanation,
        "docstring": inspect.getdoc(found.function) or "",
        "inputs": [_describe(field) for field in found.inputs],
        "outputs": dict(found.outputs),
        "unit": found.unit,
        "source": found.source,
    }


def _describe(field: Input) -> dict[str, Any]:
    default = field.default.value if isinstance(field.default, Default) else field.default
    return asdict(field) | {"required": field.required, "default": None if field.required else plain(default)}


def try_rule(
    name: str, data: object, *, today: date | None = None, resources: Mapping[str, object] | None = None
) -> dict[str, Any]:
    """Validate `data` (a JSON object), run the rule and return a JSON-ready answer.

    `today` fills inputs whose default is TODAY (the clock of China when not given). `resources` offers what the
    caller has loaded, e.g. {"calendar": WorkCalendar(…)}; rules that do not ask for it are not given it.
    Returns {"result": {…}, "violations": [{code, message, article}], "source": {…}}; raises BadInput.
    """
    found = get_rule(name)
    values = _read(found, data, today or datetime.now(_CHINA).date())
    given = {key: value for key, value in (resources or {}).items() if key in found.resources}
    answer = found.function(**values, **given)
    if set(answer.result) != set(found.outputs):
        raise TypeError(f"rule {name} answers other keys than it declares")
    return {
        "result": {key: plain(value) for key, value in answer.result.items()},
        "violations": [asdict(violation) for violation in answer.violations],
        "source": found.source,
    }


def _read(found: Rule, data: object, today: date) -> dict[str, object]:
    if not isinstance(data, Mapping):
        raise BadInput(
            "输入应是一个 JSON 对象，例如 {" + "，".join(f'"{field.name}": …' for field in found.inputs) + "}"
        )
    known = {field.name for field in found.inputs}
    errors = {
        shown(key): f"没有“{shown(key)}”这一项，可填的有：{'、'.join(field.name for field in found.inputs)}"
        for key in data
        if key not in known
    }
    values: dict[str, object] = {}
    for field in found.inputs:
        if field.name not in data:
            if field.required:
                errors[field.name] = f"缺少{field.label_zh}（{field.name}）"
            values[field.name] = today if field.default is TODAY else field.default
            continue
        try:
            values[field.name] = field.read(data[field.name])
        except Unreadable as error:
            errors[field.name] = str(error)
    if errors:
        raise BadInput(errors)
    return values


def read_json(text: str) -> object:
    """Read JSON strictly: decimals as Decimal, no NaN, no repeated key, bounded size; raises BadInput."""
    if len(text) > MAX_JSON:
        raise BadInput("输入太长")
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_unique)
    except BadInput:
        raise
    except (ValueError, RecursionError, ArithmeticError):
        raise BadInput('输入不是正确的 JSON，请检查引号、逗号和括号，例如 {"amount": "1234.50"}') from None


def read_form(name: str, data: Mapping[str, str]) -> dict[str, object]:
    """Turn the text of a form into the object that `try_rule` reads: empty fields left out, numbers as numbers."""
    values: dict[str, object] = {}
    for field in get_rule(name).inputs:
        text = data.get(field.name, "").strip()
        if field.type == "boolean":
            values[field.name] = text in {"on", "true", "1", "是"}
        elif not text:
            continue
        elif field.type == "json":
            values[field.name] = _json_of(field, text)
        elif field.type == "integer" and text.lstrip("-").isdecimal() and len(text) <= 20 and text.count("-") <= 1:
            values[field.name] = int(text)
        else:
            values[field.name] = text
    return values


def _json_of(field: Input, text: str) -> object:
    try:
        return read_json(text)
    except BadInput as error:
        raise BadInput({field.name: str(error)}) from None


def plain(value: object) -> object:
    """Return a JSON-ready value: ISO dates, money as text with two decimals (rates keep further ones)."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Decimal) and value.is_finite():
        two = value.quantize(Decimal("0.01"))
        return format(two if two == value else value.normalize(), "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    raise TypeError(f"a rule must not answer with {type(value).__name__}")


def _no_number(text: str) -> NoReturn:
    raise BadInput(f"{text} 不是数")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadInput("同一项写了两次，请只留一个")
    return found
