"""Old cases as they may be imported: one row a person, the day of each step as the old records have it; marked for ever."""

from zhibu.apps.development.params import path
from zhibu.apps.development.permissions import APPROVE
from zhibu.apps.people.spellings import document_number
from zhibu.kernel.imports.cells import day, person_name, staff_number, text
from zhibu.kernel.imports.spec import ImportColumn, ImportSpec, register

#: how offices call the columns of the steps
SYNONYMS = {
    "applied": ("申请入党时间", "递交申请书时间", "申请日期", "入党申请时间"), "talked": ("谈话时间", "谈话日期"),
    "activist": ("确定为积极分子时间", "确定积极分子时间", "列为积极分子时间", "积极分子时间"), "activist_filed": ("积极分子备案时间", "备案时间"),
    "contact_assigned": ("指定联系人时间", "确定培养联系人时间"), "target_agreed": ("上级同意时间", "发展对象备案时间", "同意列为发展对象时间"),
    "target_publicised": ("公示截止时间", "公示结束时间", "公示届满时间"), "target": ("列为发展对象时间", "确定为发展对象时间", "发展对象时间"),
    "introducers": ("确定介绍人时间",), "political_review": ("政审时间", "政治审查时间"), "trained": ("培训时间", "培训结束时间", "集中培训时间"),
    "committee_reviewed": ("支委会审查时间",), "pre_examined": ("预审时间",), "assembly": ("接收大会时间", "支部大会通过时间", "入党时间", "加入党组织日期"),
    "approval_talk": ("审批前谈话时间",), "approved": ("党委审批时间", "批准时间", "审批时间"), "oath": ("宣誓时间",), "full_applied": ("转正申请时间",),
    "full_assembly": ("转正大会时间",), "full_approved": ("转正审批时间", "批准转正时间"), "filed": ("归档时间",),
}  # fmt: skip
EXAMPLES = {"applied": "2024-03-02", "talked": "2024-03-20", "activist": "2024-09-10"}

C = ImportColumn
register(
    ImportSpec(
        code="development.cases",
        label="发展党员旧案",
        permission=APPROVE,
        importer="zhibu.apps.development.services.importing.CaseImporter",
        organization_kinds=("branch",),
        organization_label="党支部",
        intro="一行一个正在发展的人，这个人要先在人员里。按工号或证件号码认人，姓名用来核对。只填原来的记录里有的日期，没有的空着。"
        "导入的步骤永久标明“旧案导入”，不要求补材料；以后的步骤按规定办。",
        done_url_name="development",
        columns=(
            C("name", "姓名", person_name(), ("名字", "发展对象姓名", "申请人"), required=True, example="王敏"),
            C("staff_number", "工号", staff_number(30), ("职工号", "人员编号"), example="10023"),
            C("identity_number", "证件号码", document_number, ("身份证", "身份证号", "身份证号码", "公民身份号码"),
              help="工号和证件号码至少填一个；请把这一列设为“文本”格式"),
            *(
                C(code, label, day(), SYNONYMS[code], kind="date", example=EXAMPLES.get(code, ""), required=code == "applied")
                for code, label in path().labels.items()
            ),
            C("contacts", "培养联系人姓名", text(60), ("培养联系人", "联系人"), example="李秀兰、张强"),
            C("introducers_names", "入党介绍人姓名", text(60), ("入党介绍人", "介绍人")),
        ),
    )
)  # fmt: skip
