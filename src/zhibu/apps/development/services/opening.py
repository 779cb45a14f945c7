"""Where a case begins and ends: the application, stop and withdrawal, taking it up again, corrections of what is known."""

import copy
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from zhibu.apps.development import queries, rules
from zhibu.apps.development.models import RESTARTABLE, Case, State
from zhibu.apps.development.params import path
from zhibu.apps.development.permissions import MANAGE
from zhibu.apps.development.services.steps import Done, Given, complete, keep_paper, refresh
from zhibu.kernel.actions import Act, Refused, diff
from zhibu.kernel.files import Scan
from zhibu.kernel.scope import OutsideScope


@dataclass(frozen=True)
class Apply:
    """An application that was handed in: by whom, to which branch, on which day (the paper's own), the paper."""

    person: Any
    organization: Any
    on: date
    scan: Scan
    floating: bool = False
    origin: str = ""
    host: str = ""


def open_(act: Act, obj: None, data: Apply) -> Case:
    """Open a case with the application. Raises Refused for whoever is too young, a member already, or developed elsewhere."""
    person, branch = data.person, data.organization
    if not act.actor.may(
        MANAGE, branch.path
    ):  # the applicant may lie outside the reach of the branch, the branch may not
        raise OutsideScope
    edition = path().which(data.on)
    if data.on > localdate():
        raise Refused("申请书的日期不能晚于今天", field="on")
    if too_young := rules.applicant_age(edition, person.birth_date, data.on):
        raise Refused(too_young.message, article=too_young.article, field="on", next_step=too_young.next, code="age")
    if person.political_status in ("01", "02"):
        raise Refused(f"{person.name}已经是党员", field="person", next_step="请在党员管理里查看。")
    if person.employment == "deceased":
        raise Refused(f"{person.name}已经去世", field="person")
    if not branch.is_open(data.on):
        raise Refused(f"{branch}在 {data.on.isoformat()} 还没有成立或已经撤销", field="organization")
    case = create(act, person, branch, data)
    complete(act, case, Done("applied", data.on, "document", papers=[Given("application", data.scan, data.on)]))
    return case


def create(act: Act, person: Any, branch: Any, data: Any = None) -> Case:
    """Write a new case. Raises Refused where the person has one that goes on (wherever it is)."""
    case = Case(person=person, organization=branch)
    if data is not None:
        case.floating, case.origin, case.host = data.floating, data.origin, data.host
    try:
        with transaction.atomic():
            case.save()
    except IntegrityError as error:
        raise Refused(
            f"{person.name}已在发展过程中", field="person", next_step="同一个人只能在一个支部申请；需要换支部的，请办理材料转接。",
            code="one_open",
        ) from error  # fmt: skip
    return case


@dataclass(frozen=True)
class Edit:
    """What is known of the person's circumstances."""

    floating: bool
    origin: str
    host: str
    leaves_on: date | None
    volume: str
    reason: str = ""


EDITABLE = ("floating", "origin", "host", "leaves_on", "volume")


def edit(act: Act, case: Case, data: Edit) -> Case:
    """Change what is known: floating, the places, when the person will leave, the number of the 志愿书."""
    if data.floating and not (data.origin and data.host):
        raise Refused("流动人员请写明流出地和流入地，公示要在两地同时进行", field="origin")
    before = copy.copy(case)
    for name in EDITABLE:
        setattr(case, name, getattr(data, name))
    changes = diff(before, case, EDITABLE)
    if not changes:
        raise Refused("内容没有变化", next_step="请修改后再保存，或直接返回。", code="unchanged")
    case.rev += 1
    case.save()
    act.log(case, changes=changes, summary=f"修改发展情况：{case.person.name}")
    return case


@dataclass(frozen=True)
class Stop:
    """Why the case ends, on which day, with the paper if there is one."""

    on: date
    reason: str
    scan: Scan | None = None


def stop(act: Act, case: Case, data: Stop) -> Case:
    """The branch stops the cultivation."""
    return _end(act, case, data, State.STOPPED, "停止培养")


def withdraw(act: Act, case: Case, data: Stop) -> Case:
    """The person takes the application back."""
    return _end(act, case, data, State.WITHDRAWN, "本人撤回申请")


def _end(act: Act, case: Case, data: Stop, state: State, words: str) -> Case:
    if case.stage in ("probationary", "full"):
        raise Refused(
            "已经是预备党员", next_step="不具备条件的，请办理“取消或延长”；本人要求退党的，请在党员管理里办理。",
            article=queries.current_edition().cited(queries.current_edition().limits["probation"].article),
        )  # fmt: skip
    if data.on > localdate():
        raise Refused("日期不能晚于今天", field="on")
    last = max(queries.course_of(case).done.values(), default=data.on)
    if (
        data.on < last
    ):  # the days between do not count for the year of training: they must not begin before what was done
        raise Refused(f"日期不能早于已经办的最后一步（{last.isoformat()}）", field="on")
    if data.scan is not None:
        keep_paper(act, case, Given("stop_paper", data.scan, data.on))
    return end(act, case, state, data.on, data.reason, f"{words}：{case.person.name}")


def end(act: Act, case: Case, state: State, on: date, why: str, summary: str) -> Case:
    """Close a case with its audit line; a running publicity is taken down."""
    from zhibu.apps.development.services.posting import take_down

    take_down(act, case, why)
    before = copy.copy(case)
    case.state, case.closed_on, case.closed_words = state, on, why[:300]
    case.paused_on = on if state in RESTARTABLE else None
    case.next_due = case.review_due = None
    case.rev += 1
    case.save()
    act.log(case, changes=diff(before, case, ["state", "closed_on"]), summary=summary)
    return case


@dataclass(frozen=True)
class Restart:
    """Why it goes on."""

    on: date
    reason: str


def restart(act: Act, case: Case, data: Restart) -> Case:
    """Take a stopped case up again: what was done stands, the days between do not count for the year of training."""
    if data.on > localdate() or (case.closed_on and data.on < case.closed_on):
        raise Refused("恢复日期应在停止之后，不晚于今天", field="on")
    if case.paused_on is not None:
        case.paused_days += (data.on - case.paused_on).days
    before = copy.copy(case)
    case.state, case.closed_on, case.closed_words, case.paused_on = State.OPEN, None, "", None
    refresh(case)
    case.rev += 1
    try:
        with transaction.atomic():
            case.save()
    except IntegrityError as error:
        raise Refused("此人在别处另有发展过程", next_step="请先结束那一份。", code="one_open") from error
    act.log(case, changes=diff(before, case, ["state"]), summary=f"恢复培养：{case.person.name}")
    return case
