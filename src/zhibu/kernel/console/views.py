"""Pages of the console: list, record, history, export. Wrong subtree is 404."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views import View

from zhibu.kernel import actions
from zhibu.kernel.actions.history import visible_history
from zhibu.kernel.actor import Actor
from zhibu.kernel.console.declare import Screen, offered_acts, screen
from zhibu.kernel.console.export import INLINE, filename, start_export, workbook
from zhibu.kernel.console.listing import PAGE, TooManySearches, listing, select, with_gates
from zhibu.kernel.documents.declare import offered
from zhibu.kernel.scope import get_visible


class ScreenView(View):
    """Finds the screen by its slug and refuses whoever holds its permission nowhere."""

    slug: str = ""
    screen: Screen
    actor: Actor

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.screen = screen(self.slug)
        self.actor = request.actor  # type: ignore[attr-defined]
        if not self.actor.may(self.screen.permission):
            raise Http404

    def bulk(self) -> list[actions.Action]:
        """Return the acts the actor may perform on rows of the list."""
        known = [actions.get(code) for code in offered_acts(self.slug)]
        return [action for action in known if action.open_to(self.actor)]

    def record(self, uid: Any) -> Any:
        """Return the record, through the actor's scope for the screen's permission. Raises Http404 (see leading.py)."""
        rows = self.screen.rows(self.actor)
        try:
            return rows.get(uid=uid)
        except self.screen.model_class.DoesNotExist as missing:
            raise Http404 from missing


class ListView(ScreenView):
    """The list, whole or (for htmx) only its table."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        page = listing(self.screen, self.actor, request.GET)
        rest = request.GET.copy()
        rest.pop("page", None)
        unsorted = rest.copy()
        unsorted.pop("sort", None)
        heads = [actions.get(code) for code in self.screen.head]
        context = {
            "screen": self.screen,
            "page": page,
            "rest": rest.urlencode(),
            "unsorted": unsorted.urlencode(),
            "heads": [a for a in heads if a.open_to(self.actor)],
            "outputs": [a for a in map(actions.get, self.screen.outputs) if a.open_to(self.actor)],
            "links": self.screen.links(self.actor) if self.screen.links else [],
            "may_export": self.actor.may(self.screen.export_permission or self.screen.permission),
            "printed": offered(self.actor, self.screen.model, "list"),
            "bulk": self.bulk(),
        }
        template = "console/_table.html" if request.headers.get("HX-Request") else "console/list.html"
        return render(request, template, context)


class BulkView(ScreenView):
    """From the rows ticked in a list, or all of them as filtered, to the form of an act on them."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        act, _, which = request.POST.get("act", "").partition(" ")
        if act not in {action.code for action in self.bulk()}:
            raise Http404
        uids = request.POST.getlist("uid") if which == "ticked" else []
        if which == "ticked" and not uids:
            messages.warning(request, "还没有勾选。请先在名单左侧勾选，或选“全部”。")
            return redirect(f"{reverse(self.slug)}?{request.GET.urlencode()}")
        query = {"source": self.slug, "list": request.GET.urlencode(), "uids": ",".join(uids[:PAGE])}
        return redirect(f"{reverse('action', args=[act])}?{urlencode(query)}")


class RecordView(ScreenView):
    """One record with its actions and whatever its screen adds."""

    def get(self, request: HttpRequest, uid: Any, **kwargs: Any) -> HttpResponse:
        obj = self.record(uid)
        context = {
            "screen": self.screen,
            "obj": obj,
            "tab": "record",
            "offered": actions.available(self.actor, obj),
            "printed": offered(self.actor, self.screen.model, "record", obj),
            **self.screen.record_context(request, obj),
        }
        return render(request, self.screen.record_template, context)


class HistoryView(ScreenView):
    """Who changed what, when and why, newest first."""

    def get(self, request: HttpRequest, uid: Any, **kwargs: Any) -> HttpResponse:
        obj = self.record(uid)
        context = {"screen": self.screen, "obj": obj, "tab": "history", "entries": visible_history(self.actor, obj)}
        return render(request, "console/history.html", context)


class ExportView(ScreenView):
    """The list as filtered, as xlsx: at once when it is small, else as a job."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if not self.actor.may(self.screen.export_permission or self.screen.permission):
            raise Http404

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            rows, _, _, _ = select(self.screen, self.actor, request.GET)
        except TooManySearches as refused:
            messages.warning(request, str(refused))
            return redirect(reverse(self.screen.slug))
        if rows.order_by()[: INLINE + 1].count() > INLINE:
            job = start_export(self.screen, self.actor, request.GET.urlencode())
            return redirect(reverse("job", args=[job.uid]))
        content = workbook(self.screen, with_gates(self.screen, rows, self.actor), self.actor)
        response = HttpResponse(
            content, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        )
        response["Content-Disposition"] = f"attachment; filename*=UTF-8''{filename(self.screen)}"
        response["Cache-Control"] = "private, no-store"
        return response


def visible(request: HttpRequest, slug: str, uid: Any) -> Any:
    """Return a record of a screen for an app's own view; 404 outside the actor's reach."""
    declared = screen(slug)
    return get_visible(declared.model_class.objects, request.actor, uid, declared.permission)  # type: ignore[attr-defined]
