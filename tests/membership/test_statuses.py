"""Each change of membership by its rule, with its article; what follows; taken back as a mistake; read as of any day."""

import uuid
from datetime import date
from typing import Any

import pytest
from django.http import Http404
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.acting import post
from tests.membership.helpers import member, reread
from zhibu.apps.accounts.models import RoleAssignment
from zhibu.apps.membership import queries, services
from zhibu.apps.membership.models import Member, MemberChange
from zhibu.apps.membership.services.statuses import MeasureInput, Reverse, StatusInput
from zhibu.apps.people.models import Affiliation, Conduct, Post
from zhibu.kernel.actions import Act, Conflict, Refused, get, perform
from zhibu.kernel.actor import Actor

pytestmark = pytest.mark.django_db
DECIDED = {"decided_on": date(2026, 1, 5), "approved_by": "东江实业党委", "document": "东党〔2026〕3号"}


def do(actor: Actor, one: Member, code: str, on: date, **more: Any) -> Member:
    data = StatusInput(on=on, **more)
    return perform(get(f"membership.member.{code}"), actor, uid=one.uid, data=data).result  # type: ignore[no-any-return]


def measure(actor: Actor, one: Member, kind: str, on: date, **more: Any) -> Member:
    data = MeasureInput(on=on, measure=kind, **{**DECIDED, **more})
    return perform(get("membership.member.discipline"), actor, uid=one.uid, data=data).result  # type: ignore[no-any-return]


def undo(actor: Actor, one: Member) -> None:
    change = MemberChange.objects.system("test").filter(member=one, reversed_by__isnull=True).exclude(kind="reversal")
    last = change.order_by("-pk").first()
    assert last is not None
    perform(get("membership.change.reverse"), actor, uid=last.uid, data=Reverse("登记错了"))


def on(house: factories.House, one: Member, day: date) -> queries.MemberOn | None:
    return next((m for m in queries.members_on(house.east, day) if m.member_id == one.pk), None)


def test_membership_is_suspended_after_six_months_and_ended_two_years_later(
    house: factories.House, li: Member, office: Actor
) -> None:
    do(office, li, "lose", date(2023, 5, 1))
    with pytest.raises(Refused, match="最早 2023-11-01 才满期") as early:
        do(office, li, "suspend", date(2023, 10, 31), ground="lost", **DECIDED)
    assert early.value.field == "on"
    do(office, li, "suspend", date(2023, 11, 1), ground="lost", **DECIDED)
    stopped = on(house, li, date(2024, 1, 1))
    assert stopped is not None
    assert (stopped.has_vote, stopped.ground) == (False, "停止党籍")
    before = on(house, li, date(2023, 10, 1))
    assert before is not None
    assert before.has_vote
    with pytest.raises(Refused, match="最早 2025-11-01"):
        do(office, li, "remove", date(2025, 10, 31), ground="gone", **DECIDED)
    do(office, li, "remove", date(2025, 11, 1), ground="gone", **DECIDED)
    li.person.refresh_from_db()
    assert (reread(li).status, li.person.political_status) == ("removed", "13")
    relation = Affiliation.objects.system("test").get(person=li.person, kind="party")
    assert relation.until == date(2025, 11, 1)
    assert on(house, li, date(2025, 10, 31)) is not None
    assert on(house, li, date(2025, 11, 1)) is None


def test_plain_rows_of_many_branches_say_what_the_members_of_each_say(
    house: factories.House, li: Member, wang: Member, group: Any, office: Actor
) -> None:
    chen = member("陈南", house, full=date(2001, 6, 20))
    gone = member("周北", house, at=house.west, full=date(2001, 6, 20))
    member("赵东", house, at=group, full=date(2001, 6, 20))
    do(office, li, "lose", date(2023, 5, 1))
    do(office, li, "suspend", date(2023, 11, 1), ground="lost", **DECIDED)
    do(office, gone, "go_abroad", date(2024, 2, 1))
    act = Act(office, "membership.test")
    services.move(act, chen, house.west, date(2026, 4, 10))
    services.leave(act, reread(gone), date(2026, 4, 20))
    branches = [house.east.pk, house.west.pk]
    days = [date(2000, 1, 1), date(2023, 6, 1), date(2024, 1, 1), date(2026, 3, 1), date(2026, 4, 15)]
    for day, later in [(one, other) for one in days for other in days if one <= other]:
        then, after = queries.members_on_many(branches, day), queries.members_on_many(branches, later)
        on_day = {(m.person_id, pk, m.status) for pk, rows in then.items() for m in rows}
        held = {person for person, _, _ in on_day}
        came = {(m.person_id, pk, m.status) for pk, rows in after.items() for m in rows if m.person_id not in held}
        found = queries.standing_in(branches, day, later)
        assert (set(found.on), set(found.came)) == (on_day, came), (day, later)
        assert len(found.on) + len(found.came) == len(on_day) + len(came)


def test_abroad_takes_five_years_and_settling_does_not(li: Member, wang: Member, office: Actor) -> None:
    do(office, li, "go_abroad", date(2021, 3, 1))
    with pytest.raises(Refused, match="最早 2026-03-01"):
        do(office, li, "suspend", date(2026, 2, 28), ground="abroad", **DECIDED)
    do(office, li, "suspend", date(2022, 1, 1), ground="settled", **DECIDED)
    do(office, li, "restore", date(2026, 2, 1), **DECIDED)
    assert reread(li).status == "normal"
    with pytest.raises(Refused, match="应先登记失联"):
        do(office, wang, "suspend", date(2026, 5, 1), ground="lost", **DECIDED)


def test_rectification_lasts_a_year_at_most_and_ends_before_persuasion(li: Member, office: Actor) -> None:
    with pytest.raises(Refused, match="最长到 2027-01-10"):
        do(office, li, "rectify", date(2026, 1, 10), until=date(2027, 1, 11), **DECIDED)
    do(office, li, "rectify", date(2026, 1, 10), until=date(2026, 6, 10), **DECIDED)
    with pytest.raises(Refused, match="限期改正期满之后"):
        do(office, li, "persuade", date(2026, 6, 9), ground="unmended", **DECIDED)
    assert do(office, li, "persuade", date(2026, 6, 10), ground="unmended", **DECIDED).status == "persuaded"


def test_observation_takes_the_vote_until_it_ends(
    house: factories.House, li: Member, wang: Member, office: Actor
) -> None:
    with pytest.raises(Refused, match="预备党员不适用"):
        measure(office, wang, "observe", date(2026, 4, 1), until=date(2027, 1, 1))
    with pytest.raises(Refused, match="最长到 2028-01-10"):
        measure(office, li, "observe", date(2026, 1, 10), until=date(2028, 1, 11))
    measure(office, li, "observe", date(2026, 1, 10), until=date(2027, 1, 10), effect_until=date(2029, 1, 10))
    grounds = {day: on(house, li, day) for day in (date(2026, 1, 9), date(2026, 1, 10))}
    assert [one.has_vote for one in grounds.values() if one] == [True, False]
    row = Conduct.objects.system("test").get(person=li.person)
    assert (row.name, row.until, row.decided_by) == ("留党察看", date(2029, 1, 10), "东江实业党委")
    undo(office, li)
    assert reread(li).rights_until is None
    assert Conduct.objects.system("test").get(pk=row.pk).withdrawn_at is not None
    again = on(house, li, date(2026, 2, 1))
    assert again is not None
    assert again.has_vote


def test_expulsion_ends_relation_posts_and_roles_and_is_taken_back(
    house: factories.House, li: Member, office: Actor
) -> None:
    Post.objects.create(person=li.person, organization=house.east, kind="member", since=date(2020, 1, 1))
    account = factories.account("li", "branch_secretary", house.east, of=li.person)
    measure(office, li, "expel", date(2026, 2, 1))
    li.person.refresh_from_db()
    assert (reread(li).status, reread(li).left_on, li.person.political_status) == ("expelled", date(2026, 2, 1), "13")
    assert Post.objects.system("test").get().until == date(2026, 2, 1)
    live = RoleAssignment.live(date.today())
    assert not RoleAssignment.objects.system("test").filter(live, account=account).exists()
    undo(office, li)
    li.person.refresh_from_db()
    assert (reread(li).status, reread(li).left_on, li.person.political_status) == ("normal", None, "01")
    assert Affiliation.objects.system("test").get(person=li.person, kind="party").until is None


def test_only_the_last_change_is_taken_back_and_not_twice(li: Member, office: Actor) -> None:
    do(office, li, "lose", date(2023, 5, 1))
    first = MemberChange.objects.system("test").get()
    do(office, li, "suspend", date(2024, 5, 1), ground="lost", **DECIDED)
    reverse = get("membership.change.reverse")
    with pytest.raises(Refused, match="最近登记的一次"):
        perform(reverse, office, uid=first.uid, data=Reverse("错"))
    undo(office, li)
    perform(reverse, office, uid=first.uid, data=Reverse("错"))
    with pytest.raises(Refused, match="不能在这里撤销"):
        perform(reverse, office, uid=first.uid, data=Reverse("错"))
    assert (reread(li).status, reread(li).status_since) == ("normal", None)


def test_bad_input_is_refused_at_its_field(li: Member, office: Actor) -> None:
    tries: list[tuple[str, date, dict[str, Any], str]] = [
        ("lose", date(2099, 1, 1), {}, "on"),
        ("lose", date(1999, 1, 1), {}, "on"),
        ("remove", date(2026, 1, 10), {**DECIDED}, "ground"),
        ("remove", date(2026, 1, 10), {"ground": "idle", "approved_by": "党委"}, "decided_on"),
        ("remove", date(2026, 1, 10), {"ground": "idle", "decided_on": date(2026, 1, 5)}, "approved_by"),
        ("remove", date(2026, 1, 10), {**DECIDED, "ground": "idle", "approved_on": date(2026, 1, 1)}, "approved_on"),
    ]
    for code, day, more, field in tries:
        with pytest.raises(Refused) as refused:
            do(office, li, code, day, **more)
        assert refused.value.field == field, (code, more)
    with pytest.raises(Refused):
        do(office, li, "find", date(2026, 1, 1))


def test_nobody_decides_on_themselves_two_clerks_and_double_posts(
    house: factories.House, li: Member, office: Actor
) -> None:
    from tests.membership.helpers import CLERK

    own = factories.actor(CLERK, house.root, person_id=li.person_id)
    with pytest.raises(Refused, match="与本人有关"):
        do(own, li, "lose", date(2026, 1, 1))
    west = factories.actor(CLERK, house.west)
    with pytest.raises(Http404):
        do(west, li, "lose", date(2026, 1, 1))
    key, data = uuid.uuid4(), StatusInput(on=date(2026, 1, 1))
    for _ in range(2):
        perform(get("membership.member.lose"), office, uid=li.uid, data=data, key=key, rev=li.rev)
    assert MemberChange.objects.system("test").count() == 1
    with pytest.raises(Conflict):
        perform(get("membership.member.find"), office, uid=li.uid, data=data, rev=li.rev)


def test_the_dead_change_no_more(house: factories.House, office: Actor) -> None:
    gone = member("赵已故", house, full=date(2001, 6, 20))
    from zhibu.apps.people.services.life import LifeInput

    perform(get("people.life.die"), office, uid=gone.person.uid, data=LifeInput(date(2026, 9, 1)))
    with pytest.raises(Refused, match="不能办理登记失联"):
        do(office, gone, "lose", date(2026, 9, 2))
    with pytest.raises(Refused, match="不是党员"):
        measure(office, gone, "warning", date(2026, 9, 2))


def test_the_pages_say_what_follows_and_show_what_happened(clerk: Client, li: Member) -> None:
    url = reverse("action-on", args=["membership.member.remove", li.uid])
    assert "组织关系、党内任职和在党组织的角色同日结束" in clerk.get(url).content.decode()
    sent = {
        "on": "2026-05-01",
        "ground": "idle",
        "decided_on": "2026-04-20",
        "approved_by": "党委",
        "words": "连续六个月不交",
    }
    assert post(clerk, "membership.member.remove", li, **sent).status_code == 302
    html = clerk.get(reverse("members-record", args=[li.uid])).content.decode()
    assert "除名" in html
    assert "连续六个月不交" in html
    assert "第三十一条（六）" in html
    past = clerk.get(reverse("members-as-of", args=[li.uid]), {"day": "2026-04-30"}).content.decode()
    assert "东山支部" in past
    gone = clerk.get(reverse("members-as-of", args=[li.uid]), {"day": "2026-05-01"}).content.decode()
    assert "不是党员" in gone
    assert clerk.get(reverse("members-as-of", args=[li.uid]), {"day": "2099-01-01"}).status_code == 422


def test_a_short_probation_takes_a_reason_and_old_times_need_no_date(clerk: Client, li: Member) -> None:
    sent = {"admitted_on": "2000-06-20", "full_on": "2001-06-19", "first": "张三"}
    page = post(clerk, "membership.member.edit", li, **sent)
    assert page.status_code == 422
    assert "最早 2001-06-20 转正" in page.content.decode()
    assert post(clerk, "membership.member.edit", li, **sent, early="当时按特殊规定提前转正").status_code == 302
    old = {"admitted_on": "1970-06-20", "full_on": "", "first": "张三", "second": "李四"}
    page = post(clerk, "membership.member.edit", reread(li), **old)
    assert page.status_code == 422
    assert "未满 18 周岁" in page.content.decode()
    assert post(clerk, "membership.member.edit", reread(li), **{**old, "admitted_on": "1999-06-20"}).status_code == 302
    made = reread(li)
    made.person.refresh_from_db()
    assert (made.full_on, made.person.full_member_on, made.person.joined_party_on) == (None, None, date(1999, 6, 20))
    assert [row.name for row in made.introducers.system("test").filter(withdrawn_at=None)] == ["张三", "李四"]


def test_a_secretary_sees_no_measures_and_enters_no_decision(
    client: Client, house: factories.House, li: Member, office: Actor
) -> None:
    measure(office, li, "warning", date(2026, 2, 1), words="违规经商")
    client.force_login(factories.account("shuji", "branch_secretary", house.east))
    html = client.get(reverse("members-record", args=[li.uid])).content.decode()
    assert "违规经商" not in html
    assert "警告" not in html
    assert client.get(reverse("action-on", args=["membership.member.remove", li.uid])).status_code == 404
    assert client.get(reverse("action-on", args=["membership.member.lose", li.uid])).status_code == 200
    history = client.get(reverse("members-history", args=[li.uid])).content.decode()
    assert "警告" not in history
