"""The two pages of the look itself: switching the text size, and the style page for developers."""

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from zhibu.kernel.ui import sample
from zhibu.kernel.ui.context import TEXT_COOKIE, TEXT_SIZES

YEAR = 365 * 24 * 3600


def text_size(request: HttpRequest) -> HttpResponse:
    """Remember the text size (POST `size`) and go back to `next`, which must be a page of this site."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = "/"
    response = HttpResponseRedirect(target)
    if request.method == "POST":
        size = request.POST.get("size", "")
        if size not in TEXT_SIZES:
            raise BadRequest("没有这种字号，请选择标准字、大字或特大字。")
        response.set_cookie(
            TEXT_COOKIE, size, max_age=YEAR, secure=bool(settings.SESSION_COOKIE_SECURE), httponly=True, samesite="Lax"
        )
    return response


def style(request: HttpRequest, page: str = "components") -> HttpResponse:
    """Show every component in every state; exists for developers only (404 unless DEBUG)."""
    if not settings.DEBUG or page not in sample.PAGES:
        raise Http404
    template, context = sample.PAGES[page]
    return render(request, template, {**sample.shell(request.path), **context(request)})
