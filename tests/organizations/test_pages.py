"""The pages: chart, list, record, forms; what they show to whom."""

import re
import uuid
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from tests import factories
from tests.organizations.helpers import again
from zhibu.apps.organizations import chart, headcounts, panels
from zhibu.apps.organizations.models import Cover, Organization, Term
from zhibu.apps.people.models import Affiliation, Person
from zhibu.kernel.actions import all_actions

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> factories.House:
    made = factories.house()
    factories.person("张伟", made.department, party=made.east)
    factories.person("李娜", made.root, party=made.west)
    factories.person("王芳", made.station)
    return made


def signed_in(role: str, at: Organization) -> Client:
    client = Client()
    client.force_login(factories.account(f"{role}-{uuid.uuid4().hex[:6]}", role, at))
    return client


@pytest.fixture
def organizer(house: factories.House) -> Client:
    return signed_in("organization_department", house.root)


@pytest.fixture
def secretary(house: factories.House) -> Client:
    return signed_in("branch_secretary", house.east)


def text_of(response: Any) -> str:
    return response.content.decode()


def submit(client: Client, action_code: str, obj: Any = None, /, **fields: Any) -> Any:
    args = [action_code, obj.uid] if obj is not None else [action_code]
    url = reverse("action-on" if obj is not None else "action", args=args)
    return client.post(url, {"key": str(uuid.uuid4()), "rev": getattr(obj, "rev", ""), **fields})


def test_head_counts_add_up_over_the_subtree(house) -> None:
    heads = headcounts.heads([house.root.path])
    assert heads[house.root.path] == headcounts.Heads(people=3, members=2, staff=2)
    assert heads[house.committee.path].words("committee") == "党员 2"
    assert heads[house.department.path].words("department") == "人员 1"
    assert headcounts.heads([house.east.path]) == {house.east.path: headcounts.Heads(members=1)}


def works(person: Person, organization: Organization) -> None:
    Affiliation.objects.create(person=person, organization=organization, kind="administrative", since=date(2020, 1, 1))


def test_a_department_counts_who_works_there_wherever_their_record_is_kept(house) -> None:
    office = factories.organization("机修车间", "department", house.root)
    for name in ("甲", "乙"):  # kept by the unit, as rosters write it
        works(factories.person(name, house.root), office)
    works(factories.person("丙", office), house.department)  # kept here, works elsewhere
    counts = headcounts.heads([house.root.path])
    assert counts[office.path].words("department") == "人员 2"
    assert counts[house.department.path].words("department") == "人员 2"
    rows = headcounts.with_heads(Organization.objects.system("test").filter(kind__in=["department", "unit"]))
    assert {row.name: row.heads for row in rows} == {"东江实业": 6, "综合部": 2, "机修车间": 2}


def test_without_a_provider_nothing_is_counted(monkeypatch) -> None:
    monkeypatch.setattr(headcounts, "_counter", [])
    assert headcounts.heads(["0000"]) == {}


def test_the_chart_shows_the_tree_with_its_people(organizer, house) -> None:
    page = text_of(organizer.get(reverse("organization-chart")))
    for name in ("东江实业", "东江实业党委", "东山支部", "西湾支部", "江北工作站", "综合部"):
        assert name in page
    assert "人员 3 · 党员 2" in page
    assert "style=" not in page.split("<main", 1)[1]


def test_the_chart_of_a_secretary_is_their_branch(secretary, house) -> None:
    page = text_of(secretary.get(reverse("organization-chart"))).split("<main", 1)[1]
    assert "东山支部" in page
    assert "西湾支部" not in page
    assert "综合部" not in page


def test_a_chart_costs_the_same_whatever_is_in_it(house, django_assert_num_queries) -> None:
    actor = factories.actor(["organizations.view"], house.root)
    with django_assert_num_queries(2):
        chart.chart(actor)
    for number in range(30):
        factories.organization(f"第{number}支部", "branch", house.committee)
    with django_assert_num_queries(2):
        chart.chart(actor)


def test_searching_marks_the_hits_and_opens_the_way_to_them(organizer, house) -> None:
    page = text_of(organizer.get(reverse("organization-chart"), {"q": "东山"})).split("<main", 1)[1]
    assert "<mark>东山支部</mark>" in page
    assert "东江实业党委" in page
    assert "西湾支部" not in page
    assert "找到 1 个组织" in page
    nothing = text_of(organizer.get(reverse("organization-chart"), {"q": "没有这个"}))
    assert "没有符合的组织" in nothing


def test_dissolved_organisations_are_on_the_chart_on_demand_only(organizer, house) -> None:
    Organization.objects.system("test").filter(pk=house.west.pk).update(dissolved_on=localdate())
    assert "西湾支部" not in text_of(organizer.get(reverse("organization-chart")))
    assert "西湾支部" in text_of(organizer.get(reverse("organization-chart"), {"dissolved": "1"}))


def test_a_large_tree_comes_by_levels_and_the_rest_when_it_is_opened(organizer, house, monkeypatch) -> None:
    monkeypatch.setattr(chart, "WHOLE", 5)
    page = text_of(organizer.get(reverse("organization-chart"))).split("<main", 1)[1]
    assert "东江实业党委" in page
    assert "东山支部" not in page
    below = reverse("organization-chart-below", args=[house.committee.uid])
    assert below in page  # without JavaScript a page of its own
    branch = reverse("organization-chart-branch", args=[house.committee.uid])
    assert f'hx-get="{branch}"' in page
    fragment = text_of(organizer.get(branch, headers={"HX-Request": "true"}))
    assert fragment.startswith("<ul")
    assert "东山支部" in fragment
    assert organizer.get(branch).headers["Location"] == below
    monkeypatch.setattr(chart, "WHOLE", 300)
    assert "东山支部" in text_of(organizer.get(below))


def test_the_chart_prints_with_everything_open(organizer, house) -> None:
    page = text_of(organizer.get(reverse("organization-chart"), {"print": "1"}))
    assert "东山支部" in page
    assert "data-print" in page
    assert not re.search(r"<details(?! open)", page)


def test_another_subtree_is_not_there(secretary, house) -> None:
    for name in (
        "organizations-record",
        "organizations-history",
        "organization-chart-below",
        "organization-chart-branch",
    ):
        assert secretary.get(reverse(name, args=[house.west.uid])).status_code == 404, name
    for code in ("edit", "move", "dissolve", "reorder"):
        url = reverse("action-on", args=[f"organizations.organization.{code}", house.west.uid])
        assert secretary.get(url).status_code == 404, code
        assert secretary.post(url, {"key": str(uuid.uuid4()), "name": "改名"}).status_code == 404, code
    assert again(house.west).name == "西湾支部"


def test_a_stranger_sees_no_chart(house) -> None:
    assert signed_in("member", house.east).get(reverse("organization-chart")).status_code == 404


def test_the_list_counts_every_subtree_in_one_query(organizer, house) -> None:
    page = text_of(organizer.get(reverse("organizations")))
    row = re.search(r"<tr>(?:(?!</tr>).)*东江实业党委</a>.*?</tr>", page, re.S)
    assert row is not None
    assert re.search(r'class="num"[^>]*>2<', row.group())
    with CaptureQueriesContext(
        connection,
    ) as few:
        organizer.get(reverse("organizations"))
    for number in range(15):
        factories.organization(f"第{number}支部", "branch", house.committee)
    with CaptureQueriesContext(connection) as many:
        organizer.get(reverse("organizations"))
    assert len(many) == len(few)


def test_the_list_is_filtered_by_kind_state_region_and_place(organizer, house) -> None:
    Organization.objects.system("test").filter(pk=house.west.pk).update(dissolved_on=localdate(), region="西湾片区")

    def names(**filters: str) -> set[str]:
        page = text_of(organizer.get(reverse("organizations"), filters))
        return set(re.findall(r'<th scope="row"><a [^>]*>([^<]*)</a>', page))

    assert names(kind="workstation") == {"江北工作站"}
    assert names(state="dissolved") == {"西湾支部"}
    assert "西湾支部" not in names(state="open")
    assert names(region="西湾") == {"西湾支部"}
    assert names(below=str(house.committee.uid)) == {"东江实业党委", "东山支部", "西湾支部"}
    assert names(q="综合") == {"综合部"}


def test_the_export_has_what_the_list_shows(organizer, house) -> None:
    response = organizer.post(reverse("organizations-export"))
    assert response.status_code == 200
    assert response.content[:2] == b"PK"


def test_the_record_tells_where_it_stands_and_what_is_below(organizer, house) -> None:
    Cover.objects.create(organization=house.station, covered=house.east, since=date(2024, 1, 1))
    Term.objects.create(organization=house.committee, number=2, since=date(2020, 1, 1), until=date(2025, 1, 1))
    page = text_of(organizer.get(house.committee.get_absolute_url()))
    assert "东江实业" in page
    assert "东山支部" in page
    assert "已届满，应换届" in page
    assert reverse("organizations-history", args=[house.committee.uid]) in page
    assert "江北工作站" in text_of(organizer.get(house.east.get_absolute_url()))


def test_a_joint_branch_of_six_units_is_flagged_on_its_page(organizer, house) -> None:
    for number in range(6):
        unit = factories.organization(f"第{number}分公司", "unit", house.root)
        Cover.objects.create(organization=house.east, covered=unit, since=date(2024, 1, 1))
    assert "一般不超过 5 个" in text_of(organizer.get(house.east.get_absolute_url()))


def test_a_secretary_reads_the_names_above_but_cannot_follow_them(secretary, house) -> None:
    page = text_of(secretary.get(house.east.get_absolute_url())).split("<main", 1)[1]
    assert "东江实业党委" in page
    assert house.committee.get_absolute_url() not in page
    assert "西湾支部" not in page


def test_other_apps_add_their_panels(organizer, house, monkeypatch) -> None:
    monkeypatch.setattr(panels._registered, "_providers", [])
    panels.register(20, lambda request, organization: None)
    page = text_of(organizer.get(house.east.get_absolute_url()))
    assert "领导班子一览" not in page

    @lambda provider: panels.register(10, provider)
    def leaders(request: Any, organization: Organization) -> panels.Panel:
        return panels.Panel("领导班子一览", "ui/parts/facts.html", {}, links=(("任职", "/somewhere/"),))

    assert leaders is not None
    page = text_of(organizer.get(house.east.get_absolute_url()))
    assert "领导班子一览" in page
    assert 'href="/somewhere/"' in page


def test_a_branch_is_founded_moved_and_dissolved_with_the_browser_alone(organizer, house) -> None:
    form = text_of(
        organizer.get(reverse("action", args=["organizations.organization.create"]), {"parent": house.committee.uid})
    )
    assert re.search(rf'value="{house.committee.uid}" selected', form)
    response = submit(
        organizer,
        "organizations.organization.create",
        parent=house.committee.uid,
        kind="general_branch",
        name="东部党总支",
    )
    general = Organization.objects.system("test").get(name="东部党总支")
    assert response.headers["Location"] == general.get_absolute_url()
    submit(organizer, "organizations.organization.move", house.east, parent=general.uid, reason="调整")
    assert again(house.east).parent == general
    submit(organizer, "organizations.organization.dissolve", general, on="2024-01-01", reason="合并")
    assert again(general).dissolved_on is None  # 东山支部 stands under it
    submit(organizer, "organizations.organization.move", again(house.east), parent=house.committee.uid, reason="调整")
    submit(organizer, "organizations.organization.dissolve", again(general), on="2024-01-01", reason="合并")
    assert again(general).dissolved_on == date(2024, 1, 1)
    submit(organizer, "organizations.organization.reopen", again(general), reason="办错")
    assert again(general).dissolved_on is None


def test_nobody_is_left_behind_in_a_dissolved_branch(organizer, house) -> None:
    response = submit(organizer, "organizations.organization.dissolve", house.west, on="2024-01-01", reason="合并")
    assert response.status_code == 422
    assert "还有 1 条人员关系在本组织" in text_of(response)
    Affiliation.objects.system("test").filter(organization=house.west).update(until=date(2024, 1, 1))
    factories.account("xi", "branch_secretary", house.west)
    response = submit(organizer, "organizations.organization.dissolve", house.west, on="2024-01-01", reason="合并")
    assert response.status_code == 422
    assert again(house.west).dissolved_on is None


def test_a_refusal_stands_at_its_field_and_nothing_is_written(organizer, house) -> None:
    response = submit(
        organizer, "organizations.organization.create", parent=house.committee.uid, kind="unit", name="分公司"
    )
    assert response.status_code == 422
    assert "单位不能设在党委之下" in text_of(response)
    assert not Organization.objects.system("test").filter(name="分公司").exists()


def test_a_forged_parent_is_refused(house) -> None:
    east_only = signed_in("organization_department", house.east)
    response = submit(
        east_only, "organizations.organization.create", parent=house.west.uid, kind="group", name="第一党小组"
    )
    assert response.status_code == 422
    assert not Organization.objects.system("test").filter(name="第一党小组").exists()


def test_drop_downs_offer_what_fits_and_is_in_reach(organizer, house) -> None:
    page = text_of(organizer.get(reverse("action-on", args=["organizations.organization.move", house.station.uid])))
    options = set(re.findall(r'<option value="([0-9a-f-]{36})"', page))
    assert options == {str(house.department.uid)}  # the root is its parent already


def test_two_clerks_edit_one_organisation_and_the_second_sees_it(organizer, house) -> None:
    fields = {"kind": "branch", "name": "东山第一支部", "code": house.east.code}
    assert submit(organizer, "organizations.organization.edit", house.east, **fields).status_code == 302
    second = submit(organizer, "organizations.organization.edit", house.east, **{**fields, "name": "东山第二支部"})
    assert second.status_code == 409
    assert again(house.east).name == "东山第一支部"


def test_the_page_of_every_act_opens_and_states_its_consequence(organizer, house) -> None:
    cover = Cover.objects.create(organization=house.station, covered=house.east, since=date(2024, 1, 1))
    term = Term.objects.create(organization=house.east, number=3, since=date(2020, 1, 1), until=date(2023, 1, 1))
    targets = {"organizations.Organization": house.east, "organizations.Cover": cover, "organizations.Term": term}
    ours = [action for action in all_actions() if action.code.startswith("organizations.")]
    assert len(ours) == 14
    for action in ours:
        args = [action.code] if action.target == "none" else [action.code, targets[action.model].uid]
        page = organizer.get(reverse("action" if action.target == "none" else "action-on", args=args))
        assert page.status_code == 200, action.code
        assert action.label in text_of(page), action.code


def test_the_terms_of_a_committee_are_kept_with_the_browser_alone(organizer, house) -> None:
    submit(organizer, "organizations.term.register", house.committee, number="2", since="2020-03-01")
    term = Term.objects.system("test").get(organization=house.committee)
    assert (term.number, term.until) == (2, date(2025, 3, 1))
    assert "organizations.term.register" not in text_of(organizer.get(house.committee.get_absolute_url()))
    inbox = text_of(organizer.get(reverse("inbox")))
    assert "东江实业党委 换届" in inbox
    submit(organizer, "organizations.term.renew", term, number="3", since="2025-03-01")
    assert Term.objects.system("test").get(organization=house.committee, number=3).until == date(2030, 3, 1)
    assert "东江实业党委 换届" not in text_of(organizer.get(reverse("inbox")))


def test_a_cover_is_begun_and_ended_with_the_browser_alone(organizer, house) -> None:
    submit(organizer, "organizations.cover.add", house.station, covered=house.east.uid, since="2024-01-01")
    cover = Cover.objects.system("test").get(organization=house.station)
    submit(organizer, "organizations.cover.end", cover, on="2024-07-01")
    cover.refresh_from_db()
    assert cover.until == date(2024, 7, 1)


def test_nonsense_in_the_address_and_the_form_is_answered_in_words(organizer, house) -> None:
    create = "organizations.organization.create"
    for parent in ("", "1", "nonsense", str(uuid.uuid4())):
        assert submit(organizer, create, parent=parent, kind="branch", name="甲").status_code == 422, parent
    assert submit(organizer, create, parent=house.committee.uid, kind="club", name="甲").status_code == 422
    response = submit(organizer, create, parent=house.committee.uid, kind="branch", name="甲" * 101)
    assert response.status_code == 422
    assert organizer.get(reverse("action", args=[create]), {"parent": "nonsense"}).status_code == 200
    for name in ("<b>粗</b>支部", "O'Brien 支部", "𠮷䶮支部"):
        assert submit(organizer, create, parent=house.committee.uid, kind="branch", name=name).status_code == 302, name
    page = text_of(organizer.get(reverse("organization-chart"), {"q": "支部"}))
    assert "<b>粗</b>" not in page
    assert "𠮷䶮支部" in page
