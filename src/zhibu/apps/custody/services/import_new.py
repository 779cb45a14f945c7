"""Opening many records of care at once: record, service relation, agreement and their lines in the trail."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from zhibu.apps.custody.models import Agreement, CareRecord
from zhibu.apps.custody.services import import_back
from zhibu.apps.people.models import Affiliation, Person
from zhibu.apps.people.models.affiliation import Kind
from zhibu.kernel.actions import Act, naming
from zhibu.kernel.audit import AuditLine, Change, record_many
from zhibu.kernel.imports.spec import Effect, ImportChanged

SLICE = 500


def create(act: Act, station: Any, new: Sequence[Any]) -> list[Effect]:
    """Write the records that rows open (`Judged` with `after`), in a constant number of statements a slice."""
    if not new:
        return []
    try:
        with transaction.atomic():
            CareRecord.objects.bulk_create([one.after for one in new], batch_size=SLICE)
    except IntegrityError as error:
        raise ImportChanged(new[0].row.number, "有人刚刚给表里的人建立了托管档案") from error
    relations = _serve(act, station, [one for one in new if one.serve])
    signed = _sign(act, [one for one in new if one.sign is not None])
    lines = []
    for one in new:
        care = one.after
        summary = f"导入：建立托管档案 {care.person.name}（{station}，{care.since.isoformat()} 起）"
        lines.append(AuditLine(act.actor, act.code, summary, care._meta.label, str(care.pk), station.pk))
    _log(act, lines)
    return [
        Effect(
            one.row.number, one.after.pk, created=True, rev_after=one.after.rev,
            before={"_relation": relations.get(one.after.person_id), **import_back.with_it(signed.get(one.after.pk))},
        )
        for one in new
    ]  # fmt: skip


def _serve(act: Act, station: Any, new: Sequence[Any]) -> dict[int, int]:
    """Begin the service relations that are missing; return person -> relation."""
    rows = [
        Affiliation(person=one.person, organization=station, kind=Kind.SERVICE, since=one.after.since) for one in new
    ]
    made = Affiliation.objects.bulk_create(rows, batch_size=SLICE)
    people = [row.person_id for row in made]
    for start in range(0, len(people), SLICE):
        touched = Person.objects.system("people whose service relation begins").filter(
            pk__in=people[start : start + SLICE]
        )
        touched.update(rev=F("rev") + 1, changed_at=timezone.now())
    lines = []
    for row in made:
        label = row.get_kind_display()
        change = Change(naming("affiliation", station), label, "", f"{station}（{row.since.isoformat()}起）")
        summary = f"导入：建立{label} {row.person.name}"
        lines.append(
            AuditLine(act.actor, act.code, summary, "people.Person", str(row.person_id), station.pk, (change,))
        )
    _log(act, lines)
    return {row.person_id: row.pk for row in made}


def _sign(act: Act, new: Sequence[Any]) -> dict[int, Agreement]:
    """Record the agreements; return record -> agreement."""
    rows = [
        Agreement(care=one.after, number=one.sign.number, since=one.sign.since, until=one.sign.until) for one in new
    ]
    made = Agreement.objects.bulk_create(rows, batch_size=SLICE)
    lines = []
    for row in made:
        period = f"{row.since.isoformat()} 至 {row.until.isoformat()}"
        summary = f"导入：签订协议 {row.number}（{row.care.person.name}，{period}）"
        where = row.care.organization_id
        lines.append(AuditLine(act.actor, act.code, summary, row._meta.label, str(row.pk), where))
    _log(act, lines)
    return {row.care_id: row for row in made}


def _log(act: Act, lines: Sequence[AuditLine]) -> None:
    record_many(lines)
    act.logged += len(lines)
