"""What lies on the disk tells nothing, and what was changed there is never sent."""

import hashlib
import io
import os

import pytest
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from django.test import RequestFactory

from tests.files.conftest import PDF, picture, upload
from zhibu.kernel import upkeep
from zhibu.kernel.crypto import rotate
from zhibu.kernel.doctor import State, content
from zhibu.kernel.files import DOCUMENT, PHOTO, contents, disk, serve_blob, serve_image, store, store_made
from zhibu.kernel.files import picture as picture_of
from zhibu.kernel.files.models import Blob
from zhibu.kernel.files.receiving import SealedUploadHandler
from zhibu.kernel.files.sealing import open_ones, seal_old

pytestmark = pytest.mark.django_db
SECRET = "张伟 440102195803122246".encode()
LETTER = b"%PDF-1.4\n" + SECRET + os.urandom(600_000) + b"\n%%EOF\n"


@pytest.fixture(autouse=True)
def keys(settings, tmp_path):
    """Keys of this test's own, so that they may be changed."""
    settings.KEYRING = tmp_path / "keys.json"


@pytest.fixture
def letter():
    return store(upload(LETTER), name="信.pdf", policy=DOCUMENT)


def earlier(folder, content, mime="application/pdf"):
    """A content as an earlier version stored it."""
    address = hashlib.sha256(content).hexdigest()
    place = folder / address[:2] / address[2:4] / address
    place.parent.mkdir(parents=True)
    place.write_bytes(content)
    return Blob.objects.create(address=address, size=len(content), mime=mime)


def body(response):
    return b"".join(response.streaming_content)


def on_disk(folder):
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_the_disk_holds_neither_content_nor_pictures_nor_what_the_platform_made(store_folder, letter):
    photo = store(upload(picture()), name="a.jpg", policy=PHOTO)
    body(serve_image(photo, size="96"))
    store_made("姓名,张伟".encode(), mime="text/csv")
    found = on_disk(store_folder)
    assert len(list(store_folder.rglob("thumbs/96/*/*.jpg"))) == 1
    for plain in (SECRET, b"%PDF", b"JFIF", "张伟".encode()):
        assert plain not in found


def test_an_address_does_not_tell_whether_a_known_file_is_kept(letter):
    assert letter.address != hashlib.sha256(LETTER).hexdigest()
    assert letter.address == contents.address_of(LETTER)


def flip(place, at):
    raw = bytearray(place.read_bytes())
    raw[at] ^= 1
    place.write_bytes(raw)


def cut(place, _):
    place.write_bytes(place.read_bytes()[:-300_000])


def replaced(place, _):
    """By somebody who can write to the disk, with an unsealed file."""
    place.write_bytes(b"%PDF-1.4 forged")


@pytest.mark.parametrize("harm", [flip, cut, replaced])
@pytest.mark.parametrize("at", [3, 8, 20, 100, -1])
def test_a_damaged_file_is_not_sent_and_the_page_says_so(letter, caplog, harm, at):
    harm(disk.content_path(letter.address), at)
    response = serve_blob(letter, name="信.pdf")
    assert response.status_code == 410
    said = response.content.decode()
    assert "这个文件打不开了" in said
    assert "从备份里找回" in said
    assert letter.address in caplog.text
    assert content.files(True).state is State.FAULT


def test_a_damaged_picture_is_left_out_of_a_document():
    photo = store(upload(picture()), name="a.jpg", policy=PHOTO)
    assert picture_of(photo, 96)
    disk.thumbnail_path(photo.address, 96).write_bytes(b"forged")
    assert picture_of(photo, 96), "a thumbnail is made again"
    disk.thumbnail_path(photo.address, 96).unlink()
    flip(disk.content_path(photo.address), -1)
    assert picture_of(photo, 96) is None
    assert serve_image(photo).status_code == serve_image(photo, size="96").status_code == 410


def test_damaged_content_is_mended_by_storing_it_again(letter):
    flip(disk.content_path(letter.address), 50)
    store(upload(LETTER), name="信.pdf", policy=DOCUMENT)
    assert contents.read(letter.address) == LETTER


def test_a_file_of_an_earlier_version_is_read_and_then_sealed(store_folder):
    old = earlier(store_folder, LETTER)
    assert body(serve_blob(old, name="信.pdf")) == LETTER
    assert content.sealed(False).state is State.ATTENTION
    assert "zhibu files seal" in content.sealed(False).advice
    place = disk.content_path(old.address)
    os.utime(place, (1_000_000_000, 1_000_000_000))
    assert seal_old().contents == 1
    assert SECRET not in on_disk(store_folder)
    assert place.stat().st_mtime == 1_000_000_000
    assert body(serve_blob(old, name="信.pdf")) == LETTER
    assert content.sealed(False).state is State.OK
    assert content.files(True).state is State.OK
    assert seal_old().contents == 0


def test_a_changed_file_of_an_earlier_version_is_neither_sent_nor_sealed(store_folder):
    old = earlier(store_folder, LETTER)
    flip(disk.content_path(old.address), 50)
    assert serve_blob(old, name="信.pdf").status_code == 410
    assert seal_old().damaged == [old.address]
    assert not contents.is_closed(disk.content_path(old.address))


def test_after_a_rotation_files_open_and_the_worker_closes_them_anew(letter):
    photo = store(upload(picture()), name="a.jpg", policy=PHOTO)
    body(serve_image(photo, size="96"))
    rotate("file")
    assert len(list(open_ones())) == 3
    assert body(serve_blob(letter, name="信.pdf")) == LETTER
    step = upkeep.seal_step(None, None)
    while not step.finished:
        step = upkeep.seal_step(None, step.cursor)
    assert list(open_ones()) == []
    assert body(serve_blob(letter, name="信.pdf")) == LETTER
    assert longest_edge(body(serve_image(photo, size="96"))) == 96


def longest_edge(content):
    from PIL import Image

    return max(Image.open(io.BytesIO(content)).size)


def test_a_large_upload_waits_sealed(monkeypatch):
    """What does not fit in memory lies in a nameless file on its way in."""
    written = []
    plain = RequestFactory().post("/", {"file": upload(LETTER + os.urandom(2_000_000) + PDF, "信.pdf"), "a": "1"})
    new_file = SealedUploadHandler.new_file

    def watched(self, *args, **kwargs):
        new_file(self, *args, **kwargs)
        written.append(self.file)

    monkeypatch.setattr(SealedUploadHandler, "new_file", watched)
    taken = plain.FILES["file"]
    assert isinstance(taken, UploadedFile)
    assert not hasattr(taken, "temporary_file_path")
    os.lseek(written[0].fileno(), 0, os.SEEK_SET)
    raw = os.read(written[0].fileno(), 5_000_000)
    assert len(raw) > 2_000_000
    assert SECRET not in raw
    blob = store(taken, name=taken.name, policy=DOCUMENT)
    assert contents.read(blob.address).startswith(LETTER)
    assert isinstance(serve_blob(blob, name="信.pdf"), FileResponse)
