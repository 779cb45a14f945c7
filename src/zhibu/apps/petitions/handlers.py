"""The kind of messages of this app, and what it does when organisations change."""

from zhibu.apps.organizations.events import OrganizationDissolving
from zhibu.apps.organizations.models import Organization
from zhibu.apps.petitions import retention  # noqa: F401 - the kinds of data kept register themselves
from zhibu.apps.petitions.models import Petition, Reply, State
from zhibu.apps.voting import registries
from zhibu.kernel.actor import Actor
from zhibu.kernel.events import Veto, subscribe
from zhibu.kernel.messages.kinds import Kind, register

#: agreed requests that the form of a vote offers
APPROVALS = 20

register(Kind("petitions", "请示批复", "您发出的请示有了批复", ()))


@subscribe(OrganizationDissolving)
def refuse_while_something_waits(event: OrganizationDissolving) -> None:
    """Nothing is left unanswered by an organisation that is no more, nor at one."""
    asked = Petition.objects.system("open requests of an organisation").filter(
        organization_id=event.organization_id, state__in=["sent", "returned"]
    )
    if count := asked.count():
        raise Veto(f"这里还有 {count} 份请示没有办完", next_step="请先在“请示”里等批复或撤回，再撤销组织。")
    waiting = Reply.objects.system("open requests at an organisation").filter(
        organization_id=event.organization_id, outcome="waiting"
    )
    if count := waiting.count():
        raise Veto(f"这里还有 {count} 份下级的请示没有批复", next_step="请先在“收到的请示”里批复，再撤销组织。")


def agreed(actor: Actor, organization: Organization, kind: str) -> list[registries.Approval]:
    """Return what the superior agreed to of a kind, newest first: a vote on line, or somebody left out of a roll, rests on it."""
    rows = Petition.objects.visible_to(actor).filter(organization=organization, kind=kind, state=State.AGREED)
    found = rows.order_by("-answered_on", "-pk")[:APPROVALS]
    return [
        registries.Approval(
            str(one.uid), f"{one.answer_number}，{one.answered_on}，同意{one.number_text}《{one.title}》"[:120], one.get_absolute_url()
        )
        for one in found
    ]  # fmt: skip


registries.register_approvals(agreed)
