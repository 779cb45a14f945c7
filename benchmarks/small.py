"""What the kernel adds to a write: sealing a field, a line of the trail, an act, a job's chunk. No limits, only told.

Each against the least that does the same work: a copy of the text, a bare insert, a bare update.
"""

import uuid
from datetime import date
from typing import Any

from harness import Bench, alternate

MANY = 200


def micro(seconds: float, number: int = MANY) -> str:
    """Return the time of one of `number` works."""
    return f"{seconds / number * 1e6:.0f} µs"


def crypto(bench: Bench) -> None:
    """Seal, open, and hash one identity number."""
    from zhibu.kernel.crypto import blind, seal, unseal

    uid, text = uuid.uuid4(), "449801195803120023"
    place: dict[str, Any] = {"table": "people_person", "column": "identity_number", "uid": uid}
    sealed = seal(text, **place)

    def each(work: Any) -> Any:
        return lambda: [work() for _ in range(MANY)]

    works = {
        "sealing a field": each(lambda: seal(text, **place)),
        "opening a field": each(lambda: unseal(sealed, **place)),
        "keyed hash of a number": each(lambda: blind(text, "search.identity")),
        "raw": each(lambda: text.encode()),
    }
    spent = alternate(works, bench.options.rounds)
    for name in list(works)[:-1]:
        bench.tell(
            name, spent[name] / MANY * 1e6, None, micro(spent[name]), f"encoding the text {micro(spent['raw'])}", "µs"
        )


def trail(bench: Bench) -> None:
    """Lines of the trail, one by one and many at once, against bare inserts into a table of the same columns."""
    from django.db import connection, transaction

    from zhibu.kernel.actor import SYSTEM
    from zhibu.kernel.audit import AuditLine, record, record_many

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare (id integer, at text, name text, body text)")

    def bare() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for n in range(MANY):
                cursor.execute(
                    "INSERT INTO bare VALUES (%s, %s, %s, %s)", [n, "2026-01-01 00:00", "系统", "修改联系方式"]
                )

    def singly() -> None:
        with transaction.atomic():
            for n in range(MANY):
                record(SYSTEM, "bench", summary="修改联系方式", object_type="people.Person", object_id=str(n))

    def together() -> None:
        with transaction.atomic():
            record_many(AuditLine(SYSTEM, "bench", "修改联系方式", "people.Person", str(n)) for n in range(MANY))

    spent = alternate({"singly": singly, "together": together, "bare": bare}, bench.options.rounds)
    raw = f"bare insert {micro(spent['bare'])}"
    bench.tell("a line of the trail", spent["singly"] / spent["bare"], None, micro(spent["singly"]), raw)
    bench.tell("a line of the trail among many", spent["together"] / spent["bare"], None, micro(spent["together"]), raw)


def acts(bench: Bench) -> None:
    """Registering a person through the action (rules, encryption, keys, trail) against inserting a bare row."""
    from django.db import transaction

    from tests import factories
    from zhibu.apps.people.models import Person
    from zhibu.apps.people.services.persons import NewPerson
    from zhibu.kernel import actions

    root = factories.organization("东江实业")
    actor = factories.actor(["people.create", "people.view"], root)
    action = actions.get("people.person.create")
    numbers = iter(range(10**6))

    def bare() -> None:
        for _ in range(10):
            with transaction.atomic():
                Person(name="张伟", staff_number=f"B{next(numbers)}").save(force_insert=True)

    def act() -> None:
        for _ in range(10):
            data = NewPerson(
                values={"name": "张伟", "staff_number": f"A{next(numbers)}"}, home=root, since=date(2020, 1, 1)
            )
            actions.perform(action, actor, data=data, key=uuid.uuid4())

    spent = alternate({"act": act, "bare": bare}, bench.options.rounds)
    what = f"bare insert of the same row in a transaction {micro(spent['bare'], 10)}"
    bench.tell("registering a person", spent["act"] / spent["bare"], None, micro(spent["act"], 10), what)


def main() -> None:
    """Measure and tell."""
    bench = Bench(__doc__ or "", rounds=15)
    crypto(bench)
    trail(bench)
    acts(bench)
    bench.end()


if __name__ == "__main__":
    main()
