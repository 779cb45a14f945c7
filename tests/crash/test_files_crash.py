"""Killed at any moment, an upload is there whole or not at all."""

import os
import random
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.jobs.live import live_database

#: fewer may all miss the writing
RUNS = max(8, int(os.environ.get("ZHIBU_CRASH_RUNS", "8")))

#: where the process stood when it was killed: it keeps the number in a file that it shares with the test
PHASES = ("before", "writing", "placed", "committing", "after")
STORING = """
import contextlib, io, itertools, mmap, os, sys, django
django.setup()
from django.db import connection
from zhibu.kernel.files import DOCUMENT, disk, store

shared = mmap.mmap(os.open(sys.argv[1], os.O_RDWR), 1)
def now(phase): shared[0] = phase

draft, move_in, commit = disk.draft, disk.move_in, connection._commit
@contextlib.contextmanager
def writing():
    with draft() as path:
        now(1)
        yield path
def placing(source, place):
    move_in(source, place)
    now(2)
def committing():
    now(3)
    commit()
disk.draft, disk.move_in, connection._commit = writing, placing, committing

body = os.urandom(3_000_000)
store(io.BytesIO(b"%PDF-1.4 first" + body + b"%%EOF"), name="a.pdf", policy=DOCUMENT)
print("ready", flush=True)
for n in itertools.count():
    now(0)
    content = b"%PDF-1.4 " + os.urandom(16) + body + b"%%EOF"
    store(io.BytesIO(content), name="a.pdf", policy=DOCUMENT)
    now(4)
"""

READING = """
import django
django.setup()
from zhibu.kernel.files import contents, sealing
from zhibu.kernel.files.models import Blob
for address, size in Blob.objects.values_list("pk", "size"):
    content = contents.read(address)
    assert (len(content), contents.address_of(content)) == (size, address)
for path in sealing.places():
    assert contents.is_closed(path) and contents.is_sound(path.name), "content under its name is never half there"
print("every row and file opens")
"""


@pytest.mark.crash
def test_every_row_has_its_whole_content_after_kills(tmp_path: Path) -> None:
    chance, phases = random.Random(7), Counter[str]()
    shared = tmp_path / "phase"
    shared.write_bytes(b"\0")
    with live_database(tmp_path / "live") as live:
        for _ in range(RUNS):
            process = live.start("-c", STORING, str(shared), stdout=subprocess.PIPE)
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            time.sleep(chance.uniform(0.02, 0.25))
            process.kill()
            process.wait()
            phases[PHASES[shared.read_bytes()[0]]] += 1
        assert live.sql("SELECT sha256 FROM kernel_blob"), "the test must have stored something"
        assert live.run("-c", READING).split() == ["every", "row", "and", "file", "opens"]
    print(f"killed {RUNS} times:", dict(phases))
    assert phases["writing"] + phases["placed"] + phases["committing"] >= RUNS // 4, phases
    assert phases["writing"] > 0, phases
