"""Old links to a record that became part of another one lead on to it, on whatever page it was named."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from zhibu.kernel.console.declare import all_screens

NOT_FOUND = 404


class LeadOnMiddleware:
    """Instead of 404 for a merged record: the same page of the one that was kept, if the actor may see that one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        match = request.resolver_match
        uid = match.kwargs.get("uid") if match is not None else None
        if response.status_code != NOT_FOUND or uid is None or request.method not in {"GET", "HEAD"}:
            return response
        actor: Any = getattr(request, "actor", None)
        for screen in all_screens() if actor is not None else []:
            if screen.successor and actor.may(screen.permission) and (kept := screen.successor(actor, uid)) is not None:
                messages.info(request, f"这份{screen.label}已合并，下面是保留的一份。")
                return redirect(request.get_full_path().replace(str(uid), str(kept.uid)))
        return response
