"""Where payment providers knock, and the page of the local test provider."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from zhibu.apps.dues.models import TrialTrade
from zhibu.apps.dues.providers import current, local
from zhibu.apps.dues.services import ordering

#: a notice is a few hundred bytes
MOST = 20_000


@login_not_required
@csrf_exempt
@require_POST
def notice(request: HttpRequest, provider: str) -> HttpResponse:
    """Take a provider's notice. It may stop sending once it is answered with success; forged ones are refused."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > MOST:
        return JsonResponse({"code": "fail", "message": "内容太大"}, status=413)
    heard, words = ordering.hear(provider, request.body, request.headers.get("X-Signature", ""))
    return JsonResponse({"code": "success" if heard else "fail", "message": words}, status=200 if heard else 400)


@require_http_methods(["GET", "HEAD", "POST"])
def test_pay(request: HttpRequest, number: Any) -> HttpResponse:
    """The test provider's own page: whoever holds the code says that it was paid, and the notice is sent as a real one is."""
    provider = current()
    trade = TrialTrade.objects.filter(number=number).first()
    if provider is None or provider.name != "local" or trade is None:
        raise Http404
    if request.method == "POST":
        paid = local.pay(trade.number)
        if paid is not None and "lose" not in request.POST:
            ordering.hear("local", *local.notice(paid, "paid"))
            TrialTrade.objects.filter(pk=paid.pk).update(delivered=True)
        return HttpResponseRedirect(reverse("dues-test-pay", args=[trade.number]))
    return render(request, "dues/test_pay.html", {"trade": trade})
