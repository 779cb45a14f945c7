"""The page of an action: its consequence, its form, its refusal, and the act itself on POST."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

from zhibu.kernel import audit
from zhibu.kernel.actions.declare import Action, get
from zhibu.kernel.actions.errors import Conflict, Refused
from zhibu.kernel.actions.history import ShownLine, visible_history
from zhibu.kernel.actions.merging import renewed, untouched
from zhibu.kernel.actions.perform import Outcome, fetch, perform, refusal, repeated
from zhibu.kernel.scope import OutsideScope


def safe_next(request: HttpRequest, fallback: str) -> str:
    """Return the page to go to afterwards: the `next` parameter if it stays on this host, else `fallback`."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if target and allowed else fallback


class ActionView(View):
    """GET shows the form with the consequence; POST performs. Works the same without JavaScript."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        try:
            self.action: Action = get(kwargs["code"])
        except KeyError as missing:
            raise Http404 from missing
        self.actor = request.actor  # type: ignore[attr-defined]
        if not self.action.open_to(self.actor):
            raise Http404
        self.uid = kwargs.get("uid")
        if (self.uid is None) != (self.action.target == "none"):
            raise Http404
        self.obj = fetch(self.action, self.actor, self.uid) if self.uid else None

    def form(self, data: Any = None, files: Any = None) -> Any:
        """Return the action's form, bound when data is given; None when the act needs no input."""
        form_class = self.action.form_class()
        if form_class is None:
            return None
        initial = {name: value for name, value in self.request.GET.items() if name != "next"}
        return form_class(data, files, actor=self.actor, obj=self.obj, initial=initial)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show the form; whoever came back to an act that is over is told before they fill anything in."""
        over = refusal(self.action, self.actor, self.obj) if self.obj is not None else None
        return self.page(self.form(), refused=over)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST, request.FILES)
        if form is not None and not form.is_valid():
            if (first := repeated(self.action, self.actor, request.POST.get("key", ""))) is not None:
                return self.done(request, first)
            return self.page(form, status=422)
        try:
            key = uuid.UUID(request.POST.get("key", ""))
            rev = int(request.POST["rev"]) if request.POST.get("rev") else None
        except ValueError:
            return self.page(form, status=422, refused=Refused("页面已过期", next_step="请刷新页面后重新提交。"))
        try:
            data = form.to_input() if form is not None else None
            outcome = perform(self.action, self.actor, data=data, uid=self.uid, rev=rev, key=key)
        except Refused as refused:
            if form is not None and refused.field in form.fields:
                form.add_error(refused.field, str(refused))
                return self.page(form, status=422)
            return self.page(form, status=422, refused=refused)
        except OutsideScope:
            outside = Refused(
                "所选的组织或人员不在您的管理范围内", next_step="请重新选择；需要跨单位办理的，请联系上级。"
            )
            return self.page(form, status=422, refused=outside)
        except Conflict as conflict:
            return self.conflict_page(form, conflict)
        if not outcome.replayed:
            messages.success(request, f"已办理：{self.action.label}")
        return self.done(request, outcome)

    def done(self, request: HttpRequest, outcome: Outcome) -> HttpResponse:
        """Go to where the result is seen."""
        home = outcome.url if outcome.url and not self.action.personal else self.home(self.obj)
        return HttpResponseRedirect(safe_next(request, home))

    def home(self, obj: Any) -> str:
        """Return the page of the record, or for an act of one's own where one sees it oneself (`own_url`)."""
        if self.action.personal:
            return str(getattr(obj, "own_url", "/"))
        return str(obj.get_absolute_url()) if hasattr(obj, "get_absolute_url") else "/"

    def conflict_page(self, form: Any, conflict: Conflict) -> HttpResponse:
        """Return the page with what changed since the form was opened; fields left alone take the other's values."""
        seen = self.request.POST.get("seen", "")
        lines = visible_history(self.actor, conflict.obj, int(seen) if seen.isdecimal() and len(seen) < 19 else 0)
        taken = untouched(form, conflict.obj, lines) if form is not None else []
        if taken:
            fresh = self.action.form_class()(actor=self.actor, obj=conflict.obj)  # type: ignore[misc]
            data = renewed(self.request.POST, fresh, taken)
            form = self.action.form_class()(data, self.request.FILES, actor=self.actor, obj=conflict.obj)  # type: ignore[misc]
        return self.page(form, status=409, conflict=conflict, changed_since=lines)

    def page(
        self,
        form: Any,
        *,
        status: int = 200,
        refused: Refused | None = None,
        conflict: Conflict | None = None,
        changed_since: list[ShownLine] | None = None,
    ) -> HttpResponse:
        """Return the page; after a conflict it shows what changed since the form was opened."""
        obj = conflict.obj if conflict else self.obj
        keep = self.request.POST.get("key") if status == 422 else None
        context = {
            "action": self.action,
            "obj": obj,
            "form": form,
            "refused": refused,
            "conflict": conflict,
            "changed_since": changed_since,
            "key": keep or uuid.uuid4(),
            "seen": audit.last_id(),
            "rev": self.request.POST.get("rev") if status == 422 else getattr(obj, "rev", ""),
            "confirm": self.action.confirm.format(obj=obj) if obj is not None else self.action.confirm,
            # only a page asked for expressly goes before where the act itself leads (a new record, slips to print)
            "next": safe_next(self.request, ""),
            "back": safe_next(self.request, self.home(obj)),
        }
        template = getattr(form, "page_template", None) or "actions/action.html"
        return render(self.request, template, context, status=status)
