"""The board of the workstations, and where pictures arrive ahead of their form."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST, require_safe

from zhibu.apps.custody import queries
from zhibu.apps.custody.forms_service import PhotoForm
from zhibu.apps.custody.permissions import SERVE, VIEW
from zhibu.kernel import actions
from zhibu.kernel.actions import Refused
from zhibu.kernel.actor import Actor

NAMES = ("people", "overdue", "ending", "follow_ups", "services", "unsorted")


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show what waits at each workstation within reach; every figure leads to its list."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(VIEW):
        raise Http404
    rows = queries.board(actor)
    whole = {name: sum(getattr(row, name) for row in rows) for name in NAMES}
    context = {"rows": rows, "whole": whole, "today": localdate(), "may_serve": actor.may(SERVE)}
    return render(request, "custody/board.html", context)


@require_POST
def photo(request: HttpRequest, uid: Any) -> HttpResponse:
    """Take one picture for a form that will name it; the same key sent again gives the same picture."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    action = actions.get("custody.photo.keep")
    care = action.rows(actor).filter(uid=uid).first()
    if care is None or not action.open_to(actor):
        raise Http404
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return JsonResponse({"error": "页面已过期，请刷新后重新选择照片"}, status=422)
    form = PhotoForm(request.POST, request.FILES, actor=actor, obj=care)
    if not form.is_valid():
        told = [str(error) for error in form.errors.get("photo", [])]
        return JsonResponse({"error": "".join(told) or "照片没有收到，请重新选择"}, status=422)
    try:
        outcome = actions.perform(action, actor, data=form.to_input(), uid=uid, key=key)
    except Refused as refused:
        return JsonResponse({"error": str(refused)}, status=422)
    return JsonResponse({"uid": outcome.object_id})
