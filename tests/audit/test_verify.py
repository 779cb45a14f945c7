"""Whatever is changed or removed behind the platform's back is named."""

import pytest
from django.db import connection, transaction

from tests.audit.conftest import LI, codes, forge, lines
from zhibu.kernel.audit import erase, history, last_root, record, record_many, seal_all, seal_pending, verify
from zhibu.kernel.crypto import rotate

sqlite_only = pytest.mark.skipif(connection.vendor != "sqlite", reason="ids have gaps on PostgreSQL, text has no bytes")

EDITS = {
    "at": "2026-01-01 00:00:00+00:00",
    "actor_id": 4,
    "actor_name": "李秘术",
    "for_whom_id": None,
    "action": "people.contact.corrected",
    "organization_id": 8,
    "object_type": "people.Persom",
    "object_id": "42",
    "detail_digest": bytes(32),
    "leaf": bytes(32),
}


@pytest.mark.parametrize("sealed", [True, False], ids=["sealed", "younger than its seal"])
@pytest.mark.parametrize(("column", "value"), EDITS.items(), ids=EDITS.keys())
def test_every_edited_column_is_found_and_the_line_named(written, column, value, sealed):
    if sealed:
        seal_all()
    assert verify().ok
    assert forge(f"UPDATE audit_entry SET {column} = %s WHERE id = %s", value, written[3]) == 1
    report = verify()
    assert codes(report) == [("row-edited", written[3])]
    assert report.findings[0].message.startswith(f"第 {written[3]} 号记录（")


def test_the_message_names_number_time_actor_and_action(written):
    seal_all()
    forge("UPDATE audit_entry SET object_id = '42', at = %s WHERE id = %s", "2026-03-01 02:30:00+00:00", written[0])
    (finding,) = verify().findings
    assert finding.message == f"第 {written[0]} 号记录（2026-03-01 10:30:00，李秘书，people.contact.correct）被改动"


@pytest.mark.parametrize("sealed", [True, False])
def test_an_edited_detail_is_found(written, sealed):
    if sealed:
        seal_all()
    forge("UPDATE audit_detail SET body = replace(body, '139', '137') WHERE entry_id = %s", written[5])
    assert codes(verify()) == [("detail-edited", written[5])]


def test_a_detail_removed_without_a_line_that_says_so_is_found(written):
    seal_all()
    forge("DELETE FROM audit_detail WHERE entry_id = %s", written[5])
    assert codes(verify()) == [("detail-missing", written[5])]


def test_a_forged_erase_line_is_found_itself(written):
    seal_all()
    forge("DELETE FROM audit_detail WHERE entry_id = %s", written[5])
    forge(
        "INSERT INTO audit_entry (id, at, actor_name, action, object_type, object_id, detail_digest, leaf, key_id) "
        "SELECT 11, at, '李秘书', 'audit.detail.erase', 'kernel.AuditEntry', %s, detail_digest, leaf, key_id "
        "FROM audit_entry WHERE id = %s",
        str(written[5]),
        written[0],
    )
    found = codes(verify())
    assert ("row-edited", 11) in found
    assert ("row-stray", 11) in found


@pytest.mark.parametrize("place", [0, 4, 9])
def test_a_removed_sealed_line_is_found(written, place):
    seal_all()
    forge("DELETE FROM audit_entry WHERE id = %s", written[place])
    forge("DELETE FROM audit_detail WHERE entry_id = %s", written[place])
    report = verify()
    assert codes(report) == [("row-missing", written[place])]
    assert f"第 {written[place]} 号记录不见了（由第 1 号封条于" in report.findings[0].message


def test_a_removed_line_with_its_marker_left_is_found(written):
    forge("DELETE FROM audit_entry WHERE id = %s", written[4])
    found = codes(verify())
    assert ("marked-missing", written[4]) in found


@sqlite_only
@pytest.mark.parametrize("place", [0, 4, 9])
def test_a_line_removed_with_its_marker_before_any_seal_leaves_a_gap(written, place):
    forge("DELETE FROM audit_entry WHERE id = %s", written[place])
    forge("DELETE FROM audit_unsealed WHERE id = %s", written[place])
    forge("DELETE FROM audit_detail WHERE entry_id = %s", written[place])
    assert codes(verify()) == [("row-missing", written[place])]
    seal_all()
    assert codes(verify()) == [("row-missing", written[place])], "sealing later must not hide it"


@sqlite_only
def test_a_counter_set_back_is_found(written):
    forge("UPDATE sqlite_sequence SET seq = 3 WHERE name = 'audit_entry'")
    assert ("counter-edited", written[-1]) in codes(verify())


def remove(entry_id):
    """Take a line away with everything that stands for it outside the heads."""
    forge("DELETE FROM audit_entry WHERE id = %s", entry_id)
    forge("DELETE FROM audit_unsealed WHERE id = %s", entry_id)
    forge("DELETE FROM audit_detail WHERE entry_id = %s", entry_id)
    if connection.vendor == "sqlite":
        forge("UPDATE sqlite_sequence SET seq = (SELECT max(id) FROM audit_entry) WHERE name = 'audit_entry'")


def test_the_newest_line_removed_with_marker_detail_and_counter_is_found(written):
    remove(written[-1])
    report = verify()
    assert [finding.code for finding in report.findings] == [
        "row-missing" if connection.vendor == "sqlite" else "rows-missing"
    ]


def test_it_stays_found_after_the_next_line_took_its_number_and_a_seal_was_made(written):
    remove(written[-1])
    record(LI, "a", summary="下一条")
    seal_all()
    (finding,) = verify().findings
    assert finding.code == "rows-missing"
    assert finding.message == "共写下过 11 条记录，现存 10 条：有 1 条不见了"


def test_every_line_removed_is_found(written):
    for entry_id in written:
        remove(entry_id)
    assert not verify().ok


@pytest.mark.parametrize("change", ["count = count - 1", "last_id = last_id - 1", "mac = '12'", "slot = slot + 1"])
def test_an_edited_head_is_found_and_not_signed_anew_by_the_next_writer(written, change):
    forge(f"UPDATE audit_head SET {change}")
    record(LI, "a", summary="下一条")
    assert "head-edited" in {finding.code for finding in verify().findings}


def test_a_removed_head_is_found(written):
    seal_all()
    forge("DELETE FROM audit_head")
    record(LI, "a", summary="下一条")
    assert codes(verify()) == [("head-missing", None)]


def test_a_rolled_back_line_is_not_counted(written):
    with transaction.atomic():
        record(LI, "a", summary="取消")
        transaction.set_rollback(True)
    assert verify().ok


def test_many_removed_lines_are_one_finding(written):
    seal_all()
    forge("DELETE FROM audit_entry WHERE id BETWEEN %s AND %s", written[2], written[6])
    forge("DELETE FROM audit_detail WHERE entry_id BETWEEN %s AND %s", written[2], written[6])
    (finding,) = verify().findings
    assert f"第 {written[2]} 至 {written[6]} 号记录（共 5 个）不见了" in finding.message


def test_a_smuggled_line_and_a_lost_marker_are_found(written):
    forge("DELETE FROM audit_unsealed WHERE id = %s", written[7])
    assert codes(verify()) == [("row-stray", written[7])]


def test_a_sealed_line_marked_again_is_found(written):
    seal_all()
    forge("INSERT INTO audit_unsealed (id) VALUES (%s)", written[7])
    assert codes(verify()) == [("marked-twice", written[7])]


def test_a_detail_without_a_line_is_found(written):
    forge("INSERT INTO audit_detail (entry_id, salt, body) VALUES (999, %s, '{}')", b"x")
    assert codes(verify()) == [("detail-stray", 999)]


def three_seals():
    for start in (1, 4, 7):
        record_many(lines(3, start))
        seal_pending()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "2026-01-01 00:00:00+00:00"),
        ("root", bytes(32)),
        ("prev", bytes(31) + b"x"),
        ("count", 4),
        ("ranges", "[[4,6],[6,6]]"),
        ("ranges", "[[1e999,6]]"),
        ("ranges", "nothing"),
        ("ranges", "[[4,99999999999999999999999]]"),
    ],
)
def test_an_edited_seal_is_found(trail, column, value):
    three_seals()
    assert verify().ok
    forge(f"UPDATE audit_seal SET {column} = %s WHERE n = 2", value)
    report = verify()
    assert 2 in {finding.seal_n for finding in report.findings}
    assert {finding.code for finding in report.findings} <= {"seal-edited", "chain-broken", "row-stray"}


@pytest.mark.parametrize("n", [1, 2])
def test_a_removed_seal_and_a_broken_chain_are_found(trail, n):
    three_seals()
    forge("DELETE FROM audit_seal WHERE n = %s", n)
    report = verify()
    assert report.findings[0].code == "seal-missing"
    assert report.findings[0].message == f"第 {n} 号封条不见了"
    assert [code for code, _ in codes(report)].count("row-stray") == 3


def test_the_newest_seal_removed_leaves_its_lines_uncovered(trail):
    three_seals()
    forge("DELETE FROM audit_seal WHERE n = 3")
    assert [code for code, _ in codes(verify())] == ["row-stray"] * 3


def test_a_chain_cut_and_made_anew_does_not_hold_the_root_printed_before(trail):
    three_seals()
    _, printed = last_root()
    assert verify(printed).ok
    forge("DELETE FROM audit_seal WHERE n = 3")
    forge("INSERT INTO audit_unsealed SELECT id FROM audit_entry WHERE object_id IN ('7', '8', '9')")
    seal_all()
    assert verify().ok, "within the database alone this cannot be seen"
    assert codes(verify(printed.upper())) == [("root-unknown", None)]


def test_a_missing_key_is_said_not_mistaken_for_a_change(written, settings, tmp_path):
    seal_all()
    settings.KEYRING = tmp_path / "other.json"
    rotate()
    report = verify()
    assert {finding.code for finding in report.findings} <= {"key-missing", "row-edited", "seal-edited"}
    assert not report.ok


def test_lines_and_seals_of_a_former_key_still_verify(written):
    seal_all()
    rotate()
    record(LI, "a", summary="x")
    seal_all()
    report = verify()
    assert (report.ok, report.entries, report.seals) == (True, 11, 2)


def test_findings_are_counted_beyond_what_is_listed(trail):
    record_many(lines(300))
    seal_all()
    forge("UPDATE audit_entry SET actor_id = 4")
    report = verify()
    assert (report.wrong, len(report.findings)) == (300, 200)


def test_a_damaged_detail_does_not_break_the_records_page(written):
    forge("UPDATE audit_detail SET body = '{\"summary\":' WHERE entry_id = %s", written[0])
    (line,) = history("people.Person", "1")
    assert "已损坏" in line.summary


@sqlite_only
@pytest.mark.parametrize(
    "broken", ["CAST(x'E69D8EFF' AS TEXT)", "'李' || char(0)", "12"], ids=["no text", "with a zero", "a number"]
)
def test_broken_characters_and_times_are_findings_not_errors(written, broken):
    seal_all()
    forge(f"UPDATE audit_entry SET actor_name = {broken} WHERE id = %s", written[0])
    forge(f"UPDATE audit_entry SET at = {broken} WHERE id = %s", written[1])
    assert codes(verify()) == [("row-edited", written[0]), ("row-edited", written[1])]


def test_an_erased_detail_stays_lawful_after_sealing_and_paging(trail, monkeypatch):
    monkeypatch.setattr("zhibu.kernel.audit.reading.PAGE", 3)
    ids = record_many(lines(10))
    for entry_id in ids[:7]:
        erase(entry_id, LI, "依法")
    seal_all()
    report = verify()
    assert (report.ok, report.entries, report.erased) == (True, 17, 7)
