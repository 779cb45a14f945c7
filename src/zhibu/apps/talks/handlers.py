"""What this app shows on one's own page."""

from django.http import HttpRequest

from zhibu.apps.people import own
from zhibu.apps.people.models import Person
from zhibu.apps.talks import queries, retention  # noqa: F401 - the kinds of data kept register themselves

#: talks on one's own page
SHOWN = 5


@own.panel(45)
def own_talks(request: HttpRequest, person: Person) -> own.Panel | None:
    """The latest talks one took part in."""
    found = list(queries.of_person(person)[:SHOWN])
    return own.Panel("talks/_own.html", {"talks": found}) if found else None
