"""Who is or was a member of the Party, in which branch, as what, and what happened to the membership."""

from zhibu.apps.membership.models.change import ChangeKind, MemberChange
from zhibu.apps.membership.models.member import (
    ENDED,
    IN_PARTY,
    Introducer,
    Member,
    MemberKind,
    RecordState,
    Status,
    living,
)

__all__ = [
    "ENDED",
    "IN_PARTY",
    "ChangeKind",
    "Introducer",
    "Member",
    "MemberChange",
    "MemberKind",
    "RecordState",
    "Status",
    "living",
]
