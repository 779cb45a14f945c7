"""One's own roles and delegations; the access review."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from zhibu.apps.accounts import review
from zhibu.apps.accounts.permissions import DELEGATE, NOT_LENT, VIEW, grouped
from zhibu.apps.accounts.queries import lent_by, own_assignments


@require_safe
def my_access(request: HttpRequest) -> HttpResponse:
    """Show everyone what they may do where, what they lent and what was lent to them."""
    actor = request.actor  # type: ignore[attr-defined]
    today = localdate()
    rows = []
    for row in own_assignments(actor.account_id):
        codes = [code for code in row.role.permissions if row.delegated_from_id is None or code not in NOT_LENT]
        lendable = (
            row.delegated_from_id is None
            and row.since <= today
            and bool(set(codes) - NOT_LENT)
            and actor.may(DELEGATE, row.organization.path)
        )
        rows.append({"row": row, "groups": grouped(codes), "lendable": lendable, "state": review.state(row, today)})
    context = {
        "title": "我的权限与代理",
        "rows": rows,
        "lent": lent_by(actor.account_id),
        "here": reverse("my-access"),
        "username": request.user.get_username(),
    }
    return render(request, "accounts/my_access.html", context)


@require_safe
def access_review(request: HttpRequest) -> HttpResponse:
    """Show who can do what where and since when, and what deserves a look; `?print=1` for paper."""
    actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(VIEW):
        raise Http404
    form = review.ReviewForm(request.GET or None, actor=actor)
    found = review.review(actor, form.chosen())
    query = request.GET.copy()
    query["print"] = "1"
    context = {
        "title": "权限审查",
        "form": form,
        "review": found,
        "today": localdate(),
        "may_list": True,
        "print_url": f"?{query.urlencode()}",
        "back_url": reverse("access-review"),
    }
    printing = request.GET.get("print") == "1"
    return render(request, "accounts/review_print.html" if printing else "accounts/review.html", context)
