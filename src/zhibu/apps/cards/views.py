"""The identify desk: waits for a tap, says who it is, clears itself."""

import uuid
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views import View
from django.views.decorators.http import require_POST

from zhibu.apps.cards import desk
from zhibu.apps.cards.permissions import IDENTIFY, MANAGE
from zhibu.apps.cards.services.taps import LookUp, Read
from zhibu.apps.people import search
from zhibu.apps.people.counted import count_lookup
from zhibu.apps.people.models import Person
from zhibu.kernel import actions
from zhibu.kernel.actor import Actor

FOUND = 12
#: what a reader types at most
LONGEST = 60


def private(response: HttpResponse) -> HttpResponse:
    """Nothing of the desk stays in the browser: the next in the queue must not find it with the back button."""
    response["Cache-Control"] = "no-store"
    return response


class DeskView(View):
    """GET waits, shows what was tapped a moment ago, or finds by name; POST is a tap."""

    actor: Actor

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.actor = request.actor  # type: ignore[attr-defined]
        if not self.actor.may(IDENTIFY):
            raise Http404

    def get(self, request: HttpRequest) -> HttpResponse:
        here = desk.of(request, request.GET)
        if here is None:
            raise Http404
        context = {"desk": here, "key": uuid.uuid4(), "may_manage": self.actor.may(MANAGE)}
        try:
            tap = desk.recent(self.actor, uuid.UUID(request.GET.get("tap", "")))
        except ValueError:
            tap = None
        if tap is not None:
            context |= desk.shown(self.actor, tap)
        context |= self._found(request.GET.get("q", "").strip()[:64])
        if here.device is not None:
            context["link"] = desk.link(here.device)
        if settings.DEMO:
            context["trials"] = [(label, raw, uuid.uuid4()) for label, raw in desk.trials(self.actor, here)]
        return private(render(request, "cards/desk.html", context))

    def _found(self, query: str) -> dict[str, Any]:
        """Return whom the clerk means by name or number, each with a key of its own for opening."""
        if not query:
            return {}
        if search.is_number(query) and not count_lookup(self.actor, query):
            return {"query": query, "too_many": True}
        people = search.find(self.actor, query, permission=IDENTIFY, limit=FOUND)
        return {"query": query, "found": [(person, uuid.uuid4()) for person in people]}

    def post(self, request: HttpRequest) -> HttpResponse:
        here = desk.of(request, request.POST, listening=False)
        if here is None:
            raise Http404
        raw, live = request.POST.get("raw", "").strip(), request.headers.get("HX-Request") == "true"
        try:
            key = uuid.UUID(request.POST.get("key", ""))
        except ValueError:
            return self._nothing(request, live, "页面已过期，请刷新后重新刷卡。")
        if not 0 < len(raw) <= LONGEST or "\0" in raw:
            return self._nothing(request, live, "没有读到卡号，请重新刷卡。")
        data = Read(here.place, raw, here.reader, desk.source_of(request.POST.get("source", "")))
        outcome = actions.perform(actions.get("cards.desk.tap"), self.actor, data=data, key=key)
        if not live:
            return redirect(f"{reverse('desk')}?tap={outcome.object_id}")
        tap = outcome.result or desk.recent(self.actor, outcome.object_id)
        if tap is None:
            return self._nothing(request, live, "这次刷卡已经清除，请重新刷卡。")
        judged = outcome.result is not None
        return private(render(request, "cards/_result.html", desk.shown(self.actor, tap, judged=judged)))

    def _nothing(self, request: HttpRequest, live: bool, text: str) -> HttpResponse:
        if live:
            return private(render(request, "cards/_result.html", {"nothing": text, "seconds": desk.WARNED}))
        here = desk.of(request, request.POST)
        context = {"desk": here, "key": uuid.uuid4(), "nothing": text, "seconds": desk.WARNED, "may_manage": False}
        return private(render(request, "cards/desk.html", context, status=422))


@require_POST
def look_up(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Open the desk page of somebody found by name; logged as a look-up."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    here = desk.of(request, request.POST) if actor.may(IDENTIFY) else None
    if here is None or not Person.objects.visible_to(actor, IDENTIFY).filter(uid=uid).exists():
        raise Http404
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return redirect("desk")
    act = actions.get("cards.desk.look_up")
    outcome = actions.perform(act, actor, uid=uid, data=LookUp(here.place), key=key)
    return redirect(f"{reverse('desk')}?tap={outcome.object_id}")
