"""Talks of this year: the secretary with most of the members, members of the committee with one another."""

from datetime import date, timedelta

from zhibu.apps.membership.queries import members_on_many
from zhibu.apps.people.models import Post
from zhibu.apps.talks import rules
from zhibu.apps.talks.models import Talk
from zhibu.apps.talks.queries import COMMITTEE
from zhibu.apps.workbench.demo.scenes import Scene
from zhibu.kernel.bulk import insert_models

#: of a hundred members, with how many the secretary has talked
TALKED = 70


def write(scene: Scene) -> None:
    """Write them in bulk: they are many and all alike."""
    branches = {place.pk: place for place in scene.tree.all_branches}
    inside = members_on_many(list(branches), scene.today)
    posts = Post.objects.system("demo talks").filter(organization__in=branches, kind__in=COMMITTEE, until__isnull=True)
    committees: dict[int, dict[int, str]] = {}
    for place, person, kind in posts.values_list("organization_id", "person_id", "kind"):
        committees.setdefault(place, {})[person] = kind
    begin = date(scene.today.year, 1, 1)
    days = (scene.today - begin).days
    rows = []
    for place, members in inside.items():
        committee = committees.get(place, {})
        secretary = next((pk for pk, kind in committee.items() if kind == "secretary"), None)
        for one in members if secretary else ():
            if one.person_id == secretary or scene.rng.randrange(100) >= TALKED:
                continue
            rows.append(
                Talk(
                    organization_id=place, on=begin + timedelta(days=scene.rng.randint(0, days)), first_id=secretary,  # type: ignore[misc]
                    second_id=one.person_id, kind=rules.kind_of(True, one.person_id in committee), by_name="支部书记",
                )
            )  # fmt: skip
    insert_models(rows)
