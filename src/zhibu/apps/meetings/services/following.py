"""What happens to lists and plans when people move, die or become one record, and when organisations end."""

from collections.abc import Iterable

from django.utils.timezone import localdate

from zhibu.apps.meetings.models import Attendance, PlanLine, Standing, State, Study
from zhibu.apps.organizations.models import Organization
from zhibu.kernel.actor import Actor
from zhibu.kernel.audit import AuditLine, record_many

ORDER = ("present", "made_up", "leave", "absent", "invited")


def name_of(organization_id: int) -> str:
    """Return the name of an organisation."""
    return str(Organization.objects.system("where somebody went").get(pk=organization_id))


def moved(person_id: int, words: str, actor: Actor) -> None:
    """Say on every list that was made and is not over that the person went away; what was to be studied is not asked any more."""
    rows = Attendance.objects.system("lists with somebody who went").filter(person=person_id)
    waiting = list(rows.filter(meeting__state__in=[State.CALLED, State.UNDER_WAY]).select_related("meeting"))
    lines = []
    for row in waiting:
        row.moved = words[:100]
        row.rev += 1
        row.save(update_fields=["moved", "rev"])
        summary = f"{row.name}{words}，仍在“{row.meeting}”的名单上"
        lines.append(_line(actor, row, row.meeting.organization_id, summary))
    rows.filter(study=Study.OPEN).update(study=Study.WAIVED, study_words=words[:100])
    _log(lines)


def merge(actor: Actor, kept_id: int, dropped_id: int) -> None:
    """Where both stand on one list, what says more stays; the other keeps its name and stands apart."""
    rows = Attendance.objects.system("lists with two records of one person")
    kept = {row.meeting_id: row for row in rows.filter(person=kept_id)}
    for row in rows.filter(person=dropped_id, meeting__in=list(kept)).select_related("meeting"):
        mine = kept[row.meeting_id]
        weaker, stronger = (row, mine) if ORDER.index(mine.state) <= ORDER.index(row.state) else (mine, row)
        weaker.person = None
        weaker.standing, weaker.ground = Standing.OFF, "与另一份主档合并"
        weaker.rev += 1
        weaker.save()
        if stronger is row:
            row.person_id = kept_id
            row.rev += 1
            row.save()


def drop_plans(actor: Actor, organization_ids: Iterable[int], words: str) -> None:
    """Drop what organisations that end still planned."""
    rows = PlanLine.objects.system("plans of organisations that end").filter(organization__in=list(organization_ids))
    found = list(rows.filter(used=False, dropped_why="", on__gte=localdate()))
    rows.filter(pk__in=[row.pk for row in found]).update(dropped_why=words[:200])
    _log([_line(actor, row, row.organization_id, f"取消计划：{row}（{words}）") for row in found])


def _line(actor: Actor, row: Attendance | PlanLine, organization_id: int, summary: str) -> AuditLine:
    return AuditLine(actor, "meetings.follow", summary, row._meta.label, str(row.pk), organization_id)


def _log(lines: list[AuditLine]) -> None:
    if lines:
        record_many(lines)
