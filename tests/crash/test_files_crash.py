"""Killed at any moment, an upload is there whole or not at all."""

import hashlib
import os
import random
import subprocess
import time

import pytest

from tests.jobs.live import live_database

STORING = """
import io, itertools, os, sys, django
django.setup()
from zhibu.kernel.files import DOCUMENT, store
print("ready", flush=True)
for n in itertools.count():
    content = b"%PDF-1.4\\n" + os.urandom(300_000) + b"\\n%%EOF\\n"
    store(io.BytesIO(content), name="a.pdf", policy=DOCUMENT)
"""


@pytest.mark.crash
def test_every_row_has_its_whole_content_after_kills(tmp_path):
    chance = random.Random(7)
    with live_database(tmp_path) as live:
        for _ in range(int(os.environ.get("ZHIBU_CRASH_RUNS", "8"))):
            process = live.start("-c", STORING, stdout=subprocess.PIPE)
            assert process.stdout.readline() == b"ready\n"
            time.sleep(chance.uniform(0.02, 0.25))
            process.kill()
            process.wait()
        rows = live.sql("SELECT sha256, size FROM kernel_blob")
        assert rows, "the test must have stored something"
        for sha256, size in rows:
            content = (live.data / "files" / sha256[:2] / sha256[2:4] / sha256).read_bytes()
            assert (len(content), hashlib.sha256(content).hexdigest()) == (size, sha256)
        for path in (live.data / "files").glob("[0-9a-f][0-9a-f]/*/*"):
            assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name, (
                "content under its name is never half there"
            )
