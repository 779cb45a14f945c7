"""The care card: what whoever goes to see somebody takes along."""

from collections.abc import Sequence
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.custody import queries
from zhibu.apps.custody.models import CareRecord
from zhibu.apps.people.documents.reach import DAY, Reach
from zhibu.kernel.actor import Actor
from zhibu.kernel.documents import Content

#: services on the card
LATEST = 8


def build(actor: Actor, cares: Sequence[CareRecord]) -> Content:
    """Return the content of the cards, one a page; of the person what the actor may see there."""
    found = {care.pk: care for care in queries.listed(actor).filter(pk__in=[care.pk for care in cares])}
    ordered = [found[care.pk] for care in cares if care.pk in found]
    reach = Reach(actor, [care.person for care in ordered])
    first = cares[0]
    return Content(
        title=f"{first.person.name}的托管卡" if len(cares) == 1 else f"托管卡（{len(cares)} 份）",
        data={"cards": [_card(actor, care, reach) for care in ordered]},
        organization=str(first.organization),
        sensitive="特殊需要和家属电话",
        seats={care.pk: care.organization_id for care in ordered},
    )


def _card(actor: Actor, care: CareRecord, reach: Reach) -> dict[str, Any]:
    today, person = localdate(), care.person
    may = reach.of(person)
    services = queries.listed_services(actor).filter(care=care, stands=True)[:LATEST]
    proxies = [proxy for proxy in queries.listed_proxies(actor).filter(care=care) if proxy.holds(today)]
    return {
        "name": person.name, "sex": person.get_sex_display(),
        "born": (person.birth_date.strftime(DAY) if person.birth_date else "") if may("people.see.identity") else None,
        "mobile": person.mobile if may("people.see.contact") else None,
        "telephone": person.telephone if may("people.see.contact") else None,
        "address": person.address_living if may("people.see.contact") else None,
        "category": care.category_label, "station": str(care.organization), "clerk": str(care.clerk or ""), "sent_by": care.sent_by,
        "since": care.since.strftime(DAY), "living": "，".join(filter(None, (care.get_living_display(), care.living_words))),
        "needs": care.special_needs or "", "kin": " ".join(filter(None, (care.kin_name, care.kin_relation, care.kin_phone))),
        "visits": f"每 {care.visit_months} 个月一次", "last": care.last_visit_on.strftime(DAY) if care.last_visit_on else "",
        "next": care.next_visit_on.strftime(DAY) if care.next_visit_on else "",
        "agreed": care.agreed_until.strftime(DAY) if care.agreed_until else "",  # type: ignore[attr-defined]
        "proxies": [[str(one), one.matters_words, one.until.strftime(DAY)] for one in proxies],
        "services": [[one.on.strftime(DAY), one.get_kind_display(), one.words[:80]] for one in services],
    }  # fmt: skip
