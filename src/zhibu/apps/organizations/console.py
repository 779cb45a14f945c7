"""The declared list of organisations."""

from django.db.models import Q, QuerySet
from django.urls import reverse

from zhibu.apps.organizations import headcounts
from zhibu.apps.organizations.models import Organization
from zhibu.apps.organizations.permissions import IMPORT, VIEW
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import Column, Screen, register


def rows(actor: Actor) -> "QuerySet[Organization]":
    """Return what the list shows: parents joined, the main head count of each beside it."""
    found: QuerySet[Organization] = Organization.objects.visible_to(actor, VIEW).select_related("parent")
    opened: QuerySet[Organization] = headcounts.with_heads(found)
    return opened


def search(found: "QuerySet[Organization]", text: str, actor: Actor) -> "QuerySet[Organization]":
    """Keep organisations whose name or code has the text in it."""
    return found.filter(Q(name__icontains=text) | Q(short_name__icontains=text) | Q(code__istartswith=text))


def state(obj: Organization) -> str:
    """Return 存续, or since when it no longer exists."""
    return f"{obj.dissolved_on} 撤销" if obj.dissolved_on else "存续"


def links(actor: Actor) -> list[tuple[str, str]]:
    """Return what stands beside the list."""
    found = [("组织图", reverse("organization-chart"))]
    if actor.may(IMPORT):
        found.append(("导入", reverse("import-new", args=["organizations.organizations"])))
    return found


register(
    Screen(
        slug="organizations",
        model="organizations.Organization",
        label="组织机构",
        permission=VIEW,
        rows=rows,
        order="path",
        columns=(
            Column("name", "名称", "name", sort="name", primary=True),
            Column("short_name", "简称", "short_name", where="export"),
            Column("kind", "类别", "get_kind_display", sort="kind", kind="short"),
            Column("code", "编码", "code", sort="code", kind="short"),
            Column("parent", "上级组织", "parent"),
            Column("parent_code", "上级编码", "parent.code", where="export"),
            Column("founded_on", "成立日期", "founded_on", sort="founded_on", kind="date"),
            Column("dissolved_on", "撤销日期", "dissolved_on", sort="dissolved_on", kind="date", where="export"),
            Column("region", "所在地区", "region", sort="region", where="export"),
            Column("address", "地址", "address", where="export"),
            Column("phone", "电话", "phone", where="export"),
            # members of a Party organisation, those served by a station, people of a unit; with all that is below
            Column("heads", "在册人数（含下级）", "heads", kind="number"),
            Column(
                "state",
                "状态",
                state,
                kind="short",
                where="list",
                tone=lambda obj: "plain" if obj.dissolved_on else "ok",
            ),
        ),
        search=search,
        search_hint="名称、简称或编码",
        filterset="zhibu.apps.organizations.filters.OrganizationFilter",
        head=("organizations.organization.create",),
        links=links,
        record="zhibu.apps.organizations.record.context",
        record_template="organizations/record.html",
        empty="还没有组织。可以从 Excel 导入整棵组织树，也可以逐个新建。",
        section="组织",
        icon="building-office-2",
        position=30,
    )
)
