"""Terms of office with their reminders, and what joint branches and workstations look after."""

from datetime import date

import pytest
from dateutil.relativedelta import relativedelta
from django.utils.timezone import localdate

from tests import factories
from tests.organizations.helpers import ALL, do
from zhibu.apps.organizations import queries
from zhibu.apps.organizations.models import Cover, Term
from zhibu.kernel import audit
from zhibu.kernel.actions import Refused, available

pytestmark = pytest.mark.django_db

REGISTER, RENEW, CORRECT, CLOSE = (f"organizations.term.{name}" for name in ("register", "renew", "correct", "close"))


@pytest.fixture
def chief(house: factories.House):
    return factories.actor(ALL, house.root)


def test_the_end_of_a_term_follows_from_the_regulation(house, chief) -> None:
    branch = do(REGISTER, chief, house.east, number=4, since=date(2024, 3, 1))
    assert branch.until == date(2027, 3, 1)
    village = do(REGISTER, chief, house.west, number=1, since=date(2024, 3, 1), village=True)
    assert village.until == date(2029, 3, 1)
    committee = do(REGISTER, chief, house.committee, number=2, since=date(2024, 2, 29))
    assert committee.until == date(2029, 2, 28)
    assert audit.history("organizations.Organization", str(house.east.pk))[0].summary == "登记东山支部 第 4 届"


def test_the_superior_may_have_agreed_to_another_end(house, chief) -> None:
    term = do(REGISTER, chief, house.east, number=4, since=date(2022, 3, 1), until=date(2025, 9, 1))
    assert term.until == date(2025, 9, 1)


def test_units_have_no_terms(house, chief) -> None:
    with pytest.raises(Refused, match="才登记任期"):
        do(REGISTER, chief, house.department, number=1, since=date(2024, 3, 1))


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ({"number": 4, "since": date(2999, 1, 1)}, "since", "任期起不能晚于今天"),
        ({"number": 4, "since": date(2024, 3, 1), "until": date(2024, 3, 1)}, "until", "任期止应晚于任期起"),
        ({"number": 0, "since": date(2024, 3, 1)}, "number", "届次从 1 开始"),
        ({"number": 3, "since": date(2024, 3, 1)}, "number", "第 3 届已经登记"),
        ({"number": 4, "since": date(2021, 3, 1)}, "since", "与第 3 届（至 2023-05-01）重叠"),
        ({"number": 2, "since": date(2019, 3, 1)}, "until", "与第 3 届（自 2020-05-01）重叠"),
        ({"number": 1, "since": date(2005, 3, 1)}, "since", "任期起早于组织成立日期"),
    ],
)
def test_terms_that_cannot_be(house, chief, data, field, words) -> None:
    Term.objects.create(
        organization=house.east, number=3, since=date(2020, 5, 1), until=date(2023, 5, 1), closed_on=date(2023, 5, 1)
    )
    with pytest.raises(Refused, match=words) as refused:
        do(REGISTER, chief, house.east, **data)
    assert refused.value.field == field


def test_only_one_term_runs(house, chief) -> None:
    do(REGISTER, chief, house.east, number=4, since=date(2024, 3, 1))
    with pytest.raises(Refused, match="已有一届尚未结束"):
        do(REGISTER, chief, house.east, number=5, since=localdate())


def test_an_election_closes_the_old_term_on_the_day_the_new_one_begins(house, chief) -> None:
    old = do(REGISTER, chief, house.east, number=4, since=localdate() - relativedelta(years=3))
    new = do(RENEW, chief, old, number=5, since=localdate())
    old.refresh_from_db()
    assert (old.closed_on, new.number, new.until) == (localdate(), 5, localdate() + relativedelta(years=3))
    assert [term.number for term in queries.terms_of(chief, house.east)] == [5, 4]


def test_a_term_far_from_its_end_is_not_renewed_but_may_be_closed(house, chief) -> None:
    term = do(REGISTER, chief, house.east, number=4, since=localdate() - relativedelta(months=3))
    assert [action.code for action in available(chief, term)] == [CORRECT, CLOSE]
    with pytest.raises(Refused, match="提前换届请先结束本届"):
        do(RENEW, chief, term, number=5, since=localdate())
    with pytest.raises(Refused, match="结束日期早于任期起"):
        do(CLOSE, chief, term, on=date(2015, 1, 1), reason="提前换届")
    do(CLOSE, chief, term, on=localdate(), reason="提前换届")
    assert do(REGISTER, chief, house.east, number=5, since=localdate()).number == 5


def test_a_correction_keeps_what_was_there_before(house, chief) -> None:
    term = do(REGISTER, chief, house.east, number=4, since=date(2022, 3, 1))
    do(CORRECT, chief, term, number=4, since=date(2022, 3, 1), until=date(2025, 9, 1), reason="上级同意延期")
    line = audit.history("organizations.Organization", str(house.east.pk))[0]
    assert [(c.old, c.new) for c in line.changes] == [("2025-03-01", "2025-09-01")]
    assert line.reason == "上级同意延期"
    with pytest.raises(Refused, match="没有改动"):
        do(CORRECT, chief, term, number=4, since=date(2022, 3, 1), until=date(2025, 9, 1), reason="再来一次")


def test_a_joint_branch_covers_units_and_a_station_covers_branches(house, chief) -> None:
    unit = factories.organization("分公司", "unit", house.root)
    do("organizations.cover.add", chief, house.east, covered=unit, since=date(2024, 1, 1))
    do("organizations.cover.add", chief, house.station, covered=house.east, since=date(2024, 1, 1))
    assert [str(cover.covered) for cover in queries.covers_of(chief, house.east)] == ["分公司"]
    assert [str(cover.organization) for cover in queries.covered_by(chief, house.east)] == ["江北工作站"]


def test_a_sixth_unit_is_let_in_with_a_warning_in_the_trail(house, chief) -> None:
    for number in range(1, 7):
        unit = factories.organization(f"第{number}分公司", "unit", house.root)
        do("organizations.cover.add", chief, house.east, covered=unit, since=date(2024, 1, 1))
    lines = audit.history("organizations.Organization", str(house.east.pk))
    assert "一般不超过 5 个" in lines[0].summary
    assert "一般不超过 5 个" not in lines[1].summary


@pytest.mark.parametrize(
    ("who", "covered", "words"),
    [
        ("east", "west", "党支部只能覆盖单位、部门"),
        ("station", "station", "不能覆盖自己或自己的下级"),
        ("east", "department", "已经覆盖“综合部”"),
    ],
)
def test_covers_that_cannot_be(house, chief, who, covered, words) -> None:
    Cover.objects.create(organization=house.east, covered=house.department, since=date(2020, 1, 1))
    with pytest.raises(Refused, match=words) as refused:
        do(
            "organizations.cover.add",
            chief,
            getattr(house, who),
            covered=getattr(house, covered),
            since=date(2024, 1, 1),
        )
    assert refused.value.field == "covered"


def test_a_cover_ends_on_a_day_and_may_begin_again(house, chief) -> None:
    cover = do("organizations.cover.add", chief, house.station, covered=house.east, since=date(2024, 1, 1))
    with pytest.raises(Refused, match="结束日期早于起始日期"):
        do("organizations.cover.end", chief, cover, on=date(2023, 1, 1))
    do("organizations.cover.end", chief, cover, on=date(2024, 7, 1))
    assert queries.covers_of(chief, house.station) == []
    do("organizations.cover.add", chief, house.station, covered=house.east, since=date(2024, 7, 1))
    assert len(queries.covers_of(chief, house.station)) == 1
