"""The one search box at 10 thousand, 100 thousand and 1 million people against a bare view with one indexed read.

Both go through Django's test client and the whole middleware, signed in. The search is what the box asks while somebody
types (the fragment of results with age and place); the bare view reads one person by an indexed column and answers with
the name. Limits: 3 × for the median of the queries of a scope; growth from the smallest to the largest town 2 ×.
"""

import statistics
from typing import Any

from harness import Bench, alternate, ms, signed_in
from town import BRANCHES, Sample, Town

LIMIT, GROWTH = 3, 2
SCOPES = ("the root", *BRANCHES)


def queries(sample: Sample) -> dict[str, str]:
    """Return what people type: frequent and rare, in characters, sounds and numbers; and a miss."""
    return {
        "王": "王", "王伟": "王伟", "zhangwei": "zhangwei", "zw": "zw", "ID tail": sample.identity[-6:],
        "phone tail": sample.mobile[-4:], "staff number": sample.staff, "miss": "龘龘龘",
    }  # fmt: skip


def bare_view(request: Any) -> Any:
    """One indexed read, as little around it as Django allows."""
    from django.http import HttpResponse

    from zhibu.apps.people.models import Person

    rows = Person.objects.system("bare view").filter(mobile=request.GET["q"])
    return HttpResponse(rows.values_list("name", flat=True)[0])


class Clients:
    """Signed-in clerks, one for each scope."""

    def __init__(self, town: Town) -> None:
        from django.urls import clear_url_caches, path

        from tests import factories
        from zhibu import urls
        from zhibu.apps.people import counted

        counted.NUMBER_LOOKUPS = 10**9  # so many a minute are refused
        urls.urlpatterns.append(path("bare/", bare_view))
        clear_url_caches()
        self.clients: dict[str, Any] = {}
        for number, (scope, place) in enumerate({"the root": town.root, **town.branches}.items()):
            self.clients[scope] = signed_in(factories.account(f"clerk{number}", "organization_department", place))

    def get(self, scope: str, url: str, query: str, **headers: str) -> str:
        """Return the answer; anything but a page ends the measure."""
        answer = self.clients[scope].get(url, {"q": query}, headers=headers)
        if answer.status_code != 200:
            raise SystemExit(f"{url} {query}: {answer.status_code}")
        return str(answer.content.decode())


def expect(page: str, query: str, hit: bool) -> None:
    """End the measure when an answer is wrong: speed without the right people is none."""
    if ('role="option"' in page) != hit:
        raise SystemExit(f"{query}: expected {'somebody' if hit else 'nobody'}")


def measure(bench: Bench, town: Town, clients: Clients, rounds: int) -> dict[str, float]:
    """Measure every scope at the present size; return scope -> median ratio."""
    found = {}
    for scope in SCOPES:
        sample = town.samples[scope]
        asked = queries(sample)
        ratios, shown = {}, []
        for name, query in asked.items():

            def typed(query: str = query) -> str:
                return clients.get(scope, "/search/", query, hx_request="true")  # noqa: B023 - called at once

            def bare() -> str:
                return clients.get(scope, "/bare/", sample.mobile)  # noqa: B023 - called at once

            if name in ("ID tail", "phone tail", "staff number", "miss"):
                expect(typed(), name, name != "miss")
            spent = alternate({"search": typed, "bare": bare}, rounds)
            ratios[name] = spent["search"] / spent["bare"]
            shown.append(f"{name} {ms(spent['search'])}")
        median = statistics.median(ratios.values())
        found[scope] = median
        worst = max(ratios, key=ratios.__getitem__)
        title = f"search, {town.count:,} people, {scope}"
        bench.tell(
            title,
            median,
            LIMIT,
            ", ".join(shown),
            f"bare view {ms(spent['bare'])}; worst: {worst} {ratios[worst]:.2f} ×",
        )
    return found


def main() -> None:
    """Measure and tell."""
    bench = Bench(__doc__ or "", size=1_000_000, rounds=40)
    from django.core.cache import cache

    town = Town()
    sizes = [size for size in (10_000, 100_000, 1_000_000) if size <= bench.options.size]
    clients: Clients | None = None
    medians: dict[int, dict[str, float]] = {}
    for size in sizes:
        town.grow(size)
        cache.clear()  # how many there are is believed for minutes, in which no town grows tenfold
        clients = clients or Clients(town)
        medians[size] = measure(bench, town, clients, bench.options.rounds)
    for scope in SCOPES:
        growth = medians[sizes[-1]][scope] / medians[sizes[0]][scope]
        what = f"search, growth from {sizes[0]:,} to {sizes[-1]:,}, {scope}"
        bench.tell(what, growth, GROWTH, "median ratio at the largest", "median ratio at the smallest")
    bench.end()


if __name__ == "__main__":
    main()
