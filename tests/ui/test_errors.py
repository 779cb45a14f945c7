"""Error pages: what happened, what to do next, nothing about the program."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext

from zhibu.kernel.actor import Actor
from zhibu.kernel.ui import errors


@pytest.fixture(autouse=True)
def _as_in_production() -> Iterator[None]:
    with override_settings(DEBUG=False):
        yield


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/nothing-here/", 404, "没有找到这个页面"),
        ("/forbidden/", 403, "工资数据只对劳资岗位开放。"),
        ("/unreadable/", 400, "页码应是数字。"),
        ("/broken/", 500, "系统出了一点问题"),
    ],
)
def test_says_what_happened_and_what_to_do(client: Client, address: str, status: int, words: str) -> None:
    answer = client.get(address)
    page = answer.content.decode()
    assert answer.status_code == status
    assert words in page
    assert "现在可以" in page
    assert "回到首页" in page


def test_server_error_tells_nothing_about_the_program(client: Client) -> None:
    page = client.get("/broken/").content.decode()
    assert "secret-detail" not in page
    assert "Traceback" not in page


def test_server_error_keeps_the_text_size(client: Client) -> None:
    client.cookies["zhibu_text"] = "huge"
    assert 'data-text="huge"' in client.get("/broken/").content.decode()


def test_server_error_survives_broken_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> str:
        raise OSError("disk")

    monkeypatch.setattr(errors, "render_to_string", fail)
    answer = errors.server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "系统出了一点问题" in answer.content.decode()


@pytest.mark.django_db
def test_server_error_asks_no_database() -> None:
    request = RequestFactory().get("/")
    request.actor = Actor(account_id=1, name="何平")  # type: ignore[attr-defined]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        errors.server_error(request)
    assert len(queries) == 0


def test_other_exceptions_keep_their_words(client: Client) -> None:
    answer = errors.bad_request(RequestFactory().get("/"), ValueError("internal"))
    assert "internal" not in answer.content.decode()


def test_style_page_is_for_developers_only(client: Client) -> None:
    assert client.get("/ui/").status_code == 404
    assert client.get("/ui/list/").status_code == 404
