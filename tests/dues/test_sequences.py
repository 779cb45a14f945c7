"""Any sequence of acts leaves the sums equal, and no month paid twice."""

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils.timezone import localdate
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests import factories
from tests.dues.helpers import ALL, agrees, assessed, do, fixed, owed, pay, payer
from zhibu.apps.dues.models import Charge, HandUp, Incoming, Payment, Settlement
from zhibu.apps.dues.services import funds, incoming, ledger
from zhibu.apps.dues.services.easing import AnswerRelief, AskRelief
from zhibu.apps.dues.services.member_paying import MemberPays
from zhibu.apps.organizations.models import Organization
from zhibu.apps.petitions.models import Outcome
from zhibu.kernel.actions import Refused, Why

D = Decimal
ACTS = ("assess", "pay", "pay_all", "voluntary", "reverse", "arrive", "match", "refund", "relief", "renew", "cancel", "hand_up", "receive",
        "recall", "base")  # fmt: skip


class Play:
    """Three members of two branches, and whoever acts; each move does one thing or is refused."""

    def __init__(self) -> None:
        self.house = factories.house()
        self.one, self.two = (factories.actor(ALL, self.house.root, account_id=n) for n in (1, 2))
        self.people = [
            payer(self.house, name, at=at)
            for name, at in (("甲", self.house.east), ("乙", self.house.east), ("丙", self.house.west))
        ]
        for person in self.people:
            fixed(self.one, person, "3333.33")
        self.keys = 0

    def move(self, act: str, who: int, amount: Decimal) -> None:
        person = self.people[who]
        getattr(self, act)(person, amount)

    def assess(self, person: Any, amount: Decimal) -> None:
        assessed(self.one, self.house.root)

    def pay(self, person: Any, amount: Decimal) -> None:
        if rows := owed(person):
            pay(self.one, rows)

    def pay_all(self, person: Any, amount: Decimal) -> None:
        rows = Charge.objects.system("test").filter(organization=self.house.east, stands=True, settled=False)
        if found := list(rows.select_related("organization")):
            pay(self.two, found, origin="other", handed_by="书记")

    def voluntary(self, person: Any, amount: Decimal) -> None:
        do(self.one, "dues.payment.member", person, MemberPays(None, localdate(), "own", voluntary=amount))

    def reverse(self, person: Any, amount: Decimal) -> None:
        if (last := Payment.objects.system("test").order_by("-pk").first()) is not None:
            do(self.two, "dues.payment.reverse", last, Why("错"))

    def arrive(self, person: Any, amount: Decimal) -> None:
        self.keys += 1
        at = self.house.committee if self.keys % 2 else self.house.east
        incoming.book(self.one, at, incoming.Arrived("bank", f"k{self.keys}", localdate(), amount + 100, person.name))

    def match(self, person: Any, amount: Decimal) -> None:
        came = Incoming.objects.system("test").filter(state="open").order_by("pk").first()
        if came is not None:
            rows = [one for one in owed(person) if not one.settled]
            do(self.one, "dues.incoming.match", came, incoming.Match(rows, "other"))

    def refund(self, person: Any, amount: Decimal) -> None:
        came = Incoming.objects.system("test").filter(state="open").order_by("-pk").first()
        if came is not None:
            do(self.two, "dues.incoming.refund", came, incoming.Refund(localdate(), "退"))

    def relief(self, person: Any, amount: Decimal) -> None:
        month = localdate().replace(day=1)
        asked = do(self.one, "dues.relief.ask", person, AskRelief(month, month, D(who_pays(amount)), "难", localdate()))
        do(self.two, "dues.relief.answer", asked, AnswerRelief(Outcome.AGREED))

    def renew(self, person: Any, amount: Decimal) -> None:
        if rows := owed(person):
            do(self.one, "dues.charge.renew", rows[0], Why("算"))

    def cancel(self, person: Any, amount: Decimal) -> None:
        if rows := owed(person):
            do(self.one, "dues.charge.cancel", rows[0], Why("撤"))

    def base(self, person: Any, amount: Decimal) -> None:
        fixed(self.one, person, str(amount + 2000), reason="更正")

    def hand_up(self, person: Any, amount: Decimal) -> None:
        do(self.one, "dues.handup.send", None, funds.Send(self.house.east, localdate(), "cash"))

    def _sent(self) -> HandUp | None:
        found: HandUp | None = HandUp.objects.system("test").filter(state="sent").first()
        return found

    def receive(self, person: Any, amount: Decimal) -> None:
        if (sent := self._sent()) is not None:
            do(self.two, "dues.handup.receive", sent)

    def recall(self, person: Any, amount: Decimal) -> None:
        if (sent := self._sent()) is not None:
            do(self.two, "dues.handup.recall", sent, Why("错"))


def no_money_is_given_twice() -> bool:
    """Tell whether no cash box, bank account or code holds less than nothing."""
    places = Organization.objects.system("test").values_list("pk", flat=True)
    return all(
        amount >= 0 for (_, account), amount in ledger.balances(places).items() if account in ("cash", "bank", "online")
    )


def who_pays(amount: Decimal) -> str:
    return "0" if amount < 500 else "3.00"


moves = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 2), st.decimals(min_value=D("0.01"), max_value=1500, places=2)),
    min_size=4,
    max_size=14,
)


@pytest.mark.django_db
@settings(
    max_examples=10,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.generate],
)
@given(moves)
def test_any_sequence_of_acts_leaves_the_sums_equal(sequence: list[tuple[str, int, Decimal]]) -> None:
    with transaction.atomic():
        play = Play()
        for act, who, amount in [("assess", 0, D(1)), *sequence]:
            try:
                with transaction.atomic():
                    play.move(act, who, amount)
            except Refused:
                continue
        agrees(play.house.root)
        assert no_money_is_given_twice()
        held = Settlement.objects.system("test").filter(stands=True)
        paid = Counter(held.values_list("charge__person_id", "charge__month"))
        assert all(times == 1 for times in paid.values())
        transaction.set_rollback(True)
