"""Many people retire: one act each, all of them or nobody; above AT_ONCE by a job, which leaves out whoever is refused."""

import uuid
from dataclasses import dataclass
from datetime import date

from django.http import Http404
from django.utils.timezone import localdate

from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.models import Person
from zhibu.apps.people.services.life import LifeInput
from zhibu.kernel import actions, jobs
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.actor import Actor

JOB_KIND, RETIRE = "people.retire_many", "people.life.retire"
AT_ONCE = 200


@dataclass(frozen=True)
class RetireMany:
    """Who retires (uids), from which day on, and why."""

    people: tuple[uuid.UUID, ...]
    on: date
    reason: str


def retire_many(act: Act, obj: None, data: RetireMany) -> None:
    """Enter a retirement for each of them."""
    if not data.people:
        raise Refused("还没有选择人员", field="people")
    if data.on > localdate():
        raise Refused("生效日期不能晚于今天，请在当天或之后办理", field="on")
    if len(data.people) > AT_ONCE:
        payload = {"people": [uid.hex for uid in data.people], "on": data.on.isoformat(), "reason": data.reason}
        jobs.enqueue(JOB_KIND, actor=act.actor, payload=payload, total=len(data.people))
    else:
        refused = retire_each(act.actor, data)
        if refused:
            raise Refused(
                f"有 {len(refused)} 人不能办理，全部没有办理：{'；'.join(refused[:5])}",
                next_step="请去掉这些人，或改日期后再办。",
            )
    top = Organization.objects.visible_to(act.actor, "people.edit.work").order_by("path").first()
    act.log(top, summary=f"批量办理退休 {len(data.people)} 人（{data.on.isoformat()} 起）")


def retire_each(actor: Actor, data: RetireMany) -> list[str]:
    """Enter the retirements by one act each; returns who was refused and why."""
    refused = []
    for uid in data.people:
        try:
            actions.perform(actions.get(RETIRE), actor, uid=uid, data=LifeInput(on=data.on, reason=data.reason))
        except (Refused, Http404) as why:
            person = Person.objects.visible_to(actor).filter(uid=uid).first()
            words = str(why) if isinstance(why, Refused) else "不在您的管理范围内"
            refused.append(f"{person.name if person else '有一人'}：{words}")
    return refused
