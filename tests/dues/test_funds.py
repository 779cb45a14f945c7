"""Money that goes on: handed up with retention, used within budget by three people, published; branches that merge."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import localdate

from tests import factories
from tests.dues.helpers import agrees, assessed, do, fixed, owed, pay, payer, this_month
from tests.reading import pdf_text
from zhibu.apps.dues import queries
from zhibu.apps.dues.models import Account, Charge, Entry, HandUp, Posting
from zhibu.apps.dues.services import following, funds, incoming, ledger
from zhibu.apps.dues.services.disclosing import Publish
from zhibu.apps.dues.services.member_paying import MemberPays
from zhibu.apps.dues.services.policies import NewPolicy
from zhibu.apps.transfers import paid_to
from zhibu.kernel.actions import Refused, Why
from zhibu.kernel.actor import Actor

pytestmark = pytest.mark.django_db
D = Decimal


def handed(actor: Actor, at: Any, **more: Any) -> HandUp:
    made: HandUp = do(actor, "dues.handup.send", None, funds.Send(at, localdate(), "cash", **more))
    return made


def test_a_branch_hands_up_with_its_share_kept_and_large_dues_whole(
    house: factories.House, office: Actor, second: Actor, two: list
) -> None:
    do(office, "dues.policy.set", None, NewPolicy(house.east, this_month(), "省委组织部文件", kept=D("33.33")))
    assessed(office, house.root)
    pay(office, [*owed(two[0]), *owed(two[1])])
    do(office, "dues.payment.member", two[0], MemberPays(None, localdate(), "own", voluntary=D("2000")))
    sent = handed(office, house.east)
    assert (sent.base, sent.kept, sent.upward, sent.large) == (D("115.00"), D("38.33"), D("76.67"), D("2000.00"))
    agrees(house.root)
    with pytest.raises(Refused, match="没有要上缴"):
        handed(office, house.east)
    with pytest.raises(Refused, match="自己"):
        do(office, "dues.handup.receive", sent)
    do(second, "dues.handup.receive", sent)
    agrees(house.root)
    due = funds.due(house.committee, localdate())
    assert (due.base, due.kept, due.large) == (D("76.67"), D("38.34"), D("2000.00"))
    with pytest.raises(Refused, match="上面没有党组织"):
        handed(office, house.committee)


def test_a_hand_up_is_recalled_and_sent_again_under_the_next_number(
    house: factories.House, office: Actor, two: list
) -> None:
    assessed(office, house.root)
    pay(office, owed(two[0]))
    first = handed(office, house.east)
    do(office, "dues.handup.recall", first, Why("金额写错"))
    agrees(house.root)
    again = handed(office, house.east)
    assert (again.number, again.whole) == (2, D("90.00"))
    with pytest.raises(Refused):
        do(office, "dues.handup.send", None, funds.Send(house.west, localdate(), "bank"))


def test_a_use_is_asked_agreed_and_paid_by_three_people_within_the_budget(
    house: factories.House, office: Actor, second: Actor, third: Actor, two: list
) -> None:
    do(office, "dues.policy.set", None, NewPolicy(house.east, this_month(), "文件", kept=D(100)))
    assessed(office, house.root)
    pay(office, [*owed(two[0]), *owed(two[1])])
    do(office, "dues.payment.member", two[0], MemberPays(None, localdate(), "own", voluntary=D("1000.01")))
    handed(office, house.east)
    ask = funds.AskSpending(house.east, "reading", D(100), "购买学习用书", "新华书店")
    asked = do(office, "dues.spending.ask", None, ask)
    with pytest.raises(Refused, match="自己"):
        do(office, "dues.spending.answer", asked, funds.AnswerSpending(True))
    with pytest.raises(Refused, match="预算"):
        do(second, "dues.spending.answer", asked, funds.AnswerSpending(True))
    do(office, "dues.budget.set", None, funds.SetBudget(house.east, localdate().year, "reading", D(110), "支委会"))
    do(second, "dues.spending.answer", asked, funds.AnswerSpending(True))
    more = do(office, "dues.spending.ask", None, ask)
    with pytest.raises(Refused, match="预算只剩 10"):
        do(second, "dues.spending.answer", more, funds.AnswerSpending(True))
    for wrong in (office, second):
        with pytest.raises(Refused, match="支付自己"):
            do(wrong, "dues.spending.pay", asked, funds.Pay(localdate(), "cash"))
    do(third, "dues.spending.pay", asked, funds.Pay(localdate(), "cash"))
    agrees(house.root)
    assert ledger.balance(house.east, Account.CASH) == D("15.00")
    do(third, "dues.spending.reverse", asked, Why("书退了"))
    agrees(house.root)


def test_cash_goes_to_the_bank_but_not_more_than_there_is(house: factories.House, office: Actor, two: list) -> None:
    assessed(office, house.root)
    pay(office, owed(two[0]))
    with pytest.raises(Refused, match="只有 90"):
        do(office, "dues.deposit", house.east, funds.Deposit(house.east, localdate(), "cash", D(91)))
    do(office, "dues.deposit", house.east, funds.Deposit(house.east, localdate(), "cash", D(90)))
    assert ledger.balance(house.east, Account.BANK) == D("90.00")
    agrees(house.root)


def test_the_ledger_is_written_once(house: factories.House, office: Actor, two: list) -> None:
    assessed(office, house.root)
    entry = Entry.objects.system("test").get()
    for change in (entry.save, lambda: Posting.objects.system("test").update(amount=1)):
        with pytest.raises(TypeError):
            change()
    with pytest.raises(ledger.Unbalanced):
        ledger.post(office, house.east, localdate(), "pay", "x", "x", [(Account.CASH, D(1))])


def test_the_yearly_report_is_frozen_and_told_to_every_member(
    house: factories.House, office: Actor, two: list, client: Client
) -> None:
    assessed(office, house.root)
    pay(office, owed(two[0]))
    made = do(office, "dues.report.publish", None, Publish(house.east, localdate().year))
    pay(office, owed(two[1]))
    made.refresh_from_db()
    assert (made.figures["owed"], made.figures["collected"], made.figures["paid"]) == ("115.00", "90.00", "90.00")
    client.force_login(factories.account("dangyuan", of=two[0]))
    assert "党费收缴、使用和管理情况" in client.get("/me/dues/").content.decode()
    assert "90.00 元" in client.get(f"/me/dues/report/{made.uid}/").content.decode()
    assert queries.compliance([house.east.pk], localdate().year)[house.east.pk] == (2, 2, True)


def test_branches_that_merge_bring_their_books_together(house: factories.House, office: Actor, two: list) -> None:
    other = payer(house, "西湾人", at=house.west)
    fixed(office, other)
    assessed(office, house.root)
    pay(office, owed(two[0]))
    incoming.book(office, house.east, incoming.Arrived("bank", "k", localdate(), D(7), "某人"))
    assert "待查款" in following.left_at(house.east.pk)
    following.join_organizations(office, [house.east.pk], house.west.pk)
    assert following.left_at(house.east.pk) == ""
    agrees(house.root)
    agrees(house.west)
    assert Charge.objects.system("test").filter(organization=house.west, settled=False).count() == 2


def test_where_dues_are_paid_to_travels_with_a_transfer(house: factories.House, office: Actor, two: list) -> None:
    assessed(office, house.root)
    pay(office, owed(two[0]))
    assert paid_to.known([two[0].pk, two[1].pk], localdate())[two[0].pk] == this_month()


def test_receipt_list_and_sheet_on_paper_with_the_amount_in_words(
    house: factories.House, office: Actor, two: list, client: Client
) -> None:
    assessed(office, house.root)
    receipt = pay(office, [*owed(two[0]), *owed(two[1])], origin="other", handed_by="王书记")
    client.force_login(factories.account("zuzhi", "organization_department", house.root))
    words = pdf_text(client.get(f"/print/dues.receipt/{receipt.uid}/").content)
    assert "壹佰壹拾伍元整" in words
    assert "王书记" in words
    listed = pdf_text(client.get(f"/dues/branch/{house.east.uid}/list/").content)
    assert "党费收缴登记表" in listed
    sheet = pdf_text(client.get(f"/dues/branch/{house.east.uid}/sheet/").content)
    assert "6,000.00" in sheet
    client.force_login(factories.account("ziji", of=two[0]))
    own = pdf_text(client.get(f"/me/dues/receipt/{receipt.uid}/").content)
    assert "王秀英" not in own
    assert "玖拾元整" in own
