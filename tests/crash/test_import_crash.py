"""The web or the worker is killed in the middle of an import: all or nothing, and every row exactly once.

ZHIBU_CRASH_RUNS sets the number of kills (6 unless told).
"""

import os
import random
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.jobs.live import Live, live_database

pytestmark = pytest.mark.crash

RUNS = int(os.environ.get("ZHIBU_CRASH_RUNS", "6"))
WORKER = "tests/crash/import_worker.py"
PATIENCE = 120.0
ROWS = 60
#: asked for many kills, each of them is looked at as closely as otherwise the end
CLOSELY = "ZHIBU_CRASH_RUNS" in os.environ
PEOPLE = "SELECT COUNT(*) FROM people_person WHERE state = 'live'"


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    with live_database(tmp_path) as live:
        yield live


def one(live: Live, statement: str) -> object:
    [(value,)] = live.sql(statement)
    return value


def job(live: Live) -> tuple[str, str]:
    """State and lease of the batch's job."""
    [(state, owner)] = live.sql(
        "SELECT state, lease_owner FROM kernel_job WHERE id = (SELECT job_id FROM kernel_importbatch)"
    )
    return state, owner


def chunks(live: Live) -> object:
    """How many chunks of the batch's job are done."""
    return one(live, "SELECT chunks FROM kernel_job WHERE id = (SELECT job_id FROM kernel_importbatch)")


def kill_at_work(live: Live, before: str, moment: float, past: object = None) -> str:
    """Start a worker, wait until it has the job, kill it that much later; return its lease ("" when it was done).

    past: wait first until it has done a chunk more than so many.
    """
    worker = live.start(WORKER, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            state, owner = job(live)
            if state not in {"queued", "running"}:
                return ""
            if owner and owner != before and (past is None or chunks(live) != past):
                time.sleep(moment)
                return owner
            time.sleep(0.02)
        raise AssertionError("no worker took the job")
    finally:
        worker.kill()
        worker.wait()


def check(live: Live, *, closely: bool = CLOSELY) -> None:
    """Whoever is on record is found, nobody else is, and the trail is whole."""
    live_people = "SELECT id FROM people_person WHERE state = 'live'"
    assert one(live, f"SELECT COUNT(*) FROM people_searchkey WHERE person_id NOT IN ({live_people})") == 0
    assert one(live, "SELECT COUNT(DISTINCT person_id) FROM people_searchkey") == one(live, PEOPLE)
    if closely:
        live.run(WORKER, "verify")


def work(live: Live) -> None:
    """Let a worker finish what is open."""
    assert live.start(WORKER).wait(PATIENCE) == 0
    assert job(live)[0] == "done"


def kill_often(live: Live, monkeypatch: pytest.MonkeyPatch, kills: int, pause: float) -> int:
    """Kill workers on the batch's present job, then let it finish; return how many kills hit it at work."""
    moments, owner, hits = random.Random(kills), "", 0
    monkeypatch.setenv("CRASH_PAUSE", str(pause))
    for number in range(kills):
        # a job is given up after ten workers that were lost within one chunk: on a busy machine all may be
        past = chunks(live) if number % 8 == 7 else None
        owner = kill_at_work(live, owner, moments.uniform(0, 0.25), past)
        if not owner:
            break
        hits += 1
        check(live)
    monkeypatch.setenv("CRASH_PAUSE", "0")
    work(live)
    check(live)
    return hits


def test_a_usual_file_is_written_whole_or_not_at_all(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    live.run(WORKER, "prepare", str(ROWS))
    work(live)
    moments, owner = random.Random(RUNS), ""
    monkeypatch.setenv("CRASH_PAUSE", "0.1")  # the transaction lasts 1.2 s, longer than any worker lives
    for _ in range(RUNS):
        if one(live, "SELECT state FROM kernel_importbatch") != "applying" or job(live)[0] == "failed":
            live.run(WORKER, "start", "imports.apply")  # after ten lost workers a job is given up
            owner = ""
        owner = kill_at_work(live, owner, moments.uniform(0, 0.8)) or owner
        assert one(live, PEOPLE) in (0, ROWS)
        assert one(live, "SELECT COUNT(*) FROM kernel_importeffect") == one(live, PEOPLE)
        check(live)
    assert one(live, PEOPLE) == 0, "every kill hit the writing"
    monkeypatch.setenv("CRASH_PAUSE", "0")
    if job(live)[0] == "failed":
        live.run(WORKER, "start", "imports.apply")
    work(live)
    assert (one(live, PEOPLE), one(live, "SELECT state FROM kernel_importbatch")) == (ROWS, "done")
    assert one(live, "SELECT COUNT(*) FROM audit_entry WHERE object_type = 'people.Person'") == ROWS
    check(live, closely=True)


def test_a_large_file_is_checked_written_and_undone_once_a_row(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRASH_LARGE", "10")
    kills = max(RUNS // 3, 3)
    live.run(WORKER, "prepare", str(ROWS))
    hits = [kill_often(live, monkeypatch, kills, 0.02 * kills)]
    assert (one(live, "SELECT state FROM kernel_importbatch"), one(live, PEOPLE)) == ("checked", 0)
    live.run(WORKER, "start", "imports.apply")
    hits.append(kill_often(live, monkeypatch, kills, 0.02 * kills))
    assert (one(live, "SELECT state FROM kernel_importbatch"), one(live, PEOPLE)) == ("done", ROWS)
    effects = live.sql("SELECT row, object_id FROM kernel_importeffect ORDER BY row")
    assert [row for row, _ in effects] == list(range(2, ROWS + 2))
    assert len({pk for _, pk in effects}) == ROWS
    live.run(WORKER, "start", "imports.undo")
    hits.append(kill_often(live, monkeypatch, kills, 0.02 * kills))
    assert (one(live, "SELECT state FROM kernel_importbatch"), one(live, PEOPLE)) == ("undone", 0)
    lines = live.sql(
        "SELECT object_id, COUNT(*) FROM audit_entry WHERE object_type = 'people.Person' GROUP BY object_id"
    )
    assert {count for _, count in lines} == {2}, "one line for coming and one for going, each"
    check(live, closely=True)
    assert min(hits) > 0, "the kills hit the check, the writing and the undo"


def test_an_upload_is_there_whole_or_not_at_all(live: Live) -> None:
    live.run(WORKER, "prepare", "0")
    moments = random.Random(RUNS)
    for _ in range(max(RUNS // 2, 3)):
        web = live.start(WORKER, "uploads", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert web.stdout is not None
        assert web.stdout.readline() == b"ready\n"
        time.sleep(moments.uniform(0.05, 0.5))
        web.kill()
        web.wait()
    batches = live.sql("SELECT uid, file_id, mapping FROM kernel_importbatch")
    assert batches, "some uploads were finished"
    assert one(live, "SELECT COUNT(*) FROM audit_entry WHERE action = 'imports.upload'") == len(batches)
    for uid, blob, mapping in batches:
        assert (live.data / "files" / blob[:2] / blob[2:4] / blob).stat().st_size > 0
        assert "name" in str(mapping)
        text = str(uid).replace("-", "")
        name = f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}.sqlite3"
        with closing(sqlite3.connect(live.data / "staging" / name)) as staged:
            assert staged.execute("SELECT COUNT(*) FROM sheets").fetchone() == (1,)
