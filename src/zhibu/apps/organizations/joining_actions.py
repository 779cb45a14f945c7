"""Merging and splitting, declared. Imported by `actions`."""

from django.db.models import Q

from zhibu.apps.organizations.permissions import RESTRUCTURE
from zhibu.kernel.actions import Action, register

OPEN = Q(dissolved_on__isnull=True)

register(
    Action(
        code="organizations.organization.merge",
        label="合并",
        permission=RESTRUCTURE,
        model="organizations.Organization",
        service="zhibu.apps.organizations.services.joining.merge",
        form="zhibu.apps.organizations.forms_joining.MergeForm",
        when=OPEN,
        when_message="已撤销的组织不能再合并",
        confirm="所选组织并入“{obj}”：人员的各种关系、下级组织和覆盖关系从合并日期起转过来，班子任职和本届任期结束，"
        "所选组织同日撤销。合并以后不能恢复，历史照常可查。",
        audit="合并组织",
        style="danger",
        icon="arrows-pointing-in",
    ),
    Action(
        code="organizations.organization.split",
        label="分设",
        permission=RESTRUCTURE,
        model="organizations.Organization",
        service="zhibu.apps.organizations.services.joining.split",
        form="zhibu.apps.organizations.forms_joining.SplitForm",
        when=OPEN & Q(parent__isnull=False),
        when_message="最高一级组织和已撤销的组织不能分设",
        confirm="从“{obj}”分设同类的新组织：选定的下级组织和人员从分设日期起转到新组织，其余留在原处；"
        "转走的人在原组织的任职结束。",
        audit="分设组织",
        icon="arrows-pointing-out",
    ),
)
