"""The steps from the talk to the pre-examination."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.development import queries, rules
from zhibu.apps.development.models import Case, Companion, Step
from zhibu.apps.development.params import path
from zhibu.apps.development.services import members
from zhibu.apps.development.services.steps import Done, Given, complete, special, void_codes
from zhibu.kernel.actions import Act, Refused


@dataclass(frozen=True)
class Signed:
    """A step by its signed paper: the day written on it, the papers, and what is told of it."""

    on: date
    papers: Sequence[Given] = ()
    words: str = ""
    meeting: Any = None


@dataclass(frozen=True)
class Talked(Signed):
    """Who talked, and of which of the five topics (article 7)."""

    talker: str = ""
    topics: Sequence[str] = ()


@dataclass(frozen=True)
class Recommended(Signed):
    """By which ways the person was proposed (article 8)."""

    ways: Sequence[str] = ()


@dataclass(frozen=True)
class Decided(Signed):
    """A decision of a committee above: which one."""

    committee: Any = None
    number: str = ""
    agreed: bool = True


@dataclass(frozen=True)
class Named(Signed):
    """People named as contacts or introducers."""

    people: Sequence[Any] = field(default_factory=tuple)


@dataclass(frozen=True)
class Examined(Signed):
    """The conclusion of the political review (article 16)."""

    passed: bool = True
    methods: Sequence[str] = ()
    joint: bool = False


@dataclass(frozen=True)
class Trained(Signed):
    """A course: from its first to its last day (`on`), how many days and hours, how it was held."""

    since: date | None = None
    days: int = 0
    hours: int = 0
    mode: str = "线下"
    organizer: str = ""


def code_of(act: Act) -> str:
    """Return the step that an act is about: development.step.<code>."""
    return act.code.rsplit(".", 1)[-1]


def _done(act: Act, case: Case, data: Signed, facts: dict[str, Any], **more: Any) -> Step:
    code = code_of(act)
    ground, ref, on = "document", ("", "", ""), data.on
    if data.meeting is not None:
        ground, ref = "meeting", (data.meeting._meta.label, str(data.meeting.pk), data.meeting.get_absolute_url())
        on = data.meeting.on
    if data.words:
        facts["说明"] = data.words
    against = [*special(case, code, on), *more.pop("against", ())]
    return complete(act, case, Done(code, on, ground, facts, data.papers, ref=ref, against=against, **more))


def sign(act: Act, case: Case, data: Signed) -> Case:
    """Record a step that is its signed paper (or the minutes of its meeting) and nothing more."""
    _done(act, case, data, {})
    return case


def talk(act: Act, case: Case, data: Talked) -> Case:
    """Record the talk: that it took place, who talked, which topics; what was said stands in the signed record."""
    _done(act, case, data, {"谈话人": data.talker, "谈话内容": "、".join(data.topics)})
    return case


def determine(act: Act, case: Case, data: Recommended) -> Case:
    """The committee (or the assembly, where there is none) determined the person as 入党积极分子."""
    if not data.ways:
        raise Refused(
            "请选择人选怎样产生：党员推荐、群团组织推优等", field="ways", article=path().which(data.on).cited("第八条")
        )
    _done(act, case, data, {"产生方式": "、".join(data.ways)})
    return case


def decide(act: Act, case: Case, data: Decided) -> Case:
    """The committee above filed, or agreed: 备案, 同意拟列为发展对象."""
    must_decide(act, case, data.committee)
    edition = path().which(data.on)
    step = edition.step(code_of(act))
    found = rules.superior(
        edition, queries.standing_of(data.committee), str(data.committee), step.article if step else ""
    )
    if found is not None:
        raise Refused(found.message, article=found.article, field="committee", next_step=found.next, code=found.code)
    facts = {"办理组织": str(data.committee), "文号": data.number}
    _done(act, case, data, {k: v for k, v in facts.items() if v}, organization=data.committee)
    return case


def pre_examine(act: Act, case: Case, data: Decided) -> Case:
    """The committee that may approve examined the case beforehand; where it did not agree, the branch reviews anew."""
    edition = path().which(data.on)
    must_decide(act, case, data.committee)
    must_approve(data.committee, edition)
    if not data.agreed:
        void_codes(case, ["committee_reviewed"], f"{data.committee}预审不合格：{data.words}")
        from zhibu.apps.development.services.steps import keep_paper, refresh

        for given in data.papers:
            keep_paper(act, case, given, "pre_examined")
        refresh(case)
        case.rev += 1
        case.save()
        act.log(case, summary=f"预审不合格：{case.person.name}（{data.committee}，{data.on.isoformat()}）")
        return case
    facts = {"预审组织": str(data.committee), "文号": data.number, "结果": "合格"}
    _done(act, case, data, {k: v for k, v in facts.items() if v}, organization=data.committee)
    return case


def must_decide(act: Act, case: Case, committee: Any) -> None:
    """Raise Refused unless the committee stands above the branch and the actor acts for it."""
    above = case.organization.path.startswith(committee.path) and committee.path != case.organization.path
    if not above and _has_committee_above(case):
        raise Refused(f"{committee}不是{case.organization}的上级党组织", field="committee")
    if act.actor.person_id == case.person_id:
        raise Refused("不能办理与本人有关的这一事项", next_step="请由另一位有权限的人办理。", code="separation")


def _has_committee_above(case: Case) -> bool:
    from zhibu.apps.organizations.queries import breadcrumb

    return any(one.kind in queries.DECIDING for one in breadcrumb(case.organization))


def must_approve(committee: Any, edition: rules.Edition) -> None:
    """Raise Refused unless the organisation may approve (article 22)."""
    found = rules.approver(edition, queries.standing_of(committee), str(committee))
    if found is not None:
        raise Refused(found.message, article=found.article, field="committee", next_step=found.next, code="approver")


def assign(act: Act, case: Case, data: Named) -> Case:
    """One or two full members are named as contacts (article 9)."""
    edition = path().which(data.on)
    _check_people(case, data, edition, "contacts", "培养联系人")
    _done(act, case, data, {"培养联系人": "、".join(one.name for one in data.people)})
    _accompany(case, data, "contact")
    return case


def change_contacts(act: Act, case: Case, data: Named) -> Case:
    """Others take the place of contacts who no longer can (article 9)."""
    edition = path().which(data.on)
    first = queries.course_of(case).done.get("contact_assigned", data.on)
    if not first <= data.on <= localdate():
        raise Refused(f"日期应在指定培养联系人（{first.isoformat()}）之后，不晚于今天", field="on")
    _check_people(case, data, edition, "contacts", "培养联系人")
    kept = {one.pk for one in data.people}
    for one in queries.companions(case, "contact"):
        if one.person_id not in kept:
            one.until, one.ended_why, one.rev = max(data.on, one.since), data.words, one.rev + 1
            one.save()
    known = {one.person_id for one in queries.companions(case, "contact")}
    _accompany(case, data, "contact", known)
    for given in data.papers:
        from zhibu.apps.development.services.steps import keep_paper

        keep_paper(act, case, given, "contact_assigned")
    case.rev += 1
    case.save(update_fields=["rev"])
    act.log(case, summary=f"调整培养联系人：{case.person.name}（{'、'.join(one.name for one in data.people)}）")
    return case


def introduce(act: Act, case: Case, data: Named) -> Case:
    """Two full members introduce the person (article 14); discipline bars or speaks against it."""
    edition = path().which(data.on)
    _check_people(case, data, edition, "introducers", "入党介绍人")
    against = [rules.introducer(edition, members.measures(one), data.on) for one in data.people]
    names = "、".join(one.name for one in data.people)
    _done(act, case, data, {"入党介绍人": names}, against=[one for one in against if one])
    _accompany(case, data, "introducer")
    return case


def _check_people(case: Case, data: Named, edition: rules.Edition, role: str, label: str) -> None:
    article = edition.cited(edition.limits[role].article)
    if len({one.pk for one in data.people}) != len(data.people):
        raise Refused("同一个人写了两次", field="people")
    if wrong := rules.companions(edition, role, len(data.people)):
        raise Refused(wrong.message, article=wrong.article, field="people", code=wrong.code)
    if any(one.pk == case.person_id for one in data.people):
        raise Refused(f"本人不能作自己的{label}", field="people")
    members.must_be_full(data.people, data.on, "people", label, article)


def _accompany(case: Case, data: Named, role: str, known: "set[int | None] | None" = None) -> None:
    for one in data.people:
        if one.pk not in (known or ()):
            Companion(case=case, person=one, name=one.name, role=role, since=data.on).save()


def examine(act: Act, case: Case, data: Examined) -> Case:
    """The political review came to a conclusion; not passed, the person cannot be admitted (article 16)."""
    edition = path().which(data.on)
    if case.floating and sum(given.code == "political_conclusion" for given in data.papers) < 1:
        raise Refused("请上传政治审查结论性材料", field="political_conclusion")
    if not data.passed:
        from zhibu.apps.development.models import State
        from zhibu.apps.development.services.opening import end
        from zhibu.apps.development.services.steps import keep_paper

        for given in data.papers:
            keep_paper(act, case, given, "political_review")
        article = edition.cited(
            edition.limits["review_joint"].article if "review_joint" in edition.limits else "第十六条"
        )
        words = f"政治审查不合格，不能发展入党（{article}）。{data.words}"
        return end(act, case, State.STOPPED, data.on, words, f"政治审查不合格：{case.person.name}")
    facts = {"结论": "合格", "方法": "、".join(data.methods)}
    if data.joint:
        facts["联审"] = "县级有关部门政审联审"
    _done(act, case, data, facts)
    return case


def train(act: Act, case: Case, data: Trained) -> Case:
    """A course of at least three days or twenty-four hours was attended (article 17)."""
    edition = path().which(data.on)
    listed = queries.course_of(case).done.get("target")
    if data.since is not None and (data.since > data.on or (listed and data.since < listed)):
        raise Refused(
            "培训应在列为发展对象之后，结束日期不早于开始日期", field="since", article=edition.cited("第十七条")
        )
    short = rules.training(edition, data.days, data.hours)
    facts = {
        "起止": f"{data.since.isoformat()} 至 {data.on.isoformat()}" if data.since else data.on.isoformat(),
        "时长": f"{data.days} 天，{data.hours} 学时", "方式": data.mode, "主办": data.organizer,
    }  # fmt: skip
    _done(act, case, data, {k: v for k, v in facts.items() if v}, against=[short] if short else [])
    return case


@dataclass(frozen=True)
class List:
    """The branch lists the person as 发展对象: nothing is asked but, before 2026-05-11, the day of the decision."""

    words: str = ""
    on: date | None = None
    papers: Sequence[Given] = ()


def list_target(act: Act, case: Case, data: List) -> Case:
    """List the person as 发展对象, today: the publicity has run and did not speak against it."""
    on = localdate()
    complete(act, case, Done("target", on, "act", {"说明": data.words} if data.words else {}))
    return case
