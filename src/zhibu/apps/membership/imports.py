"""The roster of members (党员花名册) as it may be imported: one row a person who is in people already."""

from zhibu.apps.membership.models import MemberKind
from zhibu.apps.membership.permissions import MANAGE
from zhibu.apps.people.spellings import document_number
from zhibu.kernel.imports.cells import Choice, choice, day, person_name, staff_number, text
from zhibu.kernel.imports.spec import ImportColumn, ImportSpec, register

KINDS = {MemberKind.FULL: ("正式", "党员", "中共党员", "正式党员"), MemberKind.PROBATIONARY: ("预备", "中共预备党员")}

C = ImportColumn
register(
    ImportSpec(
        code="membership.roster", label="党员花名册", permission=MANAGE, importer="zhibu.apps.membership.services.importing.RosterImporter",
        organization_kinds=("committee", "general_branch", "branch", "group"), organization_label="党组织",
        intro="一行一名党员，这个人要先在人员里。按工号或证件号码认人，姓名用来核对。还没有组织关系的，编入所填的支部；只更新表里填了的项目，"
        "空格不会清掉原有内容。换支部请办理组织关系接转，不能用表格换。",
        done_url_name="members",
        columns=(
            C("name", "姓名", person_name(), ("党员姓名", "名字"), required=True, example="陈桂芳"),
            C("staff_number", "工号", staff_number(30), ("职工号", "员工编号", "人员编号"), example="10023"),
            C("identity_number", "证件号码", document_number, ("身份证", "身份证号", "身份证号码", "公民身份号码", "证件号"),
              example="110101195803120023", help="工号和证件号码至少填一个；请把这一列设为“文本”格式"),
            C("branch", "所在支部", text(100), ("党支部", "支部", "所在党支部", "党组织", "组织关系所在党支部", "党小组"), example="东山支部",
              help="全称、简称或编码；不填编入上传时所选的支部"),
            C("kind", "人员类别", choice([Choice(str(kind), kind.label, words) for kind, words in KINDS.items()]), ("党员类别", "类别"),
              example="正式党员", help="还不是党员的要填"),
            C("applied_on", "申请入党日期", day(), ("申请入党时间", "递交申请书日期"), kind="date"),
            C("admitted_on", "入党日期", day(), ("加入党组织日期", "入党时间"), kind="date", example="1999-06-20"),
            C("full_on", "转正日期", day(), ("转为正式党员日期", "转正时间"), kind="date", example="2000-06-20",
              help="入党时没有预备期的年代不用填"),
            C("introducers", "入党介绍人", text(100), ("介绍人",), example="张三、李四"),
            C("early", "预备期不满的情况", text(100), ("预备期说明",), help="转正早于当时规定的预备期时才写"),
            C("note", "备注", text(200), ("说明",)),
        ),
    )
)  # fmt: skip
