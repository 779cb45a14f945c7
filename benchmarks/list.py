"""The list of people, 25 rows of 100,000, against a plain Django template of the same rows from one query.

Both through Django's test client and the whole middleware, signed in. Plain: one query of 25 people by name, their
columns in one table, no shell, no filters, no places. Limit: 4 ×. The number of queries is printed. The list believes a
total of a thousand and more for a minute; what the first look costs, which counts it, is told without a limit.
"""

from typing import Any

from harness import Bench, alternate, ms, signed_in
from town import Town

LIMIT = 4
PAGES = {"first page": {}, "page 40": {"page": "40"}, "filtered": {"sex": "2"}, "search 王": {"q": "王"}}
ROW = """<table>{% for p in people %}<tr><th><a href="{{ p.get_absolute_url }}">{{ p.name }}</a></th>
<td>{{ p.get_sex_display }}</td><td>{{ p.birth_date|date:"Y" }}</td><td>{{ p.get_employment_display }}</td>
<td>{{ p.get_political_status_display }}</td><td>{{ p.staff_number }}</td><td>{{ p.mobile }}</td></tr>{% endfor %}</table>"""


def plain_view(request: Any) -> Any:
    """Twenty-five people by name in a bare table."""
    from django.http import HttpResponse
    from django.template import engines

    from zhibu.apps.people.models import Person

    people = Person.objects.system("plain template").filter(state="live").order_by("name", "pk")[:25]
    template = plain_view.__dict__.setdefault("template", engines["django"].from_string(ROW))
    return HttpResponse(template.render({"people": people}, request))


def main() -> None:
    """Measure and tell."""
    bench = Bench(__doc__ or "", size=100_000, rounds=30)
    town = Town()
    town.grow(bench.options.size)
    from django.core.cache import cache
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.urls import clear_url_caches, path

    from tests import factories
    from zhibu import urls

    urls.urlpatterns.append(path("plain/", plain_view))
    clear_url_caches()
    places = {"the root": town.root, "one branch of 4,000": town.branches["one branch of 4,000"]}
    for number, (scope, place) in enumerate(places.items()):
        client = signed_in(factories.account(f"clerk{number}", "organization_department", place))
        for page, asked in PAGES.items():

            def drawn(url: str, client: Any = client, asked: dict[str, str] = asked) -> None:
                answer = client.get(url, asked)
                if answer.status_code != 200 or answer.content.count(b"<tr") < 25:
                    raise SystemExit(f"{url} {asked}: {answer.status_code}")

            with CaptureQueriesContext(connection) as queries:
                drawn("/people/")
            count = len(queries)
            spent = alternate(
                {"list": lambda: drawn("/people/"), "plain": lambda: drawn("/plain/")}, bench.options.rounds
            )
            first = alternate({"list": lambda: (cache.clear(), drawn("/people/"))}, 5, warm=1)["list"]
            bench.tell(
                f"list of 25 of {town.count:,} people, {scope}, {page}", spent["list"] / spent["plain"], LIMIT,
                f"{ms(spent['list'])}, {count} queries; first look {ms(first)}", f"plain template {ms(spent['plain'])}",
            )  # fmt: skip
    bench.end()


if __name__ == "__main__":
    main()
