"""What can be done about taking part in two places."""

from django.db.models import Q

from zhibu.apps.membership.models import IN_PARTY
from zhibu.apps.transfers.permissions import FLOATING as MANAGE
from zhibu.kernel.actions import Action, register

S = "zhibu.apps.transfers.services.twofold"
F = "zhibu.apps.transfers.forms_twofold"

register(
    Action(
        "transfers.twofold.register", "登记双重组织生活", MANAGE, f"{S}.register", model="membership.Member", form=f"{F}.TwofoldForm",
        when=Q(status__in=IN_PARTY, state="live"), when_message="此人已不是党员", leaves_scope=True, icon="user-plus",
        audit="登记双重组织生活",
        confirm="{obj}另外列席一个党组织的组织生活。正式组织关系、表决权和党费仍在本支部；那边开会的名单自动列上，不计入应到。",
    ),
    Action(
        "transfers.twofold.end", "结束", MANAGE, f"{S}.end", model="transfers.Twofold", form=f"{F}.EndTwofoldForm",
        when=Q(until__isnull=True), when_message="已经结束", icon="x-circle", audit="结束双重组织生活",
        confirm="{obj}从这一天起结束，以后不再列入那边开会的名单。已经参加过的记录不变。",
    ),
)  # fmt: skip
