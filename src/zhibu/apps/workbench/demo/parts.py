"""What hangs on a person: schooling, work, family, health, bank accounts, rewards; for some of them."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from zhibu.apps.people.models import BankAccount, Conduct, Education, HealthNote, Part, Person, Relative, WorkPeriod
from zhibu.apps.workbench.demo import words
from zhibu.apps.workbench.demo.numbers import Numbers
from zhibu.apps.workbench.demo.people import Plan
from zhibu.kernel.calendar import add_months

#: share of people (per cent) who have each
SHARES = {"education": 40, "work": 35, "family": 40, "bank": 45, "reward": 7, "discipline": 1}
HEALTH_SHARES = {"in_care": 55, "retired": 10, "retired_cadre": 60}


class Parts:
    """Makes and writes the part tables."""

    def __init__(self, rng: random.Random, numbers: Numbers, today: date) -> None:
        self.rng, self.numbers, self.today = rng, numbers, today

    def write(self, plans: list[Plan]) -> int:
        """Write the parts of these people; returns how many."""
        rows = [row for plan in plans for row in self._of(plan)]
        rows.sort(key=lambda row: type(row).__name__)
        for kind, group in groupby(rows, key=type):
            model: Any = kind
            model.objects.bulk_create(list(group), batch_size=500)
        return len(rows)

    def _has(self, share: int) -> bool:
        return self.rng.randrange(100) < share

    def _of(self, plan: Plan) -> Iterator[Part]:
        values, owner = plan.values, Person(pk=plan.pk)
        if values.get("work_started_on") and self._has(SHARES["education"]):
            yield self._education(owner, values)
        if values.get("work_started_on") and self._has(SHARES["work"]):
            yield from self._work(owner, values)
        if self._has(SHARES["family"]):
            yield from self._family(owner, values)
        if self._has(SHARES["bank"]):
            number = self.numbers.account()
            bank = self.rng.choice(words.BANKS)
            yield BankAccount(person=owner, bank=bank, account=number, account_tail=number[-4:], purpose="工资")
        if self._has(HEALTH_SHARES.get(values["employment"], 2)):
            kind, text = self.rng.choice(words.HEALTH)
            yield HealthNote(person=owner, noted_on=self._recent(1500), kind=kind, text=text)
        yield from self._conduct(owner, values)

    def _recent(self, days: int) -> date:
        return self.today - timedelta(days=self.rng.randint(30, days))

    def _education(self, owner: Person, values: dict[str, Any]) -> Education:
        ended = date(values["work_started_on"].year, 7, 1)
        ended = min(ended, values["work_started_on"])
        school, major = self.rng.choice(words.SCHOOLS), self.rng.choice(words.MAJORS)
        return Education(
            person=owner, level=values["education"], degree=values["degree"], school=school, major=major,
            since=date(ended.year - 3, 9, 1), until=ended,
        )  # fmt: skip

    def _work(self, owner: Person, values: dict[str, Any]) -> Iterator[WorkPeriod]:
        started, joined = values["work_started_on"], values["joined_unit_on"]
        if joined > started:
            employer, position = self.rng.choice(words.EMPLOYERS), self.rng.choice(words.POSITIONS)
            yield WorkPeriod(person=owner, employer=employer, position=position, since=started, until=joined)
        ended = values["retired_on"] or values["left_post_on"]
        position = self.rng.choice(words.POSITIONS)
        yield WorkPeriod(person=owner, employer="东江实业", position=position, since=joined, until=ended)

    def _family(self, owner: Person, values: dict[str, Any]) -> Iterator[Relative]:
        married = values["marriage"] == "20"
        surname = values["name"][0]
        if married:
            other = "2" if values["sex"] == "1" else "1"
            name = self.rng.choice(words.SURNAMES) + "".join(self.rng.sample(words.GIVEN[other]["old"], 2))
            yield Relative(person=owner, name=name, relation="配偶", phone=self.numbers.mobile(), is_emergency=True)
        if add_months(values["birth_date"], 40 * 12) < self.today:
            sex, relation = self.rng.choice((("1", "儿子"), ("2", "女儿")))
            name = surname + "".join(self.rng.sample(words.GIVEN[sex]["young"], 2))
            phone = self.numbers.mobile()
            yield Relative(person=owner, name=name, relation=relation, phone=phone, is_emergency=not married)

    def _conduct(self, owner: Person, values: dict[str, Any]) -> Iterator[Conduct]:
        reward, discipline = Conduct.Kind.REWARD, Conduct.Kind.DISCIPLINE
        if self._has(SHARES["reward"]):
            names = [name for name in words.REWARDS if values["political_status"] == "01" or "党" not in name]
            day = max(self._recent(4000), values["joined_unit_on"] or self._recent(400))
            yield Conduct(person=owner, kind=reward, name=self.rng.choice(names), decided_on=day, decided_by="东江实业")
        if self._has(SHARES["discipline"]):
            day = self._recent(700)
            until = add_months(day, 6)
            yield Conduct(
                person=owner, kind=discipline, name="警告", decided_on=day, decided_by="东江实业", until=until
            )
