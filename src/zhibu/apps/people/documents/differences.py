"""The report of differences with the national system, as the viewer may see it."""

from collections.abc import Sequence
from typing import Any

from zhibu.apps.people.console_national import GROUPS, told
from zhibu.apps.people.groups import BY_CODE
from zhibu.apps.people.models import NationalDifference
from zhibu.kernel.actor import Actor
from zhibu.kernel.documents import Content


def build(actor: Actor, rows: Sequence[NationalDifference]) -> Content:
    """Return the report of these rows, which lie in the actor's reach; groups that may not be seen are left out."""
    paths = dict(
        NationalDifference.objects.system("where the printed rows lie")
        .filter(pk__in=[row.pk for row in rows])
        .values_list("pk", "organization__path")
    )
    checks = _checks(rows)
    lines = []
    for row in rows:
        row.check_of = checks[row.check_of_id]
        seen = [told(code)(row) for code in GROUPS if actor.may(BY_CODE[code].see, paths[row.pk])]
        words = row.note + "；".join(text for text in seen if text)
        done = f"{row.reviewed_by} 已核对" if row.reviewed_at else ""
        lines.append([str(row.row or ""), row.name, row.get_kind_display(), row.branch, words, done])
    names = sorted({str(check) for check in checks.values()})
    title = names[0] if len(names) == 1 else "与全国系统核对的差异"
    return Content(title=f"{title[:60]}差异报告", data={"rows": lines}, sensitive="党员信息差异")


def _checks(rows: Sequence[NationalDifference]) -> dict[int, Any]:
    from zhibu.apps.people.models import NationalCheck

    found = NationalCheck.objects.system("the checks of visible rows").select_related("organization")
    return {check.pk: check for check in found.filter(pk__in={row.check_of_id for row in rows})}
