"""Which change of membership is possible when, what it rests on, what follows. Pure: facts and days in, answers out."""

from dataclasses import dataclass
from datetime import date

from zhibu.apps.membership.params import Ground
from zhibu.apps.membership.rules import Limits
from zhibu.kernel.calendar.months import add_months
from zhibu.kernel.rules.answers import Violation

EDUCATION = "《中国共产党党员教育管理工作条例》（2019）"
_HERE = ("normal", "lost", "abroad")
_MEMBERS = (*_HERE, "suspended")


@dataclass(frozen=True)
class Step:
    """A change that a clerk enters.

    leaves: statuses it is possible from; enters: the one it leads to, "" where it stays; decided: it takes a decision of
    the assembly and its approval; bounded: it opens a time that must have an end; ends: the party relation ends with it;
    consequence: what follows, said before.
    """

    code: str
    label: str
    leaves: tuple[str, ...]
    enters: str
    article: str
    consequence: str
    decided: bool = True
    bounded: bool = False
    ends: bool = False


_RIGHTS = "从生效日期起没有表决权、选举权和被选举权"
_GONE = "从生效日期起不再是党员：组织关系、党内任职和在党组织的角色同日结束，政治面貌改为群众"

STEPS: dict[str, Step] = {
    step.code: step
    for step in (
        Step("lose", "登记失联", ("normal",), "lost", f"{EDUCATION}第二十四条", "记下从哪天起失去联系，满 6 个月查找仍没有取得联系的，"
             "可以办理停止党籍。党员的权利不变。", decided=False),
        Step("find", "恢复联系", ("lost",), "normal", f"{EDUCATION}第二十四条", "党籍状态恢复为正常。", decided=False),
        Step("go_abroad", "登记出国（境）", ("normal",), "abroad", f"{EDUCATION}第二十四、三十四条", "记下从哪天起在国（境）外，"
             "党组织一般每半年与他联系一次；出国学习研究超过 5 年仍未返回的，一般停止党籍。", decided=False),
        Step("come_back", "登记回国（境）", ("abroad",), "normal", f"{EDUCATION}第三十四条", "党籍状态恢复为正常。", decided=False),
        Step("suspend", "停止党籍", _HERE, "suspended", f"{EDUCATION}第二十四条", f"{_RIGHTS}，党内任职和在党组织的角色同日结束；组织关系"
             "仍在本支部。满 2 年确实无法取得联系的，按自行脱党除名。"),
        Step("restore", "恢复党籍", ("suspended",), "normal", f"{EDUCATION}第二十四条", "从生效日期起恢复党籍和党员权利。"),
        Step("rectify", "限期改正", _HERE, "", f"{EDUCATION}第三十条", "在期限内帮助教育，最长 1 年；党员的权利不变。", bounded=True),
        Step("rectified", "改正期结束", _MEMBERS, "", f"{EDUCATION}第三十条", "限期改正从生效日期起结束。仍无转变的，请另办劝退或除名。"),
        Step("observed", "恢复党员权利", _MEMBERS, "", "党章第四十一条", "留党察看结束，从生效日期起恢复表决权、选举权和被选举权。"),
        Step("persuade", "劝退", _MEMBERS, "persuaded", f"{EDUCATION}第三十一条", f"{_GONE}。", ends=True),
        Step("remove", "除名", _MEMBERS, "removed", f"{EDUCATION}第二十四、三十一条", f"{_GONE}。", ends=True),
        Step("withdraw", "退党", _HERE, "withdrawn", "党章第九条；《党员教育管理工作条例》第三十一条（三）", f"{_GONE}。", ends=True),
    )
}  # fmt: skip

#: changes that need a ground of params/grounds.yaml
GROUNDED = ("suspend", "persuade", "remove", "withdraw")


@dataclass(frozen=True)
class Facts:
    """How a member stands: status with its day, days that restrict, the day of the last change that stands."""

    status: str
    kind: str
    status_since: date | None = None
    admitted_on: date | None = None
    rights_until: date | None = None
    rectify_until: date | None = None
    last_on: date | None = None


def check(
    step: Step,
    facts: Facts,
    on: date,
    today: date,
    limits: Limits,
    *,
    ground: Ground | None = None,
    until: date | None = None,
) -> list[Violation]:
    """Return why the change is not possible on that day; codes name the field to mend where there is one."""
    if facts.status not in step.leaves:
        return [Violation("", f"现在的党籍状态不能办理{step.label}")]
    found = day(facts, on, today)
    if step.code in GROUNDED:
        found += _ground(step, ground)
    if step.code == "rectify":
        found += _rectify(facts, on, until, limits)
    if step.code == "rectified" and facts.rectify_until is None:
        found.append(Violation("", "此人没有在限期改正"))
    if step.code == "observed" and facts.rights_until is None:
        found.append(Violation("", "此人没有在留党察看"))
    return found or _long_enough(facts, on, limits, ground)


def day(facts: Facts, on: date, today: date) -> list[Violation]:
    """Return what cannot be about the day on which a change begins to hold."""
    if on > today:
        return [Violation("on", "生效日期不能晚于今天")]
    if facts.admitted_on is not None and on < facts.admitted_on:
        return [Violation("on", f"生效日期早于入党日期 {facts.admitted_on.isoformat()}")]
    if facts.last_on is not None and on < facts.last_on:
        return [Violation("on", f"生效日期早于上一次变动 {facts.last_on.isoformat()}，请先核对，写错的先撤销")]
    return []


def _ground(step: Step, ground: Ground | None) -> list[Violation]:
    if ground is None or step.code not in ground.acts:
        return [Violation("ground", f"请选择{step.label}的情形", step.article)]
    return []


def _rectify(facts: Facts, on: date, until: date | None, limits: Limits) -> list[Violation]:
    if facts.rectify_until is not None:
        return [Violation("", "此人已经在限期改正")]
    limit = limits["rectify"]
    if until is None or until <= on:
        return [Violation("until", "请填写改正到哪一天，晚于生效日期")]
    if until > add_months(on, limit.months):
        return [Violation("until", f"限期改正最长到 {add_months(on, limit.months).isoformat()}", limit.article)]
    return []


#: ground -> (status it needs, limit that must have passed since that status began)
_WAITS = {
    "lost": ("lost", "lost"),
    "abroad": ("abroad", "abroad"),
    "settled": ("abroad", ""),
    "gone": ("suspended", "suspended"),
}
_WORDS = {
    "lost": "应先登记失联", "abroad": "应先登记出国（境）", "settled": "应先登记出国（境）", "suspended": "应先停止党籍", "gone": "应先停止党籍",
}  # fmt: skip


def _long_enough(facts: Facts, on: date, limits: Limits, ground: Ground | None) -> list[Violation]:
    """Return that a waiting time of the ground is not over on the day."""
    if ground is None or ground.code not in _WAITS:
        if (
            ground is not None
            and ground.code == "unmended"
            and (facts.rectify_until is None or on < facts.rectify_until)
        ):
            return [Violation("ground", "应在限期改正期满之后", ground.article)]
        return []
    status, name = _WAITS[ground.code]
    if facts.status != status:
        return [Violation("ground", f"这一情形{_WORDS[ground.code]}", ground.article)]
    if not name:
        return []
    limit = limits[name]
    if facts.status_since is None or (first := add_months(facts.status_since, limit.months)) <= on:
        return []
    return [
        Violation("on", f"从 {facts.status_since.isoformat()} 算起，最早 {first.isoformat()} 才满期", limit.article)
    ]


def observation(facts: Facts, on: date, until: date | None, limits: Limits) -> list[Violation]:
    """Return why somebody cannot be on observation (留党察看) from that day to that."""
    if facts.kind != "full":
        return [Violation("measure", "预备党员不适用留党察看", limits["observe"].article)]
    if facts.rights_until is not None:
        return [Violation("measure", "此人已经在留党察看")]
    last = add_months(on, limits["observe"].months)
    if until is None or until <= on or until > last:
        return [Violation("until", f"请填写留党察看到哪一天，最长到 {last.isoformat()}", limits["observe"].article)]
    return []
