"""Sending content: never from a public folder, never cached by others, never able to run anything in our name."""

import logging
from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_GET

from zhibu.kernel.files import disk, images
from zhibu.kernel.files.attachments import get_attachment
from zhibu.kernel.files.models import Attachment, Blob
from zhibu.kernel.files.names import display_name

log = logging.getLogger("zhibu.files")
SIZES = {str(size): size for size in images.THUMBNAILS}


def serve(attachment: Attachment, request: HttpRequest) -> FileResponse:
    """Send the attachment if `request.actor` may see it, else raise Http404; `?size=96` or 320: the thumbnail."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    seen = get_attachment(actor, attachment.uid)
    return _answer(seen, request)


@require_GET
def download(request: HttpRequest, uid: Any) -> FileResponse:
    """The page /files/<uid>/: an attachment, for those who may see it."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    return _answer(get_attachment(actor, uid), request)


def _answer(attachment: Attachment, request: HttpRequest) -> FileResponse:
    size = request.GET.get("size", "")
    if attachment.blob.mime == "image/jpeg":
        return serve_image(attachment.blob, size=size, name=attachment.name)
    if size:
        raise Http404
    return serve_blob(attachment.blob, name=attachment.name)


def serve_image(blob: Blob, *, size: str = "", name: str = "照片") -> FileResponse:
    """Send a stored picture to be shown in a page; `size` is "" (whole), "96" or "320".

    The caller checks who may see it. Raises Http404 for other sizes and for what is no picture.
    """
    if blob.mime != "image/jpeg" or (size and size not in SIZES):
        raise Http404
    path = _there(blob)
    if size:
        path = _thumbnail(blob.sha256, path, SIZES[size])
    return _response(path, blob.mime, name, inline=True)


def picture_path(blob: Blob, size: int) -> Path | None:
    """Return the file of a stored picture's thumbnail (one of images.THUMBNAILS), to be set into a document.

    None for what is no picture, and when the content is not there.
    """
    path = disk.content_path(blob.sha256)
    if blob.mime != "image/jpeg" or not path.exists():
        return None
    return _thumbnail(blob.sha256, path, size)


def serve_blob(blob: Blob, *, name: str, inline: bool = False) -> FileResponse:
    """Send content under `name`, as a download or to be shown; the caller checks who may see it.

    Raises Http404 if it is not there.
    """
    return _response(_there(blob), blob.mime, name, inline=inline)


def _there(blob: Blob) -> Path:
    path = disk.content_path(blob.sha256)
    if not path.exists():
        log.error("content %s is named in the database and missing on disk", blob.sha256)
        raise Http404
    return path


def _thumbnail(sha256: str, path: Path, size: int) -> Path:
    made = disk.thumbnail_path(sha256, size)
    if not made.exists():
        disk.write(made, images.thumbnail(path, size))
    return made


def _response(path: Path, mime: str, name: str, *, inline: bool) -> FileResponse:
    response = FileResponse(
        path.open("rb"), as_attachment=not inline, filename=display_name(name, mime), content_type=mime
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    # whatever the content is, opened by itself it may not load, run or frame anything
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
