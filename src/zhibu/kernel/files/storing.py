"""Taking an upload in: counted, recognised, checked, sealed, stored once."""

import contextlib
import os
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from zhibu.kernel.files import contents, disk, images
from zhibu.kernel.files.models import Blob
from zhibu.kernel.files.policy import IMAGES, FileRefused, Policy
from zhibu.kernel.files.sniff import Kind, sniff
from zhibu.kernel.imports.guard import SheetRefused, check_upload

HEAD = 4096
_SHEET_MIMES = {
    Kind.ZIP: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.OLE: "application/vnd.ms-excel",
    Kind.TEXT: "text/csv",
}
_HINTS = {Kind.HEIC: "请在手机“设置—相机—格式”中选“兼容性最佳”，或把照片存为 JPG 后再上传。"}


@dataclass(frozen=True)
class Scan:
    """A file stored before the transaction, and the name it was sent under."""

    blob: Blob
    name: str


def store(fileobj: Any, *, name: str, policy: Policy) -> Blob:
    """Take in an upload and return its Blob; the same content is kept once. Raises FileRefused.

    Call it before the transaction that will refer to the Blob: when it returns, the content is on the disk. `fileobj`
    is read from its beginning; `name` is used for sheets (whose reader goes by it) and in messages only.
    """
    content, mime = _checked(_received(fileobj, policy), name, policy)
    return _keep(content, mime)


def _received(fileobj: Any, policy: Policy) -> bytes:
    """Return what was sent: in memory, where it is checked; the disk sees it sealed only."""
    stated = getattr(fileobj, "size", None)
    if isinstance(stated, int) and stated > policy.max_bytes:
        raise policy.too_large(stated)
    if hasattr(fileobj, "seek"):
        fileobj.seek(0)
    content = bytearray()
    while chunk := fileobj.read(disk.CHUNK):
        content += chunk
        if len(content) > policy.max_bytes:
            raise policy.too_large(None)
    if not content:
        raise FileRefused("这个文件是空的（0 字节），可能没有传完。请检查原文件后重新上传。")
    return bytes(content)


def _checked(content: bytes, name: str, policy: Policy) -> tuple[bytes, str]:
    """Check the content; return it (a picture as it is encoded anew) and its MIME type."""
    kind = sniff(content[:HEAD])
    if kind not in policy.kinds:
        what = "看不出这是什么文件" if kind is Kind.UNKNOWN else f"文件的内容是{kind.value}"
        raise FileRefused(f"{what}，不能作为{policy.label}上传。{_HINTS.get(kind, policy.wanted)}")
    if kind in IMAGES:
        return images.reencode(content, policy), "image/jpeg"
    if kind is Kind.PDF:
        if b"%%EOF" not in content[-2048:]:
            raise FileRefused("PDF 文件不完整，可能没有传完。请重新上传。")
        return content, "application/pdf"
    try:
        with contents.lent(content) as path:
            check_upload(path, name)
    except SheetRefused as refused:
        raise FileRefused(str(refused)) from refused
    return content, _SHEET_MIMES[kind]


def _keep(content: bytes, mime: str) -> Blob:
    """Seal the content into its place and name it in the database; the row never commits before it is there."""
    address = contents.address_of(content)
    place, name = disk.content_path(address), disk.content_name(address)
    with contextlib.ExitStack() as drafts:
        # sealed before the transaction, which holds SQLite's only write lock
        draft = None if contents.is_sound(address) else drafts.enter_context(contents.sealed(content, name))
        with disk.held(alone=False), transaction.atomic():
            blob, new = Blob.objects.get_or_create(address=address, defaults={"size": len(content), "mime": mime})
            if not new:  # wanted again: its time before collection starts anew
                Blob.objects.filter(pk=address).update(created_at=timezone.now())
            if draft is not None:
                disk.move_in(draft, place)
            elif place.exists():
                os.utime(place)
            else:  # collected since it was looked at
                contents.write(place, content, name)
    made: Blob = blob
    return made


def store_made(content: bytes, *, mime: str) -> Blob:
    """Take in content that the platform itself made (exports, documents) and return its Blob."""
    return _keep(content, mime)
