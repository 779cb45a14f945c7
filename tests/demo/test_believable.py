"""The demonstration holds together: what the rules forbid is not in it, and what people try things on is."""

from collections import Counter
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from django.utils.timezone import localdate

from tests.demo.loaded import PEOPLE, account
from zhibu.apps.accounts.permissions import builtin_roles
from zhibu.apps.accounts.queries import actor_for
from zhibu.apps.membership.models import Member
from zhibu.apps.organizations import rules
from zhibu.apps.organizations.models import Cover, Organization, Term
from zhibu.apps.people import queries, record, search
from zhibu.apps.people.models import Affiliation, Person, Post
from zhibu.apps.people.models.person import State
from zhibu.apps.people.rules import check_person
from zhibu.apps.workbench.demo.load import Loaded
from zhibu.kernel import audit
from zhibu.kernel.identity import Identity, parse_identity

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
MEMBERS = {"01", "02"}


def everybody() -> list[Person]:
    return list(Person.objects.system("test").filter(state=State.LIVE))


def days(first: date | None, last: date | None) -> int:
    assert first
    assert last
    return (last - first).days


def open_places() -> list[Affiliation]:
    rows = Affiliation.objects.system("test").filter(until__isnull=True)
    return list(rows.select_related("organization", "person"))


def test_as_many_people_as_asked_for(demo: Loaded) -> None:
    assert len(everybody()) == demo.people == PEOPLE


def test_the_tree_is_the_one_described_and_stands_within_the_rules() -> None:
    rows = list(Organization.objects.system("test").select_related("parent"))
    kinds = Counter(row.kind for row in rows)
    assert {kind: kinds[kind] for kind in ("committee", "general_branch", "branch", "workstation")} == {
        "committee": 1, "general_branch": 3, "branch": 12, "workstation": 8,
    }  # fmt: skip
    wrong = [
        (str(row), found)
        for row in rows
        if (found := rules.placement(rules.Kind(row.kind), rules.Kind(row.parent.kind) if row.parent else None))
    ]
    assert wrong == []
    assert all(row.path.startswith(row.parent.path) for row in rows if row.parent)


def test_a_joint_branch_covers_several_units_and_stations_cover_branches() -> None:
    covers = Counter(str(cover.organization) for cover in Cover.objects.system("test").select_related("organization"))
    assert covers["西湾联合支部"] == 3
    assert sum(number for name, number in covers.items() if name.endswith("工作站")) == 12


def test_everybody_has_one_home_and_every_member_one_branch() -> None:
    homes = Counter(row.person_id for row in open_places() if row.kind == "home")
    party = Counter(row.person_id for row in open_places() if row.kind == "party")
    people = everybody()
    assert [p for p in people if homes[p.pk] != 1] == []
    left = set(Member.objects.system("test").filter(status="transferred_out").values_list("person_id", flat=True))
    assert [p for p in people if party[p.pk] != (p.political_status in MEMBERS and p.pk not in left)] == []
    assert {row.organization.kind for row in open_places() if row.kind == "party"} == {"branch", "group"}


def test_relations_begin_after_birth_and_foundation_and_never_overlap() -> None:
    rows = list(Affiliation.objects.system("test").select_related("organization", "person"))
    today = localdate()
    assert [r for r in rows if r.since > today or r.person.birth_date is None or r.since < r.person.birth_date] == []
    assert [r for r in rows if r.organization.founded_on and r.since < r.organization.founded_on] == []
    single = sorted((r for r in rows if r.kind in {"home", "party"}), key=lambda r: (r.person_id, r.kind, r.since))
    for before, after in pairwise(single):
        if (before.person_id, before.kind) == (after.person_id, after.kind):
            assert before.until is not None
            assert before.until <= after.since


def test_every_identity_number_is_valid_and_says_what_the_record_says() -> None:
    numbered = [person for person in everybody() if person.identity_number]
    assert len(numbered) == PEOPLE - len(queries.duplicates(actor_for(account("zuzhibu"))))
    for person in numbered:
        parsed = parse_identity(person.identity_number or "", localdate())
        assert isinstance(parsed, Identity)
        assert (parsed.birth, parsed.sex) == (person.birth_date, "male" if person.sex == "1" else "female")
        assert parsed.region.startswith("4498"), "a region that exists could be a real person's number"


def test_no_record_contradicts_itself() -> None:
    wrong = {}
    for person in everybody():
        values = {
            f.name: getattr(person, f.attname) for f in person._meta.concrete_fields if f.name != "identity_number"
        }
        if found := check_person(values, localdate()):
            wrong[person.name] = found
    assert wrong == {}


def test_members_joined_as_adults_and_probation_lasts_a_year() -> None:
    members = [p for p in everybody() if p.political_status in MEMBERS]
    assert [p for p in members if days(p.birth_date, p.joined_party_on) < 18 * 365] == []
    assert all(p.full_member_on is None for p in members if p.political_status == "02")
    full = [days(p.joined_party_on, p.full_member_on) for p in members if p.full_member_on]
    assert set(full) <= {365, 366}
    # there were years without a probation
    undated = [p.joined_party_on for p in members if p.political_status == "01" and not p.full_member_on]
    assert all(date(1969, 4, 1) <= day < date(1977, 8, 12) for day in undated)
    assert {p.political_status for p in members} == MEMBERS


def test_posts_of_party_organisations_are_held_by_their_own_full_members() -> None:
    posts = Post.objects.system("test").select_related("person", "organization")
    party = {row.person_id: row.organization.path for row in open_places() if row.kind == "party"}
    held = [post for post in posts if post.organization.kind in rules.PARTY_KINDS]
    assert len({post.organization_id for post in held if post.kind == "secretary"}) == 16
    for post in held:
        assert post.person.political_status == "01"
        assert party[post.person_id].startswith(post.organization.path)


def test_terms_fall_due_at_every_distance() -> None:
    terms = list(Term.objects.system("test").filter(closed_on__isnull=True))
    assert len(terms) == 16
    assert {"6", "3", "1", "overdue", None} == {term.due(localdate()) for term in terms}


def test_there_are_pairs_to_be_found_as_duplicates() -> None:
    pairs = queries.duplicates(actor_for(account("zuzhibu")))
    assert len(pairs) == 3
    assert all(bool(pair.first.identity_number) != bool(pair.second.identity_number) for pair in pairs)


@pytest.mark.parametrize(
    ("typed", "name"), [("张伟", "张伟"), ("zw", "张伟"), ("𠮷", "王𠮷"), ("阿依古丽买", "阿依古丽·买买提")]
)
def test_names_that_trip_systems_up_are_found(typed: str, name: str) -> None:
    found = [person.name for person in search.find(actor_for(account("zuzhibu")), typed)]
    assert name in found


def test_there_is_an_account_for_every_role_and_its_password_opens_it(client: Any, settings: Any) -> None:
    held = {
        row.role.code
        for row in account("admin").assignments.model.objects.system("test").select_related("role", "account")
        if row.account.is_demo
    }
    assert held == {code for code in builtin_roles() if code != "member"}
    assert actor_for(account("dangyuan")).grants == ()
    settings.DEMO = True
    assert sign_in(client) == 302


def sign_in(client: Any) -> int:
    answer = client.post("/login/", {"username": "dangyuan", "password": "zhibu-demo-2026"})
    return int(answer.status_code)


def test_a_password_that_everybody_knows_opens_nothing_outside_a_demonstration(client: Any, settings: Any) -> None:
    settings.DEMO = False
    assert sign_in(client) == 422
    settings.DEMO = True
    assert sign_in(client) == 302
    assert client.get("/").status_code == 200
    settings.DEMO = False
    assert client.get("/").status_code == 302


def test_the_log_in_page_offers_them(client: Any, settings: Any) -> None:
    settings.DEMO = True
    page = client.get("/login/").content.decode()
    assert 'value="shuji"' in page
    assert "东山二支部" in page


def test_histories_tell_of_the_past_and_past_days_show_it() -> None:
    edited = audit.AuditEntry.objects.system("test").filter(action="people.person.edit.contact").order_by("-id")
    entry = next(e for e in edited if audit.with_details([e])[0].changes[0].field == "mobile")
    person = Person.objects.system("test").get(pk=entry.object_id)
    change = audit.with_details([entry])[0].changes[0]
    assert change.new == person.mobile
    past, existed = record.as_of(person, localdate(person.created_at))
    assert existed
    assert past.as_of_values["mobile"] == change.old  # type: ignore[attr-defined]
    assert person.rev > 1


def test_the_trail_is_sealed_and_whole() -> None:
    report = audit.verify()
    assert report.ok
    assert audit.AuditSeal.objects.get(n=1).count > PEOPLE
