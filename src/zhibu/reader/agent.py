"""The agent: a card on a reader becomes a tap on the disk, and from there goes to the server in order."""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from zhibu.reader.link import QUICK, Away, Link, Turned
from zhibu.reader.protocol import MOST_TAPS
from zhibu.reader.store import Store

#: seconds between calls without taps, and the pauses while the server is away: they double up to the last
BEAT, FIRST_PAUSE, LAST_PAUSE = 8.0, 0.5, 5.0
#: a card that flutters at the edge of the field is one tap; so is one that still lies there after a restart
FLUTTER, LYING = 1.0, 60.0
UID = bytes.fromhex("FFCA000000")
#: refusals after which calling again cannot help
FINAL = frozenset({"revoked", "other_tap"})


class Card(Protocol):
    """A card on a reader: `storage` when it told that it only stores."""

    storage: bool

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """Return (data, status word). Raises CardGone."""


class CardGone(Exception):
    """The card was taken away before it had answered."""


def chip_of(card: Card) -> str:
    """Return the chip number by PC/SC's Get UID, "" when the reader has none to give."""
    data, status = card.transmit(UID)
    if status >> 8 == 0x6C:  # the reader names the length it wants
        data, status = card.transmit(UID[:-1] + bytes((status & 0xFF,)))
    return data.hex().upper() if status == 0x9000 else ""


class Agent:
    """Reads cards and sends taps. `say` writes a line for whoever looks at the screen."""

    def __init__(
        self, store: Store, link: Link, say: Callable[[str], None], readers: Callable[[], Sequence[str]]
    ) -> None:
        self.store, self.link, self.say, self.readers = store, link, say, readers
        self._more = threading.Event()
        self.ended = ""
        self._away = False

    def read(self, reader: str, card: Card, first: bool = False) -> None:
        """Take a card that was laid on a reader: when this returns, the tap is on the disk. Raises CardGone.

        `first`: it lay there already when the reader was first seen.
        """
        chip = chip_of(card)
        last, at = self.store.last(reader)
        if chip and chip == last and 0 <= time.time() - at < (LYING if first else FLUTTER):
            return
        challenge = response = ""
        if chip and not card.storage:
            challenge, response = self._prove(chip, card)
        tap = self.store.add(chip, reader=reader, storage=card.storage, challenge=challenge, response=response)
        self.say(f"第 {tap.sequence} 次刷卡，尾号 {chip[-4:] or '（没有读到）'}")
        self._more.set()

    def _prove(self, chip: str, card: Card) -> tuple[str, str]:
        """Relay the server's question to a card that may know a key; ("", "") when there is none or nobody to ask."""
        try:
            question = self.link.call(ask=chip, readers=self.readers(), waiting=self.store.waiting(), seconds=QUICK)[
                "question"
            ]
        except (Away, Turned):
            return "", ""
        if question is None:
            return "", ""
        data, status = card.transmit(bytes.fromhex(question["apdu"]))
        return question["id"], data.hex().upper() if status == 0x9000 else ""

    def send(self) -> int:
        """Send everything that lies on the disk, in order, and call at least once; return how many were taken.

        Raises Away, Turned.
        """
        count = 0
        while True:
            taps = self.store.pending(MOST_TAPS)
            rest = max(0, self.store.waiting() - len(taps))
            answer = self.link.call(taps, waiting=rest, readers=self.readers())
            for one in answer["answers"]:
                self.say(f"第 {one['sequence']} 次刷卡：{one['title']}")
            if taps:
                self.store.taken(min(int(answer["taken"]), taps[-1].sequence))
            count += len(taps)
            if not rest:
                return count

    def run(self, stop: threading.Event) -> None:
        """Send until `stop` is set or the server wants nothing more of this machine (`ended` says why)."""
        pause = 0.0
        self._more.set()
        while not self.ended:
            if pause:
                stop.wait(pause)  # a new tap does not make the server come back sooner
            else:
                self._more.wait(BEAT)
            if stop.is_set():
                return
            self._more.clear()
            pause = self._try(pause)
        stop.set()

    def wake(self) -> None:
        """Call now."""
        self._more.set()

    def _try(self, pause: float) -> float:
        """Send once; return the pause before the next time, 0 when all is well."""
        try:
            self.send()
        except Away:
            if not self._away:
                self.say(f"连不上服务器，刷卡存在本机（{self.store.waiting()} 次），恢复后自动补传")
            self._away = True
            return min(max(pause * 2, FIRST_PAUSE), LAST_PAUSE)
        except Turned as turned:
            return self._turned(turned)
        if self._away:
            self.say("已连上服务器")
        self._away = False
        self.store.put(contact=datetime.now().astimezone().isoformat(timespec="seconds"))
        return 0.0

    def _turned(self, turned: Turned) -> float:
        if turned.code == "old_call":  # a folder restored from a copy: go on behind what the server knows
            self.store.calls_from(int(turned.answer.get("call", 0)))
            self._more.set()
            return 0.0
        self.say(f"服务器不接受：{turned}")
        if turned.code in FINAL:
            self.ended = str(turned)
        return LAST_PAUSE
