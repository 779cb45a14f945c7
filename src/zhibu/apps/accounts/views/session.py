"""Signing in, signing out, changing one's password."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from zhibu.apps.accounts import kept, oidc, second_factor
from zhibu.apps.accounts.demonstration import demo_groups
from zhibu.apps.accounts.forms import PasswordForm, SignInForm
from zhibu.apps.accounts.models import Account
from zhibu.apps.accounts.queries import actor_for
from zhibu.apps.accounts.services import (
    passkeys,
    passwords,
    second_step,
    session_list,
    sessions,
    single_sign_on,
    sms_codes,
)
from zhibu.apps.accounts.views.second import proceed
from zhibu.kernel.actions import Refused
from zhibu.kernel.actions.views import safe_next


@method_decorator(login_not_required, name="dispatch")
@method_decorator(sensitive_post_parameters("password"), name="dispatch")
class SignInView(View):
    """The log-in page. Where there is no account yet it says how to make the first one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect(safe_next(request, resolve_url(settings.LOGIN_REDIRECT_URL)))
        second_step.forget(request)  # whoever was half-way in has left
        return self.page(request, SignInForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SignInForm(request.POST)
        if not form.is_valid():
            return self.page(request, form, status=422)
        name, password = form.cleaned_data["username"], form.cleaned_data["password"]
        try:
            account = sessions.prove(request, name, password)
        except Refused as refused:
            form.add_error(None, refused.message)
            return self.page(request, form, status=422)
        return proceed(request, account, "password")

    def page(self, request: HttpRequest, form: SignInForm, status: int = 200, token: str = "") -> HttpResponse:
        """Return the page; it is never kept by the browser, a stale form would be refused."""
        token = token or request.POST.get("kept", "")
        context = {
            "title": "登录",
            "form": form,
            "next": safe_next(request, ""),
            "kept": token,
            "kept_form": kept.unpack(token, None) is not None or kept.waits(request),
            "demo_groups": demo_groups(),
            "passkeys": not passkeys.hindrance(request),
            "sso": oidc.provider().label if oidc.is_on() else "",
            "leaving": request.session.pop(single_sign_on.LEAVING, "") if request.method == "GET" else "",
            "sms": sms_codes.is_on(),
            "no_account": not Account.objects.system("first start").exists(),
        }
        response = render(request, "accounts/login.html", context, status=status)
        response["Cache-Control"] = "no-store"
        return response


def sign_in_again(request: HttpRequest, token: str) -> HttpResponse:
    """Answer a form that was sent after the time-out: the log-in page, which keeps what was typed."""
    kept.leave(request, token)
    return SignInView().page(request, SignInForm(), status=401, token=token)


def enter(request: HttpRequest, account: Account, how: str, second: str = "", target: str = "") -> HttpResponse:
    """Sign in and go where one wanted to go (`target`, else the request's); a kept form is offered first."""
    second_step.forget(request)
    waited = kept.take(request)
    token = request.POST.get("kept", "") or waited
    sessions.sign_in(request, account, how, second)
    first = account.must_change_password and how not in session_list.WITHOUT_PASSWORD
    if passwords.is_old(account) and not first:
        messages.info(request, "您的密码已经用了很久，建议在“修改密码”页换一个。")
    form = kept.unpack(token, account.pk)
    closed = not second and second_factor.must_have(account, actor_for(account))
    if form is not None and not first and not closed:
        return render(request, "accounts/kept.html", {"title": "您刚才填的内容还在", "form": form})
    return redirect(target or safe_next(request, resolve_url(settings.LOGIN_REDIRECT_URL)))


@login_not_required
@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in to a demo account without its password; exists in a demonstration only."""
    if not settings.DEMO:
        raise Http404
    wanted = Account.objects.system("demo accounts").filter(is_demo=True, is_active=True)
    account = wanted.filter(username=request.POST.get("username", "")).first()
    if account is None:
        raise Http404
    return enter(request, account, "demo")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session and say so; whoever came by single sign-on is offered to leave that, too."""
    leaving = single_sign_on.leaving(request)
    sessions.sign_out(request, request.actor)  # type: ignore[attr-defined]
    if leaving:
        request.session[single_sign_on.LEAVING] = leaving
    messages.success(request, "已退出登录")
    return redirect("login")


@method_decorator(sensitive_post_parameters("old", "new", "again"), name="dispatch")
class PasswordView(View):
    """Change one's own password; after a first password it is the only page there is."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, self.form(request))

    def post(self, request: HttpRequest) -> HttpResponse:
        account = self.account(request)
        form = self.form(request, request.POST)
        if not form.is_valid():
            return self.page(request, form, status=422)
        sessions.change_password(request, account, form.cleaned_data["new"])
        messages.success(request, "密码已修改，下次登录请用新密码")
        return redirect(settings.LOGIN_REDIRECT_URL)

    def form(self, request: HttpRequest, data: Any = None) -> PasswordForm:
        """Return the form; wrong present passwords count like those of a sign-in."""
        account = self.account(request)

        def prove(old: str) -> None:
            sessions.prove(request, account.username, old)

        return PasswordForm(data, account=account, prove=prove)

    def account(self, request: HttpRequest) -> Account:
        """Return the signed-in account; the middleware let nobody else through."""
        account: Any = request.user
        return account  # type: ignore[no-any-return]

    def page(self, request: HttpRequest, form: PasswordForm, status: int = 200) -> HttpResponse:
        """Return the form."""
        first = self.account(request).must_change_password
        context = {"title": "请先修改密码" if first else "修改密码", "form": form, "first": first}
        return render(request, "accounts/password.html", context, status=status)
