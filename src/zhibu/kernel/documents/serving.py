"""Answering with a document: at once, shown in the browser, never cached; or with what kept it from being made."""

import re
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render as render_page
from django.utils.http import content_disposition_header
from django.utils.timezone import localdate

from zhibu.kernel.documents.declare import Content, Document
from zhibu.kernel.documents.engine import MissingGlyph
from zhibu.kernel.documents.printing import frame_of, printed, render
from zhibu.kernel.files.names import display_name

PDF = "application/pdf"
LARGE = "large"
#: nothing may be loaded, run or framed by the file; `sandbox`, as other content has it, would keep the viewer out
POLICY = "default-src 'none'; object-src 'self'; frame-ancestors 'none'"


def filename(title: str) -> str:
    """Return the name of the file, e.g. 张三的人员登记表-2026-11-24.pdf."""
    whole = re.sub(r"[/\\]", "／", title)[:60]  # a slash in a title is no folder
    return display_name(f"{whole}-{localdate().isoformat()}.pdf", PDF)


def send(content: bytes, title: str) -> HttpResponse:
    """Send a PDF to be shown in the browser, under a Chinese name (RFC 6266), kept by nobody on the way."""
    response = HttpResponse(content, content_type=PDF)
    response["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=filename(title)) or ""
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = POLICY
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def answer(request: HttpRequest, document: Document, rows: Sequence[Any], *, large: bool = False) -> HttpResponse:
    """Make the document of records the actor may print, write the audit line, and send it.

    The caller has fetched the rows through the actor's scope for the document's permission.
    """
    actor: Any = request.actor  # type: ignore[attr-defined]
    return answer_with(request, document, document.builder_function()(actor, rows), rows, large=large)


def answer_with(
    request: HttpRequest, document: Document, content: Content, rows: Sequence[Any] = (), *, large: bool = False
) -> HttpResponse:
    """Make the document of content the app gathered itself, write the audit line, and send it."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    try:
        made = render(document, content, frame_of(actor, large=large))
    except MissingGlyph as missing:
        return refused(request, document, str(missing))
    printed(document, content, actor, rows)
    return send(made, content.title)


def refused(request: HttpRequest, document: Document, message: str) -> HttpResponse:
    """Say why there is nothing to print, and what to mend."""
    context = {"title": f"没有打印：{document.label}", "message": message}
    return render_page(request, "documents/refused.html", context, status=422)


def is_large(params: Any) -> bool:
    """Tell whether the large-print variant is asked for."""
    return bool(params.get("size") == LARGE)
