"""PC/SC by pyscard (the extra `reader`): cards laid on any reader, through unplugged readers and a restarted service."""

import threading
from collections.abc import Callable
from typing import Any

from zhibu.reader.agent import Card, CardGone

#: what readers write of cards that only store (PC/SC part 3, RID of the PC/SC Workgroup)
STORAGE = bytes.fromhex("A000000306")
#: milliseconds of one wait for events, after which new readers are looked for; seconds until the service is asked again
WAIT, REST = 1000, 1.0


class NoService(Exception):
    """The PC/SC service is not there."""


class ScardCard:
    """A connected card."""

    def __init__(self, scard: Any, handle: Any, protocol: int, atr: bytes) -> None:
        self._scard, self._handle = scard, handle
        self._header = scard.SCARD_PCI_T0 if protocol == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1
        self.storage = STORAGE in atr

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """Return (data, status word)."""
        result, answer = self._scard.SCardTransmit(self._handle, self._header, list(command))
        if result != self._scard.SCARD_S_SUCCESS or len(answer) < 2:
            raise CardGone
        return bytes(answer[:-2]), answer[-2] << 8 | answer[-1]


class Watch:
    """Watches all readers in one thread.

    `scard` is `smartcard.scard` of pyscard. `on_card(reader, card, first)` is called once for each card that is laid down;
    `first` when it lay there as the reader was first seen: whoever restarts the service or plugs the cable in taps nothing.
    """

    def __init__(self, on_card: Callable[[str, Card, bool], None], say: Callable[[str], None], scard: Any) -> None:
        self.scard, self.on_card, self.say = scard, on_card, say
        self.names: tuple[str, ...] = ()
        self._told = ""

    def run(self, stop: threading.Event) -> None:
        """Watch until `stop` is set."""
        while not stop.is_set():
            try:
                self._session(stop)
            except NoService:
                self.names = ()
                self._tell("读卡服务（pcscd）没有运行，等它启动……")
                stop.wait(REST)

    def _session(self, stop: threading.Event) -> None:
        """Watch with one connection to the service, until that breaks."""
        context = self._good(*self.scard.SCardEstablishContext(self.scard.SCARD_SCOPE_USER))
        try:
            states: dict[str, int] = {}
            while not stop.is_set():
                self._look_for_readers(context, states)
                if states:
                    self._wait(context, states)
                else:
                    stop.wait(REST)
        finally:
            self.scard.SCardReleaseContext(context)

    def _look_for_readers(self, context: Any, states: dict[str, int]) -> None:
        result, names = self.scard.SCardListReaders(context, [])
        if result not in (self.scard.SCARD_S_SUCCESS, self.scard.SCARD_E_NO_READERS_AVAILABLE):
            raise NoService
        names = tuple(sorted(names)) if result == self.scard.SCARD_S_SUCCESS else ()
        for gone in set(states) - set(names):
            del states[gone]
        for name in names:
            states.setdefault(name, self.scard.SCARD_STATE_UNAWARE)
        self.names = names
        self._tell(f"读卡器：{'；'.join(names)}" if names else "没有读卡器，请插上")

    def _wait(self, context: Any, states: dict[str, int]) -> None:
        scard = self.scard
        result, found = scard.SCardGetStatusChange(context, WAIT, list(states.items()))
        if result in (scard.SCARD_E_TIMEOUT, scard.SCARD_E_UNKNOWN_READER):
            return
        if result != scard.SCARD_S_SUCCESS:
            raise NoService
        for name, state, atr in found:
            before, states[name] = states[name], state & ~scard.SCARD_STATE_CHANGED
            # the upper half counts insertions and removals: another card may have come while we read the first
            fresh = not before & scard.SCARD_STATE_PRESENT or before >> 16 != state >> 16
            if state & scard.SCARD_STATE_PRESENT and not state & scard.SCARD_STATE_MUTE and fresh:
                self._card(context, name, bytes(atr), first=before == scard.SCARD_STATE_UNAWARE)

    def _card(self, context: Any, name: str, atr: bytes, *, first: bool) -> None:
        scard = self.scard
        result, handle, protocol = scard.SCardConnect(
            context, name, scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        )
        if result != scard.SCARD_S_SUCCESS:
            self.say("卡拿得太快，没有读到，请再刷一次")
            return
        try:
            self.on_card(name, ScardCard(scard, handle, protocol, atr), first)
        except CardGone:
            self.say("卡拿得太快，没有读到，请再刷一次")
        finally:
            scard.SCardDisconnect(handle, scard.SCARD_LEAVE_CARD)

    def _good(self, result: int, value: Any) -> Any:
        if result != self.scard.SCARD_S_SUCCESS:
            raise NoService
        return value

    def _tell(self, words: str) -> None:
        if words != self._told:
            self.say(words)
        self._told = words
