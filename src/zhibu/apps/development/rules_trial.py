"""The registered rules on admission: the vote, the earliest dates, the deadlines. Pure."""

from collections.abc import Mapping
from datetime import date

from zhibu.apps.development.params import edition, editions
from zhibu.apps.development.rules import Hindrance, impossible_count, vote
from zhibu.apps.development.rules_path import Course, Path, dues, foresee, path_of
from zhibu.kernel.calendar.work import WorkCalendar
from zhibu.kernel.rules.answers import Answer, BadInput, Violation
from zhibu.kernel.rules.inputs import TODAY, Input, Unreadable, read_date, shown
from zhibu.kernel.rules.registry import rule

REGULATION = "中国共产党发展党员工作细则"
VERSIONS = tuple((one.version, one.title) for one in editions())
_BUILT_IN = WorkCalendar()
_VERSION = Input("version", "choice", "细则版本", "2026 年 5 月 11 日起用 2026 版，此前用 2014 版", choices=VERSIONS)
_DONE = Input(
    "done", "json", "已办步骤", '步骤名和日期，例如 {"applied": "2025-03-02", "activist": "2025-06-15"}；步骤名见说明'
)


def _violations(hindrances: "list[Hindrance] | tuple[Hindrance, ...]") -> list[Violation]:
    return [Violation(one.code, one.message, one.article) for one in hindrances]


@rule(
    "development.vote",
    "发展党员大会表决",
    regulation=REGULATION,
    version="2014、2026",
    article="2014 版第二十、二十一条；2026 版第十九、二十条",
    unit="人",
    inputs=[
        _VERSION,
        Input("entitled", "integer", "应到会有表决权的党员", "预备党员、留党察看期间的党员不算", minimum=1, maximum=100000),
        Input("present", "integer", "实到会有表决权的党员", minimum=0, maximum=100000),
        Input("yes", "integer", "到会赞成票", default=0, minimum=0, maximum=100000),
        Input("written_yes", "integer", "书面赞成票", "因故不能到会、会前正式提出书面意见的", default=0, minimum=0, maximum=100000),
    ],
    outputs={"valid": "会议有效", "passed": "通过"},
    explanation=(
        "接收预备党员和转正的支部大会：实到会有表决权的党员要超过应到会有表决权的党员的半数，会议才有效；赞成人数要超过应到（不是实到）"
        "有表决权的党员的半数，才能通过。因故缺席者会前的书面意见计入票数，不计入到会人数。采取无记名投票，两人以上逐个表决。"
    ),
)  # fmt: skip
def development_vote(version: str, entitled: int, present: int, yes: int, written_yes: int) -> Answer:
    """Return whether the meeting is valid and the resolution passed. Raises BadInput for numbers that cannot be."""
    if wrong := impossible_count(entitled, present, yes, written_yes):
        raise BadInput(wrong)
    count = vote(edition(version), entitled, present, yes, written_yes)
    return Answer({"valid": count.valid, "passed": count.passed}, _violations(count.hindrances))


def read_done(done: object, path: Path) -> dict[str, date]:
    """Return step -> day of what was typed; raises BadInput with a sentence for each that cannot be read."""
    if not isinstance(done, Mapping):
        raise BadInput({"done": '请写成 {"步骤名": "日期"}，例如 {"applied": "2025-03-02"}'})
    wrong, found = [], {}
    for code, day in done.items():
        if code not in path.labels:
            wrong.append(f"没有“{shown(code)}”这个步骤，可填的有：{'、'.join(path.order)}")
            continue
        try:
            found[str(code)] = read_date(day)
        except Unreadable as error:
            wrong.append(f"{code}：{error}")
    if wrong:
        raise BadInput({"done": "；".join(wrong)})
    return found


_STEPS = "步骤名：" + "；".join(f"{code} {label}" for code, label in path_of(edition("2026")).labels.items())


@rule(
    "development.earliest",
    "发展党员最早日期",
    regulation=REGULATION,
    version="2014、2026",
    article="逐步引用",
    inputs=[_VERSION, _DONE, Input("today", "date", "今天", "推算从这一天起", default=TODAY)],
    outputs={"earliest": "各步骤最早日期", "blocked": "今天还不能办的步骤"},
    explanation=(
        "按所选版本，从已办步骤和日期推算以后每一步最早可以在哪一天办：培养教育考察满一年，公示满 5 个工作日（张贴当天不计，届满次日才能列为"
        "发展对象），培训三天，预备期从支部大会通过之日起一年，等等。假定每一步都在最早的一天办。今天还不能办的列在 blocked，原因和条文列在"
        "“不符合之处”。不能推算日期的（放假安排没有载入、预审后一个月已过）只列在 blocked。" + _STEPS + "。"
    ),
)  # fmt: skip
def development_earliest(version: str, done: object, today: date, calendar: WorkCalendar = _BUILT_IN) -> Answer:
    """Return `earliest` (step -> day, for every step still to be done that can be dated) and `blocked` (not possible today).

    `calendar` is a resource: the one the administrator has loaded. Raises BadInput for unknown steps and bad dates.
    """
    path = path_of(edition(version))
    course = Course(_known(read_done(done, path_of(edition("2026"))), path))
    seen = foresee(course, today, path, calendar)
    found = [one for rows in seen.hindrances.values() for one in rows]
    violations = _violations(found)
    violations += [
        Violation(
            f"{code}.missing", f"后面的步骤已办，但没有“{path.labels[code]}”的日期", path.definition(code).article
        )
        for code in seen.missing
    ]
    return Answer({"earliest": dict(seen.earliest), "blocked": seen.blocked}, violations)


def _known(done: Mapping[str, date], path: Path) -> dict[str, date]:
    """Leave out steps the version does not have: what a local rule asked for besides."""
    return {code: day for code, day in done.items() if code in path.labels}


@rule(
    "development.due",
    "发展党员办理期限",
    regulation=REGULATION,
    version="2014、2026",
    article="逐步引用",
    inputs=[_VERSION, _DONE, Input("today", "date", "今天", default=TODAY)],
    outputs={"due": "各步骤最后日期", "late": "已过期限的步骤"},
    explanation=(
        "收到申请书一个月内谈话，预审合格后一个月内提交支部大会（2026 版；2026 年 5 月 11 日以前预审的只作提醒，到 6 月 11 日或满一个月，以晚的为准），"
        "支部大会后三个月内审批（最长六个月），批复后一个月内宣誓，等等。月份按日对日计算，没有这一天的到月末：1 月 31 日收到申请，2 月 28 日前谈话。"
    ),
)  # fmt: skip
def development_due(version: str, done: object, today: date) -> Answer:
    """Return `due` (step -> last day) and `late` (steps whose day is past)."""
    path = path_of(edition(version))
    course = Course(_known(read_done(done, path_of(edition("2026"))), path))
    found = dues(course, today, path)
    late = [due for due in found if due.on < today]
    violations = [Violation(f"{due.step}.late", f"{due.words}，{due.on.isoformat()} 已过", due.article) for due in late]
    return Answer({"due": {due.step: due.on for due in found}, "late": [due.step for due in late]}, violations)
