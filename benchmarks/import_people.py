"""Import of 100,000 people × 20 columns against raw read + raw insert of the same rows.

The import is the real one: upload, matching, check and writing as a clerk starts them and the worker runs them, search
keys, encryption, hashes, audit lines and effects included. Raw: calamine reads the sheet, executemany (COPY on
PostgreSQL) inserts its 20 columns into a table without indices. Both have been done once before, so that their modules
are loaded. Raw copies are made before, between the chunks of the import and after it; the ratio is that of the processor
time of both (the database's share included), the ratio on the clock is told beside it. Limits: 12 ×, longest chunk that holds the write lock 8 s, peak memory 600 MB.
"""

import multiprocessing
import statistics
import time
from pathlib import Path
from typing import Any

from harness import Bench, busy, ms, peak_megabytes
from raw_copy import RawCopy

LIMIT, LOCK_SECONDS, MEGABYTES = 12, 8, 600
UNITS = [f"东江第{n}公司" for n in range(1, 31)]
BRANCHES = [f"东江第{n}党支部" for n in range(1, 61)]
#: rows imported and taken back beforehand
WARM = 200
#: chunks of the import between two raw copies
BETWEEN = 4


def write_roster(path: Path, number: int) -> None:
    """Write the file in a process of its own: its memory is not the import's."""
    import roster

    process = multiprocessing.get_context("spawn").Process(target=roster.write, args=(path, number, UNITS, BRANCHES))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit("the roster was not written")


class Pipeline:
    """The import as a clerk drives it; `raw` takes turns with its chunks."""

    def __init__(self, path: Path, raw: RawCopy) -> None:
        from tests import factories

        self.path = path
        self.raw = raw
        self.copies: list[tuple[float, float]] = []
        self.root = factories.organization("东江实业")
        committee = factories.organization("东江实业党委", "committee", self.root)
        for name in UNITS:
            factories.organization(name, parent=self.root)
        for name in BRANCHES:
            factories.organization(name, "branch", committee)
        account = factories.account("clerk", "organization_department", self.root)
        from zhibu.apps.accounts.queries import actor_for

        self.actor = actor_for(account)
        #: stage -> [seconds on the clock, of the processor]
        self.stages: dict[str, list[float]] = {}
        self.longest = 0.0

    def run(self) -> None:
        """Run every stage and keep its seconds."""
        self._copy(), self._copy()
        batch = self._timed("upload", self._upload)
        self._copy()
        self._timed("upload", lambda: self._act("imports.match", batch, {}))
        self._work("check", batch, "checked")
        self._timed("write", lambda: self._act("imports.apply", batch, {"skip_errors": "on"}))
        self._work("write", batch, "done")
        self._copy(), self._copy()
        batch.refresh_from_db()
        self.counts = batch.counts

    def warm(self, path: Path) -> None:
        """Import a few rows and take them back: a platform that runs has loaded its modules."""
        from zhibu.kernel import actions

        whole, self.path = self.path, path
        batch = self._upload()
        self._act("imports.match", batch, {})
        self._work("check", batch, "checked")
        self._act("imports.apply", batch, {"skip_errors": "on"})
        self._work("write", batch, "done")
        actions.perform(actions.get("imports.undo"), self.actor, uid=batch.uid)
        self._work("undo", batch, "undone")
        self.raw()
        self.path, self.longest = whole, 0.0
        self.stages.clear(), self.copies.clear()

    def _copy(self) -> None:
        self.copies.append(self.raw())

    def _timed(self, stage: str, work: Any) -> Any:
        wall, cpu = time.perf_counter(), busy()
        found = work()
        spent = self.stages.setdefault(stage, [0.0, 0.0])
        spent[0] += time.perf_counter() - wall
        spent[1] += busy() - cpu
        return found

    def _upload(self) -> Any:
        from django.core.files.uploadedfile import TemporaryUploadedFile

        with TemporaryUploadedFile("花名册.xlsx", "", self.path.stat().st_size, None) as sheet:
            sheet.write(self.path.read_bytes())
            sheet.seek(0)
            data = {"spec": "people.people", "organization": str(self.root.uid)}
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

    def _work(self, stage: str, batch: Any, state: str) -> None:
        """Run the batch's job as the worker does, chunk by chunk; a chunk of writing is one transaction."""
        from zhibu.kernel.jobs.leases import claim
        from zhibu.kernel.jobs.runner import Outcome, run_chunk

        batch.refresh_from_db()
        lease = claim(batch.job_id)
        assert lease is not None
        outcome, chunks = Outcome.GOES_ON, 0
        while outcome is Outcome.GOES_ON:
            start = time.perf_counter()
            outcome = self._timed(stage, lambda: run_chunk(lease))
            if stage == "write":
                self.longest = max(self.longest, time.perf_counter() - start)
            chunks += 1
            if chunks % BETWEEN == 0:
                self._copy()
        batch.refresh_from_db()
        if batch.state != state:
            raise SystemExit(f"the import ended as {batch.state}: {batch.reason}")


def main() -> None:
    """Measure and tell."""
    bench = Bench(__doc__ or "", size=100_000)
    size = bench.options.size
    path = bench.folder / "roster.xlsx"
    write_roster(path, size)
    few = bench.folder / "few.xlsx"
    write_roster(few, WARM)
    raw = RawCopy(path)
    pipeline = Pipeline(path, raw)
    pipeline.warm(few)
    pipeline.run()
    raw.end()
    clock, cpu = (statistics.median(found[part] for found in pipeline.copies) for part in (0, 1))
    print(pipeline.counts, f"raw {', '.join(ms(wall) for wall, _ in pipeline.copies)}", flush=True)
    all_clock, all_cpu = (sum(spent[part] for spent in pipeline.stages.values()) for part in (0, 1))
    what = f"import of {size:,} people × 20 columns"
    copies = f"median of {len(pipeline.copies)} raw copies"
    bench.tell(what, all_cpu / cpu, LIMIT, ms(all_cpu), f"{ms(cpu)}, {copies}")
    bench.tell(f"{what}, on the clock", all_clock / clock, None, ms(all_clock), f"{ms(clock)}, {copies}")
    for name, (_, spent) in pipeline.stages.items():
        bench.tell(f"of the import: {name}", spent / cpu, None, ms(spent), "the same raw copies")
    bench.tell("longest chunk of writing", pipeline.longest, LOCK_SECONDS, "one transaction", "the limit itself", "s")
    peak = peak_megabytes()
    bench.tell("peak memory of the import", peak, MEGABYTES, "upload, check and writing in one process", "the limit itself", "MB")  # fmt: skip
    bench.end()


if __name__ == "__main__":
    main()
