"""Transfers in every state, members who are away, and who is to be called: mostly around the branches that have an account."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from zhibu.apps.accounts.models import Account
from zhibu.apps.membership.models import Member, living
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.models import Affiliation, Person, Post
from zhibu.apps.transfers import rules
from zhibu.apps.transfers.models import Arrival, Contact, ContactPlan, Guest, Letter, Transfer
from zhibu.apps.transfers.params import off_post
from zhibu.apps.transfers.services import arriving, asking, floating, issuing, outside, twofold
from zhibu.apps.workbench.demo.scenes import Scene
from zhibu.apps.workbench.demo.writing import PastAct, begun
from zhibu.kernel.actor import Actor
from zhibu.kernel.audit import AuditLine, record_many
from zhibu.kernel.bulk import insert_models
from zhibu.kernel.calendar import add_months

STREET = "滨海市海河街道向阳社区党支部"
PARK = "滨海市高新区组织人事部"
WHERE = (
    ("广东省深圳市南山区", "work"),
    ("北京市朝阳区", "family"),
    ("四川省成都市武侯区", "project"),
    ("上海市浦东新区", "medical"),
)
#: of a hundred plans so many are overdue
LATE = 6
#: members of whom no plan is made: a small demonstration keeps its inbox short
MOST_PLANS = 20_000


def write(scene: Scene) -> None:
    """Write it all; a demonstration too small for a part leaves it out."""
    _Writer(scene).write()


class _Writer:
    """The scene with its branches, and the members nobody has used yet."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.rng, self.today = scene, scene.rng, scene.today
        tree = scene.tree
        self.east, self.north = tree.named("东山二支部"), tree.named("江北一支部")
        self.others = [one for one in tree.all_branches if one.pk not in (self.east.pk, self.north.pk)]
        self.month = add_months(self.today.replace(day=1), -1)
        posts = Post.objects.system("demo transfers").values("person_id")
        users = Account.objects.system("demo transfers").filter(person__isnull=False).values("person_id")
        rows = Member.objects.system("demo transfers").filter(living(), status="normal", kind="full")
        rows = rows.exclude(person__in=posts).exclude(person__in=users).exclude(person__employment__in=["in_care"])
        self.letters: list[tuple[int, Callable[[], Any]]] = []
        self.free = list(rows.select_related("person", "organization__parent").order_by("pk")[:4000])

    def write(self) -> None:
        """Write transfers first: whoever went elsewhere is called from there."""
        self._done()
        self._under_way()
        for _, issue in sorted(self.letters, key=lambda one: -one[0]):
            issue()  # in the order of their days: the numbers of a year rise with them
        self._from_outside()
        self._away()
        self._twice()
        self._plans()

    def _act(self, days_ago: int = 0) -> PastAct:
        """Return an act of that day."""
        return replace(self.scene.act, at=begun(self.today - timedelta(days=days_ago)))

    def _members(self, branch: Organization, number: int) -> Iterator[Member]:
        found = [one for one in self.free if one.organization.path.startswith(branch.path)][:number]
        self.free = [one for one in self.free if one not in found]
        yield from found

    def _ask(self, member: Member, target: Any, ago: int = 0, **more: Any) -> Transfer:
        out = target if isinstance(target, str) else ""
        data = asking.Ask(None if out else target, out, more.pop("why", "work"), paid_to=self.month, **more)
        return asking.ask(self._act(ago), member, data)

    def _issue(self, transfers: list[Transfer], days_ago: int, days: int = 90, told: int = 0) -> Letter:
        """Issue a letter some days ago; told: how many days ago its history says."""
        letter = issuing.issue(self._act(told or days_ago), transfers, days)
        self._date(letter, transfers, days_ago, days)
        return letter

    def _date(self, letter: Letter, transfers: list[Transfer], days_ago: int, days: int = 90) -> None:
        on = self.today - timedelta(days=days_ago)
        keys = [one.pk for one in transfers]
        Letter.objects.system("demo").filter(pk=letter.pk).update(
            issued_on=on, valid_until=rules.last_day(on, days), created_at=begun(on)
        )
        asked = on - timedelta(days=3)
        Transfer.objects.system("demo").filter(pk__in=keys).update(asked_on=asked, created_at=begun(asked))
        Arrival.objects.system("demo").filter(transfer__in=keys).update(arrived_on=on, created_at=begun(on))

    def _accept(self, transfer: Transfer, days_ago: int) -> None:
        arrival = (
            Arrival.objects.system("demo").select_related("organization", "letter").get(transfer=transfer, answer="")
        )
        arriving.accept(self._act(days_ago), arrival, arriving.Accept())
        on = self.today - timedelta(days=days_ago)
        Arrival.objects.system("demo").filter(pk=arrival.pk).update(answered_on=on)
        Transfer.objects.system("demo").filter(pk=transfer.pk).update(ended_on=on)
        Letter.objects.system("demo").filter(pk=transfer.letter_id).update(settled_on=on)
        party = Affiliation.objects.system("demo").filter(person_id=transfer.person_id, kind="party")
        if not party.filter(until=self.today, since__gt=on).exists():  # who came here lately went today
            party.filter(until=self.today).update(until=on)
            party.filter(until__isnull=True).update(since=on)

    def _done(self) -> None:
        """What is over: received, left, and a letter that was sent back and followed by another."""
        for source, target, days in (
            (self.others[0], self.east, 96),
            (self.east, self.north, 41),
            (self.north, self.others[-1], 20),
        ):
            for member in self._members(source, 1):
                self.letters.append((days + 6, partial(self._received, member, target, days)))
        for member in self._members(self.others[1], 1):
            self.letters.append((60, partial(self._left, member)))

    def _received(self, member: Member, target: Organization, days: int) -> None:
        made = self._ask(member, target, days + 9, why="home")
        letter = self._issue([made], 0, told=days + 6)
        self._accept(made, days)
        self._date(letter, [made], days + 6)

    def _left(self, member: Member) -> None:
        made = self._ask(member, STREET, 63, addressee=PARK, why="retired", phone="13900000001")
        self._issue([made], 60)
        made.refresh_from_db()
        outside.register_receipt(self._act(31), made, outside.Receipt(self.today - timedelta(days=31)))

    def _under_way(self) -> None:
        """What waits: at the department, at the receiving branch, for a receipt, sent back."""
        for member in self._members(self.east, 1):
            self._ask(member, self.others[2], why="work")
        for member in self._members(self.north, 1):
            asking.insert(self._own(member, self.east))
        for member in self._members(self.others[0], 1):
            self.letters.append((4, partial(self._sent, [member], self.east, 4, why="home")))
        if many := list(self._members(self.others[3], 3)):
            self.letters.append((2, partial(self._sent, many, self.north, 2, days=60, why="branch")))
        for branch, days in ((self.east, 76), (self.others[4], 30)):
            for member in self._members(branch, 1):
                more: dict[str, Any] = {"addressee": PARK, "why": "retired", "phone": "13900000002"}
                self.letters.append((days, partial(self._sent, [member], STREET, days, **more)))
        for member in self._members(self.others[5], 1):
            self.letters.append((9, partial(self._refused, member)))

    def _sent(self, members: list[Member], target: Any, ago: int, days: int = 90, **more: Any) -> list[Transfer]:
        made = [self._ask(member, target, ago + 3, **more) for member in members]
        self._issue(made, ago, days)
        return made

    def _refused(self, member: Member) -> None:
        made = self._sent([member], self.east, 9, why="work")[0]
        arrival = Arrival.objects.system("demo").select_related("organization", "letter").get(transfer=made)
        arriving.refuse(self._act(), arrival, arriving.Refuse("not_here", "现住西湾，应转往西湾的支部"))

    def _own(self, member: Member, target: Organization) -> Transfer:
        home = asking.branch_of(member)
        return Transfer(
            direction="within", person=member.person, organization=home, source_name=home.name, target=target, target_name=target.name,
            why="home", asked_on=self.today - timedelta(days=1), asked_by=member.person, asked_name=member.person.name, by_self=True,
        )  # fmt: skip

    def _from_outside(self) -> None:
        """Somebody whose letter came in, and somebody who has been taken."""
        known = Member.objects.system("demo transfers").values("person_id")
        users = Account.objects.system("demo transfers").filter(person__isnull=False).values("person_id")
        rows = Person.objects.system("demo transfers").filter(
            political_status="13", employment="active", birth_date__lt=date(1990, 1, 1)
        )
        people = list(rows.exclude(pk__in=known).exclude(pk__in=users).order_by("pk")[:2])
        for person, number in zip(people, (118, 126), strict=False):
            person.joined_party_on = add_months(person.birth_date, 12 * 27)
            person.full_member_on = add_months(person.joined_party_on, 12)
            person.save(update_fields=["joined_party_on", "full_member_on"])
            data = outside.Incoming(
                person, self.east if number == 126 else self.north, f"组介〔{self.today.year}〕{number}号", PARK, STREET,
                self.today - timedelta(days=12), self.today + timedelta(days=50), True, self.month,
            )  # fmt: skip
            made = outside.register_incoming(self._act(), None, data)
            if number == 118:
                arrival = Arrival.objects.system("demo").select_related("organization", "letter").get(transfer=made)
                arriving.accept(self._act(), arrival, arriving.Accept())

    def _twice(self) -> None:
        """Those of the committee's leaders and of other branches who take part in the life of a branch with an account."""
        leaders = Post.objects.system("demo transfers").filter(organization__kind="committee").values("person_id")
        rows = Member.objects.system("demo transfers").filter(
            living(), status="normal", kind="full", person__in=leaders
        )
        chosen = [
            one
            for one in rows.select_related("person", "organization__parent").order_by("pk")
            if not self._at_east(one)
        ]
        since = self.today - timedelta(days=300)
        for member in chosen[:2]:
            twofold.register(self._act(300), member, twofold.Joins(self.east, "leader", since))

    def _at_east(self, member: Member) -> bool:
        return bool(member.organization.path.startswith(self.east.path))

    def _away(self) -> None:
        """Members who are away: of the branches with an account, and guests of theirs."""
        ways = (
            (self.east, self.north),
            (self.north, self.east),
            (self.others[0], self.east),
            (self.east, None),
            (self.north, None),
        )
        for n, (home, host) in enumerate(ways):
            place, reason = WHERE[n % len(WHERE)]
            for member in self._members(home, 1):
                ago = (400, 250, 120, 200, 90)[n]
                since = self.today - timedelta(days=ago)
                away = floating.Away(
                    place, reason, since, None, host, "" if host else f"{place}党群服务中心", card_number=f"流动{2026_000 + n}",
                )  # fmt: skip
                made = floating.register(self._act(ago), member, away)
                if host is not None and n != 2:
                    guest = (
                        Guest.objects.system("demo")
                        .select_related("floating__person", "organization")
                        .get(floating=made)
                    )
                    floating.confirm(self._act(ago - 12), guest, floating.Confirm(since + timedelta(days=12)))

    def _plans(self) -> None:
        """Plans of those off their post, with the contacts of half a year; a few are overdue."""
        held = ContactPlan.objects.system("demo").filter(until__isnull=True).values("person_id")
        rows = (
            Member.objects.system("demo").filter(living(), person__employment__in=off_post()).exclude(person__in=held)
        )
        plans, touched = [], []
        for member in rows.select_related("person", "organization__parent").order_by("pk")[:MOST_PLANS]:
            plan, days = self._plan(member)
            plans.append(plan)
            touched.append(days)
        insert_models(plans, with_keys=True)
        insert_models(
            [contact for plan, days in zip(plans, touched, strict=True) for contact in self._contacts(plan, days)]
        )
        clerk = Actor(account_id=0, name="系统")
        record_many(
            AuditLine(
                clerk, "transfers.plan.open", f"离岗党员自动建立联系计划：{plan.person.name}", plan._meta.label, str(plan.pk),
                plan.organization_id, at=begun(plan.since),
            )
            for plan in plans
        )  # fmt: skip

    def _plan(self, member: Member) -> tuple[ContactPlan, list[date]]:
        late = self.rng.randrange(100) < LATE
        last = self.today - timedelta(days=self.rng.randint(95, 130) if late else self.rng.randint(1, 80))
        days = [last, last - timedelta(days=self.rng.randint(70, 90))]
        since = self.today - timedelta(days=300)
        plan = ContactPlan(
            person=member.person, organization=asking.branch_of(member), ground="off_post", every="quarter", by_itself=True,
            since=since, last_on=last, next_on=rules.next_contact(last, last, "quarter"),
            created_at=begun(since),
        )  # fmt: skip
        return plan, days

    def _contacts(self, plan: ContactPlan, days: list[date]) -> list[Contact]:
        ways = ("phone", "phone", "phone", "message", "visit", "meeting")
        return [
            Contact(plan=plan, on=day, how=self.rng.choice(ways), by_name="支部委员会", recorded_at=begun(day))
            for day in days
        ]
