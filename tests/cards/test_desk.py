"""The identify desk: what a tap tells, to whom, and what it keeps to itself."""

import re
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from tests import factories
from tests.cards.helpers import card, reader
from zhibu.apps.cards import panels, rules
from zhibu.apps.cards.models import Tap
from zhibu.apps.people.models import Affiliation, Person
from zhibu.kernel import audit
from zhibu.kernel.crypto import mask_identity
from zhibu.kernel.ui.parts import Fact

pytestmark = pytest.mark.django_db
NUMBER = "110101195803122248"


@pytest.fixture
def chen(house: factories.House) -> Person:
    made = factories.person(
        "陈桂芳", house.root, party=house.east, identity=NUMBER, sex="2", birth_date=date(1958, 3, 12)
    )
    Affiliation.objects.create(person=made, organization=house.station, kind="service", since=factories.LONG_AGO)
    return made


@pytest.fixture
def desk(client: Client, house: factories.House) -> Client:
    reader(house.root, "dec")
    client.force_login(factories.account("gongzuozhan", "workstation_clerk", house.station))
    return client


def tap(client: Client, raw: str, **more: Any) -> str:
    """Tap as the page's script does and return what is shown, as words."""
    body = {"raw": raw, "key": str(uuid.uuid4()), "source": "wedge", **more}
    answer = client.post(reverse("desk"), body, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return answer.content.decode()


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def last() -> Tap:
    found: Tap = Tap.objects.system("test").order_by("-pk")[0]
    return found


def test_a_tap_shows_the_person_and_only_what_the_clerk_may_see(
    desk: Client, house: factories.House, chen: Person
) -> None:
    card(house.root, "04A1B2C3", chen)
    html = tap(desk, "0077705923")
    shown = words(html)
    for told in ("陈桂芳", "卡有效", "女", "人员类别", "江北工作站", "改联系方式"):
        assert told in shown, told
    # a workstation clerk sees neither the number, masked or whole, nor the branch beside the station
    for kept in (NUMBER, mask_identity(NUMBER), "东山支部", "1958-03-12"):
        assert kept not in html, kept
    assert (last().outcome, last().person, last().organization) == (rules.IDENTIFIED, chen, house.station)
    assert "陈桂芳" in audit.history("cards.Tap", str(last().pk))[0].summary


def test_the_number_is_masked_for_those_who_see_the_identity_group(
    client: Client, house: factories.House, chen: Person
) -> None:
    reader(house.root, "dec")
    card(house.root, "04A1B2C3", chen)
    client.force_login(factories.account("zuzhi", "organization_department", house.root))
    html = tap(client, "0077705923")
    assert mask_identity(NUMBER) in html
    assert NUMBER not in html


@pytest.mark.parametrize(
    ("state", "told"),
    [("lost", "已挂失的卡"), ("returned", "已收回的卡"), ("destroyed", "已作废的卡"), ("blank", "空白卡"), ("expired", "过期的卡"),
     ("replaced", "已换新的旧卡")],
)  # fmt: skip
def test_a_card_that_is_no_good_says_so_and_names_nobody(
    desk: Client, house: factories.House, chen: Person, state: str, told: str
) -> None:
    more: dict[str, Any] = {"state": state} if state not in {"expired", "replaced"} else {}
    if state == "expired":
        more["valid_to"] = localdate() - timedelta(days=1)
    if state == "replaced":
        more = {"state": "destroyed", "replaced_by": card(house.station, holder=chen)}
    card(house.station, "04A1B2C3", None if state == "blank" else chen, **more)
    html = tap(desk, "0077705923")
    assert told in html
    assert 'role="alert"' in html
    assert rules.MEANINGS[state].next_step in html
    assert "陈桂芳" not in html
    assert (last().outcome, last().tail) == (state, "5923")


def test_a_card_is_good_on_its_last_day(desk: Client, house: factories.House, chen: Person) -> None:
    card(house.root, "04A1B2C3", chen, valid_to=localdate())
    assert "陈桂芳" in tap(desk, "0077705923")


@pytest.mark.parametrize("state", ["active", "lost", "returned", "blank"])
def test_of_cards_elsewhere_nothing_is_told_not_even_their_state(
    desk: Client, house: factories.House, state: str
) -> None:
    stranger = factories.person("张伟", house.department, party=house.west)
    card(house.department, "04A1B2C3", None if state == "blank" else stranger, state=state)
    html = tap(desk, "0077705923")
    assert "不在服务范围" in html
    for kept in ("张伟", "综合部", "挂失", "收回", "空白"):
        assert kept not in html, kept
    assert (last().outcome, last().person) == (rules.ELSEWHERE, None)


@pytest.mark.parametrize(
    ("state", "told"), [("active", "不在服务范围"), ("lost", "已挂失的卡"), ("returned", "已收回的卡")]
)
def test_a_stopped_card_that_is_kept_here_is_told_to_be_stopped_whoever_had_it(
    desk: Client, house: factories.House, state: str, told: str
) -> None:
    stranger = factories.person("张伟", house.department, party=house.west)  # moved away, or died
    card(house.station, "04A1B2C3", stranger, state=state)
    html = tap(desk, "0077705923")
    assert told in html
    assert "张伟" not in html
    assert last().person is None


def test_unknown_and_unreadable_are_told_apart_and_logged(desk: Client) -> None:
    assert "没有登记的卡" in tap(desk, "0000012345")
    assert last().outcome == rules.UNKNOWN
    assert "没有读懂卡号" in tap(desk, "<script>x</script>")
    assert last().outcome == rules.UNREADABLE
    count = Tap.objects.system("test").count()
    assert "没有读到卡号" in tap(desk, "   ")
    assert Tap.objects.system("test").count() == count


def test_what_a_reader_types_is_never_taken_for_a_printed_number(
    desk: Client, house: factories.House, chen: Person
) -> None:
    card(house.root, "0400FFFF", chen, number="0077705923")
    assert "没有登记的卡" in tap(desk, "0077705923")
    assert "陈桂芳" in tap(desk, "0077705923", source="typed")
    card(house.root, "04A1B2C3", factories.person("李四", house.station))
    html = tap(desk, "0077705923", source="typed")
    assert "陈桂芳" not in html
    assert "没有读懂卡号" in html


def test_the_same_tap_sent_twice_counts_once(desk: Client, house: factories.House, chen: Person) -> None:
    card(house.root, "04A1B2C3", chen)
    key = str(uuid.uuid4())
    assert "陈桂芳" in tap(desk, "0077705923", key=key)
    assert "陈桂芳" in tap(desk, "0077705923", key=key)
    assert Tap.objects.system("test").count() == 1


def test_without_script_the_result_has_an_address_that_forgets(
    desk: Client, house: factories.House, chen: Person
) -> None:
    card(house.root, "04A1B2C3", chen)
    answer = desk.post(reverse("desk"), {"raw": "0077705923", "key": str(uuid.uuid4())})
    assert answer.status_code == 302
    page = desk.get(answer.url).content.decode()
    assert "陈桂芳" in page
    assert "清除，请刷下一张卡" in page
    Tap.objects.system("test").update(at=timezone.now() - timedelta(minutes=5))
    assert "陈桂芳" not in desk.get(answer.url).content.decode()
    Tap.objects.system("test").update(at=timezone.now())
    other = Client()
    other.force_login(factories.account("bieren", "workstation_clerk", house.station))
    assert "陈桂芳" not in other.get(answer.url).content.decode()


def test_somebody_without_a_card_is_found_by_name_and_that_is_logged(
    desk: Client, house: factories.House, chen: Person
) -> None:
    page = desk.get(reverse("desk"), {"q": "陈桂芳"}).content.decode()
    url = reverse("desk-open", args=[chen.uid])
    assert url in page
    answer = desk.post(url, {"key": str(uuid.uuid4())})
    page = desk.get(answer.url).content.decode()
    assert "按姓名查找，没有刷卡，请核对身份证件" in words(page)
    assert (last().source, last().person) == ("name", chen)
    stranger = factories.person("陈桂", house.department)
    assert reverse("desk-open", args=[stranger.uid]) not in desk.get(reverse("desk"), {"q": "陈桂"}).content.decode()
    assert desk.post(reverse("desk-open", args=[stranger.uid]), {"key": str(uuid.uuid4())}).status_code == 404


def test_a_branch_secretary_has_the_same_desk_for_the_branch(
    client: Client, house: factories.House, chen: Person
) -> None:
    reader(house.root, "dec")
    card(house.root, "04A1B2C3", chen)
    card(house.root, "04A1B2C4", factories.person("王五", house.root, party=house.west))
    client.force_login(factories.account("shuji", "branch_secretary", house.east))
    assert "身份识别 · 东山支部" in client.get(reverse("desk")).content.decode()
    assert "陈桂芳" in tap(client, "0077705923")
    assert "王五" not in tap(client, "0077705924")


def test_nobody_else_has_a_desk(client: Client, house: factories.House) -> None:
    client.force_login(factories.account("dangan", "archivist", house.root))
    assert client.get(reverse("desk")).status_code == 404
    assert client.post(reverse("desk"), {"raw": "1", "key": str(uuid.uuid4())}).status_code == 404


def test_other_apps_add_their_panel(
    desk: Client, house: factories.House, chen: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panels, "_providers", [])
    card(house.root, "04A1B2C3", chen)

    def dues(person: Person, actor: Any, today: date) -> panels.Panel:
        return panels.Panel(
            (Fact("党费", "已交到本月"), Fact("空的", "")),
            (("1 份文件待阅", "due"),),
            (panels.Button("登记党费", "/"),),
        )

    panels.register(1, dues)
    panels.register(2, lambda person, actor, today: None)
    html = tap(desk, "0077705923")
    for told in ("已交到本月", "1 份文件待阅", "登记党费"):
        assert told in html
    assert "空的" not in html


def test_the_log_names_people_only_to_those_who_reach_them(
    client: Client, house: factories.House, chen: Person
) -> None:
    reader(house.root, "dec")
    card(house.root, "04A1B2C3", chen)
    client.force_login(factories.account("gongzuozhan", "workstation_clerk", house.station))
    tap(client, "0077705923")
    page = words(client.get(reverse("card-taps")).content.decode())
    assert "陈桂芳" in page
    Affiliation.objects.system("test").filter(person=chen, kind="service").update(until=localdate())
    assert "陈桂芳" not in words(client.get(reverse("card-taps")).content.decode())
    assert "陈桂芳" not in words(client.get(reverse("card-taps-record", args=[last().uid])).content.decode())
