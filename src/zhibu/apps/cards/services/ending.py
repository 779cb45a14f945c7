"""What becomes of cards when their holder leaves or dies, and when the organisation that keeps them is merged."""

from collections.abc import Sequence

from zhibu.apps.cards.models import Card, CardBatch, DeviceState, ReaderDevice, ReaderProfile, State
from zhibu.apps.cards.services.cards import change
from zhibu.kernel.actions import Act
from zhibu.kernel.actor import Actor


def stop_cards(actor: Actor, person_id: int, why: str) -> None:
    """Stop the cards somebody has in use or has lost: they count as returned, whoever still carries them."""
    rows = Card.objects.system("cards of somebody who left").select_for_update(of=("self",)).select_related("holder")
    act = Act(actor, "cards.card.return", "收回卡片", reason=why)
    for card in rows.filter(holder_id=person_id, state__in=[State.ACTIVE, State.LOST]):
        change(act, card, f"随{why}停用 {card}（{card.holder}）", state=State.RETURNED)


def move_cards(actor: Actor, sources: Sequence[int], survivor_id: int, reason: str) -> None:
    """The organisation that remains keeps the cards and batches; reader profiles of the merged ones are put out of use."""
    act = Act(actor, "cards.card.move", "移交卡片", reason=reason)
    rows = Card.objects.system("cards of a merged organisation").filter(organization_id__in=sources)
    count = rows.update(organization_id=survivor_id)
    batches = CardBatch.objects.system("batches of a merged organisation").filter(organization_id__in=sources)
    for batch in batches.select_for_update(of=("self",)):
        batch.organization_id, batch.rev = survivor_id, batch.rev + 1
        batch.save(update_fields=["organization", "rev"])
        act.log(batch, organization_id=survivor_id, summary=f"随组织合并移交卡片批次 {batch}，共移交 {count} 张卡")
    devices = ReaderDevice.objects.system("machines with readers of a merged organisation")
    for device in devices.filter(organization_id__in=sources).select_for_update(of=("self",)):
        device.organization_id, device.rev = survivor_id, device.rev + 1
        device.save(update_fields=["organization", "rev"])
        act.log(device, organization_id=survivor_id, summary=f"随组织合并移交联机读卡器 {device}")
    ReaderProfile.objects.system("readers of a merged organisation").filter(organization_id__in=sources).update(
        in_use=False
    )


def devices_at(organization_id: int) -> int:
    """Return how many machines with readers stand at an organisation's desk."""
    rows = ReaderDevice.objects.system("machines with readers of a closing organisation")
    return int(rows.filter(organization_id=organization_id).exclude(state=DeviceState.REVOKED).count())


def kept_at(organization_id: int) -> int:
    """Return how many cards an organisation keeps that were not destroyed."""
    rows = Card.objects.system("cards of a closing organisation").filter(organization_id=organization_id)
    return int(rows.exclude(state=State.DESTROYED).count())
