"""The register of letters (介绍信登记簿), void numbers included."""

from collections.abc import Sequence

from django.utils.timezone import localdate

from zhibu.apps.transfers import queries
from zhibu.apps.transfers.models import Letter
from zhibu.kernel.actor import Actor
from zhibu.kernel.documents import Content


def build(actor: Actor, letters: Sequence[Letter]) -> Content:
    """Return the register of these letters, by number."""
    found = list(queries.listed_letters(actor).filter(pk__in=[one.pk for one in letters]))
    found.sort(key=lambda one: (one.organization.path, one.year, one.number))
    queries.with_names(actor, found)
    today = localdate()
    rows = [
        [
            one.code, one.names, one.source_name, one.target_name, one.issued_on.isoformat(), one.valid_until.isoformat(),  # type: ignore[attr-defined]
            one.settled_on.isoformat() if one.settled_on else "", f"{one.standing(today)[0]}{f'：{one.void_why}' if one.void_why else ''}",
            one.issued_name,
        ]
        for one in found
    ]  # fmt: skip
    return Content(
        title="组织关系介绍信登记簿",
        data={"rows": rows},
        organization=letters[0].organization.name,
        sensitive="党员组织关系",
        seats={letters[0].pk: letters[0].organization_id},
    )
