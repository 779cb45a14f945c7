"""Where one is signed in, and ending it from here."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from zhibu.apps.accounts.security import idle_minutes, number
from zhibu.apps.accounts.services import session_list, sessions


@require_safe
def my_sessions(request: HttpRequest) -> HttpResponse:
    """Show everyone where their account is signed in."""
    rows = list(session_list.live(request.actor.account_id))  # type: ignore[attr-defined]
    context = {
        "title": "我的登录",
        "sessions": rows,
        "current": next((row.uid for row in rows if session_list.is_current(request.session, row)), None),
        "idle": idle_minutes(),
        "life": number("life_hours"),
    }
    return render(request, "accounts/sessions.html", context)


@require_POST
def end(request: HttpRequest, uid: UUID) -> HttpResponse:
    """End one of one's own sessions; the one at hand is signed out."""
    actor = request.actor  # type: ignore[attr-defined]
    record = session_list.live(actor.account_id).select_related("account").filter(uid=uid).first()
    if record is None:
        raise Http404
    if session_list.is_current(request.session, record):
        sessions.sign_out(request, actor)
        messages.success(request, "已退出登录")
        return redirect("login")
    with transaction.atomic():
        session_list.end_own(actor, record)
    messages.success(request, f"已结束 {record.device} 上的登录")
    return redirect("my-sessions")


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """End all of one's own sessions but this one."""
    with transaction.atomic():
        ended = session_list.end_own_others(request.actor, request.user, request.session)  # type: ignore[attr-defined, arg-type]
    messages.success(request, f"已结束其他 {ended} 处登录" if ended else "没有其他地方登录着")
    return redirect("my-sessions")
