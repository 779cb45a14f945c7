"""Printing: 500 first-password slips in one file (limit: 20 ms each), a hundred forms, a roster; told beside them."""

import statistics
from typing import Any

from harness import Bench, busy, ms, peak_megabytes

SLIPS, LIMIT = 500, 20.0
FORMS, LINES = 100, 1_000
SITE = "https://zhibu.example.org/"


def slips(turn: int, number: int) -> Any:
    """Return a sheet of slips; other words every turn, so that what was set before does not help."""
    from zhibu.apps.accounts.documents.slips import content
    from zhibu.apps.accounts.services.slips import PrintedSlip

    rows = [PrintedSlip(f"王{turn}{n}", f"第{n % 40}支部", f"w{turn}{n}", f"{n:04d}-{turn}abc") for n in range(number)]
    return content(rows, "首次密码条", SITE)


def spent(turn: int, people: list[Any]) -> dict[str, float]:
    """Return the seconds of processor time of each kind of document."""
    from zhibu.apps.accounts.documents import SLIPS as SHEET
    from zhibu.kernel import documents
    from zhibu.kernel.actor import SYSTEM

    sheet, found = slips(turn, SLIPS), {}
    start = busy()
    documents.render(SHEET, sheet)
    found["slips"] = busy() - start
    some, line = people[turn * FORMS : (turn + 1) * FORMS], [*people[turn * 7 :], *people[: turn * 7]]
    for code, rows in (("people.card", some), ("people.roster", line)):
        document = documents.get(code)
        start = busy()
        documents.render(document, document.builder_function()(SYSTEM, rows))
        found[code] = busy() - start
    return found


def main() -> None:
    """Measure and tell."""
    bench = Bench(__doc__ or "", rounds=3)
    from tests import factories
    from zhibu.apps.accounts.documents import SLIPS as SHEET
    from zhibu.kernel import documents

    start = busy()
    documents.render(SHEET, slips(99, 1))
    first = busy() - start
    root = factories.organization("东江实业")
    people = [factories.person(f"王{n}", root, mobile=f"154{n:08d}", position="维修工") for n in range(LINES)]
    rounds = [spent(turn, people) for turn in range(bench.options.rounds)]
    took = {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}
    for name, count, limit, what in (
        ("slips", SLIPS, LIMIT, f"one of {SLIPS} slips in one file"),
        ("people.card", FORMS, None, f"one of {FORMS} registration forms"),
        ("people.roster", LINES, None, f"a line of a roster of {LINES}"),
    ):
        bench.tell(what, took[name] / count * 1000, limit, ms(took[name]), f"first page {ms(first)}", "ms")
    bench.tell("largest size of the process", peak_megabytes(), None, "slips, forms and rosters", "-", "MB")
    bench.end()


if __name__ == "__main__":
    main()
