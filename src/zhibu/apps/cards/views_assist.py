"""The large page: what waits for somebody at the desk, read to them by the clerk they agreed to."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from zhibu.apps.cards import assist, panels
from zhibu.apps.cards.models import Assistance
from zhibu.apps.cards.permissions import ASSIST
from zhibu.apps.cards.services.assisting import notices_of
from zhibu.apps.cards.views import private
from zhibu.apps.people.models import Person
from zhibu.kernel.actor import Actor

#: notices shown at once
MOST = 20


@require_safe
def page(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show it to the clerk who began, until it ended; of somebody who left their reach meanwhile nothing."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(ASSIST):
        raise Http404
    rows = Assistance.objects.visible_to(actor).filter(account_id=actor.account_id, uid=uid).select_related("person")
    helped = rows.filter(ended_at__isnull=True, begun_at__gte=timezone.now() - Assistance.OPEN).first()
    if helped is None or not Person.objects.visible_to(actor, ASSIST).filter(pk=helped.person_id).exists():
        raise Http404
    today = localdate()
    context = {
        "helped": helped, "person": helped.person, "panel": panels.collect(helped.person, actor, today),
        "notices": [(message, uuid.uuid4()) for message in notices_of(helped.person)[:MOST]],
        "waiting": assist.waiting(helped.person, actor, today), "end_key": uuid.uuid4(), "text_size": "huge", "title": "大字服务",
        "slip": f"{reverse('print', args=['cards.assist.slip', helped.uid])}?size=large", "here": request.path,
    }  # fmt: skip
    return private(render(request, "cards/assist.html", context))
