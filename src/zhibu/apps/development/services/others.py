"""Half-yearly reviews and 思想汇报; the way to another branch; plans and settings."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from zhibu.apps.development import queries
from zhibu.apps.development.models import Case, Move, Plan, Review, Setting, State
from zhibu.apps.development.params import path
from zhibu.apps.development.services import members
from zhibu.apps.development.services.opening import end
from zhibu.apps.development.services.posting import take_down
from zhibu.apps.development.services.steps import Given, carry_files, keep_paper, refresh
from zhibu.kernel.actions import Act, Refused, diff
from zhibu.kernel.files import Scan


@dataclass(frozen=True)
class NewReview:
    """A review: when, what was found, the signed page."""

    on: date
    words: str
    scan: Scan | None = None


def review(act: Act, case: Case, data: NewReview) -> Case:
    """Record the half-yearly review of an activist (article 11)."""
    began = queries.course_of(case).done.get("activist")
    if began is None or data.on < began:
        raise Refused("考察日期应在确定为入党积极分子之后", field="on", article=path().which(data.on).cited("第十一条"))
    return _write(act, case, "half_year", "review_paper", data)


def report(act: Act, case: Case, data: NewReview) -> Case:
    """Take in a 思想汇报, handed in by the person; only where the local pack asks for it."""
    if not queries.report_months(case.organization):
        raise Refused(
            "本单位没有要求定期递交思想汇报", next_step="细则没有这一项；本地要求由上级在“发展党员设置”里登记。"
        )
    if data.scan is None:
        raise Refused("请上传思想汇报", field="scan")
    return _write(act, case, "report", "report", data)


def _write(act: Act, case: Case, kind: str, code: str, data: NewReview) -> Case:
    if data.on > localdate():
        raise Refused("日期不能晚于今天", field="on")
    paper = keep_paper(act, case, Given(code, data.scan, data.on)) if data.scan is not None else None
    made = Review(case=case, kind=kind, on=data.on, words=data.words, paper=paper, by_name=act.actor.name[:100])
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise Refused("这一天已经登记过", field="on") from error
    refresh(case)
    case.rev += 1
    case.save()
    act.log(case, summary=f"{Review.KINDS[kind]}：{case.person.name}（{data.on.isoformat()}）")
    return case


@dataclass(frozen=True)
class MoveTo:
    """To which branch, why, and which papers are handed over."""

    organization: Any
    on: date
    reason: str
    handed: Sequence[str] = ()
    papers: Sequence[Given] = ()


def move(act: Act, case: Case, data: MoveTo) -> Case:
    """Hand the case over to another branch (art. 12, 34): the training time runs on, the other side looks the papers through."""
    edition = path().which(data.on)
    article = edition.cited(edition.limits["moving"].article)
    if data.organization.pk == case.organization_id:
        raise Refused("已经在这个支部", field="organization")
    if data.on > localdate():
        raise Refused("日期不能晚于今天", field="on")
    wanted = {"application": "入党申请书"} | (
        {"register": "《入党积极分子培养考察登记表》"} if case.stage != "applicant" else {}
    )
    if lacking := [label for code, label in wanted.items() if code not in data.handed]:
        raise Refused(f"应当把{'、'.join(lacking)}等材料转交现单位党组织", field="handed", article=article)
    take_down(act, case, "材料转接")
    source, case.organization = case.organization, data.organization
    Move(
        case=case, source=source, target=data.organization, on=data.on, reason=data.reason, by_name=act.actor.name[:100],
        handed="、".join(_paper_names(data.handed)),
    ).save()  # fmt: skip
    for given in data.papers:
        keep_paper(act, case, given)
    carry_files(case, data.organization)
    case.arriving = True
    refresh(case)
    case.rev += 1
    case.save()
    act.log(case, organization_id=source.pk, summary=f"材料转出：{case.person.name}，转{data.organization}")
    act.log(case, summary=f"材料转入：{case.person.name}，来自{source}")
    return case


def _paper_names(codes: Sequence[str]) -> list[str]:
    from zhibu.apps.development.params import paper_label

    return [paper_label(code) for code in codes]


@dataclass(frozen=True)
class Receive:
    """What came of looking the papers through: accepted, sent back, or not recognised."""

    outcome: str
    words: str
    scan: Scan | None = None


def receive(act: Act, case: Case, data: Receive) -> Case:
    """Look through what another branch handed over (art. 12, 34)."""
    moving = Move.objects.system("the move of a case in hand").filter(case=case, received_on__isnull=True).first()
    if moving is None:
        raise Refused("没有待审查的转入材料")
    moving.received_on, moving.outcome, moving.words = localdate(), data.outcome, data.words
    moving.save()
    if data.scan is not None:
        keep_paper(act, case, Given("transfer_paper", data.scan, localdate()))
    case.arriving = False
    if data.outcome == "denied":
        if case.stage != "probationary":
            raise Refused(
                "只有转入的预备党员才有“不予承认”",
                field="outcome",
                article=path().which(localdate()).cited("第三十四条"),
            )
        ended = end(act, case, State.CANCELLED, localdate(), data.words, f"转入的预备党员不予承认：{case.person.name}")
        members.not_recognised(act, case.person, localdate())
        return ended
    if data.outcome == "rejected":
        case.organization = moving.source
        carry_files(case, moving.source)
    refresh(case)
    case.rev += 1
    case.save()
    act.log(case, summary=f"审查转入材料：{case.person.name}，{Move.OUTCOMES[data.outcome]}")
    return case


@dataclass(frozen=True)
class SetPlan:
    """How many a branch may receive in a year."""

    organization: Any
    year: int
    number: int
    note: str = ""


def set_plan(act: Act, obj: None, data: SetPlan) -> Plan:
    """Set or change the plan of a branch for a year."""
    plan = (
        Plan.objects.system("plan of a branch in hand").filter(organization=data.organization, year=data.year).first()
    )
    before = copy.copy(plan) if plan is not None else None
    made = plan or Plan(organization=data.organization, year=data.year)
    made.number, made.note = data.number, data.note
    changes = diff(before, made, ["number", "note"]) if before is not None else []
    if before is not None and not changes:
        raise Refused("计划没有变化", field="number", code="unchanged")
    made.rev = made.rev + 1 if before is not None else 1
    made.save()
    act.log(made, changes=changes, summary=f"下达发展计划：{made.organization} {made.year} 年 {made.number} 名")
    return made


@dataclass(frozen=True)
class SetSetting:
    """What holds for an organisation."""

    standing: str
    reports: int
    notices: Mapping[str, int] = field(default_factory=dict)
    source: str = ""


def set_setting(act: Act, organization: Any, data: SetSetting) -> Setting:
    """Set the standing of an organisation and its local pack; both off unless somebody says so."""
    known = Setting.objects.system("settings of an organisation in hand").filter(organization=organization).first()
    if (data.reports or data.notices) and not data.source:
        raise Refused("细则没有这些要求，请写明本地规定的名称和文号", field="source")
    before = copy.copy(known) if known is not None else Setting(organization=organization)
    made = known or Setting(organization=organization)
    made.standing, made.reports, made.notices, made.source = (
        data.standing,
        data.reports,
        dict(data.notices),
        data.source,
    )
    changes = diff(before, made, ["standing", "reports", "notices", "source"])
    if not changes:
        raise Refused("设置没有变化", code="unchanged")
    made.rev = made.rev + 1 if known is not None else 1
    made.save()
    act.log(made, changes=changes, summary=f"发展党员设置：{organization}")
    return made
