"""The lights of 10,000 branches against a bare grouped query over the meetings they follow from.

A committee with 100 general branches of 100 branches each; for every branch 50 members, a branch committee of three of them, and
the meetings of a year (about 60): 500,000 members, 600,000 meetings. Raw: one query that counts the year's meetings and the last day by organisation and kind. The committee's board, through Django's test
client and the whole middleware, signed in: limit 1 ×. Full rebuild, every light of every branch written anew: limit 5 ×.
One meeting more, its lights brought up to date: told. The number of queries of the board is printed.
"""

import random
import re
from collections import Counter
from datetime import date, timedelta
from typing import Any

from copies import multiply, numbers
from harness import Bench, alternate, batches, ms, signed_in, timed

BOARD, REBUILD = 1, 5
YEAR = 997  # days drawn, a prime number: no two kinds of a branch go in step
PER_YEAR = {"assembly": 5, "committee": 12, "lecture": 4, "party_day": 12, "life": 1, "appraisal": 1, "other": 25}


def grow(sections: int, each: int, members: int, today: date) -> tuple[Any, list[int]]:
    """Return (committee, ids of its branches) with the organisations written through the ORM, members and meetings raw."""
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
    branches = sorted(found)
    lay_members(branches, members)
    meetings(branches, today)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return root, branches


def lay_members(branches: list[int], each: int) -> None:
    """Lay members in every branch, the first three of them on its committee."""
    from zhibu.apps.membership.models import Member
    from zhibu.apps.people.models import Affiliation, Person, Post
    from zhibu.apps.people.models.affiliation import Kind, PostKind

    admitted, first = date(2010, 6, 20), branches[0]
    if branches != list(range(first, first + len(branches))):
        raise SystemExit("the branches have no keys in a row")
    one = Person.objects.create(name="党员", political_status="01", joined_party_on=admitted)
    begin = one.pk + 1
    multiply(one, numbers(each * len(branches)), {"name": "'党员' || s.n"})
    person = Person._meta.db_table
    laid = {"person_id": "s.id", "organization_id": f"{first} + (s.id - {begin}) / {each}"}
    rows = f"(SELECT id FROM {person} WHERE id >= {begin})"
    related: dict[str, Any] = {"person": one, "organization_id": first}
    place = Affiliation.objects.create(**related, kind=Kind.PARTY, since=admitted)
    multiply(place, rows, laid)
    multiply(Member.objects.create(**related, kind="full", admitted_on=admitted, full_on=admitted), rows, laid)
    for n, kind in enumerate((PostKind.SECRETARY, PostKind.ORGANIZATION, PostKind.PUBLICITY)):
        seated = f"(SELECT id FROM {person} WHERE id >= {begin} AND (id - {begin}) % {each} = {n})"
        multiply(Post.objects.create(**related, kind=kind, since=date(2024, 1, 10)), seated, laid)


def meetings(branches: list[int], today: date) -> None:
    """Lay a year of meetings held by every branch, on days drawn for each."""
    from datetime import datetime, time

    from django.db import connection
    from django.utils.timezone import make_aware

    from zhibu.apps.meetings.models import Meeting

    ops, rng = connection.ops, random.Random(7)
    with connection.cursor() as cursor:
        cursor.execute('CREATE TEMPORARY TABLE days AS SELECT id AS n, starts_at, "on" FROM meetings_meeting LIMIT 0')
        for n in range(YEAR):
            day = today - timedelta(days=rng.randrange(365))
            moment = ops.adapt_datetimefield_value(make_aware(datetime.combine(day, time(9))))
            cursor.execute("INSERT INTO days VALUES (%s, %s, %s)", [n, moment, ops.adapt_datefield_value(day)])
        cursor.execute("ANALYZE days")
    one = Meeting.objects.create(
        organization_id=branches[0], kind="other", title="会议", starts_at=make_aware(datetime.combine(today, time(9))),
        on=today, state="held", entitled=20, present=18, quorate=True,
    )  # fmt: skip
    kinds = " UNION ALL ".join(
        f"SELECT '{kind}' AS kind, {turn * 677} AS turn, n FROM {numbers(times)} AS times"
        for turn, (kind, times) in enumerate(PER_YEAR.items())
    )
    drawn = f"days.n = (o.id * 7919 + k.n * 3571 + k.turn) % {YEAR}"
    held = f"FROM organizations_organization o CROSS JOIN ({kinds}) k JOIN days ON {drawn} WHERE o.kind = 'branch'"
    laid = {"organization_id": "s.at", "kind": "s.kind", "starts_at": "s.starts_at", "on": 's."on"'}
    multiply(one, f"(SELECT o.id AS at, k.kind, days.* {held} ORDER BY o.id, k.kind, k.n)", laid)


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


def look_through(client: Any, root: Any, today: date) -> None:
    """Hold the pages of the board against the lights: every general branch stands there once, with what is overdue below it."""
    from zhibu.apps.compliance.models import Light
    from zhibu.apps.organizations.models import Organization
    from zhibu.kernel.paths import STEP

    sections = {
        one.path: str(one.uid) for one in Organization.objects.system("benchmark").filter(parent=root).order_by("path")
    }
    rows = Light.objects.system("benchmark").filter(asked=True, due_until__lte=today)
    paths = rows.values_list("organization__path", "duty")
    expected = Counter((sections[path[: len(root.path) + STEP]], duty) for path, duty in paths if path != root.path)
    named: Counter[str] = Counter()
    found: Counter[tuple[str, str]] = Counter()
    address = "/compliance/"
    while address:
        text = client.get(address).content.decode()
        lines = text.partition("下级党组织</h2>")[2]
        named.update(re.findall(r'<th scope="row"><a href="/compliance/([0-9a-f-]{36})/">', lines))
        for duty, uid, shown in re.findall(r'duty=(\w+)&amp;state=overdue&amp;below=([0-9a-f-]{36})">(.*?)</a>', lines):
            found[uid, duty] += int(re.sub(r"<.*?>|\D", "", shown) or 1)
        later = re.search(r'href="(\?from=\d+)" rel="next"', text)
        address = f"/compliance/{later[1]}" if later else ""
    if named != Counter(sections.values()) or found != expected:
        raise SystemExit(
            f"the board shows {len(named)} of {len(sections)} general branches, or other figures than theirs"
        )


def main() -> None:
    """Measure and tell."""
    bench = Bench(__doc__ or "", sections=100, each=100, members=50, rounds=5)
    from django.core.cache import cache
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils.timezone import localdate

    from tests import factories
    from zhibu.apps.compliance.models import Light
    from zhibu.apps.compliance.services.lights import refresh

    today = localdate()
    root, branches = grow(bench.options.sections, bench.options.each, bench.options.members, today)
    rebuilds(bench, alternate({"raw": lambda: raw(today)}, bench.options.rounds)["raw"])
    client = signed_in(factories.account("zuzhibu", "organization_department", root))

    def board() -> None:
        cache.clear()
        answer = client.get("/compliance/")
        if answer.status_code != 200:
            raise SystemExit(f"/compliance/: {answer.status_code}")

    look_through(client, root, today)
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
