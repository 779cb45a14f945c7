"""The roster of people as it may be imported: its columns under the names offices use."""

from typing import Any

from zhibu.apps.people.codes import choices
from zhibu.apps.people.services.persons import ENDINGS
from zhibu.kernel.imports.cells import CellError, Choice, choice, clean, day, person_name, phone, staff_number, text
from zhibu.kernel.imports.spec import ImportColumn, ImportSpec, register

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


def code(table: str) -> Any:
    """Return the parser of a code table: its labels, its codes, and how offices write them."""
    more = MORE_WORDS.get(table, {})
    options = []
    for value, label in choices(table):
        if table == "employment" and value in ENDINGS:  # a sheet would leave relations, posts and the account open
            continue
        spellings = set(more.get(value, ()))
        if table == "ethnic_group" and label.endswith("族"):
            spellings.add(label[:-1])
        if value.isdigit() and str(int(value)) != value:
            spellings.add(str(int(value)))
        options.append(Choice(value, label, tuple(sorted(spellings))))
    return choice(options)


def document_number(value: object, context: Any) -> str | None:
    """Read a document number as text; what Excel has rounded is refused, what kind it is the importer checks."""
    from zhibu.kernel.imports.cells import identity_number

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


C = ImportColumn
register(
    ImportSpec(
        code="people.people",
        label="人员",
        permission="people.import",
        importer="zhibu.apps.people.importing.PeopleImporter",
        organization_kinds=("unit", "department", "workstation"),
        intro="按证件号码认人，没有证件号码的按工号，再没有的按姓名加出生日期。已有的人只更新表里填了的项目，空格不会清掉原有内容。",
        done_url_name="people",
        columns=(
            C("name", "姓名", person_name(), ("职工姓名", "人员姓名", "党员姓名", "名字"), required=True, example="陈桂芳"),
            C("document_type", "证件类型", code("document_type"), ("证件名称", "证件种类"), example="居民身份证"),
            C("identity_number", "证件号码", document_number,
              ("身份证", "身份证号", "身份证号码", "公民身份号码", "居民身份证号码", "证件号", "身份号码"), example="110101199003071233",
              help="请把这一列设为“文本”格式"),
            C("sex", "性别", code("sex"), (), example="女"),
            C("birth_date", "出生日期", day(), ("出生年月日", "出生年月", "生日", "出生时间"), kind="date", example="1990-03-07"),
            C("ethnic_group", "民族", code("ethnic_group"), (), example="汉族"),
            C("native_place", "籍贯", text(60), ("祖籍",), example="广东梅州"),
            C("mobile", "手机", phone(), ("手机号", "手机号码", "联系电话", "移动电话", "电话", "联系方式"), example="13800000000"),
            C("telephone", "固定电话", text(40), ("家庭电话", "座机", "办公电话")),
            C("email", "电子邮箱", text(100), ("邮箱", "电子邮件", "E-mail")),
            C("address_living", "现住址", text(200), ("现居住地", "居住地址", "家庭住址", "住址", "现住地址", "家庭地址"), example="江北区和平路 1 号"),
            C("address_registered", "户籍地址", text(200), ("户口所在地", "户籍所在地", "户籍")),
            C("staff_number", "工号", staff_number(30), ("职工号", "员工号", "员工编号", "人员编号", "职工编号", "工资号"), example="10023"),
            C("employment", "人员类别", code("employment"), ("人员状态", "用工形式", "在岗状态", "职工类别"), example="退休"),
            C("work_started_on", "参加工作日期", day(), ("参加工作时间", "工作时间", "参工时间"), kind="date"),
            C("joined_unit_on", "进入本单位日期", day(), ("入职日期", "入职时间", "到岗日期", "进单位时间"), kind="date"),
            C("position", "职务", text(60), ("岗位", "现任职务", "职务岗位")),
            C("title", "职称", text(60), ("技术职称", "专业技术职务")),
            C("education", "最高学历", code("education"), ("学历", "文化程度")),
            C("degree", "最高学位", code("degree"), ("学位",)),
            C("political_status", "政治面貌", code("political_status"), ("政治身份",), example="中共党员"),
            C("joined_party_on", "入党日期", day(), ("入党时间", "加入党组织日期", "入党年月"), kind="date"),
            C("full_member_on", "转正日期", day(), ("转正时间", "转为正式党员日期"), kind="date"),
            C("home", "归属单位", text(100), ("单位", "所属单位", "单位名称", "工作单位"), help="组织的名称或编码；不填归到上传时所选的单位"),
            C("administrative", "部门", text(100), ("所在部门", "科室", "车间")),
            C("party", "党组织", text(100), ("所在党支部", "党支部", "支部", "所属支部", "组织关系所在党支部")),
            C("service", "服务工作站", text(100), ("工作站", "所属工作站")),
        ),
    )
)  # fmt: skip
