"""Seals chain; nothing is lost between writers and sealer; the triggers refuse changes; the command speaks Chinese."""

import json

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from tests.audit.conftest import LI, forge, lines
from zhibu.kernel.audit import AuditSeal, erase, record_many, seal_all, seal_pending, triggers, verify
from zhibu.kernel.audit.reading import as_ranges
from zhibu.kernel.audit.verify import _insert


def test_a_seal_covers_what_waits_and_the_next_one_hangs_on_it(trail):
    record_many(lines(3))
    first = seal_pending()
    assert seal_pending() is None
    record_many(lines(2))
    second = seal_pending()
    assert (first.n, first.count, second.n, second.count) == (1, 3, 2, 2)
    assert bytes(second.prev) == bytes(first.root) != bytes(second.root)
    assert len(json.loads(second.ranges)) == 1
    report = verify()
    assert (report.ok, report.root, report.unsealed) == (True, bytes(second.root).hex(), 0)


def test_a_flood_is_sealed_in_parts(trail):
    record_many(lines(25))
    first = seal_pending(limit=10)
    assert first.count == 10
    assert [seal.count for seal in seal_all()] == [15]
    assert verify().ok


def test_lines_that_commit_late_are_covered_by_a_later_seal(trail):
    ids = record_many(lines(6))
    forge("DELETE FROM audit_unsealed WHERE id IN (%s, %s)", ids[1], ids[4])  # not committed yet, as a sealer sees it
    early = seal_pending()
    forge("INSERT INTO audit_unsealed (id) VALUES (%s), (%s)", ids[1], ids[4])
    late = seal_pending()
    assert json.loads(early.ranges) == [[ids[0], ids[0]], [ids[2], ids[3]], [ids[5], ids[5]]]
    assert json.loads(late.ranges) == [[ids[1], ids[1]], [ids[4], ids[4]]]
    assert verify().ok


def test_ranges_fold_and_merge():
    assert as_ranges([1, 2, 3, 7, 9, 10]) == [(1, 3), (7, 7), (9, 10)]
    known = []
    for new in [(1, 3), (7, 7), (12, 12), (4, 6), (8, 11)]:
        _insert(known, new)
    assert known == [(1, 12)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor_name = 'x'",
        "DELETE FROM audit_entry WHERE id = 1",
        "UPDATE audit_detail SET body = '{}'",
        "DELETE FROM audit_detail",
        "UPDATE audit_seal SET count = 1",
        "DELETE FROM audit_seal",
    ],
)
def test_triggers_refuse(written, statement):
    seal_all()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert verify().ok


def test_triggers_refuse_the_vendors_own_way_round(written):
    seal_all()
    way = "TRUNCATE audit_entry" if connection.vendor == "postgresql" else (
        "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry"
    )  # fmt: skip
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(way)


def test_an_erase_line_opens_its_own_detail_only(written):
    erase(written[0], LI, "依法")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_detail WHERE entry_id = %s", [written[1]])


def test_lost_triggers_are_named_and_put_back(trail):
    assert triggers.missing(connection) == []
    with connection.cursor() as cursor:
        on = " ON audit_seal" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER audit_seal_no_delete{on}")
    assert triggers.missing(connection) == ["audit_seal_no_delete"]
    triggers.install(connection)
    assert triggers.missing(connection) == []


def test_the_command_verifies_seals_and_prints_the_root(written, capsys):
    call_command("audit", "root")
    call_command("audit", "seal")
    call_command("audit", "seal")
    call_command("audit", "verify")
    out = capsys.readouterr().out
    root = bytes(AuditSeal.objects.get().root).hex()
    assert "尚无封条" in out
    assert "已封存 10 条操作记录，新增 1 个封条" in out
    assert "没有待封存的操作记录" in out
    assert (
        f"✓ 核验了 10 条操作记录、1 个封条，没有改动或缺失（0 条尚未封存，0 条内容已依法删除）。\n根值：{root}" in out
    )
    forge("UPDATE audit_entry SET actor_id = 4 WHERE id = %s", written[0])
    with pytest.raises(SystemExit) as stopped:
        call_command("audit", "verify", root=root)
    assert stopped.value.code == 1
    assert f"✗ 第 {written[0]} 号记录（" in capsys.readouterr().out
