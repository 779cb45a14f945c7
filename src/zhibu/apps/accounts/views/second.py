"""The second step of signing in: a code of the authenticator, a recovery code, or a passkey."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters

from zhibu.apps.accounts.forms_security import CodeForm, RecoveryForm
from zhibu.apps.accounts.models import Account, Factor
from zhibu.apps.accounts.second_factor import factors_of
from zhibu.apps.accounts.services import passkeys, recovery_codes, second_step
from zhibu.kernel.actions import Refused
from zhibu.kernel.actions.views import safe_next

LATE = "这次登录停留太久，请重新登录。"


def proceed(request: HttpRequest, account: Account, how: str, target: str = "") -> HttpResponse:
    """Go on after the first factor: to the second step, or in; `target` is where one wanted to go, else the request's."""
    from zhibu.apps.accounts.views.session import enter

    if not second_step.wanted(account):
        return enter(request, account, how, target=target)
    second_step.wait(request, account, how)
    if request.POST.get("kept"):  # the form that was typed before travels in the page, not in an address
        return SecondStepView().page(request, second_step.Pending(account, how), "")
    target = target or safe_next(request, "")
    return redirect(reverse("login-second") + (f"?{urlencode({'next': target})}" if target else ""))


def finish(request: HttpRequest, waiting: second_step.Pending, second: str) -> HttpResponse:
    """Sign in whoever showed the second factor; after a recovery code, say how many are left."""
    from zhibu.apps.accounts.views.session import enter

    if second == "recovery":
        left = recovery_codes.left(waiting.account.pk)
        told = f"用掉了一个恢复码，还剩 {left} 个。手机丢了或换了的，请在“登录安全”里删除旧的动态码，再设置新的。"
        messages.warning(request, told)
    return enter(request, waiting.account, waiting.how, second)


@method_decorator(login_not_required, name="dispatch")
@method_decorator(sensitive_post_parameters("code"), name="dispatch")
class SecondStepView(View):
    """Asks whoever typed the right password for the second factor; `?way=recovery` asks for a recovery code."""

    def get(self, request: HttpRequest) -> HttpResponseRedirect | HttpResponse:
        waiting = second_step.pending(request)
        if waiting is None:
            return redirect("login")
        return self.page(request, waiting, request.GET.get("way", ""))

    def post(self, request: HttpRequest) -> HttpResponseRedirect | HttpResponse:
        waiting, way = second_step.pending(request), request.POST.get("way", "")
        if waiting is None:
            messages.info(request, LATE)
            return redirect("login")
        form = RecoveryForm(request.POST) if way == "recovery" else CodeForm(request.POST)
        if not form.is_valid():
            return self.page(request, waiting, way, form)
        try:
            second = second_step.prove_code(request, waiting.account, form.cleaned_data["code"])
        except Refused as refused:
            form.add_error("code", refused.message)
            return self.page(request, waiting, way, form)
        return finish(request, waiting, second)

    def page(self, request: HttpRequest, waiting: second_step.Pending, way: str, form: Any = None) -> HttpResponse:
        """Return the page with the ways this account has, the one asked for open."""
        account = waiting.account
        totp = factors_of(account.pk).filter(kind=Factor.Kind.TOTP).exists()
        recovery = way == "recovery"
        if form is None and (recovery or totp):
            form = RecoveryForm() if recovery else CodeForm()
        context = {
            "title": "第二验证",
            "name": account.display_name or account.username,
            "form": form,
            "recovery": recovery,
            "totp": totp,
            "passkey": passkeys.usable(request, account.pk),
            "has_passkey": factors_of(account.pk).filter(kind=Factor.Kind.PASSKEY).exists(),
            "hindrance": passkeys.hindrance(request),
            "next": safe_next(request, ""),
            "kept": request.POST.get("kept", ""),
        }
        response = render(request, "accounts/second.html", context, status=422 if form and form.is_bound else 200)
        response["Cache-Control"] = "no-store"
        return response
