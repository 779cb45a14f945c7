"""The board, the papers of a case as PDF, the bound file, and one's own path on the phone."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from zhibu.apps.development import queries, queries_activists, record, rules_path
from zhibu.apps.development.documents import forms as printed
from zhibu.apps.development.models import Case
from zhibu.apps.development.params import path
from zhibu.apps.development.permissions import APPROVE, MANAGE, PAPERS, VIEW
from zhibu.kernel import documents
from zhibu.kernel.actor import Actor
from zhibu.kernel.scope import get_visible


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show how many stand where, what is late and due, and the plans of the year; every figure leads to its list."""
    actor = _actor(request)
    if not actor.may(VIEW):
        raise Http404
    today = localdate()
    context = {
        "title": "发展党员概览",
        "stages": queries.stage_figures(actor),
        "figures": queries.due_figures(actor, today),
        "plans": list(queries.plans(actor).filter(year=today.year).order_by("organization__path")[:60]),
        "branches": queries.branch_figures(actor),
        "today": today,
        "edition": path().which(today),
        "may_open": actor.may(MANAGE),
        "analyses": queries_activists.analysed(actor, today.year),
        "may_analyse": actor.may(APPROVE),
    }
    return render(request, "development/board.html", context)


def _case(request: HttpRequest, uid: Any, permission: str) -> Case:
    rows = Case.objects.select_related("person", "organization")
    found: Any = rows.visible_to(_actor(request), permission).filter(uid=uid).first()
    if found is None:
        get_visible(Case, _actor(request), None, permission)  # 404 in the words of the house
    case: Case = found
    return case


@require_safe
def papers(request: HttpRequest, uid: Any) -> HttpResponse:
    """List the papers of a case: which are there, which are missing, and the forms the platform can print."""
    case = _case(request, uid, PAPERS)
    steps = queries.steps_of(case)
    context = {
        "title": f"{case.person.name}的材料",
        "case": case,
        "checklist": record.paper_checklist(case, steps),
        "forms": printed.offered(),
        "papers": queries.papers_of(case),
        "missing": queries.missing_papers(case, steps),
        "may_manage": _actor(request).may(MANAGE, case.organization.path),
    }
    return render(request, "development/papers.html", context)


@require_safe
def form_of(request: HttpRequest, uid: Any, code: str) -> HttpResponseBase:
    """Print one paper of a case, filled in as far as the data go, to be signed."""
    case = _case(request, uid, PAPERS)
    if code not in printed.codes():
        raise Http404
    content = printed.content(case, code)
    return documents.answer_with(request, documents.get("development.form"), content, [case])


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show somebody their own path: where they stand, what comes next, what they may hand in."""
    actor = _actor(request)
    case = queries.case_of(actor.person_id) if actor.person_id else None
    context: dict[str, Any] = {"title": "我的入党过程", "case": case}
    if case is not None:
        today = localdate()
        steps = [step for step in queries.steps_of(case) if step.stands]
        course = queries.course_of(case, steps)
        seen = queries.foresight(case, course, today)
        reviews = queries.reviews_of(case)
        notice = record.hanging(queries.notices(case))
        context |= {
            "lines": record.trail(case, steps, course, seen),
            "now_words": record.now_words(case, seen, today, notice) if case.is_open else "",
            "why": record.why_not(case, seen, notice) if case.is_open else [],
            "end": rules_path.full_on(path().which(today), course),
            "report": record.report_words(case, reviews, today) if case.is_open else "",
            "reviews": [one for one in reviews if one.kind == "report"],
            "companions": queries.companions(case),
        }
    return render(request, "development/mine.html", context)
