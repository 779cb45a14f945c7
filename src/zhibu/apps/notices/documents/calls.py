"""The call list on paper: branch by branch, with room for when, by whom and with what result."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.utils.timezone import localtime

from zhibu.apps.notices.services import calls
from zhibu.kernel.actor import Actor
from zhibu.kernel.documents import Content
from zhibu.kernel.messages.models import Notice


def build(actor: Actor, rows: Sequence[Notice]) -> Content:
    """Return the content of the lists of one or more notices."""
    return Content(
        title=f"电话通知单-{rows[0].title}" if len(rows) == 1 else "电话通知单",
        data={"notices": [_notice(actor, notice) for notice in rows]},
        organization=str(rows[0].organization),
        sensitive="电话号码",
        seats={notice.pk: notice.organization_id for notice in rows},
    )


def _notice(actor: Actor, notice: Notice) -> dict[str, Any]:
    lines = calls.rows(actor, notice)
    places = []
    for place, group in groupby(lines, key=lambda line: line.place):
        people = [
            [
                line.name,
                line.phones,
                line.kin,
                localtime(line.at).strftime("%m-%d %H:%M") if line.at else "",
                line.by,
                line.result,
            ]
            for line in group
        ]
        places.append({"name": place, "people": people})
    return {
        "title": notice.title,
        "body": notice.body,
        "office": str(notice.organization),
        "count": len(lines),
        "kin": any(line.kin for line in lines),
        "places": places,
    }
