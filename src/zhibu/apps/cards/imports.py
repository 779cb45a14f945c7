"""Cards by a sheet: a delivery from the maker, or what an office has handed out before this platform."""

from zhibu.apps.cards.models import Kind
from zhibu.apps.cards.permissions import MANAGE
from zhibu.kernel.cardnumbers import FORMATS
from zhibu.kernel.imports.cells import Choice, choice, day, staff_number
from zhibu.kernel.imports.spec import ImportColumn, ImportSpec, register

#: formats that drop bytes cannot be turned back
WHOLE = {key: label for key, label in FORMATS.items() if key not in {"6h8d", "2h4h"}}

register(
    ImportSpec(
        code="cards.cards",
        label="IC 卡",
        permission=MANAGE,
        importer="zhibu.apps.cards.services.importing.CardImporter",
        organization_label="保管单位",
        intro="一行一张卡。没有写工号的是空白卡；写了工号的直接发给这个人。系统里已有的空白卡，写上工号再导入一次就发出去。",
        done_url_name="cards",
        columns=(
            ImportColumn(
                "number", "卡面号码", staff_number(26), ("卡号", "卡面号", "印刷号", "编号"), required=True, example="K000101"
            ),
            ImportColumn(
                "chip", "芯片号", staff_number(60), ("芯片卡号", "物理卡号", "UID", "序列号", "芯片序列号"), required=True,
                example="04A1B2C3", help="读卡器读出的卡号；不是十六进制正序的，在“写法”里写明",
            ),
            ImportColumn(
                "form", "写法", choice([Choice(key, label, (key,)) for key, label in WHOLE.items()]), ("格式", "卡号写法"),
                example="十六进制，正序", help="不写就是十六进制，正序",
            ),
            ImportColumn(
                "kind", "种类", choice([Choice(kind.value, kind.label, ()) for kind in Kind]), ("卡类型", "卡种"),
                example="识别卡", help="识别卡或 CPU 卡；不写就是识别卡",
            ),
            ImportColumn(
                "staff_number", "工号", staff_number(), ("职工编号", "人员编号", "持卡人工号"), example="1001", help="发给谁；空着就是空白卡"
            ),
            ImportColumn("valid_to", "有效期至", day(allow_future=True), ("有效期", "到期日期"), kind="date", example="2036-12-31"),
        ),
    )
)  # fmt: skip
