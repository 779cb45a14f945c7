"""An office is backed up and restored on an empty machine: every row, file, key and the audit's root are equal."""

import re
import stat
from pathlib import Path

from tests.backup.conftest import Office, code_of
from zhibu.kernel.backup import Archive
from zhibu.kernel.backup.manifest import SEALED


def test_everything_is_there_on_the_new_machine(office: Office, made: Path, machine: Office) -> None:
    done = machine.restore(made)
    assert done.returncode == 0, done.stderr
    assert machine.tables() == office.tables()
    assert machine.files() == office.files() != {}
    for name in ("keys.json", "secret_key"):
        assert (machine.live.data / name).read_bytes() == (office.live.data / name).read_bytes()
        assert stat.S_IMODE((machine.live.data / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(machine.live.data.stat().st_mode) == 0o700
    assert machine.look() == {"counts": [8, 8, 8, 8], "wrong": []}


def test_the_root_printed_by_the_backup_is_the_one_of_the_restored_trail(
    office: Office, made: Path, machine: Office
) -> None:
    with Archive(made) as backup:
        assert backup.manifest.root is not None
        root = backup.manifest.root[1]
    said = machine.restore(made).stdout
    assert root in said
    assert machine.zhibu("audit", "verify", "--root", root).returncode == 0
    assert machine.zhibu("audit", "verify", "--root", "00" * 32).returncode == 1


def test_the_backup_leaves_a_line_that_it_contains_itself(office: Office, made: Path, machine: Office) -> None:
    machine.restore(made)
    assert machine.live.sql("SELECT count(*) FROM audit_entry WHERE action = 'backup.make'")[0][0] == 1
    assert machine.live.sql("SELECT count(*) FROM audit_unsealed")[0][0] == 0


def test_without_a_passphrase_a_recovery_code_is_shown_once_and_opens_it(
    office: Office, machine: Office, tmp_path: Path
) -> None:
    folder = tmp_path / "usb"
    folder.mkdir()
    said = office.zhibu("backup", folder).stdout
    (place,) = folder.iterdir()
    assert re.fullmatch(r"zhibu-\d{8}-\d{6}\.zip", place.name)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    code = tmp_path / "code"
    code.write_text(code_of(said).lower().replace("-", " "))
    assert machine.restore(place, code).returncode == 0
    assert machine.look()["counts"] == [8, 8, 8, 8]


def test_the_keys_are_not_in_the_file_in_the_clear(office: Office, made: Path) -> None:
    content = made.read_bytes()
    assert (office.live.data / "secret_key").read_bytes() not in content
    assert b'"purposes"' not in content


def test_a_restored_office_goes_on_and_can_be_backed_up_again(
    office: Office, made: Path, machine: Office, tmp_path: Path
) -> None:
    machine.restore(made)
    assert machine.zhibu("audit", "seal").returncode == 0
    machine.backup(tmp_path / "again.zip")
    with Archive(tmp_path / "again.zip") as again, Archive(made) as first:
        assert len(again.manifest.members) == len(first.manifest.members)
        assert again.manifest.root != first.manifest.root


EARLIER = """
import hashlib, django
django.setup()
from django.db import connection
from zhibu.kernel.files import contents, disk
from zhibu.kernel.files.models import Blob
blob = Blob.objects.order_by("pk").first()
content = contents.read(blob.pk)
address = hashlib.sha256(content).hexdigest()
Blob.objects.create(address=address, size=len(content), mime=blob.mime)
place = disk.content_path(address)
place.parent.mkdir(parents=True)
place.write_bytes(content)
"""


def test_files_travel_sealed_and_those_of_an_earlier_version_as_they_are(
    office: Office, machine: Office, tmp_path: Path
) -> None:
    office.live.run("-c", EARLIER)
    place = tmp_path / "mixed.zip"
    office.backup(place)
    with Archive(place) as backup:
        assert backup.manifest.format == SEALED
    assert machine.restore(place).returncode == 0
    assert machine.files() == office.files()
    assert machine.zhibu("files", "seal").stdout.count("加密了 1 个文件") == 1
    assert "没有要做的" in machine.zhibu("files", "seal").stdout
    assert "附件 甲".encode() not in b"".join(machine.files().values())
    assert machine.look()["wrong"] == []
