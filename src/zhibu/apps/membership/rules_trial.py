"""The registered rules of membership, for 规则试算. Pure."""

from datetime import date

from zhibu.apps.membership import rules
from zhibu.apps.membership.params import eras
from zhibu.kernel.rules.answers import Answer, Violation
from zhibu.kernel.rules.inputs import TODAY, Input
from zhibu.kernel.rules.registry import rule


@rule(
    "membership.years",
    "党龄",
    regulation="中国共产党章程及发展党员工作细则",
    version="2026",
    article="章程第七条；细则第三十三条",
    unit="年",
    inputs=[
        Input("admitted", "date", "入党日期", "支部大会通过之日"),
        Input("full", "date", "转正日期", "当时没有预备期的，或不知道的，留空", default=None),
        Input("on", "date", "算到哪一天", default=TODAY),
    ],
    outputs={"years": "党龄（年）", "since": "从哪天算起", "era": "入党时的规定", "estimated": "是否推算"},
    explanation=(
        "党龄从预备期满转为正式党员之日算起。入党时没有预备期的年代（例如 1969 年 4 月 1 日至 1977 年 8 月 11 日），从入党之日算起；"
        "有预备期而不知道转正日期的，按当时最短的预备期推算，请以档案为准。"
    ),
)
def membership_years(admitted: date, full: date | None, on: date) -> Answer:
    """Return years, since ("2001-07-01"), era and estimated; violations where the dates cannot be."""
    empty = {"years": None, "since": None, "era": None, "estimated": None}
    if full is not None and full < admitted:
        return Answer(empty, [Violation("membership.order", "转正日期早于入党日期", rules.article("probation", full))])
    found = rules.years_of_membership(admitted, full, full=True, today=on, eras=eras())
    if found.since is None:
        return Answer(empty, [Violation("membership.early", "入党日期早于 1921 年 7 月，请核对")])
    era = found.era.label if found.era else None
    return Answer({"years": found.years, "since": found.since.isoformat(), "era": era, "estimated": found.estimated})
