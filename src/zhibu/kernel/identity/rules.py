"""The registered rule on citizen identity numbers."""

from datetime import date

from zhibu.kernel.identity.resident import parse_identity
from zhibu.kernel.rules.answers import Answer, Violation
from zhibu.kernel.rules.inputs import TODAY, Input
from zhibu.kernel.rules.registry import rule


@rule(
    "people.identity_number",
    "公民身份号码",
    regulation="GB 11643 公民身份号码",
    version="1999",
    article="号码结构与校验码",
    inputs=[
        Input("number", "text", "身份证号码", "18 位或老的 15 位；空格、横线、全角数字、小写 x 都可以"),
        Input("today", "date", "今天", "不填就是当天；出生日期不能晚于这一天", default=TODAY),
    ],
    outputs={"valid": "是否有效", "normalized": "规范号码", "birth": "出生日期", "sex": "性别（male 男，female 女）"},
    explanation=(
        "检查位数、出生日期和最后一位校验码，并得出出生日期和性别（第 17 位单数为男、双数为女）。15 位老号码升为 18 位。"
        "前 6 位是发证时的行政区划，撤销了的区划照样有效，不按今天的区划表检查。"
        "以 810000、820000、830000 开头的是港澳台居民居住证。"
    ),
)
def identity_number(number: str, today: date) -> Answer:
    """Return `valid`, `normalized` (18 characters), `birth` and `sex`; when invalid, the reason as a violation."""
    found = parse_identity(number, today)
    if isinstance(found, Violation):
        return Answer({"valid": False, "normalized": None, "birth": None, "sex": None}, [found])
    return Answer({"valid": True, "normalized": found.number, "birth": found.birth, "sex": found.sex})
