"""The month of 100,000 members against a raw bulk insert of the same rows.

A committee with branches of 25 members; everybody has a base, one in twenty a relief. The month is worked out by the job as the worker runs
it: who is a member where, base, rate, relief, entries of the ledger, charges, audit lines and events, in chunks of whole branches, each with its
progress. Raw: executemany (COPY on PostgreSQL) of the same charges, read back beforehand, into a table without indices. Limit 6 ×, in
processor time; told beside it, without a limit: against a table made like that of the charges, with its indices, checks and foreign
keys, which any insert of charges has to pay for. Flat: the last chunks take what the first ones took a member (limit 1.5 ×). Done again, the job adds nothing. Peak memory 500 MB.
"""

import statistics
import uuid
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from harness import Bench, batches, busy, ms, peak_megabytes

LIMIT, FLAT, MEGABYTES = 6, 1.5, 500
EACH = 25
ADMITTED = date(2000, 6, 20)


def grow(members: int, month: date) -> Any:
    """Return the committee, with branches, members, bases and reliefs written in bulk."""
    from django.db import transaction

    from tests import factories
    from zhibu.apps.organizations.models import Organization
    from zhibu.kernel.paths import step

    root = factories.organization("东江实业党委", "committee")
    rows = [
        Organization(
            path=root.path + step(n),
            parent=root,
            kind="branch",
            name=f"第{n}支部",
            code=f"B{n}",
            founded_on=date(2010, 1, 1),
        )
        for n in range(members // EACH)
    ]
    Organization.objects.bulk_create(rows, batch_size=2_000)
    branches = list(Organization.objects.system("benchmark").filter(kind="branch").values_list("pk", flat=True))
    for part in batches(range(members), 10_000):
        with transaction.atomic():
            _fill(part, branches, month)
    return root


def _fill(part: Sequence[int], branches: list[int], month: date) -> None:
    """Write people with their membership, base and relief."""
    from zhibu.apps.dues.models import Base, Relief
    from zhibu.apps.membership.models import Member
    from zhibu.apps.people.models import Affiliation, Person
    from zhibu.kernel.bulk import insert_models

    people = [Person(name=f"党员{n}", political_status="01", joined_party_on=ADMITTED) for n in part]
    insert_models(people, with_keys=True)
    placed = [(person, branches[n // EACH]) for n, person in zip(part, people, strict=True)]
    insert_models([Affiliation(person=p, organization_id=at, kind="party", since=ADMITTED) for p, at in placed])
    insert_models(
        [Member(person=p, organization_id=at, kind="full", admitted_on=ADMITTED, full_on=ADMITTED) for p, at in placed]
    )
    bases = [
        Base(person=p, organization_id=at, payer="waged" if p.pk % 3 else "retired", since=month.replace(month=1), source="sheet",
             amount=Decimal(2500 + p.pk * 37 % 9000))
        for p, at in placed
    ]  # fmt: skip
    insert_models(bases)
    eased = [one for one in placed if one[0].pk % 20 == 0]
    insert_models(
        [
            Relief(
                person=p,
                organization_id=at,
                since=month,
                until=month,
                amount=Decimal(0),
                studied_on=month,
                state="agreed",
            )
            for p, at in eased
        ]
    )


def run(root: Any, month: date) -> tuple[Any, list[float]]:
    """Work the month out as the worker does; return (the run, processor seconds of each chunk)."""
    from zhibu.apps.dues.services.assessing import Start
    from zhibu.kernel import actions
    from zhibu.kernel.actor import SYSTEM
    from zhibu.kernel.jobs.leases import claim
    from zhibu.kernel.jobs.runner import Outcome, run_chunk

    made = actions.perform(actions.get("dues.assess.run"), SYSTEM, data=Start(root, month), key=uuid.uuid4()).result
    lease = claim(made.job.pk)
    if lease is None:
        raise SystemExit("nobody may work on the job")
    spent, goes_on = [], True
    while goes_on:
        began = busy()
        goes_on = run_chunk(lease) is Outcome.GOES_ON
        spent.append(busy() - began)
    made.refresh_from_db()
    made.job.refresh_from_db()
    if made.job.state != "done":
        raise SystemExit(made.job.message + made.job.error)
    return made, spent


def raw(table: str, make: Callable[[Any, str], None]) -> float:
    """Return the processor seconds of inserting the same rows into a table made so."""
    from django.db import connection, transaction

    from zhibu.apps.dues.services.charging import COLUMNS
    from zhibu.kernel.bulk import insert_rows

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(COLUMNS)} FROM dues_charge")
        rows = cursor.fetchall()
        make(cursor, table)
    began = busy()
    with transaction.atomic():
        insert_rows(table, COLUMNS, rows)
    return busy() - began


def bare(cursor: Any, table: str) -> None:
    """Make a table without indices."""
    from zhibu.apps.dues.services.charging import COLUMNS

    cursor.execute(f"CREATE TABLE {table} AS SELECT {', '.join(COLUMNS)} FROM dues_charge LIMIT 0")


def alike(cursor: Any, table: str) -> None:
    """Make a table with the indices, checks and foreign keys of the charges."""
    from django.db import connection

    if connection.vendor == "sqlite":
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name = 'dues_charge' AND sql IS NOT NULL ORDER BY type DESC"
        )
        for (sql,) in cursor.fetchall():  # the table, then its indices
            cursor.execute(sql.replace('"dues_charge', f'"{table}').replace('INDEX "', f'INDEX "{table}_'))
        return
    cursor.execute(f"CREATE TABLE {table} (LIKE dues_charge INCLUDING ALL)")
    keys = (
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'dues_charge'::regclass AND contype = 'f'"
    )
    cursor.execute(keys)
    for (definition,) in cursor.fetchall():
        cursor.execute(f"ALTER TABLE {table} ADD {definition}")


def main() -> None:
    """Measure and tell."""
    bench = Bench(__doc__ or "", members=100_000)
    from django.db import connection
    from django.urls import reverse
    from django.utils.timezone import localdate

    month = localdate().replace(day=1)
    root = grow(bench.options.members, month)
    reverse("workbench")  # the addresses are loaded once a process, whatever it works out
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    made, spent = run(root, month)
    peak = peak_megabytes()
    plain = statistics.median(raw(f"raw_{n}", bare) for n in range(3))
    like = statistics.median(raw(f"like_{n}", alike) for n in range(3))
    whole = sum(spent)
    words, took = f"insert of {made.count:,} rows {ms(plain)}", f"{made.count:,} members {ms(whole)}"
    bench.tell("month of dues for every member", whole / plain, LIMIT, took, words)
    bench.tell("the same, against a table of the same make", whole / like, None, took, f"the same rows {ms(like)}")
    full = spent[:-1] or spent
    third = max(len(full) // 3, 1)
    ends = [statistics.median(full[:third]), statistics.median(full[-third:])]
    bench.tell("last chunks against the first", ends[1] / ends[0], FLAT, ms(ends[1]), f"first chunks {ms(ends[0])}")
    again, repeated = run(root, month)
    if again.count:
        raise SystemExit("done again, the month added rows")
    bench.tell("done again, nothing added", sum(repeated) / plain, LIMIT, ms(sum(repeated)), words)
    bench.tell("peak memory", peak, MEGABYTES, f"{peak:.0f} MB", "of the whole process", unit="MB")
    bench.end()


if __name__ == "__main__":
    main()
