"""What cannot be restored or backed up is refused in plain Chinese before anything is written."""

import json
import random
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.backup.conftest import PASSPHRASE, Office
from zhibu.kernel.backup import Archive, BackupRefused, Passphrase, drafts, escrow
from zhibu.kernel.backup.manifest import KEYS, NAME


def refused(machine: Office, place: Path, says: str, passphrase: Path | None = None) -> None:
    done = machine.restore(place, passphrase)
    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert machine.is_bare()


def rebuilt(made: Path, place: Path, change: Callable[[dict[str, Any]], None], *, closed_anew: bool = True) -> Path:
    """Write the backup again with another manifest, by somebody who knows the passphrase or does not."""
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(place, "w") as new:
        data = json.loads(old.read(NAME))
        change(data)
        manifest = json.dumps(data).encode()
        for info in old.infolist():
            if info.filename not in {NAME, KEYS}:
                new.writestr(info, old.read(info))
        passphrase = Passphrase(PASSPHRASE)
        keys = escrow.open_(old.read(KEYS), passphrase, old.read(NAME))
        new.writestr(KEYS, escrow.close(keys, passphrase, manifest) if closed_anew else old.read(KEYS))
        new.writestr(NAME, manifest)
    return place


@pytest.mark.parametrize("part", [0.0, 0.5, 0.99])
def test_a_backup_cut_short_is_refused(made: Path, machine: Office, tmp_path: Path, part: float) -> None:
    content = made.read_bytes()
    cut = tmp_path / "cut.zip"
    cut.write_bytes(content[: int(len(content) * part)])
    refused(machine, cut, "不是一份完整的备份")


@pytest.mark.parametrize("member", ["database", "files", KEYS, NAME])
def test_a_changed_byte_is_refused_wherever_it_lies(made: Path, machine: Office, tmp_path: Path, member: str) -> None:
    with zipfile.ZipFile(made) as backup:
        info = next(i for i in backup.infolist() if i.filename.startswith(member))
    content = bytearray(made.read_bytes())
    content[info.header_offset + 30 + len(info.filename) + info.compress_size // 2] ^= 1
    changed = tmp_path / "changed.zip"
    changed.write_bytes(content)
    refused(machine, changed, f"“{info.filename}”与清单不符")


def test_any_byte_changed_is_noticed_or_means_nothing(made: Path, tmp_path: Path) -> None:
    chance, content = random.Random(7), made.read_bytes()
    places = [*(chance.randrange(len(content)) for _ in range(60)), *range(len(content) - 60, len(content))]
    changed, noticed = tmp_path / "changed.zip", 0
    with Archive(made) as whole:
        known = whole.manifest
    for place in places:
        changed.write_bytes(content[:place] + bytes([content[place] ^ 0x10]) + content[place + 1 :])
        try:
            with Archive(changed) as backup:
                backup.check()
                assert backup.manifest == known
        except BackupRefused:
            noticed += 1
    assert noticed > len(places) // 2


def test_a_wrong_passphrase_is_refused(made: Path, machine: Office, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text(PASSPHRASE[:-1] + "三", encoding="utf-8")
    refused(machine, made, "口令不对", wrong)
    wrong.write_text("短", encoding="utf-8")
    refused(machine, made, "至少 12 个字符", wrong)


def test_a_manifest_changed_by_who_does_not_know_the_passphrase_is_refused(
    made: Path, machine: Office, tmp_path: Path
) -> None:
    def lower(data: dict[str, Any]) -> None:
        data["counts"]["people_person"] -= 1

    refused(machine, rebuilt(made, tmp_path / "forged.zip", lower, closed_anew=False), "被改动过")


def test_a_backup_of_a_newer_program_is_refused(made: Path, machine: Office, tmp_path: Path) -> None:
    def newer(data: dict[str, Any]) -> None:
        data["migrations"].append(["people", "0999_later"])

    refused(machine, rebuilt(made, tmp_path / "newer.zip", newer), "请先升级程序")
    refused(machine, rebuilt(made, tmp_path / "format.zip", lambda data: data.update(format=3)), "请先升级程序")


def test_a_restore_that_does_not_prove_itself_leaves_nothing(made: Path, machine: Office, tmp_path: Path) -> None:
    def another_root(data: dict[str, Any]) -> None:
        data["root"][1] = "00" * 32

    place = rebuilt(made, tmp_path / "root.zip", another_root)
    done = machine.restore(place)
    assert done.returncode == 1
    assert "没有通过检验" in done.stderr
    assert "根值" in done.stderr
    assert not machine.live.data.exists() or {p.name for p in machine.live.data.iterdir()} <= {"secret_key"}


def test_another_engine_is_refused(made: Path, machine: Office, tmp_path: Path, office: Office) -> None:
    other = "sqlite" if office.live.url else "postgresql"
    refused(machine, rebuilt(made, tmp_path / "other.zip", lambda data: data.update(engine=other)), "ZHIBU_DATABASE")


@pytest.mark.parametrize("name", ["../../escaped", "files/../../escaped", "/escaped", "zhibu.sqlite3"])
def test_a_member_that_would_be_written_elsewhere_is_refused(
    made: Path, machine: Office, tmp_path: Path, name: str
) -> None:
    def add(data: dict[str, Any]) -> None:
        data["members"][name] = {"size": 0, "sha256": "00" * 32}

    refused(machine, rebuilt(made, tmp_path / "escape.zip", add), "不是知部的备份")


def test_a_folder_with_data_is_never_written_into(made: Path, machine: Office) -> None:
    machine.live.data.mkdir()
    letter = machine.live.data / "letter.txt"
    letter.write_text("重要")
    done = machine.restore(made)
    assert done.returncode == 1
    assert "不是空文件夹" in done.stderr
    assert letter.read_text() == "重要"


def test_what_is_not_there_or_no_backup_is_refused(machine: Office, tmp_path: Path) -> None:
    refused(machine, tmp_path / "nowhere.zip", "没有找到备份文件")
    photo = tmp_path / "photo.zip"
    with zipfile.ZipFile(photo, "w") as other:
        other.writestr("photo.jpg", b"x")
    refused(machine, photo, "不是知部的备份")


def test_a_file_of_that_name_is_not_overwritten(office: Office, made: Path) -> None:
    before = made.read_bytes()
    done = office.zhibu("backup", made, "--passphrase-file", office.passphrase)
    assert done.returncode == 1
    assert "已经存在" in done.stderr
    assert made.read_bytes() == before


def test_a_lost_file_is_named_and_may_be_left_out_knowingly(office: Office, machine: Office, tmp_path: Path) -> None:
    lost = next((office.live.data / "files").glob("[0-9a-f][0-9a-f]/*/*"))
    shutil.copy(lost, tmp_path / "kept")
    try:
        for harm, says in ((lost.unlink, "不在磁盘上"), (lambda: lost.write_bytes(b"other"), "内容已损坏")):
            harm()
            done = office.zhibu("backup", tmp_path / "no.zip", "--passphrase-file", office.passphrase)
            assert done.returncode == 1
            assert lost.name[:12] in done.stderr
            assert says in done.stderr
            assert not list(tmp_path.glob("*.zip"))
        assert "有 1 个文件丢失或损坏" in office.backup(tmp_path / "rest.zip", "--allow-missing")
    finally:
        shutil.copy(tmp_path / "kept", lost)
    done = machine.restore(tmp_path / "rest.zip")
    assert done.returncode == 0, done.stderr
    assert "1 个文件在备份时就已丢失" in done.stdout
    assert set(office.files()) - set(machine.files()) == {str(lost.relative_to(office.live.data / "files"))}


def test_a_full_disk_is_told_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(10**9, 9 * 10**8, 10**8))
    drafts.need_space(tmp_path, 10**7)
    with pytest.raises(BackupRefused, match="磁盘空间不够"):
        drafts.need_space(tmp_path, 10**8)
