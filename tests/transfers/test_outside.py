"""Out of the platform and into it: the letter with stub and receipt, the day on the receipt, a letter from elsewhere."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from tests import factories
from tests.reading import pdf_text
from tests.transfers.helpers import MONTH, arrival, asked, branches, do, fresh, issued, letters, member
from zhibu.apps.membership.models import Member
from zhibu.apps.transfers.models import Letter, Transfer
from zhibu.apps.transfers.services.arriving import Accept, Refuse
from zhibu.apps.transfers.services.issuing import Reissue
from zhibu.apps.transfers.services.outside import CameBack, Incoming, Receipt
from zhibu.kernel import documents
from zhibu.kernel.actions import Refused, Why
from zhibu.kernel.actor import Actor

STREET = "滨海市海河街道向阳社区党支部"


def incoming(house: factories.House, person: object, **more: object) -> Incoming:
    today = localdate()
    values = {
        "person": person, "organization": house.west, "number": "组介〔2026〕88号", "issuer": "滨海市委组织部", "source": STREET,
        "issued_on": today - timedelta(days=10), "valid_until": today + timedelta(days=60), "as_full": True, "paid_to": MONTH,
    }  # fmt: skip
    return Incoming(**{**values, **more})  # type: ignore[arg-type]


@pytest.mark.django_db
def test_the_member_leaves_on_the_day_of_the_receipt(
    house: factories.House, east: Actor, clerk: Actor, li: Member
) -> None:
    transfer = issued(clerk, asked(east, li, STREET))
    Letter.objects.system("test").update(issued_on=localdate() - timedelta(days=9))
    assert branches(li) == [("东山支部", True)]
    for on, why in ((localdate() + timedelta(days=1), "晚于今天"), (localdate() - timedelta(days=10), "早于介绍信")):
        with pytest.raises(Refused, match=why):
            do(clerk, "transfers.transfer.receipt", transfer, Receipt(on))
    day = localdate() - timedelta(days=2)
    do(clerk, "transfers.transfer.receipt", transfer, Receipt(day))
    assert (fresh(transfer).state, fresh(transfer).ended_on) == ("left", day)
    assert (fresh(li).status, branches(li)) == ("transferred_out", [("东山支部", False)])
    assert letters()[0][1] == "settled"


@pytest.mark.django_db
def test_a_receipt_after_the_letter_ran_out_does_not_count(
    house: factories.House, east: Actor, clerk: Actor, li: Member
) -> None:
    transfer = issued(clerk, asked(east, li, STREET))
    Letter.objects.system("test").update(
        issued_on=localdate() - timedelta(days=9), valid_until=localdate() - timedelta(days=1)
    )
    with pytest.raises(Refused, match="有效期"):
        do(clerk, "transfers.transfer.receipt", transfer, Receipt(localdate()))
    do(clerk, "transfers.transfer.receipt", transfer, Receipt(localdate() - timedelta(days=1)))
    assert fresh(transfer).state == "left"


@pytest.mark.django_db
def test_sent_back_the_number_is_void_and_the_next_letter_goes_within_the_platform(
    house: factories.House, east: Actor, west: Actor, clerk: Actor, li: Member
) -> None:
    transfer = issued(clerk, asked(east, li, STREET))
    do(clerk, "transfers.transfer.came_back", transfer, CameBack("addressee", "应转往东江实业西湾支部"))
    do(clerk, "transfers.transfer.reissue", fresh(transfer), Reissue(house.west, "", "", 90))
    do(west, "transfers.arrival.accept", arrival(transfer), Accept())
    assert [state for _, state in letters()] == ["void", "settled"]
    assert (fresh(transfer).direction, fresh(li).organization) == ("within", house.west)


@pytest.mark.django_db
def test_the_paper_holds_stub_letter_and_receipt(house: factories.House, east: Actor, clerk: Actor) -> None:
    li = member(house, identity="11010519491231002X", sex="2", ethnic_group="01")
    transfer = issued(clerk, asked(east, li, STREET, phone="13700001111"))
    letter = Letter.objects.system("test").get()
    document = documents.get("transfers.letter")
    text = pdf_text(documents.render(document, document.builder_function()(clerk, [letter])))
    for words in (
        "介绍信存根", "介绍信回执联", letter.code, "李建国", STREET, "2026年9月", "90", "11010519491231002X", "13700001111", "盖章",
        "特此回复",
    ):  # fmt: skip
        assert words in text
    assert "作废" not in text
    do(clerk, "transfers.transfer.came_back", transfer, CameBack("letter", "缺章"))
    text = pdf_text(documents.render(document, document.builder_function()(clerk, [fresh(letter)])))
    assert "此件已作废" in text
    less = factories.actor(["transfers.issue", "people.view"], house.root)
    assert "11010519491231002X" not in pdf_text(documents.render(document, document.builder_function()(less, [letter])))


@pytest.mark.django_db
def test_the_register_lists_void_numbers_too(house: factories.House, east: Actor, clerk: Actor, li: Member) -> None:
    transfer = issued(clerk, asked(east, li, STREET))
    do(clerk, "transfers.transfer.came_back", transfer, CameBack("letter", "缺章"))
    do(clerk, "transfers.transfer.reissue", fresh(transfer), Reissue(None, STREET, "", 90))
    document = documents.get("transfers.register")
    rows = list(Letter.objects.system("test"))
    text = pdf_text(documents.render(document, document.builder_function()(clerk, rows)))
    assert "0001号" in text
    assert "0002号" in text
    assert "已作废" in text


@pytest.mark.django_db
def test_who_comes_in_belongs_here_from_the_moment_of_receipt(
    house: factories.House, west: Actor, clerk: Actor
) -> None:
    wang = factories.person("王芳", house.root, political_status="01")
    transfer = do(clerk, "transfers.transfer.register_incoming", None, incoming(house, wang))
    assert Member.objects.system("test").filter(person=wang).count() == 0
    here = do(west, "transfers.arrival.accept", arrival(transfer), Accept())
    made = Member.objects.system("test").get(person=wang)
    assert (made.organization, made.kind, made.status) == (house.west, "full", "normal")
    document = documents.get("transfers.receipt")
    text = pdf_text(documents.render(document, document.builder_function()(west, [here])))
    for words in ("组介〔2026〕88号", "滨海市委组织部", "王芳", "特此回复", "西湾支部"):
        assert words in text


@pytest.mark.django_db
def test_a_letter_about_somebody_who_belongs_here_or_that_ran_out_is_not_registered(
    house: factories.House, clerk: Actor, li: Member
) -> None:
    code, wang = "transfers.transfer.register_incoming", factories.person("王芳", house.root)
    with pytest.raises(Refused, match="已在本系统"):
        do(clerk, code, None, incoming(house, li.person))
    with pytest.raises(Refused, match="有效期已过"):
        do(clerk, code, None, incoming(house, wang, valid_until=localdate() - timedelta(days=1)))
    with pytest.raises(Refused, match="超过 6 个月"):
        do(clerk, code, None, incoming(house, wang, valid_until=localdate() + timedelta(days=366)))
    gone = factories.person("孙逝", house.root, employment="deceased")
    with pytest.raises(Refused, match="已去世"):
        do(clerk, code, None, incoming(house, gone))
    do(clerk, code, None, incoming(house, wang))
    with pytest.raises(Refused, match="正在办理"):
        do(clerk, code, None, incoming(house, wang))


@pytest.mark.django_db
def test_a_letter_from_outside_that_is_refused_goes_back(house: factories.House, west: Actor, clerk: Actor) -> None:
    wang = factories.person("王芳", house.root)
    transfer = do(clerk, "transfers.transfer.register_incoming", None, incoming(house, wang))
    do(west, "transfers.arrival.refuse", arrival(transfer), Refuse("letter", "没有写党费交至"))
    assert fresh(transfer).state == "refused"
    do(clerk, "transfers.transfer.register_incoming", None, incoming(house, wang, number="组介〔2026〕90号"))
    assert Transfer.objects.system("test").filter(state="issued").count() == 1


@pytest.mark.django_db
def test_who_left_comes_back_by_a_letter(
    house: factories.House, east: Actor, west: Actor, clerk: Actor, li: Member
) -> None:
    transfer = issued(clerk, asked(east, li, STREET))
    do(clerk, "transfers.transfer.receipt", transfer, Receipt(localdate()))
    back = do(clerk, "transfers.transfer.register_incoming", None, incoming(house, li.person))
    do(west, "transfers.arrival.accept", arrival(back), Accept())
    assert (fresh(li).status, fresh(li).organization) == ("normal", house.west)


@pytest.mark.django_db
def test_a_receipt_by_mistake_is_taken_back_and_the_letter_counts_no_more(
    house: factories.House, east: Actor, clerk: Actor, li: Member
) -> None:
    transfer = issued(clerk, asked(east, li, STREET))
    do(clerk, "transfers.transfer.receipt", transfer, Receipt(localdate()))
    do(clerk, "transfers.transfer.undo_receipt", transfer, Why("登记错了人"))
    assert (fresh(transfer).state, fresh(transfer).ended_on) == ("returned", None)
    assert (fresh(li).status, branches(li)) == ("normal", [("东山支部", True)])
    assert letters()[0][1] == "void"
    do(clerk, "transfers.transfer.recall", fresh(transfer), Why("不转了"))
    asked(east, fresh(li), STREET)
