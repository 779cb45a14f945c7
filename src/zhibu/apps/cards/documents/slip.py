"""The slip: what was read to somebody at the desk, what still waits for them, and who helped. Made to be read at home."""

from collections.abc import Sequence
from typing import Any

from django.utils.timezone import localdate, localtime

from zhibu.apps.cards import assist
from zhibu.apps.cards.models import Assistance
from zhibu.apps.cards.permissions import ASSIST
from zhibu.apps.cards.services.assisting import notices_of
from zhibu.apps.people.models import Person
from zhibu.kernel.actor import Actor
from zhibu.kernel.documents import Content

MOST = 20
DAY = "%Y 年 %-m 月 %-d 日"


def build(actor: Actor, rows: Sequence[Assistance]) -> Content:
    """Return the slips; of somebody out of the actor's reach nothing but the date."""
    reach = set(
        Person.objects.visible_to(actor, ASSIST)
        .filter(pk__in=[row.person_id for row in rows])
        .values_list("pk", flat=True)
    )
    return Content(
        title="大字单",
        data={"slips": [_slip(actor, row, seen=row.person_id in reach) for row in rows]},
        organization=str(rows[0].organization),
        sensitive="本人的通知和待办",
        seats={row.pk: row.organization_id for row in rows},
    )


def _slip(actor: Actor, helped: Assistance, *, seen: bool) -> dict[str, Any]:
    day = localtime(helped.begun_at).strftime(DAY)
    if not seen:
        return {
            "name": "（不在您的管理范围内）",
            "day": day,
            "by": helped.account_name,
            "consent": "",
            "done": [],
            "notices": [],
            "waiting": [],
        }
    waiting = assist.waiting(helped.person, actor, localdate())
    return {
        "name": helped.person.name, "day": day, "by": helped.account_name, "consent": helped.get_consent_display(), "done": helped.done,
        "notices": [{"title": one.title, "body": one.body} for one in notices_of(helped.person)[:MOST]],
        "waiting": [{"title": one.title, "detail": one.detail, "due": one.due.strftime(DAY) if one.due else ""} for one in waiting],
    }  # fmt: skip
