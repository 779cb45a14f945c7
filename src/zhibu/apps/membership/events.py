"""What this app tells the ones built on it about members, inside the transaction that changes them.

| event | happens when |
|---|---|
| MemberAdmitted | the assembly admitted somebody as a probationary member |
| MemberMadeFull | a probationary member became a full one |
| MemberMoved | the party relation went to another branch or group |
| MemberStatusChanged | 失联, 停止党籍, 恢复, 留党察看 and other changes within membership, and their reversals |
| MemberLeft | the person is no member any more: 除名, 劝退, 退党, 开除, 取消资格, 转出, 去世 |
| MemberReturned | a membership that had ended goes on: a mistake taken back, a transfer returned |
| MemberMerging | two records of one person become one: references to the dropped row go to the kept one |
"""

from dataclasses import dataclass
from datetime import date

from zhibu.kernel.actor import Actor
from zhibu.kernel.events import Event


@dataclass(frozen=True)
class AboutMember(Event):
    """What all events about one member share; never published itself. on: the first day on which it holds."""

    member_id: int
    person_id: int
    on: date
    actor: Actor


@dataclass(frozen=True)
class MemberAdmitted(AboutMember):
    """Somebody became a probationary member on the day of the assembly. Published by membership.services.admitting."""

    organization_id: int


@dataclass(frozen=True)
class MemberMadeFull(AboutMember):
    """A probationary member became a full one. Published by membership.services.admitting."""


@dataclass(frozen=True)
class MemberMoved(AboutMember):
    """The party relation went from one organisation to another. Published by membership.services.keeping.

    Posts and roles tied to the old branch were ended already.
    """

    from_id: int
    to_id: int


@dataclass(frozen=True)
class MemberStatusChanged(AboutMember):
    """The status or the rights changed (codes of models.Status). Published by membership.services.statuses."""

    before: str
    after: str


@dataclass(frozen=True)
class MemberLeft(AboutMember):
    """The membership ended here; status says how (models.ENDED). Published by membership.services.statuses."""

    organization_id: int
    status: str


@dataclass(frozen=True)
class MemberReturned(AboutMember):
    """An ended membership goes on at an organisation. Published by membership.services.statuses."""

    organization_id: int


@dataclass(frozen=True)
class MemberMerging(Event):
    """Two rows of what is one person: `dropped_id` is kept to be read only. Published by membership.services.keeping.

    Whoever keeps rows by member moves them from the dropped row to the kept one.
    """

    kept_id: int
    dropped_id: int
    actor: Actor
