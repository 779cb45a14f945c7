"""Pages of printing: what to print of a record, one record, rows of a list, and what a job has made."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST, require_safe

from zhibu.kernel import files
from zhibu.kernel.actor import Actor
from zhibu.kernel.console.declare import Screen, screen
from zhibu.kernel.console.listing import TooManySearches
from zhibu.kernel.documents.declare import Document, get, offered
from zhibu.kernel.documents.many import KIND, chosen, start
from zhibu.kernel.documents.serving import POLICY, answer, filename, is_large
from zhibu.kernel.files.models import Blob
from zhibu.kernel.jobs.models import Job


def _document(actor: Actor, code: str) -> Document:
    try:
        document = get(code)
    except KeyError as missing:
        raise Http404 from missing
    if document.model is None or not actor.may(document.permission):
        raise Http404
    return document


def _screen(actor: Actor, slug: str) -> Screen:
    try:
        declared = screen(slug)
    except KeyError as missing:
        raise Http404 from missing
    if not actor.may(declared.permission):
        raise Http404
    return declared


@require_safe
def one(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """Show a document of one record as PDF; `?size=large` in large print."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    document = _document(actor, code)
    rows = list(document.model_class().objects.visible_to(actor, document.permission).filter(uid=uid))
    if not rows or "record" not in document.offered or (document.fits is not None and not document.fits(rows[0])):
        raise Http404
    return _now_or_later(request, document, rows, large=is_large(request.GET), back=rows[0].get_absolute_url())


@require_GET
def choose(request: HttpRequest, slug: str, uid: UUID) -> HttpResponse:
    """Ask which document of a record to print, and in which size."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    declared = _screen(actor, slug)
    obj = declared.rows(actor).filter(uid=uid).first()
    found = offered(actor, declared.model, "record", obj) if obj is not None else []
    if not found:
        raise Http404
    context = {"screen": declared, "obj": obj, "documents": found, "title": f"打印 · {obj}"}
    return render(request, "documents/choose.html", context)


@require_POST
def listed(request: HttpRequest, slug: str) -> HttpResponse:
    """Print a document of the rows ticked in a list, or of all its rows as filtered: at once, or by a job."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    declared = _screen(actor, slug)
    document = _document(actor, request.POST.get("document", ""))
    if document not in offered(actor, declared.model, "list"):
        raise Http404
    back = f"{reverse(slug)}?{request.GET.urlencode()}"
    uids = None if request.POST.get("which") == "all" else request.POST.getlist("uid")
    if uids == []:
        messages.warning(request, "还没有勾选。请先在名单左侧勾选要打印的，再点“打印所选”。")
        return redirect(back)
    try:
        rows = chosen(actor, declared, document, request.GET, uids)
    except TooManySearches as refused:
        messages.warning(request, str(refused))
        return redirect(reverse(slug))
    if not rows:
        messages.warning(request, "没有可以打印的记录。它们可能已不在您的管理范围内，请刷新名单后重新勾选。")
        return redirect(back)
    return _now_or_later(request, document, rows, large=is_large(request.POST), back=back)


def _now_or_later(
    request: HttpRequest, document: Document, rows: Sequence[Any], *, large: bool, back: str
) -> HttpResponse:
    """Answer with the document, or with the job that makes a large one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    size = document.size_of(actor, rows)
    if size > document.most:
        messages.warning(request, f"一次最多打印 {document.most:,} {document.unit}。请缩小范围，分几次打印。")
        return redirect(back)
    if size > document.inline:
        return redirect(reverse("job", args=[start(actor, document, rows, size, large=large).uid]))
    return answer(request, document, rows, large=large)


@require_safe
def made(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Show what a job has printed, to the one who asked for it and still may print it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.account_id is None:
        raise Http404
    mine = Job.objects.visible_to(actor).filter(kind=KIND, requested_by_id=actor.account_id, uid=uid, state="done")
    job: Any = mine.first()
    if job is None:
        raise Http404
    document = get(job.payload["document"])
    if not actor.may(document.permission_for(len(job.payload["records"]))):
        raise Http404
    response = files.serve_blob(Blob.objects.get(pk=job.result["blob"]), name=filename(job.label), inline=True)
    response["Content-Security-Policy"] = POLICY
    return response
