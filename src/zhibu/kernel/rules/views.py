"""The page 规则试算: everyone, signed in or not, may try every rule. What is typed is neither stored nor logged.

Values travel by POST only, so that no identity number ends up in an address, a browser's history or a server's log.
"""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhibu.kernel.calendar.services import work_calendar
from zhibu.kernel.rules import registry
from zhibu.kernel.rules.answers import BadInput
from zhibu.kernel.rules.forms import TrialForm
from zhibu.kernel.rules.registry import Rule
from zhibu.kernel.ui.parts import Fact

#: the first word of a rule's name -> the heading it stands under
GROUPS = {
    "membership": "党员",
    "people": "人员",
    "retirement": "退休",
    "calendar": "日期与期限",
    "money": "金额",
    "cards": "卡号",
    "custody": "托养托管",
    "appraisals": "民主评议",
    "development": "发展党员",
    "compliance": "组织生活落实",
    "meetings": "组织生活",
    "transfers": "组织关系",
    "elections": "换届选举",
    "dues": "党费",
}
OTHER = "其他"


@login_not_required
@require_safe
def rule_list(request: HttpRequest) -> HttpResponse:
    """List every rule under its group, with the regulation it rests on."""
    groups: dict[str, list[Rule]] = {heading: [] for heading in (*GROUPS.values(), OTHER)}
    for rule in registry.all_rules():
        groups[GROUPS.get(rule.name.partition(".")[0], OTHER)].append(rule)
    shown = [(heading, rules) for heading, rules in groups.items() if rules]
    return render(request, "rules/list.html", {"title": "规则试算", "groups": shown})


@login_not_required
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rule_page(request: HttpRequest, name: str) -> HttpResponse:
    """Explain a rule and take its inputs; on POST the answer stands above the form. 422 when an input is unreadable."""
    rule = _rule(name)
    form = TrialForm(rule, localdate(), request.POST if request.method == "POST" else None)
    answer = _answer(rule, form) if form.is_bound else None
    context = {
        "title": rule.title_zh,
        "rule": rule,
        "form": form,
        "answer": answer,
        "facts": _facts(rule, answer["result"]) if answer else [],
        "missing_year": any(v["code"] == "calendar.missing" for v in answer["violations"]) if answer else False,
        "crumbs": [{"label": "规则试算", "url": reverse("rules")}, {"label": rule.title_zh}],
    }
    return render(request, "rules/rule.html", context, status=422 if form.errors else 200)


@login_not_required
@sensitive_post_parameters()
@never_cache
@require_POST
def rule_json(request: HttpRequest, name: str) -> HttpResponse:
    """Answer the same form as JSON, exactly as `zhibu rules try` prints it; 422 with the errors by input."""
    rule = _rule(name)
    form = TrialForm(rule, localdate(), request.POST)
    answer = _answer(rule, form)
    body = answer or {"errors": {field: [str(text) for text in texts] for field, texts in form.errors.items()}}
    return JsonResponse(body, status=200 if answer else 422, json_dumps_params={"ensure_ascii": False, "indent": 2})


def _rule(name: str) -> Rule:
    try:
        return registry.get_rule(name)
    except BadInput as missing:
        raise Http404 from missing


def _answer(rule: Rule, form: TrialForm) -> dict[str, Any] | None:
    """Return what the registry answers to the form, or None with the reasons in the form's errors."""
    form.is_valid()
    resources: dict[str, object] = {"calendar": work_calendar()} if "calendar" in rule.resources else {}
    try:
        values = registry.read_form(rule.name, form.data)
        answer = registry.try_rule(rule.name, values, today=localdate(), resources=resources)
    except BadInput as error:
        form.blame(error)
        return None
    return None if form.errors else answer


def _facts(rule: Rule, result: dict[str, Any]) -> list[Fact]:
    shown = [Fact(label, _words(result[key])) for key, label in rule.outputs.items()]
    return shown if any(not fact.absent for fact in shown) else []


def _words(value: Any) -> Any:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        return "；".join(f"{key} {_words(item)}" for key, item in value.items())
    return "、".join(str(_words(item)) for item in value) if isinstance(value, list) else value
