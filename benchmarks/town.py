"""Many people at once for the measures of reading: raw inserts of people, relations and search keys.

The keys are the product's own (`search.keys_of`). The town grows: two branches keep their size, all else lives in other
organisations, so that small scopes can be compared while the whole grows.
"""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from harness import batches
from roster import a_name

BRANCHES = {"one branch of 100": 100, "one branch of 4,000": 4_000, "one branch of 5,500": 5_500}
#: people in each of the other branches
ELSEWHERE = 150
PART = 50_000
LONG_AGO = date(2010, 1, 1)


@dataclass
class Sample:
    """One of the people, to look for by number."""

    pk: int
    identity: str
    mobile: str
    staff: str


@dataclass
class Town:
    """A root, its branches, and people who can be looked for."""

    root: Any = None
    branches: dict[str, Any] = field(default_factory=dict)
    samples: dict[str, Sample] = field(default_factory=dict)
    count: int = 0

    def __post_init__(self) -> None:
        from tests import factories

        self.rng = random.Random(11)
        self.root = factories.organization("东江实业")
        self.committee = factories.organization("东江实业党委", "committee", self.root)
        self.branches = {name: factories.organization(name, "branch", self.committee) for name in BRANCHES}
        self.others = 0
        self.branch: Any = None

    def grow(self, size: int) -> None:
        """Add people until there are `size`."""
        for part in batches(self._people(size), PART):
            self._insert(part)
        self._tidy()

    def _people(self, size: int) -> Iterator[tuple[Any, ...]]:
        """Yield (pk, name, sex, birth date, identity number, mobile, staff number, home, branch)."""
        from tests import factories

        rng = self.rng
        wanted = [name for name, number in BRANCHES.items() for _ in range(number)] if not self.count else []
        while self.count < size:
            self.count += 1
            pk, sex = self.count, rng.choice("12")
            if wanted:
                name = wanted.pop()
                self.branch = self.branches[name]
            else:
                name = "the root"
                if self.count % ELSEWHERE == 1 or self.branch in self.branches.values():
                    self.others += 1
                    self.branch = factories.organization(f"其他支部{self.others}", "branch", self.committee)
            birth = date(rng.randrange(1940, 2000), rng.randrange(1, 13), rng.randrange(1, 29))
            identity = f"449801{birth:%Y%m%d}{pk % 1000:03d}{rng.randrange(10)}"
            mobile, staff = f"154{rng.randrange(10**8):08d}", f"1{pk:07d}"
            self.samples.setdefault(name, Sample(pk, identity, mobile, staff))
            yield pk, a_name(rng, sex), sex, birth, identity, mobile, staff, self.root, self.branch

    def _insert(self, part: list[tuple[Any, ...]]) -> None:
        from django.db import connection, transaction
        from django.utils.timezone import now

        from zhibu.apps.people import search
        from zhibu.apps.people.models import Affiliation, Person
        from zhibu.apps.people.services.bulk import blank_row
        from zhibu.kernel.bulk import insert_rows

        sqlite = connection.vendor == "sqlite"
        moment = connection.ops.adapt_datetimefield_value(now())
        day = connection.ops.adapt_datefield_value
        uid = (lambda: uuid.uuid4().hex) if sqlite else uuid.uuid4
        row, place_of = blank_row(moment)
        blank = dict(zip(place_of, row, strict=True))
        people, places, keys = [], [], []
        for pk, name, sex, birth, identity, mobile, staff, home, branch in part:
            values = {
                **blank,
                "id": pk,
                "uid": uid(),
                "name": name,
                "sex": sex,
                "birth_date": day(birth),
                "mobile": mobile,
            }
            people.append(list({**values, "staff_number": staff}.values()))
            for kind, place in (("home", home), ("party", branch)):
                places.append((uid(), pk, place.pk, kind, day(LONG_AGO), "", 1, moment))
            keys += [(key, pk) for key in search.keys_of(name, "", staff, identity, mobile)]
        with transaction.atomic():
            insert_rows(Person, list(blank), people)
            columns = ("uid", "person_id", "organization_id", "kind", "since", "note", "rev", "recorded_at")
            insert_rows(Affiliation, columns, places)
            insert_rows("people_searchkey", ("key", "person_id"), sorted(keys))

    def _tidy(self) -> None:
        """Let the planner know what is there, as the databases do of themselves in the long run."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
