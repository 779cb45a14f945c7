"""Taking an upload in: counted, recognised, checked, stored once under its hash."""

import hashlib
import os
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from zhibu.kernel.files import disk, images
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


def store(fileobj: Any, *, name: str, policy: Policy) -> Blob:
    """Take in an upload and return its Blob; the same content is kept once. Raises FileRefused.

    Call it before the transaction that will refer to the Blob: when it returns, the content is on the disk. `fileobj`
    is read from its beginning; `name` is used for sheets (whose reader goes by it) and in messages only.
    """
    with disk.draft() as path:
        _receive(fileobj, path, policy)
        mime = _check(path, name, policy)
        disk.sync(path)
        return _keep(path, mime)


def _receive(fileobj: Any, path: Path, policy: Policy) -> None:
    stated = getattr(fileobj, "size", None)
    if isinstance(stated, int) and stated > policy.max_bytes:
        raise policy.too_large(stated)
    if hasattr(fileobj, "seek"):
        fileobj.seek(0)
    size = 0
    with path.open("wb") as out:
        while chunk := fileobj.read(disk.CHUNK):
            size += len(chunk)
            if size > policy.max_bytes:
                raise policy.too_large(None)
            out.write(chunk)
    if size == 0:
        raise FileRefused("这个文件是空的（0 字节），可能没有传完。请检查原文件后重新上传。")


def _check(path: Path, name: str, policy: Policy) -> str:
    """Check the content, put the re-encoded picture in its place, and return the MIME type."""
    with path.open("rb") as file:
        kind = sniff(file.read(HEAD))
    if kind not in policy.kinds:
        what = "看不出这是什么文件" if kind is Kind.UNKNOWN else f"文件的内容是{kind.value}"
        raise FileRefused(f"{what}，不能作为{policy.label}上传。{_HINTS.get(kind, policy.wanted)}")
    if kind in IMAGES:
        path.write_bytes(images.reencode(path, policy))
        return "image/jpeg"
    if kind is Kind.PDF:
        _check_pdf(path)
        return "application/pdf"
    try:
        check_upload(path, name)
    except SheetRefused as refused:
        raise FileRefused(str(refused)) from refused
    return _SHEET_MIMES[kind]


def _check_pdf(path: Path) -> None:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 2048))
        if b"%%EOF" not in file.read():
            raise FileRefused("PDF 文件不完整，可能没有传完。请重新上传。")


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _keep(path: Path, mime: str) -> Blob:
    """Move the draft to its place and name it in the database; the row never commits before the content is there."""
    sha256, size = _hash(path), path.stat().st_size
    place = disk.content_path(sha256)
    with disk.held(alone=False), transaction.atomic():
        row: tuple[Blob, bool] = Blob.objects.get_or_create(sha256=sha256, defaults={"size": size, "mime": mime})
        blob, new = row
        if not new:  # wanted again: its time before collection starts anew
            Blob.objects.filter(pk=sha256).update(created_at=timezone.now())
        if place.exists() and place.stat().st_size == size:
            os.utime(place)
        else:
            disk.move_in(path, place)
    return blob


def store_made(content: bytes, *, mime: str) -> Blob:
    """Take in content that the platform itself made (exports, documents) and return its Blob."""
    with disk.draft() as path:
        path.write_bytes(content)
        disk.sync(path)
        return _keep(path, mime)
