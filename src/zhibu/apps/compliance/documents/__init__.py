"""The year book of a branch (支部组织生活年册): this year's so far, and last year's."""

from typing import Any

from zhibu.apps.compliance.permissions import VIEW
from zhibu.apps.organizations.rules import PARTY_KINDS, Kind
from zhibu.kernel.documents import Document, register

B = "zhibu.apps.compliance.documents.yearbook"
#: what a group holds stands in the book of its branch; units and departments have no organisational life
KEEPING = PARTY_KINDS - {Kind.GROUP}


def _keeps_one(organization: Any) -> bool:
    return organization.kind in KEEPING


ONE: dict[str, Any] = {
    "permission": VIEW, "model": "organizations.Organization", "offered": ("record",), "fits": _keeps_one,
    "template": "compliance/yearbook.typ", "large": False,
}  # fmt: skip

register(
    Document(code="compliance.yearbook", label="组织生活年册（今年）", builder=f"{B}.this_year", **ONE),
    Document(code="compliance.yearbook_last", label="组织生活年册（去年）", builder=f"{B}.last_year", **ONE),
)
