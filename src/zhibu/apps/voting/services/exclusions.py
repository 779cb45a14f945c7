"""Leaving somebody out of the number that should be there: on a ground, with the superior's consent, by the assembly's vote."""

from collections.abc import Sequence
from dataclasses import dataclass

from zhibu.apps.voting.models import Exclusion, ExclusionState, Motion, MotionState, RollEntry
from zhibu.apps.voting.models.roll import STANDING
from zhibu.apps.voting.permissions import VIEW
from zhibu.apps.voting.rules import grounds
from zhibu.apps.voting.services.papers import Evidence, keep
from zhibu.kernel.actions import Act, Refused, Why


@dataclass(frozen=True)
class Exclude:
    """Why, in words of the case, what the superior agreed in, and who else of the roll the same is said of."""

    ground: str
    words: str
    consent: Evidence
    others: Sequence[RollEntry] = ()


def exclude(act: Act, entry: RollEntry, data: Exclude) -> Exclusion:
    """Propose to leave somebody out, and others for the same reason; return the first one's.

    Nothing changes before the assembly has voted (a vote by the rule `exclusion`).
    """
    if entry.roll.is_void:
        raise Refused("这份名册已经作废")
    if data.ground not in grounds():
        raise Refused("请选择理由", field="ground")
    if not data.consent:
        raise Refused(
            "没有上级同意的文件", field="consent", next_step="不计入应到须先报上级党组织同意；请填批复文号并上传，或选择已同意的请示。"
        )  # fmt: skip
    refuse_under_way(entry)
    made = [_propose(act, one, data) for one in (entry, *data.others)]
    return made[0]


def _propose(act: Act, entry: RollEntry, data: Exclude) -> Exclusion:
    if not entry.entitled:
        raise Refused(f"{entry.name}本来就不计入应到", next_step="没有表决权的党员不用另外剔除。")
    if _standing(entry):
        raise Refused(f"{entry.name}已经提出过")
    made: Exclusion = Exclusion.objects.create(
        roll=entry.roll, entry=entry, ground=data.ground, words=data.words, consent=data.consent.words,
        consent_url=data.consent.url,
    )  # fmt: skip
    keep(act, made, data.consent, organization_id=entry.roll.organization_id, permission=VIEW)
    where = entry.roll.organization_id
    act.log(made, organization_id=where, summary=f"提出不计入应到：{entry.name}，{made.ground_label}")
    return made


def readmit(act: Act, exclusion: Exclusion, data: Why) -> Exclusion:
    """Take somebody back on the roll: who came after all, or was proposed by mistake."""
    refuse_under_way(exclusion.entry)
    if exclusion.state == ExclusionState.PASSED:
        _mark(exclusion.entry, entitled=True, ground="")
    exclusion.state = ExclusionState.WITHDRAWN
    exclusion.rev += 1
    exclusion.save(update_fields=["state", "rev"])
    act.log(exclusion, organization_id=exclusion.roll.organization_id, summary=f"恢复计入应到：{exclusion.entry.name}")
    return exclusion


def apply(motion: Motion) -> None:
    """Carry out what the assembly decided on those proposed."""
    rows = Exclusion.objects.system("exclusions voted on").filter(motion=motion, state=ExclusionState.PROPOSED)
    for one in rows.select_related("entry"):
        one.state = ExclusionState.PASSED if motion.passed else ExclusionState.REFUSED
        one.rev += 1
        one.save(update_fields=["state", "rev"])
        if motion.passed:
            _mark(one.entry, entitled=False, ground=f"不计入应到：{one.ground_label}（{one.consent}，大会通过）")


def take_back(motion: Motion) -> None:
    """The vote on them was made void: they are proposed again."""
    rows = Exclusion.objects.system("exclusions voted on").filter(motion=motion)
    for one in rows.exclude(state=ExclusionState.WITHDRAWN).select_related("entry"):
        if one.state == ExclusionState.PASSED:
            _mark(one.entry, entitled=True, ground="")
        one.state, one.motion = ExclusionState.PROPOSED, None
        one.rev += 1
        one.save(update_fields=["state", "motion", "rev"])


def refuse_under_way(entry: RollEntry) -> None:
    """Refuse while a vote by this roll is open: its number of those entitled is fixed."""
    open_ = Motion.objects.system("votes by a roll in hand").filter(roll_id=entry.roll_id)
    if open_.filter(state__in=[MotionState.OPEN, MotionState.COUNTING]).exists():
        raise Refused("按这份名册的表决正在进行", next_step="请等表决有了结果，再变动应到会人数。")


def _standing(entry: RollEntry) -> bool:
    rows = Exclusion.objects.system("exclusions of an entry in hand").filter(entry=entry)
    return bool(rows.filter(STANDING).exists())


def _mark(entry: RollEntry, *, entitled: bool, ground: str) -> None:
    entry.entitled, entry.ground = entitled, ground[:200]
    entry.save(update_fields=["entitled", "ground"])
