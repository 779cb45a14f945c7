"""A campaign from the draft to the last accepted field."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from tests import factories
from tests.collection.office import FIELDS, NUMBER, Office, campaign, main, office, post, reply_of
from zhibu.apps.collection import queries
from zhibu.apps.collection.models import Answer, Campaign, Reply
from zhibu.apps.collection.services import opening
from zhibu.apps.collection.services.replies import Filled
from zhibu.apps.people.models import Affiliation, Person, Relative, Reveal
from zhibu.kernel import actions, audit, inbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Office:
    return office()


def test_the_clerk_drafts_and_opens_and_everybody_finds_it_in_the_inbox(here: Office) -> None:
    clerk = here.client("zuzhibu")
    page = main(clerk.get(reverse("action", args=["collection.campaign.create"])))
    assert "家庭成员" in page
    assert "银行账户" not in page  # the organisation department may not see accounts
    body = {
        "title": "核对手机", "organization": here.house.committee.uid, "asked": ["mobile"], "relation": "party",
        "due_on": localdate() + timedelta(days=9), "is_public": "on",
    }  # fmt: skip
    answer = post(clerk, "collection.campaign.create", None, **body)
    assert answer.status_code == 302, main(answer)
    made = Campaign.objects.system("test").get()
    assert inbox.counts(here.actor("li")) == {}
    answer = post(clerk, "collection.campaign.open", made)
    assert "/jobs/" in answer.url
    from zhibu.kernel.jobs import run_now
    from zhibu.kernel.jobs.models import Job

    assert run_now(Job.objects.system("test").get()).state == "done"
    assert Reply.objects.system("test").count() == 4
    item = inbox.items(here.actor("li"))[0]
    assert "核对手机" in item.title
    assert here.client("li").get(item.url).status_code == 200
    assert "核对手机" in main(here.client("li").get("/"))


def test_sensitive_fields_are_asked_only_by_who_may_see_and_edit_them(here: Office) -> None:
    with pytest.raises(actions.Refused) as refused:
        campaign(here, fields=("part_bank",))
    assert refused.value.field == "asked"


def test_opening_for_3000_people_takes_as_many_queries_as_for_three(
    here: Office, django_assert_max_num_queries: object
) -> None:
    made = campaign(here, opened=False)
    people = Person.objects.bulk_create([Person(name=f"人{n}") for n in range(3000)])
    day = factories.LONG_AGO
    Affiliation.objects.bulk_create(
        [Affiliation(person=p, organization=here.house.east, kind="party", since=day) for p in people]
    )
    with django_assert_max_num_queries(13):  # type: ignore[operator]  # PostgreSQL reserves the keys first
        found = opening.finish_opening(made)
    assert found.joined == 3004
    assert queries.whole(made).total == 3004


@pytest.fixture
def sent(here: Office) -> Reply:
    """What Li Jianguo sent: a new mobile, the address confirmed, a number, a son."""
    reply = reply_of(campaign(here), here.li)
    body = {
        "mobile": "138 0000 0002", "same_address_living": "on", "identity_number": NUMBER,
        "part_relatives-0-name": "李小明", "part_relatives-0-relation": "子",
    }  # fmt: skip
    answer = post(here.client("li"), "collection.reply.fill", reply, **body)
    assert answer.status_code == 302, main(answer)
    reply.refresh_from_db()
    return reply


def test_what_a_person_sends_waits_and_nothing_is_written_before_it_is_accepted(here: Office, sent: Reply) -> None:
    states = dict(Answer.objects.system("test").values_list("field", "state"))
    expected = {"mobile": "sent", "address_living": "same", "identity_number": "sent", "part_relatives": "sent"}
    assert states == expected
    assert sent.state == "filed"
    here.li.refresh_from_db()
    assert here.li.mobile == "13800000001"


def test_the_clerk_accepts_and_what_is_written_says_where_it_comes_from(here: Office, sent: Reply) -> None:
    clerk = here.client("renshi")
    page = main(clerk.get(reverse("action-on", args=["collection.reply.decide.contact", sent.uid])))
    assert "13800000001" in page
    assert "13800000002" in page
    answer = post(clerk, "collection.reply.decide.contact", sent, d_mobile="accept")
    assert answer.status_code == 302, main(answer)
    here.li.refresh_from_db()
    assert here.li.mobile == "13800000002"
    line = audit.history("people.Person", str(here.li.pk))[0]
    assert "采集" in line.reason
    assert "李建国" in line.reason


def test_what_is_refused_goes_back_with_its_reason_and_may_be_sent_again(here: Office, sent: Reply) -> None:
    clerk, mine = here.client("renshi"), here.client("li")
    answer = post(clerk, "collection.reply.decide.identity", sent, d_identity_number="refuse")
    assert answer.status_code == 422
    reason = "与证件或证明材料不一致"
    body = {"d_identity_number": "refuse", "q_identity_number": reason}
    assert post(clerk, "collection.reply.decide.identity", sent, **body).status_code == 302
    sent.refresh_from_db()
    assert sent.state == "returned"
    assert reason in main(mine.get(reverse("action-on", args=["collection.reply.fill", sent.uid])))
    answer = post(mine, "collection.reply.fill", sent, identity_number=NUMBER)
    assert answer.status_code == 302, main(answer)
    for group in ("contact", "identity", "family"):
        answer = post(clerk, f"collection.reply.decide.{group}", sent, all="accept")
        assert answer.status_code == 302, main(answer)
    sent.refresh_from_db()
    assert sent.state == "done"
    here.li.refresh_from_db()
    assert here.li.identity_number == NUMBER
    assert Relative.objects.system("test").get().name == "李小明"


def test_completeness_goes_down_to_the_field(here: Office, sent: Reply) -> None:
    post(here.client("renshi"), "collection.reply.decide.contact", sent, all="accept")
    made = sent.campaign
    assert made is not None
    fields = {bar.code: bar for bar in queries.field_bars(here.actor("zuzhibu"), made)}
    assert set(fields) == set(FIELDS)
    told = {code: (bar.total, bar.settled, bar.sent, bar.missing) for code, bar in fields.items()}
    assert told["mobile"] == (4, 1, 0, 3)
    assert told["address_living"] == (4, 1, 0, 3)
    assert told["part_relatives"] == (4, 0, 1, 3)
    assert queries.whole(made).replied == 1


def test_a_secretary_finds_who_has_not_filled_in_what_the_committee_asks(here: Office) -> None:
    made = campaign(here)
    other = campaign(here, organization=here.house.west, title="西湾自查")
    secretary = here.client("shuji")
    page = main(secretary.get(made.get_absolute_url()))
    links = re.findall(r'href="(/replies/[^"]+)"', page)
    assert len(links) > 1
    for link in (one.replace("&amp;", "&") for one in links if "waiting" not in one):
        found = main(secretary.get(link))
        assert "李建国" in found, link
        assert "西湾人" not in found
    assert "西湾自查" not in found
    assert "西湾人" not in main(secretary.get(f"/replies/?campaign={other.uid}"))
    called = secretary.get(f"/collection/call-list/?campaign={made.uid}").content.decode()
    assert "李建国" in called
    assert "西湾人" not in called


def test_the_list_of_whom_to_call_opens_with_and_without_a_campaign(here: Office) -> None:
    made = campaign(here)
    for asked in ({}, {"campaign": str(made.uid)}, {"campaign": "nonsense"}):
        assert here.client("shuji").get("/collection/call-list/", asked).status_code == 200


def test_a_masked_number_is_revealed_with_a_reason_and_logged(here: Office) -> None:
    made = campaign(here)
    reply = reply_of(made, here.li)
    post(here.client("li"), "collection.reply.fill", reply, identity_number=NUMBER)
    clerk = here.client("renshi")
    page = main(clerk.get(reverse("action-on", args=["collection.reply.decide.identity", reply.uid])))
    assert NUMBER not in page
    answer = Answer.objects.system("test").get(field="identity_number")
    url = reverse("answer-reveal", args=[answer.uid])
    assert NUMBER in main(clerk.post(url, {"reason": "核对身份证"}))
    look = Reveal.objects.system("test").get()
    assert (look.person_id, look.page, look.reason) == (here.li.pk, "采集审核", "核对身份证")
    assert here.client("shuji").get(url).status_code == 404


def test_nobody_decides_on_their_own_nor_on_what_they_filled_in_for_somebody(here: Office) -> None:
    made = campaign(here)
    clerk_person = here.accounts["zuzhibu"].person
    own = reply_of(made, clerk_person)
    clerk = here.client("zuzhibu")
    post(clerk, "collection.reply.fill", own, mobile="13900000000")
    assert "本人" in main(post(clerk, "collection.reply.decide.contact", own, all="accept"))
    theirs = reply_of(made, here.chen)
    answer = post(clerk, "collection.reply.fill_for", theirs, mobile="13900000001", consent="")
    assert answer.status_code == 422
    answer = post(clerk, "collection.reply.fill_for", theirs, mobile="13900000001", consent="phone")
    assert answer.status_code == 302, main(answer)
    line = audit.history("collection.Reply", str(theirs.pk))[0]
    assert line.for_whom_id == here.chen.pk
    theirs.refresh_from_db()
    refused = post(clerk, "collection.reply.decide.contact", theirs, all="accept")
    assert refused.status_code == 422
    assert post(here.client("renshi"), "collection.reply.decide.contact", theirs, all="accept").status_code == 302


def test_one_tap_confirms_what_is_there_and_the_rest_is_still_asked(here: Office) -> None:
    made = campaign(here)
    reply = reply_of(made, here.li)
    assert post(here.client("li"), "collection.reply.confirm", reply).status_code == 302
    reply.refresh_from_db()
    assert reply.state == "part"
    assert reply.missing == "证件号码、家庭成员"


def test_drafts_are_kept_and_say_nothing_to_the_clerk(here: Office) -> None:
    made = campaign(here)
    reply = reply_of(made, here.li)
    mine = here.client("li")
    answer = mine.post(reverse("reply-draft", args=[reply.uid]), {"mobile": "13800000009"})
    assert "已暂存" in answer.content.decode()
    assert answer.status_code == 200
    reply.refresh_from_db()
    assert (reply.state, reply.rev) == ("waiting", 1)
    assert "13800000009" in main(mine.get(reverse("action-on", args=["collection.reply.fill", reply.uid])))
    assert here.client("west").post(reverse("reply-draft", args=[reply.uid]), {"mobile": "1"}).status_code == 404


def test_two_people_at_once_get_the_conflict_and_a_repeat_acts_once(here: Office) -> None:
    made = campaign(here)
    reply = reply_of(made, here.li)
    body = {"mobile": "13800000002", "key": "6f2f3c51-0000-4000-8000-000000000001"}
    mine = here.client("li")
    assert post(mine, "collection.reply.fill", reply, **body, rev=1).status_code == 302
    lines = audit.last_id()
    assert post(mine, "collection.reply.fill", reply, **body, rev=1).status_code == 302
    assert audit.last_id() == lines
    answer = post(
        here.client("shuji"), "collection.reply.fill_for", reply, mobile="13800000003", consent="phone", rev=1, seen=0
    )
    assert answer.status_code == 409
    assert "13800000002" in main(answer)


def test_what_contradicts_the_record_is_refused_at_its_field(here: Office) -> None:
    made = campaign(here, fields=("identity_number", "mobile", "joined_party_on"))
    reply = reply_of(made, here.li)
    for body, words in (
        ({"identity_number": "110101198001010038"}, "校验"),
        ({"joined_party_on": "1970-01-01"}, "入党日期早于出生日期"),
        ({"mobile": "12"}, "手机"),
    ):
        answer = post(here.client("li"), "collection.reply.fill", reply, **body)
        assert answer.status_code == 422, body
        assert words in main(answer), (body, main(answer))
    assert Answer.objects.system("test").count() == 0


def test_many_harmless_answers_are_accepted_together(here: Office) -> None:
    made = campaign(here)
    for n, person in enumerate((here.li, here.chen, here.west)):
        reply = reply_of(made, person)
        name = {here.li.pk: "li", here.chen.pk: "chen", here.west.pk: "west"}[person.pk]
        post(here.client(name), "collection.reply.fill", reply, mobile=f"1390000000{n}", identity_number="")
    clerk = here.client("zuzhibu")
    page = main(clerk.get(reverse("action-on", args=["collection.campaign.accept_many", made.uid])))
    assert "13900000001" in page
    assert "证件号码" not in page
    answer = post(clerk, "collection.campaign.accept_many", made, asked=["mobile"], organization=here.house.east.uid)
    assert answer.status_code == 302, main(answer)
    accepted = Answer.objects.system("test").filter(state="accepted")
    assert {row.reply.person_id for row in accepted} == {here.li.pk, here.chen.pk}
    assert "审核填报" in inbox.items(here.actor("renshi"))[0].title


def test_who_was_taken_out_may_be_asked_again_and_nothing_sent_is_lost(here: Office, sent: Reply) -> None:
    clerk, before = here.client("zuzhibu"), sent.state
    assert post(clerk, "collection.reply.drop", sent, reason="长期在外").status_code == 302
    sent.refresh_from_db()
    assert (sent.state, sent.dropped) == ("left", True)
    assert opening.look_after() == 0
    assert post(here.client("li"), "collection.reply.take_up", sent, reason="自己来").status_code == 404
    assert post(clerk, "collection.reply.take_up", sent, reason="联系上了").status_code == 302
    sent.refresh_from_db()
    assert (sent.state, sent.dropped) == (before, False)
    assert post(clerk, "collection.reply.take_up", sent, reason="再来").status_code in {404, 409, 422}
    assert post(clerk, "collection.reply.decide.contact", sent, d_mobile="accept").status_code == 302


def test_those_who_come_later_are_added_and_those_who_leave_drop_out(here: Office) -> None:
    made = campaign(here)
    new = factories.person("新来的", here.house.root, party=here.house.west)
    row = Affiliation.objects.system("test").get(person=here.li, kind="party")
    row.until = localdate()
    row.save()
    moved = Affiliation.objects.system("test").get(person=here.chen, kind="party")
    moved.organization = here.house.west
    moved.save()
    assert opening.look_after() == 1
    assert reply_of(made, new).state == "waiting"
    assert reply_of(made, here.li).state == "left"
    assert reply_of(made, here.chen).organization == here.house.west
    assert opening.look_after() == 0
    row.until = None
    row.save()
    assert opening.look_after() == 1
    assert reply_of(made, here.li).state == "waiting"


def test_a_closed_campaign_takes_nothing_more_and_leaves_the_inbox(here: Office) -> None:
    made = campaign(here)
    reply = reply_of(made, here.li)
    post(here.client("zuzhibu"), "collection.campaign.remind", made)
    assert "再次提醒" in inbox.items(here.actor("li"))[0].detail
    made.refresh_from_db()
    assert post(here.client("zuzhibu"), "collection.campaign.close", made).status_code == 302
    assert inbox.counts(here.actor("li")) == {}
    with pytest.raises(actions.Refused):
        actions.perform(
            actions.get("collection.reply.fill"),
            here.actor("li"),
            uid=reply.uid,
            data=Filled({"mobile": "13900000009"}),
        )


def test_rules_of_dates(here: Office) -> None:
    with pytest.raises(actions.Refused):
        campaign(here, due_on=date(2020, 1, 1))
