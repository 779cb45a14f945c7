"""Who acts on this request; nobody gets in without signing in, nor past a first password or a missing second factor."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.cache import patch_cache_control
from django.utils.functional import SimpleLazyObject
from django_htmx.http import HttpResponseClientRedirect

from zhibu.apps.accounts import kept, second_factor
from zhibu.apps.accounts.models import SessionRecord
from zhibu.apps.accounts.queries import actor_for
from zhibu.apps.accounts.security import idle_minutes, number
from zhibu.apps.accounts.services import session_list
from zhibu.kernel.actor import ANONYMOUS, Actor

#: what an account with a first password may still do: change it, leave, read larger letters
BEFORE_CHANGE = frozenset({"password-change", "logout", "text-size"})
#: what somebody without the second factor their role asks for may still do: set one up
BEFORE_FACTOR = BEFORE_CHANGE | {
    "security", "security-prove", "security-totp", "security-totp-begin", "security-passkey", "security-passkey-options",
    "security-codes",
}  # fmt: skip
#: pages that ask again by themselves: nobody need be sitting there
BY_THEMSELVES = frozenset({"job", "desk-news"})


def resolve_actor(request: HttpRequest) -> Actor:
    """Return the actor of the request: the signed-in account with its grants of today, else ANONYMOUS."""
    user: Any = request.user
    return actor_for(user) if user.is_authenticated else ANONYMOUS


class SessionWatch:
    """Ends a session that was idle too long, is too old, or is unknown; notes when the others were used."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if SESSION_KEY in request.session and (ended := session_list.over(request.session)):
            session_list.close(request.session, ended.how)
            request.session.flush()
            request.user = AnonymousUser()
            request.timed_out = ended  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> None:
        """Note the use of a session, unless the page asked by itself."""
        match = request.resolver_match
        if request.user.is_authenticated and (match is None or match.url_name not in BY_THEMSELVES):
            session_list.touch(request.session)


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
                session_list.close(request.session, SessionRecord.End.DISABLED)
                request.session.flush()
            return None if _public(request, view) else _to_login(request)
        name = request.resolver_match.url_name if request.resolver_match else None
        first = user.must_change_password and session_list.how_of(request.session) not in session_list.WITHOUT_PASSWORD
        if first and name not in BEFORE_CHANGE:
            return _go(request, resolve_url("password-change"))
        if name not in BEFORE_FACTOR and not session_list.second_of(request.session):
            return _without_factor(request, user)
        return None


def _without_factor(request: HttpRequest, account: Any) -> HttpResponseBase | None:
    """Lead somebody to set up the second factor they must have; a session opened before they had one is no good."""
    if not second_factor.must_have(account, request.actor):  # type: ignore[attr-defined]
        return None
    if not second_factor.has_one(account.pk):
        return _go(request, resolve_url("security"))
    session_list.close(request.session, SessionRecord.End.FACTOR)
    request.session.flush()
    messages.info(request, "您的角色要求第二验证，请重新登录。")
    return _go(request, resolve_url(settings.LOGIN_URL))


def _public(request: HttpRequest, view: Callable[..., Any]) -> bool:
    match = request.resolver_match
    return not getattr(view, "login_required", True) or (match is not None and match.app_name == "ui")


def _to_login(request: HttpRequest) -> HttpResponseBase:
    """Return to the page afterwards. A form that was sent is not sent again, but what was typed is kept by the page."""
    ended = getattr(request, "timed_out", None)
    if ended and (words := _why(ended.how)):
        messages.info(request, words)
    if _htmx(request):
        return _go(request, resolve_url(settings.LOGIN_URL))
    if ended and request.method == "POST" and (token := kept.pack(request, ended.account_id)):
        from zhibu.apps.accounts.views.session import sign_in_again

        return sign_in_again(request, token)
    back = request.get_full_path() if request.method in {"GET", "HEAD"} else ""
    return redirect_to_login(back) if back and back != "/" else _go(request, resolve_url(settings.LOGIN_URL))


def _why(how: str) -> str:
    if how == SessionRecord.End.IDLE:
        return f"您有 {idle_minutes()} 分钟没有操作，为了安全已自动退出。请重新登录，登录后回到刚才的页面。"
    if how == SessionRecord.End.LIFE:
        return f"登录已满 {number('life_hours')} 小时，为了安全已自动退出。请重新登录，登录后回到刚才的页面。"
    return ""


def _go(request: HttpRequest, url: str) -> HttpResponse:
    if _htmx(request):
        return HttpResponseClientRedirect(url)  # a fragment must not be filled with a whole page
    return HttpResponseRedirect(url)


def _htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"
