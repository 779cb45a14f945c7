"""Who gets a file, and with what headers."""

import io
import uuid

import pytest
from django.http import Http404
from django.test import RequestFactory
from PIL import Image

from tests.files.conftest import PDF, picture, upload
from zhibu.kernel.actor import ANONYMOUS, SYSTEM, Actor, Grant
from zhibu.kernel.files import (
    DOCUMENT,
    PHOTO,
    attach,
    attached,
    contents,
    disk,
    display_name,
    remove,
    serve,
    serve_blob,
    serve_image,
    store,
)
from zhibu.kernel.files.serving import download

EAST, WEST = "00000000", "00000001"


def holder(path, permission="custody.view"):
    return Actor(account_id=1, grants=(Grant(permission, path),))


def asked(actor, **query):
    request = RequestFactory().get("/", query)
    request.actor = actor
    return request


def body(response):
    return b"".join(response.streaming_content)


@pytest.fixture
def letter(db, make_organization):
    """A PDF on an organisation in the east."""
    east = make_organization(EAST)
    make_organization(WEST)
    blob = store(upload(PDF), name="决议.pdf", policy=DOCUMENT)
    return attach(
        east, blob, name="决议 “一”.pdf", permission="custody.view", actor=SYSTEM, organization_id=east.pk
    )  # fmt: skip


def test_who_holds_the_permission_over_the_organisation_gets_the_file(letter):
    response = serve(letter, asked(holder(EAST)))
    assert body(response) == PDF
    assert body(download(asked(holder("0000")), letter.uid)) == PDF


@pytest.mark.parametrize(
    "actor",
    [holder(WEST), holder(EAST, "people.view"), holder(EAST, "files.view"), ANONYMOUS],
    ids=["another subtree", "another permission", "the default permission", "nobody"],
)
def test_for_everybody_else_it_does_not_exist(letter, actor):
    with pytest.raises(Http404):
        serve(letter, asked(actor))
    with pytest.raises(Http404):
        download(asked(actor), letter.uid)
    assert attached(actor, letter.organization) == []


def test_an_unknown_or_removed_attachment_does_not_exist(letter):
    assert attached(holder(EAST), letter.organization) == [letter]
    remove(letter)
    with pytest.raises(Http404):
        serve(letter, asked(holder(EAST)))
    with pytest.raises(Http404):
        serve(letter, asked(SYSTEM))
    with pytest.raises(Http404):
        download(asked(SYSTEM), uuid.uuid4())
    assert attached(holder(EAST), letter.organization) == []


def test_what_hangs_on_a_record_is_shown_by_the_permission_of_each(letter):
    secret = attach(
        letter.organization, letter.blob, name="体检.pdf", permission="people.see.health", actor=SYSTEM,
        organization_id=letter.organization_id,
    )  # fmt: skip
    both = Actor(grants=(Grant("custody.view", EAST), Grant("people.see.health", EAST)))
    assert attached(both, letter.organization) == [letter, secret]
    assert attached(holder(EAST), letter.organization) == [letter]


def test_a_download_is_never_shown_cached_or_run(letter):
    response = serve(letter, asked(holder(EAST)))
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%86%B3")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


def test_pictures_are_shown_whole_and_as_thumbnails(db):
    blob = store(upload(picture(size=(800, 600))), name="a.jpg", policy=PHOTO)
    whole = serve_image(blob)
    assert whole["Content-Disposition"].startswith("inline")
    assert whole["Content-Type"] == "image/jpeg"
    assert body(whole) == contents.read(blob.address)
    for size in (96, 320):
        for _ in range(2):  # made, then read
            assert max(Image.open(io.BytesIO(body(serve_image(blob, size=str(size))))).size) == size


@pytest.mark.parametrize("size", ["1", "97", "-96", "96.0", "x", "../96"])
def test_other_sizes_do_not_exist(db, size):
    with pytest.raises(Http404):
        serve_image(store(upload(picture()), name="a.jpg", policy=PHOTO), size=size)


def test_a_document_has_no_thumbnail_and_is_no_picture(letter):
    with pytest.raises(Http404):
        serve(letter, asked(holder(EAST), size="96"))
    with pytest.raises(Http404):
        serve_image(letter.blob)


def test_content_missing_on_disk_is_a_404_and_logged(letter, caplog):
    disk.content_path(letter.blob.address).unlink()
    with pytest.raises(Http404):
        serve_blob(letter.blob, name="x.pdf")
    assert letter.blob.address in caplog.text


@pytest.mark.parametrize(
    ("name", "mime", "shown"),
    [
        ("党员 名册.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "党员 名册.xlsx"),
        ("../../etc/passwd", "application/pdf", "passwd.pdf"),
        ("C:\\桌面\\程序.exe", "image/jpeg", "程序.jpg"),
        ("照片.JPEG", "image/jpeg", "照片.JPEG"),
        ("合影.png", "image/jpeg", "合影.jpg"),
        ("3.5 会议", "application/pdf", "3.5 会议.pdf"),
        ('他说"好"<b>.pdf', "application/pdf", "他说_好__b_.pdf"),
        ("o'clock.pdf", "application/pdf", "o'clock.pdf"),
        ("🎉𠮷·䶮.pdf", "application/pdf", "🎉𠮷·䶮.pdf"),
        ("付款\u202efdp.exe", "image/jpeg", "付款fdp.jpg"),
        ("a\r\nSet-Cookie: x.pdf", "application/pdf", "aSet-Cookie_ x.pdf"),
        ("党" * 300 + ".pdf", "application/pdf", "党" * 76 + ".pdf"),
        ("", "image/jpeg", "文件.jpg"),
        ("...", "application/pdf", "文件.pdf"),
        (".jpg", "image/jpeg", "jpg.jpg"),
    ],
)
def test_names_are_made_fit_to_show(name, mime, shown):
    assert display_name(name, mime) == shown


@pytest.mark.parametrize("name", ["a\r\nX: y.pdf", '"; x=".pdf', "党" * 500, "🎉.pdf", "\ud800.pdf"])
def test_no_name_breaks_the_header(letter, name):
    response = serve_blob(letter.blob, name=name)
    assert "\n" not in response["Content-Disposition"]
    assert response["Content-Disposition"].startswith("attachment")
    assert body(response) == PDF
