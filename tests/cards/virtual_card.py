"""A card on the virtual reader of vsmartcard-vpcd: it calls pcscd's driver over TCP and answers commands.

The protocol: two bytes of length, then either one byte (0 off, 1 on, 2 reset, 4 ATR) or a command of the card.
"""

import contextlib
import socket
import struct
import threading
import time

from tests.cards.machines import PlainCard

PORTS = (35963, 35964)
ATR = {
    True: bytes.fromhex("3B8F8001804F0CA000000306030001000000006A"),
    False: bytes.fromhex("3B80800101"),
}
GET_ATR = 4


class VirtualCard:
    """Lies on the reader from `lay` to `lift`."""

    def __init__(self, card: PlainCard, reader: int = 0) -> None:
        self.card, self.port = card, PORTS[reader]
        self._socket: socket.socket | None = None

    def __enter__(self) -> "VirtualCard":
        self.lay()
        return self

    def __exit__(self, *args: object) -> None:
        self.lift()

    def lay(self) -> None:
        """Put it on the reader; waits for the driver to listen."""
        deadline = time.monotonic() + 20
        while True:
            try:
                self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=5)
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        self._socket.settimeout(None)
        threading.Thread(target=self._answer, args=(self._socket,), daemon=True).start()

    def lift(self) -> None:
        """Take it away; waits until the service has seen that (it looks every 0.4 s)."""
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()
            self._socket = None
            deadline = time.monotonic() + 5
            while _lying() and time.monotonic() < deadline:
                time.sleep(0.05)

    def _answer(self, line: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while (message := _read(line)) is not None:
                # without it every answer waits 40 ms for the other side's acknowledgement
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
                if len(message) > 1:
                    data, status = self.card.transmit(message)
                    _write(line, data + struct.pack(">H", status))
                elif message[0] == GET_ATR:
                    _write(line, ATR[self.card.storage])


def _lying() -> bool:
    """Tell whether the PC/SC service believes that a card lies on any reader."""
    from smartcard import scard

    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    if result != scard.SCARD_S_SUCCESS:
        return False
    try:
        result, names = scard.SCardListReaders(context, [])
        if result != scard.SCARD_S_SUCCESS:
            return False
        asked = [(name, scard.SCARD_STATE_UNAWARE) for name in names]
        _, found = scard.SCardGetStatusChange(context, 0, asked)
        return any(state & scard.SCARD_STATE_PRESENT for _, state, _ in found)
    finally:
        scard.SCardReleaseContext(context)


def _read(line: socket.socket) -> bytes | None:
    head = _exactly(line, 2)
    return _exactly(line, struct.unpack(">H", head)[0]) if head else None


def _exactly(line: socket.socket, count: int) -> bytes | None:
    got = b""
    while len(got) < count:
        part = line.recv(count - len(got))
        if not part:
            return None
        got += part
    return got


def _write(line: socket.socket, data: bytes) -> None:
    line.sendall(struct.pack(">H", len(data)) + data)
