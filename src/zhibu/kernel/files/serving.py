"""Sending content: never from a public folder, never cached by others, never able to run anything in our name."""

import io
import logging
from typing import Any, BinaryIO

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from zhibu.kernel.files import contents, disk, images
from zhibu.kernel.files.attachments import get_attachment
from zhibu.kernel.files.contents import Damaged
from zhibu.kernel.files.models import Attachment, Blob
from zhibu.kernel.files.names import display_name
from zhibu.kernel.ui import errors

log = logging.getLogger("zhibu.files")
BLOCK = 64 * 1024
SIZES = {str(size): size for size in images.THUMBNAILS}


def serve(attachment: Attachment, request: HttpRequest) -> HttpResponseBase:
    """Send the attachment if `request.actor` may see it, else raise Http404; `?size=96` or 320: the thumbnail."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    seen = get_attachment(actor, attachment.uid)
    return _answer(seen, request)


@require_GET
def download(request: HttpRequest, uid: Any) -> HttpResponseBase:
    """The page /files/<uid>/: an attachment, for those who may see it."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    return _answer(get_attachment(actor, uid), request)


def _answer(attachment: Attachment, request: HttpRequest) -> HttpResponseBase:
    size = request.GET.get("size", "")
    if attachment.blob.mime == "image/jpeg":
        return serve_image(attachment.blob, size=size, name=attachment.name)
    if size:
        raise Http404
    return serve_blob(attachment.blob, name=attachment.name)


def serve_image(blob: Blob, *, size: str = "", name: str = "照片") -> HttpResponseBase:
    """Send a stored picture to be shown in a page; `size` is "" (whole), "96" or "320".

    The caller checks who may see it. Raises Http404 for other sizes and for what is no picture.
    """
    if blob.mime != "image/jpeg" or (size and size not in SIZES):
        raise Http404
    try:
        file = io.BytesIO(_thumbnail(blob, SIZES[size])) if size else _there(blob)
    except Damaged as damaged:
        return _damaged(blob, damaged)
    return _response(file, blob.mime, name, inline=True)


def picture(blob: Blob, size: int) -> bytes | None:
    """Return a stored picture's thumbnail (one of images.THUMBNAILS), to be set into a document.

    None for what is no picture, and when the content is not there or does not open.
    """
    if blob.mime != "image/jpeg":
        return None
    try:
        return _thumbnail(blob, size)
    except Http404:
        return None
    except Damaged as damaged:
        log.error("content %s does not open: %s", blob.address, damaged.reason)
        return None


def serve_blob(blob: Blob, *, name: str, inline: bool = False) -> HttpResponseBase:
    """Send content under `name`, as a download or to be shown; the caller checks who may see it.

    Raises Http404 if it is not there; answers with a page that says so when it was damaged.
    """
    try:
        return _response(_there(blob), blob.mime, name, inline=inline)
    except Damaged as damaged:
        return _damaged(blob, damaged)


def _damaged(blob: Blob, damaged: Damaged) -> HttpResponseBase:
    log.error("content %s does not open: %s", blob.address, damaged.reason)
    return errors.file_damaged()


def _there(blob: Blob) -> BinaryIO:
    try:
        return contents.open_content(blob.address)
    except FileNotFoundError:
        log.error("content %s is named in the database and missing on disk", blob.address)
        raise Http404 from None


def _thumbnail(blob: Blob, size: int) -> bytes:
    place, name = disk.thumbnail_path(blob.address, size), disk.thumbnail_name(blob.address, size)
    made = contents.read_made(place, name)
    if made is None:
        with _there(blob) as whole:
            made = images.thumbnail(whole.read(), size)
        contents.write(place, made, name)
    return made


def _response(file: BinaryIO, mime: str, name: str, *, inline: bool) -> FileResponse:
    response = FileResponse(file, as_attachment=not inline, filename=display_name(name, mime), content_type=mime)
    response.block_size = BLOCK
    response.whole_size = int(response["Content-Length"])  # type: ignore[attr-defined]  # for RangeMiddleware
    response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    # whatever the content is, opened by itself it may not load, run or frame anything
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
