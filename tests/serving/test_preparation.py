"""Before anything starts: port, database and static files; what is wrong is said in one sentence."""

import os
import socket
from pathlib import Path

import pytest
from django.db import OperationalError

from zhibu.kernel.serving import preparation
from zhibu.kernel.serving.preparation import CannotServe, check_migrations, check_port, refresh_static, static_is_stale
from zhibu.kernel.serving.supervisor import supervise


def test_a_taken_port_is_named_with_a_way_out() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen(1)
        port = other.getsockname()[1]
        with pytest.raises(CannotServe, match=f"端口 {port} 已被其他程序占用"):
            check_port("127.0.0.1", port)
    check_port("127.0.0.1", port)


@pytest.mark.parametrize(
    ("host", "port", "words"),
    [
        ("127.0.0.1", 99999, "端口 99999 无效"),
        ("127.0.0.1", 0, "端口 0 无效"),
        ("no such host", 8000, "无法识别"),
        ("192.0.2.1", 8000, "本机没有地址"),
    ],
)
def test_an_impossible_address_is_explained(host: str, port: int, words: str) -> None:
    with pytest.raises(CannotServe, match=words):
        check_port(host, port)


@pytest.mark.django_db(transaction=True)
def test_a_database_of_another_version_is_not_served(monkeypatch: pytest.MonkeyPatch) -> None:
    check_migrations()
    monkeypatch.setattr(preparation.MigrationExecutor, "migration_plan", lambda *_: ["one", "two"])
    with pytest.raises(CannotServe, match=r"还差 2 步.*zhibu migrate"):
        check_migrations()


@pytest.mark.django_db(transaction=True)
def test_a_database_out_of_reach_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(preparation, "MigrationExecutor", refuse)
    with pytest.raises(CannotServe, match="无法连接数据库：connection refused"):
        check_migrations()


def test_the_number_of_processes_is_checked() -> None:
    with pytest.raises(CannotServe, match="--workers"):
        supervise(workers=0)


def test_static_files_are_collected_when_absent_or_old(tmp_path: Path) -> None:
    manifest = tmp_path / "staticfiles.json"
    assert static_is_stale(manifest)
    manifest.write_text("{}")
    os.utime(manifest, (2**31 - 2, 2**31 - 2))
    assert not static_is_stale(manifest)
    os.utime(manifest, (1, 1))
    assert static_is_stale(manifest)


def test_collecting_makes_the_manifest_that_vouches_for_it(tmp_path: Path, settings: object) -> None:
    settings.STATIC_ROOT = tmp_path  # type: ignore[attr-defined]
    settings.STORAGES = {  # type: ignore[attr-defined]
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }
    refresh_static()
    manifest = tmp_path / "staticfiles.json"
    assert manifest.is_file()
    assert not static_is_stale(manifest)
    assert (tmp_path / "django_htmx").is_dir()
    first = manifest.stat().st_mtime_ns
    refresh_static()
    assert manifest.stat().st_mtime_ns == first  # nothing to do the second time
