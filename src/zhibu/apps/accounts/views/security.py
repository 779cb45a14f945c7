"""One's own second factors (登录安全): seen, set up, named, removed; recovery codes."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from zhibu.apps.accounts import second_factor
from zhibu.apps.accounts.forms_security import NameForm, ProveForm, TotpForm
from zhibu.apps.accounts.models import Account, Factor
from zhibu.apps.accounts.services import factors, passkeys, recovery_codes, second_step, session_list, sms_codes, totp
from zhibu.kernel.actions import Refused
from zhibu.kernel.actions.views import safe_next


def account_of(request: HttpRequest) -> Account:
    """Return the signed-in account; the middleware let nobody else through."""
    account: Any = request.user
    return account  # type: ignore[no-any-return]


def must_prove(request: HttpRequest) -> HttpResponse | None:
    """Return the way to the page that asks for the password or a code again; None while the last proof is fresh."""
    if session_list.proved_lately(request.session):
        return None
    target = request.path if request.method == "GET" else reverse("security")
    return redirect(f"{reverse('security-prove')}?{urlencode({'next': target})}")


def done(request: HttpRequest, factor: Factor, codes: list[str]) -> HttpResponse:
    """Say that a factor was set up; with the first one, show the recovery codes, once."""
    if codes:
        return codes_page(request, codes, first=True)
    messages.success(request, f"已设置{factor}，下次登录就可以用")
    return redirect("security")


def codes_page(request: HttpRequest, codes: list[str], *, first: bool = False) -> HttpResponse:
    """Return the codes ready to print: the answer to a POST, so that no address leads to them."""
    account = account_of(request)
    context = {
        "title": "恢复码",
        "codes": codes,
        "first": first,
        "account": account,
        "site": request.build_absolute_uri("/"),
        "back_url": reverse("security"),
    }
    response = render(request, "accounts/security_codes.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def my_security(request: HttpRequest) -> HttpResponse:
    """Show everyone their second factors; who must have one and has none can do nothing else."""
    account = account_of(request)
    rows = list(second_factor.factors_of(account.pk))
    forced = second_factor.must_have(account, request.actor)  # type: ignore[attr-defined]
    context = {
        "title": "请先设置第二验证" if forced and not rows else "登录安全",
        "factors": rows,
        "forced": forced,
        "exempt": second_factor.exempt(account),
        "missing": forced and not rows,
        "codes_left": recovery_codes.left(account.pk) if rows else 0,
        "codes": recovery_codes.COUNT,
        "hindrance": passkeys.hindrance(request),
        "most": factors.MOST,
        "sms": sms_codes.is_on(),
        "sms_verified": sms_codes.is_verified(account),
    }
    return render(request, "accounts/security.html", context)


@method_decorator(sensitive_post_parameters("password", "code"), name="dispatch")
class ProveView(View):
    """Asks for the password or a code again before something that would let somebody else in."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, self.form(request))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form(request, request.POST)
        if not form.is_valid() or not prove(request, form):
            return self.page(request, form, 422)
        session_list.strengthen(request.session)
        return redirect(safe_next(request, reverse("security")))

    def form(self, request: HttpRequest, data: Any = None) -> ProveForm:
        """Return the form; without a second factor it asks for the password."""
        return ProveForm(data, with_code=second_factor.has_one(account_of(request).pk))

    def page(self, request: HttpRequest, form: ProveForm, status: int = 200) -> HttpResponse:
        """Return the form."""
        context = {"title": "请再验证一次", "form": form, "next": safe_next(request, "")}
        return render(request, "accounts/security_prove.html", context, status=status)


def prove(request: HttpRequest, form: ProveForm) -> bool:
    """Tell whether the form proves it; its error says why not."""
    data = form.cleaned_data
    try:
        second_step.prove_again(request, account_of(request), data["password"], data.get("code", ""))
    except Refused as refused:
        form.add_error("code" if data.get("code") else "password", refused.message)
        return False
    return True


@require_POST
def begin_totp(request: HttpRequest) -> HttpResponse:
    """Make a secret and show it."""
    asked = must_prove(request)
    if asked is None:
        totp.begin(account_of(request))
    return asked or redirect("security-totp")


@method_decorator(never_cache, name="dispatch")
class TotpView(View):
    """The QR code and the key of the secret that was begun, and the form for its first code."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return must_prove(request) or self.page(request, TotpForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        if (asked := must_prove(request)) is not None:
            return asked
        account, form = account_of(request), TotpForm(request.POST)
        factor = totp.begun(account)
        if factor is None:
            return redirect("security")
        if form.is_valid():
            try:
                with transaction.atomic():
                    if totp.confirm(factor, form.cleaned_data["code"]):
                        factor.refresh_from_db()
                        codes = factors.confirm(account, factor, form.cleaned_data["name"], request.session)
                        return done(request, factor, codes)
                form.add_error("code", "动态码不对。请看验证器里现在显示的数字；总是不对的，请检查手机的时间是否准确。")
            except Refused as refused:
                form.add_error(None, str(refused))
        return self.page(request, form, 422)

    def page(self, request: HttpRequest, form: TotpForm, status: int = 200) -> HttpResponse:
        """Return the page; without a begun secret there is nothing to be shown."""
        factor = totp.begun(account_of(request))
        if factor is None:
            return redirect("security")
        context = {"title": "设置动态码", "form": form, "picture": totp.picture(factor), "key": totp.spelled(factor)}
        return render(request, "accounts/security_totp.html", context, status=status)


@require_POST
def renew_codes(request: HttpRequest) -> HttpResponse:
    """Make ten new recovery codes and show them, once."""
    account = account_of(request)
    if (asked := must_prove(request)) is not None:
        return asked
    if not second_factor.has_one(account.pk):
        raise Http404
    with transaction.atomic():
        codes = factors.renew_codes(account)
    return codes_page(request, codes)


def own_factor(request: HttpRequest, uid: UUID) -> Factor:
    """Return one of one's own factors; everybody else's are not there."""
    factor = second_factor.factors_of(account_of(request).pk).filter(uid=uid).first()
    if factor is None:
        raise Http404
    return factor


class RenameView(View):
    """Give one of one's own factors another name."""

    def get(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        return self.page(request, NameForm(initial={"name": own_factor(request, uid).name}))

    def post(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        factor, form = own_factor(request, uid), NameForm(request.POST)
        if form.is_valid():
            try:
                with transaction.atomic():
                    factors.rename(account_of(request), factor, form.cleaned_data["name"])
                messages.success(request, "名称已修改")
                return redirect("security")
            except Refused as refused:
                form.add_error("name", str(refused))
        return self.page(request, form, 422)

    def page(self, request: HttpRequest, form: NameForm, status: int = 200) -> HttpResponse:
        """Return the form."""
        context = {"title": "修改名称", "form": form, "cancel_url": reverse("security")}
        return render(request, "ui/form_page.html", context, status=status)


@method_decorator(sensitive_post_parameters("password", "code"), name="dispatch")
class RemoveView(View):
    """Remove one of one's own factors; it asks for the password or a code each time."""

    def get(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        return self.page(request, own_factor(request, uid), ProveForm(with_code=True))

    def post(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        factor, form = own_factor(request, uid), ProveForm(request.POST, with_code=True)
        if form.is_valid() and prove(request, form):
            try:
                with transaction.atomic():
                    factors.remove(account_of(request), factor, request.session)
                messages.success(request, f"已删除{factor}")
                return redirect("security")
            except Refused as refused:
                form.add_error(None, str(refused))
        return self.page(request, factor, form, 422)

    def page(self, request: HttpRequest, factor: Factor, form: ProveForm, status: int = 200) -> HttpResponse:
        """Return the form with what follows."""
        last = second_factor.factors_of(account_of(request).pk).count() == 1
        context = {"title": f"删除{factor}", "factor": factor, "form": form, "last": last}
        return render(request, "accounts/security_remove.html", context, status=status)
