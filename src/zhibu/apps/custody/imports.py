"""The roster of people in care as it may be imported: one row a person, with the agreement that holds."""

from zhibu.apps.custody import rules
from zhibu.apps.custody.models import Living
from zhibu.apps.custody.params import categories
from zhibu.apps.custody.permissions import ALLOWANCE, MANAGE
from zhibu.apps.people.spellings import document_number
from zhibu.kernel.imports.cells import Choice, choice, day, integer, money, person_name, phone, staff_number, text
from zhibu.kernel.imports.spec import ImportColumn, ImportSpec, register

LIVING = {
    "spouse": ("配偶",),
    "children": ("子女",),
    "alone": ("独自居住",),
    "home": ("养老院", "敬老院"),
    "hospital": ("住院",),
}
LABELS = {row.code: row.label for row in categories()}

C = ImportColumn
register(
    ImportSpec(
        code="custody.care",
        label="托管花名册",
        permission=MANAGE,
        importer="zhibu.apps.custody.services.importing.CareImporter",
        organization_kinds=("workstation",),
        organization_label="服务工作站",
        intro="一行一个人，这个人要先在人员里。按工号或证件号码认人，姓名用来核对。没有托管档案的建立档案和服务关系；"
        "已由这个工作站服务的，只更新表里填了的项目，空格不会清掉原有内容。人员类别不变。",
        done_url_name="care",
        columns=(
            C("name", "姓名", person_name(), ("职工姓名", "人员姓名", "名字"), required=True, example="陈桂芳"),
            C("staff_number", "工号", staff_number(30), ("职工号", "员工编号", "人员编号", "职工编号"), example="10023"),
            C("identity_number", "证件号码", document_number, ("身份证", "身份证号", "身份证号码", "公民身份号码", "证件号"),
              example="110101195803120023", help="工号和证件号码至少填一个；请把这一列设为“文本”格式"),
            C("category", "类别", choice([Choice(code, label, ()) for code, label in LABELS.items()]),
              ("托管类别", "托养类别", "人员类别"), example=LABELS["off_post"], help="新建档案时必填"),
            C("since", "进入日期", day(), ("托管日期", "进入托管日期", "托管起始日期", "进站日期"), kind="date", example="2021-07-01",
              help="新建档案时必填"),
            C("sent_by", "派出单位", text(100), ("原单位", "原工作单位", "派出部门")),
            C("clerk", "负责人", text(50), ("联系人", "包户人", "服务人员", "责任人"), example="李明", help="工号或姓名；有重名时写工号"),
            C("visit_months", "走访周期（月）", integer(1, rules.MOST_MONTHS), ("走访周期", "走访间隔"), kind="integer", example="6",
              help="不写就按类别的约定"),
            C("living", "居住情况", choice([Choice(one.value, one.label, LIVING.get(one.value, ())) for one in Living]),
              ("居住状况",), example=Living.SPOUSE.label),
            C("living_words", "居住说明", text(200)),
            C("special_needs", "特殊需要", text(500), ("特殊需求", "身体状况", "特殊情况"), help="加密保存"),
            C("kin_name", "联系家属", text(50), ("家属姓名", "家属", "紧急联系人"), example="张强"),
            C("kin_relation", "与本人关系", text(20), ("家属关系", "关系"), example="儿子"),
            C("kin_phone", "家属电话", phone(landline=True), ("家属联系电话", "紧急联系电话"), example="13800000000"),
            C("allowance", "补贴标准（元/月）", money(), ("补贴标准", "生活补贴", "补贴"), kind="decimal", example="2080.00",
              help="要有“核定补贴”的权限", gate=ALLOWANCE),
            C("number", "协议编号", text(40), ("协议号", "托管协议编号"), example="托 2026-018"),
            C("agreed_since", "协议起始日期", day(allow_future=True), ("协议开始日期", "协议起"), kind="date", example="2026-01-01"),
            C("agreed_until", "协议到期日期", day(allow_future=True), ("协议终止日期", "协议截止日期", "协议止"), kind="date",
              example="2026-12-31"),
        ),
    )
)  # fmt: skip
