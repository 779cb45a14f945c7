"""One normal form for the chip number (UID) of an IC card: upper-case hex in reader byte order, fixed length.

Keyboard-wedge readers write the same UID as hex or decimal, in either byte order, or split in two. The reader byte
order is the one in which PC/SC's Get UID (FF CA 00 00 00) returns the bytes. Formats that drop bytes (6H8D, 2H+4H)
cannot be turned back and are refused.
"""

import re

FORMATS: dict[str, str] = {
    "hex": "十六进制，正序",
    "hex-reversed": "十六进制，反序",
    "dec": "十进制，正序",
    "dec-reversed": "十进制，反序",
    "8h10d": "8H10D：四字节写成 10 位十进制",
    "4h4h": "4H+4H：前后两段各 5 位十进制，逗号分开",
    "6h8d": "6H8D：只有后三字节，不能还原",
    "2h4h": "2H+4H：只有后三字节，不能还原",
}
LENGTHS = (4, 7)  # bytes of a UID
_LOSSY = frozenset({"6h8d", "2h4h"})
_FOUR_BYTES = frozenset({"8h10d", "4h4h"})
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_HEX = re.compile(r"(?:0[xX])?([0-9A-Fa-f]+)")
_DECIMAL = re.compile(r"[0-9]+")
_PAIR = re.compile(r"([0-9]{1,5}),([0-9]{1,5})")
_MAX_RAW = 64


class CardNumberError(ValueError):
    """A raw number that has no normal form. `code` is stable, the text is a Chinese sentence for the user."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


def normalize(raw: str, form: str, length: int) -> str:
    """Return the UID of `length` bytes (4 or 7) as upper-case hex in reader byte order.

    `form` is one of FORMATS. Zeros that a reader or Excel dropped in front are put back. Raises CardNumberError:
    `cards.lossy`, `cards.length`, `cards.format`, `cards.too_big`; ValueError for an unknown form or length.
    """
    if form not in FORMATS or length not in LENGTHS:
        raise ValueError(f"unknown card format {form} or length {length}")
    if form in _LOSSY:
        raise CardNumberError(
            "cards.lossy", f"{_short(form)} 只保留卡号的后三个字节，不能还原成完整卡号，请把读卡器改成其他格式"
        )
    if form in _FOUR_BYTES and length != 4:
        raise CardNumberError("cards.length", f"{_short(form)} 只能表示 4 字节卡号，写不下 {length} 字节的卡号")
    value = _value("".join(raw.translate(_WIDE).split()), form)
    if value >= 1 << (8 * length):
        raise CardNumberError("cards.too_big", f"卡号超出 {length} 字节，请核对卡号、格式和字节数")
    data = value.to_bytes(length, "little" if form.endswith("-reversed") else "big")
    return data.hex().upper()


def _short(form: str) -> str:
    """Return the name of a format as the choice of it begins."""
    return FORMATS[form].partition("：")[0]


def _value(text: str, form: str) -> int:
    """Return the number that `text` writes, before any turning round of bytes."""
    if form.startswith("hex"):
        text = text.replace(":", "").replace("-", "")
    pattern = _HEX if form.startswith("hex") else _PAIR if form == "4h4h" else _DECIMAL
    found = pattern.fullmatch(text) if len(text) <= _MAX_RAW else None
    if found is None:
        raise CardNumberError("cards.format", f"卡号写法与所选格式不符（{FORMATS[form]}），请核对或重新刷卡")
    if form == "4h4h":
        high, low = int(found[1]), int(found[2])
        if max(high, low) > 0xFFFF:
            raise CardNumberError("cards.too_big", "4H+4H 的每一段最大是 65535，请核对卡号")
        return high << 16 | low
    return int(found[1], 16) if form.startswith("hex") else int(text)
