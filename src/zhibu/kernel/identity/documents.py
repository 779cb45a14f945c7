"""Kinds of identity documents and how their numbers look.

Only citizen numbers have a published check; the other formats are plausibility checks on length and characters, wide
enough for old issues, so that a wrong kind of document is noticed while typing.
"""

import re
from dataclasses import dataclass
from datetime import date

from zhibu.kernel.identity.resident import Identity, fold, parse_body, parse_identity
from zhibu.kernel.rules.answers import Violation


@dataclass(frozen=True)
class DocumentType:
    """A kind of document. `pattern` is matched against the folded number; `hint` says how the number looks."""

    code: str
    label_zh: str
    hint: str
    pattern: str


DOCUMENT_TYPES: dict[str, DocumentType] = {
    kind.code: kind
    for kind in (
        DocumentType("resident", "居民身份证", "18 位，老号码 15 位", ".*"),
        DocumentType("residence_permit", "港澳台居民居住证", "18 位，以 810000、820000 或 830000 开头", ".*"),
        DocumentType("officer", "军官证", "如 军字第1234567号", r"(?=(?:.*[0-9]){4})[\u4e00-\u9fffA-Z0-9]{4,20}"),
        DocumentType("passport", "护照", "5 到 12 位字母和数字，如 E12345678", r"(?=.*[0-9])[A-Z0-9]{5,12}"),
        DocumentType(
            "hk_macao_pass", "港澳居民来往内地通行证", "H 或 M 加 8 位或 10 位数字", r"[HM](?:[0-9]{8}|[0-9]{10})"
        ),
        DocumentType(
            "taiwan_pass", "台湾居民来往大陆通行证", "8 位数字，老证 10 位", r"[0-9]{8}|[0-9]{10}(?:[A-Z]|\([A-Z]\))?"
        ),
        DocumentType(
            "foreigner",
            "外国人永久居留身份证",
            "新证 18 位、以 9 开头；老证 3 个字母加 12 位数字",
            r"[A-Z]{3}[0-9]{12}|9[0-9]{16}[0-9X]",
        ),
        DocumentType("other", "其他", "2 到 30 位文字、字母和数字", r"[\u4e00-\u9fffA-Z0-9()〔〕]{2,30}"),
    )
}
_COMPILED = {code: re.compile(kind.pattern) for code, kind in DOCUMENT_TYPES.items()}


def check_document(code: str, text: str, today: date) -> str | Violation:
    """Return the normalised number of a document of kind `code`, or why it cannot be one.

    Raises KeyError for an unknown kind. Citizen numbers have the codes of `parse_identity`, the others
    `document.empty` and `document.format`.
    """
    kind = DOCUMENT_TYPES[code]
    if code in ("resident", "residence_permit"):
        return _citizen(kind, parse_identity(text, today))
    number = fold(text)
    if not number:
        return Violation("document.empty", f"请填写{kind.label_zh}号码")
    if not _COMPILED[code].fullmatch(number):
        return Violation("document.format", f"不像{kind.label_zh}的号码（{kind.hint}），请核对号码和证件类型")
    if code == "foreigner" and number[0] == "9" and isinstance(found := parse_body(number, today), Violation):
        return found
    return number


def _citizen(kind: DocumentType, found: Identity | Violation) -> str | Violation:
    if isinstance(found, Violation):
        return found
    if kind.code == "residence_permit" and not found.is_residence_permit:
        return Violation("document.format", f"不像{kind.label_zh}的号码（{kind.hint}），请核对号码和证件类型")
    return found.number
