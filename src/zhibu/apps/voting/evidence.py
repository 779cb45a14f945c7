"""Checking an online ballot anew from its published evidence, on the platform or anywhere else. Pure; no Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zhibu.apps.voting import sealed
from zhibu.apps.voting.curve import BadPoint, read, write
from zhibu.apps.voting.sealed import BadEvidence, Frame


@dataclass(frozen=True)
class Recheck:
    """What was found: a line for each thing that was checked and whether it holds; the figures that come out."""

    lines: tuple[tuple[str, bool], ...]
    figures: tuple[dict[str, int], ...] = ()

    @property
    def holds(self) -> bool:
        """Tell whether all of it does."""
        return all(good for _, good in self.lines)


def frame_of(data: Mapping[str, Any]) -> Frame:
    """Return what the proofs are bound to."""
    return Frame(str(data["vote"]), read(data["key"]), len(data["questions"]), data["choose"])


def recheck(data: Mapping[str, Any]) -> Recheck:
    """Check keys, ballots, sums, what each scrutineer opened, and the figures; stops at the first thing that does not hold."""
    lines: list[tuple[str, bool]] = []
    try:
        figures = _check(data, lines)
    except (BadEvidence, BadPoint) as error:
        return Recheck((*lines, (str(error), False)))
    except (KeyError, TypeError, ValueError, AttributeError):
        return Recheck((*lines, ("证据文件不完整，或不是从本平台下载的", False)))
    return Recheck(tuple(lines), tuple(figures))


def _check(data: Mapping[str, Any], lines: list[tuple[str, bool]]) -> list[dict[str, int]]:
    trustees = data["trustees"]
    for one in trustees:
        if not sealed.check_secret(read(one["public"]), one["proof"], f"{data['vote']}/{one['slot']}"):
            raise BadEvidence(f"监票人{one['name']}的公钥没有正确的证明")
    if write(sealed.joint([read(one["public"]) for one in trustees])) != data["key"]:
        raise BadEvidence("共同公钥不是各监票人公钥之和")
    lines.append((f"{len(trustees)} 名监票人的公钥和它们的证明都正确，选票用他们共同的公钥加密", True))
    frame = frame_of(data)
    slots = [str(one["slot"]) for one in data["ballots"]]
    if len(set(slots)) != len(slots):
        raise BadEvidence("有两张选票占了同一个位置")
    ballots = [sealed.check(frame, str(one["slot"]), one["ballot"]) for one in data["ballots"]]
    lines.append((f"{len(ballots)} 张密封选票每张都完整，每个问题恰好选了一项，没有复制的票", True))
    sums = sealed.total(frame, ballots)
    if any(not one["shares"] for one in trustees):
        raise BadEvidence("监票人还没有都开票")
    for one in trustees:
        sealed.check_share(frame, read(one["public"]), sums, one["shares"])
    lines.append(("各监票人打开的正是全部选票的总和，没有打开任何一张选票", True))
    figures = sealed.result(sums, [one["shares"] for one in trustees], len(ballots))
    same = figures == [dict(row) for row in data["result"]]
    lines.append(("打开的总和与公布的票数一致" if same else "打开的总和与公布的票数不一致", same))
    return figures
