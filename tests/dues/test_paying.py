"""Money that comes in: receipts, what article 14 forbids, reversals, bank transfers, orders; nothing is paid twice or lost."""

import uuid
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import localdate

from tests import factories
from tests.dues.helpers import agrees, assessed, do, fixed, owed, pay, payer, this_month
from zhibu.apps.dues import months
from zhibu.apps.dues.models import Charge, Incoming, Payment, Settlement
from zhibu.apps.dues.services import funds, incoming
from zhibu.apps.dues.services.member_paying import MemberPays
from zhibu.kernel.actions import Refused, Why
from zhibu.kernel.actor import Actor

pytestmark = pytest.mark.django_db
D = Decimal


def test_one_receipt_settles_a_ticked_list_of_forty_one(house: factories.House, office: Actor) -> None:
    people = [payer(house, f"党员{n:02d}") for n in range(41)]
    for person in people:
        fixed(office, person, "3000")
    assessed(office, house.root)
    charges = list(Charge.objects.system("test").select_related("organization"))
    receipt = pay(office, charges, origin="other", handed_by="王书记", expected=D("615.00"))
    assert (receipt.amount, receipt.number, receipt.settlements.system("test").count()) == (D("615.00"), 1, 41)
    assert (receipt.handed_by, receipt.origin) == ("王书记", "other")
    agrees(house.root)


@pytest.mark.parametrize("origin", ["branch", "wages"])
def test_advanced_and_withheld_dues_are_refused_with_the_article(
    house: factories.House, office: Actor, two: list, origin: str
) -> None:
    assessed(office, house.root)
    with pytest.raises(Refused, match="第十四条"):
        pay(office, owed(two[0]), origin=origin)
    with pytest.raises(Refused, match="第十四条"):
        pay(office, owed(two[0]), note="11月工资代扣")
    assert not Payment.objects.system("test").exists()


def test_a_month_is_never_paid_twice_whoever_enters_it(
    house: factories.House, office: Actor, second: Actor, two: list
) -> None:
    assessed(office, house.root)
    charges = owed(two[0])
    first = pay(office, charges)
    with pytest.raises(Refused, match=f"收据 {first.receipt}"):
        pay(second, charges)
    row = Settlement.objects.system("test").get()
    with pytest.raises(Exception, match=r"(?i)unique"):
        Settlement.objects.create(payment=first, charge=row.charge, organization=row.organization, amount=row.amount)


def test_receipts_run_without_gaps_and_a_reversal_keeps_its_number(
    house: factories.House, office: Actor, two: list
) -> None:
    assessed(office, house.root)
    first = pay(office, owed(two[0]))
    do(office, "dues.payment.reverse", first, Why("金额点错"))
    assert not owed(two[0])[0].settled
    again, other = pay(office, owed(two[0])), pay(office, owed(two[1]))
    assert [one.number for one in (first, again, other)] == [1, 2, 3]
    with pytest.raises(Refused, match="已经冲销"):
        do(office, "dues.payment.reverse", first, Why("再"))
    agrees(house.root)


def test_a_wrong_sum_another_branch_and_a_future_day_are_refused(
    house: factories.House, office: Actor, two: list
) -> None:
    stranger = payer(house, "西湾人", at=house.west)
    fixed(office, stranger)
    assessed(office, house.root)
    for wrong in ({"expected": D(1)}, {"on": date(2999, 1, 1)}):
        with pytest.raises(Refused):
            pay(office, owed(two[0]), **wrong)
    with pytest.raises(Refused, match="应交到"):
        pay(office, [*owed(two[0]), *owed(stranger)])


def test_paying_ahead_up_to_six_months_and_voluntary_dues(house: factories.House, office: Actor, two: list) -> None:
    if this_month().month > 7:  # last year's base goes on for three months only
        fixed(office, two[0], "6000", since=date(this_month().year + 1, 1, 1))
    until = months.later(this_month(), 6)
    receipt = do(office, "dues.payment.member", two[0], MemberPays(until, localdate(), "own", voluntary=D("1000.01")))
    assert (receipt.amount, receipt.large) == (D("90.00") * 7 + D("1000.01"), True)
    assert len(owed(two[0])) == 7
    with pytest.raises(Refused, match="预交"):
        do(office, "dues.payment.member", two[0], MemberPays(months.later(this_month(), 7), localdate(), "own"))
    assert assessed(office, house.root).count == 1, "who paid ahead is not asked again"
    only = do(office, "dues.payment.member", two[1], MemberPays(None, localdate(), "relative", "女儿", D(50)))
    assert (only.large, only.handed_by, only.voluntary) == (False, "女儿", D("50.00"))
    agrees(house.root)


def test_arrears_beyond_six_months_wait_for_the_branch(house: factories.House, office: Actor, two: list) -> None:
    for year in (this_month().year - 1, this_month().year):
        fixed(office, two[0], "3000", since=date(year, 1, 1), reason="补")
    assessed(office, house.root, months.later(this_month(), -8))
    with pytest.raises(Refused, match="补交一般不得超过 6 个月"):
        pay(office, owed(two[0]))


def test_the_second_of_two_clicks_leads_to_what_the_first_did(
    house: factories.House, office: Actor, two: list, client: Client
) -> None:
    assessed(office, house.root)
    client.force_login(factories.account("shuji", "branch_secretary", house.east))
    url, sent = f"/do/dues.payment.collect/{house.east.uid}/", {"handed_by": "王书记", "origin": "own", "whole": "all"}
    sent |= {"on": localdate().isoformat(), "key": str(uuid.uuid4())}
    first = client.post(url, sent)
    again = client.post(url, sent)  # nothing is left to be ticked
    assert [one.status_code for one in (first, again)] == [302, 302]
    assert first["Location"] == again["Location"]
    assert client.post(url, sent | {"key": str(uuid.uuid4())}).status_code == 422
    assert Payment.objects.system("test").count() == 1


def test_a_ticked_month_another_teller_took_meanwhile_is_told_never_left_out(
    house: factories.House, office: Actor, two: list, client: Client
) -> None:
    assessed(office, house.root)
    client.force_login(factories.account("shuji", "branch_secretary", house.east))
    ticked = [str(owed(person)[0].uid) for person in two]
    pay(office, owed(two[0]))
    sent = {"key": str(uuid.uuid4()), "rev": "", "on": localdate().isoformat(), "whole": "ticked", "origin": "other",
            "handed_by": "王书记", "charge": ticked}  # fmt: skip
    answer = client.post(f"/do/dues.payment.collect/{house.east.uid}/", sent)
    assert answer.status_code == 422
    assert "李建国" in answer.content.decode()
    assert "收讫，收据" in answer.content.decode()
    assert Payment.objects.system("test").count() == 1


def test_nobody_gives_back_what_was_handed_up(house: factories.House, office: Actor, second: Actor, two: list) -> None:
    assessed(office, house.root)
    first = pay(office, owed(two[0]))
    do(second, "dues.handup.send", None, funds.Send(house.east, localdate(), "cash"))
    with pytest.raises(Refused, match="库存现金只有 0"):
        do(office, "dues.payment.reverse", first, Why("收错了"))
    pay(office, owed(two[1]))  # 25 of the 90 that are wanted
    with pytest.raises(Refused, match="只有 25"):
        do(office, "dues.payment.reverse", first, Why("收错了"))
    only = do(office, "dues.payment.member", two[1], MemberPays(None, localdate(), "own", voluntary=D(65)))
    do(second, "dues.deposit", house.east, funds.Deposit(house.east, localdate(), "cash", D(90)))
    with pytest.raises(Refused, match="党费存取"):
        do(office, "dues.payment.reverse", first, Why("收错了"))
    do(second, "dues.deposit", house.east, funds.Deposit(house.east, localdate(), "bank", D(90)))
    do(office, "dues.payment.reverse", first, Why("收错了"))
    assert only.stands
    agrees(house.root)


def test_a_slip_in_the_year_of_a_receipt_is_told_at_its_field(house: factories.House, office: Actor, two: list) -> None:
    assessed(office, house.root)
    with pytest.raises(Refused, match="收款日期 2001-01-01") as caught:
        pay(office, owed(two[0]), on=date(2001, 1, 1))
    assert (caught.value.field, caught.value.code) == ("on", "dues.too_early")


def test_months_count_back_from_the_day_a_transfer_came(house: factories.House, office: Actor, two: list) -> None:
    old = months.later(this_month(), -7)
    for year in {old.year, this_month().year}:
        fixed(office, two[0], "3000", since=date(year, 1, 1), reason="补")
    assessed(office, house.root, old)
    last = this_month() - timedelta(days=1)  # one month less old then
    data = incoming.Arrived("bank", "test:old", last, D("15.00"), "李建国", "1234", "党费")
    money = incoming.book(office, house.east, data)
    with pytest.raises(Refused, match="6 个月"):
        pay(office, owed(two[0]))
    do(office, "dues.incoming.match", money, incoming.Match(owed(two[0]), "own"))
    assert owed(two[0])[0].settled


def arrived(
    house: factories.House, office: Actor, name: str, amount: str, note: str = "", at: Any = None, key: str = ""
) -> Incoming:
    data = incoming.Arrived("bank", key or f"test:{name}:{amount}:{note}", localdate(), D(amount), name, "1234", note)
    return incoming.book(office, at or house.east, data)


def test_a_transfer_waits_in_suspense_until_it_is_matched_or_sent_back(
    house: factories.House, office: Actor, two: list
) -> None:
    assessed(office, house.root)
    came = arrived(house, office, "李建国", "90")
    agrees(house.root)
    paid = do(office, "dues.incoming.match", came, incoming.Match(owed(two[0]), "own"))
    assert (paid.method, paid.handed_person, paid.on) == ("bank", two[0], localdate())
    odd = arrived(house, office, "不知道", "7")
    do(office, "dues.incoming.refund", odd, incoming.Refund(localdate(), "不是党费"))
    agrees(house.root)
    do(office, "dues.payment.reverse", paid, Why("认错人"))
    came.refresh_from_db()
    assert (came.state, came.left) == ("open", D("90.00"))
    agrees(house.root)


def test_money_on_the_account_of_the_committee_pays_months_of_a_branch_and_comes_back_when_reversed(
    house: factories.House, office: Actor, two: list
) -> None:
    assessed(office, house.root)
    came = arrived(house, office, "王秀英", "25", at=house.committee)
    paid = do(office, "dues.incoming.match", came, incoming.Match(owed(two[1]), "own"))
    assert paid.organization == house.east
    agrees(house.root)
    agrees(house.east)
    do(office, "dues.payment.reverse", paid, Why("认错"))
    agrees(house.root)
    do(office, "dues.incoming.refund", Incoming.objects.system("test").get(), incoming.Refund(localdate(), "退"))
    agrees(house.root)


def test_only_what_leaves_no_doubt_is_matched_by_itself(house: factories.House, office: Actor, two: list) -> None:
    twins = [payer(house, "张伟"), payer(house, "张伟")]
    for twin in twins:
        fixed(office, twin, "3000")
    assessed(office, house.root)
    sure = arrived(house, office, "李建国", "90")
    doubtful = [
        arrived(house, office, "张伟", "15"),
        arrived(house, office, "李建国", "91"),
        arrived(house, office, "某公司", "25", "工资代扣王秀英"),
    ]
    for_mother = arrived(house, office, "小王", "25", f"王秀英{this_month().month}月党费")
    do(office, "dues.incoming.certain", house.east)
    states = {one.pk: one.state for one in Incoming.objects.system("test")}
    assert [states[one.pk] for one in (sure, for_mother)] == ["settled", "settled"]
    assert {states[one.pk] for one in doubtful} == {"open"}
    receipt = Payment.objects.system("test").get(incoming=for_mother)
    assert (receipt.handed_by, receipt.origin) == ("小王", "relative")
    with pytest.raises(Refused, match="扣缴"):
        do(office, "dues.incoming.match", doubtful[2], incoming.Match(owed(two[1]), "own"))
    agrees(house.root)


def test_money_named_for_another_is_not_taken_for_the_payer(house: factories.House, office: Actor, two: list) -> None:
    assessed(office, house.root)
    pay(office, owed(two[1]))
    for_paid = arrived(house, office, "李建国", "90", "代王秀英交党费")
    with pytest.raises(Refused, match="没有能自动认定的来款"):
        do(office, "dues.incoming.certain", house.east)
    for_paid.refresh_from_db()
    assert for_paid.state == "open"


def test_one_with_old_arrears_holds_up_nobody_and_pays_what_may_be_paid(
    house: factories.House, office: Actor, two: list
) -> None:
    for back in (7, 1):
        assessed(office, house.root, months.later(this_month(), -back))
    assert len(owed(two[0])) == 2
    first, second = (arrived(house, office, "李建国", "90", note) for note in ("一", "二"))
    other = arrived(house, office, "王秀英", "25")
    do(office, "dues.incoming.certain", house.east)
    assert [one.settled for one in owed(two[0])] == [False, True], "the old month is for the branch to look into"
    states = dict(Incoming.objects.system("test").values_list("pk", "state"))
    assert [states[one.pk] for one in (first, second, other)] == ["settled", "open", "settled"]
    agrees(house.root)
