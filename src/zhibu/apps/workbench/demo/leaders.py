"""Leading groups and terms of office of the Party organisations, heads of the others."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain

from zhibu.apps.organizations.models import Organization
from zhibu.apps.organizations.services import terms
from zhibu.apps.people.models import Person
from zhibu.apps.people.services import affiliations
from zhibu.apps.workbench.demo.people import Plan
from zhibu.apps.workbench.demo.tree import Tree
from zhibu.apps.workbench.demo.writing import PastAct
from zhibu.kernel.calendar import add_months

COMMITTEE = ("secretary", "deputy_secretary", "organization", "publicity", "discipline")
BRANCH = ("secretary", "organization", "publicity", "discipline")
#: branches and the like -> days until their term ends; the rest have long to go
DUE = {"东山二支部": 25, "江北三支部": 75, "西湾一支部": 150, "江北总支": 165, "西湾三支部": -20, "江北四支部": -3}
YEARS = {"committee": 5}


@dataclass
class Leaders:
    """Who holds which post: (organisation id, kind of post) -> person."""

    posts: dict[tuple[int, str], Plan] = field(default_factory=dict)

    def held(self, organization: Organization, kind: str) -> Plan | None:
        """Return the holder of a post."""
        return self.posts.get((organization.pk, kind))


class Appointing:
    """Elects and appoints, through the services, so that every post stands within the rules."""

    def __init__(self, act: PastAct, rng: random.Random, today: date) -> None:
        self.act, self.rng, self.today = act, rng, today
        self.leaders = Leaders()
        self._taken: set[int] = set()

    def all(self, tree: Tree, people: list[Plan]) -> Leaders:
        """Give every Party organisation its term and leading group, every other one its head."""
        begun = {organization.pk: self._terms(organization) for organization in tree.leading}
        for kind in COMMITTEE:  # secretaries first: a small branch still has one
            for organization in tree.leading:
                if organization.kind != "branch" or kind in BRANCH:
                    self._appoint(organization, kind, begun[organization.pk], self._inside(people, organization))
        for group in chain.from_iterable(tree.groups.values()):
            self._appoint(group, "group_leader", add_months(self.today, -20), self._inside(people, group))
        for place in [*tree.departments, *tree.all_stations]:
            here = [p for p in people if p.places["home"] is place and p.values["employment"] == "active"]
            self._appoint(place, "head", add_months(self.today, -30), here)
        return self.leaders

    def _inside(self, people: list[Plan], organization: Organization) -> list[Plan]:
        """Return the full members of an organisation; those of an age and position to lead it, if there are any."""
        inside = [p for p in people if p.is_member and _belongs(p, organization)]
        working = organization.kind in {"committee", "general_branch"}
        young = [p for p in inside if (self.today - p.values["birth_date"]).days < 66 * 365]
        fit = [p for p in young if p.values["employment"] == "active" or not working]
        return fit or young or inside

    def _terms(self, organization: Organization) -> date:
        """Register the last term and the present one; returns when the present one began."""
        months = 12 * YEARS.get(organization.kind, 3)
        ends = self.today + timedelta(days=DUE.get(str(organization), self.rng.randint(230, 900)))
        since = add_months(ends, -months)
        number = self.rng.randint(3, 7)
        before = terms.register(self.act, organization, terms.NewTerm(number, add_months(since, -months)))
        terms.renew(self.act, before, terms.NewTerm(number + 1, since, ends))
        return since

    def _appoint(self, organization: Organization, kind: str, since: date, candidates: list[Plan]) -> None:
        """Appoint one of the candidates who holds no other post; a desk with one clerk has no head."""
        free = [p for p in candidates if p.pk not in self._taken and (p.values["full_member_on"] or since) <= since]
        free = free or [p for p in candidates if p.pk not in self._taken]
        free = free or (candidates if kind == "secretary" else [])
        if not free or (kind == "head" and len(free) < 2):
            return
        plan = free[-1] if kind == "head" else self.rng.choice(free)
        self._taken.add(plan.pk)
        person = Person.objects.system("demo appointment").get(pk=plan.pk)
        began = max(since, plan.since["party" if "party" in plan.places and kind != "head" else "home"])
        data = affiliations.Appoint(person=person, kind=kind, since=began)
        affiliations.appoint(self.act, organization, data)
        self.leaders.posts[organization.pk, kind] = plan


def _belongs(plan: Plan, organization: Organization) -> bool:
    place = plan.places.get("party")
    return place is not None and place.path.startswith(organization.path)
