"""Backups while the office works: each is of one moment, whatever is written around it."""

import subprocess
from pathlib import Path

import pytest

from tests.backup.conftest import OFFICE, Office, new_machine
from tests.jobs.live import Live, live_database

pytestmark = pytest.mark.concurrency
WRITERS = "甲乙丙丁"
BACKUPS = 3


def start_writers(live: Live) -> "list[subprocess.Popen[bytes]]":
    """Start four processes that make one person after the other, and wait until all of them do."""
    writers = [live.start(OFFICE, "write", f"写{name}", stdout=subprocess.PIPE) for name in WRITERS]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"ready\n"
    return writers


def test_backups_beside_four_writers_are_consistent(tmp_path: Path, office: Office) -> None:
    with live_database(tmp_path / "busy") as live:
        live.run(OFFICE, "prepare", "5")
        busy = Office(live, office.passphrase)
        writers = start_writers(live)
        try:
            for number in range(BACKUPS):
                busy.backup(tmp_path / f"{number}.zip")
            assert all(writer.poll() is None for writer in writers), "nobody was stopped by the backup"
        finally:
            for writer in writers:
                writer.kill()
                writer.wait()
        seen = []
        for number in range(BACKUPS):
            folder = tmp_path / f"machine{number}"
            folder.mkdir()
            with new_machine(folder, busy) as machine:
                done = machine.restore(tmp_path / f"{number}.zip")
                assert done.returncode == 0, done.stderr
                found = machine.look()
                assert found["wrong"] == []
                assert len(set(found["counts"])) == 1, "person, home, line and file belong to one transaction"
                seen.append(found["counts"][0])
        assert 5 < seen[0] < seen[1] < seen[2], "people were made before, between and during the backups"
