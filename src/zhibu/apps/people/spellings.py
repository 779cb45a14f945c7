"""How offices write the words of code tables and document numbers in their sheets."""

from typing import Any

from zhibu.kernel.imports.cells import CellError, clean, identity_number

MORE_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "sex": {"1": ("男性", "M"), "2": ("女性", "F")},
    "employment": {
        "active": ("在岗", "在职职工", "在职在岗"), "off_post": ("离岗人员", "内退", "离岗退养"), "retired": ("退休人员", "已退休", "退休职工"),
        "dispatched": ("派遣", "派遣人员", "劳务派遣工"), "in_care": ("托养", "托管", "托管职工"), "external": ("外部人员",),
        "retired_cadre": ("离休干部",),
    },
    "political_status": {
        "01": ("党员", "正式党员", "中共正式党员"), "02": ("预备党员",), "03": ("团员",), "12": ("无党派人士",), "13": ("普通群众",)
    },
    "education": {
        "14": ("硕士", "硕士研究生", "研究生"), "11": ("博士", "博士研究生"), "21": ("本科", "大学", "大学本科学历"), "31": ("专科", "大专"),
        "41": ("中专",), "44": ("职高",), "47": ("技校",), "61": ("高中",), "71": ("初中",), "81": ("小学",),
    },
    "degree": {"2": ("博士学位",), "3": ("硕士学位",), "4": ("学士学位",)},
    "document_type": {"resident": ("身份证", "二代身份证", "二代证")},
}  # fmt: skip


def document_number(value: object, context: Any) -> str | None:
    """Read a document number as text; what Excel has rounded is refused, what kind it is the importer checks."""
    if isinstance(value, int | float):
        return identity_number()(value, context)  # type: ignore[return-value]
    found = clean(value)
    if not found:
        return None
    if "E+" in found.upper():
        identity_number()(value, context)
    if len(found) > 40:
        raise CellError("证件号码太长，请检查这一格是否填了别的内容。")
    return found
