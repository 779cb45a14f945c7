"""What may be imported: the make-up of pay, from which bases are fixed; the statement of a bank."""

from zhibu.apps.dues.params import items, payers
from zhibu.apps.dues.permissions import ASSESS, BASE, MONEY
from zhibu.apps.people.spellings import document_number
from zhibu.kernel.imports.cells import Choice, choice, day, money, person_name, staff_number, text
from zhibu.kernel.imports.spec import ImportColumn, ImportSpec, register

PAYERS = {
    "waged": ("在职", "在岗", "职工", "按月领工资"), "annual": ("年薪",), "self_employed": ("个体", "个体户"),
    "retired": ("退休", "离休", "离退休"), "farmer": ("农民党员",), "student": ("在校学生",),
    "unemployed": ("下岗", "失业", "低保", "下岗失业"), "postgraduate": ("研究生", "硕士", "博士"),
}  # fmt: skip
LABELS = {row.code: row.label for row in payers()}

C = ImportColumn
register(
    ImportSpec(
        code="dues.bases",
        label="工资构成（党费基数）",
        permission=ASSESS,
        importer="zhibu.apps.dues.services.importing_bases.BaseImporter",
        needs_organization=False,
        intro="一行一名党员，按工号或证件号码认人，姓名用来核对。各项金额按月填写：计入的相加，个税、社保、公积金、年金扣除，"
        "改革性补贴、奖励性绩效等不计入，逐项留存。表里有“核定基数”的，与算出来的核对，不一致不写入。同一张表再导一次，什么也不变。",
        done_url_name="dues-bases",
        columns=(
            C("name", "姓名", person_name(), ("党员姓名", "职工姓名", "人员姓名", "名字"), required=True, example="李建国"),
            C("staff_number", "工号", staff_number(30), ("职工号", "员工编号", "人员编号", "职工编号"), example="10023"),
            C("identity_number", "证件号码", document_number, ("身份证", "身份证号", "身份证号码", "公民身份号码"),
              example="110101196803120023", help="工号和证件号码至少填一个；请把这一列设为“文本”格式"),
            C("payer", "交费人员类别", choice([Choice(code, label, PAYERS[code]) for code, label in LABELS.items()]),
              ("人员类别", "交费类别", "党员类别"), required=True, example=LABELS["waged"]),
            C("since", "起始月份", day(allow_future=True, allow_month=True), ("起始日期", "执行月份", "核定月份"), kind="date",
              example="2026-01-01", help="不写就是今年 1 月"),
            *(
                C(f"item_{item.code}", item.label, money(), item.synonyms, kind="decimal", gate=BASE,
                  example={"post": "4200.00", "grade": "2600.00", "tax": "86.50", "insurance": "816.00"}.get(item.code, ""),
                  help="" if item.sign == "plus" else item.why)
                for item in items().values()
            ),
            C("stated", "核定基数", money(), ("党费基数", "计算基数", "党费计算基数"), kind="decimal", gate=BASE, help="填了就与算出来的核对"),
            C("signed_on", "签字日期", day(), ("本人签字日期",), kind="date"),
            C("reason", "更正原因", text(200), help="今年已经核定过的，要写更正原因"),
        ),
    ),
    ImportSpec(
        code="dues.bank",
        label="银行流水（党费）",
        permission=MONEY,
        importer="zhibu.apps.dues.services.importing_bank.BankImporter",
        organization_kinds=("branch", "general_branch", "committee", "unit"),
        organization_label="哪个组织的账户",
        intro="银行下载的流水，xlsx、csv（GBK 或 UTF-8）都可以，列名不同的，对好一次以后会记住。只记收入，支出行不记。"
        "同一笔无论导几次只记一次：有流水号的按流水号认，没有的按日期、金额、户名、账号、附言和同样的第几笔认。"
        "来款先记入待查款，再认领入账。",
        done_url_name="dues-incoming",
        columns=(
            C("on", "交易日期", day(), ("日期", "记账日期", "入账日期", "交易时间", "交易日", "记账日"), required=True, kind="date",
              example="2026-11-05"),
            C("credit", "收入金额", money(None), ("贷方发生额", "贷方金额", "收入", "贷方", "存入金额", "转入金额", "交易金额", "金额"),
              kind="decimal", example="30.00"),
            C("debit", "支出金额", money(), ("借方发生额", "借方金额", "支出", "借方", "转出金额"), kind="decimal"),
            C("direction", "借贷标志", text(20), ("收支", "借贷", "收付标志", "收支方向", "借/贷"), help="金额只有一列的，靠这一列分收入和支出"),
            C("payer", "对方户名", text(100), ("付款人", "付款人名称", "对方名称", "户名", "对方账户名", "交易对手", "对手户名"), example="李建国"),
            C("account", "对方账号", text(60), ("付款账号", "付款人账号", "对方帐号", "对手账号", "账号"), help="只保留后四位"),
            C("note", "附言", text(200), ("摘要", "用途", "备注", "交易附言", "交易摘要", "说明"), example="11月党费"),
            C("serial", "流水号", text(60), ("交易流水号", "交易序号", "凭证号", "核心流水号", "银行流水号")),
        ),
    ),
)  # fmt: skip
