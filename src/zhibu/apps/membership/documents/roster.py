"""The roster of members line by line, for the ticked or filtered ones."""

from collections.abc import Sequence

from zhibu.apps.membership import listing
from zhibu.apps.membership.models import Member
from zhibu.kernel.actor import Actor
from zhibu.kernel.documents import Content

HEAD = (
    "序号",
    "姓名",
    "性别",
    "所在支部",
    "党小组",
    "人员类别",
    "党籍状态",
    "入党日期",
    "转正日期",
    "党龄",
    "入党介绍人",
    "备注",
)


def build(actor: Actor, members: Sequence[Member]) -> Content:
    """Return what is printed: only what every viewer of members sees."""
    names = listing.introducers(members)
    rows = [
        [
            str(number), one.person.name, one.person.get_sex_display(), str(listing.branch(one)), str(listing.group(one) or ""),
            one.get_kind_display(), one.get_status_display(), one.admitted_on.isoformat() if one.admitted_on else "",
            one.full_on.isoformat() if one.full_on else "", listing.years_words(one), "、".join(names[one.pk]), one.note,
        ]
        for number, one in enumerate(members, 1)
    ]  # fmt: skip
    return Content(
        title=f"党员花名册（{len(members)} 人）", data={"head": list(HEAD), "rows": rows}, sensitive="党员名单"
    )
