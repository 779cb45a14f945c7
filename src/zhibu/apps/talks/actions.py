"""What can be done with talks."""

from django.db.models import Q

from zhibu.apps.talks.permissions import RECORD
from zhibu.kernel.actions import Action, register

register(
    Action(
        "talks.talk.record", "登记谈心谈话", RECORD, "zhibu.apps.talks.services.recording.record",
        model="organizations.Organization", form="zhibu.apps.talks.forms.TalkForm",
        when=Q(kind="branch", dissolved_on__isnull=True), when_message="在党支部登记谈心谈话", listed=False, icon="chat-bubble-left-right",
        audit="登记谈心谈话", leaves_scope=True,
        confirm="只登记哪一天、谁和谁谈过，不登记谈了什么。种类按这一天谁是支委自动判断。",
    ),
    Action(
        "talks.talk.withdraw", "撤回", RECORD, "zhibu.apps.talks.services.recording.withdraw", model="talks.Talk",
        form="zhibu.apps.talks.forms.WithdrawForm", when=Q(stands=True), when_message="已经撤回", style="danger", icon="arrow-uturn-left",
        audit="撤回谈心谈话", confirm="{obj}这次谈话登记错了，不再计入，仍看得到。",
    ),
)  # fmt: skip
