"""What people are told of campaigns: by messages, in the transaction of the act."""

from collections.abc import Iterable

from zhibu.apps.collection.models import Campaign, Reply
from zhibu.kernel import messages
from zhibu.kernel.messages import Kind

ASKED = "collection"
messages.register_kinds(Kind(ASKED, "信息采集", "请您核对、补充本人资料"))


def opened(campaign: Campaign, people: Iterable[int]) -> None:
    """Tell those who are asked, once for each campaign."""
    body = f"请在 {campaign.due_on.isoformat()} 前核对并补充。{campaign.words}"
    messages.tell(
        people, ASKED, title=f"需要补充的信息：{campaign}", body=body, link="/me/", key=f"campaign:{campaign.pk}:opened"
    )


def reminded(campaign: Campaign, people: Iterable[int]) -> None:
    """Tell those who still have something to fill in; once for each reminder."""
    body = f"还有项目没有填，请在 {campaign.due_on.isoformat()} 前填好。"
    key = f"campaign:{campaign.pk}:reminded:{campaign.rev}"
    messages.tell(people, ASKED, title=f"再次提醒：{campaign}", body=body, link="/me/", key=key)


def refused(reply: Reply, count: int) -> None:
    """Tell the person how many answers came back; what and why stands on their own page."""
    title = f"{reply.about}：有 {count} 项被退回，请看原因后重新填写"
    if reply.campaign is not None and not reply.campaign.is_open:
        title = f"{reply.about}：有 {count} 项没有收下，采集已经结束，需要改的请在“我的主档”里申请更正"
    messages.tell([reply.person_id], "affairs", title=title, link="/me/", key=f"reply:{reply.pk}:{reply.rev}")


def corrected(reply: Reply) -> None:
    """Tell the person that what they asked for was written."""
    messages.tell(
        [reply.person_id], "affairs", title="您申请的更正已办理", link="/me/", key=f"reply:{reply.pk}:{reply.rev}"
    )
