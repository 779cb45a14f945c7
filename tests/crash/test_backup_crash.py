"""Backup and restore are killed at random moments: what bears the name is whole, and the next run clears the rest.

ZHIBU_CRASH_RUNS sets the number of kills of each (3 unless told).
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backup.conftest import OFFICE, PASSPHRASE, Office, new_machine
from tests.jobs.live import ROOT, live_database
from zhibu.kernel.backup import Archive, Passphrase

pytestmark = pytest.mark.crash
RUNS = int(os.environ.get("ZHIBU_CRASH_RUNS", "3"))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    passphrase = folder / "passphrase"
    passphrase.write_text(PASSPHRASE, encoding="utf-8")
    with live_database(folder / "data") as live:
        live.run(OFFICE, "prepare", "60")
        yield Office(live, passphrase)


def killed(office: Office, moment: float, *words: object) -> bool:
    """Run the command and kill it so many seconds after it began to write; tells whether it was still at work."""
    done = subprocess.Popen(
        [sys.executable, "-u", "-m", "zhibu.cli", *map(str, words)], env=office.live.environment, cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.stdout is not None
    assert done.stdout.readline().startswith("正在".encode())
    time.sleep(moment)
    at_work = done.poll() is None
    done.send_signal(signal.SIGKILL)
    done.wait()
    return at_work


def duration(office: Office, folder: Path) -> float:
    """Return how long the writing takes when nobody kills it."""
    began = time.monotonic()
    killed(office, 0, "backup", folder / "timed.zip", "--passphrase-file", office.passphrase)
    start = time.monotonic() - began
    began = time.monotonic()
    office.backup(folder / "whole.zip")
    return max(time.monotonic() - began - start, 0.1)


def test_a_killed_backup_is_never_taken_for_whole(office: Office, tmp_path: Path) -> None:
    long, chance, hits = duration(office, tmp_path), random.Random(2026), 0
    for number in range(RUNS):
        place = tmp_path / f"{number}.zip"
        hits += killed(
            office, chance.uniform(0, long), "backup", place, "--passphrase-file", office.passphrase
        )  # fmt: skip
        if place.exists():
            with Archive(place) as backup:
                backup.keys(Passphrase(PASSPHRASE))
                backup.check()
    assert hits > 0, "the kills came too late to prove anything"
    office.backup(tmp_path / "last.zip")
    assert not list(tmp_path.glob(".*")), "the next backup clears what the killed ones left"
    assert office.look()["wrong"] == []


def test_a_killed_restore_leaves_all_or_nothing_and_can_be_run_again(office: Office, tmp_path: Path) -> None:
    place, chance, hits = tmp_path / "office.zip", random.Random(6202), 0
    office.backup(place)
    for number in range(RUNS):
        folder = tmp_path / f"machine{number}"
        folder.mkdir()
        with new_machine(folder, office) as machine:
            hits += killed(
                machine, chance.uniform(0, 2.5), "restore", place, "--into", machine.live.data,
                "--passphrase-file", machine.passphrase,
            )  # fmt: skip
            named = machine.live.data.exists() and (machine.live.data / "keys.json").exists()
            if not named:
                assert not machine.live.data.exists() or not list(machine.live.data.glob("[!s]*"))
                done = machine.restore(place)
                while (
                    "另一个恢复正在写" in done.stderr
                ):  # a program that the killed one had started may still be ending
                    time.sleep(0.2)
                    done = machine.restore(place)
                assert done.returncode == 0, done.stderr
            assert machine.look() == {"counts": [60, 60, 60, 60], "wrong": []}
            assert [p.name for p in folder.iterdir()] == ["new"], "nothing is left beside it"
    assert hits > 0, "the kills came too late to prove anything"
