"""The registered rule on working days: the last day of a publicity."""

from datetime import date

from zhibu.kernel.calendar.work import CalendarMissing, WorkCalendar
from zhibu.kernel.rules.answers import Answer, Violation
from zhibu.kernel.rules.inputs import Input
from zhibu.kernel.rules.registry import rule

_ARTICLE = "第十三条"
_BUILT_IN = WorkCalendar()


@rule(
    "calendar.publicity_end",
    "公示截止日",
    regulation="中国共产党发展党员工作细则",
    version="2026",
    article=_ARTICLE,
    unit="日",
    inputs=[
        Input("start", "date", "张贴日期", "公示贴出的那一天"),
        Input("working_days", "integer", "公示工作日天数", "发展对象公示不少于 5 个工作日", minimum=1, maximum=250),
        Input("count_start", "boolean", "张贴当天也计入", "一般不计入：贴出的第二天起算", default=False),
    ],
    outputs={"end": "公示的最后一天"},
    explanation=(
        "从张贴的第二天起数工作日（按国务院公布的放假和调休安排，周末补班算工作日），数满天数的那一天是公示的最后一天。"
        "放假安排还没有载入的年份不推算，须由管理员先载入。贴出当天不计入是本平台采用的较严的算法。"
    ),
)
def publicity_end(start: date, working_days: int, count_start: bool, calendar: WorkCalendar = _BUILT_IN) -> Answer:
    """Return `end`, the last day of the publicity; `calendar.missing` where a needed year is not loaded.

    The length (at least 5 working days) is from article 13 of the 2026 rules on admission; that the day of posting
    is left out is the house's reading. `calendar` is a resource: the one the administrator has loaded.
    """
    try:
        return Answer({"end": calendar.publicity_end(start, working_days, count_start)})
    except CalendarMissing as missing:
        return Answer({"end": None}, [Violation("calendar.missing", str(missing), _ARTICLE)])
