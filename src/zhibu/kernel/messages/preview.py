"""Before a notice goes out: how many it reaches by which channel, and what the SMS cost."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from zhibu.kernel.messages import sms
from zhibu.kernel.messages.directory import Contact
from zhibu.kernel.messages.kinds import CALL, CHANNELS, SMS, Kind
from zhibu.kernel.messages.numbers import sms_price
from zhibu.kernel.messages.outbox import sms_text
from zhibu.kernel.messages.planning import channels_for, choices, switched_on


@dataclass(frozen=True)
class Preview:
    """total: recipients; in_site: those who sign in and see it there; by: channel -> how many; parts: of one SMS."""

    total: int
    in_site: int
    by: Counter[str]
    parts: int

    @property
    def cost(self) -> Decimal:
        """What the SMS cost about, in yuan."""
        return self.by[SMS] * self.parts * sms_price()

    @property
    def lines(self) -> list[str]:
        """The preview in words."""
        found = [f"共 {self.total:,} 人。站内：{self.in_site:,} 人登录后能看到。"]
        found += [f"{label}：{self.by[code]:,} 人。" for code, label in CHANNELS.items() if self.by[code]]
        if self.by[SMS]:
            found.append(
                f"每条短信计 {self.parts} 段，共 {self.by[SMS] * self.parts:,} 段，约 {self.cost:.2f} 元"
                f"（按每段 {sms_price()} 元估算，以合同为准）。"
            )
        if self.by[CALL]:
            found.append(f"电话通知：{self.by[CALL]:,} 人没有别的途径，发出后请打印电话通知单。")
        return found


def foresee(kind: Kind, contacts: Sequence[Contact], title: str, body: str) -> Preview:
    """Return the preview of a notice; one query."""
    chosen = choices(kind, [one.account_id for one in contacts if one.account_id])
    on = switched_on()
    by = Counter(channel for one in contacts for channel in channels_for(one, kind, chosen, on, calls=True))
    text = sms_text(title, body)
    return Preview(len(contacts), sum(one.signs_in for one in contacts), by, sms.parts(sms.signed(text)))
