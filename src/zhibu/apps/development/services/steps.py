"""Completing a step: judged by the version of its day, proved by its paper, told to the trail; and taking one back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.timezone import localdate

from zhibu.apps.development import queries, rules, rules_path
from zhibu.apps.development.models import Case, Override, Paper, State, Step
from zhibu.apps.development.params import paper_label, papers, path
from zhibu.apps.development.permissions import PAPERS
from zhibu.apps.development.rules import Hindrance
from zhibu.kernel import files
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.calendar.services import work_calendar
from zhibu.kernel.files import Scan
from zhibu.kernel.files.models import Attachment

OVERRIDE_HINT = "确有特殊情况的，由上级组织写明理由、附上批件，登记“特许”后办理。"


@dataclass(frozen=True)
class Given:
    """A paper that was put in: its code, its file, its own day."""

    code: str
    scan: Scan
    on: date | None = None
    title: str = ""


@dataclass(frozen=True)
class Done:
    """A step as it is to be written down.

    ground and ref: what it rests on; facts: {label: text} shown with the step; organization: who decided (default: the
    branch); unless: codes of hindrances that do not count for this act.
    """

    code: str
    on: date
    ground: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    papers: Sequence[Given] = ()
    organization: Any = None
    ref: tuple[str, str, str] = ("", "", "")
    against: Sequence[Hindrance] = ()
    unless: frozenset[str] = frozenset()


def complete(act: Act, case: Case, done: Done) -> Step:
    """Write a step down, or raise Refused with the article and what to do; the caller writes no audit line of its own."""
    steps = queries.steps_of(case)
    course = queries.course_of(case, steps)
    found = rules_path.judge(done.code, done.on, course, localdate(), path(), work_calendar())
    found = [one for one in [*found, *done.against] if one.code not in done.unless]
    warned = hold(case, done.code, found)
    rules_of_day = path().which(done.on)
    facts = {**done.facts}
    if warned:
        facts["提醒"] = "；".join(f"{one.message}（{one.article}）" for one in warned)
    step = Step(
        case=case, code=done.code, on=done.on, version=rules_of_day.version, ground=done.ground, ref_type=done.ref[0],
        ref_id=done.ref[1], ref_url=done.ref[2], facts=facts, organization=done.organization or case.organization,
        by_name=act.actor.name[:100],
    )  # fmt: skip
    try:
        with transaction.atomic():
            step.save()
    except IntegrityError as error:
        raise Refused(f"“{step.label}”已经办过", next_step="写错了的请先撤回这一步。", code="done") from error
    for given in done.papers:
        keep_paper(act, case, given, done.code)
    refresh(case)
    case.rev += 1
    case.save()
    act.log(case, summary=f"{step.label}：{case.person.name}（{done.on.isoformat()}，{step.cited}）"[:200])
    return step


def hold(case: Case, code: str, found: Sequence[Hindrance]) -> list[Hindrance]:
    """Raise Refused with the first hindrance that holds; return the warnings and what was overridden."""
    allowed = {one.code for one in queries.overrides_of(case) if one.step == code}
    holding = [one for one in found if one.weight == "hard" or (one.weight == "block" and one.code not in allowed)]
    if holding:
        first = sorted(holding, key=lambda one: one.weight != "hard")[0]
        hint = OVERRIDE_HINT if first.weight == "block" else ""
        field = "on" if first.code.endswith((".future", ".order")) else None
        raise Refused(
            first.message,
            article=first.article,
            next_step=" ".join(filter(None, (first.next, hint))),
            code=first.code,
            field=field,
        )
    return [one for one in found if one not in holding]


def keep_paper(act: Act, case: Case, given: Given, step: str = "") -> Paper:
    """Keep a paper with its file."""
    paper = Paper(case=case, step=step, code=given.code, title=given.title, on=given.on, by_name=act.actor.name[:100])
    paper.save()
    paper.attachment = files.attach(
        paper, given.scan.blob, name=given.scan.name, permission=PAPERS, actor=act.actor,
        organization_id=case.organization_id,
    )  # fmt: skip
    paper.save(update_fields=["attachment"])
    return paper


def carry_files(case: Case, branch: Any) -> None:
    """Put what hangs on a case under another branch: whoever has the case opens its papers, and nobody else."""
    papers_of = [str(key) for key in case.papers.system("papers of a case that moves").values_list("pk", flat=True)]
    allowed = [str(key) for key in case.overrides.system("overrides of a case that moves").values_list("pk", flat=True)]
    rows = Attachment.objects.system("files of a case that moves").filter(permission=PAPERS)
    for model, keys in ((Paper, papers_of), (Override, allowed)):
        rows.filter(object_type=model._meta.label, object_id__in=keys).update(organization=branch)


def refresh(case: Case) -> None:
    """Set stage, what comes next, until when and from when; saves nothing."""
    steps = queries.steps_of(case)
    course = queries.course_of(case, steps)
    order = list(rules.STAGES)
    reached = [path().definition(code).stage for code in course.done if code != "applied"]
    case.stage = max(["applicant", *reached], key=order.index)
    today = localdate()
    seen = queries.foresight(case, course, today)
    coming = [code for code in path().order if code in seen.earliest or code in seen.hindrances]
    ready = [code for code in coming if not _waits(seen.hindrances.get(code, ()), code)]
    due = rules_path.dues(course, today, path())
    case.next_step = ready[0] if ready else (coming[0] if coming else "")
    case.next_from = seen.earliest.get(case.next_step) if case.next_step else None
    case.next_due = min((one.on for one in due), default=None)
    case.ready = f",{','.join(ready)}," if ready else ""
    case.review_due = _review_due(case, course)


def _waits(hindrances: Iterable[Hindrance], code: str) -> bool:
    return any(one.code.startswith(f"{code}.needs.") for one in hindrances)


def _review_due(case: Case, course: rules_path.Course) -> date | None:
    """Return by when the half-yearly review is due: from 入党积极分子 until the assembly received the person."""
    began = course.done.get("activist")
    if began is None or "assembly" in course.done:
        return None
    last = max((one.on for one in queries.reviews_of(case) if one.kind == "half_year"), default=None)
    return rules_path.next_review(path().which(localdate()), began, last)


@dataclass(frozen=True)
class Undo:
    """Why a step is taken back."""

    code: str
    reason: str


#: steps that changed the membership record: they are reversed there, not here
FINAL = frozenset({"approved", "full_approved"})


def take_back(act: Act, case: Case, data: Undo) -> Case:
    """Take back the step done last by mistake: it no longer stands, and stays in the history with the reason."""
    steps = [step for step in queries.steps_of(case) if step.stands]
    step = next((one for one in steps if one.code == data.code), None)
    if step is None:
        raise Refused("没有这一步，或已经撤回", field="code")
    if step.code in FINAL:
        raise Refused(
            f"“{step.label}”已经改变党员身份，不能在这里撤回", next_step="请在党员管理里办理更正。", field="code"
        )
    later = [one for one in steps if one.code in rules_path.behind(path(), step.code)]
    if later:
        raise Refused(f"后面的“{later[-1].label}”已经办了", next_step="请从最后一步起依次撤回。", field="code")
    if step.code == "target_agreed" and any(one.is_running for one in queries.notices(case)):
        raise Refused(
            "正在公示，不能没有上级党委的同意", next_step="请先在公示的页面撤下公示，再撤回这一步。", field="code"
        )
    void(step, data.reason)
    if step.code == "applied":  # nothing is left of a case without its application
        from zhibu.apps.development.services.opening import end

        words = f"入党申请登记有误：{data.reason}"
        return end(act, case, State.VOID, localdate(), words, f"撤销入党申请的登记：{case.person.name}")
    if step.code in ("contact_assigned", "introducers"):
        role = "contact" if step.code == "contact_assigned" else "introducer"
        for one in queries.companions(case, role):
            one.until, one.ended_why, one.rev = max(localdate(), one.since), data.reason, one.rev + 1
            one.save()
    if step.code == "full_assembly":
        case.proposal, case.proposed_months = "", None
    refresh(case)
    case.rev += 1
    case.save()
    act.log(case, summary=f"撤回“{step.label}”：{case.person.name}")
    return case


def void(step: Step, why: str) -> None:
    """Let a step stand no longer."""
    step.stands, step.void_why, step.rev = False, why[:200], step.rev + 1
    step.save(update_fields=["stands", "void_why", "rev"])


def void_codes(case: Case, codes: Iterable[str], why: str) -> None:
    """Let several steps of a case stand no longer."""
    wanted = set(codes)
    for step in queries.steps_of(case):
        if step.stands and step.code in wanted:
            void(step, why)


@dataclass(frozen=True)
class Allow:
    """Who allowed what against which rule, and why; the paper is kept for ever."""

    step: str
    superior: str
    approved_by: str
    reason: str
    scan: Scan
    on: date


def override(act: Act, case: Case, data: Allow) -> Override:
    """Allow a step although a rule speaks against it. Raises Refused where nothing does, and for what nobody can allow."""
    course = queries.course_of(case)
    found = rules_path.judge(data.step, data.on, course, localdate(), path(), work_calendar())
    known = {one.code for one in queries.overrides_of(case) if one.step == data.step}
    blocks = [
        one for one in [*found, *special(case, data.step, data.on), *in_advance(data.step, data.on)]
        if one.weight == "block" and one.code not in known
    ]  # fmt: skip
    hard = [one for one in found if one.weight == "hard"]
    if hard:
        raise Refused(f"不能特许：{hard[0].message}", article=hard[0].article, field="step")
    if not blocks:
        raise Refused("这一步没有需要特许的规定", next_step="请直接办理这一步。", field="step")
    made = None
    for one in blocks:
        made = Override(
            case=case, step=data.step, code=one.code, message=one.message[:300], article=one.article[:60],
            superior=data.superior, approved_by=data.approved_by, reason=data.reason, by_name=act.actor.name[:100],
        )  # fmt: skip
        made.save()
        files.attach(
            made, data.scan.blob, name=data.scan.name, permission=PAPERS, actor=act.actor, organization_id=case.organization_id
        )  # fmt: skip
    case.rev += 1
    case.save(update_fields=["rev"])
    what = "；".join(one.message for one in blocks)
    act.log(case, summary=f"特许“{path().labels[data.step]}”：{case.person.name}，{what}"[:200])
    assert made is not None
    return made


def special(case: Case, code: str, on: date) -> list[Hindrance]:
    """Return what speaks against a step beside its order and clocks: leaving soon, papers missing, discipline, a short course."""
    edition = path().which(on)
    found: list[Hindrance] = []
    if code in ("committee_reviewed", "pre_examined", "assembly"):
        found += [one for one in [rules.leaving_soon(edition, case.leaves_on, on)] if one]
    if code in ("target_agreed", "pre_examined", "approved", "full_approved"):
        found += missing(case, code, edition)
    if code == "approved":
        found += not_deliberated(case, edition)
    if code == "filed":
        found += missing_at_the_end(case, edition)
    return found


def in_advance(code: str, on: date) -> list[Hindrance]:
    """Return what only the act itself brings to light (who introduces, how long the course was), and a superior may allow before."""
    found = {"introducers": rules.unsuitable, "trained": rules.short}.get(code)
    return [found(path().which(on))] if found is not None else []


def not_deliberated(case: Case, edition: rules.Edition) -> list[Hindrance]:
    """Return why nobody between the branch and the committee that approves has looked at the resolution (article 22).

    A general branch, and a committee that may not approve, examine what the assembly passed: their signed opinion is asked for.
    """
    between = [
        one for one in queries.organizations_above(case.organization)
        if queries.standing_of(one) in ("general_branch", "subordinate")
    ]  # fmt: skip
    if not between or queries.has_paper(case, "deliberation"):
        return []
    return [rules.deliberation(edition, str(between[0]))]


def missing(case: Case, code: str, edition: rules.Edition) -> list[Hindrance]:
    """Return why the papers are not complete: the committee looks whether they are (2026 art. 21, 24)."""
    absent = queries.missing_papers(case, queries.steps_of(case), before=code)
    if not absent:
        return []
    names = "、".join(one.label for one in absent[:6]) + ("等" if len(absent) > 6 else "")
    words = f"入党手续还不完备，缺 {len(absent)} 份材料：{names}"
    article = edition.cited(edition.limits["collective"].article)
    return [Hindrance("papers.missing", words, article, "block", next="请先在“材料”里补交。")]


def missing_at_the_end(case: Case, edition: rules.Edition) -> list[Hindrance]:
    """Return why the file is not complete."""
    absent = [one for one in queries.missing_papers(case, queries.steps_of(case)) if one.step != "filed"]
    if not absent:
        return []
    names = "、".join(one.label for one in absent[:6]) + ("等" if len(absent) > 6 else "")
    step = edition.step("filed")
    article = edition.cited(step.article if step else "")
    words = f"还不能归档，因为缺 {len(absent)} 份材料：{names}"
    return [Hindrance("papers.missing", words, article, "block", next="请先在“材料”里补交。")]


@dataclass(frozen=True)
class AddPaper:
    """A paper put in beside a step, and why where it is asked."""

    code: str
    scan: Scan
    on: date | None = None
    title: str = ""


def add_paper(act: Act, case: Case, data: AddPaper) -> Paper:
    """Put a paper into the file."""
    if data.on is not None and data.on > localdate():
        raise Refused("材料日期不能晚于今天", field="on")
    kind = papers().get(data.code)
    paper = keep_paper(act, case, Given(data.code, data.scan, data.on, data.title), kind.step if kind else "")
    case.rev += 1
    case.save(update_fields=["rev"])
    act.log(case, summary=f"放入材料“{paper_label(data.code)}”：{case.person.name}"[:200])
    return paper


@dataclass(frozen=True)
class Withdraw:
    """Why a paper is taken out."""

    reason: str


def withdraw_paper(act: Act, paper: Paper, data: Withdraw) -> Paper:
    """Take out a paper that was put in by mistake; it stays in the history."""
    proof = papers().get(paper.code)
    done = {
        step.code
        for step in queries.steps_of(paper.case)
        if step.stands and step.ground in ("document", "meeting", "motion")
    }
    same = Paper.objects.system("papers of a case in hand").filter(
        case=paper.case, code=paper.code, withdrawn_at__isnull=True
    )
    if proof is not None and proof.proof and proof.step in done and same.count() == 1:
        raise Refused(
            f"“{paper}”是这一步的依据，不能没有它", next_step="请先放入正确的一份，再撤下这一份；或撤回这一步。"
        )
    paper.withdrawn_at, paper.withdrawn_why = timezone.now(), data.reason
    paper.rev += 1
    paper.save()
    if paper.attachment is not None:
        files.remove(paper.attachment)
    act.log(
        paper, organization_id=paper.case.organization_id, summary=f"撤下材料“{paper}”：{paper.case.person.name}"[:200]
    )
    return paper
