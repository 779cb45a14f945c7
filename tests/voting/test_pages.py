"""Votes through their pages: the host's, the counters', the scrutineers', the voters' on their phones."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from tests import factories
from tests.acting import post
from tests.reading import pdf_text
from tests.voting.helpers import AGREED, Branch, branch, motion, open_with, opened
from zhibu.apps.voting import queries, registries
from zhibu.apps.voting.models import Exclusion, Motion, PaperCount, Roll, Trustee, Voter
from zhibu.apps.voting.services.rolls import RollRow
from zhibu.kernel import audit
from zhibu.kernel.actions.models import Submission
from zhibu.kernel.audit import AuditEntry
from zhibu.kernel.files.models import Attachment

pytestmark = pytest.mark.django_db

#: no content of this form is asked for before the row is there
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


@pytest.fixture
def east(house: factories.House) -> Branch:
    return branch(house.east, 6)


@pytest.fixture
def secretary(client: Client, house: factories.House) -> Client:
    client.force_login(factories.account("shuji", "branch_secretary", house.east))
    return client


def signed_in(username: str, role: str, house: factories.House) -> Client:
    found = Client()
    found.force_login(factories.account(username, role, house.east))
    return found


def page(client: Client, obj: Any) -> str:
    answer = client.get(obj.get_absolute_url())
    assert answer.status_code == 200
    return str(answer.content.decode())


def last(model: Any) -> Any:
    return model.objects.system("test").order_by("-pk").first()


def test_a_secretary_freezes_a_roll_and_decides_by_hands(
    secretary: Client, house: factories.House, east: Branch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def members(organization: Any, on: Any, rule: str) -> list[RollRow]:
        return [RollRow(p.pk, p.name, "正式党员", True) for p in east.people] if organization == house.east else []

    monkeypatch.setattr(registries, "_rosters", [members])
    sent = {"organization": house.east.uid, "on": localdate().isoformat(), "rule": "assembly", "title": "十一月大会"}
    assert post(secretary, "voting.roll.freeze", **sent).status_code == 302
    roll = last(Roll)
    assert (
        post(secretary, "voting.motion.draft", roll, title="评先决议", rule="ordinary", method="hands").status_code
        == 302
    )
    made = last(Motion)
    ticked = [str(entry.uid) for entry in queries.entries(roll)[:5]]
    assert post(secretary, "voting.motion.open", made, whole="ticked", entry=ticked).status_code == 302
    made.refresh_from_db()
    wrong = post(secretary, "voting.motion.hands", made, yes0="4", no0="0", abstain0="0")
    assert wrong.status_code == 422
    assert "三项之和应等于实到人数" in wrong.content.decode()
    assert post(secretary, "voting.motion.hands", made, yes0="4", no0="1", abstain0="0").status_code == 302
    shown = page(secretary, made)
    assert "应到 6 人，实到 5 人。赞成 4 票" in shown
    assert "第十一条" in shown
    assert "十一月大会" in page(secretary, roll)
    assert secretary.get(reverse("motions"), {"q": "评先", "result": "passed"}).content.decode().count("评先决议") >= 1


def test_six_are_left_out_with_the_superiors_reply_scanned(secretary: Client, east: Branch) -> None:
    roll = east.roll()
    entry = queries.entries(roll)[5]
    sent = {"ground": "bedridden", "words": "瘫痪在床", "petition": "hand", "number": "东党复〔2026〕7 号"}
    refused = post(secretary, "voting.exclusion.propose", entry, **sent)
    assert refused.status_code == 422
    assert "请上传批复" in refused.content.decode()
    scan = SimpleUploadedFile("批复.pdf", PDF, "application/pdf")
    assert post(secretary, "voting.exclusion.propose", entry, scan=scan, **sent).status_code == 302
    assert last(Exclusion).consent == "东党复〔2026〕7 号"
    shown = page(secretary, roll)
    assert "待大会表决" in shown
    # nobody is offered to be proposed twice
    assert reverse("action-on", args=["voting.exclusion.propose", entry.uid]) not in shown


def test_several_of_whom_the_same_is_to_be_said_are_proposed_in_one_form(secretary: Client, east: Branch) -> None:
    first, second, third, *_ = queries.entries(east.roll())
    sent = {"ground": "bedridden", "words": "长期卧床", "petition": "hand", "number": "东党复〔2026〕7 号"}
    scan = SimpleUploadedFile("批复.pdf", PDF, "application/pdf")
    others = [str(second.uid), str(third.uid)]
    assert post(secretary, "voting.exclusion.propose", first, scan=scan, others=others, **sent).status_code == 302
    made = Exclusion.objects.system("test").order_by("pk")
    assert [(one.entry, one.ground) for one in made] == [(one, "bedridden") for one in (first, second, third)]
    scans = Attachment.objects.system("test").filter(object_type="voting.Exclusion")
    assert {int(pk) for pk in scans.values_list("object_id", flat=True)} == {one.pk for one in made}
    assert reverse("action-on", args=["voting.exclusion.propose", third.uid]) not in page(secretary, first.roll)


def test_the_second_counter_never_sees_the_first_ones_figures(house: factories.House, east: Branch) -> None:
    made = opened(east.roll(), 6, method="paper")
    one, two = signed_in("a", "branch_secretary", house), signed_in("b", "branch_officer", house)
    right = {"issued": "6", "collected": "6", "valid": "6", "invalid": "0", "yes0": "5", "no0": "1", "abstain0": "0"}
    assert post(one, "voting.motion.count", made, **right).status_code == 302
    made.refresh_from_db()
    for client in (one, two):
        shown = page(client, made)
        assert "等第二个人录入" in shown
        assert "第 1 次录入" not in shown
    form = two.get(reverse("action-on", args=["voting.motion.count", made.uid])).content.decode()
    assert not re.search(r'name="yes0"[^>]*value="5"', form)
    assert post(one, "voting.motion.count", made, **right).status_code == 422
    assert post(two, "voting.motion.count", made, **{**right, "yes0": "4", "no0": "2"}).status_code == 302
    assert "两人不一致" in page(two, made)
    for client in (two, one):
        made.refresh_from_db()
        assert post(client, "voting.motion.count", made, **right).status_code == 302
    made.refresh_from_db()
    assert post(one, "voting.motion.close", made).status_code == 302
    assert "赞成 5 票" in page(one, made)
    assert PaperCount.objects.system("test").filter(agreed=True).count() == 2


def online(house: factories.House, east: Branch) -> tuple[Motion, list[Client], list[str]]:
    """Open an online ballot through the pages; returns it with the clients of the people in order and the scrutineers' codes."""
    clients = []
    for n, person in enumerate(east.people):
        client = Client()
        client.force_login(factories.account(f"m{n}", of=person))
        clients.append(client)
    made = motion(east.roll(), method="online", approval=AGREED, trustees=east.people[:2])
    codes = []
    for client, trustee in zip(
        clients, Trustee.objects.system("test").filter(motion=made).order_by("pk"), strict=False
    ):
        answer = client.post(trustee.own_url)
        codes.append(re.search(r"([0-9A-Z]{4}-){5}[0-9A-Z]{4}", answer.content.decode()).group(0))  # type: ignore[union-attr]
        assert "no-store" in answer["Cache-Control"]
        again = client.get(trustee.own_url).content.decode()
        assert codes[-1] not in again
    made.refresh_from_db()
    return open_with(made, 6), clients, codes


def place(made: Motion, n: int) -> Voter:
    return list(Voter.objects.system("test").filter(motion=made).order_by("entry__place"))[n]


def test_a_secret_ballot_on_phones_from_the_inbox_to_the_check(
    secretary: Client, house: factories.House, east: Branch
) -> None:
    made, clients, codes = online(house, east)
    assert "请投票" in clients[0].get(reverse("inbox")).content.decode()
    lines, sent = AuditEntry.objects.system("test").count(), Submission.objects.count()
    for n, choice in enumerate(("yes", "yes", "no", "yes", "yes")):
        answer = post(clients[n], "voting.ballot.cast", place(made, n), q0=choice)
        assert answer.status_code == 302
        assert answer["Location"] == place(made, n).own_url
    assert (AuditEntry.objects.system("test").count(), Submission.objects.count()) == (lines, sent)  # no time, no order
    again = post(clients[0], "voting.ballot.cast", place(made, 0), q0="no")
    assert again.status_code == 422
    assert "每人只投一次" in again.content.decode()
    assert clients[0].get(place(made, 1).own_url).status_code == 404
    assert post(clients[0], "voting.ballot.cast", place(made, 5), q0="no").status_code == 404
    made.refresh_from_db()
    assert "已投 5 / 6 人" in page(secretary, made)
    assert post(secretary, "voting.motion.stop", made).status_code == 302
    told = audit.history("voting.Motion", str(made.pk))[0].summary
    assert "、".join(person.name for person in east.people[:5]) in told

    trustees = list(Trustee.objects.system("test").filter(motion=made).order_by("pk"))
    wrong = post(clients[0], "voting.trustee.open", trustees[0], typed=codes[1])
    assert wrong.status_code == 422
    assert codes[1] not in wrong.content.decode()
    for client, trustee, code in zip(clients, trustees, codes, strict=False):
        assert post(client, "voting.trustee.open", trustee, typed=code.lower().replace("-", " ")).status_code == 302
    made.refresh_from_db()
    assert post(secretary, "voting.motion.close", made).status_code == 302
    shown = clients[0].get(place(made, 0).own_url).content.decode()
    assert "赞成 4 票" in shown
    assert place(made, 0).receipt in shown
    checked = clients[0].post(reverse("own-vote-check", args=[place(made, 0).uid])).content.decode()
    assert "全部正确" in checked
    assert "您的票" in checked
    assert "全部正确" in secretary.post(reverse("motion-check", args=[made.uid])).content.decode()


def test_papers_of_a_vote(secretary: Client, house: factories.House, east: Branch) -> None:
    made = opened(
        east.roll("election"), 6, "election-2020", "paper", title="选举委员", questions=["甲", "乙"], choose=1
    )
    for code, words in (("voting.ballots", "另选他人"), ("voting.count", "发出票数"), ("voting.result", "表决中")):
        answer = secretary.get(reverse("print", args=[code, made.uid]))
        assert answer.status_code == 200, code
        assert words in pdf_text(answer.content), code
    plain = opened(made.roll, 5, method="paper", title="评先决议")
    for size in ("", "large"):
        answer = secretary.get(reverse("print", args=["voting.ballots", plain.uid]), {"size": size} if size else {})
        assert pdf_text(answer.content).count("请勿署名") >= 5
        assert "另选他人" not in pdf_text(answer.content)
    answer = secretary.get(reverse("print", args=["voting.roll", made.roll.uid]))
    assert "党员05" in pdf_text(answer.content)
