"""The page of a case: what holds now and why not yet, the earliest days, the path, the papers, who accompanies, what was allowed."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate

from zhibu.apps.development import queries, rules_path
from zhibu.apps.development.models import TONES, Case, Review, Step, Told
from zhibu.apps.development.params import papers, path
from zhibu.apps.development.permissions import PAPERS
from zhibu.apps.development.rules import Hindrance
from zhibu.apps.meetings import queries as meetings
from zhibu.apps.people.models import Person
from zhibu.apps.petitions import queries as petitions
from zhibu.apps.voting import queries as voting
from zhibu.kernel import actions
from zhibu.kernel.actions import Action
from zhibu.kernel.actor import Actor
from zhibu.kernel.ui.parts import Fact

#: what is offered under the path, not at the head: rarely needed, or grave
MORE = (
    "development.case.ask", "development.case.paper", "development.case.contacts", "development.publicity.extra", "development.case.edit",
    "development.case.move", "development.case.defer", "development.case.early", "development.case.override",
    "development.case.undo", "development.case.stop", "development.case.withdraw",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A line of the path: a step done, the one that comes now, one that waits; or one that no longer stands."""

    label: str
    state: str
    on: date | None = None
    cited: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    url: str = ""
    void_why: str = ""
    by_name: str = ""
    notes: tuple[str, ...] = field(default_factory=tuple)


@dataclass(frozen=True)
class Ahead:
    """A row of the table of earliest days."""

    label: str
    on: date | None
    article: str
    why: tuple[Hindrance, ...]
    due: rules_path.Due | None = None


def line_of(step: Step, told: Told | None = None) -> Line:
    """Return a step that was done as a line; `told`: how a decision was told."""
    facts = tuple((label, str(text)) for label, text in step.facts.items() if text)
    if told is not None:
        facts = (*facts, ("告知和宣布", f"{told.text}{'。' if told.words else ''}{told.words}"))
    state = "done" if step.stands else "void"
    notes = ("旧案导入",) if step.ground == "import" else ()
    return Line(step.label, state, step.on, step.cited, facts, step.ref_url, step.void_why, step.by_name, notes)


def trail(case: Case, steps: list[Step], course: rules_path.Course, seen: rules_path.Foresight) -> list[Line]:
    """Return the whole path: what was done in the order of its days, then what comes."""
    told = queries.told_of(case)
    found = [line_of(step, told.get(step.pk)) for step in steps]
    if not case.is_open:
        return found
    coming = [code for code in path().order if code in seen.earliest or code in seen.hindrances]
    for code in coming:
        edition = path().which(seen.earliest.get(code) or localdate())
        step = edition.step(code)
        label = step.label if step else path().labels[code]
        state = "now" if code == case.next_step else "wait"
        found.append(Line(label, state, seen.earliest.get(code), edition.cited(step.article) if step else ""))
    return found


def ahead(case: Case, course: rules_path.Course, seen: rules_path.Foresight, today: date) -> list[Ahead]:
    """Return the earliest day of every later step with its article, and until when it is due."""
    due = {one.step: one for one in rules_path.dues(course, today, path())}
    rows = []
    for code in path().order:
        if code not in seen.earliest and code not in seen.hindrances:
            continue
        day = seen.earliest.get(code)
        edition = path().which(day or today)
        step = edition.step(code)
        if step is not None:
            rows.append(
                Ahead(step.label, day, edition.cited(step.article), seen.hindrances.get(code, ()), due.get(code))
            )
    return rows


def undated(seen: rules_path.Foresight, case: Case) -> list[str]:
    """Return why later steps have no day, beside what holds the next step up: a calendar that is not loaded."""
    found = [one for code, rows in seen.hindrances.items() if code != case.next_step for one in rows]
    return list(dict.fromkeys(one.message for one in found if one.code == "calendar.missing"))


def why_not(case: Case, seen: rules_path.Foresight, notice: Any = None) -> list[Hindrance]:
    """Return why the next step is not possible today; empty when it is. `notice`: the one that hangs about the case."""
    if case.next_step == "target_publicised":
        today = localdate()
        if notice is None or notice.clock(today).over(today):
            return []
        words = f"还不能列为发展对象，因为{notice.clock(today).words(today)}"
        return [Hindrance("publicity_days", words, notice.article, "block")]
    return [one for one in seen.hindrances.get(case.next_step, ()) if ".needs." not in one.code]


def hanging(notices: list[Any]) -> Any:
    """Return the notice that hangs about a person who is to be listed, None where none does."""
    return next((one for one in notices if one.is_running and one.kind == "development.target"), None)


def publicity_words(seen: rules_path.Foresight, notice: Any, today: date) -> str:
    """Return what is to be done about the notice."""
    day = seen.earliest.get("target_publicised")
    if notice is None:
        until = f"今天张贴的，{day.isoformat()} 届满" if day else "届满日期现在不能推算"
        return f"现在可以张贴公示：从张贴的次日起满 5 个工作日，{until}；次日起可以列为发展对象。"
    if not notice.clock(today).over(today):
        return "届满的次日起记录公示结果；没有影响发展入党的问题的，再列为发展对象。"
    return "公示期已满，现在可以记录公示结果。"


def now_words(case: Case, seen: rules_path.Foresight, today: date, notice: Any = None) -> str:
    """Return what can be done now, or when it can."""
    if case.next_step == "target_publicised":
        return publicity_words(seen, notice, today)
    if not case.next_step:
        return "这一步之后没有要办的了。"
    day = seen.earliest.get(case.next_step)
    label = path().labels[case.next_step]
    if day is None:
        return f"“{label}”现在不能推算日期，原因见上。"
    if day <= today:
        return f"现在可以办“{label}”。"
    return f"下一步“{label}”，最早 {day.isoformat()}。"


def step_acts(actor: Actor, case: Case) -> list[Action]:
    """Return the acts of the steps whose predecessors are done, as far as the actor may do them there."""
    if not case.is_open or case.arriving:
        return []
    codes = [code for code in case.ready.strip(",").split(",") if code and code not in ("applied", "target_publicised")]
    found = [actions.get(f"development.step.{code}") for code in codes]
    return [
        one for one in found if actor.may(one.permission, case.organization.path) and actor.person_id != case.person_id
    ]


def notice_acts(actor: Actor, case: Case, notices: list[Any]) -> list[Any]:
    """Return the notices that hang, whose result the actor may record."""
    may = actor.may("development.manage", case.organization.path)
    return [one for one in notices if may and one.is_running]


def more_acts(actor: Actor, case: Case) -> list[Action]:
    """Return the acts of `MORE` that the actor may do with the case now, in one query."""
    here = case.organization.path
    offered = [one for one in map(actions.get, MORE) if actor.may(one.permission, here)]
    if not offered:
        return []
    today = localdate()
    cases = {
        f"w{n}": models.Case(
            models.When(one.condition(today), then=True), default=False, output_field=models.BooleanField()
        )
        for n, one in enumerate(offered)
        if one.when is not None
    }
    found = Case.objects.system("states of a visible case").filter(pk=case.pk).values(**cases).first() or {}
    return [one for n, one in enumerate(offered) if found.get(f"w{n}", one.when is None)]


def page(request: HttpRequest, case: Case) -> dict[str, Any]:
    """Return what the page of a case shows."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    today = localdate()
    steps = queries.steps_of(case)
    course = queries.course_of(case, steps)
    seen = queries.foresight(case, course, today)
    may_see = actor.may(PAPERS, case.organization.path)
    reachable = Person.objects.visible_to(actor).filter(pk=case.person_id).exists()
    end = course.probation_end(path().which(today))
    facts = [
        Fact("姓名", case.person.name, url=case.person.get_absolute_url() if reachable else ""), Fact("党支部", case.organization),
        Fact("阶段", case.get_stage_display()), Fact("流动人员", f"流出地{case.origin}，流入地{case.host}" if case.floating else None),
        Fact("预计离开日期", case.leaves_on), Fact("志愿书编号", case.volume),
        Fact("预备期满", end, hint=f"延长 {case.extension} 个月" if case.extension else ""), Fact("推迟讨论至", case.deferred_until),
        Fact("发展计划", queries.plan_words(case.organization, today.year)), Fact("结束日期", case.closed_on),
        Fact("结束说明", case.closed_words, wide=True),
    ]  # fmt: skip
    missing = queries.missing_papers(case, steps)
    notices = queries.notices(case)
    return {
        "facts": [fact for fact in facts if not fact.absent], "tone": TONES[case.state], "lines": trail(case, steps, course, seen),
        "ahead": ahead(case, course, seen, today) if case.is_open else [], "why": why_not(case, seen, hanging(notices)) if case.is_open else [],
        "undated": undated(seen, case),
        "now_words": now_words(case, seen, today, hanging(notices)) if case.is_open else "", "today": today, "missing": missing,
        "skipped": [path().labels[code] for code in seen.missing], "papers": queries.papers_of(case) if may_see else None,
        "paper_count": len(queries.papers_of(case)) if not may_see else 0, "companions": case_companions(case),
        "unfit": unfit(case), "plan_exhausted": queries.plan_exhausted(case, today.year) and "assembly" not in course.done, "overrides": queries.overrides_of(case), "reviews": queries.reviews_of(case), "moves": queries.moves_of(case),
        "notices": [(one, one.clock(today)) for one in notices], "motions": list(voting.motions_about(case)),
        "petitions": petitions.about(case) if actor.may("petitions.view", case.organization.path) else [],
        "agenda": meetings.about(Case._meta.label, case.pk), "more": more_acts(actor, case), "step_acts": step_acts(actor, case), "notice_acts": notice_acts(actor, case, notices), "may_papers": may_see,
        "bound_url": reverse("print", args=["development.bound", case.uid]) if may_see else "",
        "forms_url": reverse("development-papers", args=[case.uid]) if may_see else "",
        "review_late": bool(case.review_due and case.review_due < today), "edition": path().which(today),
    }  # fmt: skip


def case_companions(case: Case) -> list[Any]:
    """Return everybody who accompanied the person, those who do now first."""
    rows = case.companions.system("companions of a visible case").all()
    return sorted(rows, key=lambda one: (one.until is not None, one.role, one.pk))


def unfit(case: Case) -> list[int]:
    """Return the contacts who have to be replaced, while the training goes on (keys of companions)."""
    if not case.is_open or case.stage not in ("activist", "target"):
        return []
    return list(queries.unfit_contacts().filter(case=case).values_list("pk", flat=True))


def report_words(case: Case, reviews: list[Review], today: date) -> str:
    """Return by when the next 思想汇报 is due where the local pack asks for it; "" where it does not."""
    months = queries.report_months(case.organization)
    if not months:
        return ""
    last = max((one.on for one in reviews if one.kind == "report"), default=None)
    began = queries.course_of(case).done.get("activist")
    if last is None and began is None:
        return ""
    from zhibu.kernel.calendar import add_months

    due = add_months(last or began or today, months)
    return f"思想汇报每 {months} 个月一次，下一次 {due.isoformat()} 前"


def paper_checklist(case: Case, steps: list[Step]) -> list[tuple[str, str, bool]]:
    """Return (step, paper, is it there) for every required paper, in the order of the bound file."""
    there = {one.code for one in queries.papers_of(case)}
    labels = path().labels
    return [
        (labels.get(one.step, ""), one.label, one.code in there)
        for one in papers().values()
        if one.required and one.step
    ]
