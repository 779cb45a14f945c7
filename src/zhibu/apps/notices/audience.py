"""Whom a notice goes to, always within the reach of whoever sends it."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.http import QueryDict

from zhibu.apps.notices.permissions import SEND
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.models import Person, Post
from zhibu.apps.people.models.affiliation import Kind, current, reach
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import screen
from zhibu.kernel.console.listing import select
from zhibu.kernel.tree import under

LEADERS = "leaders"
GROUPS = [
    ("", "全部人员"),
    (Kind.PARTY.value, "组织关系在这里的人（党员、入党申请人等）"),
    (Kind.HOME.value, "归属单位在这里的人"),
    (Kind.ADMINISTRATIVE.value, "行政关系在这里的人"),
    (Kind.SERVICE.value, "由这里的工作站服务的人"),
    (LEADERS, "领导班子成员"),
]


def reachable(actor: Actor) -> "QuerySet[Person]":
    """Return whoever the actor may write to: living people in the reach of the permission."""
    rows: Any = Person.objects.visible_to(actor, SEND).filter(state="live").exclude(employment="deceased")
    return rows  # type: ignore[no-any-return]


def of_subtree(actor: Actor, organization: Organization, group: str) -> "QuerySet[Person]":
    """Return the people of an organisation and everything under it, all of them or one group."""
    paths = (organization.path,)
    if group == LEADERS:
        posts = Post.objects.system("who leads in a subtree within reach").filter(current())
        return reachable(actor).filter(
            Exists(posts.filter(under("organization__path", paths), person_id=OuterRef("pk")))
        )
    inside = reach(paths).filter(person_id=OuterRef("pk"))
    return reachable(actor).filter(Exists(inside.filter(kind=group) if group else inside))


def of_list(actor: Actor, query: str, uids: Iterable[str]) -> "QuerySet[Person]":
    """Return the people of the list 人员主档 as filtered there, or those of them that were ticked."""
    rows, _, _, _ = select(screen("people"), actor, QueryDict(query[:2000]))
    found = reachable(actor).filter(pk__in=rows.order_by().values("pk"))
    wanted = list(uids)
    try:
        return found.filter(uid__in=wanted) if wanted else found
    except (ValidationError, ValueError):
        return found.none()
