"""Paper ballots: two counters enter what they counted, neither sees the other's figures before; they must agree."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from zhibu.apps.people.models import Person
from zhibu.apps.voting import queries, rules
from zhibu.apps.voting.events import CountsCompared
from zhibu.apps.voting.models import Method, Motion, MotionState, PaperCount, Teller
from zhibu.apps.voting.permissions import VIEW
from zhibu.apps.voting.services.deciding import Figures
from zhibu.apps.voting.services.papers import Evidence, keep
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.bulk import insert_models
from zhibu.kernel.events import publish

#: people who count the slips of one vote
FEWEST_TELLERS = 2
#: where on the sheet it is shown that the slips do not add up
SLIP_FIELDS = {"voting.no_slips": "issued", "voting.issued": "issued", "voting.collected": "valid"}


@dataclass(frozen=True)
class Count:
    """The count sheet as one counter read it: slips, figures a question, names that were written in with their votes."""

    issued: int
    collected: int
    valid: int
    invalid: int
    counts: Sequence[Figures]
    others: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Named:
    """Who counts the slips."""

    people: Sequence[Person]


@dataclass(frozen=True)
class Sheet:
    """The count sheet, signed and scanned."""

    scan: Evidence


def enter_count(act: Act, motion: Motion, data: Count) -> Motion:
    """Enter one's count. The second of a round is compared with the first; the trail tells that one entered, never what."""
    if motion.method != Method.PAPER:
        raise Refused("这次表决不是纸质投票")
    number, entered = queries.round_in_hand(motion)
    _refuse_twice(act, entered)
    _check(motion, data)
    mine = PaperCount(
        motion=motion, round=number, account_id=act.actor.account_id or 0, person_id=act.actor.person_id,
        by_name=act.actor.name[:100], issued=data.issued, collected=data.collected, valid=data.valid, invalid=data.invalid,
        counts=[asdict(figures) for figures in data.counts], others={k: v for k, v in sorted(data.others.items()) if v},
    )  # fmt: skip
    words = f"第一人录入计票：{motion}（第 {number} 次），等第二人录入"
    if entered:
        both = (entered[0].person_id, act.actor.person_id)
        publish(CountsCompared(motion.pk, motion.subject_type, motion.subject_id, both, act.actor))
        agreed = entered[0].figures == mine.figures
        mine.settled, mine.agreed = True, agreed
        entered[0].settled, entered[0].agreed = True, agreed
        entered[0].save(update_fields=["settled", "agreed"])
        words = f"第二人录入计票：{motion}（第 {number} 次），{'两人一致' if agreed else '两人不一致，须重新录入'}"
    mine.save()
    motion.state = MotionState.COUNTING
    motion.rev += 1
    motion.save(update_fields=["state", "rev"])
    act.log(motion, summary=words)
    return motion


def enter_own_count(act: Act, teller: Teller, data: Count) -> Teller:
    """Enter the count as somebody named for it: what was counted is the same act, whoever enters it."""
    motion: Motion = (
        Motion.objects.system("the vote of a teller in hand").select_for_update(of=("self",)).get(pk=teller.motion_id)
    )
    enter_count(act, motion, data)
    return teller


def name_tellers(act: Act, motion: Motion, data: Named) -> Motion:
    """Name who counts; whoever was named before and is not any more can enter nothing further."""
    if motion.method != Method.PAPER:
        raise Refused("这次表决不是纸质投票")
    if len({person.pk for person in data.people}) < FEWEST_TELLERS:
        raise Refused(f"计票人至少 {FEWEST_TELLERS} 人：选票由两个人各自清点、各自录入", field="people")
    if both := [person.name for person in data.people if person.name in motion.questions]:
        raise Refused(f"{'、'.join(both)}在选票上，不能担任计票人", field="people", next_step="请另选计票人。")
    rows = Teller.objects.system("tellers of a vote in hand").filter(motion=motion, ended=False)
    rows.exclude(person__in=data.people).update(ended=True)
    known = set(rows.values_list("person_id", flat=True))
    add_tellers(motion, [person for person in data.people if person.pk not in known])
    motion.rev += 1
    motion.save(update_fields=["rev"])
    act.log(motion, summary=f"指定计票人：{motion}，{'、'.join(person.name for person in data.people)}")
    return motion


def add_tellers(motion: Motion, people: Sequence[Person]) -> None:
    """Write down who counts a vote on paper."""
    insert_models([Teller(motion=motion, person=person, name=person.name) for person in people])


def attach_sheet(act: Act, motion: Motion, data: Sheet) -> Motion:
    """Keep the signed count sheet."""
    keep(act, motion, data.scan, organization_id=motion.organization_id, permission=VIEW)
    motion.rev += 1
    motion.save(update_fields=["rev"])
    act.log(motion, summary=f"上传计票单：{motion}")
    return motion


def _refuse_twice(act: Act, entered: Sequence[PaperCount]) -> None:
    for known in entered:
        same_person = act.actor.person_id is not None and known.person_id == act.actor.person_id
        if known.account_id == act.actor.account_id or same_person:
            raise Refused("您这一次已经录入过", next_step="第二份须由另一名计票人用自己的账号录入。", code="separation")


def _check(motion: Motion, data: Count) -> None:
    if len(data.counts) != len(motion.questions):
        raise Refused("每个问题都要录入票数")
    slips = rules.Slips(data.issued, data.collected, data.valid, data.invalid)
    if wrong := rules.slip_faults(slips, motion.present or 0):
        raise Refused(wrong[0].message, field=SLIP_FIELDS[wrong[0].code])
    if rules.void_by_slips(slips):
        return  # the vote is void whatever the figures are
    for n, (title, figures) in enumerate(zip(motion.questions, data.counts, strict=True)):
        if figures.given != data.valid:
            raise Refused(
                f"“{title}”的赞成、不赞成、弃权之和是 {figures.given}，有效票 {data.valid} 张", field=f"yes{n}",
                next_step="空白的算弃权，三项之和应等于有效票数。",
            )  # fmt: skip
    _check_approvals(motion, data)


def _check_approvals(motion: Motion, data: Count) -> None:
    if any(votes > data.valid for votes in data.others.values()):
        raise Refused("另选他人的票数多于有效票数", field="others")
    if motion.choose is not None:
        given = sum(figures.yes for figures in data.counts) + sum(data.others.values())
        if given > motion.choose * data.valid:
            raise Refused(
                f"赞成票共 {given}，多于每张票最多赞成 {motion.choose} 人的总数 {motion.choose * data.valid}",
                next_step="一张票赞成的人数超过应选人数的是无效票，请核对。",
            )
