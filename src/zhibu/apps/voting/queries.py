"""Reads of rolls and votes: what others ask of a subject, what lists and pages show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, IntegerField, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from zhibu.apps.accounts.models import Account
from zhibu.apps.people.models import Person
from zhibu.apps.voting.models import (
    Exclusion,
    Method,
    Motion,
    MotionState,
    PaperCount,
    Roll,
    RollEntry,
    Teller,
    Trustee,
    Voter,
    WrittenOpinion,
)
from zhibu.apps.voting.models.counts import Choice
from zhibu.apps.voting.models.roll import STANDING
from zhibu.apps.voting.rules import Majority, Poll
from zhibu.kernel.actor import Actor


@dataclass(frozen=True)
class QuestionResult:
    """What came of one question: its figures and whether it passed."""

    title: str
    poll: Poll
    passed: bool


@dataclass(frozen=True)
class Result:
    """What came of a vote. passed: None while it is not decided, and where it has several questions."""

    decided: bool
    valid: bool | None
    passed: bool | None
    entitled: int | None
    present: int | None
    questions: tuple[QuestionResult, ...]
    others: dict[str, int]
    outcome: str
    article: str
    majority: Majority


def result_of(motion: Motion) -> Result:
    """Return the result of a vote with its figures and the article it rests on."""
    decided = motion.state == MotionState.DECIDED
    rows = motion.result if decided else []
    questions = tuple(
        QuestionResult(
            row["title"],
            Poll(motion.entitled or 0, motion.present or 0, *(row.get(name, 0) for name in FIGURES)),
            bool(row["passed"]),
        )
        for row in rows
        if not row.get("written_in")
    )
    others = {row["title"]: int(row["yes"]) for row in rows if row.get("written_in")}
    return Result(
        decided, motion.valid, motion.passed, motion.entitled, motion.present, questions, others, motion.outcome,
        motion.article, motion.majority,
    )  # fmt: skip


#: the figures of a row of `Motion.result`, in the order of Poll
FIGURES = ("yes", "no", "abstain", "written_yes", "written_no", "written_abstain")


def rolls_about(subject: Model) -> "QuerySet[Roll]":
    """Return the rolls frozen for a record (a meeting, a case …), the latest first; void ones left out."""
    rows: QuerySet[Roll] = Roll.objects.system("rolls of a record in hand").filter(is_void=False)
    return rows.filter(subject_type=subject._meta.label, subject_id=str(subject.pk))


def motions_about(subject: Model) -> "QuerySet[Motion]":
    """Return the votes on a record, the latest first; void ones left out."""
    rows: QuerySet[Motion] = Motion.objects.system("votes on a record in hand").exclude(state=MotionState.VOID)
    return rows.filter(subject_type=subject._meta.label, subject_id=str(subject.pk)).select_related("roll")


def motions_by(roll: Roll) -> "QuerySet[Motion]":
    """Return the votes by a roll in hand that were not made void."""
    rows: QuerySet[Motion] = Motion.objects.system("votes by a roll in hand").filter(roll=roll)
    return rows.exclude(state=MotionState.VOID)


def entries(roll: Roll) -> "QuerySet[RollEntry]":
    """Return who is on a roll, in its order."""
    rows: QuerySet[RollEntry] = RollEntry.objects.system("entries of a roll in hand").filter(roll=roll)
    return rows.order_by("place")


def entitled(roll: Roll) -> "QuerySet[RollEntry]":
    """Return those of a roll who count as ones who should be there, with a vote."""
    return entries(roll).filter(entitled=True)


def with_accounts(rows: "QuerySet[RollEntry]") -> list[RollEntry]:
    """Return those of a roll who can sign in: whom something may be asked of on their own pages."""
    found = list(rows)
    accounts = Account.objects.system("who of a roll can sign in").filter(person_id__in=[e.person_id for e in found])
    known = set(accounts.filter(is_active=True).values_list("person_id", flat=True))
    return [entry for entry in found if entry.person_id in known]


def voters(motion: Motion) -> "QuerySet[Voter]":
    """Return who was there with a vote when it was opened, in the order of the roll; the ballots are left out."""
    rows: QuerySet[Voter] = Voter.objects.system("voters of a vote in hand").filter(motion=motion)
    return rows.select_related("entry").defer("ballot").order_by("entry__place")


def turnout(motion: Motion) -> tuple[int, int]:
    """Return (voted, may vote) of an online ballot."""
    row = Voter.objects.system("turnout of a vote in hand").filter(motion=motion)
    counted = row.aggregate(voted=Count("pk", filter=Q(has_voted=True)), all=Count("pk"))
    return counted["voted"], counted["all"]


def written(motion: Motion) -> list[WrittenOpinion]:
    """Return the written opinions of a vote, in the order of the roll."""
    rows = WrittenOpinion.objects.system("opinions on a vote in hand").filter(motion=motion, is_withdrawn=False)
    return list(rows.select_related("entry").order_by("entry__place"))


def written_sums(opinions: Sequence[WrittenOpinion], question: int) -> dict[str, int]:
    """Return yes, no and abstain given in writing to one question."""
    said = [opinion.choices[question] for opinion in opinions]
    return {choice.value: said.count(choice.value) for choice in Choice}


def settled_counts(motion: Motion) -> list[PaperCount]:
    """Return the counts that anybody may see: those of rounds in which both have entered theirs."""
    rows = PaperCount.objects.system("counts of a vote in hand").filter(motion=motion, settled=True)
    return list(rows.order_by("round", "pk"))


def rounds_of(counts: Sequence[PaperCount]) -> list[dict[str, Any]]:
    """Return the rounds of counting that both have entered: the two beside one another, a line a figure."""
    found = []
    for n in range(0, len(counts) - 1, 2):
        first, second = counts[n], counts[n + 1]
        lines = [
            (label, getattr(first, name), getattr(second, name))
            for name, label in (("issued", "发出"), ("collected", "收回"), ("valid", "有效"), ("invalid", "无效"))
        ]
        for question, (left, right) in enumerate(zip(first.counts, second.counts, strict=True)):
            questions = first.motion.questions
            title = f"{questions[question]}：" if len(questions) > 1 else ""
            for name, label in (("yes", "赞成"), ("no", "不赞成"), ("abstain", "弃权")):
                lines.append((f"{title}{label}", left[name], right[name]))
        for name in sorted({*first.others, *second.others}):
            lines.append((f"另选{name}", first.others.get(name, 0), second.others.get(name, 0)))
        found.append({"first": first, "second": second, "agreed": first.agreed, "lines": lines})
    return found


def round_in_hand(motion: Motion) -> tuple[int, list[PaperCount]]:
    """Return the number of the round of counting under way, and what was entered in it so far (nobody sees its figures yet)."""
    last = PaperCount.objects.system("counts of a vote in hand").filter(motion=motion).order_by("-round", "-pk").first()
    if last is None:
        return 1, []
    if last.settled:
        return last.round + 1, []
    return last.round, [last]


def agreed_count(motion: Motion) -> PaperCount | None:
    """Return the count on which two people agreed, None before."""
    rows: QuerySet[PaperCount] = PaperCount.objects.system("counts of a vote in hand").filter(
        motion=motion, agreed=True
    )
    return rows.order_by("-round", "-pk").first()


def proposed(roll: Roll) -> "QuerySet[Exclusion]":
    """Return who is proposed to be left out and not decided on yet."""
    rows: QuerySet[Exclusion] = Exclusion.objects.system("exclusions of a roll in hand").filter(roll=roll)
    return rows.filter(state="proposed").select_related("entry").order_by("pk")


def proposable(today: date) -> Q:
    """Condition on entries: counts as one who should be there, on a roll in use, and is not proposed to be left out yet."""
    standing = Exclusion.objects.system("is it proposed").filter(STANDING, entry=OuterRef("pk"))
    return Q(entitled=True, roll__is_void=False) & ~Q(Exists(standing))


def evidence(motion: Motion) -> dict[str, Any]:
    """Return everything by which an online ballot can be checked anew, as plain JSON: no names of voters, ballots by fingerprint."""
    rows = Voter.objects.system("ballots of a vote in hand").filter(motion=motion, has_voted=True).exclude(ballot="")
    trustees = Trustee.objects.system("scrutineers of a vote in hand").filter(motion=motion).order_by("pk")
    return {
        "vote": str(motion.uid), "title": motion.title, "questions": motion.questions, "choose": motion.choose, "key": motion.key,
        "trustees": [
            {"name": one.name, "slot": str(one.uid), "public": one.public, "proof": one.proof, "shares": one.shares}
            for one in trustees
        ],
        "ballots": [{"slot": str(one.uid), "ballot": one.ballot} for one in rows.order_by("receipt")],
        "result": [{name: row[name] for name in ("yes", "no", "abstain")} for row in motion.result],
    }  # fmt: skip


def listed(actor: Actor) -> "QuerySet[Motion]":
    """Return the votes within reach."""
    rows: QuerySet[Motion] = Motion.objects.visible_to(actor)
    return rows.select_related("organization", "roll")


def listed_rolls(actor: Actor) -> "QuerySet[Roll]":
    """Return the rolls within reach; `everybody` and `with_vote` count who is on them."""
    rows: QuerySet[Roll] = Roll.objects.visible_to(actor).select_related("organization")
    inside = RollEntry.objects.system("entries of visible rolls").filter(roll=OuterRef("pk")).order_by()
    counted = inside.values("roll_id").annotate(n=Count("pk")).values("n")
    return rows.annotate(
        everybody=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
        with_vote=Coalesce(Subquery(counted.filter(entitled=True), output_field=IntegerField()), 0),
    )


def own_places(person: Person) -> "QuerySet[Voter]":
    """Return where somebody may vote or has voted on line, the latest first; the ballots are left out."""
    rows: QuerySet[Voter] = Voter.objects.system("one's own votes").filter(person=person)
    online = rows.filter(motion__method=Method.ONLINE).exclude(motion__state=MotionState.VOID)
    return online.select_related("motion__organization", "entry").defer("ballot").order_by("-pk")


def own_trusts(person: Person) -> "QuerySet[Trustee]":
    """Return the online ballots that somebody is a scrutineer of and that are not over."""
    rows: QuerySet[Trustee] = Trustee.objects.system("one's own duties").filter(person=person)
    waits = rows.filter(motion__state__in=[MotionState.DRAFT, MotionState.OPEN, MotionState.COUNTING])
    return waits.select_related("motion").order_by("-pk")


def tellers(motion: Motion) -> list[Teller]:
    """Return who was named to count a vote on paper, in the order in which they were named."""
    rows = Teller.objects.system("tellers of a vote in hand").filter(motion=motion, ended=False)
    return list(rows.order_by("pk"))


def own_counts(person: Person) -> "QuerySet[Teller]":
    """Return the votes on paper that somebody counts and that are not over, the latest first."""
    rows: QuerySet[Teller] = Teller.objects.system("one's own duties").filter(person=person, ended=False)
    waits = rows.filter(motion__state__in=[MotionState.DRAFT, MotionState.OPEN, MotionState.COUNTING])
    return waits.select_related("motion").order_by("-pk")


def uncounted_by_teller(today: date) -> Q:
    """Condition on tellers: their vote is counted now, no two counts agree yet, and theirs of this round is not in."""
    counts = PaperCount.objects.system("is it counted").filter(motion=OuterRef("motion"))
    mine = counts.filter(settled=False, person_id=OuterRef("person_id"))
    states = [MotionState.OPEN, MotionState.COUNTING]
    return Q(ended=False, motion__state__in=states) & ~Q(Exists(counts.filter(agreed=True))) & ~Q(Exists(mine))


def to_name_tellers(today: date) -> Q:
    """Condition on votes: on paper, not counted yet, and no election's by the assembly, whose tellers the assembly votes for."""
    waits = Q(method=Method.PAPER, state__in=[MotionState.DRAFT, MotionState.OPEN, MotionState.COUNTING])
    agreed = PaperCount.objects.system("is it counted").filter(motion=OuterRef("pk"), agreed=True)
    return waits & ~Q(roll__rule="election") & ~Q(Exists(agreed))


def uncounted(today: date) -> Q:
    """Condition on votes: paper that is voted on, and no two counts agree yet."""
    agreed = PaperCount.objects.system("is it counted").filter(motion=OuterRef("pk"), agreed=True)
    return Q(method=Method.PAPER, state__in=[MotionState.OPEN, MotionState.COUNTING]) & ~Q(Exists(agreed))


def countable(today: date) -> Q:
    """Condition on votes: the figures are there, and only the result has to be announced."""
    agreed = PaperCount.objects.system("is it counted").filter(motion=OuterRef("pk"), agreed=True)
    paper = Q(method=Method.PAPER) & Q(Exists(agreed))
    return Q(state=MotionState.COUNTING) & (paper | (Q(method=Method.ONLINE) & ~Q(result=[])))


def under_way(organization_id: int) -> int:
    """Return how many votes of an organisation have no result yet."""
    rows = Motion.objects.system("votes under way").filter(organization_id=organization_id)
    return int(rows.filter(state__in=[MotionState.DRAFT, MotionState.OPEN, MotionState.COUNTING]).count())
