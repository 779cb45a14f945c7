"""The import of the whole tree: its columns as offices call them."""

from zhibu.apps.organizations.permissions import IMPORT
from zhibu.apps.organizations.rules import KIND_LABELS, Kind
from zhibu.kernel.imports.cells import Choice, choice, day, staff_number, text
from zhibu.kernel.imports.spec import ImportColumn, ImportSpec, register

SYNONYMS: dict[Kind, tuple[str, ...]] = {
    Kind.UNIT: ("公司", "企业", "分公司", "子公司", "学校", "中心"),
    Kind.DEPARTMENT: ("科室", "处室", "车间", "班组"),
    Kind.WORKSTATION: ("服务站", "托管工作站"),
    Kind.COMMITTEE: ("基层党委", "党委会", "党工委"),
    Kind.GENERAL_BRANCH: ("党总支部", "总支", "总支部"),
    Kind.BRANCH: ("支部", "联合党支部", "党支部委员会"),
    Kind.GROUP: ("小组",),
}

register(
    ImportSpec(
        code="organizations.organizations",
        label="组织机构",
        permission=IMPORT,
        importer="zhibu.apps.organizations.services.importing.OrganizationImporter",
        organization_label="没有写上级的组织放在",
        intro="一行一个组织。上级填本表或系统里已有组织的编码或全称，先后次序不限；编码可以不填，由系统编号。",
        done_url_name="organization-chart",
        columns=(
            ImportColumn(
                "name",
                "全称",
                text(100),
                ("组织名称", "组织全称", "单位名称", "党组织名称", "名称", "机构名称"),
                required=True,
                example="东江实业第一党支部",
            ),
            ImportColumn(
                "kind",
                "类别",
                choice([Choice(kind.value, KIND_LABELS[kind], SYNONYMS[kind]) for kind in Kind]),
                ("组织类别", "组织类型", "类型", "机构类型", "党组织类别"),
                required=True,
                example="党支部",
                help="、".join(KIND_LABELS.values()),
            ),
            ImportColumn(
                "parent",
                "上级组织",
                text(100),
                ("上级", "上级单位", "上级党组织", "上级编码", "隶属", "隶属组织", "所属组织", "上级机构"),
                example="东江实业党委",
                help="上级的编码或全称；最高一级不填",
            ),
            ImportColumn(
                "code",
                "编码",
                staff_number(40),
                ("组织编码", "代码", "组织代码", "单位编码", "机构代码", "编号"),
                example="ZB0101",
            ),
            ImportColumn("short_name", "简称", text(40), ("组织简称", "单位简称"), example="第一支部"),
            ImportColumn(
                "founded_on",
                "成立日期",
                day(),
                ("成立时间", "建立日期", "设立日期", "批准成立日期"),
                kind="date",
                example="2010-07-01",
            ),
            ImportColumn("region", "所在地区", text(60), ("地区", "区域", "所在地", "片区")),
            ImportColumn("address", "地址", text(200), ("办公地址", "详细地址", "联系地址")),
            ImportColumn("phone", "电话", text(40), ("联系电话", "办公电话", "固定电话")),
            ImportColumn("introduction", "简介", text(4000), ("说明", "备注", "组织简介")),
        ),
    )
)
