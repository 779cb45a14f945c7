"""A vote from its preparation to its result: draft, open, written opinions, hands, close, void. Paper and online stand beside."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model
from django.utils.timezone import localdate

from zhibu.apps.accounts.models import Account
from zhibu.apps.people.models import Person
from zhibu.apps.voting import queries, rules
from zhibu.apps.voting.events import MotionOpening, MotionVoided
from zhibu.apps.voting.models import (
    Exclusion,
    Method,
    Motion,
    MotionState,
    NamedVote,
    Roll,
    RollEntry,
    Trustee,
    Voter,
    WrittenOpinion,
)
from zhibu.apps.voting.models.counts import Choice
from zhibu.apps.voting.permissions import VIEW
from zhibu.apps.voting.services import deciding, exclusions, online, paper
from zhibu.apps.voting.services.deciding import Figures
from zhibu.apps.voting.services.papers import Evidence, keep
from zhibu.kernel.actions import Act, Refused, Why
from zhibu.kernel.actions.errors import told_names
from zhibu.kernel.bulk import insert_models
from zhibu.kernel.events import publish

#: sealed ballots times questions: all are checked whenever a scrutineer opens, some seconds for a hundred
MOST_SEALS = 200
#: scrutineers of an online ballot: one alone could open single ballots
FEWEST_TRUSTEES, MOST_TRUSTEES = 2, 5
MOST_QUESTIONS = 40


@dataclass(frozen=True)
class NewMotion:
    """A vote to prepare. rule: code of `majorities.yaml`; questions: empty means the title is the one question."""

    title: str
    rule: str
    method: str
    words: str = ""
    questions: Sequence[str] = ()
    choose: int | None = None
    named: bool = False
    approval: Evidence = field(default_factory=Evidence)
    trustees: Sequence[Person] = ()
    tellers: Sequence[Person] = ()
    subject: Model | None = None


@dataclass(frozen=True)
class Opening:
    """Who is there with a vote as it is opened: entries of the roll."""

    present: Sequence[RollEntry]


@dataclass(frozen=True)
class Written:
    """What somebody absent wrote before the meeting: a choice a question, and the scan."""

    entry: RollEntry
    choices: Sequence[str]
    on: date
    scan: Evidence = field(default_factory=Evidence)


@dataclass(frozen=True)
class Hands:
    """What was counted, a question each; or who said what (entry id -> choice) where it is recorded by name."""

    counts: Sequence[Figures] = ()
    by_name: dict[int, str] = field(default_factory=dict)


def draft(act: Act, roll: Roll, data: NewMotion) -> Motion:
    """Prepare a vote by the people of a roll. It is opened by `open_`."""
    held = _rule(data, roll.on)
    if roll.is_void:
        raise Refused("这份名册已经作废", next_step="请先建立正确的名册。")
    if data.method not in held.methods:
        raise Refused(
            f"{held.label}不能{Method(data.method).label}", field="method", article=held.source, next_step="请改选表决方式。"
        )  # fmt: skip
    questions = [text.strip() for text in data.questions if text.strip()] or [data.title]
    if len(questions) > MOST_QUESTIONS or len(set(questions)) != len(questions):
        raise Refused(f"问题不能重复，最多 {MOST_QUESTIONS} 个", field="questions")
    if data.choose is not None and not 1 <= data.choose <= len(questions):
        raise Refused("最多赞成几人，应在 1 到候选人数之间", field="choose")
    if data.method == Method.ONLINE:
        _check_online(data)
    subject = data.subject
    made: Motion = Motion.objects.create(
        organization=roll.organization, roll=roll, title=data.title, words=data.words, rule=data.rule, method=data.method,
        questions=questions, choose=data.choose, named=data.named and data.method == Method.HANDS,
        subject_type=subject._meta.label if subject is not None else roll.subject_type,
        subject_id=str(subject.pk) if subject is not None else roll.subject_id,
        approval=data.approval.words, approval_url=data.approval.url, by_name=act.actor.name[:100],
    )  # fmt: skip
    keep(act, made, data.approval, organization_id=made.organization_id, permission=VIEW)
    if data.method == Method.ONLINE:
        insert_models([Trustee(motion=made, person=person, name=person.name) for person in data.trustees])
    if data.method == Method.PAPER:
        paper.add_tellers(made, data.tellers)
    act.log(made, summary=f"准备表决：{made}（{made.get_method_display()}）")
    return made


def open_(act: Act, motion: Motion, data: Opening) -> Motion:
    """Open it: how many should be there, how many are, and who, are fixed now."""
    roll = motion.roll
    if roll.is_void:
        raise Refused("这份名册已经作废")
    _refuse_after_midnight(motion)
    base = queries.entitled(roll)
    if motion.rule == "exclusion":
        base = _without_those_proposed(motion, base)
    entitled = {entry.pk: entry for entry in base}
    present = {entry.pk for entry in data.present}
    if strangers := present - entitled.keys():
        names = [entry.name for entry in data.present if entry.pk in strangers]
        raise Refused(f"{told_names(names)}没有表决权或不在名册上", next_step="实到只勾选有表决权的到会人。")
    if not present:
        raise Refused("还没有勾选到会的人", next_step="请先勾选到会的有表决权的人。")
    _drop_opinions_of(motion, present)
    there = tuple((entry.person_id, entry.name) for pk, entry in entitled.items() if pk in present)
    publish(MotionOpening(motion.pk, roll.subject_type, roll.subject_id, roll.rule, there, act.actor))
    if motion.method == Method.ONLINE and not motion.key:
        raise Refused("监票人还没有都领取开票码", next_step="请各位监票人先在手机上领取开票码，再开始投票。")
    if motion.method == Method.ONLINE and len(present) < online.FEWEST_BALLOTS:
        raise Refused(f"到会不足 {online.FEWEST_BALLOTS} 人，网上投票保不住密", next_step="请改用纸质票。")
    if motion.method == Method.ONLINE and len(present) * len(motion.questions) > MOST_SEALS:
        raise Refused(f"网上投票的人数乘以问题数最多 {MOST_SEALS}", next_step="请分几次投票，或改用纸质票。")
    motion.entitled, motion.present, motion.opened_on = len(entitled), len(present), localdate()
    motion.state = MotionState.OPEN
    motion.rev += 1
    motion.save(update_fields=["entitled", "present", "opened_on", "state", "rev"])
    rows = [entry for pk, entry in entitled.items() if pk in present]
    insert_models([Voter(motion=motion, entry=entry, person_id=entry.person_id) for entry in rows])
    act.log(motion, summary=f"开始表决：{motion}，应到 {motion.entitled} 人，实到 {motion.present} 人")
    return motion


def write_opinion(act: Act, motion: Motion, data: Written) -> WrittenOpinion:
    """Keep the written opinion of somebody absent; it must come before the vote is opened (细则：会前正式书面意见)."""
    held = motion.majority
    if not held.written:
        raise Refused("这类表决不计书面意见，须本人到会", article=held.source)
    if data.entry.roll_id != motion.roll_id or not data.entry.entitled:
        raise Refused("这个人没有表决权，或不在名册上", field="entry")
    if len(data.choices) != len(motion.questions) or any(one not in Choice.values for one in data.choices):
        raise Refused("请对每个问题写明赞成、不赞成或弃权", field="choices")
    if data.on > localdate():
        raise Refused("意见日期不能晚于今天", field="on")
    known = WrittenOpinion.objects.system("opinions on a vote in hand").filter(
        motion=motion, entry=data.entry, is_withdrawn=False
    )
    if known.exists():
        raise Refused(f"{data.entry.name}的书面意见已经登记过", field="entry")
    made: WrittenOpinion = WrittenOpinion.objects.create(
        motion=motion, entry=data.entry, choices=list(data.choices), on=data.on, by_name=act.actor.name[:100]
    )
    if data.scan.blob is not None:
        keep(act, made, data.scan, organization_id=motion.organization_id, permission=VIEW)
    # whose opinion, not which: before the vote nobody needs to read it in the trail
    act.log(motion, summary=f"登记书面意见：{data.entry.name}，{motion}")
    return made


def withdraw_opinion(act: Act, opinion: WrittenOpinion, data: Why) -> WrittenOpinion:
    """Take a written opinion back before the vote is opened: whoever wrote it came after all, or it was entered wrongly."""
    if opinion.motion.state != MotionState.DRAFT:
        raise Refused("表决已经开始，书面意见不能撤回")
    opinion.is_withdrawn = True
    opinion.rev += 1
    opinion.save(update_fields=["is_withdrawn", "rev"])
    where = opinion.motion.organization_id
    act.log(opinion, organization_id=where, summary=f"撤回书面意见：{opinion.entry.name}，{opinion.motion}")
    return opinion


def record_hands(act: Act, motion: Motion, data: Hands) -> Motion:
    """Write down a show of hands and announce the result."""
    if motion.method != Method.HANDS:
        raise Refused("这次表决是无记名投票，不能登记举手", article=motion.majority.source)
    counts = list(data.counts)
    if motion.named:
        counts = [_record_names(motion, data.by_name)]
    if len(counts) != len(motion.questions):
        raise Refused("每个问题都要登记票数")
    for n, (figures, title) in enumerate(zip(counts, motion.questions, strict=True)):
        if figures.given != motion.present:
            raise Refused(
                f"“{title}”的赞成、不赞成、弃权之和是 {figures.given}，实到 {motion.present} 人",
                field=f"yes{n}",
                next_step="没有举手的算弃权，三项之和应等于实到人数。",
            )
    return deciding.decide(act, motion, counts)


def close(act: Act, motion: Motion, data: None = None) -> Motion:
    """Announce the result of a ballot: paper once two counts agree, online once every scrutineer has opened the sums."""
    if motion.method == Method.HANDS:
        raise Refused("举手表决登记人数后就有结果", next_step="请登记举手人数。")
    if motion.method == Method.PAPER:
        count = queries.agreed_count(motion)
        if count is None:
            raise Refused("两人还没有录入一致的票数", next_step="请两名计票人各自录入，一致后再宣布。")
        return deciding.decide(act, motion, [Figures(**row) for row in count.counts], paper=count)
    if motion.state != MotionState.COUNTING or not motion.result:
        raise Refused("监票人还没有都输入开票码", next_step="请先结束投票，由各位监票人输入开票码。")
    return deciding.decide(act, motion, [Figures(**row) for row in motion.result])


def void(act: Act, motion: Motion, data: Why) -> Motion:
    """Make a vote void; what came of it is taken back by whoever acted on it, or they veto."""
    was_decided = motion.state == MotionState.DECIDED
    if was_decided and motion.rule == "exclusion":
        _refuse_once_used(motion)
    motion.state, motion.void_why = MotionState.VOID, data.reason[:200]
    motion.rev += 1
    motion.save(update_fields=["state", "void_why", "rev"])
    if motion.rule == "exclusion":
        exclusions.take_back(motion)
    act.log(motion, summary=f"作废表决：{motion}")
    publish(MotionVoided(motion.pk, motion.subject_type, motion.subject_id, was_decided, act.actor))
    return motion


def _rule(data: NewMotion, on: date) -> rules.Majority:
    held = rules.majorities().get(data.rule)
    if held is None:
        raise Refused("没有这条表决规则", field="rule")
    if held.since > on or (held.until is not None and on >= held.until):
        newer = rules.in_force(held.code.split("-")[0], on)
        hint = f"这一天适用“{newer.label}”。" if newer is not None else ""
        raise Refused(f"{held.label}在 {on.isoformat()} 不适用", field="rule", next_step=hint)
    return held


def _check_online(data: NewMotion) -> None:
    if not data.approval:
        raise Refused(
            "没有同意网上投票的批复", field="approval", next_step="无记名投票应当在现场用纸质票进行；确需网上投票的，先报上级同意，再填批复文号并上传。"
        )  # fmt: skip
    people = {person.pk for person in data.trustees}
    if not FEWEST_TRUSTEES <= len(people) <= MOST_TRUSTEES or len(people) != len(data.trustees):
        raise Refused(f"请指定 {FEWEST_TRUSTEES} 到 {MOST_TRUSTEES} 名不同的监票人", field="trustees")
    holding = set(
        Account.objects.system("scrutineers have accounts")
        .filter(person_id__in=people, is_active=True)
        .values_list("person_id", flat=True)
    )
    if without := [person.name for person in data.trustees if person.pk not in holding]:
        raise Refused(f"{'、'.join(without)}没有账号，不能领取开票码", field="trustees")


def _without_those_proposed(motion: Motion, base: Any) -> Any:
    """Return those who decide on leaving the others out; the proposed ones of this roll are what is voted on."""
    asked = queries.proposed(motion.roll)
    if not asked.exists():
        raise Refused("没有待表决的不计入应到的人", next_step="请先提出，并附上级同意的文件。")
    Exclusion.objects.system("exclusions put to the vote").filter(pk__in=asked.values("pk")).update(motion=motion)
    return base.exclude(pk__in=asked.values("entry_id"))


def _drop_opinions_of(motion: Motion, present: set[int]) -> None:
    came = [one.entry.name for one in queries.written(motion) if one.entry_id in present]
    if came:
        raise Refused(
            f"{told_names(came)}登记过书面意见，又勾选了到会", next_step="到会的人在会上投票；请取消到会，或撤回书面意见。"
        )  # fmt: skip


def _refuse_after_midnight(motion: Motion) -> None:
    if motion.roll.on > localdate():
        raise Refused(f"名册是 {motion.roll.on.isoformat()} 的，还没有到这一天")


def _record_names(motion: Motion, said: dict[int, str]) -> Figures:
    here = {voter.entry_id: voter.entry for voter in queries.voters(motion)}
    if missing := [entry.name for pk, entry in here.items() if said.get(pk) not in Choice.values]:
        raise Refused(f"还没有登记{told_names(missing)}的态度", next_step="到会的每个人都要登记。")
    insert_models([NamedVote(motion=motion, entry=entry, choice=said[pk]) for pk, entry in here.items()])
    values = [said[pk] for pk in here]
    return Figures(values.count("yes"), values.count("no"), values.count("abstain"))


def _refuse_once_used(motion: Motion) -> None:
    later = Motion.objects.system("votes by a roll in hand").filter(roll_id=motion.roll_id, pk__gt=motion.pk)
    if later.exclude(state__in=[MotionState.VOID, MotionState.DRAFT]).exists():
        raise Refused("这份名册后来又进行过表决，应到人数已经用过", next_step="请先作废后来的表决。")
