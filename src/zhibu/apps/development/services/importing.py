"""Importing old cases: judge rows by the rules of their days, open marked cases, take them back while nobody has worked on them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.development import rules_path
from zhibu.apps.development.models import Case, Companion, State, Step
from zhibu.apps.development.params import path
from zhibu.apps.development.rules import Hindrance, applicant_age
from zhibu.apps.development.services.steps import refresh, void
from zhibu.apps.people.models import Person
from zhibu.apps.people.services.recognising import PersonRow, recognise
from zhibu.kernel.actions import Act
from zhibu.kernel.actor import Actor
from zhibu.kernel.calendar.services import work_calendar
from zhibu.kernel.imports.spec import Effect, Row, Verdict, still_right

WHY = "撤销导入"
NAMES = re.compile(r"[、,，;；\s]+")
#: hindrances of an old step that make the row unreadable; others are told with the step
WRONG = (".order", ".future", ".none")


@dataclass(slots=True)
class Judged(PersonRow):
    """A row as judged: the case that person has, the days of the steps and what the rules say of each."""

    known: Case | None = None
    done: dict[str, date] = field(default_factory=dict)
    told: dict[str, list[Hindrance]] = field(default_factory=dict)

    @property
    def kind(self) -> Any:
        return self.kind_for(self.known)


class CaseImporter:
    """Judges and writes rows for one actor, at the batch's branch."""

    def __init__(self, actor: Actor, batch: Any) -> None:
        self.actor, self.branch = actor, batch.organization
        self.today, self.calendar = localdate(), work_calendar()

    def check(self, rows: Sequence[Row]) -> list[Verdict]:
        """Judge rows; a constant number of queries."""
        return [_verdict(one) for one in self.judge(rows)]

    def apply(self, act: Act, rows: Sequence[Row]) -> list[Effect]:
        """Open the cases."""
        found = []
        judged = self.judge(rows)
        still_right(judged)
        for one in judged:
            if one.known is None:
                found.append(self._open(act, one))
        return found

    def undo(self, act: Act, effects: Sequence[Any]) -> list[int]:
        """Take back what nobody touched since; return the rows left alone."""
        rows = Case.objects.system("undo of an import").select_for_update(of=("self",))
        cases = rows.select_related("person", "organization").in_bulk([effect.object_id for effect in effects])
        left = []
        for effect in effects:
            case = cases.get(effect.object_id)
            if case is None or case.rev != effect.rev_after or not case.imported:
                left.append(effect.row)
                continue
            for step in Step.objects.system("undo of an import").filter(case=case, stands=True):
                void(step, WHY)
            case.state, case.closed_on, case.closed_words, case.ready = State.LEFT, self.today, WHY, ""
            case.next_due = case.next_from = case.review_due = None
            case.rev += 1
            case.save()
            act.log(case, summary=f"{WHY}：{case.person.name}的发展过程")
        return left

    def judge(self, rows: Sequence[Row]) -> list[Judged]:
        """Return the rows with whom they mean and what is wrong with them."""
        judged = Judged.read(rows)
        people = recognise(Person.objects.visible_to(self.actor).filter(state="live"), judged)
        known = {
            case.person_id: case
            for case in Case.objects.system("cases of people in a sheet").filter(person__in=people, state=State.OPEN)
        }
        days: dict[int, dict[str, date]] = {}
        for step in Step.objects.system("steps of cases in a sheet").filter(case__in=known.values(), stands=True):
            days.setdefault(step.case_id, {})[step.code] = step.on
        for one in judged:
            if one.person is not None and not one.issues:
                self._judge(one, known.get(one.person.pk), days)
        return judged

    def _judge(self, one: Judged, known: Case | None, days: dict[int, dict[str, date]]) -> None:
        """Work out what the row says of the path, and what speaks against it."""
        labels = path().labels
        one.done = {code: one.values[code] for code in path().order if code in one.values}
        one.known = known
        if known is not None:
            if not (known.imported and days.get(known.pk) == one.done and known.organization_id == self.branch.pk):
                one.wrong("", "此人已在发展过程中，请在其发展过程里办理；要重新导入的，先撤销原来的导入。")
            return
        assert one.person is not None  # the caller asked
        if young := applicant_age(path().which(one.done["applied"]), one.person.birth_date, one.done["applied"]):
            one.wrong("applied", f"{young.message}（{young.article}）。")
        self._status(one)
        order = path().order
        last = max(order.index(code) for code in one.done)
        course = rules_path.Course(
            one.done, passed_over=frozenset(code for code in order[:last] if code not in one.done)
        )
        for code, on in one.done.items():
            found = rules_path.judge(code, on, course, self.today, path(), self.calendar)
            for hindrance in found:
                if hindrance.code.endswith(WRONG):
                    one.wrong(code, f"{hindrance.message}，请核对“{labels[code]}”。")
            one.told[code] = [hindrance for hindrance in found if not hindrance.code.endswith(WRONG)]

    def _status(self, one: Judged) -> None:
        """The path must agree with what the person's record says."""
        assert one.person is not None  # the caller asked
        status = one.person.political_status
        wanted = "01" if "full_approved" in one.done else "02" if "approved" in one.done else ""
        if wanted and status != wanted:
            what = "正式党员" if wanted == "01" else "预备党员"
            one.wrong("approved", f"表里已经审批，人员主档的政治面貌却不是{what}，请先更正主档或核对日期。")
        if not wanted and status in ("01", "02"):
            one.wrong("approved", "人员主档里已是党员，请补上“党委审批接收预备党员”的日期，或核对是不是同一个人。")

    def _open(self, act: Act, one: Judged) -> Effect:
        assert one.person is not None  # judged before
        case = Case(person=one.person, organization=self.branch, imported=True)
        case.save()
        steps = [self._step(act, case, code, on, one.told.get(code, [])) for code, on in one.done.items()]
        Step.objects.bulk_create(steps)
        for column, role in (("contacts", "contact"), ("introducers_names", "introducer")):
            for name in filter(None, NAMES.split(str(one.values.get(column) or ""))):
                since = one.done.get("contact_assigned" if role == "contact" else "introducers") or one.done["applied"]
                Companion(case=case, name=name[:100], role=role, since=since).save()
        refresh(case)
        if "filed" in one.done:
            case.state, case.closed_on, case.closed_words = State.DONE, one.done["filed"], "旧案导入"
        case.save()
        act.log(case, summary=f"导入旧案：{case.person.name}（{case.get_stage_display()}，{len(one.done)} 步）")
        return Effect(one.row.number, case.pk, created=True, rev_after=case.rev)

    def _step(self, act: Act, case: Case, code: str, on: date, told: Sequence[Hindrance]) -> Step:
        facts = {"提醒": "；".join(f"{one.message}（{one.article}）" for one in told)} if told else {}
        return Step(
            case=case, code=code, on=on, version=path().which(on).version, ground="import", facts=facts, organization=self.branch,
            by_name=act.actor.name[:100],
        )  # fmt: skip


def _verdict(one: Judged) -> Verdict:
    return Verdict(one.row.number, one.kind, one.label, tuple(one.issues), (), one.unique)
