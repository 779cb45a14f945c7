"""Reads of cases: what is done, what comes next and why not yet, who may decide, what a branch has left of its plan."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce
from django.utils.timezone import localdate

from zhibu.apps.development import rules, rules_path
from zhibu.apps.development.models import Case, Companion, Move, Override, Paper, Plan, Review, Setting, Step, Told
from zhibu.apps.development.params import PaperKind, editions, papers, path
from zhibu.apps.development.rules_path import Course, Foresight
from zhibu.apps.membership.models import Member, Status
from zhibu.apps.membership.models.member import living
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people import search
from zhibu.kernel.actor import Actor
from zhibu.kernel.calendar.services import work_calendar
from zhibu.kernel.paths import ancestors
from zhibu.kernel.publicity.models import Publicity

#: in the roster, and yet nobody who could accompany or introduce anybody
AWAY = (Status.LOST, Status.SUSPENDED)
#: organisations that decide on development
DECIDING = ("committee", "general_branch")


def listed(actor: Actor) -> "QuerySet[Case]":
    """Return the cases within the actor's reach."""
    rows: QuerySet[Case] = Case.objects.visible_to(actor).select_related("person", "organization")
    return rows


def of_people(rows: "QuerySet[Any]", text: str, actor: Actor, key: str = "person") -> "QuerySet[Any]":
    """Keep the rows of the people meant: cases are found by name wherever the case is seen."""
    found = search.find(actor, text, limit=200)
    return rows.filter(Q(**{f"{key}__in": [one.pk for one in found]}) | Q(**{f"{key}__name__startswith": text.strip()}))


def steps_of(case: Case) -> list[Step]:
    """Return every step of a case in hand, also those that no longer stand, in their order."""
    rows = Step.objects.system("steps of a case in hand").filter(case=case)
    return list(rows.select_related("organization").order_by("on", "pk"))


def talk_of(case: Case) -> Step | None:
    """Return the talk before the approval that stands: its facts name who talked and the opinion."""
    rows = Step.objects.system("the talk of a case in hand").filter(case=case, code="approval_talk", stands=True)
    found: Step | None = rows.order_by("pk").last()
    return found


def course_of(case: Case, steps: Iterable[Step] | None = None) -> Course:
    """Return what the rules need to know of a case."""
    rows = steps_of(case) if steps is None else steps
    standing = [step for step in rows if step.stands]
    done = {step.code: step.on for step in standing}
    imported = [step for step in standing if step.ground == "import"]
    return Course(
        done=done, paused=case.paused_days, extension=case.extension, deferred=case.deferred_until,
        passed_over=_passed_over(done, imported), posted=_posted(case, done),
    )  # fmt: skip


def _posted(case: Case, done: dict[str, date]) -> date | None:
    """Return since when the notice hangs that a case waits for, today where none does; None for a case that waits for none."""
    if "target_agreed" not in done or "target_publicised" in done or "target" in done:
        return None
    counting = [one for one in notices(case, "development.target") if one.is_running or one.outcome == "clear"]
    return counting[0].posted_on if counting else localdate()


def _passed_over(done: dict[str, date], imported: Sequence[Step]) -> frozenset[str]:
    """Return the steps before the last imported one that the old records did not tell: they are not asked for again."""
    order = path().order
    last = max((order.index(step.code) for step in imported), default=0)
    return frozenset(code for code in order[:last] if code not in done)


def foresight(case: Case, course: Course, today: date | None = None) -> Foresight:
    """Return the earliest days of all later steps, and why some are not possible today."""
    return rules_path.foresee(course, today or localdate(), path(), work_calendar())


def settings_above(organization: Organization) -> list[Setting]:
    """Return what holds for an organisation, the nearest first: its own and those of everything above."""
    over = [*ancestors(organization.path), organization.path]
    rows = Setting.objects.system("settings above an organisation in hand").filter(organization__path__in=over)
    return sorted(rows.select_related("organization"), key=lambda one: len(one.organization.path), reverse=True)


def standing_of(organization: Organization) -> str:
    """Return what an organisation is under article 22: as it was set, else as its kind says."""
    own = Setting.objects.system("standing of an organisation in hand").filter(organization=organization).first()
    if own is not None and own.standing:
        return str(own.standing)
    return {"committee": "approves", "general_branch": "general_branch"}.get(organization.kind, "")


def organizations_above(organization: Organization) -> list[Organization]:
    """Return the organisations above one in hand, the nearest first."""
    rows = Organization.objects.system("above an organisation in hand").filter(path__in=ancestors(organization.path))
    return sorted(rows, key=lambda one: len(one.path), reverse=True)


def has_paper(case: Case, code: str) -> bool:
    """Tell whether a paper of that kind lies in the file of a case in hand."""
    rows = Paper.objects.system("papers of a case in hand").filter(case=case, code=code, withdrawn_at__isnull=True)
    return bool(rows.exists())


def report_months(organization: Organization) -> int:
    """Return how often 思想汇报 is asked for there (months), 0 where it is not; the nearest setting says."""
    return next((one.reports for one in settings_above(organization) if one.reports), 0)


def extra_notices(organization: Organization) -> dict[str, int]:
    """Return the steps publicised locally besides -> working days; the nearest setting says."""
    return next((dict(one.notices) for one in settings_above(organization) if one.notices), {})


def deciders(actor: Actor, permission: str) -> "QuerySet[Organization]":
    """Return the committees for which the actor may decide."""
    rows: QuerySet[Organization] = Organization.objects.visible_to(actor, permission).filter(
        kind__in=DECIDING, dissolved_on__isnull=True
    )
    return rows.order_by("path")


def missing_papers(case: Case, steps: Sequence[Step], before: str = "") -> list[PaperKind]:
    """Return the required papers of the steps done (before step `before`, if given) that nobody has put in.

    Steps taken over from old records ask for none: their papers lie in the old file.
    """
    order = path().order
    limit = order.index(before) if before else len(order)
    done = {step.code for step in steps if step.stands and step.ground != "import" and order.index(step.code) < limit}
    rows = Paper.objects.system("papers of a case in hand").filter(case=case, withdrawn_at__isnull=True)
    there = set(rows.values_list("code", flat=True))
    made = {"publicity_notice"}  # the notice prints itself
    wanted = [one for one in papers().values() if one.required and one.step in done and one.code not in made]
    return [one for one in wanted if one.code not in there]


def asked_papers(case: Case, code: str) -> list[PaperKind]:
    """Return the papers of a step that its act still asks for."""
    rows = Paper.objects.system("papers of a case in hand").filter(case=case, withdrawn_at__isnull=True)
    there = set(rows.values_list("code", flat=True))
    return [one for one in papers().values() if one.step == code and one.code not in there]


def companions(case: Case, role: str = "") -> list[Companion]:
    """Return who accompanies a case in hand now, in that role or both."""
    rows = Companion.objects.system("companions of a case in hand").filter(case=case, until__isnull=True)
    return list(rows.filter(role=role) if role else rows)


def papers_of(case: Case) -> list[Paper]:
    """Return the papers of a case in hand that stand, in the order of the bound file."""
    rows = Paper.objects.system("papers of a case in hand").filter(case=case, withdrawn_at__isnull=True)
    place = {code: n for n, code in enumerate(papers())}
    found = rows.select_related("attachment__blob")
    return sorted(found, key=lambda one: (place.get(one.code, len(place)), one.on or date.max, one.pk))


def unfit_contacts() -> "QuerySet[Companion]":
    """Return the contacts in office who are no longer full members of the branch of the case: others take their place (article 9)."""
    branch = OuterRef("case__organization")
    fit = (
        Member.objects.system("is a contact still one")
        .filter(
            living(), Q(organization=branch) | Q(organization__parent=branch), person=OuterRef("person"), kind="full"
        )
        .exclude(status__in=AWAY)
    )
    rows: QuerySet[Companion] = Companion.objects.system("contacts in office").filter(
        ~Exists(fit), role="contact", until__isnull=True, person__isnull=False
    )
    return rows


def has_unfit_contact() -> Q:
    """Condition on cases: a contact has to be replaced."""
    return Q(Exists(unfit_contacts().filter(case=OuterRef("pk"))))


def overrides_of(case: Case) -> list[Override]:
    """Return what was allowed against a rule."""
    return list(Override.objects.system("overrides of a case in hand").filter(case=case))


def reviews_of(case: Case) -> list[Review]:
    """Return the reviews and reports of a case in hand."""
    return list(
        Review.objects.system("reviews of a case in hand").filter(case=case).select_related("paper__attachment")
    )


def moves_of(case: Case) -> list[Move]:
    """Return how a case in hand went from branch to branch."""
    return list(Move.objects.system("moves of a case in hand").filter(case=case).select_related("source", "target"))


def case_of(person_id: int) -> Case | None:
    """Return the case of a person that goes on, else the latest."""
    rows = Case.objects.system("the case of a person in hand").filter(person_id=person_id)
    found = list(rows.select_related("person", "organization").order_by("-pk"))
    return next((one for one in found if one.is_open), found[0] if found else None)


def used(plan_organization_id: int, year: int) -> int:
    """Return how many the assembly of a branch received in a year: they use up its plan."""
    rows = Step.objects.system("use of a plan").filter(
        code="assembly", stands=True, on__year=year, organization_id=plan_organization_id
    )
    return int(rows.count())


def plan_of(organization: Organization, year: int) -> Plan | None:
    """Return the plan of a branch."""
    found: Plan | None = (
        Plan.objects.system("plan of a branch in hand").filter(organization=organization, year=year).first()
    )
    return found


def plan_words(organization: Organization, year: int) -> str:
    """Return how the plan of a branch stands, in words; "" where there is none."""
    plan = plan_of(organization, year)
    if plan is None:
        return ""
    taken = used(organization.pk, year)
    left = plan.number - taken
    return f"{year} 年计划 {plan.number} 名，已用 {taken} 名，" + (
        f"还剩 {left} 名" if left >= 0 else f"超出 {-left} 名"
    )


def plan_exhausted(case: Case, year: int) -> bool:
    """Tell whether the assembly of the branch would exceed the plan of the year by receiving this one."""
    if case.stage != "target" or not case.is_open:
        return False
    plan = plan_of(case.organization, year)
    return plan is not None and used(case.organization_id, year) >= plan.number


def plans(actor: Actor) -> "QuerySet[Plan]":
    """Return the plans within reach with what was used of them (`taken`)."""
    taken = (
        Step.objects.system("use of plans")
        .filter(code="assembly", stands=True, organization=OuterRef("organization"), on__year=OuterRef("year"))
        .order_by()
        .values("organization")
        .annotate(number=Count("pk"))
        .values("number")
    )
    rows: QuerySet[Plan] = Plan.objects.visible_to(actor).select_related("organization")
    return rows.annotate(taken=Coalesce(Subquery(taken, output_field=IntegerField()), 0))


def stage_figures(actor: Actor) -> list[tuple[str, str, int]]:
    """Return (stage, label, how many open cases are in it) within reach, every stage once."""
    rows = Case.objects.visible_to(actor).filter(state="open").order_by().values("stage").annotate(number=Count("pk"))
    found = {row["stage"]: row["number"] for row in rows}
    return [(code, label, found.get(code, 0)) for code, label in rules.STAGES.items()]


def has_step(code: str, version: str = "") -> Q:
    """Condition on cases: a step stands."""
    rows = Step.objects.system("is a step done").filter(case=OuterRef("pk"), code=code, stands=True)
    return Q(Exists(rows))


#: the decisions of the committee above that the person and the assembly are told of
TOLD = Q(code__in=["approved", "full_approved"], ground="document", told__isnull=True)


def untold(case: Case) -> Step | None:
    """Return the earliest decision of a case in hand that nobody told on yet, whether it still stands or not."""
    rows = Step.objects.system("decisions of a case in hand").filter(TOLD, case=case)
    found: Step | None = rows.select_related("organization").order_by("on", "pk").first()
    return found


def has_untold() -> Q:
    """Condition on cases: the person or the assembly has still to be told of a decision."""
    return Q(Exists(Step.objects.system("is a decision told").filter(TOLD, case=OuterRef("pk"))))


def told_of(case: Case) -> dict[int, Told]:
    """Return step -> how its decision was told."""
    rows = Told.objects.system("decisions told of a case in hand").filter(case=case)
    return {one.step_id: one for one in rows}


def is_publicised() -> Q:
    """Condition on cases: a notice that the person is to be listed hangs now."""
    rows = Publicity.objects.system("does a notice hang").filter(
        kind="development.target",
        state="running",
        subject_type=Case._meta.label,
        subject_id=Cast(OuterRef("pk"), CharField()),
    )
    return Q(Exists(rows))


def current_edition(today: date | None = None) -> rules.Edition:
    """Return the version of the rules in force."""
    return rules.edition_on(editions(), today or localdate())


def notices(case: Case, kind: str = "") -> list[Any]:
    """Return the notices about a case in hand, the latest first."""
    from zhibu.kernel.publicity.queries import about

    return about(case, kind)


def due_figures(actor: Actor, today: date) -> list[tuple[str, int, str]]:
    """Return (label, how many open cases, query of the list) of what is late, due, to be reviewed, handed over."""
    from zhibu.kernel.calendar import add_months

    rows = Case.objects.visible_to(actor).filter(state="open")
    month = add_months(today, 1)
    found = rows.aggregate(
        late=Count("pk", filter=Q(next_due__lt=today)),
        month=Count("pk", filter=Q(next_due__gte=today, next_due__lte=month)),
        review=Count("pk", filter=Q(review_due__lte=month)),
        arriving=Count("pk", filter=Q(arriving=True)),
    )
    labels = {"late": "已过期限", "month": "一个月内到期", "review": "应作半年考察", "arriving": "转入待审查"}
    return [(label, found[code], f"?state=open&waits={code}") for code, label in labels.items()]


@dataclass(frozen=True)
class BranchFigures:
    """How many open cases a branch has in each stage, in the order of the stages."""

    organization: Organization
    numbers: list[int]
    late: int

    @property
    def labelled(self) -> list[tuple[str, int]]:
        """The numbers with their labels."""
        return list(zip(rules.STAGES.values(), self.numbers, strict=True))


def branch_figures(actor: Actor, most: int = 100) -> list[BranchFigures]:
    """Return the figures of the branches within reach that have open cases, in the order of the tree; two queries."""
    today = localdate()
    rows = (
        Case.objects.visible_to(actor)
        .filter(state="open")
        .order_by()
        .values("organization", "stage")
        .annotate(number=Count("pk"), late=Count("pk", filter=Q(next_due__lt=today)))
    )
    table: dict[int, dict[str, tuple[int, int]]] = {}
    for row in rows:
        table.setdefault(row["organization"], {})[row["stage"]] = (row["number"], row["late"])
    named = Organization.objects.system("names of branches whose cases the actor sees").filter(pk__in=list(table))
    found = []
    for one in named.order_by("path")[:most]:
        figures = table[one.pk]
        numbers = [figures.get(stage, (0, 0))[0] for stage in rules.STAGES]
        found.append(BranchFigures(one, numbers, sum(late for _, late in figures.values())))
    return found
