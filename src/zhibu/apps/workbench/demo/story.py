"""What happened in the past year, so that histories, timelines and past days have something to tell."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from zhibu.apps.accounts.models import Account
from zhibu.apps.people.codes import labels
from zhibu.apps.people.models import Affiliation, Person
from zhibu.apps.workbench.demo import words
from zhibu.apps.workbench.demo.numbers import Numbers
from zhibu.apps.workbench.demo.people import Plan
from zhibu.apps.workbench.demo.tree import Tree
from zhibu.kernel.actions import naming
from zhibu.kernel.actor import SYSTEM, Actor
from zhibu.kernel.audit import AuditLine, Change, record_many

CALLS, REMOVALS, TRANSFERS, LEAVES, ADMISSIONS = 60, 30, 20, 15, 12
#: how many of those are done by the branch's own secretary
OWN = 6


@dataclass(frozen=True)
class Event:
    """A past change of a person: what the audit says, by whom and when."""

    plan: Plan
    by: str
    at: datetime
    action: str
    summary: str
    changes: tuple[Change, ...]


class Story:
    """Tells past changes. The records already hold what they led to; the trail gets what there was before."""

    def __init__(self, rng: random.Random, numbers: Numbers, tree: Tree, today: date) -> None:
        self.rng, self.numbers, self.tree, self.today = rng, numbers, tree, today

    def tell(self, people: list[Plan], accounts: dict[str, Account]) -> int:
        """Write the changes in the order of their days; returns how many."""
        events = sorted(self._events(people), key=lambda event: event.at)
        actors = {
            name: Actor(account_id=account.pk, person_id=account.person_id, name=account.display_name)
            for name, account in accounts.items()
        }
        record_many(
            AuditLine(
                actors.get(event.by, SYSTEM), event.action, event.summary, "people.Person", str(event.plan.pk),
                event.plan.places["home"].pk, event.changes, at=event.at,
            )
            for event in events
        )  # fmt: skip
        self._count(events)
        return len(events)

    def _count(self, events: list[Event]) -> None:
        """Bring revision and day of change of the records to what happened to them."""
        last: dict[int, datetime] = {}
        times: Counter[int] = Counter()
        for event in events:
            last[event.plan.pk] = event.at
            times[event.plan.pk] += 1
        rows = list(Person.objects.system("demo history").filter(pk__in=last))
        for person in rows:
            person.rev += times[person.pk]
            person.changed_at = last[person.pk]
        Person.objects.system("demo history").bulk_update(rows, ["rev", "changed_at"])

    def _events(self, people: list[Plan]) -> Iterator[Event]:
        branch = self.tree.named("东山二支部")
        called = [p for p in people if p.values["mobile"]]
        own = [p for p in called if "party" in p.places and p.places["party"].path.startswith(branch.path)]
        mine = {p.pk for p in own}
        calls = [p for p in called if p.pk not in mine]
        yield from (self._call(p, "shuji") for p in self._some(own, OWN))
        yield from (self._call(p, "renshi") for p in self._some(calls, CALLS))
        settled = [p for p in people if p.values["address_living"]]
        yield from (self._removal(p) for p in self._some(settled, REMOVALS))
        left = [p for p in people if p.values["employment"] == "off_post" and p.values["left_post_on"] > self._ago(360)]
        yield from (self._leave(p) for p in self._some(left, LEAVES))
        admitted = [p for p in people if p.is_member and p.values["full_member_on"] > self._ago(360)]
        yield from (self._admission(p) for p in self._some(admitted, ADMISSIONS))
        long = [p for p in people if "party" in p.places and p.since["party"] < self._ago(800)]
        yield from self._transfers(self._some(long, TRANSFERS))

    def _some(self, plans: list[Plan], number: int) -> list[Plan]:
        return self.rng.sample(plans, min(number, len(plans)))

    def _ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def _moment(self, day: date) -> datetime:
        """Return a moment of that day in office hours, never one that is still to come."""
        at = time(self.rng.randint(8, 17), self.rng.randint(0, 59), tzinfo=timezone.get_current_timezone())
        return min(datetime.combine(day, at), timezone.now())

    def _sometime(self) -> datetime:
        return self._moment(self._ago(self.rng.randint(2, 350)))

    def _call(self, plan: Plan, by: str) -> Event:
        change = Change("mobile", "手机", self.numbers.mobile(), plan.values["mobile"])
        return self._edit(plan, by, self._sometime(), "contact", "联系方式", change)

    def _removal(self, plan: Plan) -> Event:
        old = f"东江市{plan.area}区{self.rng.choice(words.STREETS)} {self.rng.randint(1, 220)} 号"
        change = Change("address_living", "现住址", old, plan.values["address_living"])
        return self._edit(plan, "zuzhibu", self._sometime(), "contact", "联系方式", change)

    def _leave(self, plan: Plan) -> Event:
        day: date = plan.values["left_post_on"]
        kinds = labels("employment")
        changes = (
            Change("employment", "人员类别", kinds["active"], kinds["off_post"]),
            Change("left_post_on", "离岗日期", "", day.isoformat()),
        )
        return self._edit(plan, "renshi", self._moment(day), "work", "工作信息", *changes)

    def _admission(self, plan: Plan) -> Event:
        day: date = plan.values["full_member_on"]
        names = labels("political_status")
        changes = (
            Change("political_status", "政治面貌", names["02"], names["01"]),
            Change("full_member_on", "转正日期", "", day.isoformat()),
        )
        return self._edit(plan, "zuzhibu", self._moment(day), "party", "政治面貌", *changes)

    def _edit(self, plan: Plan, by: str, at: datetime, group: str, label: str, *changes: Change) -> Event:
        name = plan.values["name"]
        return Event(plan, by, at, f"people.person.edit.{group}", f"修改{label}：{name}", changes)

    def _transfers(self, plans: list[Plan]) -> Iterator[Event]:
        """End the time in another branch where the present membership began."""
        rows = Affiliation.objects.system("demo history").filter(kind="party", person__in=[plan.pk for plan in plans])
        by_person = {row.person_id: row for row in rows.select_related("organization")}
        earlier = []
        for plan in plans:
            row = by_person[plan.pk]
            day = self._ago(self.rng.randint(20, 300))
            others = [b for b in self.tree.all_branches if not row.organization.path.startswith(b.path)]
            old = self.rng.choice([b for b in others if (b.founded_on or row.since) <= row.since] or others)
            earlier.append(
                Affiliation(
                    person_id=plan.pk, organization=old, kind="party", until=day, note="组织关系转出", rev=2,
                    since=max(row.since, old.founded_on or row.since),
                )
            )  # fmt: skip
            row.since = day
            label = row.get_kind_display()
            changes = (
                Change(naming("affiliation", old), f"{label}（止）", str(old), day.isoformat()),
                Change(
                    naming("affiliation", row.organization), label, "", f"{row.organization}（{day.isoformat()}起）"
                ),
            )
            summary = f"建立{label}：{plan.values['name']}"
            yield Event(plan, "zuzhibu", self._moment(day), "people.person.affiliate", summary, changes)
        Affiliation.objects.system("demo history").bulk_update(by_person.values(), ["since"])
        Affiliation.objects.bulk_create(earlier)
