"""Lines are written with what they tell, in its transaction, and read back for a record's page."""

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from tests.audit.conftest import LI, PHONE, lines
from zhibu.kernel.actor import ANONYMOUS, SYSTEM, Actor, Grant
from zhibu.kernel.audit import (
    AuditDetail,
    AuditEntry,
    AuditLine,
    Change,
    encoding,
    erase,
    history,
    last_id,
    record,
    record_many,
    verify,
)


def test_a_line_tells_who_did_what_for_whom_from_what_to_what_and_why(trail):
    at = datetime(2026, 3, 1, 2, 0, 0, tzinfo=UTC)
    entry = record(
        LI, "people.contact.correct", object_type="people.Person", object_id="5", organization_id=7,
        summary="更正 张伟 的手机", changes=[PHONE], reason="本人来电", at=at,
    )  # fmt: skip
    (line,) = history("people.Person", "5")
    assert (line.id, line.at, line.actor_id, line.actor_name, line.for_whom_id) == (entry.pk, at, 3, "李秘书", 31)
    assert (line.action, line.summary, line.reason) == ("people.contact.correct", "更正 张伟 的手机", "本人来电")
    assert line.changes == (Change("phone", "手机", "138****1234", "139****4321"),)
    stored = AuditEntry.objects.system("test").get(pk=entry.pk)
    for name in encoding.COLUMNS:
        given, kept = getattr(entry, name), getattr(stored, name)
        assert (bytes(kept) == bytes(given)) if isinstance(given, bytes) else (kept == given), name


def test_an_object_gives_its_type_id_and_organisation(trail):
    first = record(SYSTEM, "audit.seal", summary="封存")
    about = record(SYSTEM, "audit.look", first, organization_id=7, summary="查看")
    assert (about.object_type, about.object_id, about.organization_id) == ("kernel.AuditEntry", str(first.pk), 7)
    inherited = record(SYSTEM, "audit.look", about, summary="查看")
    assert inherited.organization_id == 7


def test_outside_a_transaction_nothing_is_written(transactional_db):
    with pytest.raises(transaction.TransactionManagementError):
        record(LI, "people.contact.correct", summary="x")
    with pytest.raises(transaction.TransactionManagementError):
        record_many(lines(2))
    assert AuditEntry.objects.system("test").count() == 0


def test_a_rolled_back_act_leaves_no_line_and_on_sqlite_no_gap(trail):
    record(LI, "a", summary="一")
    before = last_id()
    with transaction.atomic():
        record_many(lines(5))
        transaction.set_rollback(True)
    after = record(LI, "a", summary="二").pk
    assert after > before
    assert connection.vendor != "sqlite" or after == before + 1
    assert verify().ok


def test_many_lines_get_rising_ids_in_their_order_in_few_statements(trail, django_assert_max_num_queries):
    with django_assert_max_num_queries(7):
        ids = record_many(lines(500))
    assert ids == sorted(set(ids))
    assert [history("people.Person", str(n))[0].id for n in (1, 250, 500)] == [ids[0], ids[249], ids[499]]
    assert record_many([]) == []


def test_history_pages_from_the_newest(trail):
    ids = record_many([AuditLine(LI, "a", str(n), "people.Person", "5") for n in range(5)])
    assert [line.id for line in history("people.Person", "5", limit=2)] == [ids[4], ids[3]]
    assert [line.id for line in history("people.Person", "5", before=ids[3])] == [ids[2], ids[1], ids[0]]
    assert history("people.Person", "6") == []


@pytest.mark.parametrize("text", ['o\'clock "引号"', "𠮷䶮·", "🎉", "a\nb\tc", "x" * 5000, "\x00", ""])
def test_any_text_comes_back_and_verifies(trail, text):
    record(Actor(name=text.replace("\x00", "") * 2), "a", object_type="t", object_id="1", summary=text, reason=text)
    (line,) = history("t", "1")
    assert (line.summary, line.reason) == (text, text)
    assert verify().ok


def test_an_erased_detail_leaves_line_and_digest_and_says_who_and_why(written):
    before = AuditEntry.objects.system("test").get(pk=written[2])
    erase(written[2], LI, "依《个人信息保护法》第四十七条")
    (line,) = history("people.Person", "3")
    assert line.erased
    assert line.summary == "（内容已依法删除）"
    assert line.changes == ()
    after = AuditEntry.objects.system("test").get(pk=written[2])
    assert bytes(after.detail_digest) == bytes(before.detail_digest)
    (why,) = history("kernel.AuditEntry", str(written[2]))
    assert (why.actor_name, why.reason) == ("李秘书", "依《个人信息保护法》第四十七条")
    report = verify()
    assert report.ok
    assert report.erased == 1


def test_erasing_needs_a_reason_and_something_to_erase(written):
    with pytest.raises(ValueError, match="依据"):
        erase(written[0], LI, "  ")
    erase(written[0], LI, "依法")
    with pytest.raises(AuditDetail.DoesNotExist):
        erase(written[0], LI, "依法")


def test_lines_are_seen_in_the_subtree_of_their_organisation_only(trail, make_organization):
    ours, theirs = make_organization("00000000"), make_organization("00000001")
    record(LI, "a", object_type="t", object_id="1", organization_id=ours.pk, summary="我们的")
    record(LI, "a", object_type="t", object_id="2", organization_id=theirs.pk, summary="他们的")
    record(LI, "a", object_type="t", object_id="3", summary="平台的")
    auditor = Actor(account_id=9, grants=(Grant("audit.view", "00000000"),))
    assert [row.object_id for row in AuditEntry.objects.visible_to(auditor)] == ["1"]
    assert AuditDetail.objects.visible_to(auditor).count() == 1
    root = Actor(account_id=1, grants=(Grant("audit.view", "0000"),))
    assert {row.object_id for row in AuditEntry.objects.visible_to(root)} == {"1", "2"}
    assert not AuditEntry.objects.visible_to(ANONYMOUS).exists()
