"""The registered rule on card numbers."""

from zhibu.kernel.cardnumbers.normal import FORMATS, LENGTHS, CardNumberError
from zhibu.kernel.cardnumbers.normal import normalize as normal_form
from zhibu.kernel.rules.answers import Answer, Violation
from zhibu.kernel.rules.inputs import Input
from zhibu.kernel.rules.registry import rule


@rule(
    "cards.normalize",
    "卡号规范化",
    regulation="本平台卡号规范（PC/SC 读取 UID 指令 FF CA 00 00 00 的字节顺序）",
    version="1",
    article="",
    inputs=[
        Input("raw", "text", "读卡器给出的卡号", "刷卡后屏幕上出现的那一串"),
        Input("format", "choice", "读卡器格式", "见读卡器说明书", choices=tuple(FORMATS.items())),
        Input("bytes", "choice", "卡号字节数", choices=tuple((length, f"{length} 字节") for length in LENGTHS)),
    ],
    outputs={"uid": "规范卡号（大写十六进制）"},
    explanation=(
        "不同读卡器把同一张卡写成不同的数。这里统一成大写十六进制、读卡器字节顺序、固定长度，前面丢掉的 0 会补上。"
        "6H8D 和 2H+4H 丢掉了一部分字节，无法还原，一律不接受。卡号只用来认人，不能当作密码。"
    ),
)
def normalize(raw: str, format: str, bytes: int) -> Answer:
    """Return `uid`; refuses lossy formats, numbers too big for the byte count and text that does not fit the format."""
    try:
        return Answer({"uid": normal_form(raw, format, bytes)})
    except CardNumberError as error:
        return Answer({"uid": None}, [Violation(error.code, str(error))])
