"""The trail of an installation on disk: edited in the file itself, and written by several processes at once."""

import pytest
from django.db import connection

sqlite_only = pytest.mark.skipif(connection.vendor != "sqlite", reason="there is no database file on PostgreSQL")

WRITER = """
from django.db import transaction
from zhibu.kernel.actor import Actor
from zhibu.kernel.audit import record
for n in range({acts}):
    with transaction.atomic():
        for _ in range(3):
            record(Actor(account_id={who}, name='写手'), 'test.write', object_type='t', object_id=str(n), summary='写')
        if n % 10 == 9:
            transaction.set_rollback(True)
"""
SEALER = """
import time
from zhibu.kernel.audit import seal_all
for _ in range(25):
    seal_all()
    time.sleep(0.03)
"""

WRITE_TEN = """
from django.db import transaction
from tests.audit.conftest import lines
from zhibu.kernel.audit import record_many, seal_all
with transaction.atomic():
    record_many(lines(10))
seal_all()
"""


def run(processes):
    for process in processes:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors


def test_two_writers_and_two_sealers_lose_nothing(installation):
    acts = 60
    run(
        [installation.python(WRITER.format(acts=acts, who=who)) for who in (1, 2)]
        + [installation.python(SEALER) for _ in range(2)]
    )
    done = installation.manage("audit", "verify")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"核验了 {2 * acts * 3 * 9 // 10} 条操作记录" in done.stdout


@sqlite_only
@pytest.mark.parametrize(
    ("statements", "said"),
    [
        ((), "没有改动或缺失"),
        (
            ("UPDATE audit_entry SET actor_name = '李秘术' WHERE id = 4",),
            "，李秘术，people.contact.correct）被改动",
        ),
        (("DELETE FROM audit_entry WHERE id = 4", "DELETE FROM audit_detail WHERE entry_id = 4"), "第 4 号记录不见了"),
        (("DELETE FROM audit_seal WHERE n = 1",), "第 10 号记录"),
    ],
    ids=["untouched", "one character", "one row", "the seal"],
)
def test_the_file_edited_directly(installation, statements, said):
    run([installation.python(WRITE_TEN)])
    assert all(count == 1 for count in installation.edit(*statements))
    done = installation.manage("audit", "verify")
    assert done.returncode == bool(statements), done.stderr
    assert said in done.stdout


@sqlite_only
def test_one_byte_of_the_file_changed_with_an_editor(installation):
    run([installation.python(WRITE_TEN)])
    installation.edit("PRAGMA wal_checkpoint(TRUNCATE)")
    content = installation.file.read_bytes()
    assert content.count("更正 张伟7 的手机".encode()) == 1
    installation.file.write_bytes(content.replace("更正 张伟7 的手机".encode(), "更正 张伟8 的手机".encode()))
    done = installation.manage("audit", "verify")
    assert done.returncode == 1
    assert "第 7 号记录（" in done.stdout
    assert "的内容被改动" in done.stdout
    assert done.stdout.count("✗") == 1
