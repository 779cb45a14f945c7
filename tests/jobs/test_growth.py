"""While a job fills tables, the planner of PostgreSQL is told what has become of them."""

import pytest
from django.db import connection, transaction

from zhibu.kernel import growth
from zhibu.kernel.actor import Actor
from zhibu.kernel.bulk import insert_rows
from zhibu.kernel.jobs import Step, enqueue, handler, run_now
from zhibu.kernel.jobs.models import Job
from zhibu.kernel.numbering.models import NumberSeries


@pytest.mark.parametrize(
    ("known", "written", "another"),
    [
        (-1, 0, False), (-1, 1, True), (0, 1, True), (100, 99, False), (100, 100, True),
        (growth.SMALL, growth.SMALL, False), (growth.SMALL, 7 * growth.SMALL - 1, False), (growth.SMALL, 7 * growth.SMALL, True),
    ],
)  # fmt: skip
def test_a_small_table_is_another_one_when_it_has_doubled_a_large_one_when_it_is_eight_times_as_large(
    known: int, written: int, another: bool
) -> None:
    assert growth.outgrown(known, written) is another


@pytest.mark.django_db(transaction=True)
def test_the_next_chunk_is_planned_for_the_tables_that_the_last_one_filled(li: Actor) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite plans anew each time, without such figures")

    def known() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = to_regclass(%s)", [NumberSeries._meta.db_table])
            return int(cursor.fetchone()[0])

    seen: list[int] = []

    @handler("test.fill", label="填表")
    def fill(job: Job, cursor: int | None) -> Step:
        seen.append(known())
        at = cursor or 0
        rows = [(1_000 * at + n, f"s{at}-{n}", 2026, 0, 0) for n in range(1, 301)]
        insert_rows(NumberSeries, ("id", "series", "year", "organization_id", "last"), rows) if at < 2 else None
        return Step(at + 1, at + 1, finished=at == 2)

    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {NumberSeries._meta.db_table}")
    with transaction.atomic():
        job = enqueue("test.fill", actor=li)
    assert run_now(job).state == "done"
    assert seen == [0, 300, 600]
