"""The roster of care by a sheet: opened, brought up to date, twice without effect, taken back; wrong cells named."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.custody.helpers import CLERK, do, opened, visit
from tests.imports.desk import Desk, sheet, staged
from zhibu.apps.custody.models import Agreement, CareRecord
from zhibu.apps.custody.services.agreements import Sign
from zhibu.apps.people.models import Affiliation, Person
from zhibu.kernel import audit

pytestmark = pytest.mark.django_db
HEADER = (
    "姓名", "工号", "身份证号", "类别", "进入日期", "派出单位", "负责人", "居住情况", "特殊需要", "家属姓名", "家属电话", "补贴标准",
    "协议编号", "协议起始日期", "协议到期日期",
)  # fmt: skip
CHEN = (
    "陈桂芳", "1001", None, "离岗退养", "2024年3月1日", "运输部", "李明", "独居", "行动不便", "张强", "１３８００１３８００１", "2080",
    "托 2026-018", "2026-01-01", "2026-12-31",
)  # fmt: skip
HUANG = ("黄志强", None, "110101196407150014", "病休", "2025-07-01", *[None] * 10)


@pytest.fixture(autouse=True)
def own_files(tmp_path: Any, settings: Any) -> None:
    settings.FILES, settings.STAGING = tmp_path / "files", tmp_path / "staging"


@pytest.fixture
def people(house: factories.House) -> dict[str, Person]:
    """Two who come into care, and the clerk of the station."""
    return {
        "chen": factories.person("陈桂芳", house.department, staff_number="1001", birth_date=date(1966, 3, 12)),
        "huang": factories.person("黄志强", house.department, staff_number="1002", identity="110101196407150014"),
        "li": factories.person("李明", house.station, staff_number="2001"),
    }


@pytest.fixture
def desk(client: Client, house: factories.House) -> Desk:
    client.force_login(factories.account("zuzhi", "organization_department", house.root))
    return Desk(client, "custody.care")


NOTHING = [None] * 15
FILLED_IN = (
    ("陈桂芳", "1001", None, None, None, None, None, "与子女同住", "需送药", None, None, "2100.5", None, None, None),
    ("黄志强", "1002", None, "待岗", "2025-07-01", *[None] * 7, "托 7", "2026-02-01", "2027-01-31"),
)
PLACES = {"name": 0, "staff": 1, "doc": 2, "category": 3, "since": 4, "clerk": 6, "pay": 11, "no": 12, "a": 13, "b": 14}
OK = {"name": "陈桂芳", "staff": "1001", "category": "病休", "since": "2025-01-01"}


def row(**cells: Any) -> list[Any]:
    """Return a row with these cells."""
    made: list[Any] = list(NOTHING)
    for key, value in cells.items():
        made[PLACES[key]] = value
    return made


def brought(desk: Desk, house: factories.House, *rows: Any) -> Any:
    batch = desk.check(sheet(*rows, header=HEADER), organization=house.station.uid)
    assert batch.counts["error"] == 0, [row.issues for row in staged(batch)]
    return desk.apply(batch)


def care_of(person: Person) -> CareRecord:
    rows = CareRecord.objects.system("test").select_related("organization", "clerk")
    return rows.filter(person=person).order_by("-pk")[0]


def served_by(person: Person) -> list[tuple[str, bool]]:
    rows = Affiliation.objects.system("test").filter(person=person, kind="service").select_related("organization")
    return [(row.organization.name, row.until is None) for row in rows.order_by("pk")]


def test_a_roster_opens_records_with_relation_and_agreement(
    desk: Desk, house: factories.House, people: dict[str, Person]
) -> None:
    batch = brought(desk, house, CHEN, HUANG)
    assert (batch.state, batch.counts["created"]) == ("done", 2)
    care = care_of(people["chen"])
    assert (care.category, care.since, care.organization, care.clerk) == (
        "off_post",
        date(2024, 3, 1),
        house.station,
        people["li"],
    )
    assert (care.living, care.special_needs, care.kin_phone, care.allowance) == (
        "alone",
        "行动不便",
        "13800138001",
        Decimal("2080.00"),
    )
    assert (care.visit_months, care.next_visit_on) == (6, date(2024, 9, 1))
    assert served_by(people["chen"]) == [(house.station.name, True)]
    agreement = Agreement.objects.system("test").get(care=care)
    assert (agreement.number, agreement.since, agreement.until) == ("托 2026-018", date(2026, 1, 1), date(2026, 12, 31))
    assert care_of(people["huang"]).visit_months == 3
    assert "导入：建立托管档案" in audit.history("custody.CareRecord", str(care.pk))[0].summary
    again = desk.check(sheet(CHEN, HUANG, header=HEADER), organization=house.station.uid)
    assert again.counts["same"] == 2
    # the list as it is exported has the last day of the agreement alone
    ends = sheet(("陈桂芳", "1001", "2026-12-31"), header=("姓名", "工号", "协议到期日期"))
    assert desk.check(ends, organization=house.station.uid).counts["same"] == 1


def test_a_second_sheet_fills_in_and_can_be_taken_back_without_the_first(
    desk: Desk, house: factories.House, people: dict[str, Person]
) -> None:
    first = brought(desk, house, CHEN, HUANG)
    second = brought(desk, house, *FILLED_IN)
    assert second.counts["updated"] == 2
    chen, huang = care_of(people["chen"]), care_of(people["huang"])
    assert (chen.living, chen.special_needs, chen.allowance, chen.kin_name) == (
        "children",
        "需送药",
        Decimal("2100.50"),
        "张强",
    )
    assert huang.category == "waiting"
    told = audit.history("custody.CareRecord", str(chen.pk))[0]
    assert "需送药" not in str(told)
    assert desk.undo(second).counts["undone"] == 2
    chen, huang = care_of(people["chen"]), care_of(people["huang"])
    assert (chen.living, chen.special_needs, chen.allowance) == ("alone", "行动不便", Decimal("2080.00"))
    assert huang.category == "sick"
    assert not Agreement.objects.system("test").filter(care=huang).exists()
    # the first import is older than what its undo touched: it is left alone
    assert desk.undo(first).counts["left"] == 2


def test_taken_back_it_is_closed_as_a_mistake_and_may_come_again(
    desk: Desk, house: factories.House, people: dict[str, Person]
) -> None:
    batch = brought(desk, house, CHEN, HUANG)
    clerk = factories.actor(CLERK, house.station)
    do(clerk, "custody.service.record", care_of(people["huang"]), visit())
    undone = desk.undo(batch)
    assert (undone.counts["undone"], undone.counts["left"]) == (1, 1)
    gone = care_of(people["chen"])
    assert (gone.is_open, gone.ending, gone.until) == (False, "mistake", gone.since)
    assert served_by(people["chen"]) == [(house.station.name, False)]
    assert care_of(people["huang"]).is_open
    assert brought(desk, house, CHEN).counts["created"] == 1
    assert care_of(people["chen"]).pk != gone.pk


def test_what_is_wrong_is_said_at_the_cell(desk: Desk, house: factories.House, people: dict[str, Person]) -> None:
    factories.person("李明", house.department, staff_number="2002")
    factories.person("王五", house.department, staff_number="1003", employment="deceased")
    held = factories.person("赵六", house.department, staff_number="1004", birth_date=date(1970, 1, 1))
    clerk = factories.actor((*CLERK, "people.edit"), house.root)
    do(
        clerk,
        "custody.agreement.sign",
        opened(clerk, held, house.station),
        Sign("老 1", date(2026, 1, 1), date(2026, 12, 31)),
    )
    rows = [
        row(name="陈桂芳"), row(**{**OK, "staff": "9999"}), row(**{**OK, "name": "陈桂方"}),
        row(name="陈桂芳", staff="1001"), row(name="王五", staff="1003", category="病休", since="2025-01-01"),
        row(**{**OK, "doc": "110101196407150014"}), row(**{**OK, "clerk": "李明"}), row(**{**OK, "clerk": "没有此人"}),
        row(**{**OK, "since": "1960-01-01"}), row(**{**OK, "category": "不知道"}), row(**{**OK, "since": "2099-01-01"}),
        row(**{**OK, "no": "托 1"}), row(**{**OK, "no": "托 1", "a": "2026-05-01", "b": "2026-04-01"}),
        row(name="赵六", staff="1004", since="2020-02-02"),
        row(name="赵六", staff="1004", no="托 9", a="2026-05-01", b="2026-06-01"),
        row(name="赵六", staff="1004", no="老 1", a="2026-05-01", b="2026-06-01"), row(**{**OK, "pay": "-3"}),
    ]  # fmt: skip
    batch = desk.check(sheet(*rows, header=HEADER), organization=house.station.uid)
    told = " ".join(str(one.issues) for one in staged(batch, "error"))
    assert batch.counts["error"] == len(rows), [(one.number, one.issues) for one in staged(batch)]
    for words in (
        "工号和证件号码至少填一个", "没有找到这个人", "与系统里的姓名“陈桂芳”不一致", "新建托管档案要填“类别”", "新建托管档案要填“进入日期”",
        "此人已去世", "属于两个不同的人", "有不止一个人叫“李明”", "没有找到“没有此人”", "进入日期早于出生日期", "登记协议要填编号",
        "到期日期早于起始日期", "档案里的进入日期是", "的期限重叠", "协议 老 1 登记的是",
    ):  # fmt: skip
        assert words in told, words


def test_a_clerk_brings_in_whom_they_reach_and_no_allowance(client: Client, house: factories.House) -> None:
    client.force_login(factories.account("zhan", "workstation_clerk", house.station))
    factories.person("陈桂芳", house.station, staff_number="1001", birth_date=date(1966, 3, 12))
    factories.person("张伟", house.department, staff_number="2009")
    rows = [
        ("陈桂芳", "1001", None, "病休", "2025-01-01", *[None] * 6, "2080", None, None, None),
        ("张伟", "2009", None, "病休", "2025-01-01", *[None] * 10),
    ]
    batch = Desk(client, "custody.care").check(sheet(*rows, header=HEADER), organization=house.station.uid)
    told = [str(one.issues) for one in staged(batch, "error")]
    assert len(told) == 2
    assert "您没有核定补贴的权限" in told[0]
    assert "没有找到这个人，或不在您的管理范围内" in told[1]


def test_served_elsewhere_is_handed_over_and_not_imported(
    desk: Desk, house: factories.House, people: dict[str, Person]
) -> None:
    other = factories.organization("城南工作站", kind="workstation", parent=house.root)
    clerk = factories.actor((*CLERK, "people.edit"), house.root)
    opened(clerk, people["chen"], other)
    batch = desk.check(sheet(CHEN, header=HEADER), organization=house.station.uid)
    (one,) = staged(batch, "error")
    assert "移交工作站" in str(one.issues)


def test_amounts_that_another_brought_are_shown_to_those_alone_who_may_see_allowances(
    desk: Desk, house: factories.House, people: dict[str, Person]
) -> None:
    batch = brought(desk, house, CHEN)
    later = brought(desk, house, FILLED_IN[0])
    station = Client()
    station.force_login(factories.account("zhan", "workstation_clerk", house.station))
    for one in (batch, later):
        page = station.get(f"/imports/{one.uid}/")
        assert page.status_code == 200
        assert "2,100.50" not in page.content.decode()
        assert "2100.5" not in page.content.decode()
        assert station.get(f"/imports/{one.uid}/original/").status_code == 404
        assert desk.client.get(f"/imports/{one.uid}/original/").status_code == 200
    assert Desk(station, "custody.care").undo(later).counts["left"] == 1
    assert care_of(people["chen"]).allowance == Decimal("2100.50")
