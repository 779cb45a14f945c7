"""Killed at any moment, an upload is there whole or not at all."""

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
def test_every_row_has_its_whole_content_after_kills(tmp_path):
    chance = random.Random(7)
    with live_database(tmp_path) as live:
        for _ in range(int(os.environ.get("ZHIBU_CRASH_RUNS", "8"))):
            process = live.start("-c", STORING, stdout=subprocess.PIPE)
            assert process.stdout.readline() == b"ready\n"
            time.sleep(chance.uniform(0.02, 0.25))
            process.kill()
            process.wait()
        assert live.sql("SELECT sha256 FROM kernel_blob"), "the test must have stored something"
        assert live.run("-c", READING).split() == ["every", "row", "and", "file", "opens"]
