"""The declared acts on organisations."""

from datetime import date

from django.db.models import Exists, OuterRef, Q

from zhibu.apps.organizations import joining_actions  # noqa: F401 - merging and splitting register themselves
from zhibu.apps.organizations.models import Term
from zhibu.apps.organizations.permissions import EDIT, RESTRUCTURE
from zhibu.apps.organizations.rules import ALLOWED_COVERS, Kind
from zhibu.kernel.actions import Action, register
from zhibu.kernel.calendar import add_months

SERVICES = "zhibu.apps.organizations.services"
FORMS = "zhibu.apps.organizations.forms"
ORGANIZATION = "organizations.Organization"

OPEN = Q(dissolved_on__isnull=True)
CHILD = Q(parent__isnull=False)
GONE = "这个组织已撤销"


def _falling_due(today: date) -> Q:
    return Q(closed_on__isnull=True, until__lte=add_months(today, 6), organization__dissolved_on__isnull=True)


def _without_running_term(today: date) -> Q:
    running = Term.objects.system("is a term running").filter(organization_id=OuterRef("pk"), closed_on__isnull=True)
    kinds = [kind.value for kind in (Kind.COMMITTEE, Kind.GENERAL_BRANCH, Kind.BRANCH)]
    return OPEN & Q(kind__in=kinds) & ~Q(Exists(running))


register(
    Action(
        code="organizations.organization.create",
        label="新建组织",
        permission=RESTRUCTURE,
        model=ORGANIZATION,
        target="none",
        service=f"{SERVICES}.tree.create",
        form=f"{FORMS}.CreateForm",
        confirm="新建后出现在组织机构和组织图里，可以向它登记人员和授权。",
        audit="新建组织",
        style="go",
        icon="plus",
    ),
    Action(
        code="organizations.organization.edit",
        label="修改",
        permission=EDIT,
        model=ORGANIZATION,
        service=f"{SERVICES}.tree.edit",
        form=f"{FORMS}.EditForm",
        confirm="修改“{obj}”的登记信息，修改前后的内容都留在历史里。",
        audit="修改组织",
        icon="pencil-square",
    ),
    Action(
        code="organizations.organization.move",
        label="移动",
        permission=RESTRUCTURE,
        model=ORGANIZATION,
        service=f"{SERVICES}.tree.move",
        form=f"{FORMS}.MoveForm",
        when=OPEN & CHILD,
        when_message="最高一级组织和已撤销的组织不能移动",
        confirm="“{obj}”连同它的全部下级一起移到新的上级之下；人员和职务不变，谁能看到它们随新的上级而定。",
        audit="移动组织",
        icon="arrows-right-left",
    ),
    Action(
        code="organizations.organization.reorder",
        label="调整次序",
        permission=RESTRUCTURE,
        model=ORGANIZATION,
        service=f"{SERVICES}.tree.reorder",
        form=f"{FORMS}.ReorderForm",
        when=OPEN & CHILD,
        when_message="最高一级组织和已撤销的组织没有次序可调",
        confirm="只改变“{obj}”在同级组织里的排列次序。",
        audit="调整组织次序",
        icon="bars-arrow-down",
    ),
    Action(
        code="organizations.organization.dissolve",
        label="撤销",
        permission=RESTRUCTURE,
        model=ORGANIZATION,
        service=f"{SERVICES}.closing.dissolve",
        form=f"{FORMS}.DissolveForm",
        when=OPEN & CHILD,
        when_message="最高一级组织不能撤销，已撤销的组织不必再撤销",
        confirm="撤销“{obj}”：从撤销日期起不再存续，本届任期和覆盖关系随之结束；历史照常可查，办错了可以恢复。",
        audit="撤销组织",
        style="danger",
        icon="archive-box-x-mark",
    ),
    Action(
        code="organizations.organization.reopen",
        label="恢复",
        permission=RESTRUCTURE,
        model=ORGANIZATION,
        service=f"{SERVICES}.closing.reopen",
        form=f"{FORMS}.ReopenForm",
        when=~OPEN & Q(merged_into__isnull=True),
        when_message="这个组织没有撤销，或者已并入别的组织，不能恢复；需要重新设立的，请新建组织或办理分设",
        confirm="恢复“{obj}”：撤销作废，随撤销结束的任期和覆盖关系一并恢复。",
        audit="恢复组织",
        icon="arrow-uturn-left",
    ),
    Action(
        code="organizations.cover.add",
        label="登记覆盖",
        permission=EDIT,
        model=ORGANIZATION,
        service=f"{SERVICES}.covers.add",
        form=f"{FORMS}.CoverForm",
        when=OPEN & Q(kind__in=[kind.value for kind in ALLOWED_COVERS]),
        when_message="只有存续的联合党支部和工作站可以登记覆盖范围",
        confirm="登记“{obj}”除自己的下级之外还负责哪些组织。",
        audit="登记覆盖关系",
        icon="link",
    ),
    Action(
        code="organizations.cover.end",
        label="结束覆盖",
        permission=EDIT,
        model="organizations.Cover",
        service=f"{SERVICES}.covers.end",
        form=f"{FORMS}.CoverEndForm",
        when=Q(until__isnull=True),
        when_message="这条覆盖关系已经结束",
        confirm="结束“{obj}”，历史照常可查。",
        audit="结束覆盖关系",
        icon="link-slash",
    ),
    Action(
        code="organizations.term.register",
        label="登记任期",
        permission=EDIT,
        model=ORGANIZATION,
        service=f"{SERVICES}.terms.register",
        form=f"{FORMS}.TermForm",
        when=_without_running_term,
        when_message="存续的党委、党总支、党支部才登记任期；已有一届尚未结束的，请在该届任期上办理“换届”",
        confirm="登记“{obj}”本届领导班子的任期；届满前 6 个月、3 个月、1 个月提醒换届。",
        audit="登记任期",
        icon="calendar-days",
    ),
    Action(
        code="organizations.term.renew",
        label="换届",
        permission=EDIT,
        model="organizations.Term",
        service=f"{SERVICES}.terms.renew",
        form=f"{FORMS}.TermForm",
        when=_falling_due,
        when_message="六个月内届满的任期才办理换届；提前换届请先结束本届，再登记新一届",
        confirm="登记新一届的任期，“{obj}”从新一届任期起之日结束。",
        audit="换届",
        style="go",
        icon="arrow-path",
    ),
    Action(
        code="organizations.term.correct",
        label="更正任期",
        permission=EDIT,
        model="organizations.Term",
        service=f"{SERVICES}.terms.correct",
        form=f"{FORMS}.TermCorrectForm",
        confirm="更正“{obj}”的届次或起止日期，更正前后的内容都留在历史里。",
        audit="更正任期",
        icon="pencil-square",
    ),
    Action(
        code="organizations.term.close",
        label="结束任期",
        permission=EDIT,
        model="organizations.Term",
        service=f"{SERVICES}.terms.close",
        form=f"{FORMS}.TermCloseForm",
        when=Q(closed_on__isnull=True),
        when_message="这一届已经结束",
        confirm="结束“{obj}”，不再提醒换届，直到登记新一届。",
        audit="结束任期",
        icon="stop-circle",
    ),
)
