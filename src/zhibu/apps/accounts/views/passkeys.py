"""Making a passkey and signing in with one. These need a script in the browser; codes are the path without."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View
from django.views.decorators.http import require_POST

from zhibu.apps.accounts import backends
from zhibu.apps.accounts.forms_security import PasskeyForm
from zhibu.apps.accounts.services import factors, passkeys, second_step, sessions
from zhibu.apps.accounts.views.security import account_of, done, must_prove
from zhibu.kernel.actions import Refused


def _json(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="application/json", headers={"Cache-Control": "no-store"})


@login_not_required
@require_POST
def sign_in_options(request: HttpRequest) -> HttpResponse:
    """Return what the browser asks its passkeys: those of whoever is at the second step, else any it knows."""
    if passkeys.hindrance(request):
        raise Http404
    waiting = second_step.pending(request)
    return _json(passkeys.request_options(request, waiting.account if waiting else None))


@login_not_required
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in by a passkey: alone, as it proves device and person at once, or as the second step.

    Nothing is counted: a signature cannot be guessed, and a counter would let anybody lock others out.
    """
    from zhibu.apps.accounts.views.second import finish
    from zhibu.apps.accounts.views.session import enter

    waiting = second_step.pending(request)
    page = "login-second" if waiting else "login"
    try:
        factor = passkeys.answered(request, request.POST.get("credential", ""))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(page)
    if not backends.usable(factor.account) or (waiting and waiting.account.pk != factor.account_id):
        sessions.note_failure(factor.account, "通行密钥不是这个账号的，或账号已停用")
        messages.error(request, "这个通行密钥不是这个账号的，或账号已停用。")
        return redirect(page)
    if waiting:
        return finish(request, waiting, "passkey")
    return enter(request, factor.account, "passkey", "passkey")


@require_POST
def creation_options(request: HttpRequest) -> HttpResponse:
    """Return what the browser makes a passkey from."""
    if passkeys.hindrance(request) or must_prove(request):
        raise Http404
    return _json(passkeys.creation_options(request, account_of(request)))


class PasskeyView(View):
    """Name and make a passkey."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return must_prove(request) or self.page(request, PasskeyForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        if (asked := must_prove(request)) is not None:
            return asked
        account, form = account_of(request), PasskeyForm(request.POST)
        if form.is_valid():
            try:
                with transaction.atomic():
                    factor = passkeys.created(request, account, form.cleaned_data["credential"])
                    codes = factors.confirm(account, factor, form.cleaned_data["name"], request.session)
                return done(request, factor, codes)
            except Refused as refused:
                form.add_error(None, str(refused))
        return self.page(request, form, 422)

    def page(self, request: HttpRequest, form: Any, status: int = 200) -> HttpResponse:
        """Return the page, or why there can be none here."""
        context = {"title": "添加通行密钥", "form": form, "hindrance": passkeys.hindrance(request)}
        return render(request, "accounts/security_passkey.html", context, status=status)
