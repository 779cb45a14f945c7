"""Invented people: who they are, where they belong and since when. Pure but for the organisations handed in."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from zhibu.apps.organizations.models import Organization
from zhibu.apps.workbench.demo import words
from zhibu.apps.workbench.demo.numbers import Numbers
from zhibu.apps.workbench.demo.tree import AREAS, JOINT, Tree
from zhibu.kernel.calendar import add_months

YEAR = 365.25
#: share of each kind of employment, and of Party members among them (both in thousandths)
KINDS = {
    "active": (150, 540),
    "off_post": (80, 430),
    "retired": (255, 420),
    "retired_cadre": (4, 1000),
    "dispatched": (80, 150),
    "in_care": (405, 350),
    "external": (26, 0),
}
#: youngest and oldest of those who have not retired, by sex
AGES = {
    "active": {"1": (24, 58), "2": (24, 53)},
    "off_post": {"1": (50, 58), "2": (45, 53)},
    "dispatched": {"1": (22, 50), "2": (22, 46)},
    "in_care": {"1": (45, 58), "2": (42, 53)},
    "external": {"1": (25, 65), "2": (25, 62)},
}
#: education (GB/T 4658) -> weight below and above fifty
EDUCATION = {"14": (3, 0), "21": (27, 8), "31": (30, 20), "41": (15, 24), "61": (17, 28), "71": (8, 20)}
#: age of retirement -> born no later (those born later retire by the gradual scheme of 2025 and are not retired here)
RETIREMENT = {"1": ((60, date(1964, 12, 31)),), "2": ((55, date(1969, 12, 31)), (50, date(1974, 12, 31)))}
#: 离休: at work before the founding of the republic
FOUNDING = date(1949, 9, 30)
SERVED = {"off_post", "retired", "retired_cadre", "in_care"}
PROBATIONERS = 24


@dataclass
class Plan:
    """A person to be written: columns of Person, places and first days by kind of relation."""

    values: dict[str, Any]
    places: dict[str, Organization]
    since: dict[str, date]
    area: str
    pk: int = 0

    @property
    def is_member(self) -> bool:
        """Tell whether this is a full Party member."""
        return bool(self.values["political_status"] == "01")


class People:
    """Makes `number` people, the same ones for the same seed, tree and day."""

    def __init__(self, rng: random.Random, numbers: Numbers, tree: Tree, today: date) -> None:
        self.rng, self.numbers, self.tree, self.today = rng, numbers, tree, today
        self._seats = [*tree.departments, *tree.all_stations, *tree.unit_departments]
        self._seated = self._staff = self._probation = 0
        self._noted = list(words.NOTED)

    def make(self, number: int) -> list[Plan]:
        """Return the people."""
        kinds = [kind for kind, (share, _) in KINDS.items() for _ in range(round(number * share / 1000))]
        kinds = (kinds + ["retired"] * number)[:number]
        self.rng.shuffle(kinds)
        return [self._person(kind) for kind in kinds]

    def _between(self, first: date, last: date) -> date:
        return first + timedelta(days=self.rng.randint(0, max((last - first).days, 0)))

    def _back(self, years: float) -> date:
        return self.today - timedelta(days=int(years * YEAR))

    def _person(self, kind: str) -> Plan:
        sex = "1" if self.rng.random() < 0.58 else "2"
        name, ethnic = "", ""
        noted = next((n for n in self._noted if n[1] == sex), None)
        if noted and kind != "retired_cadre":
            self._noted.remove(noted)
            name, _, ethnic = noted
        values: dict[str, Any] = {"employment": kind, "sex": sex, **self._life(kind, sex)}
        years = (self.today - values["birth_date"]).days / YEAR
        values["name"] = name or self._name(sex, years)
        values["ethnic_group"] = ethnic or self.rng.choices(*zip(*words.ETHNIC, strict=True))[0]
        values["identity_number"] = self.numbers.identity(values["birth_date"], sex)
        area = self.rng.choices(AREAS, (38, 34, 28))[0]
        plan = Plan(values, {}, {}, area)
        self._details(values, years, area)
        self._party(plan, kind)
        self._places(plan, kind)
        return plan

    def _name(self, sex: str, years: float) -> str:
        rng = self.rng
        single = rng.choice(words.SURNAMES[:60] * 3 + words.SURNAMES)  # the common ones four times as often
        surname = rng.choice(words.DOUBLE_SURNAMES) if rng.random() < 0.006 else single
        pool = words.GIVEN[sex]["old" if years > 42 else "young"]
        given = "".join(rng.sample(pool, 1 if rng.random() < 0.18 else 2))
        return str(surname) + given

    def _life(self, kind: str, sex: str) -> dict[str, Any]:
        """Return the dates of a working life: each behind the one before it, none in the future."""
        rng = self.rng
        life: dict[str, Any] = {"left_post_on": None, "retired_on": None}
        if kind == "retired_cadre":
            birth = self._between(date(1928, 1, 1), date(1932, 12, 31))
            started = self._between(max(date(1947, 3, 1), add_months(birth, 15 * 12)), FOUNDING)
            life["retired_on"] = add_months(birth, 60 * 12)
        elif kind == "retired":
            ends, born_by = rng.choice(RETIREMENT[sex])
            birth = self._between(self._back(88), born_by)
            started = self._between(add_months(birth, 17 * 12), add_months(birth, 24 * 12))
            life["retired_on"] = add_months(birth, ends * 12)
        else:
            youngest, oldest = AGES[kind][sex]
            birth = self._between(self._back(oldest + 0.9), self._back(youngest))
            started = self._between(add_months(birth, 17 * 12), min(add_months(birth, 24 * 12), self._back(0.8)))
        last = life["retired_on"] or self.today
        if kind in {"off_post", "in_care"}:
            life["left_post_on"] = last = self._between(self._back(8), self._back(0.3))
        joined = self._between(started, max(started, min(add_months(started, 12 * 12), add_months(last, -12))))
        life |= {"birth_date": birth, "work_started_on": started, "joined_unit_on": joined}
        if kind == "external":
            life |= {"work_started_on": None, "joined_unit_on": None}
        return life

    def street(self, area: str) -> str:
        """Return an address in that part of the town."""
        return f"东江市{area}区{self.rng.choice(words.STREETS)} {self.rng.randint(1, 220)} 号"

    def _details(self, values: dict[str, Any], years: float, area: str) -> None:
        rng, kind = self.rng, values["employment"]
        values["mobile"] = self.numbers.mobile() if rng.random() < (0.97 if years < 75 else 0.7) else ""
        values["telephone"] = self.numbers.landline() if years > 60 and rng.random() < 0.35 else ""
        room = f"{rng.randint(1, 18)} 栋 {rng.randint(1, 9)}0{rng.randint(1, 6)} 室"
        values["address_living"] = f"{self.street(area)} {room}" if rng.random() < 0.94 else ""
        values["address_registered"] = self.street(rng.choice(AREAS))
        values["native_place"] = rng.choice(words.NATIVE_PLACES)
        married = rng.choices(("20", "30", "40"), (86, 12 if years > 70 else 2, 5))[0]
        values["marriage"] = "10" if years < 27 else married
        values["education"] = rng.choices(list(EDUCATION), [weights[years >= 50] for weights in EDUCATION.values()])[0]
        values["degree"] = {"14": "3", "21": "4"}.get(values["education"], "") if years < 60 else ""
        values["skills"] = "、".join(rng.sample(words.SKILLS, rng.randint(1, 3))) if rng.random() < 0.3 else ""
        titled = kind not in {"external", "dispatched"} and rng.random() < 0.4
        values["title"] = rng.choice(words.TITLES) if titled else ""
        values["position"] = rng.choice(words.POSITIONS) if kind in {"active", "dispatched"} else ""
        self._staff += 1
        prefix = {"external": "", "dispatched": "P"}.get(kind, "1")
        values["staff_number"] = f"{prefix}{self._staff:05d}" if prefix else ""

    def _party(self, plan: Plan, kind: str) -> None:
        values, rng = plan.values, self.rng
        birth: date = values["birth_date"]
        values |= {"joined_party_on": None, "full_member_on": None}
        adult = add_months(birth, 18 * 12)
        years = (self.today - birth).days / YEAR
        if rng.randrange(1000) >= KINDS[kind][1] or adult > self._back(2.2):
            young = years < 28 and rng.random() < 0.6
            values["political_status"] = "03" if young else rng.choices(("13", "05", "12"), (985, 8, 7))[0]
            return
        if self._probation < PROBATIONERS and kind in {"active", "dispatched"} and rng.random() < 0.15:
            self._probation += 1
            values |= {"political_status": "02", "joined_party_on": self._between(self._back(0.9), self._back(0.05))}
            return
        joined = self._between(add_months(adult, 12), min(add_months(birth, 45 * 12), self._back(1.2)))
        values |= {"political_status": "01", "joined_party_on": joined, "full_member_on": add_months(joined, 12)}

    def _places(self, plan: Plan, kind: str) -> None:
        values, area = plan.values, plan.area
        unit = self.rng.choice([*self.tree.units[area], self.tree.root])
        if kind in {"active", "dispatched"}:
            seat = self._seats[self._seated % len(self._seats)]
            self._seated += kind == "active"
            home = administrative = seat
        else:
            home, administrative = unit, unit
        self._put(plan, "home", home, values["joined_unit_on"] or self._back(2))
        if kind in {"active", "dispatched", "off_post", "in_care"}:
            self._put(plan, "administrative", administrative, values["joined_unit_on"])
        if kind in SERVED:
            station = self.rng.choice(self.tree.stations[area])
            self._put(plan, "service", station, values["left_post_on"] or values["retired_on"])
        if values["joined_party_on"]:
            branches = self.tree.branches[area]
            joint = [b for b in branches if str(b) == JOINT]
            branch = joint[0] if joint and kind == "in_care" and self.rng.random() < 0.3 else self.rng.choice(branches)
            place = self.rng.choice(self.tree.groups.get(branch.pk, [branch]))
            self._put(plan, "party", place, values["joined_party_on"])

    def _put(self, plan: Plan, kind: str, organization: Organization, since: date) -> None:
        plan.places[kind] = organization
        plan.since[kind] = min(max(since, organization.founded_on or since), self.today)


def twins(rng: random.Random, people: list[Plan], number: int, tree: Tree) -> list[Plan]:
    """Return second records of some of the people, as another list kept them: same name, birth date and telephone,
    no identity number, and a few things that differ."""
    known = [p for p in people if p.values["mobile"] and p.values["employment"] in {"off_post", "in_care", "retired"}]
    found = []
    for plan in rng.sample(known, min(number, len(known))):
        values = {k: plan.values[k] for k in ("name", "sex", "birth_date", "mobile", "employment", "native_place")}
        values |= {"address_living": f"东江市{plan.area}区{rng.choice(words.STREETS)}", "former_names": ""}
        home = rng.choice([u for area in AREAS for u in tree.units[area] if u != plan.places["home"]])
        since = max(plan.since["home"], home.founded_on or plan.since["home"])
        found.append(Plan(values, {"home": home}, {"home": since}, plan.area))
    return found
