"""Pages of imports: the list, the wizard, one import with its result. Every act among them is a form without script."""

import uuid
from typing import Any
from urllib.parse import quote, urlsplit

from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import resolve, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from zhibu.kernel import audit, files
from zhibu.kernel.actions.views import ActionView
from zhibu.kernel.imports import downloads, queries
from zhibu.kernel.imports.models import BatchState, ImportBatch
from zhibu.kernel.imports.showing import STEPS, TONES, chips, facts, notices, progress, rows_page, step_of
from zhibu.kernel.imports.spec import ImportSpec
from zhibu.kernel.imports.staging import ERROR, NotStaged, Staging
from zhibu.kernel.ui.context import actor_of
from zhibu.kernel.ui.parts import Page

LIST_PAGE = 20
ERRORS_SHOWN = 10


def _spec_or_404(request: HttpRequest, code: str) -> ImportSpec:
    spec = next((spec for spec in queries.specs_of(actor_of(request)) if spec.code == code), None)
    if spec is None:
        raise Http404
    return spec


def _batch_or_404(request: HttpRequest, uid: uuid.UUID, *, rows: bool = False) -> ImportBatch:
    """Return the batch within reach; with `rows`, only for those who may see its rows."""
    batch: ImportBatch | None = queries.visible_batches(actor_of(request)).filter(uid=uid).first()
    if batch is None or (rows and not queries.may_see_rows(actor_of(request), batch)):
        raise Http404
    return batch


@require_GET
@never_cache
def batch_list(request: HttpRequest) -> HttpResponse:
    """List imports within reach, newest first, and offer what may be imported."""
    actor = actor_of(request)
    if actor.account_id is None:
        return redirect_to_login(request.get_full_path())
    found = queries.visible_batches(actor).order_by("-id")
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    batches = list(found[: LIST_PAGE + 1])
    older = f"?before={batches[LIST_PAGE - 1].pk}" if len(batches) > LIST_PAGE else ""
    batches = batches[:LIST_PAGE]
    specs = queries.specs_of(actor)
    if not specs and not batches and not actor.may(ImportBatch.scope_permission):
        raise Http404
    context = {
        "title": "导入",
        "subtitle": "用表格一次登记许多记录：先检查，确认后才写入，写入后可以撤销。",
        "specs": specs,
        "batches": [(batch, TONES[BatchState(batch.state)]) for batch in batches],
        "page": Page(shown=len(batches), next_url=older),
    }
    return render(request, "imports/list.html", context)


class NewView(ActionView):
    """The first step: organisation and file. Goes on to the columns."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.spec = _spec_or_404(request, kwargs.pop("spec"))
        super().setup(request, *args, code="imports.upload", **kwargs)

    def form(self, data: Any = None, files: Any = None) -> Any:
        """Return the upload form, settled on this kind of import."""
        if data is not None:
            data = data.copy()
            data["spec"] = self.spec.code
        return self.action.form_class()(  # type: ignore[misc]
            data, files, actor=self.actor, obj=None, initial={"spec": self.spec.code}
        )

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        answer = super().post(request, **kwargs)
        if answer.status_code == 302:
            found = resolve(urlsplit(answer["Location"]).path)
            if found.url_name == "imports-record":
                return redirect("import-match", uid=found.kwargs["uid"])
        return answer


class MatchView(ActionView):
    """The second step: sheet, header and columns."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, code="imports.match", **kwargs)


@require_GET
@never_cache
def record(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show one import: where it stands, figures, first errors, what can be done; for htmx its progress alone."""
    actor = actor_of(request)
    if actor.account_id is None:
        return redirect_to_login(request.get_full_path())
    batch = _batch_or_404(request, uid)
    work = progress(batch)
    if request.headers.get("HX-Request") == "true":
        if work is not None:
            return render(request, "ui/parts/progress.html", {"work": work})
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    shown = queries.may_see_rows(actor, batch)
    context = {
        "title": f"导入{batch.label}",
        "done_url": _done_url(batch),
        "subtitle": batch.file_name,
        "batch": batch,
        "tone": TONES[BatchState(batch.state)],
        "steps": STEPS,
        "step": step_of(batch),
        "notices": notices(batch),
        "aside": batch.options.get("aside", []) if shown else [],
        "work": work,
        "facts": facts(batch),
        "counts": batch.counts,
        "may_see_rows": shown,
        "offered": queries.offered(actor, batch),
        "history": audit.history(batch._meta.label, str(batch.pk)),
        "refresh_seconds": 3 if work is not None else None,
        **(_first_errors(batch) if shown and batch.counts.get("error") else {}),
        **(_left_alone(batch) if shown else {}),
    }
    return render(request, "imports/record.html", context)


def _done_url(batch: ImportBatch) -> str:
    """Return where the written records are to be seen, "" when there are none."""
    spec = queries.find_spec(batch.spec)
    return reverse(spec.done_url_name) if spec and spec.done_url_name and batch.state == BatchState.DONE else ""


def _first_errors(batch: ImportBatch) -> dict[str, Any]:
    try:
        with Staging(batch.uid) as staged:
            found = [(row, issue) for row in staged.page((ERROR,), 0, ERRORS_SHOWN) for issue in row.issues]
    except NotStaged:
        return {}
    return {"errors": found[:ERRORS_SHOWN], "more_errors": batch.counts.get("issues", 0) > ERRORS_SHOWN}


def _left_alone(batch: ImportBatch) -> dict[str, Any]:
    numbers = batch.options.get("left_rows", [])
    if not numbers:
        return {}
    with Staging(batch.uid) as staged:
        labels = staged.labels(numbers)
    return {"left": [(number, labels.get(number, "")) for number in numbers]}


@require_GET
@never_cache
def check(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show the checked rows of one kind, a page at a time."""
    batch = _batch_or_404(request, uid, rows=True)
    asked, after = request.GET.get("kind", ""), request.GET.get("after", "0")
    start = int(after) if after.isascii() and after.isdigit() and len(after) < 9 else 0
    context = {
        "title": "检查结果",
        "subtitle": f"{batch.label} · {batch.file_name}",
        "batch": batch,
        "steps": STEPS,
        "step": step_of(batch),
        "chips": chips(batch, asked),
        "offered": queries.offered(actor_of(request), batch),
    }
    try:
        context |= rows_page(batch, asked, start)
    except NotStaged:
        context |= {"gone": True, "page": Page(shown=0)}
    return render(request, "imports/check.html", context)


def _file(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=downloads.XLSX)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_GET
def template(request: HttpRequest, spec: str) -> HttpResponse:
    """Send the empty sheet of a kind of import."""
    found = _spec_or_404(request, spec)
    return _file(downloads.template(found), f"{found.label}模板.xlsx")


@require_GET
def errors(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Send the list of bad cells."""
    batch = _batch_or_404(request, uid, rows=True)
    try:
        content = downloads.errors(batch)
    except NotStaged as gone:
        raise Http404 from gone
    return _file(content, f"需要改正的地方-{batch.file_name.rsplit('.', 1)[0]}.xlsx")


@require_GET
def original(request: HttpRequest, uid: uuid.UUID) -> HttpResponseBase:
    """Send the file as it was uploaded, and write down who took it."""
    batch = _batch_or_404(request, uid, rows=True)
    with transaction.atomic():
        audit.record(actor_of(request), "imports.original", batch, summary=f"下载导入的原始文件：{batch.file_name}")
    return files.serve_blob(batch.file, name=batch.file_name)
