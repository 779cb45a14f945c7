"""The dues of a month for a whole subtree: a job in chunks of branches; done again, it adds only what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.timezone import localdate

from zhibu.apps.dues import months
from zhibu.apps.dues.events import DuesAssessed
from zhibu.apps.dues.models import Assessment
from zhibu.apps.dues.params import defaults
from zhibu.apps.dues.services import charging, roster
from zhibu.apps.dues.services.policies import PolicyBook
from zhibu.apps.dues.services.working_out import work_out
from zhibu.kernel import jobs
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.actor import Actor
from zhibu.kernel.audit import AuditLine, record_many
from zhibu.kernel.bulk import no_cycles
from zhibu.kernel.events import publish

JOB = "dues.assess"
#: members of one chunk, as many whole branches as fit
CHUNK = 5_000
#: what a branch counts for where its members are not known yet
USUAL = 30


@dataclass(frozen=True)
class Start:
    """Which subtree, which month."""

    organization: Any
    month: date


@dataclass
class Sum:
    """What a chunk did."""

    branches: int = 0
    count: int = 0
    missing: int = 0
    total: Decimal = Decimal("0.00")


def begin(act: Act, _: None, data: Start) -> Assessment:
    """Queue the job. Months in the future are for those who pay ahead, not for everybody."""
    month, now = months.first(data.month), months.first(localdate())
    if month > now:
        raise Refused("还没有到的月份不能统一计算", field="month", next_step="有人要预交的，收款时选以后的月份即可。")
    if months.between(month, now) > 12 + defaults().back:
        raise Refused("太早的月份不能统一计算", field="month", next_step="请核对月份。")
    made: Assessment = Assessment.objects.create(
        organization=data.organization, month=month, by_name=act.actor.name[:100]
    )
    total = roster.branches_below(data.organization, month).count()
    if not total:
        raise Refused("所选范围里没有党支部", field="organization")
    job = jobs.enqueue(
        JOB,
        actor=act.actor,
        payload={"assessment": made.pk},
        label=str(made),
        organization=data.organization,
        total=total,
    )
    made.job = job
    made.save(update_fields=["job"])
    act.log(made, summary=f"计算党费：{made}，{total} 个支部")
    return made


def branches_of(assessment: Assessment, after: str, most: int) -> list[roster.Branch]:
    """Return the next branches behind a path."""
    rows = roster.branches_below(assessment.organization, assessment.month).filter(path__gt=after)
    return [roster.Branch(*row) for row in rows.values_list(*roster.Branch._fields)[:most]]


def assess(actor: Actor, branches: Sequence[roster.Branch], month: date, today: date, assessment: Assessment) -> Sum:
    """Write what the members of branches owe for a month and have no charge for, in a constant number of queries."""
    done = Sum(branches=len(branches))
    with no_cycles():
        places = {branch.pk: branch for branch in branches}
        placed = [(person, places[pk]) for person, pk in roster.payers(branches, month, today)]
        found = work_out(month, placed, PolicyBook(month))
        totals = charging.write_many(actor, month, found.owed)
    done.missing = len(found.missing)
    lines, when = [], months.words([month])
    for pk, total in totals.items():
        owed = found.owed[pk]
        done.count += len(owed)
        done.total += total
        words = f"计算党费：{places[pk]} {when}，{len(owed)} 人，{total} 元"
        lines.append(AuditLine(actor, "dues.assess.run", words, assessment._meta.label, str(assessment.pk), pk))
        publish(DuesAssessed(organization_id=pk, month=month, count=len(owed), actor=actor))
    record_many(lines)
    rows = Assessment.objects.system("an assessment in hand").filter(pk=assessment.pk)
    rows.update(count=F("count") + done.count, missing=F("missing") + done.missing, total=F("total") + done.total)
    return done


def finish(assessment: Assessment) -> None:
    """Mark it done."""
    Assessment.objects.system("an assessment in hand").filter(pk=assessment.pk).update(done_at=timezone.now())
