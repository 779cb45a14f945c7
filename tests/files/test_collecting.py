"""What nobody refers to any more is removed, later than the longest backup; nothing else ever is."""

import os
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.files.conftest import PDF, picture, upload
from zhibu.kernel.actor import SYSTEM
from zhibu.kernel.files import DOCUMENT, PHOTO, attach, collect, contents, disk, remove, serve_image, store
from zhibu.kernel.files.models import Attachment, Blob

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=100)


def age(blob):
    """Let the content have been stored 100 days ago."""
    Blob.objects.filter(pk=blob.pk).update(created_at=timezone.now() - LONG_AGO)
    age_file(disk.content_path(blob.address))


def age_file(path):
    then = time.time() - LONG_AGO.total_seconds()
    os.utime(path, (then, then))


@pytest.fixture
def east(make_organization):
    return make_organization("00000000")


def hang(blob, on):
    return attach(on, blob, name="a.pdf", permission="x", actor=SYSTEM, organization_id=on.pk)


def test_old_content_without_reference_goes_with_its_thumbnails(store_folder):
    blob = store(upload(picture()), name="a.jpg", policy=PHOTO)
    assert b"".join(serve_image(blob, size="96").streaming_content)
    age(blob)
    done = collect()
    assert (done.blobs, Blob.objects.count()) == (1, 0)
    assert done.size > blob.size
    assert [path for path in store_folder.rglob("*") if path.is_file() and path.name != ".lock"] == []


def test_young_content_stays_and_so_does_what_was_stored_again(store_folder):
    young = store(upload(picture()), name="a.jpg", policy=PHOTO)
    again = store(upload(PDF), name="a.pdf", policy=DOCUMENT)
    age(again)
    store(upload(PDF), name="a.pdf", policy=DOCUMENT)
    assert collect().blobs == 0
    assert all(disk.content_path(blob.address).exists() for blob in (young, again))


def test_content_on_a_record_stays_however_old(east):
    blob = store(upload(PDF), name="a.pdf", policy=DOCUMENT)
    hang(blob, east)
    age(blob)
    assert collect().blobs == 0
    assert disk.content_path(blob.address).exists()


def test_the_photo_of_a_person_stays_however_old():
    """Whatever model refers to content by a foreign key counts."""
    from zhibu.apps.people.models import Person

    blob = store(upload(picture()), name="a.jpg", policy=PHOTO)
    Person.objects.create(name="张伟", photo=blob)
    age(blob)
    assert collect().blobs == 0
    assert disk.content_path(blob.address).exists()


def test_an_attachment_taken_away_goes_after_the_longest_backup(east):
    blob = store(upload(PDF), name="a.pdf", policy=DOCUMENT)
    attachment = hang(blob, east)
    age(blob)
    remove(attachment)
    assert collect().attachments == 0
    Attachment.objects.system("test").filter(pk=attachment.pk).update(removed_at=timezone.now() - LONG_AGO)
    done = collect()
    assert (done.attachments, done.blobs) == (1, 1)
    assert not disk.content_path(blob.address).exists()


def test_a_reference_made_while_collecting_is_seen_in_time(east, monkeypatch):
    from zhibu.kernel.files import collecting

    blob = store(upload(PDF), name="a.pdf", policy=DOCUMENT)
    age(blob)
    forget = collecting._forget

    def late(sha256, before):
        hang(blob, east)
        return forget(sha256, before)

    monkeypatch.setattr(collecting, "_forget", late)
    assert collect().blobs == 0
    assert disk.content_path(blob.address).exists()


def test_files_without_a_row_and_unfinished_uploads_go(store_folder):
    stray = disk.content_path("ab" * 32)
    contents.write(stray, b"left by a power cut", "stray")
    fresh = disk.content_path("cd" * 32)
    contents.write(fresh, b"being stored", "fresh")
    unfinished, running = disk.drafts() / "old", disk.drafts() / "new"
    for path in (unfinished, running):
        path.write_bytes(b"x")
    age_file(stray)
    age_file(unfinished)
    done = collect()
    assert (done.strays, done.drafts) == (1, 1)
    assert [path.exists() for path in (stray, fresh, unfinished, running)] == [False, True, False, True]
