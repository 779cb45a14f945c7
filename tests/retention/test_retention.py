"""What is due by the table is counted, erased by an act or by night, and written down; what is not due stays."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.collection.office import campaign, office, post, reply_of
from zhibu.apps.appraisals.models import Appraisal, Entry
from zhibu.apps.cards.models import ReaderDevice, Tap
from zhibu.apps.collection.models import Answer, Campaign, Reply
from zhibu.apps.meetings.models import Attendance, Meeting
from zhibu.apps.people.models import Reveal
from zhibu.apps.petitions.models import Petition
from zhibu.apps.talks.models import Talk
from zhibu.apps.transfers.models import Contact, ContactPlan
from zhibu.kernel import audit
from zhibu.kernel.audit.models import AuditEntry
from zhibu.kernel.retention import retained, services
from zhibu.kernel.retention.registry import KEPT, kinds

pytestmark = pytest.mark.django_db
ACT = "retention.run"


def due() -> dict[str, int]:
    return {row.kind.code: row.count for row in services.table()}


def run(client: Client, *codes: str, sentence: str = "确认清除") -> int:
    body = {"key": str(uuid.uuid4()), "kinds": codes, "sentence": sentence}
    return int(client.post(reverse("action", args=[ACT]), body).status_code)


@pytest.fixture
def root() -> factories.House:
    return factories.house()


@pytest.fixture
def admin(client: Client, root: factories.House) -> Client:
    client.force_login(factories.account("admin", "admin", root.root))
    return client


def look(root: factories.House, days: int) -> None:
    person = factories.person(f"人{days}", root.root)
    made = Reveal.objects.create(person=person, field="identity_number", reason="核对", account_id=1, account_name="甲")
    Reveal.objects.system("test").filter(pk=made.pk).update(at=timezone.now() - timedelta(days=days))


def test_the_page_counts_before_anything_is_erased(admin: Client, root: factories.House) -> None:
    look(root, 2000)
    look(root, 10)
    page = admin.get(reverse("retention")).content.decode()
    for kind in kinds().values():
        assert kind.label in page
        assert kind.ground in page
    assert due()["reveals"] == 1
    assert Reveal.objects.system("test").count() == 2


def test_only_the_sentence_erases_and_a_line_says_how_many(admin: Client, root: factories.House) -> None:
    look(root, 2000)
    look(root, 10)
    assert run(admin, "reveals", sentence="好") == 422
    assert Reveal.objects.system("test").count() == 2
    assert run(admin, "reveals") == 302
    assert Reveal.objects.system("test").get().person.name == "人10"
    line = AuditEntry.objects.system("test").filter(action=ACT).latest("pk")
    assert "敏感信息查看记录 1 条" in audit.with_details([line])[0].summary
    assert run(admin, "reveals") == 422  # nothing is left


def test_details_of_the_trail_go_and_the_trail_still_proves_itself(admin: Client, root: factories.House) -> None:
    from django.db import transaction

    from zhibu.kernel.actor import SYSTEM
    from zhibu.kernel.audit.verify import verify

    old = timezone.now() - timedelta(days=4000)
    with transaction.atomic():
        entry = audit.record(SYSTEM, "test.note", object_type="x", object_id="1", summary="旧内容", at=old)
    assert due()["audit_detail"] == 1
    assert run(admin, "audit_detail") == 302
    assert audit.with_details([entry])[0].erased
    assert due()["audit_detail"] == 0
    audit.seal_all()
    report = verify()
    assert not report.findings, report


def test_neither_page_nor_act_without_the_root(client: Client, root: factories.House) -> None:
    client.force_login(factories.account("admin2", "admin", root.east))
    assert client.get(reverse("retention")).status_code == 404
    assert run(client, "reveals") == 404
    client.force_login(factories.account("renshi", "hr_clerk", root.root))
    assert client.get(reverse("retention")).status_code == 404


def test_content_of_replies_goes_once_nobody_needs_it(client: Client) -> None:
    here = office()
    made = campaign(here)
    reply = reply_of(made, here.li)
    mine = here.client("li")
    post(mine, "collection.reply.fill", reply, mobile="13800000002", address_living="新街")
    post(here.client("renshi"), "collection.reply.decide.contact", reply, d_mobile="accept")
    other = reply_of(made, here.chen)
    here.client("chen").post(reverse("reply-draft", args=[other.uid]), {"mobile": "13800000007"})
    assert {code: due()[code] for code in due() if code.startswith("collection")} == {
        "collection_refused": 0, "collection_accepted": 0, "collection_drafts": 0,
    }  # fmt: skip
    past = timezone.now() - timedelta(days=200)
    Campaign.objects.system("test").filter(pk=made.pk).update(state="closed", closed_at=past)
    Answer.objects.system("test").filter(state="accepted").update(decided_at=past)
    services.nightly()
    assert due()["collection_drafts"] == 0
    assert Answer.objects.system("test").get(state="draft").value is None
    client.force_login(factories.account("admin", "admin", here.house.root))
    assert run(client, "collection_accepted", "collection_refused") == 302
    assert not Answer.objects.system("test").filter(value__isnull=False).exists()
    here.li.refresh_from_db()
    assert here.li.mobile == "13800000002"  # the record keeps what was accepted
    assert Reply.objects.system("test").get(pk=reply.pk).state == "returned"


def test_taps_go_after_three_years_but_for_the_last_of_an_agent(admin: Client, root: factories.House) -> None:
    agent = ReaderDevice.objects.create(organization=root.root, name="一号窗口", public_key="00" * 32, last_sequence=2)
    long_ago = timezone.now() - timedelta(days=1100)
    shared = {"organization": root.root, "source": "reader", "outcome": "unknown"}
    for number in (1, 2):
        Tap.objects.create(at=long_ago, device=agent, sequence=number, nonce=str(number), **shared)
    Tap.objects.create(at=long_ago, **shared)
    Tap.objects.create(**shared)
    assert due()["card_taps"] == 2
    assert run(admin, "card_taps") == 302
    left = Tap.objects.system("test").order_by("pk").values_list("sequence", flat=True)
    assert list(left) == [2, None]


def test_what_members_said_of_themselves_ends_and_what_was_decided_stays(admin: Client, root: factories.House) -> None:
    long_ago, now = timezone.now() - timedelta(days=4000), timezone.now()
    one, two = factories.person("甲", root.root), factories.person("乙", root.root)
    for at in (long_ago, now):
        meeting = Meeting.objects.create(
            organization=root.east, kind="assembly", title="会", starts_at=at, state="held"
        )
        Attendance.objects.create(
            meeting=meeting, person=one, name="甲", state="leave", leave="agreed", leave_why="住院"
        )
        Talk.objects.create(organization=root.east, kind="member", on=at.date(), first=one, second=two)
        done = Appraisal.objects.create(
            organization=root.east, year=at.year, on=at.date(), total=1, state="confirmed", by_name="甲"
        )
        Entry.objects.create(appraisal=done, person=one, place=1, name="甲", own_words="自评", rank="good")
        draft = Petition.objects.create(
            organization=root.east, kind="other", title="草稿", words="……", superior=root.root
        )
        Petition.objects.system("test").filter(pk=draft.pk).update(created_at=at)
        plan = ContactPlan.objects.create(
            person=one, organization=root.east, ground="other", every="quarter", since=at.date(), next_on=at.date(),
            until=at.date() + timedelta(days=1),
        )  # fmt: skip
        Contact.objects.create(plan=plan, on=at.date(), how="phone", by_name="甲")
    codes = ("meeting_absences", "talks", "appraisal_own_words", "petition_drafts", "transfer_contacts")
    assert [due()[code] for code in codes] == [1, 1, 1, 1, 1]
    assert due()["transfer_plans"] == 0  # its contact still stands
    assert run(admin, *codes) == 302
    assert [due()[code] for code in codes] == [0, 0, 0, 0, 0]
    assert due()["transfer_plans"] == 1
    assert list(Attendance.objects.system("test").order_by("pk").values_list("leave", "leave_why")) == [
        ("agreed", ""),
        ("agreed", "住院"),
    ]
    assert set(Entry.objects.system("test").values_list("rank", "own_words")) == {("good", ""), ("good", "自评")}
    for model in (Talk, Petition):
        assert model.objects.system("test").count() == 1


def test_archives_are_kept_and_nobody_can_erase_them(admin: Client) -> None:
    page = admin.get(reverse("retention")).content.decode()
    kept = [kind for kind in kinds().values() if kind.by == KEPT]
    assert {"archive_meetings", "archive_resolutions", "archive_elections"} <= {kind.code for kind in kept}
    assert page.count("长期保留") == len(kept)
    for kind in kept:
        assert run(admin, kind.code) == 422
        with pytest.raises(KeyError):
            retained(kind.code)
