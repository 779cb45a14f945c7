"""The publicity of a case: posted by the branch with no more than has to be shown; its end completes the step."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from zhibu.apps.development import queries
from zhibu.apps.development.models import Case, Step
from zhibu.apps.development.params import path
from zhibu.apps.development.services.steps import Done, complete, refresh, void_codes
from zhibu.kernel.actions import Act, Refused, Why
from zhibu.kernel.publicity import services as publicity
from zhibu.kernel.publicity.events import PublicityClosed
from zhibu.kernel.publicity.models import Publicity

KIND = "development.target"
EXTRA = "development.extra."
TITLES = {
    "target": "拟列为发展对象", "activist": "拟确定为入党积极分子", "assembly": "拟接收为预备党员", "full_assembly": "拟转为正式党员",
}  # fmt: skip


@dataclass(frozen=True)
class Post:
    """Where and since when it hangs, who takes objections, pictures of it."""

    posted_on: date
    contact: str
    work: str = ""
    residence: str = ""
    origin: str = ""
    host: str = ""
    online: bool = True
    proofs: Sequence[publicity.Proof] = field(default_factory=tuple)

    def places(self) -> list[tuple[str, str]]:
        """Return the places named."""
        named = (("work", self.work), ("residence", self.residence), ("origin", self.origin), ("host", self.host))
        return [(kind, name) for kind, name in named if name]


def lines(case: Case, course_done: dict[str, date]) -> list[list[str]]:
    """Return all that is shown publicly: name, branch, the two dates of the path. Nothing of identity, birth, address."""
    rows = [["姓名", case.person.name], ["所在党支部", case.organization.name]]
    for code, label in (("applied", "申请入党时间"), ("activist", "确定为入党积极分子时间")):
        if day := course_done.get(code):
            rows.append([label, f"{day.year} 年 {day.month} 月"])
    return rows


def _check_places(case: Case, data: Post, article: str) -> None:
    kinds = {kind for kind, _ in data.places()}
    if case.floating and not {"origin", "host"} <= kinds:
        raise Refused(
            "拟列为发展对象的流动人员，应当在流出地和流入地同时公示，请写明两处张贴地点",
            field="origin",
            article=article,
        )
    if not case.floating and not kinds & {"work", "residence"}:
        raise Refused("请写明张贴地点：在工作、学习单位或者居住地进行公示", field="work", article=article)


def post(act: Act, case: Case, data: Post) -> Publicity:
    """Post the notice that the person is to be listed: once the committee above has agreed, never before (article 13)."""
    edition = path().which(data.posted_on)
    limit = edition.limits.get("publicity")
    if limit is None:
        raise Refused(
            f"{edition.title}没有公示这一步", field="posted_on", next_step="2026 年 5 月 11 日以前的步骤不要求公示。"
        )
    article = edition.cited(limit.article)
    course = queries.course_of(case)
    agreed = course.done.get("target_agreed")
    if agreed is None:
        raise Refused("还不能公示，因为上级党委还没有同意拟列为发展对象", article=article)
    if data.posted_on < agreed:
        raise Refused(
            f"张贴日期不能早于上级党委同意的日期 {agreed.isoformat()}",
            field="posted_on",
            article=article,
            code="posted_early",
        )
    _check_places(case, data, article)
    made = publicity.post(
        act, case.organization,
        publicity.NewPublicity(
            kind=KIND, subject=case, title=f"{case.person.name}{TITLES['target']}", lines=lines(case, dict(course.done)),
            contact=data.contact, posted_on=data.posted_on, working_days=limit["working_days"], places=data.places(),
            article=article, online=data.online, proofs=data.proofs,
        ),
    )  # fmt: skip
    _touch(act, case)
    return made


@dataclass(frozen=True)
class PostExtra(Post):
    """A publicity that only the local pack asks for, of which step."""

    step: str = ""


def post_extra(act: Act, case: Case, data: PostExtra) -> Publicity:
    """Post a notice at a stage where only the organisation's own pack asks for one."""
    days = queries.extra_notices(case.organization).get(data.step)
    if not days:
        raise Refused("本单位没有要求这一步公示", field="step", next_step="本地要求在“发展党员设置”里登记。")
    _check_places(case, data, "")
    course = queries.course_of(case)
    made = publicity.post(
        act, case.organization,
        publicity.NewPublicity(
            kind=f"{EXTRA}{data.step}", subject=case, title=f"{case.person.name}{TITLES[data.step]}",
            lines=lines(case, dict(course.done)), contact=data.contact, posted_on=data.posted_on, working_days=days,
            places=data.places(), article="本单位规定", online=data.online, proofs=data.proofs,
        ),
    )  # fmt: skip
    _touch(act, case)
    return made


@dataclass(frozen=True)
class Change:
    """What hangs differently from a day on, and why."""

    posted_on: date
    reason: str
    contact: str = ""
    work: str = ""
    residence: str = ""
    origin: str = ""
    host: str = ""
    proofs: Sequence[publicity.Proof] = field(default_factory=tuple)


def change(act: Act, running: Publicity, data: Change) -> Publicity:
    """Change the notice; the clock starts anew, and what is shown is taken from the case as it stands now."""
    case = case_of(running)
    posted = Post(data.posted_on, data.contact, data.work, data.residence, data.origin, data.host)
    places = posted.places() or None
    if places:
        _check_places(case, posted, running.article)
    course = queries.course_of(case)
    changed = publicity.change(
        act, running,
        publicity.Changed(
            data.posted_on, data.reason, lines=lines(case, dict(course.done)), contact=data.contact or None, places=places,
            proofs=data.proofs,
        ),
    )  # fmt: skip
    _touch(act, case)
    return changed


def object_(act: Act, running: Publicity, data: publicity.NewObjection) -> Publicity:
    """Write down an objection."""
    publicity.object_(act, running, data)
    return running


def handle(act: Act, objection: Any, data: publicity.Handled) -> Any:
    """Write down what was found out."""
    return publicity.handle(act, objection, data)


def close(act: Act, running: Publicity, data: publicity.Closing) -> Publicity:
    """Record the result; the step follows by the event."""
    return publicity.close(act, running, data)


def withdraw(act: Act, running: Publicity, data: Why) -> Publicity:
    """Take the notice down."""
    taken = publicity.withdraw(act, running, data)
    _touch(act, case_of(taken))
    return taken


def case_of(running: Publicity) -> Case:
    """Return the case a notice is about."""
    rows = Case.objects.system("the case of a notice in hand").select_related("person", "organization")
    found: Case = rows.get(pk=int(running.subject_id))
    return found


def follow(event: PublicityClosed) -> None:
    """The publicity ran its time: without objections that weigh the step is done on its last day, else it is told as failed.

    What was found out weighs, so that the committee above, which agreed without knowing it, has to agree anew before another notice.
    """
    case = (
        Case.objects.system("the case of a notice in hand")
        .select_for_update(of=("self",))
        .get(pk=int(event.subject_id))
    )
    running = Publicity.objects.system("a notice in hand").get(pk=event.publicity_id)
    act = Act(event.actor, "development.publicity.close", "公示结束")
    ref = (running._meta.label, str(running.pk), running.get_absolute_url())
    if event.outcome == "clear":
        places = "、".join(str(place) for place in running.places.system("places of a notice in hand").all())
        facts = {
            "张贴日期": running.posted_on.isoformat(),
            "张贴地点": places,
            "结果": running.words or "没有影响发展入党的问题",
        }
        complete(act, case, Done("target_publicised", event.ended_on, "publicity", facts, ref=ref))
        return
    version = path().which(event.ended_on).version
    Step(
        case=case, code="target_publicised", on=event.ended_on, version=version, ground="publicity", ref_type=ref[0],
        ref_id=ref[1], ref_url=ref[2], facts={"结果": "公示结果影响发展入党"}, organization=case.organization, stands=False,
        void_why="公示结果影响发展入党，不能列为发展对象", by_name=event.actor.name[:100],
    ).save()  # fmt: skip
    void_codes(case, ["target_agreed"], "公示结果影响发展入党，须上级党委重新同意后再公示")
    _touch(act, case)
    act.log(case, summary=f"公示结果影响发展入党：{case.person.name}")


def take_down(act: Act, case: Case, why: str) -> None:
    """Take down what hangs about a case that ends."""
    for running in queries.notices(case):
        if running.is_running:
            publicity.withdraw(act, running, Why(why[:200]))


def local_hindrances(case: Case, code: str) -> None:
    """Raise Refused where the local pack asks for a publicity before a step and none ran its time."""
    days = queries.extra_notices(case.organization).get(code)
    if days and not any(
        one.state == "closed" and one.outcome == "clear" for one in queries.notices(case, f"{EXTRA}{code}")
    ):
        raise Refused(
            f"本单位规定，{TITLES[code]}须先公示 {days} 个工作日", next_step="请在“本地公示”里张贴，届满后再办。", code="local.notice"
        )  # fmt: skip


def _touch(act: Act, case: Case) -> None:
    refresh(case)
    case.rev += 1
    case.save()
