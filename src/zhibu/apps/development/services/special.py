"""Members received outside the ordinary path (2026 art. 26-27), and the yearly analysis of the activists (art. 11)."""

import copy
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from zhibu.apps.development import queries, queries_activists
from zhibu.apps.development.models import Analysis, Case, SpecialAdmission, State
from zhibu.apps.development.params import path
from zhibu.apps.development.permissions import APPROVE, PAPERS
from zhibu.apps.development.services import members
from zhibu.apps.development.services.opening import end
from zhibu.kernel import files
from zhibu.kernel.actions import Act, Refused, Why, diff
from zhibu.kernel.files import Scan
from zhibu.kernel.scope import OutsideScope


@dataclass(frozen=True)
class Admission:
    """Who was received, where, by which organ, on which day and document; `became`: as what (direct only)."""

    person: Any
    organization: Any
    kind: str
    on: date
    organ: str
    words: str
    scan: Scan
    number: str = ""
    became: str = ""


def admit(act: Act, obj: None, data: Admission) -> SpecialAdmission:
    """Record it on the ground of the organ's document; a member received directly enters the roster the same moment.

    Raises Refused for the living who are to be recognised after death, for the dead who are to be received, for members.
    """
    edition = path().which(data.on)
    article = edition.cited(edition.limits[data.kind].article)
    if not act.actor.may(APPROVE, data.organization.path):
        raise OutsideScope
    if data.on > localdate():
        raise Refused("批准日期不能晚于今天", field="on")
    dead = data.person.employment == "deceased"
    if data.kind == "posthumous" and not dead:
        raise Refused("追认的是已经去世的人", field="person", article=article, next_step="请先在人员主档登记去世。")
    if data.kind == "direct" and dead:
        raise Refused(f"{data.person.name}已经去世，不能直接接收", field="person", article=article)
    if data.person.political_status in ("01", "02") or members.in_party(data.person):
        raise Refused(f"{data.person.name}已经是党员", field="person")
    made = SpecialAdmission(
        person=data.person, organization=data.organization, kind=data.kind, on=data.on, organ=data.organ, number=data.number,
        became=data.became if data.kind == "direct" else "", version=edition.version, words=data.words, by_name=act.actor.name[:100],
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise Refused(f"{data.person.name}已经登记过", field="person", code="special_once") from error
    files.attach(
        made, data.scan.blob, name=data.scan.name, permission=PAPERS, actor=act.actor, organization_id=data.organization.pk
    )  # fmt: skip
    label = SpecialAdmission.KINDS[data.kind]
    _close_case(act, made, label)
    if data.kind == "direct":
        members.receive_directly(act, made)
    act.log(
        made, summary=f"{label}党员：{data.person.name}（{data.on.isoformat()}，{data.organ}批准，{article}）"[:200]
    )
    return made


def _close_case(act: Act, made: SpecialAdmission, label: str) -> None:
    """The ordinary path of the person, if one goes on, ends here."""
    rows = Case.objects.system("the open case of somebody received otherwise").filter(
        person=made.person, state=State.OPEN
    )
    case = rows.select_for_update(of=("self",)).select_related("person", "organization").first()
    if case is not None:
        end(act, case, State.LEFT, made.on, f"由{made.organ}{label}", f"发展过程结束：{case.person.name}（{label}）")


def take_back(act: Act, made: SpecialAdmission, data: Why) -> SpecialAdmission:
    """Take back what was recorded by mistake; of somebody in the roster that is put right first."""
    if made.kind == "direct" and members.in_party(made.person):
        raise Refused(
            f"{made.person.name}已在党员名册里", next_step="请先在党员名册里撤销这次入党登记，再撤销这里的登记。"
        )
    made.withdrawn_why = data.reason
    made.rev += 1
    made.save(update_fields=["withdrawn_why", "rev"])
    act.log(made, summary=f"撤销登记：{made}")
    return made


@dataclass(frozen=True)
class Analyse:
    """Which committee, which year, when it sat over it, what is wanting, what is to be done."""

    organization: Any
    year: int
    on: date
    problems: str
    measures: str


def analyse(act: Act, obj: None, data: Analyse) -> Analysis:
    """Write the analysis of a year with the figures of the day; written again, it is changed and the history keeps both."""
    if data.on > localdate() or data.on.year not in (data.year, data.year + 1):
        raise Refused("分析日期应在这一年或下一年初，不晚于今天", field="on")
    rows = Analysis.objects.system("the analysis of a committee in hand").select_for_update(of=("self",))
    known = rows.filter(organization=data.organization, year=data.year).first()
    made = known or Analysis(organization=data.organization, year=data.year)
    before = copy.copy(made)
    made.on, made.problems, made.measures = data.on, data.problems, data.measures
    made.figures = queries_activists.figures(data.organization, localdate())
    made.by_name = act.actor.name[:100]
    if known is not None:
        made.rev += 1
    made.save()
    changes = diff(before, made, ["on", "problems", "measures"]) if known is not None else []
    article = queries.current_edition().cited("第十一条")
    act.log(made, changes=changes, summary=f"积极分子队伍分析：{made}（{article}）"[:200])
    return made
