"""Everything that can be done with resolutions."""

from django.db.models import Q

from zhibu.apps.resolutions import queries
from zhibu.apps.resolutions.models import Resolution
from zhibu.apps.resolutions.permissions import MANAGE
from zhibu.kernel.actions import Action, Inbox, register

S = "zhibu.apps.resolutions.services"
F = "zhibu.apps.resolutions.forms"
RESOLUTION = "resolutions.Resolution"
FOLLOWING = Q(state="following")


def who(resolution: Resolution) -> str:
    """Return what the inbox says of a resolution."""
    return f"{resolution.number_text}，负责人{resolution.responsible_name or '待定'}"


register(
    Action(
        "resolutions.resolution.adopt", "形成决议", MANAGE, f"{S}.adopting.adopt", model="voting.Motion", form=f"{F}.AdoptForm",
        when=queries.without_resolution, when_message="没有通过，或已经形成决议", style="go", icon="document-check", audit="形成决议",
        confirm="按通过的表决形成决议，编文号，一个组织一年一个序列，不跳号。决议不能改写，只能由后来的决议取代。",
        inbox=Inbox(
            title=lambda m: f"形成决议：{m}", detail=lambda m: f"{m.organization}，已通过", due=lambda m: None,
            order=("opened_on",), related=("organization",), only=lambda today: Q(rule__in=["ordinary", "committee"]),
        ),
    ),
    Action(
        "resolutions.resolution.record", "登记决议", MANAGE, f"{S}.adopting.record", target="none", form=f"{F}.RecordForm", style="go",
        icon="document-plus", audit="登记决议",
        confirm="没有单独表决的决议（例如支委会一致同意的），在这里登记。表决过的，打开那次表决点“形成决议”。",
    ),
    Action(
        "resolutions.resolution.follow", "登记落实情况", MANAGE, f"{S}.following.follow", model=RESOLUTION, form=f"{F}.FollowForm",
        when=FOLLOWING, when_message="没有要落实的，或已经落实、被取代", style="go", icon="pencil-square", audit="登记落实情况",
        confirm="写下做了什么；全部做完的，勾“办结”，待办随之消失。",
        inbox=Inbox(
            title=lambda r: f"落实决议：{r}", detail=who, due=lambda r: r.due_on, order=("due_on",), only=queries.waits,
        ),
    ),
    Action(
        "resolutions.resolution.assign", "定负责人和期限", MANAGE, f"{S}.following.assign", model=RESOLUTION, form=f"{F}.AssignForm",
        when=Q(state__in=["following", "standing"]), when_message="已经落实、被取代或作废", icon="user", audit="调整决议的负责人和期限",
        confirm="{obj}由这个人负责落实。原来的负责人和期限留在历史里。",
    ),
    Action(
        "resolutions.resolution.tell", "公布", MANAGE, f"{S}.adopting.tell", model=RESOLUTION,
        when=Q(published_at__isnull=True) & ~Q(state="void"), when_message="已经公布过", icon="megaphone", audit="公布决议",
        confirm="{obj}公布给本支部的党员，他们在手机上读到。",
    ),
    Action(
        "resolutions.resolution.report", "报告落实情况", "", f"{S}.following.report", model=RESOLUTION, personal="responsible_id",
        form=f"{F}.ReportForm", when=FOLLOWING, when_message="已经落实或被取代", listed=False, style="go", icon="pencil-square",
        audit="负责人报告落实情况", confirm="写下做了什么，支部会看到，由支部办结。",
        inbox=Inbox(
            title=lambda r: f"由您落实的决议：{r}", detail=lambda r: r.number_text, due=lambda r: r.due_on, order=("due_on",),
            only=queries.waits,
        ),
    ),
)  # fmt: skip
