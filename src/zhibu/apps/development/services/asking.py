"""A request to the committee above about a case (请示): written from what is known, sent and answered in petitions."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.timezone import localdate

from zhibu.apps.development import queries, rules_path
from zhibu.apps.development.models import Case
from zhibu.apps.development.params import path
from zhibu.apps.development.services.steps import hold
from zhibu.apps.petitions import services as petitions
from zhibu.kernel.actions import Act
from zhibu.kernel.calendar.services import work_calendar
from zhibu.kernel.files import Scan
from zhibu.kernel.periods import day_words

#: step of the committee above -> what is asked for
TITLES = {
    "activist_filed": "关于{name}同志列为入党积极分子备案的请示", "target_agreed": "关于拟列{name}同志为发展对象的请示",
    "pre_examined": "关于预审{name}同志的请示", "approval_talk": "关于审批接收{name}同志为预备党员的请示", "approved": "关于审批接收{name}同志为预备党员的请示",
    "full_approved": "关于审批{name}同志转正的请示",
}  # fmt: skip
#: step -> how the request tells it
TOLD = {
    "applied": "递交入党申请书", "activist": "确定为入党积极分子", "target": "列为发展对象", "committee_reviewed": "经支部委员会审查",
    "assembly": "经支部大会讨论通过接收为预备党员", "full_assembly": "经支部大会讨论转正",
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """The request as it goes up."""

    title: str
    words: str
    scans: Sequence[Scan] = ()


def step_asked(case: Case) -> str:
    """Return which decision of the committee above the case waits for, "" for none."""
    return next((code for code in TITLES if f",{code}," in case.ready), "")


def proposed(case: Case) -> tuple[str, str]:
    """Return title and words as they are proposed; the branch changes them as it likes."""
    name, done = case.person.name, queries.course_of(case).done
    title = TITLES.get(step_asked(case), "关于{name}同志发展工作的请示").format(name=name)
    told = [f"{day_words(done[code])}{words}" for code, words in TOLD.items() if code in done]
    return title, f"{name}同志，{'，'.join(told)}。经{case.organization}研究，现报请审查。妥否，请批复。"


def ask(act: Act, case: Case, data: Asked) -> Case:
    """Send the request; the answer stands on the page of the case, the decision is still recorded by its signed paper.

    Raises Refused where what is asked for is not possible today, with the article.
    """
    if code := step_asked(case):
        today = localdate()
        hold(case, code, rules_path.judge(code, today, queries.course_of(case), today, path(), work_calendar()))
    made = petitions.ask(
        act, organization=case.organization, kind="development", title=data.title, words=data.words, about=case,
        attachments=data.scans,
    )  # fmt: skip
    case.rev += 1
    case.save(update_fields=["rev"])
    act.log(case, summary=f"请示上级：{made}"[:200])
    return case
