"""Writing the search keys of everybody anew: after the look-up key was changed, or the readings of names.

Chunk by chunk, each in a transaction of its own with its people locked, so that the site goes on meanwhile and nobody's
keys are ever half there. How far it came stands in DATA/search_rebuild.json: the next run goes on there, unless the key
changed in between.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from zhibu.apps.people import search
from zhibu.apps.people.models import Person
from zhibu.apps.people.services.persons import identity_hash
from zhibu.kernel.crypto import current_key

REASON = "writing search keys anew"
NAME = "search_rebuild.json"
CHUNK = 500


@dataclass(frozen=True)
class Progress:
    """How many people are done, and of how many."""

    done: int
    total: int


def rebuild(*, restart: bool = False, chunk: int = CHUNK) -> Iterator[Progress]:
    """Rewrite everybody's keys, giving the progress after every chunk; begins where a former run ended."""
    after = 0 if restart else _reached()
    while True:
        with transaction.atomic():
            people = list(_people().filter(pk__gt=after).order_by("pk").select_for_update(of=("self",))[:chunk])
            search.rewrite_keys(people)
            _rewrite_hashes(people)
        if not people:
            break
        after = people[-1].pk
        _remember(after)
        yield Progress(_people().filter(pk__lte=after).count(), _people().count())
    (Path(settings.DATA) / NAME).unlink(missing_ok=True)


def _people() -> Any:
    return Person.objects.system(REASON)


def _rewrite_hashes(people: list[Person]) -> None:
    """Bring the hash under which a document number is unique up to the key of today, too."""
    for person in people:
        due = identity_hash(person.identity_number) if person.identity_number else None
        kept = bytes(person.identity_blind) if person.identity_blind is not None else None
        if due != kept:
            _people().filter(pk=person.pk).update(identity_blind=due)


def _reached() -> int:
    try:
        known = json.loads((Path(settings.DATA) / NAME).read_text(encoding="utf-8"))
        return int(known["after"]) if known["key"] == current_key("blind")[0] else 0
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def _remember(after: int) -> None:
    place = Path(settings.DATA) / NAME
    draft = place.with_name(f".{NAME}.{os.getpid()}")
    draft.write_text(json.dumps({"after": after, "key": current_key("blind")[0]}), encoding="utf-8")
    draft.replace(place)
