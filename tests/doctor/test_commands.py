"""`zhibu doctor` and `zhibu upgrade` as an administrator runs them, on an installation of their own."""

import re
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests import prepared
from tests.backup.conftest import OFFICE, PASSPHRASE, Office
from tests.jobs.live import Live, live_database
from zhibu.kernel.backup import Archive


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    passphrase = tmp_path / "passphrase"
    passphrase.write_text(PASSPHRASE, encoding="utf-8")
    with live_database(tmp_path / "data") as live:
        live.run(OFFICE, "prepare", "3")
        (live.data / "keys.json").chmod(0o600)
        yield Office(live, passphrase)


def test_the_doctor_of_a_sound_office_finds_no_fault_and_says_what_to_see_to(office: Office) -> None:
    done = office.zhibu("doctor", "--full")
    assert done.returncode == 0, done.stdout
    assert "✗" not in done.stdout
    assert "! 备份：还没有做过备份\n    → 请运行 zhibu backup" in done.stdout
    assert "全部核验无误" in done.stdout


def test_a_fault_ends_with_exit_code_1(office: Office) -> None:
    shutil.rmtree(office.live.data / "files")
    done = office.zhibu("doctor")
    assert done.returncode == 1
    assert "✗ 文件内容：3 个文件丢失或损坏" in done.stdout


def test_a_machine_without_a_database_is_told_what_to_do(office: Office, tmp_path: Path) -> None:
    if office.live.url:
        bare = Office(Live(tmp_path / "bare", "postgres://nobody@127.0.0.1:1/nothing"), office.passphrase)
    else:
        bare = Office(Live(tmp_path / "bare", ""), office.passphrase)
    done = bare.zhibu("doctor")
    assert done.returncode == 1
    assert "✗ 数据库连接：" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert not (tmp_path / "bare" / "zhibu.sqlite3").exists()


def test_an_upgrade_backs_up_first_then_migrates_then_checks(office: Office, tmp_path: Path) -> None:
    office.live.run("-m", "django", "migrate", "--skip-checks", "-v0", "sessions", "zero")
    place = tmp_path / "before.zip"
    done = office.zhibu("upgrade", "--backup", place, "--passphrase-file", office.passphrase)
    assert done.returncode == 0, done.stderr
    assert re.search(r"二、升级数据库（\d+ 步）", done.stdout)
    with Archive(place) as backup:
        assert not [name for app, name in backup.manifest.migrations if app == "sessions"]
    assert office.live.sql("SELECT count(*) FROM django_session")[0][0] == 0


def test_an_upgrade_that_fails_stops_and_says_how_to_go_back(office: Office, tmp_path: Path) -> None:
    office.live.run("-m", "django", "migrate", "--skip-checks", "-v0", "sessions", "zero")
    office.live.sql("CREATE TABLE django_session (other int)")
    place = tmp_path / "before.zip"
    done = office.zhibu("upgrade", "--backup", place, "--passphrase-file", office.passphrase)
    assert done.returncode == 1
    assert "升级数据库时出错，已停下" in done.stderr
    assert f"zhibu restore {place} --into" in done.stderr
    assert "三、检查" not in done.stdout


def test_an_upgrade_whose_check_finds_a_fault_does_not_say_done(office: Office) -> None:
    office.live.data.chmod(0o755)
    done = office.zhibu("upgrade", "--passphrase-file", office.passphrase)
    assert done.returncode == 1
    assert "请先处理上面带 ✗ 的各项" in done.stderr
    assert "升级完成" not in done.stdout
    (place,) = (office.live.data / "backups").iterdir()
    assert str(place) in done.stderr


def test_an_upgrade_without_a_backup_does_not_begin(office: Office, tmp_path: Path) -> None:
    office.live.run("-m", "django", "migrate", "--skip-checks", "-v0", "sessions", "zero")
    done = office.zhibu("upgrade", "--backup", tmp_path / "nowhere" / "x.zip")
    assert done.returncode == 1
    assert "升级没有开始" in done.stderr
    assert not office.live.sql("SELECT 1 FROM django_migrations WHERE app = 'sessions'")


def test_a_new_installation_is_set_up_by_the_same_command(tmp_path: Path) -> None:
    data, said = prepared.first_day(tmp_path)
    assert (said["code"], said["wrong"]) == (0, "")
    assert "不需要备份" in said["out"]
    with closing(sqlite3.connect(f"file:{data}/zhibu.sqlite3?immutable=1", uri=True)) as made:
        assert made.execute("SELECT count(*) FROM people_person").fetchone() == (0,)
    # private, whatever the umask
    assert stat.S_IMODE((data / "zhibu.sqlite3").stat().st_mode) == 0o600
    assert [path for path in (data, *data.rglob("*")) if path.stat().st_mode & 0o077] == []
