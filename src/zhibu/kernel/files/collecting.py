"""Removing content that nothing refers to, later than the longest backup could want it back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, ForeignObjectRel, OuterRef
from django.utils import timezone

from zhibu.kernel.files import disk, images
from zhibu.kernel.files.models import Attachment, Blob
from zhibu.kernel.scope import ScopedModel

LONGEST_BACKUP = timedelta(days=90)
ABANDONED = timedelta(days=1)  # an upload that has not been finished by then never will be


@dataclass
class Collected:
    """What was removed."""

    attachments: int = 0
    blobs: int = 0
    strays: int = 0
    drafts: int = 0
    size: int = 0


def collect(older_than: timedelta = LONGEST_BACKUP) -> Collected:
    """Remove attachments taken away, content nothing refers to and files without a row, all older than `older_than`.

    "Refers" means a foreign key to Blob of any model. Unfinished uploads go after a day. Safe beside running uploads:
    an upload holds the store, locks the row and renews its time.
    """
    before = timezone.now() - older_than
    done = Collected()
    gone: Any = Attachment.objects.system("collecting attachments taken away", allow_delete=True)
    done.attachments = gone.filter(removed_at__lt=before).delete()[0]
    for address in list(_unused(before).values_list("pk", flat=True)):
        with disk.held(alone=True):
            if _forget(address, before):
                done.blobs += 1
                done.size += _unlink(disk.content_path(address))
                for size in images.THUMBNAILS:
                    _unlink(disk.thumbnail_path(address, size))
    for path in _strays(before):
        with disk.held(alone=True):
            if _old(path, before):
                done.strays += 1
                done.size += _unlink(path)
    for path in disk.drafts().iterdir():
        if _old(path, timezone.now() - ABANDONED):
            done.drafts += 1
            done.size += _unlink(path)
    return done


def _unused(before: datetime) -> Any:
    rows: Any = Blob.objects.filter(created_at__lt=before)
    for relation in Blob._meta.get_fields(include_hidden=True):  # hidden: related_name="+"
        if not isinstance(relation, ForeignObjectRel):
            continue
        model: Any = relation.related_model
        pointing = model.objects.system("what refers to content") if issubclass(model, ScopedModel) else model.objects
        rows = rows.exclude(Exists(pointing.filter(**{relation.field.name: OuterRef("pk")})))
    return rows


def _forget(address: str, before: datetime) -> bool:
    """Remove the row if it is still unused; two statements, so that the second sees what the lock waited for."""
    with transaction.atomic():
        if not Blob.objects.filter(pk=address).select_for_update(skip_locked=True):
            return False
        if not _unused(before).filter(pk=address).exists():
            return False
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {Blob._meta.db_table} WHERE sha256 = %s", [address])
    return True


def _strays(before: datetime) -> Iterator[Path]:
    """Give the old files that no row names: what is left when a machine stops between rename and commit."""
    for folder in sorted(disk.root().glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]")):
        old = {path.name: path for path in folder.iterdir() if _old(path, before)}
        named = set(Blob.objects.filter(pk__in=list(old)).values_list("pk", flat=True))
        yield from (path for name, path in old.items() if name not in named)


def _old(path: Path, before: datetime) -> bool:
    try:
        return path.is_file() and path.stat().st_mtime < before.timestamp()
    except FileNotFoundError:
        return False


def _unlink(path: Path) -> int:
    try:
        size = path.stat().st_size
        path.unlink()
    except FileNotFoundError:
        return 0
    return size
