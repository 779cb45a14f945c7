"""Who acts on this request; nobody gets in without signing in, nor past a first password without changing it."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.cache import patch_cache_control
from django.utils.functional import SimpleLazyObject
from django_htmx.http import HttpResponseClientRedirect

from zhibu.apps.accounts.queries import actor_for
from zhibu.kernel.actor import ANONYMOUS, Actor

#: what an account with a first password may still do: change it, leave, read larger letters
BEFORE_CHANGE = frozenset({"password-change", "logout", "text-size"})


def resolve_actor(request: HttpRequest) -> Actor:
    """Return the actor of the request: the signed-in account with its grants of today, else ANONYMOUS."""
    user: Any = request.user
    return actor_for(user) if user.is_authenticated else ANONYMOUS


class ActorMiddleware:
    """Sets `request.actor` (two queries at most, none before somebody asks) and closes every page that is not public.

    A view is public when it is marked by Django's `login_not_required`, or belongs to the look itself (kernel.ui).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.actor = SimpleLazyObject(lambda: resolve_actor(request))  # type: ignore[attr-defined]
        response = self.get_response(request)
        if request.user.is_authenticated:
            patch_cache_control(response, private=True, no_store=True)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Send those who are not signed in to the log-in page, and first passwords to be changed."""
        user: Any = request.user
        if not user.is_authenticated:
            if SESSION_KEY in request.session:  # disabled meanwhile: the session does not come back when it is enabled
                request.session.flush()
            return None if _public(request, view) else _to_login(request)
        name = request.resolver_match.url_name if request.resolver_match else None
        if user.must_change_password and name not in BEFORE_CHANGE:
            return _go(request, resolve_url("password-change"))
        return None


def _public(request: HttpRequest, view: Callable[..., Any]) -> bool:
    match = request.resolver_match
    return not getattr(view, "login_required", True) or (match is not None and match.app_name == "ui")


def _to_login(request: HttpRequest) -> HttpResponseBase:
    """Return to the page afterwards; a form that was sent is not sent again."""
    if _htmx(request):
        return _go(request, resolve_url(settings.LOGIN_URL))
    back = request.get_full_path() if request.method in {"GET", "HEAD"} else ""
    return redirect_to_login(back) if back and back != "/" else _go(request, resolve_url(settings.LOGIN_URL))


def _go(request: HttpRequest, url: str) -> HttpResponse:
    if _htmx(request):
        return HttpResponseClientRedirect(url)  # a fragment must not be filled with a whole page
    return HttpResponseRedirect(url)


def _htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"
