"""The staging file keeps what the parsers gave, belongs to one check, and is nobody else's to read."""

import stat
import uuid
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from zhibu.kernel.audit import Change
from zhibu.kernel.imports.blocks import Fresh
from zhibu.kernel.imports.spec import CellIssue, Verdict
from zhibu.kernel.imports.staging import NotStaged, Staging, files, path_of, remove, seal_old, seen

COLUMNS = [("name", "text"), ("born", "date"), ("pay", "decimal"), ("age", "integer"), ("skills", "text")]
VALUES = ["𠮷田·“引号”😀", "1958-03-12", "1234.50", 68, ["木工", "电工"]]


@pytest.fixture
def staged() -> Any:
    with Staging(uuid.uuid4()) as file:
        file.fill("7", COLUMNS, [Fresh(2, ["raw"], VALUES)])
        yield file


def test_values_come_back_as_the_parsers_gave_them(staged: Staging) -> None:
    (row,) = staged.rows(("read",))
    assert row.number == 2
    assert row.values == {
        "name": "𠮷田·“引号”😀",
        "born": date(1958, 3, 12),
        "pay": Decimal("1234.50"),
        "age": 68,
        "skills": ("木工", "电工"),
    }


def test_blank_cells_stay_none(staged: Staging) -> None:
    staged.fill("7", COLUMNS, [Fresh(5, [], [None] * 5)])
    assert set(staged.rows(("read",))[0].values.values()) == {None}


def test_a_check_that_was_replaced_cannot_write(staged: Staging) -> None:
    with pytest.raises(NotStaged):
        staged.judge("6", [Verdict(2, "create")], {})
    staged.judge("7", [Verdict(2, "create")], {})
    assert staged.counts()["create"] == 1


def test_a_repeated_chunk_changes_nothing(staged: Staging) -> None:
    verdict = Verdict(
        2, "update", "𠮷田", changes=(Change("pay", "工资", "1", "2"),), unique=(("name", "𠮷田"), ("", "person:1"))
    )
    for _ in range(2):
        staged.judge("7", [verdict], {"name": ("A", "姓名")})
        staged.name_duplicates("7", {"name": ("A", "姓名")})
    assert (staged.counts()["update"], staged.counts()["issues"]) == (1, 0)
    assert [row.changes for row in staged.page(("update",))] == [(Change("pay", "工资", "1", "2"),)]


def test_an_issue_of_the_importer_shows_the_cell_as_it_was(staged: Staging) -> None:
    staged.judge("7", [Verdict(2, "create", issues=(CellIssue("name", "查无此人。"),))], {"name": ("A", "姓名")})
    (row,) = staged.page(("error",))
    assert [(i.letter, i.value, i.message) for i in row.issues] == [("A", "raw", "查无此人。")]


def test_the_file_is_the_platforms_alone_and_goes_away() -> None:
    uid = uuid.uuid4()
    with Staging(uid) as file:
        assert file.sheets() == []
        with pytest.raises(NotStaged):
            file.counts()
    assert stat.S_IMODE(path_of(uid).stat().st_mode) == 0o600
    remove(uid)
    remove(uid)
    assert not path_of(uid).exists()


def test_cells_are_shown_as_excel_shows_them() -> None:
    shown = [seen(v) for v in (1001.0, 0.1, True, date(1958, 3, 12), None, "长" * 70)]
    assert shown == ["1001", "0.1", "是", "1958-03-12", "", "长" * 59 + "…"]


SECRET = "张伟440102195803122246"


def on_disk(uid: uuid.UUID) -> bytes:
    return path_of(uid).read_bytes()


def full(uid: uuid.UUID) -> Staging:
    """A staging file with everything that it can hold about one person."""
    file = Staging(uid)
    file.put_sheets([{"name": SECRET}])
    file.fill("7", [("name", "text")], [Fresh(2, [SECRET], [SECRET])], "name")
    verdict = Verdict(2, "update", SECRET, (CellIssue("name", SECRET),), (Change("name", "姓名", SECRET, SECRET),))
    file.judge("7", [verdict._replace(unique=(("name", SECRET),))], {"name": ("A", "姓名")})
    return file


def test_nothing_of_a_person_lies_readable_on_the_disk() -> None:
    uid = uuid.uuid4()
    with full(uid) as file:
        (row,) = file.page(("error",))
        assert (row.label, row.issues[0].message, row.changes[0].new) == (SECRET, SECRET, SECRET)
        assert file.labels([2]) == {2: SECRET}
    assert "张伟".encode() not in on_disk(uid)
    assert b"440102" not in on_disk(uid)


def test_a_text_moved_to_another_row_counts_as_not_staged() -> None:
    uid = uuid.uuid4()
    with full(uid) as file:
        file.db.execute("UPDATE rows SET number = 3")
        with pytest.raises(NotStaged):
            list(file.page(("error",)))


def test_what_an_earlier_version_staged_in_the_clear_is_read_and_sealed() -> None:
    uid = uuid.uuid4()
    with full(uid) as file:
        file.db.execute("UPDATE meta SET value = unseal(value, 'meta', key)")
        file.db.execute("UPDATE sheets SET sheet = unseal(sheet, 'sheet', place)")
        texts = ", ".join(f"{c} = unseal({c}, '{c}', number)" for c in ("raw", "parsed", "label", "issues", "changes"))
        file.db.execute(f"UPDATE rows SET {texts}")
        file.db.execute("UPDATE uniques SET key = ?", [f"name\x1f{SECRET}"])
        before = list(file.page(("error",)))
    assert SECRET.encode() in on_disk(uid)
    assert path_of(uid) in files()
    assert seal_old(path_of(uid))
    assert SECRET.encode() not in on_disk(uid)
    with Staging(uid) as file:
        assert list(file.page(("error",))) == before
        assert file.sheets() == [{"name": SECRET}]
    assert not seal_old(path_of(uid))
