"""Nobody sees through a form, or accepts by a detour, what they may not; nothing that was sent is lost."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate, now

from tests import acting, factories
from tests.collection.office import NUMBER, Office, campaign, main, office, post, reply_of
from zhibu.apps.collection.models import Answer, Campaign, Reply
from zhibu.apps.collection.services import campaigns, corrections, opening
from zhibu.apps.people.models import Affiliation, Person, Relative
from zhibu.kernel import actions, files
from zhibu.kernel.files import collecting
from zhibu.kernel.jobs.models import Job
from zhibu.kernel.messages.models import Message

pytestmark = pytest.mark.django_db

FILL, FILL_FOR, CONTACT = "collection.reply.fill", "collection.reply.fill_for", "collection.reply.decide.contact"


@pytest.fixture
def here() -> Office:
    return office()


def sent(reply: Reply) -> dict[str, str]:
    rows = Answer.objects.system("test").filter(reply=reply)
    return dict(rows.values_list("field", "state"))


def test_who_fills_in_for_somebody_sees_and_answers_only_what_they_may_see(here: Office) -> None:
    reply = reply_of(campaign(here), here.li)
    Relative.objects.create(person=here.li, name="李秘密", relation="配偶")
    shuji = here.client("shuji")
    page = main(shuji.get(reverse("action-on", args=[FILL_FOR, reply.uid])))
    assert "旧街 1 号" in page
    assert "李秘密" not in page
    assert "另有 2 项属于您无权查看的信息" in page
    forged = {"part_relatives-0-name": "赵六", "part_relatives-0-relation": "子", "identity_number": NUMBER}
    answer = post(shuji, FILL_FOR, reply, mobile="13900000001", consent="phone", same_part_relatives="on", **forged)
    assert answer.status_code == 302, main(answer)
    assert "part_relatives" not in sent(reply)
    assert "identity_number" not in sent(reply)
    assert sent(reply)["mobile"] == "sent"
    reply.refresh_from_db()
    answer = post(shuji, FILL_FOR, reply, consent="phone", same_identity_number="on")
    assert answer.status_code == 422
    shuji.post(reverse("reply-draft", args=[reply.uid]), {"part_relatives-0-name": "赵六"})
    assert "part_relatives" not in sent(reply)


def test_who_filled_in_a_field_does_not_accept_it_though_somebody_else_filled_in_more(here: Office) -> None:
    made = campaign(here)
    reply = reply_of(made, here.li)
    clerk = here.client("zuzhibu")
    assert post(clerk, FILL_FOR, reply, mobile="13900000001", consent="phone").status_code == 302
    assert post(here.client("li"), FILL, reply, mobile="13900000001", address_living="新街").status_code == 302
    reply.refresh_from_db()
    # the person sent everything again: it is theirs now
    assert post(clerk, CONTACT, reply, d_mobile="accept").status_code == 302
    other = reply_of(made, here.chen)
    assert post(clerk, FILL_FOR, other, mobile="13900000002", consent="phone").status_code == 302
    assert post(here.client("chen"), FILL, other, address_living="新街").status_code == 302
    other.refresh_from_db()
    answer = post(clerk, CONTACT, other, d_mobile="accept")
    assert (answer.status_code, "代填" in main(answer)) == (422, True)
    data = campaigns.AcceptMany(("mobile", "address_living"))
    actor = here.actor("zuzhibu")
    with pytest.raises(actions.Refused, match="没有可以一起收下"):
        campaigns.accept_many(acting_of(actor), made, campaigns.AcceptMany(("mobile",)))
    assert {pk for pk, _ in campaigns.to_accept(actor, made, data)} == {reply.pk, other.pk}
    assert post(clerk, CONTACT, other, d_address_living="accept").status_code == 302


def acting_of(actor: object) -> actions.Act:
    return actions.Act(actor=actor, code="collection.campaign.accept_many", wording="批量收下")  # type: ignore[arg-type]


def test_a_photo_that_waits_is_not_collected_as_waste(here: Office) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tests.matrix.sensitive import picture

    reply = reply_of(campaign(here, fields=("photo",)), here.li)
    shot = SimpleUploadedFile("我.jpg", picture(), content_type="image/jpeg")
    assert post(here.client("li"), FILL, reply, photo=shot).status_code == 302
    answer = Answer.objects.system("test").get(reply=reply)
    assert answer.photo_id == answer.content
    files.models.Blob.objects.filter(pk=answer.photo_id).update(created_at=now() - timedelta(days=400))
    collecting.collect()
    assert post(here.client("renshi"), "collection.reply.decide.identity", reply, all="accept").status_code == 302
    here.li.refresh_from_db()
    assert here.li.photo_id == answer.content


def test_a_start_that_got_stuck_goes_back_to_the_draft(here: Office) -> None:
    made = campaign(here, opened=False)
    clerk = here.client("zuzhibu")
    assert post(clerk, "collection.campaign.open", made).status_code == 302
    assert "退回草稿" in main(clerk.get(made.get_absolute_url()))
    assert post(clerk, "collection.campaign.halt", made).status_code == 302
    made.refresh_from_db()
    assert made.state == "draft"
    from zhibu.kernel.jobs import run_now

    job = run_now(Job.objects.system("test").get(kind=campaigns.OPEN_JOB))
    assert job.state == "failed"
    assert not Reply.objects.system("test").exists()


def test_what_is_sent_back_after_the_end_says_what_can_still_be_done(here: Office) -> None:
    made = campaign(here)
    reply = reply_of(made, here.li)
    post(here.client("li"), FILL, reply, mobile="13900000001")
    post(here.client("zuzhibu"), "collection.campaign.close", made)
    answer = post(here.client("renshi"), CONTACT, reply, d_mobile="refuse", q_mobile="填写有误，请核对")
    assert answer.status_code == 302
    told = Message.objects.system("test").filter(person=here.li).latest("pk")
    assert "申请更正" in told.title
    assert "重新填写" not in told.title


def test_a_request_follows_the_person_to_the_new_unit(here: Office) -> None:
    north = factories.organization("北江分公司", "unit", here.house.root)
    south = factories.organization("南江分公司", "unit", here.house.root)
    Affiliation.objects.system("test").filter(person=here.li, kind="home").update(organization=north)
    asked = {"field": "mobile", "mobile": "13900000009", "reason": "换了手机号"}
    assert post(here.client("li"), "collection.correction.ask", here.li, **asked).status_code == 302
    reply = reply_of(None, here.li)
    assert reply.organization == north
    here.li.refresh_from_db()
    body = {"on": localdate().isoformat(), "home": south.uid, "reason": "调令 3 号"}
    assert acting.post(here.client("renshi"), "people.life.transfer", here.li, **body).status_code == 302
    reply.refresh_from_db()
    assert reply.organization == south
    Affiliation.objects.system("test").filter(person=here.li, kind="home", until=None).update(organization=north)
    assert corrections.follow() == 1
    assert corrections.follow() == 0
    reply.refresh_from_db()
    assert reply.organization == north


def test_two_records_in_one_campaign_become_one_with_one_reply(here: Office) -> None:
    made = campaign(here)
    twin = factories.person("李建国", here.house.root, party=here.house.east)
    opening.enrol(made)
    theirs, mine = reply_of(made, twin), reply_of(made, here.li)
    post(here.client("shuji"), FILL_FOR, theirs, mobile="13900000005", address_living="北街", consent="phone")
    post(here.client("li"), FILL, mine, address_living="新街")
    answer = post(here.client("zuzhibu"), "people.person.merge", here.li, dropped=twin.uid, reason="同一人")
    assert answer.status_code == 302, main(answer)
    theirs.refresh_from_db()
    assert (theirs.state, theirs.person_id) == ("left", here.li.pk)
    assert sent(mine) == {"mobile": "sent", "address_living": "sent"}
    kept = Answer.objects.system("test").get(reply=mine, field="address_living")
    assert kept.content == "新街"
    assert opening.enrol(Campaign.objects.system("test").get(pk=made.pk)).joined == 0
    assert Person.objects.system("test").get(pk=twin.pk).state == "merged"


def test_what_is_sent_after_the_page_was_shown_is_not_accepted_unseen(here: Office) -> None:
    made = campaign(here)
    seen, changed = reply_of(made, here.chen), reply_of(made, here.li)
    post(here.client("chen"), FILL, seen, mobile="13900000001")
    post(here.client("li"), FILL, changed, mobile="13900000002")
    clerk = here.client("zuzhibu")
    page = clerk.get(reverse("action-on", args=["collection.campaign.accept_many", made.uid])).content.decode()
    shown = re.search(r'name="shown_at" value="([^"]+)"', page)
    assert shown is not None
    post(here.client("li"), FILL, changed, mobile="13900000003")
    answer = post(clerk, "collection.campaign.accept_many", made, asked=["mobile"], shown_at=shown[1])
    assert answer.status_code == 302, main(answer)
    assert (sent(seen)["mobile"], sent(changed)["mobile"]) == ("accepted", "sent")
    here.li.refresh_from_db()
    assert here.li.mobile == "13800000001"
    forged = post(clerk, "collection.campaign.accept_many", made, asked=["mobile"], shown_at="昨天")
    assert forged.status_code == 422


def test_the_day_of_an_answer_is_that_of_the_office(here: Office) -> None:
    reply = reply_of(campaign(here), here.li)
    evening = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)
    Reply.objects.system("test").filter(pk=reply.pk).update(sent_at=evening, sent_by_name="李建国")
    page = main(here.client("zuzhibu").get(reply.get_absolute_url()))
    assert "2026-03-02" in page or "2026年3月2日" in page
    assert "2026-03-01" not in page
