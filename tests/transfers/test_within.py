"""From branch to branch: asked for, approved with a numbered letter, received; the member is always in exactly one branch."""

from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest
from django.http import Http404
from django.utils.timezone import localdate

from tests import factories
from tests.at_once import elsewhere, share_database, together
from tests.transfers.helpers import MONTH, SECRETARY, arrival, asked, branches, do, fresh, issued, letters, member
from zhibu.apps.accounts.models import RoleAssignment
from zhibu.apps.membership.models import Member
from zhibu.apps.people.models import Post
from zhibu.apps.transfers import paid_to
from zhibu.apps.transfers.faces import came_from, on_the_timeline
from zhibu.apps.transfers.models import Arrival, Letter, LetterLine, Transfer
from zhibu.apps.transfers.services import foreseeing, issuing
from zhibu.apps.transfers.services.arriving import Accept, AcceptMany, Refuse
from zhibu.apps.transfers.services.asking import Ask, AskMany
from zhibu.apps.transfers.services.issuing import ApproveMany, Decline, Reissue
from zhibu.kernel import audit, inbox
from zhibu.kernel.actions import Refused, Why
from zhibu.kernel.actor import Actor


def waits(actor: Actor) -> list[str]:
    return [item.title for item in inbox.items(actor) if item.action.code.startswith("transfers.")]


@pytest.mark.django_db
def test_the_moment_of_receipt_moves_the_member_and_not_a_moment_earlier(
    house: factories.House, east: Actor, west: Actor, clerk: Actor, li: Member
) -> None:
    transfer = asked(east, li, house.west)
    assert (transfer.state, branches(li)) == ("asked", [("东山支部", True)])
    assert waits(clerk) == ["审批接转：李建国"]
    issued(clerk, transfer)
    assert branches(li) == [("东山支部", True)]  # until received the old branch answers for the member
    assert waits(west) == ["接收党员：李建国"]
    assert waits(east) == []
    here = do(west, "transfers.arrival.accept", arrival(transfer), Accept())
    assert (here.answer, fresh(transfer).state) == ("accepted", "received")
    assert branches(li) == [("东山支部", False), ("西湾支部", True)]
    assert fresh(li).organization == house.west
    assert [one.source_name for one in (here.transfer for here in came_from(west, li.person))] == ["东山支部"]
    assert ("组织关系转入", "由东山支部转来") in [(one.title, one.text) for one in on_the_timeline(west, li.person)]
    year = localdate().year
    assert letters() == [(f"组介〔{year}〕0001号", "settled")]
    line = LetterLine.objects.system("test").get()
    assert (line.name, line.paid_to, line.state) == ("李建国", MONTH, "received")
    assert audit.history("transfers.Transfer", str(transfer.pk))


@pytest.mark.django_db
def test_the_wrong_side_finds_nothing(
    house: factories.House, east: Actor, west: Actor, clerk: Actor, li: Member
) -> None:
    with pytest.raises(Http404):
        asked(west, li, house.west)
    transfer = issued(clerk, asked(east, li, house.west))
    for actor in (east, clerk):
        with pytest.raises(Http404):
            do(actor, "transfers.arrival.accept", arrival(transfer), Accept())
    for code in ("transfers.transfer.recall", "transfers.transfer.withdraw"):
        with pytest.raises(Http404):
            do(west, code, transfer, Why("不要了"))
    assert Transfer.objects.visible_to(west).count() == 0
    assert Arrival.objects.visible_to(east).count() == 0


@pytest.mark.django_db
def test_a_refusal_names_its_ground_and_the_new_letter_has_a_new_number(
    house: factories.House, east: Actor, west: Actor, clerk: Actor, li: Member
) -> None:
    transfer = issued(clerk, asked(east, li, house.west))
    first = arrival(transfer)
    with pytest.raises(Refused, match="正当理由"):
        do(west, "transfers.arrival.refuse", first, Refuse("", "不想要"))
    with pytest.raises(Refused, match="写明具体情况"):
        do(west, "transfers.arrival.refuse", first, Refuse("other", " "))
    do(west, "transfers.arrival.refuse", first, Refuse("not_here", "人在北京，应转往北京支部"))
    transfer = fresh(transfer)
    assert (transfer.state, branches(li)) == ("returned", [("东山支部", True)])
    assert waits(clerk) == ["介绍信退回或过期：李建国"]
    do(clerk, "transfers.transfer.reissue", transfer, Reissue(house.west, "", "", 30))
    year = localdate().year
    assert letters() == [(f"组介〔{year}〕0001号", "void"), (f"组介〔{year}〕0002号", "valid")]
    with pytest.raises(Refused, match="已经接收、退回"):
        do(west, "transfers.arrival.accept", first, Accept())
    do(west, "transfers.arrival.accept", arrival(transfer), Accept())
    assert fresh(li).organization == house.west


@pytest.mark.django_db
def test_a_letter_that_ran_out_cannot_be_used_and_is_void_the_next_night(
    house: factories.House, east: Actor, west: Actor, clerk: Actor, li: Member
) -> None:
    transfer = issued(clerk, asked(east, li, house.west), days=1)
    Letter.objects.system("test").update(
        issued_on=localdate() - timedelta(days=2), valid_until=localdate() - timedelta(days=1)
    )
    with pytest.raises(Refused, match="有效期已过"):
        do(west, "transfers.arrival.accept", arrival(transfer), Accept())
    assert issuing.expire(localdate()) == 1
    assert issuing.expire(localdate()) == 0
    assert (fresh(transfer).state, letters()[0][1]) == ("returned", "void")
    do(clerk, "transfers.transfer.recall", fresh(transfer), Why("本人不转了"))
    assert (fresh(transfer).state, branches(li)) == ("withdrawn", [("东山支部", True)])


@pytest.mark.django_db
def test_a_letter_that_ends_today_still_holds(
    house: factories.House, east: Actor, west: Actor, clerk: Actor, li: Member
) -> None:
    transfer = issued(clerk, asked(east, li, house.west))
    Letter.objects.system("test").update(valid_until=localdate())
    assert issuing.expire(localdate()) == 0
    do(west, "transfers.arrival.accept", arrival(transfer), Accept())
    assert fresh(transfer).state == "received"


@pytest.mark.django_db
def test_ninety_days_and_no_more(house: factories.House, east: Actor, clerk: Actor, li: Member) -> None:
    transfer = asked(east, li, house.west)
    with pytest.raises(Refused, match="不能超过 90 天"):
        issued(clerk, transfer, days=91)
    assert letters() == []  # the number was not taken
    issued(clerk, transfer, days=90)
    letter = Letter.objects.system("test").get()
    assert letter.number == 1
    assert letter.valid_until == localdate() + timedelta(days=90)


@pytest.mark.django_db
def test_only_a_branch_takes_a_member_where_there_are_branches(house: factories.House, east: Actor, li: Member) -> None:
    with pytest.raises(Refused, match="编入其中一个党支部") as refused:
        asked(east, li, house.committee)
    assert (refused.value.field, "东山支部" in str(refused.value)) == ("target", True)
    alone = factories.organization("驻外总支", "general_branch", house.committee)
    assert asked(east, li, alone).target == alone  # it has no branches yet: its members belong to it itself


@pytest.mark.django_db
def test_one_transfer_at_a_time(house: factories.House, east: Actor, clerk: Actor, li: Member) -> None:
    transfer = asked(east, li, house.west)
    with pytest.raises(Refused):
        asked(east, li, "某市某街道党支部")
    do(east, "transfers.transfer.withdraw", transfer, Why("填错了"))
    again = asked(east, li, "某市某街道党支部")
    with pytest.raises(Refused, match="已经审批或撤回"):
        issued(clerk, transfer)
    do(clerk, "transfers.transfer.decline", again, Decline("temporary", "只出差两个月"))
    assert fresh(again).ended_words == "只是短期外出，应开党员证明信：只出差两个月"


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["suspended", "lost", "expelled", "deceased", "transferred_out"])
def test_who_is_suspended_lost_or_gone_goes_nowhere_and_it_is_said_in_words(
    house: factories.House, east: Actor, clerk: Actor, li: Member, status: str
) -> None:
    waiting = asked(east, li, house.west)
    Member.objects.system("test").filter(pk=li.pk).update(status=status)
    with pytest.raises(Refused, match="李建国"):
        issued(clerk, waiting)
    assert letters() == []
    do(east, "transfers.transfer.withdraw", waiting, Why("不能转"))
    with pytest.raises(Refused):
        asked(east, li, house.west)


@pytest.mark.django_db
def test_nobody_approves_or_receives_their_own(
    house: factories.House, east: Actor, west: Actor, clerk: Actor, li: Member
) -> None:
    from dataclasses import replace

    other = factories.person("部长", house.root)
    asking = replace(clerk, person_id=other.pk)
    transfer = asked(asking, li, house.west)
    with pytest.raises(Refused, match="与本人有关"):
        issued(asking, transfer)
    with pytest.raises(Refused, match="与本人有关"):
        issued(replace(clerk, person_id=li.person_id), transfer)
    issued(clerk, transfer)
    with pytest.raises(Refused, match="与本人有关"):
        do(replace(west, person_id=li.person_id), "transfers.arrival.accept", arrival(transfer), Accept())


@pytest.mark.django_db
def test_posts_and_roles_end_with_the_move_and_it_is_told_beforehand(
    house: factories.House, east: Actor, west: Actor, clerk: Actor, li: Member
) -> None:
    Post.objects.create(person=li.person, organization=house.east, kind="organization", since=factories.LONG_AGO)
    factories.account("li", "branch_officer", house.east, of=li.person)
    told = foreseeing.foresee(clerk, li.person_id, house.east, house.west)
    assert told == ["在东山支部的党内职务“组织委员”当天结束", "在东山支部的平台角色“支部委员”当天结束"]
    transfer = issued(clerk, asked(east, li, house.west))
    assert Post.objects.system("test").get().until is None
    do(west, "transfers.arrival.accept", arrival(transfer), Accept())
    assert Post.objects.system("test").get().until == localdate()
    assert RoleAssignment.objects.system("test").get().until == localdate()
    assert Transfer.objects.visible_to(east).get() == transfer  # the history of the old branch still reads


@pytest.mark.django_db
def test_dues_say_up_to_when_they_are_paid(
    house: factories.House, east: Actor, clerk: Actor, li: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paid_to, "_PROVIDERS", [lambda people, on: {pk: date(2026, 11, 1) for pk in people}])
    transfer = issued(clerk, asked(east, li, house.west))  # the clerk typed September
    assert fresh(transfer).paid_to == date(2026, 11, 1)


@pytest.mark.django_db
def test_into_a_group_of_the_branch(house: factories.House, east: Actor, west: Actor, clerk: Actor, li: Member) -> None:
    group = factories.organization("一组", "group", house.west)
    transfer = issued(clerk, asked(east, li, house.west))
    do(west, "transfers.arrival.accept", arrival(transfer), Accept(group))
    assert fresh(li).organization == group
    own = factories.organization("二组", "group", house.west)
    with pytest.raises(Refused, match="不用办理接转"):
        asked(west, fresh(li), own)


@pytest.mark.django_db
def test_many_on_one_letter_or_on_a_letter_each(house: factories.House, east: Actor, west: Actor, clerk: Actor) -> None:
    some = [member(house, name) for name in ("赵一", "钱二", "孙三")]
    ask = Ask(house.west, "", "branch")
    do(east, "transfers.transfer.ask_many", None, AskMany(tuple(one.uid for one in some), ask))
    rows = list(Transfer.objects.system("test").order_by("pk"))
    do(clerk, "transfers.transfer.approve_many", None, ApproveMany(tuple(one.uid for one in rows[:2]), 60, True))
    do(clerk, "transfers.transfer.approve_many", None, ApproveMany((rows[2].uid,), 60))
    assert [one.count for one in Letter.objects.system("test").order_by("number")] == [2, 1]
    here = list(Arrival.objects.system("test").order_by("pk"))
    do(west, "transfers.arrival.refuse", here[0], Refuse("identity", "请核实"))
    assert Letter.objects.system("test").get(number=1).state == "valid"  # the other is still under way
    do(west, "transfers.arrival.accept_many", None, AcceptMany(tuple(one.uid for one in here[1:])))
    assert Letter.objects.system("test").get(number=1).state == "settled"
    assert [fresh(one).organization.name for one in some] == ["东山支部", "西湾支部", "西湾支部"]
    with pytest.raises(Refused, match="名单里有人"):
        do(clerk, "transfers.transfer.approve_many", None, ApproveMany((rows[2].uid,), 60, True))


@pytest.mark.django_db
def test_of_many_all_go_or_nobody(house: factories.House, east: Actor) -> None:
    some = [member(house, name) for name in ("赵一", "钱二")]
    asked(east, some[1], house.west)
    data = AskMany(tuple(one.uid for one in some), Ask(house.west, "", "branch"))
    with pytest.raises(Refused, match="有 1 人不能办理"):
        do(east, "transfers.transfer.ask_many", None, data)
    assert Transfer.objects.system("test").count() == 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_receive_at_once_and_one_does(
    house: factories.House,
    east: Actor,
    west: Actor,
    clerk: Actor,
    li: Member,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    transfer = issued(clerk, asked(east, li, house.west))
    share_database(tmp_path, monkeypatch)
    here, other = arrival(transfer), factories.actor(SECRETARY, house.west, account_id=9)
    recall = partial(do, clerk, "transfers.transfer.recall", transfer, Why("收回"))
    jobs = [partial(do, actor, "transfers.arrival.accept", here, Accept()) for actor in (west, other)]
    raised = together(*jobs)
    assert [type(error) for error in raised] == [Refused]
    assert elsewhere(partial(branches, li)) == [("东山支部", False), ("西湾支部", True)]
    assert [type(error) for error in together(recall)] == [Refused]  # too late


@pytest.mark.django_db
def test_the_same_request_twice_acts_once(house: factories.House, east: Actor, li: Member) -> None:
    import uuid

    key, data = uuid.uuid4(), Ask(house.west, "", "work")
    do(east, "transfers.transfer.ask", li, data, key=key)
    do(east, "transfers.transfer.ask", li, data, key=key)
    assert Transfer.objects.system("test").count() == 1


@pytest.mark.django_db
def test_a_member_asks_for_themselves(house: factories.House, clerk: Actor, li: Member) -> None:
    own = Actor(account_id=7, person_id=li.person_id, name="李建国")
    do(own, "transfers.transfer.ask_own", li, Ask(house.west, "", "home"))
    transfer = Transfer.objects.system("test").get()
    assert (transfer.by_self, transfer.asked_by_id) == (True, li.person_id)
    other = member(house, "王芳")
    with pytest.raises(Http404):
        do(own, "transfers.transfer.ask_own", other, Ask(house.west, "", "home"))
    do(own, "transfers.transfer.withdraw_own", transfer, Why("不转了"))
    assert fresh(transfer).state == "withdrawn"
