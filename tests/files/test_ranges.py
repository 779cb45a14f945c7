"""A part of a sealed file, for who asks for a part."""

import os

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from zhibu.kernel.files import serve_blob, store_made
from zhibu.kernel.files.ranges import RangeMiddleware

pytestmark = pytest.mark.django_db
CONTENT = os.urandom(700_001)
SIZE = len(CONTENT)


def asked(header, method="get", **more):
    request = getattr(RequestFactory(), method)("/", headers={"Range": header, **more} if header else more)
    blob = store_made(CONTENT, mime="application/pdf")
    return RangeMiddleware(lambda request: serve_blob(blob, name="a.pdf"))(request)


def body(response):
    return b"".join(response.streaming_content)


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-99", 0, 99),
        ("bytes=262140-262150", 262140, 262150),
        ("bytes=524288-", 524288, SIZE - 1),
        ("bytes=-5", SIZE - 5, SIZE - 1),
        ("bytes=-9999999", 0, SIZE - 1),
        ("bytes=700000-9999999", 700000, SIZE - 1),
        ("bytes = 10 - 20", 10, 20),
    ],
)
def test_the_part_asked_for(header, first, last):
    response = asked(header)
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert response["Content-Length"] == str(last - first + 1)
    assert response["Cache-Control"] == "private, no-store"
    assert body(response) == CONTENT[first : last + 1]


@pytest.mark.parametrize("header", [f"bytes={SIZE}-", "bytes=-0", "bytes=9-5"])
def test_a_part_that_is_not_there(header):
    response = asked(header)
    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{SIZE}")


@pytest.mark.parametrize(
    "header", ["", "bytes=-", "bytes=0-1,5-6", "pages=1-2", "bytes=x-y", "bytes=--5", f"bytes={'9' * 30}-"]
)
def test_whatever_is_not_understood_is_answered_whole(header):
    response = asked(header)
    assert response.status_code == 200
    assert response["Accept-Ranges"] == "bytes"
    assert body(response) == CONTENT


def test_a_part_of_what_may_have_changed_is_sent_whole():
    assert body(asked("bytes=0-9", **{"If-Range": "x"})) == CONTENT


def test_other_answers_are_left_alone():
    request = RequestFactory().get("/", headers={"Range": "bytes=0-1"})
    assert RangeMiddleware(lambda request: HttpResponse("abc"))(request).content == b"abc"
