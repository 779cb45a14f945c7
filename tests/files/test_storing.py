"""What is taken, what is refused and why, and that the content is kept once, whole, private and clean."""

import io
import stat
import zipfile

import pytest
import xlsxwriter
from django.db import transaction
from PIL import Image

from tests.files.conftest import PDF, picture, upload
from zhibu.kernel.files import DOCUMENT, PHOTO, SHEET, FileRefused, Policy, contents, disk, store
from zhibu.kernel.files.models import Blob

pytestmark = pytest.mark.django_db


def stored(blob):
    return contents.read(blob.address)


def opened(blob):
    return Image.open(io.BytesIO(stored(blob)))


def left_over(folder):
    return [path for path in folder.rglob("*") if path.is_file() and path.name != ".lock"]


def exif_turned():
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: turned a quarter
    exif[0x010F] = "SecretPhone"
    exif.get_ifd(0x8825)[2] = (23.0, 7.0, 0.0)  # GPS latitude
    return picture(exif=exif)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_kept_as_a_fresh_jpeg(form, store_folder):
    blob = store(upload(picture(form), "任意.名字"), name="任意.名字", policy=PHOTO)
    assert (blob.mime, blob.size) == ("image/jpeg", len(stored(blob)))
    assert opened(blob).format == "JPEG"
    assert disk.content_path(blob.address) == store_folder / blob.address[:2] / blob.address[2:4] / blob.address
    assert len(left_over(store_folder)) == 1


def test_a_phone_photo_is_turned_upright_and_loses_place_and_camera():
    blob = store(upload(exif_turned()), name="a.jpg", policy=PHOTO)
    assert b"SecretPhone" not in stored(blob)
    image = opened(blob)
    assert not image.getexif()
    assert image.size == (300, 400)
    red, _, blue = image.getpixel((290, 10))
    assert blue > red, "the blue quarter belongs to the upper right after a quarter turn"


def test_text_hidden_behind_a_picture_is_not_kept():
    blob = store(upload(picture() + b"<script>alert(1)</script>"), name="a.jpg", policy=PHOTO)
    assert b"script" not in stored(blob)


def test_transparent_parts_turn_white_and_palettes_keep_their_colours():
    clear = store(upload(picture("PNG", mode="RGBA", color=(0, 0, 0, 0))), name="a.png", policy=PHOTO)
    assert min(opened(clear).getpixel((390, 290))) > 240
    palette = io.BytesIO()
    Image.open(io.BytesIO(picture())).quantize(8).save(palette, "PNG")
    red, _, blue = opened(store(upload(palette.getvalue()), name="a.png", policy=PHOTO)).getpixel((390, 290))
    assert red > 150 > blue


def test_a_large_photo_is_scaled_down():
    assert max(opened(store(upload(picture(size=(4000, 3000))), name="a.jpg", policy=PHOTO)).size) == 1600


def bomb():
    return picture("PNG", size=(9000, 9000), color=(1, 1, 1))


PICTURE = picture()
REFUSED = {
    "empty": (b"", "0 字节"),
    "a program named .jpg": (b"MZ\x90\x00\x03\x00" + b"\x00" * 200, "内容是程序"),
    "a script": (b"#!/bin/sh\nrm -rf /\n", "内容是程序"),
    "an SVG with script": (b'<?xml version="1.0"?><svg onload="alert(1)"></svg>', "SVG 图形（可能带有脚本）"),
    "a web page": (b"<!doctype html><script>1</script>", "内容是网页"),
    "cut short": (PICTURE[: len(PICTURE) // 2], "不完整或已损坏"),
    "a head only": (PICTURE[:20], "不完整或已损坏"),
    "a png head and junk": (b"\x89PNG\r\n\x1a\n" + b"\xff" * 300, "不完整或已损坏"),
    "81 million pixels": (bomb(), "超过上限 6000 万像素"),
    "HEIC": (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00" + b"\x00" * 100, "兼容性最佳"),
    "GIF": (b"GIF89a" + b"\x00" * 50, "请选择 JPG、PNG 或 WebP 照片"),
    "PDF": (PDF, "内容是PDF 文件"),
    "noise": (bytes(range(256)) * 4, "看不出这是什么文件，不能作为"),
    "words": ("这不是照片".encode(), "内容是文本"),
    "40 MB": (b"\xff\xd8\xff" + b"\x00" * (40 * 1024 * 1024), "文件有 40.0 MB，超过照片的上限 10 MB"),
}


@pytest.mark.parametrize(("content", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_a_photo_is_refused_with_the_reason_and_leaves_nothing(content, said, store_folder):
    with pytest.raises(FileRefused, match=said):
        store(upload(content), name="照片.jpg", policy=PHOTO)
    assert left_over(store_folder) == []
    assert Blob.objects.count() == 0


def test_a_stream_of_unknown_length_stops_at_the_limit():
    class Endless:
        read_bytes = 0

        def read(self, size):
            self.read_bytes += size
            return b"\xff" * size

    endless = Endless()
    with pytest.raises(FileRefused, match="超过照片的上限 10 MB"):
        store(endless, name="a.jpg", policy=PHOTO)
    assert endless.read_bytes <= 12 * 1024 * 1024


def workbook():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet().write_row(0, 0, ["姓名", "张伟"])
    book.close()
    return out.getvalue()


def zip_bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", b"0" * 50_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "mime"),
    [
        (workbook(), "名册.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("姓名,电话\n张伟,1".encode("gbk"), "名册.csv", "text/csv"),
        ("BMW,MZ,1\n".encode("utf-16"), "名册.csv", "text/csv"),
    ],
)
def test_sheets_are_kept_as_they_are(content, name, mime):
    blob = store(upload(content), name=name, policy=SHEET)
    assert (blob.mime, stored(blob)) == (mime, content)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (zip_bomb(), "a.xlsx", "解压后大得不正常"),
        (workbook()[:-40], "a.xlsx", "不完整或已损坏"),
        (b"<svg/>", "a.csv", "SVG"),
        (b"MZ\x00\x01" * 20, "a.csv", "程序"),
        (picture(), "a.xlsx", "JPG 图片"),
    ],
)
def test_bad_sheets_are_refused(content, name, said):
    with pytest.raises(FileRefused, match=said):
        store(upload(content), name=name, policy=SHEET)


def test_documents_are_pdf_or_pictures_and_a_cut_pdf_is_refused():
    assert stored(store(upload(PDF), name="决议.pdf", policy=DOCUMENT)) == PDF
    assert store(upload(picture()), name="扫描.jpg", policy=DOCUMENT).mime == "image/jpeg"
    with pytest.raises(FileRefused, match="PDF 文件不完整"):
        store(upload(PDF[:-8]), name="决议.pdf", policy=DOCUMENT)
    with pytest.raises(FileRefused, match="压缩包或 Office 文件"):
        store(upload(workbook()), name="决议.pdf", policy=DOCUMENT)


def test_the_same_content_is_kept_once_and_its_time_renewed(store_folder):
    first = store(upload(PDF), name="a.pdf", policy=DOCUMENT)
    old = first.created_at.replace(year=2020)
    Blob.objects.filter(pk=first.pk).update(created_at=old)
    second = store(upload(PDF), name="b.pdf", policy=DOCUMENT)
    assert second.pk == first.pk
    assert Blob.objects.get().created_at > old
    assert len(left_over(store_folder)) == 1


def test_lost_content_is_put_back_by_storing_it_again():
    blob = store(upload(PDF), name="a.pdf", policy=DOCUMENT)
    disk.content_path(blob.address).write_bytes(PDF[:5])
    store(upload(PDF), name="a.pdf", policy=DOCUMENT)
    assert stored(blob) == PDF


def test_only_the_owner_reads_the_store(store_folder):
    blob = store(upload(PDF), name="a.pdf", policy=DOCUMENT)
    assert stat.S_IMODE(store_folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(disk.content_path(blob.address).stat().st_mode) == 0o600


def test_the_content_is_there_before_the_row_commits(store_folder, monkeypatch):
    def no_room(source, place):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk, "move_in", no_room)
    with pytest.raises(OSError, match="No space left"), transaction.atomic():
        store(upload(PDF), name="a.pdf", policy=DOCUMENT)
    assert Blob.objects.count() == 0
    assert left_over(store_folder) == []


def test_a_policy_of_ones_own():
    tiny = Policy("签名", PHOTO.kinds, "请选择照片。", 1024 * 1024, max_pixels=10_000)
    with pytest.raises(FileRefused, match="超过上限 1 万像素"):
        store(upload(picture()), name="a.jpg", policy=tiny)
