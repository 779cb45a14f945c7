"""People in care on each side: records, agreements and services in every state, with a picture."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from zhibu.apps.custody.models import (
    Agreement,
    BatchLine,
    CareRecord,
    HelpOffer,
    HelpRequest,
    PhotoDraft,
    Proxy,
    ServiceBatch,
    ServiceRecord,
    YearlyCheck,
)
from zhibu.kernel import files
from zhibu.kernel.actor import Actor

if TYPE_CHECKING:
    from tests.matrix.world import Side

SINCE = date(2024, 3, 1)


def care_for(side: "Side") -> None:
    """Make them at the side's workstation, for people who belong to it alone."""
    from tests.matrix.sensitive import picture

    first, second, third = side.people[:3]
    today, word = date.today(), side.word
    care = _care(side, first, visit=today - timedelta(days=3))
    side.keep(care, _care(side, second, visit=None, category=""))
    ended = _care(side, third, visit=None, until=date(2025, 1, 1), ending="other", ending_words=f"{word}原因")
    side.keep(ended)
    for number, days in (("1", 20), ("2", 800)):
        since = today + timedelta(days=days - 300)
        side.keep(
            Agreement.objects.create(
                care=care,
                number=f"{word}协议{number}",
                since=since,
                until=today + timedelta(days=days),
                note=f"{word}备注",
            )
        )
    blob = files.store_made(picture(), mime="image/jpeg")
    actor = Actor(account_id=side.accounts[0].pk, name=f"{word}经办")
    wrong = _service(care, word, stands=False)
    right = _service(care, word, corrects=wrong, follow_up_on=today, follow_up_words=f"{word}跟进")
    back = _service(care, word, stands=False, withdrawn_at=timezone.now(), withdrawn_why=f"{word}撤回")
    for made in (right, wrong, back):
        side.keep(made)
        side.keep(
            files.attach(
                made, blob, name=f"{word}照片.jpg", permission="custody.view", actor=actor,
                organization_id=side.of("workstation").pk,
            )
        )  # fmt: skip
    _round(side, care, right)
    _duties(side, care)
    side.keep(PhotoDraft.objects.create(care=care, account_id=side.accounts[0].pk, blob=blob, name=f"{word}照片.jpg"))


def _duties(side: "Side", care: CareRecord) -> None:
    """A yearly check that is done, one that is due, and somebody who may come."""
    word = side.word
    for year, done in ((2025, date(2025, 6, 1)), (2026, None)):
        words = f"{word}核验" if done else ""
        side.keep(
            YearlyCheck.objects.create(
                care=care, kind="pension", year=year, due_on=date(year, 6, 30), done_on=done, words=words, done_by=words
            )
        )
    side.keep(
        Proxy.objects.create(
            care=care, name=f"{word}代办", relation="子", phone=side.code, document=side.code, matters=["receive"], since=SINCE,
            until=date(2099, 1, 1), note=f"{word}备注",
        )
    )  # fmt: skip


def help_of(side: "Side", member: Any = None) -> None:
    """Make requests for help in every state; with `member` also those of and for the member."""
    care = side.objects["custody.CareRecord"][0]
    for state in ("open", "claimed", "done", "off"):
        side.keep(_request(side, care, state))
    side.keep(HelpOffer.objects.create(request=_request(side, care, "open"), person=side.people[1]))
    if member is None:
        return
    own = _care(side, member, visit=None, special_needs="")
    side.keep(own)
    side.keep(_request(side, own, "open"))
    for state in ("open", "claimed"):
        wanted = _request(side, care, state, claimed_by=member if state == "claimed" else None)
        side.keep(HelpOffer.objects.create(request=wanted, person=member))


def _request(side: "Side", care: CareRecord, state: str, **more: Any) -> HelpRequest:
    word = side.word
    made: HelpRequest = HelpRequest.objects.create(
        care=care, person=care.person, words=f"{word}帮忙", asked_by=f"{word}经办", state=state,
        claimed_name=f"{word}认领" if state == "claimed" else "", closed_why=f"{word}不办" if state == "off" else "", **more,
    )  # fmt: skip
    return made


def _care(side: "Side", person: Any, *, visit: date | None, **more: Any) -> CareRecord:
    word = side.word
    values = {"category": "sick", "special_needs": f"{word}需要", **more}
    made: CareRecord = CareRecord.objects.create(
        person=person, organization=side.of("workstation"), since=SINCE, sent_by=f"{word}厂", living="alone",
        living_words=f"{word}说明", kin_name=f"{word}家属", kin_relation="子", kin_phone=side.code, allowance="1480.00",
        visit_months=3, next_visit_on=visit, **values,
    )  # fmt: skip
    return made


def _service(care: CareRecord, word: str, **more: Any) -> ServiceRecord:
    made: ServiceRecord = ServiceRecord.objects.create(
        care=care,
        kind="visit",
        on=date(2026, 5, 1),
        place=f"{word}家",
        words=f"{word}情况",
        by_name=f"{word}经办",
        **more,
    )
    return made


def _round(side: "Side", care: CareRecord, service: ServiceRecord) -> None:
    """A round that is under way, and one that is done."""
    for state in ("open", "closed"):
        batch = ServiceBatch.objects.create(
            organization=side.unit, title=f"{side.word}慰问", on=date(2026, 9, 1), gift=f"{side.word}礼品", cost="200.00", state=state,
            count=1, by_name=f"{side.word}经办",
        )  # fmt: skip
        made = service if state == "closed" else None
        line = BatchLine.objects.create(
            batch=batch, care=care, place=1, received=True, received_by=f"{side.word}亲", service=made
        )
        side.keep(batch)
        side.keep(line)
