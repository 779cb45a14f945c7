"""Not asking an organisation for something for a while, by decision of its superior; and asking again."""

import copy
from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localdate

from zhibu.apps.compliance import rules
from zhibu.apps.compliance.models import Light
from zhibu.apps.compliance.services.lights import refresh
from zhibu.kernel.actions import Act, Refused, diff
from zhibu.kernel.calendar.months import add_months


@dataclass(frozen=True)
class Excuse:
    """The first day on which it is asked for again, and why it is not until then."""

    until: date
    reason: str


def excuse(act: Act, light: Light, data: Excuse) -> Light:
    """Ask for nothing until a day; what was missed before is not wiped out: the year of the branch still shows it."""
    if data.until <= localdate():
        raise Refused("恢复要求的日期应在今天之后", field="until")
    if data.until > add_months(localdate(), rules.EXCUSED_MONTHS):
        raise Refused(
            f"一次最多暂不要求 {rules.EXCUSED_MONTHS} 个月", field="until", next_step="到期以后情况没有变的，再决定一次。"
        )  # fmt: skip
    return _saved(
        act,
        light,
        data.until,
        data.reason,
        f"免于要求{light.duty_label}：{light.organization}，至 {data.until.isoformat()}",
    )


def resume(act: Act, light: Light, data: None = None) -> Light:
    """Ask for it again from today on."""
    return _saved(act, light, None, "", f"恢复要求{light.duty_label}：{light.organization}")


def _saved(act: Act, light: Light, until: date | None, why: str, summary: str) -> Light:
    before = copy.copy(light)
    light.excused_until, light.excused_why = until, why
    light.rev += 1
    light.save(update_fields=["excused_until", "excused_why", "rev"])
    act.log(light, changes=diff(before, light, ["excused_until", "excused_why"]), summary=summary)
    refresh([light.organization_id])
    light.refresh_from_db()
    return light
