"""The page of a person: the number of queries with little and with much data. Limit: no difference."""

import random
from datetime import date, timedelta
from typing import Any

from harness import Bench, alternate, ms, signed_in

LIMIT = 0
LONG_AGO = date(1995, 1, 1)


def burden(person: Any, places: list[Any], number: int) -> None:
    """Hang `number` of everything on a person: relations, posts, parts and lines of history."""
    from django.db import transaction

    from zhibu.apps.people.models import Affiliation, Post
    from zhibu.apps.people.services.parts import PARTS
    from zhibu.kernel.actor import SYSTEM
    from zhibu.kernel.audit import AuditLine, record_many

    rng = random.Random(3)
    for n in range(number):
        day = LONG_AGO + timedelta(days=100 * n)
        place = places[n % len(places)]
        Affiliation.objects.create(
            person=person, organization=place, kind="administrative", since=day, until=day + timedelta(days=50)
        )
        Post.objects.create(person=person, organization=place, kind="clerk", since=day, until=day + timedelta(days=50))
        for model in PARTS.values():
            values = {}
            for field in model._meta.concrete_fields:
                if field.name in ("id", "uid", "person", "withdrawn_at", "rev") or field.null:
                    continue
                values[field.name] = a_value(field, rng, day)
            model.objects.create(person=person, **values)
    with transaction.atomic():
        record_many(
            AuditLine(
                SYSTEM, "people.person.edit.contact", "修改联系方式", "people.Person", str(person.pk), places[0].pk
            )
            for _ in range(number * 3)
        )


def a_value(field: Any, rng: random.Random, day: date) -> Any:
    """Return something that the field of a part takes."""
    kind = field.get_internal_type()
    if kind == "DateField":
        return day
    if kind == "BooleanField":
        return False
    if field.choices:
        return rng.choice([value for value, _ in field.choices if value])
    if kind in ("PositiveIntegerField", "IntegerField", "PositiveSmallIntegerField"):
        return rng.randrange(1, 9)
    return "东江"[: field.max_length or 2]


def main() -> None:
    """Measure and tell."""
    bench = Bench(__doc__ or "", much=40, rounds=20)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests import factories

    root = factories.organization("东江实业")
    places = [factories.organization(f"东江第{n}公司", parent=root) for n in range(6)]
    little, much = (factories.person(name, root, mobile="15400000001") for name in ("张少", "李多"))
    burden(little, places, 1)
    burden(much, places, bench.options.much)
    client = signed_in(factories.account("clerk", "organization_department", root))
    counts, times = {}, {}
    for tab in ("", "history/"):
        for name, person in (("little", little), ("much", much)):
            url = f"{person.get_absolute_url()}{tab}"

            def drawn(url: str = url) -> None:
                answer = client.get(url)
                if answer.status_code != 200:
                    raise SystemExit(f"{url}: {answer.status_code}")

            drawn()
            with CaptureQueriesContext(connection) as queries:
                drawn()
            counts[name], times[name] = len(queries), alternate({"page": drawn}, bench.options.rounds)["page"]
        bench.tell(
            f"{'history' if tab else 'page'} of a person, queries more with {bench.options.much} of everything than with one",
            counts["much"] - counts["little"], LIMIT,
            f"{counts['much']} queries, {ms(times['much'])}", f"{counts['little']} queries, {ms(times['little'])}",
            "queries",
        )  # fmt: skip
    bench.end()


if __name__ == "__main__":
    main()
