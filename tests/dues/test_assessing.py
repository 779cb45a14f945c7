"""Working out a month: who pays where, how much, once; relief, corrections and moves."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils.timezone import localdate

from tests import factories
from tests.dues.helpers import agrees, assessed, do, fixed, owed, pay, payer, this_month
from tests.membership.helpers import reread
from zhibu.apps.dues import months, queries
from zhibu.apps.dues.models import ArrearCase, Charge, Entry, Policy, QuarterlyConsent, Relief
from zhibu.apps.dues.services import reminding
from zhibu.apps.dues.services.assessing import Start
from zhibu.apps.dues.services.bases import Fix
from zhibu.apps.dues.services.easing import AnswerRelief, AskRelief, Discussed, Quarterly
from zhibu.apps.dues.services.policies import NewPolicy
from zhibu.apps.membership import services as membership
from zhibu.apps.membership.models import Member
from zhibu.apps.petitions.models import Outcome
from zhibu.kernel import inbox
from zhibu.kernel.actions import Act, Refused, Why
from zhibu.kernel.actor import Actor
from zhibu.kernel.messages.models import Message

pytestmark = pytest.mark.django_db
D = Decimal


def test_a_month_is_worked_out_once_and_again_adds_nothing(house: factories.House, office: Actor, two: list) -> None:
    first = assessed(office, house.root)
    assert (first.count, first.total, first.missing) == (2, D("115.00"), 0)
    assert [(c.amount, c.base, c.organization) for c in owed(two[0])] == [(D("90.00"), D("6000.00"), house.east)]
    assert [c.amount for c in owed(two[1])] == [D("25.00")]
    again = assessed(office, house.root)
    assert (again.count, again.total) == (0, D("0.00"))
    newcomer = payer(house, "赵敏")
    assert assessed(office, house.root).missing == 1
    fixed(office, newcomer, "3000")
    assert assessed(office, house.root).count == 1
    assert Entry.objects.system("test").filter(kind="assess").count() == 2
    agrees(house.root)


def test_probation_pays_from_the_month_of_the_assembly_not_before(house: factories.House, office: Actor) -> None:
    admitted = min(this_month() + timedelta(days=4), localdate())
    person = payer(house, "孙新", admitted=admitted, full=None)
    fixed(office, person, "3000.01", since=this_month(), reason="新党员")
    before = assessed(office, house.root, months.later(this_month(), -1))
    assert before.count == 0
    assert assessed(office, house.root).count == 1
    assert owed(person)[0].amount == D("30.00")


def test_a_transfer_in_the_middle_of_a_month_is_paid_once_where_one_was_on_the_first(
    house: factories.House, office: Actor, two: list
) -> None:
    member = Member.objects.system("test").get(person=two[0])
    # nothing of this month lies between its first and today on the first itself: then it is the month before
    day = localdate() if localdate().day > 1 else localdate() - timedelta(days=1)
    month = day.replace(day=1)
    membership.move(Act(office, "test"), reread(member), house.west, day)
    assert assessed(office, house.west, month).count == 0
    assert assessed(office, house.east, month).count == 2
    assert owed(two[0])[0].organization == house.east
    assert queries.paid_to(two[0].pk) == months.later(month, -1)
    # the base went along: next month is asked for at the new branch
    assert two[0].dues_bases.system("test").get().organization == house.west


def test_suspended_membership_pays_nothing(house: factories.House, office: Actor, two: list) -> None:
    Member.objects.system("test").filter(person=two[0]).update(status="suspended", status_since=date(2020, 1, 1))
    assert assessed(office, house.root).count == 1


def test_the_base_is_fixed_for_the_year_and_a_correction_reworks_what_is_unpaid(
    house: factories.House, office: Actor, two: list
) -> None:
    last = months.later(this_month(), -1) if this_month().month > 1 else this_month()
    assessed(office, house.root, last)
    if last != this_month():
        assessed(office, house.root)
    pay(office, owed(two[0])[:1])
    with pytest.raises(Refused, match="年初核定"):
        fixed(office, two[0], "10000.01", since=this_month()) if this_month().month > 1 else fixed(office, two[0], "9")
    fixed(office, two[0], "10000.01", since=last, reason="核定有误")
    after = owed(two[0])
    assert after[0].amount == D("90.00"), "what was paid stays as it was paid"
    assert all(one.amount == D("200.00") for one in after[1:])
    with pytest.raises(Refused, match="更正"):
        fixed(office, two[1], "1", "retired")
    agrees(house.root)


def test_a_committee_may_settle_rounding_and_the_policy_on_wages(
    house: factories.House, office: Actor, two: list
) -> None:
    do(
        office,
        "dues.policy.set",
        None,
        NewPolicy(house.committee, this_month(), "东江党发〔2026〕1号", rounding="yuan", wages="month"),
    )
    fixed(office, two[0], "3335", since=this_month())
    assessed(office, house.root)
    assert owed(two[0])[0].amount == D("33.00")
    assert Policy.objects.system("test").count() == 1
    with pytest.raises(Refused, match="至少"):
        do(office, "dues.policy.set", None, NewPolicy(house.committee, this_month(), "x"))


def test_relief_is_asked_by_the_branch_and_agreed_by_another_above(
    house: factories.House, office: Actor, second: Actor, two: list
) -> None:
    assessed(office, house.root)
    asked = do(
        office,
        "dues.relief.ask",
        two[0],
        AskRelief(this_month(), months.later(this_month(), 2), D(0), "大病", localdate()),
    )
    with pytest.raises(Refused, match="自己"):
        do(office, "dues.relief.answer", asked, AnswerRelief(Outcome.AGREED))
    assert owed(two[0])[0].amount == D("90.00")
    do(second, "dues.relief.answer", asked, AnswerRelief(Outcome.AGREED, "同意"))
    (free,) = owed(two[0])
    assert (free.amount, free.state[0], free.relief) == (D("0.00"), "免交", asked)
    agrees(house.root)
    with pytest.raises(Refused, match="已有减免"):
        do(office, "dues.relief.ask", two[0], AskRelief(this_month(), this_month(), D(5), "再", localdate()))
    do(office, "dues.relief.end", Relief.objects.system("test").get(), Why("好转"))
    less = do(office, "dues.relief.ask", two[1], AskRelief(this_month(), this_month(), D(10), "困难", localdate()))
    do(second, "dues.relief.answer", less, AnswerRelief(Outcome.AGREED))
    assert owed(two[1])[0].amount == D("10.00")
    agrees(house.root)


def test_a_charge_may_be_taken_back_or_worked_out_anew_but_not_once_paid(
    house: factories.House, office: Actor, two: list
) -> None:
    assessed(office, house.root)
    charge = owed(two[0])[0]
    with pytest.raises(Refused, match="没有变化"):
        do(office, "dues.charge.renew", charge, Why("再算"))
    do(office, "dues.charge.cancel", charge, Why("已在外地交纳"))
    assert owed(two[0]) == []
    agrees(house.root)
    assessed(office, house.root)
    pay(office, owed(two[0]))
    with pytest.raises(Refused):
        do(office, "dues.charge.cancel", owed(two[0])[0], Why("x"))


def old_months(office: Actor, house: factories.House, count: int) -> None:
    for n in range(count, 0, -1):
        assessed(office, house.root, months.later(this_month(), -n))


def test_reminders_at_one_three_and_six_months_and_a_matter_that_changes_no_membership(
    house: factories.House, office: Actor, two: list
) -> None:
    for person in two:
        fixed(
            office,
            person,
            "3000",
            "waged" if person is two[0] else "retired",
            since=date(this_month().year - 1, 1, 1),
            reason="补",
        )
    old_months(office, house, 6)
    pay(office, owed(two[1]))
    reminding.climb(localdate())
    (case,) = ArrearCase.objects.system("test")
    assert (case.person, case.run, case.organization) == (two[0], 6, house.east)
    assert Message.objects.system("test").filter(title__contains="6 个月未交").count() == 1
    reminding.climb(localdate())
    assert ArrearCase.objects.system("test").count() == 1
    assert Message.objects.system("test").filter(title__contains="6 个月未交").count() == 1
    assert Member.objects.system("test").get(person=two[0]).status == "normal"
    with pytest.raises(Refused, match="还没有交"):
        do(office, "dues.case.discuss", case, Discussed("paid", localdate(), "已谈话"))
    do(office, "dues.case.discuss", case, Discussed("late", localdate(), "长期住院，准予补交"))
    reminding.climb(localdate())
    reminding.climb(months.last_day(localdate()))
    assert ArrearCase.objects.system("test").count() == 1, "one run is looked into once"
    assert Member.objects.system("test").get(person=two[0]).status == "normal"


def test_long_arrears_that_go_on_after_the_matter_was_closed_are_a_matter_again(
    house: factories.House, office: Actor, two: list, client: Client
) -> None:
    fixed(office, two[0], "3000", "waged", since=date(this_month().year - 1, 1, 1), reason="补")
    old_months(office, house, 8)
    matters = ArrearCase.objects.system("test").filter(person=two[0])
    reminding.climb(closing := months.later(this_month(), -2))
    (first,) = matters.all()
    waiting = inbox.items(office, only="dues.case.discuss", today=localdate() + timedelta(days=10))
    assert {(item.due, item.urgency) for item in waiting} == {(None, "info")}
    do(office, "dues.case.discuss", first, Discussed("assembly", localdate(), "已谈话"))
    matters.update(closed_on=closing)
    reminding.climb(months.later(this_month(), -1))  # the month of the closing itself may still be paid
    assert matters.count() == 1
    reminding.climb(this_month())
    again = matters.get(closed_on=None)
    assert (again.follows, again.oldest, again.run) == (first, first.oldest, 8)
    reminding.climb(this_month())
    assert matters.count() == 2
    client.force_login(factories.account("caiwu", "payroll_clerk", house.root))
    for one, other, words in ((again, first, "接着已办结的"), (first, again, "此后仍未交，又提出")):
        page = client.get(one.get_absolute_url()).content.decode()
        assert words in page
        assert other.get_absolute_url() in page
    assert Message.objects.system("test").filter(person=two[0], title__contains="个月未交").count() == 1


def test_who_pays_by_the_quarter_is_not_late_before_its_end(house: factories.House, office: Actor, two: list) -> None:
    do(office, "dues.quarterly.agree", two[0], Quarterly(date(2020, 1, 1), localdate(), "在外施工"))
    assert QuarterlyConsent.objects.system("test").count() == 1
    first = date(this_month().year, 10, 1)
    charge = Charge(person=two[0], month=first)
    assert queries.late_months([charge], date(this_month().year, 11, 15)) == []
    assert queries.late_months([charge], date(this_month().year + 1, 1, 1)) == [first]


def test_months_too_old_or_in_the_future_are_not_worked_out_for_all(house: factories.House, office: Actor) -> None:
    for month in (months.later(this_month(), 1), months.later(this_month(), -40)):
        with pytest.raises(Refused):
            do(office, "dues.assess.run", None, Start(house.root, month))


def test_the_base_of_the_retired_is_the_pension_alone(house: factories.House, office: Actor, two: list) -> None:
    wages = {"pension": D(4000), "post": D(3000)}
    with pytest.raises(Refused, match="不填“岗位（职务）工资”") as caught:
        do(office, "dues.base.fix", two[1], Fix("retired", this_month(), wages, reason="更正"))
    assert caught.value.article == "第五条"


def test_a_base_needs_items_of_its_kind(house: factories.House, office: Actor, two: list) -> None:
    since = date(this_month().year, 1, 1)
    with pytest.raises(Refused, match="至少填一项"):
        do(office, "dues.base.fix", two[0], Fix("waged", since, {"transport": D(1)}, reason="x"))
    with pytest.raises(Refused, match="定额"):
        do(office, "dues.base.fix", two[0], Fix("student", since, {"post": D(1)}, reason="x"))
    made = do(office, "dues.base.fix", two[0], Fix("student", since, reason="在读"))
    assert made.amount == D("0.20")


def test_the_page_of_a_base_tells_the_usual_most_and_the_rounding(
    house: factories.House, office: Actor, two: list, client: Client
) -> None:
    client.force_login(factories.account("zuzhi", "organization_department", house.root))
    high = fixed(office, two[0], "60000", reason="更正")
    page = client.get(high.get_absolute_url()).content.decode()
    assert "每月一般不超过 1,000.00 元" in page
    assert "应交 1,000.00 元" in page
    do(
        office,
        "dues.policy.set",
        None,
        NewPolicy(house.committee, this_month(), "东江党发〔2026〕1号", rounding="yuan"),
    )
    odd = fixed(office, two[1], "4321", "retired", reason="更正")
    assert "22.00 元" in client.get(odd.get_absolute_url()).content.decode()
