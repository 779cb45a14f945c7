"""The acts around the national member system; imported by `actions`."""

from django.db.models import Q

from zhibu.apps.people.models.national import PERMISSION
from zhibu.kernel.actions import Action, register
from zhibu.kernel.console.declare import offer

S = "zhibu.apps.people.services.national"
F = "zhibu.apps.people.forms_national"

register(
    Action(
        "people.national.export", "按全国系统版式导出", PERMISSION, f"{S}.start_export", target="none", form=f"{F}.ExportForm",
        confirm="表格含完整证件号码，每个人的查看记录里都会记下这一次。请按保密要求保管，用完删除。",
        audit="按全国系统版式导出党员", icon="arrow-down-tray",
    ),
    Action(
        "people.national.compare", "上传文件核对", PERMISSION, f"{S}.compare", target="none", form=f"{F}.CompareForm",
        confirm="系统逐人核对，列出只在一边的人和不同的内容。不会改动任何人员信息。", audit="与全国系统核对",
        style="go", icon="arrow-up-tray",
    ),
    Action(
        "people.national.review", "已核对", PERMISSION, f"{S}.review", model="people.NationalDifference",
        when=Q(reviewed_at__isnull=True), when_message="这一条已经核对过",
        confirm="标记后，这一条不再列入“未核对”。人员信息不会因此改动。", audit="标记已核对", style="go", icon="check",
    ),
    Action(
        "people.national.review_many", "标记已核对", PERMISSION, f"{S}.review_many", target="none", form=f"{F}.ReviewManyForm",
        confirm="标记后，这些条不再列入“未核对”。人员信息不会因此改动。", audit="批量标记已核对", style="go", icon="check",
    ),
    Action(
        "people.national.reopen", "取消已核对", PERMISSION, f"{S}.reopen", model="people.NationalDifference",
        when=Q(reviewed_at__isnull=False), when_message="这一条还没有核对",
        confirm="取消后，这一条重新列入“未核对”。", audit="取消已核对", icon="arrow-uturn-left",
    ),
)  # fmt: skip
offer("national-differences", "people.national.review_many")
