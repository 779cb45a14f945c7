"""Members who are away, their hosts, and keeping in touch."""

import uuid
from datetime import date, timedelta

import pytest
from django.http import Http404
from django.utils.timezone import localdate

from tests import factories
from tests.transfers.helpers import SECRETARY, do, fresh, member
from zhibu.apps.membership.models import Member
from zhibu.apps.people.services.life import LifeInput
from zhibu.apps.transfers import queries
from zhibu.apps.transfers.models import Contact, ContactPlan, Floating, Guest
from zhibu.apps.transfers.services import contacts
from zhibu.apps.transfers.services.contacts import NewPlan, Reached
from zhibu.apps.transfers.services.floating import Away, Confirm, EndAway, Reported
from zhibu.kernel import inbox
from zhibu.kernel.actions import Refused, Why
from zhibu.kernel.actor import Actor
from zhibu.kernel.calendar import add_months


def away(house: factories.House, **more: object) -> Away:
    values = {"place": "广东省深圳市", "reason": "work", "since": add_months(localdate(), -2), "host": house.west}
    return Away(**{**values, **more})  # type: ignore[arg-type]


def waits(actor: Actor) -> list[str]:
    return [item.title for item in inbox.items(actor) if item.action.code.startswith("transfers.")]


@pytest.mark.django_db
def test_the_host_sees_a_guest_and_the_formal_relation_stays(
    house: factories.House, east: Actor, west: Actor, li: Member
) -> None:
    made = do(east, "transfers.floating.register", li, away(house))
    assert fresh(li).organization == house.east
    assert waits(west) == ["流入党员待报到：李建国"]
    guests = queries.guests_of(house.west, localdate())
    assert [(one.person_id, one.home, one.confirmed) for one in guests] == [(li.person_id, "东山支部", False)]
    assert queries.guests_of(house.west, made.since - timedelta(days=1)) == []
    guest = Guest.objects.system("test").get()
    do(west, "transfers.guest.confirm", guest, Confirm(localdate()))
    do(west, "transfers.guest.contact", fresh(guest), Reached(localdate(), "meeting"))
    do(west, "transfers.guest.report", fresh(guest), Reported(localdate(), "visit"))
    made = fresh(made)
    assert made.next_report_on == add_months(localdate(), 12)
    contact = Contact.objects.system("test").get()
    assert (contact.by_host, contact.plan.organization) == (True, house.east)
    with pytest.raises(Http404):  # what is the home branch's stays its own
        do(west, "transfers.floating.end", made, EndAway(localdate(), "已返回"))
    do(east, "transfers.floating.end", made, EndAway(localdate(), "已返回"))
    assert queries.guests_of(house.west, localdate()) == []
    assert ContactPlan.objects.system("test").get().until == localdate()


@pytest.mark.django_db
def test_less_than_six_months_is_no_floating(house: factories.House, east: Actor, li: Member) -> None:
    since = localdate() - timedelta(days=1)
    half = add_months(since, 6)
    with pytest.raises(Refused, match="不满 6 个月"):
        do(east, "transfers.floating.register", li, away(house, since=since, expected_until=half - timedelta(days=1)))
    with pytest.raises(Refused, match="早于入党日期"):
        do(east, "transfers.floating.register", li, away(house, since=date(1990, 1, 1)))
    do(east, "transfers.floating.register", li, away(house, since=since, expected_until=half))
    with pytest.raises(Refused, match="已登记为流动党员"):
        do(east, "transfers.floating.register", li, away(house))


@pytest.mark.django_db
def test_another_host_is_another_guest(house: factories.House, east: Actor, li: Member) -> None:
    made = do(east, "transfers.floating.register", li, away(house))
    with pytest.raises(Refused, match="不能是本人所在的支部"):
        do(east, "transfers.floating.edit", made, away(house, host=house.east))
    do(east, "transfers.floating.edit", made, away(house, host=None, host_name="深圳市某街道党工委"))
    assert queries.guests_of(house.west, localdate()) == []
    assert fresh(made).host_name == "深圳市某街道党工委"


@pytest.mark.django_db
def test_one_tap_records_that_somebody_was_reached(house: factories.House, east: Actor, li: Member) -> None:
    plan = do(east, "transfers.plan.open", li, NewPlan("hardship", "month"))
    assert plan.next_on == add_months(localdate(), 1)
    ContactPlan.objects.system("test").update(
        since=localdate() - timedelta(days=40), next_on=localdate() - timedelta(days=9)
    )
    assert waits(east) == ["应联系：李建国"]
    do(east, "transfers.contact.record", plan, Reached(localdate(), "phone", False))
    assert waits(east) == ["应联系：李建国"]  # nobody answered: it still waits
    touched = do(east, "transfers.contact.record", fresh(plan), Reached(localdate() - timedelta(days=1), "visit"))
    assert fresh(plan).next_on == add_months(localdate() - timedelta(days=1), 1)
    assert waits(east) == []
    do(east, "transfers.contact.withdraw", touched, Why("记错了人"))
    assert fresh(plan).last_on is None
    with pytest.raises(Refused, match="晚于今天"):
        do(east, "transfers.contact.record", fresh(plan), Reached(localdate() + timedelta(days=1), "phone"))


@pytest.mark.django_db
def test_whoever_keeps_in_touch_does_it_without_any_permission(house: factories.House, east: Actor, li: Member) -> None:
    keeper = member(house, "王芳").person
    plan = do(east, "transfers.plan.open", li, NewPlan("hardship", "week", keeper))
    ContactPlan.objects.system("test").update(next_on=localdate())
    own = Actor(account_id=8, person_id=keeper.pk, name="王芳")
    assert waits(own) == ["请您联系：李建国"]
    do(own, "transfers.contact.record_mine", plan, Reached(localdate(), "phone"))
    assert waits(own) == []
    with pytest.raises(Http404):
        do(
            Actor(account_id=9, person_id=li.person_id),
            "transfers.contact.record_mine",
            plan,
            Reached(localdate(), "phone"),
        )
    with pytest.raises(Refused, match="不能是本人"):
        do(east, "transfers.plan.edit", fresh(plan), NewPlan("hardship", "week", li.person))


@pytest.mark.django_db
def test_members_off_their_post_are_given_a_plan_by_themselves(house: factories.House, li: Member) -> None:
    off = member(house, "赵离岗", employment="off_post")
    member(house, "钱在岗")
    assert contacts.keep_plans(localdate()) == (1, 0)
    assert contacts.keep_plans(localdate()) == (0, 0)
    plan = ContactPlan.objects.system("test").get()
    assert (plan.person, plan.ground, plan.every, plan.organization) == (off.person, "off_post", "quarter", house.east)
    clerk = factories.actor(["people.edit.work", "people.view"], house.root)
    do(clerk, "people.life.retire", off.person, LifeInput(on=localdate(), reason="到龄"))
    assert fresh(plan).until == localdate()


@pytest.mark.django_db
def test_the_contact_list_shows_numbers_only_to_who_may_see_them(
    house: factories.House, east: Actor, client: object
) -> None:
    from django.test import Client
    from django.urls import reverse

    browser = Client()
    one = member(house, "李建国", mobile="13712345678")
    plan = do(east, "transfers.plan.open", one, NewPlan("hardship", "month"))
    other = member(house, "周西", at=house.west)
    do(factories.actor(SECRETARY, house.west), "transfers.plan.open", other, NewPlan("hardship", "month"))
    ContactPlan.objects.system("test").update(next_on=date(2026, 1, 1))
    browser.force_login(factories.account("shuji", "branch_secretary", house.east))
    page = browser.get(reverse("contact-list")).content.decode()
    assert "tel:13712345678" in page
    assert "周西" not in page
    sent = {
        "key": str(uuid.uuid4()),
        "rev": plan.rev,
        "on": localdate().isoformat(),
        "how": "phone",
        "reached": "yes",
        "next": reverse("contact-list"),
    }
    answer = browser.post(reverse("action-on", args=["transfers.contact.record", plan.uid]), sent)
    assert answer["Location"] == reverse("contact-list")
    assert fresh(plan).last_on == localdate()
    assert "没有该联系的人" in browser.get(reverse("contact-list")).content.decode()
    browser.force_login(factories.account("nobody"))
    assert browser.get(reverse("contact-list")).status_code == 404


@pytest.mark.django_db
def test_a_report_is_asked_for_once_a_year(house: factories.House, east: Actor, li: Member) -> None:
    made = do(east, "transfers.floating.register", li, away(house, since=add_months(localdate(), -12), host=None))
    assert waits(east) == ["流动党员汇报：李建国"]
    do(east, "transfers.floating.report", made, Reported(localdate(), "phone"))
    assert waits(east) == []
    assert Floating.objects.system("test").get().last_report_on == localdate()
