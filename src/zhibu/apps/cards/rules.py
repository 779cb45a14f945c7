"""What a card may be enrolled with, and what a tap of it means on a day. Pure: facts in, answers out."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from zhibu.kernel.cardnumbers import FORMATS, CardNumberError, normalize
from zhibu.kernel.rules.answers import Answer, Violation
from zhibu.kernel.rules.inputs import Input
from zhibu.kernel.rules.registry import rule

#: a card is “about to end” for so many days
SOON_DAYS = 30
#: cards without another end are good for so many years
YEARS = 10
FOUR_BYTES = frozenset({"8h10d", "4h4h"})
PRINTED = re.compile(r"[A-Z]{0,6}[0-9]{4,20}")
RANDOM = "这张卡每次刷出的卡号都不同（以 08 开头的随机卡号，手机、护照和部分身份证是这样），不能用来认人，请换一张卡"


@dataclass(frozen=True)
class Meaning:
    """What is said at the desk: loud title, what it means, what to do next; kind: colour of the state."""

    title: str
    text: str
    next_step: str
    kind: str = "late"


IDENTIFIED, UNKNOWN, BLANK, LOST, RETURNED = "identified", "unknown", "blank", "lost", "returned"
REPLACED, DESTROYED, EXPIRED, ELSEWHERE, UNREADABLE = "replaced", "destroyed", "expired", "elsewhere", "unreadable"
FORGED, UNPROVEN, RANDOM_CHIP = "forged", "unproven", "random"

MEANINGS: dict[str, Meaning] = {
    IDENTIFIED: Meaning("已识别", "", "", "ok"),
    UNKNOWN: Meaning(
        "没有登记的卡", "系统里没有这张卡。", "请看卡面是不是本单位的卡；是的，请联系卡片管理人员登记，先按姓名查找本人。"
    ),
    BLANK: Meaning("空白卡", "这张卡还没有发给任何人。", "请收好，由卡片管理人员发卡后再用。", "due"),
    LOST: Meaning(
        "已挂失的卡", "这张卡已经挂失，持卡的人不一定是卡主。", "请留下此卡，核对来人的身份证件；是本人找回的，由卡片管理人员解除挂失。"
    ),
    RETURNED: Meaning("已收回的卡", "这张卡已经收回停用。", "请收下此卡交卡片管理人员；来人按姓名查找，需要用卡的另行发卡。"),
    REPLACED: Meaning("已换新的旧卡", "这张卡已经换成新卡，旧卡作废。", "请收下旧卡；请本人改用新卡，没带的按姓名查找。"),
    DESTROYED: Meaning("已作废的卡", "这张卡已经作废。", "请收下此卡交卡片管理人员；来人按姓名查找。"),
    EXPIRED: Meaning("过期的卡", "这张卡已经过了有效期。", "请按姓名查找本人，核对身份后由卡片管理人员延长有效期。", "due"),
    ELSEWHERE: Meaning(
        "不在服务范围", "这张卡有登记，但持卡人不归这里服务。", "请到持卡人所属单位或工作站办理；确应归这里服务的，请联系上级单位。"
    ),
    UNREADABLE: Meaning("没有读懂卡号", "读到的内容不像卡号。", "请重新刷卡；总是这样，请检查读卡器的格式设置。", "due"),
    FORGED: Meaning(
        "可能是复制的卡", "卡号登记过，但这张卡答不出真卡才有的密钥，很可能是照着卡号复制的。",
        "请留下此卡，核对来人的身份证件，并报告卡片管理人员；办事请按姓名查找本人。",
    ),
    UNPROVEN: Meaning(
        "没有验证的 CPU 卡", "这是 CPU 卡，这次没能验证真假：要用联机读卡器，并且连得上服务器。",
        "请换联机读卡器再刷一次；暂时不能的，核对身份证件后按姓名查找。", "due",
    ),
    RANDOM_CHIP: Meaning("随机卡号", "这张卡每次刷出的卡号都不同（手机、护照和部分身份证是这样），认不出人。", "请换单位发的卡，或按姓名查找。", "due"),
}  # fmt: skip


def meaning(state: str, *, replaced: bool, valid_to: date | None, today: date) -> str:
    """Return the outcome of a tap of a registered card, whoever holds it: a key of MEANINGS.

    `valid_to` is the last day on which the card is good.
    """
    if replaced:
        return REPLACED
    if state == "active":
        return EXPIRED if valid_to is not None and valid_to < today else IDENTIFIED
    return {"blank": BLANK, "lost": LOST, "returned": RETURNED}.get(state, DESTROYED)


def proven(outcome: str, *, answered: bool | None) -> str:
    """Return the outcome of a tap of a CPU card: `answered` tells whether it knew its key, None that nobody could ask.

    Of cards elsewhere nothing is told, and a card that is no good is no good whether genuine or not; that somebody
    copied it is told first.
    """
    if outcome == ELSEWHERE or answered:
        return outcome
    if answered is None:
        return UNPROVEN if outcome == IDENTIFIED else outcome
    return FORGED


def is_random(chip: str) -> bool:
    """Tell whether a chip number in normal form is one that the chip draws anew at every tap."""
    return len(chip) == 8 and chip.startswith("08")


def normal_form(raw: str, form: str, length: int) -> str:
    """Return the normal form; length 0: four bytes when it fits into four, else seven. Raises CardNumberError."""
    if length:
        return normalize(raw, form, length)
    try:
        return normalize(raw, form, 4)
    except CardNumberError as error:
        if error.code != "cards.too_big" or form in FOUR_BYTES:
            raise
    return normalize(raw, form, 7)


def enrolled(raw: str, form: str, length: int) -> str:
    """Return the normal form of what a reader gave for a card to be registered. Raises CardNumberError."""
    chip = normal_form(raw, form, length)
    if is_random(chip):
        raise CardNumberError("cards.random", RANDOM)
    if not int(chip, 16):
        raise CardNumberError("cards.zero", "卡号全是 0，读卡器没有读到卡，请重新刷卡")
    return chip


def printed(text: str) -> str:
    """Return a printed number as it is kept: capitals, no blanks or dashes; "" when it cannot be one."""
    plain = re.sub(r"[\s\-_.·]+", "", text.translate({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)})).upper()
    return plain if PRINTED.fullmatch(plain) else ""


def tail(raw: str, most: int) -> str:
    """Return the last letters and digits of what was read."""
    return re.sub(r"[^0-9A-Za-z]", "", raw)[-most:].upper()


def written(chip: str, form: str) -> str:
    """Return a chip number in normal form as a reader of that form types it."""
    data = bytes.fromhex(chip)
    if form == "4h4h":
        return f"{int(chip[:-4], 16):05d},{int(chip[-4:], 16):05d}"
    turned = data[::-1] if form.endswith("-reversed") else data
    if form.startswith("hex"):
        return turned.hex().upper()
    return f"{int.from_bytes(turned, 'big'):010d}"


def ends_soon(valid_to: date | None, today: date) -> bool:
    """Tell whether a card that is still good ends within SOON_DAYS."""
    return valid_to is not None and today <= valid_to <= today + timedelta(days=SOON_DAYS)


@rule(
    "cards.enrol",
    "卡片登记",
    regulation="本平台卡片管理规范（ISO/IEC 14443-3 随机 UID 以 08 开头）",
    version="1",
    article="",
    inputs=[
        Input("raw", "text", "读卡器给出的卡号", "刷卡后屏幕上出现的那一串"),
        Input("format", "choice", "读卡器格式", choices=tuple(FORMATS.items())),
        Input("bytes", "choice", "卡号字节数", choices=((4, "4 字节"), (7, "7 字节"))),
    ],
    outputs={"uid": "登记的卡号"},
    explanation="每次刷出不同卡号的卡不能登记：同一张卡下次就认不出来，还可能撞上别人的卡号。",
)
def enrol(raw: str, format: str, bytes: int) -> Answer:
    """Return `uid`; refuses what `cards.normalize` refuses, random numbers and a number of nothing but zeros."""
    try:
        return Answer({"uid": enrolled(raw, format, bytes)})
    except CardNumberError as error:
        return Answer({"uid": None}, [Violation(error.code, str(error))])
