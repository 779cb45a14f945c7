"""How sensitive values are shown to those who may not see them, and in the audit."""

import re

STAR = "*"


def _middle(text: str, head: int, tail: int) -> str:
    """Keep `head` and `tail` characters; a text too short to hide half of itself is hidden whole."""
    if len(text) < 2 * (head + tail) - 2:
        return STAR * len(text)
    return text[:head] + STAR * (len(text) - head - tail) + text[len(text) - tail :]


def mask_identity(number: str) -> str:
    """440102195803122246 -> 4401**********2246; a short passport keeps two at each end."""
    return _middle(number, 4, 4) if len(number) >= 15 else _middle(number, 2, 2)


def mask_phone(number: str) -> str:
    """13812341234 -> 138****1234; 020-83331234 -> 02******1234 keeps the last four."""
    digits = re.sub(r"[\s-]", "", number)
    if re.fullmatch(r"1\d{10}", digits):
        return digits[:3] + STAR * 4 + digits[-4:]
    return _middle(digits, 2, 4) if len(digits) >= 10 else _middle(digits, 0, 2)


def mask_bank(number: str) -> str:
    """6222021234567890123 -> ***************0123: the last four only."""
    digits = re.sub(r"[\s-]", "", number)
    return _middle(digits, 0, 4)


_REGION = re.compile(r"^.{2,8}?(?:自治区|特别行政区|自治州|省|市|盟|区|县|旗)(?:.{1,7}?(?:自治州|市|盟|区|县|旗))?")


def mask_address(text: str) -> str:
    """广州市越秀区东风东路 12 号 -> 广州市越秀区******: the region only, the length of the rest not shown."""
    found = _REGION.match(text.strip())
    return (found.group() if found else "") + STAR * 6 if text.strip() else ""


def mask(text: str) -> str:
    """Mask anything else: the first character and a fixed number of asterisks."""
    text = text.strip()
    return text[0] + STAR * 4 if len(text) > 1 else STAR * len(text)
