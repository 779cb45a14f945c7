"""The lights of 10,000 branches against a bare grouped query over the meetings they follow from.

A committee with 100 general branches of 100 branches each; for every branch the meetings of a year (about 60). Raw: one query
that counts the year's meetings and the last day by organisation and kind. The committee's board, through Django's test
client and the whole middleware, signed in: limit 1 ×. Full rebuild, every light of every branch written anew: limit 5 ×.
One meeting more, its lights brought up to date: told. The number of queries of the board is printed.
"""

import random
from datetime import date, timedelta
from typing import Any

from harness import Bench, alternate, batches, ms, signed_in, timed

BOARD, REBUILD = 1, 5
PER_YEAR = {"assembly": 5, "committee": 12, "lecture": 4, "party_day": 12, "life": 1, "appraisal": 1, "other": 25}


def grow(sections: int, each: int, today: date) -> tuple[Any, list[int]]:
    """Return (committee, ids of its branches) with the organisations written through the ORM, the meetings raw."""
    from django.db import connection

    from tests import factories
    from zhibu.apps.organizations.models import Organization
    from zhibu.kernel.paths import step

    root = factories.organization("东江实业党委", "committee")
    middle = [factories.organization(f"第{n}党总支", "general_branch", root) for n in range(sections)]
    rows = [
        Organization(
            path=above.path + step(n), parent=above, kind="branch", name=f"{above.name}第{n}支部", code=f"B{above.pk}-{n}",
            founded_on=date(2015, 1, 1),
        )
        for above in middle for n in range(each)
    ]  # fmt: skip
    for part in batches(rows, 5_000):
        Organization.objects.bulk_create(part)
    found = Organization.objects.system("benchmark").filter(kind="branch").values_list("pk", flat=True)
    branches = list(found)
    meetings(branches, today)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return root, branches


def meetings(branches: list[int], today: date) -> None:
    """Insert a year of meetings held by every branch."""
    import uuid
    from datetime import datetime, time

    from django.utils.timezone import make_aware

    from zhibu.apps.meetings.models import Meeting
    from zhibu.kernel.bulk import insert_models

    rng = random.Random(7)
    moments = [make_aware(datetime.combine(today - timedelta(days=n), time(9))) for n in range(400)]

    def of(branch: int) -> Any:
        for kind, times in PER_YEAR.items():
            for _ in range(times):
                moment = moments[rng.randrange(365)]
                yield Meeting(
                    uid=uuid.UUID(int=rng.getrandbits(128)), organization_id=branch, kind=kind, title="会议",
                    starts_at=moment, on=moment.date(), state="held", entitled=20, present=18, quorate=True,
                )  # fmt: skip

    for part in batches((meeting for branch in branches for meeting in of(branch)), 20_000):
        insert_models(part)


def raw(today: date) -> int:
    """Count the year's meetings and their last day by organisation and kind: one query, all rows read."""
    from django.db.models import Count, Max

    from zhibu.apps.meetings.models import Meeting

    rows = Meeting.objects.system("bare query").filter(on__gt=today - timedelta(days=365), state="held").order_by()
    return len(rows.values_list("organization_id", "kind").annotate(n=Count("pk"), last=Max("on")))


def rebuilds(bench: Any, bare: float) -> None:
    """Tell what it takes to write all lights, for the first time and when every one is wrong."""
    from django.db import transaction

    from zhibu.apps.compliance.models import Light
    from zhibu.apps.compliance.services.lights import refresh

    raw_words = f"bare grouped query {ms(bare)}"
    first = timed(refresh)[1]
    bench.tell("all lights written for the first time", first / bare, REBUILD, ms(first), raw_words)
    with transaction.atomic():
        Light.objects.system("benchmark").update(due_until=date(2000, 1, 1))
    every = timed(refresh)[1]
    bench.tell("all lights compared and every one changed", every / bare, REBUILD, ms(every), raw_words)


def main() -> None:
    """Measure and tell."""
    bench = Bench(__doc__ or "", sections=100, each=100, rounds=5)
    from django.core.cache import cache
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils.timezone import localdate

    from tests import factories
    from zhibu.apps.compliance.models import Light
    from zhibu.apps.compliance.services.lights import refresh

    today = localdate()
    root, branches = grow(bench.options.sections, bench.options.each, today)
    rebuilds(bench, alternate({"raw": lambda: raw(today)}, bench.options.rounds)["raw"])
    client = signed_in(factories.account("zuzhibu", "organization_department", root))

    def board() -> None:
        cache.clear()
        answer = client.get("/compliance/")
        if answer.status_code != 200 or "第1党总支" not in answer.content.decode():
            raise SystemExit(f"/compliance/: {answer.status_code}")

    with CaptureQueriesContext(connection) as queries:
        board()
    asked = len(queries)
    spent = alternate({"board": board, "raw": lambda: raw(today)}, bench.options.rounds)
    lights = Light.objects.system("benchmark").count()
    bench.tell(
        f"board of a committee over {len(branches):,} branches", spent["board"] / spent["raw"], BOARD,
        f"{ms(spent['board'])}, {asked} queries, {lights:,} lights", f"bare grouped query {ms(spent['raw'])}",
    )  # fmt: skip
    one = alternate({"one": lambda: refresh([branches[0]])}, 20)["one"]
    bench.tell("the lights of one branch after a meeting", one * 1000, None, ms(one), "no limit", unit="ms")
    bench.end()


if __name__ == "__main__":
    main()
