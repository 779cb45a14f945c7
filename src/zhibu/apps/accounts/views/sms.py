"""Signing in by a code sent to one's phone, and verifying the number for it."""

import time
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views import View

from zhibu.apps.accounts.forms_sms import MobileForm, SmsCodeForm
from zhibu.apps.accounts.origin import client_address
from zhibu.apps.accounts.security import number
from zhibu.apps.accounts.services import sessions, sms_codes
from zhibu.apps.accounts.views.second import proceed
from zhibu.apps.accounts.views.security import account_of, must_prove
from zhibu.kernel.actions import Refused
from zhibu.kernel.actions.views import safe_next
from zhibu.kernel.crypto import mask_phone

ASKED = "zhibu.sms"
SECONDS = 900


def _must_be_on() -> None:
    if not sms_codes.is_on():
        raise Http404


def _asked(request: HttpRequest) -> str:
    """Return the number a code was asked for in this browser, "" when that is long ago."""
    kept = request.session.get(ASKED) or {}
    return str(kept.get("mobile", "")) if time.time() - kept.get("at", 0) < SECONDS else ""


def _no_store(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


@method_decorator(login_not_required, name="dispatch")
class SmsView(View):
    """Asks for the number. The answer is the same whether anybody has it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        _must_be_on()
        return self.page(request, MobileForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        _must_be_on()
        form = MobileForm(request.POST)
        if not form.is_valid():
            return self.page(request, form)
        mobile = form.cleaned_data["mobile"]
        again = request.POST.get("again") and mobile == _asked(request)
        target = safe_next(request, "")
        page = reverse("login-sms-code") + (f"?{urlencode({'next': target})}" if target else "")
        try:
            sms_codes.count(mobile, client_address(request))
        except Refused as refused:
            if again:
                messages.warning(request, refused.message)
                return redirect(page)
            form.add_error("mobile", refused.message)
            return self.page(request, form)
        if (account := sms_codes.owner(mobile)) is not None:
            sms_codes.send(account, mobile, sms_codes.Purpose.SIGN_IN)
        request.session[ASKED] = {"mobile": mobile, "at": time.time()}
        return redirect(page)

    def page(self, request: HttpRequest, form: MobileForm) -> HttpResponse:
        """Return the form."""
        context = {"title": "短信验证码登录", "form": form, "next": safe_next(request, "")}
        return _no_store(render(request, "accounts/sms.html", context, status=422 if form.is_bound else 200))


@method_decorator(login_not_required, name="dispatch")
class SmsCodeView(View):
    """Asks for the code that was sent."""

    def get(self, request: HttpRequest) -> HttpResponse:
        _must_be_on()
        return self.page(request, SmsCodeForm()) if _asked(request) else redirect("login-sms")

    def post(self, request: HttpRequest) -> HttpResponse:
        _must_be_on()
        mobile, form = _asked(request), SmsCodeForm(request.POST)
        if not mobile:
            messages.info(request, "这一步停留太久，请重新获取验证码。")
            return redirect("login-sms")
        if form.is_valid():
            try:
                account = sessions.prove_sms(request, mobile, form.cleaned_data["code"])
            except Refused as refused:
                form.add_error("code", refused.message)
            else:
                del request.session[ASKED]
                return proceed(request, account, "sms")
        return self.page(request, form)

    def page(self, request: HttpRequest, form: SmsCodeForm) -> HttpResponse:
        """Return the form; sending again says how long one has to wait."""
        mobile = _asked(request)
        context = {
            "title": "输入验证码",
            "form": form,
            "mobile": mobile,
            "masked": mask_phone(mobile),
            "wait": sms_codes.seconds_left(mobile),
            "minutes": number("sms_minutes"),
            "next": safe_next(request, ""),
        }
        return _no_store(render(request, "accounts/sms_code.html", context, status=422 if form.is_bound else 200))


class PhoneView(View):
    """Verify the number in one's record for signing in by SMS, or switch that off."""

    def get(self, request: HttpRequest) -> HttpResponse:
        _must_be_on()
        return must_prove(request) or self.page(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        _must_be_on()
        if (asked := must_prove(request)) is not None:
            return asked
        account, what = account_of(request), request.POST.get("do")
        if what == "off":
            sms_codes.switch_off(account)
            messages.success(request, "已关闭短信登录")
            return redirect("security")
        mobile = account.person.mobile if account.person else ""
        if what == "send" and mobile:
            return self.send(request, mobile)
        form = SmsCodeForm(request.POST)
        if form.is_valid():
            try:
                sms_codes.verify(account, form.cleaned_data["code"])
                messages.success(request, "手机号已核实，以后可以用短信验证码登录")
                return redirect("security")
            except Refused as refused:
                form.add_error("code", str(refused))
        return self.page(request, form)

    def send(self, request: HttpRequest, mobile: str) -> HttpResponse:
        """Send a code to the number in the record."""
        try:
            sms_codes.count(mobile, client_address(request))
            sms_codes.send(account_of(request), mobile, sms_codes.Purpose.VERIFY, request.actor)  # type: ignore[attr-defined]
            messages.success(request, f"验证码已发到 {mask_phone(mobile)}")
        except Refused as refused:
            messages.warning(request, refused.message)
        return redirect("security-phone")

    def page(self, request: HttpRequest, form: Any = None) -> HttpResponse:
        """Return the page."""
        account = account_of(request)
        mobile = account.person.mobile if account.person else ""
        context = {
            "title": "短信登录",
            "form": form or SmsCodeForm(),
            "masked": mask_phone(mobile) if mobile else "",
            "verified": sms_codes.is_verified(account),
            "wait": sms_codes.seconds_left(mobile) if mobile else 0,
        }
        status = 422 if form is not None else 200
        return _no_store(render(request, "accounts/security_phone.html", context, status=status))
