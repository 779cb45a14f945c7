"""Cases of each side in the stages that matter, a notice with an objection, a plan, settings; the member's own case."""

from datetime import date, timedelta
from typing import Any

from tests import factories
from tests.matrix.sensitive import picture
from zhibu.apps.development.models import (
    Analysis,
    Case,
    Companion,
    Move,
    Override,
    Paper,
    Plan,
    Review,
    Setting,
    SpecialAdmission,
    Step,
    Told,
)
from zhibu.apps.development.services import steps
from zhibu.kernel import files
from zhibu.kernel.actor import Actor
from zhibu.kernel.publicity.models import Publicity, PublicityObjection, PublicityPlace, PublicityRun

TODAY = date.today()
MODELS = {"development": "development.Case", "publicity": "kernel.Publicity"}
FILES = {"development-form"}
ORDER = (
    "applied", "talked", "activist", "activist_filed", "contact_assigned", "target_agreed", "target_publicised", "target",
    "introducers", "political_review", "trained", "committee_reviewed", "pre_examined", "assembly", "approval_talk", "approved",
    "oath", "full_applied", "full_assembly", "full_approved",
)  # fmt: skip
#: last step done -> how many days ago each step before it was
CASES = {
    "applied": 20,
    "contact_assigned": 400,
    "target_agreed": 400,
    "target": 400,
    "pre_examined": 20,
    "approval_talk": 30,
    "full_applied": 420,
}

#: each needs a case just before its step, with its papers and clocks; tests/development walks whole paths through them
NOT_FILLED = {
    "development.publicity.post", "development.publicity.close", "development.publicity.extra", "development.case.call_assembly",
    "development.case.early", "development.case.tell", "development.paper.withdraw", "development.case.move", "development.case.defer",
    *(f"development.step.{code}" for code in (*ORDER, "filed") if code not in ("talked", "political_review", "trained")),
}  # fmt: skip


def own(world: Any) -> dict[str, dict[str, Any]]:
    """What the form does not tell by itself."""
    return {
        "development.case.edit": {"volume": "2026-0001"},
        "development.case.paper": {"code": "other"},
        "development.case.undo": {"code": "applied"},
        "development.special.record": {
            "kind": "direct",
            "became": "probationary",
            "person": str(world.seen.objects["development.Case"][1].person.uid),
            "organization": str(world.seen.of("branch").uid),
        },
        "development.step.trained": {
            "since": TODAY.isoformat(),
            "on": TODAY.isoformat(),
            "days": "3",
            "hours": "24",
            "mode": "线下",
        },
    }


def values() -> dict[str, list[str]]:
    """One paper that can be printed, and one that is none."""
    return {"development-form": ["talk_record", "none"]}


def side(side: Any) -> None:
    """Make them for the side's branch."""
    for last, days in CASES.items():
        _case(side, last, days)
    stopped = _case(side, "talked", 100)
    Case.objects.system("test").filter(pk=stopped.pk).update(
        state="stopped", closed_on=TODAY, closed_words=f"{side.word}停止", paused_on=TODAY, ready=""
    )
    arriving = _case(side, "activist", 90)
    Case.objects.system("test").filter(pk=arriving.pk).update(arriving=True)
    branch, other = side.of("branch"), side.organizations[7]
    side.keep(
        Move.objects.create(
            case=arriving, source=other, target=branch, on=TODAY, reason=f"{side.word}调动", handed=f"{side.word}申请书", by_name=f"{side.word}办",
        )
    )  # fmt: skip
    side.keep(Plan.objects.create(organization=branch, year=TODAY.year, number=2, note=f"{side.word}计划"))
    side.keep(
        Setting.objects.create(
            organization=branch, standing="approves", reports=3, notices={"activist": 5}, source=f"{side.word}规定"
        )
    )
    _notice(side)
    _special(side)


def _special(side: Any) -> None:
    """Somebody recognised after death, and the analysis of the year."""
    word, branch = side.word, side.of("branch")
    gone = factories.person(f"{word}烈士", side.unit, employment="deceased")
    side.keep(
        SpecialAdmission.objects.create(
            person=gone, organization=branch, kind="posthumous", on=TODAY, organ=f"{word}省委", number=f"{word}号",
            version="2026", words=f"{word}事迹", by_name=f"{word}登记",
        )
    )  # fmt: skip
    side.keep(
        Analysis.objects.create(
            organization=branch, year=TODAY.year, on=TODAY, figures=[[f"{word}项", "3 人"]], problems=f"{word}问题",
            measures=f"{word}措施", by_name=f"{word}登记",
        )
    )  # fmt: skip


def _case(side: Any, last: str, days: int) -> Case:
    word, branch = side.word, side.of("branch")
    person = factories.person(f"{word}{last[:6]}", side.unit, birth_date=date(1990, 1, 1))
    case = side.keep(
        Case.objects.create(
            person=person, organization=branch, origin=f"{word}外地", host=f"{word}本地", volume=f"{word}号"
        )
    )
    for n, code in enumerate(ORDER[: ORDER.index(last) + 1]):
        on = TODAY - timedelta(days=days if n < ORDER.index("target") else min(days, 20))
        if last == "full_applied" and n >= ORDER.index("assembly"):
            on = TODAY - timedelta(days=380)
        facts = {"说明": f"{word}说明"}
        side.keep(
            Step.objects.create(
                case=case,
                code=code,
                on=on,
                version="2026",
                ground="document",
                facts=facts,
                organization=branch,
                by_name=f"{word}登记",
            )
        )
    if last == "contact_assigned":
        _beside(side, case)
    if last == "full_applied":
        decision = case.steps.system("test").get(code="approved")
        day = TODAY - timedelta(days=300)
        side.keep(
            Told.objects.create(
                case=case, step=decision, on=day, by=f"{word}书记", announced_on=day, words=f"{word}已宣布", by_name=f"{word}登记"
            )
        )  # fmt: skip
    steps.refresh(case)
    case.save()
    return case


def _beside(side: Any, case: Case) -> None:
    """Hang a companion, an override, a review and a paper with its file on a case."""
    word, branch = side.word, side.of("branch")
    side.keep(Companion.objects.create(case=case, person=side.people[0], name=f"{word}甲", role="contact", since=TODAY))
    side.keep(
        Override.objects.create(
            case=case, step="talked", code="talked.late", message=f"{word}不符", article="第七条", superior=f"{word}上级",
            approved_by=f"{word}批", reason=f"{word}理由", by_name=f"{word}登记",
        )
    )  # fmt: skip
    side.keep(Review.objects.create(case=case, kind="half_year", on=TODAY, words=f"{word}意见", by_name=f"{word}考察"))
    paper = side.keep(
        Paper.objects.create(
            case=case, step="applied", code="application", title=f"{word}申请书", by_name=f"{word}登记"
        )
    )
    actor = Actor(account_id=side.accounts[0].pk, name=f"{word}经办")
    blob = files.store_made(picture(), mime="image/jpeg")
    paper.attachment = side.keep(
        files.attach(
            paper, blob, name=f"{word}.jpg", permission="development.papers", actor=actor, organization_id=branch.pk
        )
    )
    paper.save()


def _notice(side: Any) -> None:
    word, branch = side.word, side.of("branch")
    case = side.objects["development.Case"][2]
    notice = side.keep(
        Publicity.objects.create(
            organization=branch, kind="development.target", subject_type="development.Case", subject_id=str(case.pk),
            title=f"{word}拟列为发展对象", lines=[["姓名", f"{word}某"]], contact=f"{word}电话", posted_on=TODAY - timedelta(days=40),
            working_days=5, article="第十三条", online=False, ends_on=TODAY - timedelta(days=30),
        )
    )  # fmt: skip
    side.keep(PublicityPlace.objects.create(publicity=notice, kind="work", name=f"{word}公示栏"))
    side.keep(
        PublicityRun.objects.create(
            publicity=notice, posted_on=TODAY - timedelta(days=50), stopped_on=TODAY - timedelta(days=40),
            lines=[["姓名", f"{word}某"]], why=f"{word}变更",
        )
    )  # fmt: skip
    made = PublicityObjection(publicity=notice, received_on=TODAY - timedelta(days=39), manner="call")
    made.matter = f"{word}反映"
    made.save()
    side.keep(made)


def world(root: Any, seen: Any, other: Any, accounts: dict[str, Any]) -> None:
    """The member has a case of their own."""
    member = accounts["member"].person
    if member is None:
        return
    case = Case.objects.create(person=member, organization=seen.of("branch"))
    seen.keep(Step.objects.create(case=case, code="applied", on=TODAY, version="2026", ground="document"))
    steps.refresh(case)
    case.save()
    seen.keep(case)
