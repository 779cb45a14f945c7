"""Cards for most people, and some weeks of taps at the workstations, with what goes wrong at a real desk."""

import random
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from zhibu.apps.accounts.models import Account
from zhibu.apps.cards import rules
from zhibu.apps.cards.models import Card, CardBatch, ReaderProfile, Source, Tap
from zhibu.apps.cards.services.batches import open_batch
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people import number_keys
from zhibu.apps.people.models import SearchKey
from zhibu.apps.workbench.demo.people import Plan
from zhibu.apps.workbench.demo.tree import Tree
from zhibu.apps.workbench.demo.writing import PastAct
from zhibu.kernel.actor import Actor
from zhibu.kernel.audit import AuditLine, record_many

#: of a thousand living people so many have a card; of a thousand cards so many are lost, expired, replaced
HAVE, LOST, EXPIRED, REPLACED = 860, 14, 12, 10
BLANK, SPARE = 40, 5
DAYS, A_DAY = 42, 9
SUPPLIERS = ("东江智能卡有限公司", "华南制卡中心")


class Cards:
    """Makes cards, readers and taps, the same ones for the same seed, tree and day."""

    def __init__(self, act: PastAct, rng: random.Random, tree: Tree, today: date) -> None:
        self.act, self.rng, self.tree, self.today = act, rng, tree, today
        self._printed = 0
        self._chips: set[str] = set()
        self._batches: dict[int, CardBatch] = {}

    def write(self, people: list[Plan], accounts: dict[str, Account]) -> int:
        """Write everything; returns the number of cards."""
        self._readers()
        cards = self._issued(people)
        cards += [self._card(self.tree.root, state="blank") for _ in range(BLANK)]
        cards += [self._card(place, state="blank") for place in self.tree.all_stations for _ in range(SPARE)]
        self._save(cards)
        self._replace(cards)
        self._log(cards, accounts)
        self._taps(cards, people, accounts)
        return len(cards)

    def _readers(self) -> None:
        for name, form in (("通用 USB 读卡器", "dec"), ("旧式门禁读卡器", "hex-reversed")):
            self.act.log(ReaderProfile.objects.create(organization=self.tree.root, name=name, form=form, length=0))

    def _batch(self, keeper: Organization) -> CardBatch:
        """Return the batch of a keeper, opened when its first card is made."""
        if keeper.pk not in self._batches:
            day = self.today - timedelta(days=self.rng.randint(300, 410))
            self._batches[keeper.pk] = open_batch(keeper, day, 0, supplier=self.rng.choice(SUPPLIERS))
        return self._batches[keeper.pk]

    def _card(self, keeper: Organization, **more: Any) -> Card:
        self._printed += 1
        chip = ""
        while not chip or chip in self._chips or rules.is_random(chip):
            seven = self.rng.random() < 0.3
            chip = f"04{self.rng.getrandbits(48):012X}" if seven else f"{self.rng.getrandbits(32):08X}"
        self._chips.add(chip)
        batch = self._batch(keeper)
        batch.count += 1
        return Card(organization=keeper, batch=batch, number=f"DJ{self._printed:06d}", chip=chip, **more)

    def _issued(self, people: list[Plan]) -> list[Card]:
        found = []
        for plan in people:
            if plan.values["employment"] in {"external", "deceased", "left"} or self.rng.randrange(1000) >= HAVE:
                continue
            keeper = plan.places.get("service", self.tree.root)
            issued = self._batch(keeper).received_on + timedelta(days=self.rng.randint(3, 120))
            lot, state, until = self.rng.randrange(1000), "active", issued + relativedelta(years=rules.YEARS)
            if lot < LOST:
                state = "lost"
            elif lot < LOST + EXPIRED:
                until = self.today - timedelta(days=self.rng.randint(1, 60))
            elif lot < LOST + 2 * EXPIRED:
                until = self.today + timedelta(days=self.rng.randint(1, rules.SOON_DAYS))
            found.append(self._card(keeper, state=state, holder_id=plan.pk, issued_on=issued, valid_to=until))
        return found

    def _save(self, cards: list[Card]) -> None:
        Card.objects.bulk_create(cards, batch_size=500)
        for batch in self._batches.values():
            CardBatch.objects.system("demo cards").filter(pk=batch.pk).update(count=batch.count)
            self.act.log(batch, summary=f"登记卡片批次 {batch}：{batch.count} 张")
        SearchKey.objects.bulk_create(
            [
                SearchKey(key=number_keys.hashed("card", card.number), person_id=card.holder_id)
                for card in cards
                if card.holder_id
            ],
            batch_size=500,
        )

    def _replace(self, cards: list[Card]) -> None:
        """Some broke: the old ones are dead, and point at what their holders have now."""
        used = [card for card in cards if card.state == "active"]
        old = []
        for card in self.rng.sample(used, len(used) * REPLACED // 1000):
            dead = self._card(card.organization, state="destroyed", holder_id=card.holder_id, replaced_by=card)
            issued: Any = card.issued_on
            dead.issued_on, dead.valid_to = issued - timedelta(days=2), card.valid_to
            old.append(dead)
        Card.objects.bulk_create(old)
        for batch in {card.batch for card in old}:
            CardBatch.objects.system("demo cards").filter(pk=batch.pk).update(count=batch.count)

    def _log(self, cards: list[Card], accounts: dict[str, Account]) -> None:
        clerk = self._actor(accounts.get("zuzhibu"))
        record_many(
            AuditLine(
                clerk, "cards.card.issue", f"发卡 {card}", "cards.Card", str(card.pk), card.organization_id,
                at=self._moment(card.issued_on),
            )
            for card in sorted((card for card in cards if card.issued_on), key=lambda card: str(card.issued_on))
        )  # fmt: skip

    def _taps(self, cards: list[Card], people: list[Plan], accounts: dict[str, Account]) -> None:
        """Write what was tapped at the workstations on working days, and what the clerks were told."""
        by_place: dict[int, list[Card]] = defaultdict(list)
        for card in cards:
            if card.holder_id and card.organization_id != self.tree.root.pk:
                by_place[card.organization_id].append(card)
        clerk = self._actor(accounts.get("gongzuozhan"))
        station = self.tree.named("江北工作站")
        days = [self.today - timedelta(days=n) for n in range(DAYS, -1, -1)]
        taps = []
        for day in (day for day in days if day.weekday() < 5):
            moments = sorted(self._moment(day) for _ in range(self.rng.randint(A_DAY - 4, A_DAY + 4)))
            taps += [self._tap(clerk, station, by_place, at) for at in moments]
        Tap.objects.bulk_create(taps, batch_size=500)
        record_many(
            AuditLine(clerk, "cards.desk.tap", f"刷卡识别：{tap.get_outcome_display()}", "cards.Tap", str(tap.pk), station.pk, at=tap.at)
            for tap in taps
        )  # fmt: skip

    def _tap(self, clerk: Actor, station: Organization, by_place: dict[int, list[Card]], at: datetime) -> Tap:
        made = Tap(
            organization=station, at=at, account_id=clerk.account_id, account_name=clerk.name, source=Source.WEDGE
        )
        lot, mine = self.rng.random(), by_place.get(station.pk, [])
        others = [card for place, some in by_place.items() if place != station.pk for card in some]
        if lot < 0.03 or not mine:
            made.outcome, made.tail = rules.UNKNOWN, f"{self.rng.randrange(10_000):04d}"
        elif lot < 0.05 and others:
            made.card, made.outcome = self.rng.choice(others), rules.ELSEWHERE
        else:
            made.card = self.rng.choice(mine)
            made.person_id, made.outcome = made.card.holder_id, made.card.meaning(at.date())
        if made.card is not None:
            made.tail = rules.written(made.card.chip, "dec")[-4:]
        return made

    def _actor(self, account: Account | None) -> Actor:
        if account is None:
            return self.act.actor
        return Actor(account_id=account.pk, person_id=account.person_id, name=account.display_name)

    def _moment(self, day: date | None) -> datetime:
        """Return a moment of that day in office hours, never one that is still to come."""
        at = time(self.rng.randint(8, 17), self.rng.randint(0, 59), self.rng.randint(0, 59))
        moment = datetime.combine(day or self.today, at, tzinfo=timezone.get_current_timezone())
        return min(moment, timezone.now())
