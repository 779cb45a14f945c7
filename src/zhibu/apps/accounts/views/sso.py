"""Single sign-on: going to the provider, coming back, and leaving it too."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from zhibu.apps.accounts import oidc
from zhibu.apps.accounts.services import single_sign_on
from zhibu.apps.accounts.views.second import proceed
from zhibu.kernel.actions import Refused
from zhibu.kernel.actions.views import safe_next


@login_not_required
@require_safe
def go(request: HttpRequest) -> HttpResponse:
    """Go to the provider. By GET: a form may not lead to another host, and nothing is changed by it."""
    if not oidc.is_on():
        raise Http404
    try:
        return redirect(single_sign_on.begin(request, safe_next(request, "")))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("login")


@login_not_required
@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """Come back from the provider: in, to the second step, or to the log-in page with the reason."""
    if not oidc.is_on():
        raise Http404
    try:
        arrived = single_sign_on.finish(request)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("login")
    request.session[single_sign_on.TOKEN] = arrived.id_token
    return proceed(request, arrived.account, "oidc", arrived.target)
