"""Secret ballots on line: scrutineers' keys, casting, the end, the opening of the sums. No step writes a choice or a secret down."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zhibu.apps.voting import queries, sealed
from zhibu.apps.voting.curve import read, write
from zhibu.apps.voting.models import Method, Motion, MotionState, Trustee, Voter
from zhibu.apps.voting.sealed import Frame
from zhibu.kernel.actions import Act, Refused

#: ballots below which the sums would as good as say who voted what, for it is known who has voted
FEWEST_BALLOTS = 3


@dataclass(frozen=True)
class Share:
    """A scrutineer's public half, with the proof that they hold its secret."""

    public: str
    proof: dict[str, int]


@dataclass(frozen=True)
class Sealed:
    """A ballot, sealed before the transaction began: what it says is unknown from here on."""

    ballot: str


@dataclass(frozen=True)
class Opened:
    """What a scrutineer's code opened of the sums, computed before the transaction; the code itself is forgotten by then."""

    shares: Sequence[dict[str, Any]]


def frame(motion: Motion) -> Frame:
    """Return what the proofs of a vote are bound to."""
    return Frame(str(motion.uid), read(motion.key), len(motion.questions), motion.choose)


def context(trustee: Trustee) -> str:
    """Return what a scrutineer's proof is bound to."""
    return f"{trustee.motion.uid}/{trustee.uid}"


def secret_of(trustee: Trustee, code: str) -> int:
    """Return the secret of a scrutineer's code; raises BadCode. Never stored, never logged."""
    return sealed.secret_of(code, str(trustee.motion.uid), str(trustee.uid))


def take_key(act: Act, trustee: Trustee, data: Share) -> Trustee:
    """Take a scrutineer's public half; the last one makes the joint key."""
    motion = _locked(trustee.motion_id)
    if motion.state != MotionState.DRAFT:
        raise Refused("投票已经开始，不能再领取开票码")
    if not data or not sealed.check_secret(read(data.public), data.proof, context(trustee)):
        raise Refused("开票码没有生成", next_step="请在“领取开票码”页面重新领取。")
    trustee.public, trustee.proof = data.public, data.proof
    trustee.save(update_fields=["public", "proof"])
    everyone = list(Trustee.objects.system("scrutineers of a vote in hand").filter(motion=motion))
    if all(one.public for one in everyone):
        motion.key = write(sealed.joint([read(one.public) for one in everyone]))
        motion.save(update_fields=["key"])
    act.log(trustee, organization_id=motion.organization_id, summary=f"领取开票码：{trustee.name}，{motion}")
    return trustee


def cast(act: Act, voter: Voter, data: Sealed) -> Voter:
    """Put a sealed ballot into the voter's place, once. Writes neither time nor trail: who voted is told for all at the end."""
    motion = _locked(voter.motion_id)
    if motion.method != Method.ONLINE or motion.state != MotionState.OPEN:
        raise Refused("投票已经结束，或还没有开始")
    rows = Voter.objects.system("one's own place").filter(pk=voter.pk, has_voted=False)
    if not rows.update(has_voted=True, ballot=data.ballot, receipt=sealed.fingerprint(data.ballot)):
        raise Refused("您的票已经收到，每人只投一次")
    voter.refresh_from_db()
    return voter


def stop(act: Act, motion: Motion, data: None = None) -> Motion:
    """End the voting: no ballot comes in any more, and the trail says who has voted, in the order of the roll."""
    if motion.method != Method.ONLINE:
        raise Refused("只有网上投票要这样结束")
    voted = [voter.entry.name for voter in queries.voters(motion) if voter.has_voted]
    if len(voted) < FEWEST_BALLOTS:
        raise Refused(
            f"只有 {len(voted)} 人投了票，开票就等于公开他们投了什么：至少 {FEWEST_BALLOTS} 人投票才能结束",
            next_step="请等大家投票；投不齐的，作废这次投票，改用纸质票。",
        )
    motion.state = MotionState.COUNTING
    motion.rev += 1
    motion.save(update_fields=["state", "rev"])
    names = "、".join(voted)
    act.log(
        motion, summary=f"结束投票：{motion}，{len(voted)} / {motion.present} 人已投票（按名册顺序）：{names}"[:1000]
    )
    return motion


def sums_of(motion: Motion) -> tuple[list[tuple[sealed.Cipher, ...]], int]:
    """Return the sums of all ballots cast, after checking every one, and how many they are."""
    held = frame(motion)
    rows = Voter.objects.system("ballots of a vote in hand").filter(motion=motion, has_voted=True)
    ballots = [sealed.check(held, str(uid), ballot) for uid, ballot in rows.values_list("uid", "ballot")]
    return sealed.total(held, ballots), len(ballots)


def open_share(act: Act, trustee: Trustee, data: Opened) -> Trustee:
    """Take what a scrutineer opened of the sums; with the last one the figures are there."""
    motion = _locked(trustee.motion_id)
    if motion.state != MotionState.COUNTING:
        raise Refused("请先结束投票，再开票")
    trustee.shares = list(data.shares)
    trustee.save(update_fields=["shares"])
    everyone = list(Trustee.objects.system("scrutineers of a vote in hand").filter(motion=motion).order_by("pk"))
    if all(one.shares for one in everyone):
        sums, most = sums_of(motion)
        motion.result = sealed.result(sums, [one.shares for one in everyone], most)
        motion.rev += 1
        motion.save(update_fields=["result", "rev"])
    act.log(trustee, organization_id=motion.organization_id, summary=f"输入开票码：{trustee.name}，{motion}")
    return trustee


def _locked(motion_id: int) -> Motion:
    motion: Motion = (
        Motion.objects.system("the vote of a place in hand").select_for_update(of=("self",)).get(pk=motion_id)
    )
    return motion
