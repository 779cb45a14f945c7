"""The registered rule on money: amounts in words."""

from decimal import Decimal

from zhibu.kernel.money.amounts import MoneyError
from zhibu.kernel.money.words import upper
from zhibu.kernel.rules.answers import Answer, Violation
from zhibu.kernel.rules.inputs import Input
from zhibu.kernel.rules.registry import rule


@rule(
    "money.upper",
    "金额大写",
    regulation="会计基础工作规范",
    version="现行",
    article="第五十二条",
    unit="元",
    inputs=[Input("amount", "money", "金额", "单位元，最多两位小数，可写 ￥1,234.50")],
    outputs={"text": "大写"},
    explanation=(
        "把金额写成中文大写。到元或到角为止的，末尾写“整”；有分的不写。中间连续的 0 只写一个“零”。"
        "元位是 0 而角位不是 0 时，“零”可写可不写，这里不写；核对别人写的大写时按数值比较，不按文字比较。"
    ),
)
def money_upper(amount: Decimal) -> Answer:
    """Return `text`, the amount in words; refuses amounts from 10**16 yuan on (`money.too_large`)."""
    try:
        return Answer({"text": upper(amount)})
    except MoneyError as error:
        return Answer({"text": None}, [Violation("money.too_large", str(error), "第五十二条")])
