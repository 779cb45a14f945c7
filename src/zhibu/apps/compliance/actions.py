"""What can be done with a light: the superior asks for nothing for a while, and asks again."""

from datetime import date

from django.db.models import Q

from zhibu.apps.compliance.permissions import MANAGE
from zhibu.kernel.actions import Action, register

S = "zhibu.apps.compliance.services.excusing"
F = "zhibu.apps.compliance.forms"
LIGHT = "compliance.Light"


def excused(today: date) -> Q:
    """Condition: nothing is asked today, by decision."""
    return Q(excused_until__gt=today)


def asked(today: date) -> Q:
    """Condition: it is asked for."""
    return Q(asked=True) & (Q(excused_until__isnull=True) | Q(excused_until__lte=today))


register(
    Action(
        "compliance.light.excuse", "暂不要求", MANAGE, f"{S}.excuse", model=LIGHT, form=f"{F}.ExcuseForm", when=asked,
        when_message="现在没有要求，或已经免于要求", icon="pause-circle", audit="暂不要求组织生活",
        confirm="到写明的日期为止，不再提示{obj}，也不算逾期；已经逾期的仍留在年度表里。",
    ),
    Action(
        "compliance.light.resume", "恢复要求", MANAGE, f"{S}.resume", model=LIGHT, when=excused, when_message="没有免于要求",
        icon="play-circle", audit="恢复要求组织生活", confirm="从今天起重新提示{obj}。",
    ),
)  # fmt: skip
