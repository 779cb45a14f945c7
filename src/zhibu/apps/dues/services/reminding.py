"""The ladder: a reminder after one, three and six months without dues; the last opens a matter for the branch, no more."""

from collections.abc import Sequence
from datetime import date

from zhibu.apps.dues import months, queries, rules
from zhibu.apps.dues.events import DuesUnpaidForLong
from zhibu.apps.dues.models import ArrearCase
from zhibu.apps.dues.params import defaults
from zhibu.kernel import audit, messages
from zhibu.kernel.actor import SYSTEM
from zhibu.kernel.events import publish

ARTICLE = f"{rules.REGULATION}第十三条、党章第九条"


def climb(today: date) -> int:
    """Remind whoever has reached a rung, once for each rung of each run; open matters. Returns how many were told."""
    ladder, agreed, told = defaults().ladder, queries.quarterly(), 0
    for person, rows in queries.unpaid_months().items():
        unpaid = [month for month, _ in rows]
        late = rules.overdue(unpaid, today, queries.by_quarter(unpaid, agreed.get(person, [])))
        run = months.longest_run(late)
        step = rules.rung(run, ladder)
        if not step:
            continue
        told += 1
        messages.tell(
            [person], "dues", title=f"党费已有 {run} 个月未交", key=f"dues:{person}:{late[0]:%Y-%m}:{step}", link="/me/dues/",
            body=f"{months.words(late)}的党费还没有交，请及时交纳。有困难的请告诉支部，可以申请减免。",
        )  # fmt: skip
        if step == max(ladder):
            _open(person, rows[-1][1], late, run, today)
    return told


def _open(person_id: int, branch_id: int, late: Sequence[date], run: int, today: date) -> None:
    """Open a matter for the branch assembly, unless one is open or the branch looked into these months already.

    What it looked into is opened again when they go on: a month after the one in which the matter was closed went by unpaid,
    too. Article 13 asks for months that follow one another, and closing a matter pays none; the new one names the old.
    """
    rows = ArrearCase.objects.system("matters of long arrears").filter(person_id=person_id)
    last: ArrearCase | None = rows.order_by("pk").last()
    closed = None if last is None else last.closed_on
    if last is not None and (closed is None or late[-1] <= closed):
        return
    goes_on = closed is not None and late[0] <= closed
    case: ArrearCase = ArrearCase.objects.create(
        person_id=person_id, organization_id=branch_id, oldest=late[0], run=run, opened_on=today,
        follows=last if goes_on else None,
    )  # fmt: skip
    before = f"；上次的事项已于 {closed} 办结，此后仍未交" if goes_on else ""
    audit.record(
        SYSTEM, "dues.case.open", case, summary=f"提出：{case}{before}（{ARTICLE}），请支部了解情况；党籍不因此自动变动"
    )
    publish(DuesUnpaidForLong(case_id=case.pk, person_id=person_id, organization_id=branch_id, run=run, actor=SYSTEM))
