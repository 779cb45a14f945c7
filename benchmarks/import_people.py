"""Import of 100,000 people × 20 columns against raw read + raw insert of the same rows.

The import is the real one: upload, matching, check and writing as a clerk starts them and the worker runs them, search
keys, encryption, hashes, audit lines and effects included. Raw: calamine reads the sheet, executemany (COPY on
PostgreSQL) inserts its 20 columns into a table without indices. Limits: 12 ×, longest transaction 8 s, 600 MB.
"""

import gc
import multiprocessing
import statistics
import time
from datetime import date
from pathlib import Path
from typing import Any

from harness import Bench, clock, ms, peak_megabytes

LIMIT, LOCK_SECONDS, MEGABYTES = 12, 8, 600
UNITS = [f"东江第{n}公司" for n in range(1, 31)]
BRANCHES = [f"东江第{n}党支部" for n in range(1, 61)]


def write_roster(path: Path, number: int) -> None:
    """Write the file in a process of its own: its memory is not the import's."""
    import roster

    process = multiprocessing.get_context("spawn").Process(target=roster.write, args=(path, number, UNITS, BRANCHES))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit("the roster was not written")


class RawCopy:
    """The least that reading and inserting the same rows can cost here."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.turn = 0

    def __call__(self) -> None:
        """Read the sheet and insert its rows into a new table, in one transaction."""
        from django.db import connection, transaction
        from python_calamine import CalamineWorkbook

        from zhibu.kernel.bulk import insert_rows

        self.turn += 1
        table, columns = f"raw_{self.turn}", [f"c{n}" for n in range(20)]
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE TABLE {table} ({', '.join(f'{c} text' for c in columns)})")
            rows = CalamineWorkbook.from_path(str(self.path)).get_sheet_by_index(0).to_python()[2:]
            insert_rows(table, columns, ([v.isoformat() if isinstance(v, date) else v for v in row] for row in rows))
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {table}")
        gc.collect()


class Pipeline:
    """The import as a clerk drives it."""

    def __init__(self, path: Path) -> None:
        from tests import factories

        self.path = path
        self.root = factories.organization("东江实业")
        committee = factories.organization("东江实业党委", "committee", self.root)
        for name in UNITS:
            factories.organization(name, parent=self.root)
        for name in BRANCHES:
            factories.organization(name, "branch", committee)
        account = factories.account("clerk", "organization_department", self.root)
        from zhibu.apps.accounts.queries import actor_for

        self.actor = actor_for(account)
        self.stages: dict[str, float] = {}
        self.longest = 0.0

    def __call__(self) -> None:
        """Run every stage and keep its seconds."""
        batch: Any = None

        def stage(name: str, work: Any) -> None:
            start = time.perf_counter()
            work()
            self.stages[name] = time.perf_counter() - start

        def upload() -> None:
            nonlocal batch
            batch = self._upload()

        stage("upload", upload)
        stage("match", lambda: self._act("imports.match", batch, {}))
        stage("check", lambda: self._work(batch, "checked"))
        stage("confirm", lambda: self._act("imports.apply", batch, {"skip_errors": "on"}))
        stage("write", lambda: self._work(batch, "done"))
        batch.refresh_from_db()
        self.counts = batch.counts

    def _upload(self) -> Any:
        from django.core.files.uploadedfile import TemporaryUploadedFile

        with TemporaryUploadedFile("花名册.xlsx", "", self.path.stat().st_size, None) as sheet:
            sheet.write(self.path.read_bytes())
            sheet.seek(0)
            data = {"spec": "people.people", "organization": str(self.root.pk)}
            return self._act("imports.upload", None, data, {"file": sheet})

    def _act(self, code: str, batch: Any, data: dict[str, Any], files: Any = None) -> Any:
        """Fill the act's form with what it proposes and with `data`, and perform it, as its page does."""
        from zhibu.kernel import actions

        action = actions.get(code)
        if batch is not None:
            batch.refresh_from_db()
        form_class: Any = action.form_class()
        blank = form_class(actor=self.actor, obj=batch)
        proposed = {name: blank.get_initial_for_field(field, name) for name, field in blank.fields.items()}
        proposed = {name: value for name, value in proposed.items() if value is not None}
        form = form_class({**proposed, **data}, files, actor=self.actor, obj=batch)
        if not form.is_valid():
            raise SystemExit(f"{code}: {form.errors.as_text()}")
        uid = batch.uid if batch is not None else None
        return actions.perform(action, self.actor, data=form.to_input(), uid=uid).result

    def _work(self, batch: Any, state: str) -> None:
        """Run the batch's job as the worker does, chunk by chunk; a chunk of writing is one transaction."""
        from zhibu.kernel.jobs.leases import claim
        from zhibu.kernel.jobs.runner import Outcome, run_chunk

        batch.refresh_from_db()
        writing = batch.state == "applying"
        lease = claim(batch.job_id)
        assert lease is not None
        outcome = Outcome.GOES_ON
        while outcome is Outcome.GOES_ON:
            start = time.perf_counter()
            outcome = run_chunk(lease)
            if writing:
                self.longest = max(self.longest, time.perf_counter() - start)
        batch.refresh_from_db()
        if batch.state != state:
            raise SystemExit(f"the import ended as {batch.state}: {batch.reason}")


def main() -> None:
    """Measure and tell."""
    bench = Bench(__doc__ or "", size=100_000)
    size = bench.options.size
    path = bench.folder / "roster.xlsx"
    write_roster(path, size)
    pipeline = Pipeline(path)
    import_seconds = clock(pipeline)
    peak = peak_megabytes()
    raw = RawCopy(path)
    raw_seconds = statistics.median(clock(raw) for _ in range(5))
    told = "，".join(f"{name} {ms(seconds)}" for name, seconds in pipeline.stages.items())
    print(told.replace("，", ", "), pipeline.counts)
    what = f"import of {size:,} people × 20 columns"
    bench.tell(what, import_seconds / raw_seconds, LIMIT, ms(import_seconds), f"{ms(raw_seconds)} raw read + insert")
    for name, seconds in pipeline.stages.items():
        if name in ("check", "write", "upload"):
            bench.tell(f"of it {name}", seconds / raw_seconds, None, ms(seconds), "the same")
    bench.tell(
        "longest transaction of the import",
        pipeline.longest,
        LOCK_SECONDS,
        "writing in chunks",
        "the limit itself",
        "s",
    )
    bench.tell(
        "peak memory of the import",
        peak,
        MEGABYTES,
        "upload, check and writing in one process",
        "the limit itself",
        "MB",
    )
    bench.end()


if __name__ == "__main__":
    main()
