"""Care begins, is kept, moves and ends: by a clerk's act, or by what happens to the person or the workstation."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.http import Http404
from django.utils.timezone import localdate

from tests import factories
from tests.custody.helpers import CLERK, do, opened, served, visit
from zhibu.apps.custody import rules
from zhibu.apps.custody.models import Agreement, CareRecord, Ending
from zhibu.apps.custody.params import categories
from zhibu.apps.custody.services.agreements import Sign
from zhibu.apps.custody.services.cares import Allowance, Close, Details, Move
from zhibu.apps.organizations.services.closing import Dissolution
from zhibu.apps.people.models import Affiliation, Person
from zhibu.apps.people.services.life import LifeInput
from zhibu.apps.people.services.life_reversal import Reversal
from zhibu.kernel import actions, audit, inbox
from zhibu.kernel.actions import Refused, Why
from zhibu.kernel.actor import Actor
from zhibu.kernel.calendar.dated import in_force
from zhibu.kernel.events import Veto

pytestmark = pytest.mark.django_db
TODAY = localdate
HR = ("people.view", "people.affiliate", "people.edit.work", "people.see.work", "organizations.view")


@pytest.fixture
def personnel(house: factories.House) -> Actor:
    return factories.actor(HR, house.root, account_id=2)


def life(actor: Actor, code: str, person: Person, **data: Any) -> Any:
    data.setdefault("on", TODAY())
    made = actions.perform(
        actions.get(f"people.life.{code}"),
        actor,
        uid=person.uid,
        data=LifeInput(reason="文件", **data),
        key=uuid.uuid4(),
    )
    person.refresh_from_db()
    return made.result


def care_of(person: Person) -> CareRecord:
    return CareRecord.objects.system("test").select_related("person", "organization").get(person=person)


def agreed(actor: Actor, care: CareRecord, days_left: int, number: str = "托管1号") -> Agreement:
    since = TODAY() - timedelta(days=300)
    made: Agreement = do(
        actor, "custody.agreement.sign", care, Sign(number, since, TODAY() + timedelta(days=days_left))
    )
    return made


def waiting(actor: Actor, code: str) -> list[str]:
    return [item.title for item in inbox.items(actor) if item.action.code == code]


def test_entering_care_opens_a_record_that_waits_for_its_category(
    house: factories.House, clerk: Actor, personnel: Actor
) -> None:
    chen = factories.person("陈桂芳", house.root, birth_date=date(1968, 2, 1), employment="off_post")
    life(personnel, "enter_care", chen, service=house.station)
    care = care_of(chen)
    assert (care.organization, care.since, care.category, care.sent_by) == (house.station, TODAY(), "", "东江实业")
    assert waiting(clerk, "custody.care.edit") == ["补全托管档案：陈桂芳"]
    do(clerk, "custody.care.edit", care, Details("sick", visit_months=3, special_needs="不能走远"))
    assert waiting(clerk, "custody.care.edit") == []
    care.refresh_from_db()
    assert care.next_visit_on == rules.next_visit(TODAY(), None, 3)


@pytest.mark.parametrize(
    ("step", "data", "ending"),
    [
        ("leave_care", {"employment": "off_post"}, Ending.LEFT_CARE),
        ("retire", {}, Ending.RETIRED),
        ("leave", {}, Ending.LEFT),
        ("die", {}, Ending.DIED),
    ],
)
def test_what_ends_care_closes_record_and_agreement_and_taking_it_back_opens_them(
    house: factories.House, clerk: Actor, personnel: Actor, step: str, data: dict[str, Any], ending: Ending
) -> None:
    chen = served(house)
    care = opened(clerk, chen, house.station)
    agreement = agreed(clerk, care, 100)
    if step == "leave_care":
        data = {**data, "service": house.station}
    event = life(personnel, step, chen, **data)
    care.refresh_from_db()
    agreement.refresh_from_db()
    assert (care.until, care.ending, agreement.ended_on) == (TODAY(), ending, TODAY())
    actions.perform(
        actions.get("people.life.reverse"), personnel, uid=event.uid, data=Reversal("登记错误"), key=uuid.uuid4()
    )
    care.refresh_from_db()
    agreement.refresh_from_db()
    assert (care.until, care.ending, agreement.ended_on) == (None, "", None)


def test_entering_care_is_not_taken_back_once_a_service_hangs_on_it(
    house: factories.House, clerk: Actor, personnel: Actor
) -> None:
    chen = factories.person("陈桂芳", house.root, birth_date=date(1968, 2, 1), employment="off_post")
    event = life(personnel, "enter_care", chen, service=house.station)
    back = (actions.get("people.life.reverse"), personnel)
    service = do(clerk, "custody.service.record", care_of(chen), visit())
    with pytest.raises(Veto, match="服务记录"):
        actions.perform(*back, uid=event.uid, data=Reversal("登记错误"), key=uuid.uuid4())

    do(clerk, "custody.service.withdraw", service, Why("写错人"))
    actions.perform(*back, uid=event.uid, data=Reversal("登记错误"), key=uuid.uuid4())
    assert care_of(chen).ending == Ending.MISTAKE


def test_a_transfer_changes_the_unit_that_answers_for_the_care(
    house: factories.House, clerk: Actor, personnel: Actor
) -> None:
    chen = served(house)
    care = opened(clerk, chen, house.station, sent_by="东江实业")
    other = factories.organization("西湾公司", "unit", house.root)
    life(personnel, "transfer", chen, home=other)
    care.refresh_from_db()
    assert (care.sent_by, care.until) == ("西湾公司", None)


def test_nobody_has_two_open_records(house: factories.House, clerk: Actor) -> None:
    chen = served(house)
    opened(clerk, chen, house.station)
    with pytest.raises(Refused, match="已有托管档案"):
        opened(clerk, chen, house.station)


def test_a_record_of_another_station_does_not_exist_for_the_clerk(house: factories.House, clerk: Actor) -> None:
    elsewhere = factories.organization("西湾工作站", "workstation", house.root)
    other = factories.actor(CLERK, house.root, account_id=3)
    care = opened(other, served(house), elsewhere)
    with pytest.raises(Http404):
        do(clerk, "custody.service.record", care, visit())


def test_moving_hands_over_record_and_service_relation(house: factories.House, clerk: Actor) -> None:
    west = factories.organization("西湾工作站", "workstation", house.root)
    above = factories.actor((*CLERK, "people.affiliate"), house.root, account_id=3)
    chen = served(house)
    care = opened(clerk, chen, house.station)
    do(above, "custody.care.move", care, Move(west, TODAY(), "搬家"))
    care.refresh_from_db()
    rows = Affiliation.objects.system("test").filter(person=chen, kind="service").order_by("since")
    assert [(row.organization_id, row.until) for row in rows] == [(house.station.pk, TODAY()), (west.pk, None)]
    assert care.organization == west
    with pytest.raises(Http404):
        do(clerk, "custody.care.edit", care, Details("sick"))


def test_whoever_counts_as_in_care_leaves_by_the_life_event_others_are_closed_by_hand(
    house: factories.House, clerk: Actor
) -> None:
    care = opened(clerk, served(house), house.station)
    with pytest.raises(Refused, match="人员变动"):
        do(clerk, "custody.care.close", care, Close(TODAY(), Ending.OTHER))
    widow = opened(clerk, served(house, "李秀英", employment="external"), house.station, category="survivor")
    assert do(clerk, "custody.care.close", widow, Close(TODAY(), Ending.OTHER, "随子女迁出")).until == TODAY()


def test_agreements_that_end_stand_in_the_inbox_90_days_ahead_until_extended(
    house: factories.House, clerk: Actor
) -> None:
    late, near, far = (
        agreed(clerk, opened(clerk, served(house, name), house.station), days)
        for name, days in (("甲某", 20), ("乙某", 90), ("丙某", 91))
    )
    found = [item for item in inbox.items(clerk) if item.action.code == "custody.agreement.extend"]
    assert [(item.title, item.urgency) for item in found] == [("协议到期：甲某", "due"), ("协议到期：乙某", "info")]
    begin = late.until + timedelta(days=1)
    with pytest.raises(Refused, match="重叠"):
        do(clerk, "custody.agreement.extend", late, Sign("托管2号", late.until, begin + timedelta(days=365)))
    do(clerk, "custody.agreement.extend", late, Sign("托管2号", begin, begin + timedelta(days=365)))
    assert waiting(clerk, "custody.agreement.extend") == ["协议到期：乙某"]
    assert (near.state(TODAY())[1], far.state(TODAY())) == ("info", ("有效", "ok"))
    assert late.state(TODAY()) == ("已续签", "plain")


def test_the_trail_never_holds_special_needs_and_hides_the_allowance(house: factories.House, clerk: Actor) -> None:
    care = opened(clerk, served(house), house.station, special_needs="需要轮椅")
    do(clerk, "custody.care.edit", care, Details("off_post", visit_months=6, special_needs="卧床"))
    treasurer = factories.actor(("custody.view", "custody.allowance"), house.station, account_id=4)
    do(treasurer, "custody.care.allowance", care, Allowance(categories()[0].allowance, "文件"))
    from zhibu.kernel.actions.history import visible_history

    care.refresh_from_db()
    told = [(change.label, change.new) for line in visible_history(clerk, care) for change in line.changes]
    assert ("特殊需要", "（已加密）") in told
    assert not any("1850" in new for _, new in told)
    seen = [change.new for line in visible_history(treasurer, care) for change in line.changes]
    assert "1850.00" in seen
    assert not any("轮椅" in str(line) for line in audit.history("custody.CareRecord", str(care.pk)))


def test_a_workstation_that_serves_somebody_is_not_dissolved(house: factories.House, clerk: Actor) -> None:
    opened(clerk, served(house), house.station)
    above = factories.actor(("organizations.view", "organizations.restructure"), house.root, account_id=3)
    Affiliation.objects.system("test").filter(organization=house.station).update(until=TODAY())
    with pytest.raises(Veto, match="1 名托养托管人员"):
        do(above, "organizations.organization.dissolve", house.station, Dissolution(TODAY(), "撤并"))


def test_the_category_in_force_is_the_latest_row_that_holds() -> None:
    assert str(in_force(categories(), date(2024, 1, 1))["off_post"].allowance) == "1850.00"
    assert str(in_force(categories(), date(2026, 1, 1))["off_post"].allowance) == "2080.00"
    assert in_force(categories(), date(2019, 1, 1)) == {}


@pytest.mark.parametrize(
    ("since", "last", "months", "due"),
    [
        (date(2025, 8, 31), None, 6, date(2026, 2, 28)),
        (date(2020, 1, 1), date(2026, 1, 15), 12, date(2027, 1, 15)),
    ],
)
def test_the_next_visit(since: date, last: date | None, months: int, due: date) -> None:
    assert rules.next_visit(since, last, months) == due
    answer = rules.next_visit_rule(since, last, months, due + timedelta(days=3))
    assert answer.result == {"due": due.isoformat(), "overdue_days": 3}


def test_a_last_visit_before_the_care_is_told() -> None:
    answer = rules.next_visit_rule(date(2026, 1, 1), date(2025, 1, 1), 6, date(2026, 2, 1))
    assert [one.code for one in answer.violations] == ["custody.last"]
