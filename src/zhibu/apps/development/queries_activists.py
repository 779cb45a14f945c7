"""The figures of the yearly analysis of activists: how many, of which age, sex and education, what is overdue."""

from collections import Counter
from datetime import date
from typing import Any

from zhibu.apps.development.models import Analysis, Case, Companion, Step
from zhibu.apps.development.rules import STAGES
from zhibu.kernel.actor import Actor
from zhibu.kernel.calendar import add_months
from zhibu.kernel.tree import under

#: upper bounds of age, inclusive, with their labels
AGES = ((30, "30 岁及以下"), (40, "31 至 40 岁"), (50, "41 至 50 岁"), (200, "51 岁及以上"))
BEFORE_PARTY = ("applicant", "activist", "target")


def figures(organization: Any, today: date) -> list[list[str]]:
    """Return [label, text] rows about everybody under development below an organisation; three queries."""
    rows = Case.objects.system("figures of a committee in hand").filter(
        under("organization__path", (organization.path,)), state="open", stage__in=BEFORE_PARTY
    )
    cases = list(rows.select_related("person"))
    stages = Counter(case.stage for case in cases)
    activists = [case for case in cases if case.stage == "activist"]
    people = [case.person for case in activists]
    began = _began(activists)
    year = [case for case in activists if case.pk in began and add_months(began[case.pk], 12) <= today]
    alone = {case.pk for case in activists} - _accompanied(activists)
    found = [[STAGES[stage], f"{stages[stage]} 人"] for stage in BEFORE_PARTY]
    found += [[f"积极分子：{label}", f"{number} 人"] for label, number in _ages(people, today)]
    found.append(["积极分子：女", f"{sum(one.sex == '2' for one in people)} 人"])
    found += [[f"积极分子：{label}", f"{number} 人"] for label, number in _educations(people)]
    late = sum(case.review_due is not None and case.review_due < today for case in activists)
    return [
        *found, ["培养教育考察满一年", f"{len(year)} 人"], ["半年考察逾期", f"{late} 人"], ["没有培养联系人", f"{len(alone)} 人"],
    ]  # fmt: skip


def _ages(people: list[Any], today: date) -> list[tuple[str, int]]:
    found: Counter[str] = Counter()
    for one in people:
        if one.birth_date is not None:
            age = (
                today.year
                - one.birth_date.year
                - ((today.month, today.day) < (one.birth_date.month, one.birth_date.day))
            )
            found[next(label for most, label in AGES if age <= most)] += 1
    return [(label, found[label]) for _, label in AGES if found[label]]


def _educations(people: list[Any]) -> list[tuple[str, int]]:
    found = Counter(one.get_education_display() for one in people if one.education)
    return sorted(found.items(), key=lambda row: -row[1])


def _began(cases: list[Case]) -> dict[int, date]:
    rows = Step.objects.system("figures of a committee in hand").filter(
        case__in=[case.pk for case in cases], code="activist", stands=True
    )
    return dict(rows.values_list("case_id", "on"))


def _accompanied(cases: list[Case]) -> set[int]:
    rows = Companion.objects.system("figures of a committee in hand").filter(
        case__in=[case.pk for case in cases], role="contact", until__isnull=True
    )
    return set(rows.values_list("case_id", flat=True))


def analysed(actor: Actor, year: int) -> list[Analysis]:
    """Return the analyses of a year within reach."""
    rows = Analysis.objects.visible_to(actor).filter(year=year).select_related("organization")
    return list(rows.order_by("organization__path")[:20])
