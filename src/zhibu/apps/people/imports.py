"""The roster of people as it may be imported: its columns under the names offices use."""

from typing import Any

from zhibu.apps.people.codes import choices
from zhibu.apps.people.services.persons import ENDINGS
from zhibu.apps.people.spellings import MORE_WORDS, document_number
from zhibu.kernel.imports.cells import Choice, choice, day, person_name, phone, staff_number, text
from zhibu.kernel.imports.spec import ImportColumn, ImportSpec, register


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
              ("身份证", "身份证号", "身份证号码", "公民身份号码", "居民身份证号码", "证件号", "身份号码"), example="110101195803120023",
              help="请把这一列设为“文本”格式"),
            C("sex", "性别", code("sex"), (), example="女"),
            C("birth_date", "出生日期", day(), ("出生年月日", "出生年月", "生日", "出生时间"), kind="date", example="1958-03-12"),
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
