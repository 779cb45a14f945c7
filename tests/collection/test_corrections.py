"""A person asks for a correction of their own record; whoever may edit the field decides."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.collection.office import Office, main, office, post, reply_of
from tests.matrix.sensitive import picture
from zhibu.apps.collection.models import Reply

pytestmark = pytest.mark.django_db

ASK, DECIDE, WITHDRAW = "collection.correction.ask", "collection.reply.decide.contact", "collection.correction.withdraw"


@pytest.fixture
def here() -> Office:
    return office()


def ask(here: Office, client: Client, mobile: str = "13900000009", **more: object) -> Reply:
    answer = post(client, ASK, here.li, field="mobile", mobile=mobile, reason="换了手机号", **more)
    assert answer.status_code == 302, main(answer)
    return reply_of(None, here.li)


def test_it_is_written_when_it_is_accepted_and_not_before(here: Office) -> None:
    asked = ask(here, here.client("li"))
    here.li.refresh_from_db()
    assert here.li.mobile == "13800000001"
    assert post(here.client("renshi"), DECIDE, asked, d_mobile="accept").status_code == 302
    here.li.refresh_from_db()
    assert here.li.mobile == "13900000009"


def test_who_is_refused_reads_why(here: Office) -> None:
    asked, mine = ask(here, here.client("li")), here.client("li")
    sent = {"d_mobile": "refuse", "q_mobile": "other", "r_mobile": "号码与本人来电不符"}
    assert post(here.client("renshi"), DECIDE, asked, **sent).status_code == 302
    assert "号码与本人来电不符" in main(mine.get("/me/"))
    here.li.refresh_from_db()
    assert here.li.mobile == "13800000001"


def test_one_takes_back_what_waits_and_nobody_else_does(here: Office) -> None:
    asked = ask(here, here.client("li"))
    assert post(here.client("chen"), WITHDRAW, asked).status_code == 404
    assert post(here.client("li"), WITHDRAW, asked).status_code == 302
    assert post(here.client("renshi"), DECIDE, asked, d_mobile="accept").status_code in {404, 409, 422}
    here.li.refresh_from_db()
    assert here.li.mobile == "13800000001"


def test_a_second_request_for_the_same_field_waits_for_the_first(here: Office) -> None:
    mine = here.client("li")
    ask(here, mine)
    answer = post(mine, ASK, here.li, field="mobile", mobile="13900000008", reason="又换了")
    assert answer.status_code == 422
    assert "已有一份申请" in main(answer)


def test_nobody_asks_for_somebody_else_and_nobody_decides_on_their_own(here: Office) -> None:
    assert post(here.client("chen"), ASK, here.li, field="mobile", mobile="13900000009", reason="x").status_code == 404
    assert post(here.client("li"), DECIDE, ask(here, here.client("li")), d_mobile="accept").status_code == 404


def test_the_proof_is_there_for_its_sender_and_for_no_other_member(here: Office) -> None:
    mine = here.client("li")
    ask(here, mine, proof=SimpleUploadedFile("营业厅回执.jpg", picture(), content_type="image/jpeg"))
    page = main(mine.get("/me/"))
    found = re.search(r'href="(/collection/proofs/[^"]+)">营业厅回执.jpg', page)
    assert found is not None, page
    assert b"".join(mine.get(found[1]).streaming_content).startswith(b"\xff\xd8")
    assert here.client("chen").get(found[1]).status_code == 404
