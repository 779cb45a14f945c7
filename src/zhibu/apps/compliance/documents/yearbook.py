"""The content of a year book: what was held when, the minutes as they stand, the votes, the resolutions, the appraisal, how many members."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.timezone import localdate

from zhibu.apps.appraisals.models import Appraisal, Entry
from zhibu.apps.appraisals.rules import RANK_LABELS
from zhibu.apps.compliance import queries
from zhibu.apps.elections.models import Election
from zhibu.apps.meetings.models import AgendaItem, Meeting, Minutes, Participant, State
from zhibu.apps.membership.models import MemberKind
from zhibu.apps.membership.queries import members_on
from zhibu.apps.organizations.models import Kind, Organization
from zhibu.apps.resolutions import queries as resolutions
from zhibu.apps.resolutions.models import FollowUp
from zhibu.apps.voting.models import Motion
from zhibu.kernel.actor import Actor
from zhibu.kernel.documents import Content

MARKS = {"held": "√", "missed": "未开", "now": "待开", "ahead": "", "before": "—"}


def this_year(actor: Actor, organizations: Sequence[Organization]) -> Content:
    """Return the year book of the running year up to today."""
    return _content(organizations, localdate().year)


def last_year(actor: Actor, organizations: Sequence[Organization]) -> Content:
    """Return the year book of the year before."""
    return _content(organizations, localdate().year - 1)


def _content(organizations: Sequence[Organization], year: int) -> Content:
    first = organizations[0]
    return Content(
        title=f"{first} {year} 年组织生活年册", data={"books": [_book(one, year) for one in organizations]},
        organization=str(first), sensitive="会议记录和人员名单", seats={one.pk: one.pk for one in organizations},
    )  # fmt: skip


def _book(organization: Organization, year: int) -> dict[str, Any]:
    today = localdate()
    last_day = min(today, date(year, 12, 31))
    members = members_on(organization, last_day)
    full = sum(member.kind == MemberKind.FULL for member in members)
    meetings = _meetings(organization, year)
    return {
        "name": organization.name, "year": year, "until": f"{last_day.year} 年 {last_day.month} 月 {last_day.day} 日",
        "members": f"党员 {len(members)} 人，其中正式党员 {full} 人，预备党员 {len(members) - full} 人",
        "grid": [_line(light, periods) for light, periods in queries.year(organization, queries.of_organization(organization), year, today)],
        "list": [_row(number, one) for number, one in enumerate(meetings, 1)],
        "meetings": _told(meetings), "appraisal": _appraisal(organization, year),
        "resolutions": _resolutions(organization, year, last_day),
    }  # fmt: skip


def _line(light: Any, periods: Iterable[queries.Period]) -> dict[str, Any]:
    cells = [[one.label, "、".join(f"{m.on.month}月{m.on.day}日" for m in one.held) + _lacks(one)] for one in periods]
    return {"duty": f"{light.duty_label}（{light.rule.how_often}）", "cells": cells}


def _lacks(one: queries.Period) -> str:
    """Return what is said of a month, quarter or year besides the days: not every group has met, or nobody."""
    if not one.held:
        return MARKS[one.state]
    return "" if one.state == "held" else "（未开齐）"


def _meetings(organization: Organization, year: int) -> list[Meeting]:
    """Return what the organisation and its groups held in the year, alone or together with others, by day."""
    groups = Organization.objects.system("groups of a branch in hand").filter(parent=organization, kind=Kind.GROUP)
    ids = [organization.pk, *groups.values_list("pk", flat=True)]
    together = Participant.objects.system("meetings held together").filter(organization__in=ids).values("meeting")
    rows = Meeting.objects.system("meetings of a year book").filter(state=State.HELD, on__year=year)
    rows = rows.filter(organization__in=ids) | rows.filter(pk__in=together)
    return list(rows.select_related("organization", "host", "recorder").order_by("on", "pk"))


def _row(number: int, one: Meeting) -> list[str]:
    there = f"{one.present} / {one.entitled}" if one.entitled is not None else ""
    return [str(number), one.on.isoformat(), one.kind_label, one.title, str(one.organization), there]


def _told(meetings: Sequence[Meeting]) -> list[dict[str, Any]]:
    """Return the minutes of each meeting as they stand, and its votes; two queries for all of them."""
    parts: dict[int, Any] = {}
    rows = Minutes.objects.system("minutes of a year book").filter(meeting__in=meetings).order_by("number")
    for meeting_id, written in rows.values_list("meeting_id", "parts"):
        parts[meeting_id] = written
    votes: dict[int, list[list[str]]] = defaultdict(list)
    of_roll = {m.roll_id: m.pk for m in meetings if m.roll_id}
    items = AgendaItem.objects.system("agendas of a year book").filter(meeting__in=of_roll.values(), withdrawn=False)
    columns = ("subject_type", "subject_id", "meeting_id")
    elections = {
        (label, pk): at for label, pk, at in items.filter(subject_type=Election._meta.label).values_list(*columns)
    }
    asked = Q(roll__in=of_roll) | Q(
        roll__rule="election", subject_type=Election._meta.label, subject_id__in=[pk for _, pk in elections]
    )
    for motion in Motion.objects.system("votes of a year book").filter(asked).exclude(state="void").order_by("pk"):
        at = of_roll.get(motion.roll_id) or elections[motion.subject_type, motion.subject_id]
        votes[at].append([motion.title, motion.get_method_display(), motion.outcome or motion.verdict_words])
    return [
        {
            "number": number, "title": one.title, "day": one.on.isoformat(), "kind": one.kind_label, "place": one.place,
            "host": one.host.name if one.host else "", "recorder": one.recorder.name if one.recorder else "",
            "parts": parts.get(one.pk, []), "votes": votes.get(one.pk, []),
        }
        for number, one in enumerate(meetings, 1)
    ]  # fmt: skip


def _resolutions(organization: Organization, year: int, day: date) -> list[dict[str, Any]]:
    """Return what was decided in the year, void ones left out, each with what was done to carry it out; two queries."""
    rows = list(resolutions.of_organizations([organization.pk], date(year, 1, 1), date(year + 1, 1, 1)))
    done: dict[int, list[str]] = defaultdict(list)
    follow_ups = FollowUp.objects.system("follow-ups of a year book").filter(resolution__in=rows).order_by("on", "pk")
    for resolution_id, on, words in follow_ups.values_list("resolution_id", "on", "words"):
        done[resolution_id].append(f"{on.isoformat()}　{words}")
    return [
        {
            "number": one.number_text, "title": one.title, "on": one.decided_on.isoformat(), "text": one.text,
            "responsible": one.responsible_name, "state": one.standing(day)[0], "done": done[one.pk],
        }
        for one in rows
        if one.state != "void"
    ]  # fmt: skip


def _appraisal(organization: Organization, year: int) -> dict[str, Any] | None:
    """Return the appraisal of the year once it is confirmed."""
    rows = Appraisal.objects.system("appraisal of a year book").filter(organization=organization, year=year)
    made = rows.filter(state="confirmed").first()
    if made is None:
        return None
    entries = Entry.objects.system("appraisal of a year book").filter(appraisal=made).order_by("place")
    ranks = [entry.rank for entry in entries if entry.ranked]
    return {
        "counts": "，".join(f"{label} {ranks.count(rank.value)} 人" for rank, label in RANK_LABELS.items()),
        "rows": [
            [str(e.place), e.name, e.get_rank_display() if e.ranked else f"不评定（{e.ground}）"] for e in entries
        ],
        "confirmed": made.confirmed_on.isoformat() if made.confirmed_on else "",
    }
