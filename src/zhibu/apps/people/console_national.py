"""The screens of comparisons with the national member system; imported by `console`."""

import json
from collections.abc import Container
from functools import partial
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from zhibu.apps.people.groups import BY_CODE, GROUP_OF_FIELD
from zhibu.apps.people.models import NationalCheck, NationalDifference, Person
from zhibu.apps.people.models.national import PERMISSION, CheckState, DifferenceKind
from zhibu.apps.people.national_layout import BRANCH, layout
from zhibu.apps.people.queries import within_reach
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import Column, Screen, register
from zhibu.kernel.console.listing import gate_name
from zhibu.kernel.jobs.views import work_of
from zhibu.kernel.ui.parts import Fact

TONES = {"differs": "due", "here_only": "info", "there_only": "info", "error": "late"}
STATES = {CheckState.READING: "info", CheckState.DONE: "ok", CheckState.FAILED: "late"}
#: what a list or a report says of those who are on one side only
BRIEF = ("identity_number", "birth_date", "political_status", "joined_party_on", "mobile")
#: the groups a layout has columns of
GROUPS = ("identity", "contact", "work", "party")


def checks(actor: Actor) -> "QuerySet[NationalCheck]":
    """Return the comparisons of organisations in reach."""
    rows: QuerySet[NationalCheck] = NationalCheck.objects.visible_to(actor, PERMISSION)
    return rows.select_related("organization", "job")


def differences(actor: Actor) -> "QuerySet[NationalDifference]":
    """Return the rows of their reports."""
    rows: QuerySet[NationalDifference] = NationalDifference.objects.visible_to(actor, PERMISSION)
    return rows.select_related("organization", "check_of", "person")


def _count(kind: str, check: NationalCheck) -> int | None:
    found: int | None = check.counts.get(kind)
    return found


def values_of(row: NationalDifference) -> list[tuple[str, str, str]]:
    """Return [field, ours, theirs] of a row."""
    return [tuple(one) for one in json.loads(row.values or "[]")]


def heading(row: NationalDifference, field: str) -> str:
    """Return the heading of a column in the layout the file was read by."""
    return next((c.heading for c in layout(row.check_of.layout).columns if c.field == field), field)


def in_group(row: NationalDifference, code: str, but: Container[str] = ()) -> list[tuple[str, str, str]]:
    """Return [heading, ours, theirs] of the fields of one group; the branch, which is a place, goes with the Party's."""

    def of(field: str) -> str:
        return "party" if field == BRANCH else GROUP_OF_FIELD[field].code

    return [(heading(row, f), ours, theirs) for f, ours, theirs in values_of(row) if of(f) == code and f not in but]


def told(code: str) -> Any:
    """Return a column function: what differs in a group, in words."""

    def value(row: NationalDifference) -> str:
        if row.kind in (DifferenceKind.HERE_ONLY, DifferenceKind.THERE_ONLY):
            left_out = {field for field, _, _ in values_of(row)} - set(BRIEF)
            return "；".join(f"{head} {ours or theirs}" for head, ours, theirs in in_group(row, code, left_out))
        if row.person_id is None:
            return "；".join(f"{head} {theirs}" for head, _, theirs in in_group(row, code))
        return "；".join(
            f"{head}：本系统 {ours or '（空）'}，文件 {theirs or '（空）'}"
            for head, ours, theirs in in_group(row, code)
        )

    return value


def whole(row: NationalDifference) -> str:
    """Return all that a row says, as far as the list's gates let the viewer see its groups."""
    open_groups = [code for code in GROUPS if getattr(row, gate_name(BY_CODE[code].see), False)]
    return row.note + "；".join(words for words in (told(code)(row) for code in open_groups) if words)


class DifferenceFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Kind and state of the rows; which report they belong to."""

    check_of = django_filters.ModelChoiceFilter(
        label="哪一次核对", queryset=NationalCheck.objects.all(), to_field_name="uid", empty_label="全部"
    )
    kind = django_filters.ChoiceFilter(label="类别", choices=DifferenceKind.choices, empty_label="全部类别")
    reviewed = django_filters.ChoiceFilter(
        label="核对情况", method="by_state", choices=[("no", "未核对"), ("yes", "已核对")], empty_label="全部"
    )

    class Meta:
        model = NationalDifference
        fields: list[str] = []

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        """Keep those seen to, or those that wait."""
        return rows.filter(reviewed_at__isnull=value == "no")


def check_context(request: HttpRequest, check: NationalCheck) -> dict[str, Any]:
    """Return counts by kind with links to the rows, and how the work stands."""
    rows = NationalDifference.objects.visible_to(request.actor, PERMISSION).filter(check_of=check)  # type: ignore[attr-defined]
    address = f"{reverse('national-differences')}?check_of={check.uid}"
    kinds = [
        {"label": kind.label, "count": check.counts.get(kind.value, 0), "url": f"{address}&kind={kind.value}"}
        for kind in DifferenceKind
    ]
    facts = [
        Fact("比对范围", str(check.organization)),
        Fact("文件", check.file_name),
        Fact("版式", layout(check.layout).label),
        Fact("空着的格子", "也列出" if check.blanks else "不列出"),
        Fact("经办人", check.requested_by_name),
    ]
    if check.state == CheckState.DONE:
        sums = (("本系统党员", "here"), ("文件中的行", "there"), ("完全一致", "same"))
        facts += [Fact(label, check.counts.get(key)) for label, key in sums]
    job = check.job
    return {
        "facts": facts,
        "kinds": kinds,
        "all_url": address,
        "open_url": f"{address}&reviewed=no",
        "found": sum(kind["count"] for kind in kinds),
        "waiting": rows.filter(reviewed_at__isnull=True).count(),
        "work": work_of(job) if job and check.standing == CheckState.READING else None,
        "refresh_seconds": 3 if check.standing == CheckState.READING else None,
        "failed": (check.message or (job.message if job else "")) if check.standing == CheckState.FAILED else "",
        "tone": STATES[check.standing],
    }


def difference_context(request: HttpRequest, row: NationalDifference) -> dict[str, Any]:
    """Return the fields that differ, as far as their group may be seen, with the way to mend each."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    path = row.organization.path
    person: Person | None = row.person
    if person is not None and (person.state != "live" or not within_reach([person.pk], actor)):
        person = None
    here = row.get_absolute_url()
    blocks = []
    for code in GROUPS:
        group, lines = BY_CODE[code], in_group(row, code)
        if not lines or not actor.may(group.see, path):
            continue
        edit = ""
        if person is not None and row.kind != DifferenceKind.THERE_ONLY and actor.may(group.edit, path):
            edit = f"{reverse('action-on', args=[f'people.person.edit.{code}', person.uid])}?next={here}"
        blocks.append({"label": group.label, "lines": lines, "edit_url": edit})
    one_sided = row.kind == DifferenceKind.THERE_ONLY or (row.kind == DifferenceKind.ERROR and row.person_id is None)
    return {
        "blocks": blocks,
        "person": person,
        "known": person is not None and row.kind == DifferenceKind.THERE_ONLY,
        "ours": not one_sided,
        "theirs": row.kind != DifferenceKind.HERE_ONLY,
        "tone": TONES[row.kind],
    }


register(
    Screen(
        slug="national-checks",
        model="people.NationalCheck",
        label="全国系统核对",
        permission=PERMISSION,
        rows=checks,
        order="-created_at",
        columns=(
            Column("file_name", "文件", "file_name", primary=True),
            Column("organization", "比对范围", "organization"),
            Column("created_at", "时间", "created_at", sort="created_at", kind="date"),
            Column("state", "状态", lambda c: c.standing.label, kind="short", tone=lambda c: STATES[c.standing]),
            *(Column(kind.value, kind.label, partial(_count, kind.value), kind="number") for kind in DifferenceKind),
            Column("by", "经办人", "requested_by_name", phone=False),
        ),
        head=("people.national.compare",),
        record="zhibu.apps.people.console_national.check_context",
        record_template="people/national_check.html",
        empty="还没有核对过。从全国系统导出党员名单，点“上传文件核对”，系统逐人列出不一致的地方。",
        section="人员",
        icon="scale",
        position=24,
    ),
    Screen(
        slug="national-differences",
        model="people.NationalDifference",
        label="核对差异",
        permission=PERMISSION,
        rows=differences,
        order="id",
        columns=(
            Column("name", "姓名", "name", primary=True),
            Column("kind", "类别", "get_kind_display", kind="short", tone=lambda d: TONES[d.kind]),
            Column("branch", "党支部", "branch", phone=False),
            Column("row", "文件行号", "row", kind="number", phone=False),
            Column("whole", "差异", whole, where="list"),
            *(Column(code, BY_CODE[code].label, told(code), gate=BY_CODE[code].see, where="export") for code in GROUPS),
            Column("note", "说明", "note", where="export"),
            Column("reviewed", "核对", lambda d: f"{d.reviewed_by} 已核对" if d.reviewed_at else "", kind="short"),
        ),
        filterset="zhibu.apps.people.console_national.DifferenceFilter",
        record="zhibu.apps.people.console_national.difference_context",
        record_template="people/national_difference.html",
        empty="没有不一致的地方。",
    ),
)
