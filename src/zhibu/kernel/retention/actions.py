"""The declared act of the retention table."""

from zhibu.kernel.actions import Action, register
from zhibu.kernel.retention.services import RUN

PERMISSION = "settings.retention"

register(
    Action(
        RUN, "清除到期数据", PERMISSION, "zhibu.kernel.retention.services.run", target="none",
        form="zhibu.kernel.retention.forms.RunForm", style="danger", icon="trash", everywhere=True,
        confirm="到期的数据按保留期限表清除，不能恢复；清除了什么、多少条、由谁清除，写进操作记录。", audit="清除到期数据",
    ),
)  # fmt: skip
