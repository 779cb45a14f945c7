"""Part of a file for who asks for a part (RFC 9110, one range): broken-off downloads go on, viewers leaf through."""

import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

_ONE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
BLOCK, SENT_WHOLE = 64 * 1024, 200


class RangeMiddleware:
    """Cuts what `kernel.files` sends to the range asked for; anything it does not understand is answered whole."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        asked, size = request.headers.get("Range", ""), getattr(response, "whole_size", None)
        if (
            size is None
            or response.status_code != SENT_WHOLE
            or request.method != "GET"
            or "If-Range" in request.headers
        ):
            return response
        found = _ONE.fullmatch(asked.replace(" ", ""))
        if found is None or found[0] == "bytes=-" or not isinstance(response, FileResponse):
            return response
        first, last = _bounds(found[1], found[2], size)
        if first > last:
            response.close()
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        return _cut(response, first, last, size)


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """Return the first and the last byte; the first lies behind the last where there is no such part."""
    if not first:  # the last so many
        return (max(0, size - int(last)), size - 1) if int(last) else (size, size - 1)
    return int(first), min(int(last), size - 1) if last else size - 1


def _cut(response: Any, first: int, last: int, size: int) -> HttpResponseBase:
    file: BinaryIO = response.file_to_stream
    file.seek(first)
    response.streaming_content = _pieces(file, last - first + 1)
    response.status_code = 206
    response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Content-Length"] = str(last - first + 1)
    return response  # type: ignore[no-any-return]


def _pieces(file: BinaryIO, left: int) -> Iterator[bytes]:
    while left > 0 and (piece := file.read(min(BLOCK, left))):
        left -= len(piece)
        yield piece
